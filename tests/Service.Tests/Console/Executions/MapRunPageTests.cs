using System.Net;
using System.Text.RegularExpressions;
using Stateside.Service.Console.Pages;
using Stateside.Service.Tests.Cli;

namespace Stateside.Service.Tests.Console.Executions;

/// <summary>The page of a map run over HTTP: what it shows of how far it is, what failed, and its children.</summary>
public sealed partial class MapRunPageTests
{
    private const string Importing = """
        { "StartAt": "Rows", "States": { "Rows": { "Type": "Map", "ToleratedFailurePercentage": 100, "ItemsPath": "$.rows", "ResultPath": null, "End": true,
            "ItemProcessor": { "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS" }, "StartAt": "Look", "States": {
                "Look": { "Type": "Choice", "Choices": [{ "Variable": "$", "NumericEquals": 2, "Next": "Bad" }, { "Variable": "$", "NumericEquals": 3, "Next": "Worse" }], "Default": "Good" },
                "Good": { "Type": "Pass", "End": true }, "Bad": { "Type": "Fail", "Error": "<b>Two" }, "Worse": { "Type": "Fail" } } } } } }
        """;

    private const string Holding = """
        { "StartAt": "Rows", "States": { "Rows": { "Type": "Map", "ItemsPath": "$.rows", "End": true,
            "ItemProcessor": { "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" }, "StartAt": "Ask", "States": {
                "Ask": { "Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:desk", "End": true } } } } } }
        """;

    [Fact]
    public async Task A_run_that_ended_shows_its_counts_and_its_failures_by_error()
    {
        await using var server = await Serving.StartAsync();
        var (_, run) = await RunAsync(server, "[1,2,3,2,1]");

        var page = await server.PageAsync(Links.MapRun(run));

        Assert.Matches("5 items in [^·]* · .*3 failed", page);
        Assert.Matches("aria-valuenow=\"100\"", page);
        Assert.Matches("<bdi>&lt;b&gt;Two</bdi></a></th><td class=\"number\">2</td>", page);
        Assert.Matches("<bdi>No error name</bdi></a></th><td class=\"number\">1</td>", page);
        Assert.Equal(["4", "3", "2", "1", "0"], ItemsIn(page));
    }

    [Fact]
    public async Task Children_are_listed_by_status_and_by_error_and_lead_to_their_parent()
    {
        await using var server = await Serving.StartAsync();
        var (arn, run) = await RunAsync(server, "[1,2,3,2,1]");
        var link = Links.MapRun(run);

        Assert.Equal(["4", "0"], ItemsIn(await server.PageAsync($"{link}?status=SUCCEEDED")));
        Assert.Equal(["3", "1"], ItemsIn(await server.PageAsync($"{link}?error={Uri.EscapeDataString("<b>Two")}")));
        Assert.Equal(["2"], ItemsIn(await server.PageAsync($"{link}?error=-")));
        var page = await server.PageAsync($"{link}?status=FAILED");
        var child = await server.PageAsync(ChildLink().Match(page).Groups[1].Value);
        Assert.Contains($"href=\"{Links.Execution(arn)}\"", child, StringComparison.Ordinal);
        Assert.Contains("data-state=\"Look\"", child, StringComparison.Ordinal);
        Assert.DoesNotContain("data-state=\"Rows\"", child, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Children_come_page_by_page()
    {
        await using var server = await Serving.StartAsync();
        var (_, run) = await RunAsync(server, $"[{string.Join(',', Enumerable.Repeat(1, 120))}]");
        var items = new List<string>();
        for (var link = Links.MapRun(run); link is not null;)
        {
            var page = await server.PageAsync(link);
            items.AddRange(ItemsIn(page));
            link = Older().Match(page) is { Success: true } older ? WebUtility.HtmlDecode(older.Groups[1].Value) : null;
        }

        Assert.Equal(Enumerable.Range(0, 120).Reverse().Select(item => item.ToString(System.Globalization.CultureInfo.InvariantCulture)), items);
    }

    [Fact]
    public async Task A_page_says_that_older_children_are_not_kept()
    {
        await using var server = await Serving.StartAsync();
        var (_, run) = await RunAsync(server, $"[2,{string.Join(',', Enumerable.Repeat(1, 10_100))}]");

        // The last children are let go of a moment after the run's end.
        while (!(await server.PageAsync(Links.MapRun(run))).Contains("10,001 of 10,101 are listed: older ones are not kept in memory. With --data all are.", StringComparison.Ordinal))
            await Task.Yield();
        Assert.DoesNotContain("are listed:", await server.PageAsync($"{Links.MapRun(run)}?status=FAILED"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_page_is_told_how_far_the_run_is()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Holding", Holding);
        var activity = (await server.CallAsync("CreateActivity", new { name = "desk" })).Text("activityArn");
        var arn = await server.StartExecutionAsync("Holding", """{"rows":[1,2]}""");
        var token = (await server.CallAsync("GetActivityTask", new { activityArn = activity })).Text("taskToken");
        var run = await RunOfAsync(server, arn);
        await using var live = await LiveEvents.OpenAsync(server, $"{Links.MapRun(run)}/live");
        await live.UntilAsync("parts", data => data.GetProperty("parts").Text("run-progress").Contains("0 of 2 items · 0.0 %", StringComparison.Ordinal));

        await server.CallAsync("SendTaskSuccess", new { taskToken = token, output = "{}" });

        var half = await live.UntilAsync("parts", data =>
            data.GetProperty("parts").TryGetProperty("run-progress", out var progress) && progress.GetString()!.Contains("1 of 2 items · 50.0 %", StringComparison.Ordinal));
        Assert.Equal("Running", half.Text("status"));
        var summary = await server.DataAsync($"{Links.MapRun(run)}/summary");
        Assert.Equal("1/2", summary.Text("badge"));
        await server.CallAsync("StopExecution", new { executionArn = arn });
        await live.UntilAsync("parts", data => data.Text("status") == "Aborted");
    }

    [Fact]
    public async Task The_panel_of_the_map_shows_the_run_and_leads_to_it()
    {
        await using var server = await Serving.StartAsync();
        var (arn, run) = await RunAsync(server, "[1,2]");

        var panel = await server.PageAsync($"{Links.Execution(arn)}/visits/2");

        Assert.Contains($"href=\"{Links.MapRun(run)}\"", panel, StringComparison.Ordinal);
        Assert.Contains("2 items in", panel, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_not_there_is_said_to_be_missing()
    {
        await using var server = await Serving.StartAsync();
        foreach (var page in new[] { "", "/live", "/summary" })
        {
            using var response = await server.Http.GetAsync(Links.MapRun("arn:aws:states:us-east-1:123456789012:mapRun:No/Rows:none") + page, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    private static async Task<(string Arn, string Run)> RunAsync(Serving server, string rows)
    {
        await server.CreateAsync("Importing", Importing);
        var arn = await server.StartExecutionAsync("Importing", $$"""{"rows":{{rows}}}""");
        Assert.Equal("SUCCEEDED", (await server.EndedAsync(arn)).Text("status"));
        return (arn, await RunOfAsync(server, arn));
    }

    private static async Task<string> RunOfAsync(Serving server, string arn) =>
        (await server.CallAsync("ListMapRuns", new { executionArn = arn })).GetProperty("mapRuns")[0].Text("mapRunArn");

    private static IEnumerable<string> ItemsIn(string page) => Item().Matches(page).Select(match => match.Groups[1].Value);

    [GeneratedRegex("<tr><td class=\"number\">([0-9]+)</td><td><span class=\"badge")]
    private static partial Regex Item();

    [GeneratedRegex("<th scope=\"row\"><a href=\"(/console/executions/[^\"]*)\"")]
    private static partial Regex ChildLink();

    [GeneratedRegex("href=\"([^\"]*)\">Older<")]
    private static partial Regex Older();
}
