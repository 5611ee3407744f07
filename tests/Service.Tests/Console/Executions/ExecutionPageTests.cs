using System.Net;
using Stateside.Service.Tests.Cli;

namespace Stateside.Service.Tests.Console.Executions;

/// <summary>The pages of executions over HTTP: what they show, what they are sent while they are open, what can be done there.</summary>
public sealed class ExecutionPageTests
{
    private const string Hostile = "<img src=x onerror=alert(1)>\\\"'&";
    private const string Asking = """
        { "StartAt": "Ask", "States": {
            "Ask": { "Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:desk", "Assign": { "seen": true },
                "Retry": [{ "ErrorEquals": ["Busy"], "IntervalSeconds": 1 }], "Next": "Thank" },
            "Thank": { "Type": "Pass", "End": true } } }
        """;

    [Fact]
    public async Task A_page_shows_an_execution_with_its_graph()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Deciding", Definitions.Choice);
        var arn = await server.StartExecutionAsync("Deciding", """{"ok":false}""");
        await server.EndedAsync(arn);

        var page = await server.PageAsync(PathOf(arn));

        Assert.Contains("Bad.Day", page, StringComparison.Ordinal);
        Assert.Contains("It rained.", page, StringComparison.Ordinal);
        Assert.Matches("class=\"state state-fail is-failed\" data-state=\"Bad\"", page);
        Assert.Contains("data-action=\"redrive\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("data-action=\"stop\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_execution_that_ended_is_there_as_a_test_and_as_a_mock_file()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Deciding", Definitions.Choice);
        var arn = await server.StartExecutionAsync("Deciding", """{"ok":false}""");
        await server.EndedAsync(arn);

        var page = await server.PageAsync(PathOf(arn));
        using var test = await server.Http.GetAsync(PathOf(arn) + "/test", TestContext.Current.CancellationToken);
        using var mocks = await server.Http.GetAsync(PathOf(arn) + "/mocks", TestContext.Current.CancellationToken);

        Assert.Equal(2, page.Split("data-copy-from=").Length - 1);
        Assert.Equal("text/plain", test.Content.Headers.ContentType?.MediaType);
        var code = await test.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.Contains("public sealed class Deciding_tests\n", code, StringComparison.Ordinal);
        Assert.Contains(".ShouldFail(\"Bad.Day\", \"It rained.\");", code, StringComparison.Ordinal);
        Assert.Contains("\"Deciding\"", await mocks.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_test_is_made_of_an_execution_that_is_under_way()
    {
        await using var server = await Serving.StartAsync();
        await AskAsync(server);
        var arn = await server.StartExecutionAsync("Asking");

        Assert.DoesNotContain("data-copy-from", await server.PageAsync(PathOf(arn)), StringComparison.Ordinal);
        using var test = await server.Http.GetAsync(PathOf(arn) + "/test", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, test.StatusCode);
        Assert.Contains("still under way", await test.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hostile_names_and_values_are_text_everywhere()
    {
        await using var server = await Serving.StartAsync();
        var name = System.Text.Json.JsonSerializer.Serialize(Hostile);
        await server.CreateAsync("Hostile", $$"""
            { "StartAt": {{name}}, "States": { {{name}}: { "Type": "Pass", "Assign": { "v.$": "$.x" }, "Next": "F" }, "F": { "Type": "Fail", "Error": {{name}}, "Cause": {{name}} } } }
            """);
        var arn = await server.StartExecutionAsync("Hostile", $$"""{"x":{{name}}}""");
        await server.EndedAsync(arn);

        foreach (var path in new[] { "", "/visits/2", "/visits/4", "/events/3", "/states/F", $"/compare?with={Uri.EscapeDataString(arn)}" })
        {
            var page = await server.PageAsync(PathOf(arn) + path);
            Assert.Contains("&lt;img", page, StringComparison.Ordinal);
            Assert.DoesNotContain("<img src=x", page, StringComparison.Ordinal);
        }

        using var value = await server.Http.GetAsync(PathOf(arn) + "/values/3/output", TestContext.Current.CancellationToken);
        Assert.Equal("text/plain", value.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task An_open_page_is_told_what_happens()
    {
        await using var server = await Serving.StartAsync();
        var activity = await AskAsync(server);
        var arn = await server.StartExecutionAsync("Asking");
        await using var live = await LiveEvents.OpenAsync(server, PathOf(arn) + "/live");
        var first = await live.UntilAsync("update", update => update.GetProperty("visits").GetArrayLength() == 1);
        Assert.Equal(0, first.GetProperty("visits")[0][8].GetInt32());
        await live.UntilAsync("head", head => head.Text("status") == "RUNNING");

        await SucceedAsync(server, activity);

        var entered = await live.UntilAsync("update", update => update.GetProperty("visits").EnumerateArray().Any(visit => visit[1].GetString() == "Thank"));
        Assert.NotEmpty(entered.GetProperty("rows").EnumerateArray());
        await live.UntilAsync("head", head => head.Text("status") == "SUCCEEDED");
    }

    [Fact]
    public async Task A_page_that_comes_back_is_told_what_it_missed_and_no_more()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Deciding", Definitions.Choice);
        var arn = await server.StartExecutionAsync("Deciding", """{"ok":false}""");
        await server.EndedAsync(arn);

        await using var live = await LiveEvents.OpenAsync(server, PathOf(arn) + "/live", after: 3);

        var update = await live.UntilAsync("update", _ => true);
        Assert.Equal(["Bad"], update.GetProperty("visits").EnumerateArray().Select(visit => visit[1].GetString()));
        Assert.Equal([4, 5], update.GetProperty("rows").EnumerateArray().Select(row => row[0].GetInt32()));
    }

    [Fact]
    public async Task A_page_that_knows_more_than_there_is_loads_anew()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Echoing", Definitions.Pass);
        var arn = await server.StartExecutionAsync("Echoing");
        await server.EndedAsync(arn);

        await using var live = await LiveEvents.OpenAsync(server, PathOf(arn) + "/live", after: 900);

        await live.UntilAsync("reload", _ => true);
    }

    [Fact]
    public async Task Events_come_in_parts_and_filtered()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Deciding", Definitions.Choice);
        var arn = await server.StartExecutionAsync("Deciding", """{"ok":true,"who":"Ada"}""");
        await server.EndedAsync(arn);

        var part = await server.DataAsync(PathOf(arn) + "/events?offset=2&count=2");
        var found = await server.DataAsync(PathOf(arn) + "/events?groups=exited&state=Good&text=ADA!");

        Assert.Equal(6, part.GetProperty("total").GetInt32());
        Assert.Equal([3, 4], part.GetProperty("rows").EnumerateArray().Select(row => row[0].GetInt32()));
        Assert.Equal(1, found.GetProperty("total").GetInt32());
        Assert.Equal("PassStateExited", found.GetProperty("rows")[0][2].GetString());
    }

    [Fact]
    public async Task A_panel_shows_every_attempt_of_a_state()
    {
        await using var server = await Serving.StartAsync();
        var activity = await AskAsync(server);
        var arn = await server.StartExecutionAsync("Asking", """{"question":42}""");
        var token = await TokenAsync(server, activity);
        await server.CallAsync("SendTaskFailure", new { taskToken = token, error = "Busy", cause = "Out to lunch" });
        await SucceedAsync(server, activity);
        await server.EndedAsync(arn);

        var panel = await server.PageAsync(PathOf(arn) + "/visits/2");

        Assert.Contains("Out to lunch", panel, StringComparison.Ordinal);
        Assert.Contains("No. 2", panel, StringComparison.Ordinal);
        Assert.Contains("Assigned variables", panel, StringComparison.Ordinal);
        Assert.Contains("question", panel, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_execution_is_stopped_with_an_error_and_a_cause()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Waiting", Definitions.Wait);
        var arn = await server.StartExecutionAsync("Waiting");

        var (status, body) = await server.ChangeAsync(PathOf(arn) + "/stop", new { error = "Enough", cause = "of waiting" });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("ABORTED", body.Text("status"));
        Assert.Equal("Enough", (await server.EndedAsync(arn)).Text("error"));
    }

    [Fact]
    public async Task A_redrive_is_done_or_refused_with_the_reason()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Deciding", Definitions.Choice);
        var good = await server.StartExecutionAsync("Deciding", """{"ok":true,"who":"Ada"}""");
        var bad = await server.StartExecutionAsync("Deciding", """{"ok":false}""");
        await server.EndedAsync(good);
        await server.EndedAsync(bad);

        var (refused, why) = await server.ChangeAsync(PathOf(good) + "/redrive", new { });
        var (done, _) = await server.ChangeAsync(PathOf(bad) + "/redrive", new { });

        Assert.Equal(HttpStatusCode.BadRequest, refused);
        Assert.Contains("SUCCEEDED", why.Text("message"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, done);
        Assert.Equal(1, (await server.EndedAsync(bad)).GetProperty("redriveCount").GetInt32());
    }

    [Fact]
    public async Task An_execution_that_is_not_there_is_said_to_be_missing()
    {
        await using var server = await Serving.StartAsync();
        const string Arn = "arn:aws:states:us-east-1:123456789012:execution:Nothing:none";

        foreach (var page in new[] { "", "/live", "/events", "/visits/2", "/compare" })
        {
            using var response = await server.Http.GetAsync(PathOf(Arn) + page, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    private static string PathOf(string arn) => Stateside.Service.Console.Pages.Links.Execution(arn);

    private static async Task<string> AskAsync(Serving server)
    {
        await server.CreateAsync("Asking", Asking);
        return (await server.CallAsync("CreateActivity", new { name = "desk" })).Text("activityArn");
    }

    private static async Task<string> TokenAsync(Serving server, string activity) =>
        (await server.CallAsync("GetActivityTask", new { activityArn = activity })).Text("taskToken");

    private static async Task SucceedAsync(Serving server, string activity) =>
        await server.CallAsync("SendTaskSuccess", new { taskToken = await TokenAsync(server, activity), output = "{}" });
}
