using Stateside.Service.Tests.Cli;

namespace Stateside.Service.Tests.Console;

/// <summary>Live pages: what changes is told, and an open page holds nothing up.</summary>
public sealed class LiveTests
{
    [Fact]
    public async Task The_machines_page_hears_of_executions()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Echoing", Definitions.Pass);
        await using var live = await LiveEvents.OpenAsync(server, "/console/machines/live");
        await live.UntilAsync("cells", cells => cells.TryGetProperty("m1-SUCCEEDED", out var cell) && cell.GetString()!.Contains(">0<", StringComparison.Ordinal));

        await server.StartExecutionAsync("Echoing");

        await live.UntilAsync("cells", cells => cells.TryGetProperty("m1-SUCCEEDED", out var cell) && cell.GetString()!.Contains(">1<", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_machines_list_hears_of_its_executions_as_they_change()
    {
        await using var server = await Serving.StartAsync();
        await server.CreateAsync("Waiting", Definitions.Wait);
        await server.CreateAsync("Echoing", Definitions.Pass);
        await using var live = await LiveEvents.OpenAsync(server, ConsoleCalls.Machine("Waiting", "live"));
        await live.UntilAsync("counts", counts => counts.GetProperty("ALL").GetInt32() == 0);

        await server.StartExecutionAsync("Echoing");
        var arn = await server.StartExecutionAsync("Waiting");
        var begun = await live.UntilAsync("rows", rows => rows[0].Text("status") == "RUNNING");
        await server.CallAsync("StopExecution", new { executionArn = arn });
        var ended = await live.UntilAsync("rows", rows => rows[0].Text("status") == "ABORTED");

        Assert.Equal(arn.Split(':')[^1], begun[0].Text("name"));
        Assert.Equal(begun[0].GetProperty("n").GetInt64(), ended[0].GetProperty("n").GetInt64());
    }

    [Fact]
    public async Task A_reload_of_the_template_brings_the_new_graph()
    {
        using var project = new Project();
        await using var server = await Serving.StartAsync("--template", project.Template, "--in-memory");
        await using var live = await LiveEvents.OpenAsync(server, ConsoleCalls.Machine("Greeting", "live"));
        await live.UntilAsync("counts", _ => true);

        project.Write("template.yaml", Project.Greeting.Replace("Refuse", "Decline", StringComparison.Ordinal));

        var graph = await live.UntilAsync("graph", _ => true);
        Assert.Contains("data-state=\"Decline\"", graph.Text("svg"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_service_ends_while_pages_are_open()
    {
        await using var server = await Serving.StartAsync();
        await using var live = await LiveEvents.OpenAsync(server, "/console/machines/live");

        Assert.Equal(0, await server.StopAsync());
        Assert.DoesNotContain("defect", server.Error, StringComparison.Ordinal);
    }
}
