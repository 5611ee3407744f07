using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Stateside.Service.Tests.Cli;

namespace Stateside.Service.Tests.Console;

/// <summary>The pages of a machine: its list of executions, starting them, and tests of single states.</summary>
public sealed partial class MachinePagesTests
{
    [Fact]
    public async Task Machines_are_listed_with_how_their_executions_stand()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Choosing", Definitions.Choice);
        await server.EndedAsync(await server.StartExecutionAsync("Choosing", """{"ok": true, "who": "you"}"""));
        await server.EndedAsync(await server.StartExecutionAsync("Choosing", """{"ok": false}"""));

        var page = await server.PageAsync("/console/machines");

        Assert.Contains("data-cell=\"m1-SUCCEEDED\"><a class=\"is-succeeded count\"", page, StringComparison.Ordinal);
        Assert.Contains("?status=FAILED#executions\">1</a>", page, StringComparison.Ordinal);
        Assert.Contains("data-cell=\"m1-RUNNING\"><span class=\"none\">0</span>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counts_are_those_of_the_file()
    {
        using var project = new Project();
        string[] kept = ["--data", project.At("kept")];
        await using (var server = await Serving.StartAsync(kept))
        {
            await server.CreateAsync("Choosing", Definitions.Choice);
            await server.CreateAsync("Waiting", Definitions.Wait);
            foreach (var input in new[] { """{"ok": true, "who": "you"}""", """{"ok": true, "who": "me"}""", """{"ok": false}""" })
                await server.EndedAsync(await server.StartExecutionAsync("Choosing", input));
            await server.StartExecutionAsync("Waiting");
            await server.CallAsync("StopExecution", new { executionArn = await server.StartExecutionAsync("Waiting") });
        }

        await using var again = await Serving.StartAsync(kept);

        Assert.Equal(["ALL 3", "RUNNING 0", "SUCCEEDED 2", "FAILED 1", "TIMED_OUT 0", "ABORTED 0"], Counts(await again.PageAsync(ConsoleCalls.Machine("Choosing"))));
        Assert.Equal(["ALL 2", "RUNNING 1", "SUCCEEDED 0", "FAILED 0", "TIMED_OUT 0", "ABORTED 1"], Counts(await again.PageAsync(ConsoleCalls.Machine("Waiting"))));
    }

    [Fact]
    public async Task What_is_wrong_with_the_template_stands_above_the_machines()
    {
        using var project = new Project(Project.Greeting.Replace("Default: Greet", "Default: Gret", StringComparison.Ordinal));
        await using var server = await Serving.StartAsync("--template", project.Template, "--in-memory");

        var page = await server.PageAsync("/console/machines");

        Assert.Contains("The template has mistakes", page, StringComparison.Ordinal);
        Assert.Contains("MISSING_TRANSITION_TARGET", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_test_case_of_the_mock_file_can_be_chosen()
    {
        using var project = new Project();
        var mocks = project.Write("mocks.json",
            """
            {"StateMachines": {"Calling": {"TestCases": {"Happy": {"Call": "Answer"}}}}, "MockedResponses": {"Answer": {"0": {"Return": {"answer": 42}}}}}
            """);
        await using var server = await Serving.StartAsync("--mocks", mocks);
        await server.CreateAsync("Calling", """{"StartAt": "Call", "States": {"Call": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}, "End": true}}}""");

        var page = await server.PageAsync(ConsoleCalls.Machine("Calling", "start"));
        var (_, started) = await server.ChangeAsync(ConsoleCalls.Machine("Calling", "start"), new { input = "{}", testCase = "Happy" });

        Assert.Contains("<option value=\"Happy\">Happy</option>", page, StringComparison.Ordinal);
        Assert.Contains("42", (await server.EndedAsync(started.Text("arn"))).Text("output"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_list_is_read_page_by_page_and_by_status_and_name()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Echoing", Definitions.Pass);
        for (var i = 0; i < 60; i++)
            await server.CallAsync("StartExecution", new { stateMachineArn = ConsoleCalls.ArnOf("Echoing"), name = $"order-{i:000}", input = "{}" });
        await server.EndedAsync($"arn:aws:states:us-east-1:123456789012:execution:Echoing:order-059");
        var rows = ConsoleCalls.Machine("Echoing", "executions");

        var page = await server.PageAsync(ConsoleCalls.Machine("Echoing"));
        Assert.Contains("order-059", page, StringComparison.Ordinal);
        Assert.DoesNotContain("order-009", page, StringComparison.Ordinal);
        Assert.Contains("Older executions", page, StringComparison.Ordinal);

        Assert.Equal(60, Names(await server.DataAsync(rows)).Count);
        var before = (await server.DataAsync(rows)).GetProperty("rows")[49].GetProperty("n").GetInt64();
        Assert.Equal("order-009", Names(await server.DataAsync($"{rows}?before={before}"))[0]);
        Assert.Equal(["order-059", "order-058", "order-057", "order-056", "order-055", "order-054", "order-053", "order-052", "order-051", "order-050"],
            Names(await server.DataAsync($"{rows}?name=ORDER-05")));
        Assert.Empty(Names(await server.DataAsync($"{rows}?status=FAILED")));
        Assert.Equal(60, Names(await server.DataAsync($"{rows}?status=SUCCEEDED")).Count);
    }

    [Fact]
    public async Task An_execution_is_started_with_name_and_input()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Echoing", Definitions.Pass);

        var (status, body) = await server.ChangeAsync(ConsoleCalls.Machine("Echoing", "start"), new { name = "mine", input = """{"a": 1.0}""" });

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("/console/executions/arn:aws:states:us-east-1:123456789012:execution:Echoing:mine", body.Text("link"));
        Assert.Equal("""{"a": 1.0}""", (await server.EndedAsync(body.Text("arn"))).Text("output"));
    }

    [Fact]
    public async Task What_the_service_refuses_is_said_in_its_words()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Echoing", Definitions.Pass);

        var (status, body) = await server.ChangeAsync(ConsoleCalls.Machine("Echoing", "start"), new { name = "a b<", input = "{}" });

        Assert.Equal((HttpStatusCode.BadRequest, "InvalidName", "Invalid Name: 'a b<'"), (status, body.Text("error"), body.Text("message")));
    }

    [Fact]
    public async Task Of_an_express_machine_the_result_is_shown_at_once()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Quick", Definitions.Choice, "EXPRESS");

        var (_, good) = await server.ChangeAsync(ConsoleCalls.Machine("Quick", "start"), new { input = """{"ok": true, "who": "<b>"}""" });
        var (_, bad) = await server.ChangeAsync(ConsoleCalls.Machine("Quick", "start"), new { input = """{"ok": false}""" });

        Assert.Contains("&lt;b&gt;!", good.Text("result"), StringComparison.Ordinal);
        Assert.Contains("Bad.Day", bad.Text("result"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_input_of_an_execution_can_be_used_again()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Echoing", Definitions.Pass);
        var arn = await server.StartExecutionAsync("Echoing", """{"again":"</textarea>"}""");

        var page = await server.PageAsync(ConsoleCalls.Machine("Echoing", $"start?again={arn}"));

        Assert.Contains("&quot;again&quot;: &quot;&lt;/textarea&gt;&quot;", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Samples_beside_the_template_can_be_chosen_and_nothing_else()
    {
        using var project = new Project();
        project.Write("samples/deep/one.json", """{"name": "you"}""");
        project.Write("events/two.json", "{}");
        project.Write("secret.json", "{}");
        await using var server = await Serving.StartAsync("--template", project.Template, "--in-memory");

        var page = await server.PageAsync(ConsoleCalls.Machine("Greeting", "start"));

        Assert.Contains("<option>samples/deep/one.json</option>", page, StringComparison.Ordinal);
        Assert.Contains("<option>events/two.json</option>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", page, StringComparison.Ordinal);
        Assert.Equal("""{"name": "you"}""", (await server.DataAsync(ConsoleCalls.Machine("Greeting", "sample?name=samples/deep/one.json"))).Text("text"));
        foreach (var name in new[] { "secret.json", "samples/../secret.json", Uri.EscapeDataString(project.At("secret.json")) })
        {
            using var response = await server.Http.GetAsync(ConsoleCalls.Machine("Greeting", $"sample?name={name}"), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Fact]
    public async Task A_state_is_tested_with_an_input_of_ones_own()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Choosing", Definitions.Choice);

        var (_, chosen) = await server.ChangeAsync(ConsoleCalls.Machine("Choosing", "test"), new { state = "Decide", input = """{"ok": true}""" });
        var (_, output) = await server.ChangeAsync(ConsoleCalls.Machine("Choosing", "test"), new { state = "Good", input = """{"who": "you"}""" });
        var (status, refused) = await server.ChangeAsync(ConsoleCalls.Machine("Choosing", "test"), new { state = "Good", input = "{" });

        Assert.Contains("<dt>Next state</dt><dd><bdi>Good</bdi></dd>", chosen.Text("outcome"), StringComparison.Ordinal);
        Assert.Contains("you!", output.Text("outcome"), StringComparison.Ordinal);
        Assert.Contains("After Parameters", output.Text("outcome"), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.BadRequest, "InvalidExecutionInput"), (status, refused.Text("error")));
    }

    [Fact]
    public async Task A_state_is_tested_with_what_an_execution_gave_it()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Choosing", Definitions.Choice);
        var arn = await server.StartExecutionAsync("Choosing", """{"ok": true, "who": "you"}""");
        await server.EndedAsync(arn);

        var page = await server.PageAsync(ConsoleCalls.Machine("Choosing", $"test?state=Good&execution={arn}"));

        Assert.Contains("&quot;who&quot;: &quot;you&quot;", page, StringComparison.Ordinal);
        Assert.Contains("<option value=\"Good\" data-type=\"Pass\" data-works=\"no\" selected>", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Json_is_checked_and_laid_out_with_its_digits_kept()
    {
        await using var server = await Serving.StartAsync();

        var (_, good) = await server.ChangeAsync("/console/json", new { text = """{"a":1.00,"b":123456789012345678901234567890}""" });
        var (_, bad) = await server.ChangeAsync("/console/json", new { text = "{\n  \"a\": oops\n}" });

        Assert.Equal("{\n  \"a\": 1.00,\n  \"b\": 123456789012345678901234567890\n}", good.Text("formatted"));
        Assert.Equal((2, 8), (bad.GetProperty("problem").GetProperty("line").GetInt32(), bad.GetProperty("problem").GetProperty("column").GetInt32()));
    }

    [Fact]
    public async Task A_revision_is_published_and_can_be_started()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Echoing", Definitions.Pass);

        var (_, published) = await server.ChangeAsync(ConsoleCalls.Machine("Echoing", "versions"), new { description = "the <first>" });
        var (_, started) = await server.ChangeAsync(ConsoleCalls.Machine("Echoing", "start"), new { input = "{}", qualifier = "1" });

        Assert.Equal(ConsoleCalls.ArnOf("Echoing") + ":1", published.Text("arn"));
        Assert.Contains("the &lt;first&gt;", await server.PageAsync(ConsoleCalls.Machine("Echoing", "versions")), StringComparison.Ordinal);
        Assert.Equal(published.Text("arn"), (await server.EndedAsync(started.Text("arn"))).Text("stateMachineVersionArn"));
    }

    private static List<string> Counts(string page) => [.. Count().Matches(page).Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value}")];

    [GeneratedRegex("data-count=\"([A-Z_]+)\">([0-9]+)<")]
    private static partial Regex Count();

    private static List<string> Names(JsonElement part) => [.. part.GetProperty("rows").EnumerateArray().Select(row => row.Text("name"))];
}
