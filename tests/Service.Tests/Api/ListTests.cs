using System.Text.Json;

namespace Stateside.Service.Tests.Api;

public sealed class ListTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Each = """
        {"StartAt":"Each","States":{"Each":{"Type":"Map","Label":"items","MaxConcurrency":2,"ToleratedFailureCount":1,"End":true,"ItemProcessor":{
          "ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Ok?","States":{
            "Ok?":{"Type":"Choice","Choices":[{"Variable":"$","BooleanEquals":true,"Next":"Ok"}],"Default":"Bad"},
            "Ok":{"Type":"Succeed"},"Bad":{"Type":"Fail","Error":"Bad"} } } } } }
        """;

    [Fact]
    public async Task Executions_are_listed_newest_first_in_pages_that_do_not_shift_when_others_start()
    {
        var machine = await server.CreateAsync("Paged");
        var arns = new List<string>();
        for (var i = 0; i < 5; i++)
            arns.Insert(0, await server.StartAsync(machine, $"run-{i}"));

        var first = await server.CallAsync("ListExecutions", new { stateMachineArn = machine, maxResults = 2 });
        await server.StartAsync(machine, "late");
        var second = await server.CallAsync("ListExecutions", new { stateMachineArn = machine, maxResults = 3, nextToken = first.Text("nextToken") });

        Assert.Equal(arns, first.GetProperty("executions").Texts("executionArn").Concat(second.GetProperty("executions").Texts("executionArn")));
        Assert.False(second.Has("nextToken"));
    }

    [Fact]
    public async Task Executions_are_listed_by_status()
    {
        var machine = await server.CreateAsync("Standing", ApiCalls.Wait);
        var stopped = await server.StartAsync(machine);
        var running = await server.StartAsync(machine);
        await server.CallAsync("StopExecution", new { executionArn = stopped });
        async Task<IEnumerable<string>> List(string statusFilter) =>
            (await server.CallAsync("ListExecutions", new { stateMachineArn = machine, statusFilter })).GetProperty("executions").Texts("executionArn");

        Assert.Equal([stopped], await List("ABORTED"));
        Assert.Equal([running], await List("RUNNING"));
        Assert.Empty(await List("FAILED"));
    }

    [Theory]
    [InlineData("ListExecutions", "stateMachineArn", "\"statusFilter\":\"SUCCEEDED\"")]
    [InlineData("ListStateMachineVersions", "stateMachineArn", null)]
    public async Task A_token_belongs_to_its_request(string operation, string member, string? other)
    {
        var machine = await server.CreateAsync("Token" + operation);
        await server.StartAsync(machine);
        await server.StartAsync(machine);
        var token = (await server.CallAsync("ListExecutions", new { stateMachineArn = machine, maxResults = 1 })).Text("nextToken");

        Assert.Equal(
            ("InvalidToken", "Invalid Token: 'Invalid token'"),
            await server.RefusedAsync(operation, $$"""{"{{member}}":"{{machine}}","nextToken":"{{token}}"{{(other is null ? "" : "," + other)}} }"""));
    }

    [Fact]
    public async Task An_integration_is_told_of_an_execution_what_a_caller_is_told()
    {
        var machine = await server.CreateAsync("Told", """{"StartAt":"Bad","States":{"Bad":{"Type":"Fail","Error":"E","Cause":"c"} } }""", publish: true);
        var execution = await server.StartAsync($"{machine}:1");
        var told = await server.EndedAsync(execution);
        var asking = await server.CreateAsync("Asking", $$"""
            {"StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:describeExecution","Parameters":{"ExecutionArn":"{{execution}}"},"End":true} } }
            """);

        var output = (await server.EndedAsync(await server.StartAsync(asking))).Text("output");

        var answer = JsonDocument.Parse(output).RootElement;
        var members = told.EnumerateObject().ToDictionary(member => char.ToUpperInvariant(member.Name[0]) + member.Name[1..], member => member.Value);
        Assert.Equal(members.Keys.Order(StringComparer.Ordinal), answer.EnumerateObject().Select(member => member.Name));
        Assert.All(members.Where(member => member.Value.ValueKind == JsonValueKind.String), member => Assert.Equal(member.Value.GetString(), answer.Text(member.Key)));
        Assert.Equal($"{machine}:1", answer.Text("StateMachineVersionArn"));
    }

    [Fact]
    public async Task Express_executions_are_not_listed_described_or_stopped()
    {
        var machine = await server.CreateAsync("Quick", type: "EXPRESS");
        var execution = await server.StartAsync(machine);

        Assert.Equal(
            ("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine"),
            await server.RefusedAsync("ListExecutions", new { stateMachineArn = machine }));
        foreach (var operation in new[] { "DescribeExecution", "StopExecution", "GetExecutionHistory" })
        {
            Assert.Equal(
                ("InvalidArn", "Invalid Arn: 'Resource type not valid in this context: express'"),
                await server.RefusedAsync(operation, new { executionArn = execution }));
        }
    }

    [Fact]
    public async Task A_map_run_tells_how_its_items_fared()
    {
        var machine = await server.CreateAsync("Mapped", Each);
        var execution = await server.StartAsync(machine, input: "[true, false, true]");
        await server.EndedAsync(execution);

        var run = Assert.Single((await server.CallAsync("ListMapRuns", new { executionArn = execution })).GetProperty("mapRuns").EnumerateArray());
        var arn = run.Text("mapRunArn");
        var described = await server.CallAsync("DescribeMapRun", new { mapRunArn = arn });
        var children = (await server.CallAsync("ListExecutions", new { mapRunArn = arn })).GetProperty("executions");

        Assert.Equal($"{machine}/items", run.Text("stateMachineArn"));
        Assert.Equal(("SUCCEEDED", execution), (described.Text("status"), described.Text("executionArn")));
        var counts = described.GetProperty("itemCounts");
        Assert.Equal((3, 2, 1, 0), (Count("total"), Count("succeeded"), Count("failed"), Count("running")));
        Assert.Equal((2, 1L), (described.GetProperty("maxConcurrency").GetInt32(), described.GetProperty("toleratedFailureCount").GetInt64()));
        Assert.Equal(3, children.GetArrayLength());
        Assert.All(children.EnumerateArray(), child => Assert.Equal(arn, child.Text("mapRunArn")));
        Assert.Equal((3, 0), (Count("resultsWritten"), Count("pending")));
        int Count(string name) => counts.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task A_map_run_counts_items_and_the_executions_that_were_given_them()
    {
        var machine = await server.CreateAsync("Batched", """
            {"StartAt":"Know","States":{"Know":{"Type":"Pass","Assign":{"most":1},"Next":"Each"},
              "Each":{"Type":"Map","Label":"items","MaxConcurrencyPath":"$most","ItemsPath":"$.items","ToleratedFailurePercentagePath":"$.tolerated","ItemBatcher":{"MaxItemsPerBatch":2},"End":true,"ItemProcessor":{
              "ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Ok?","States":{
                "Ok?":{"Type":"Choice","Choices":[{"Variable":"$.Items[0]","BooleanEquals":true,"Next":"Ok"}],"Default":"Bad"},
                "Ok":{"Type":"Succeed"},"Bad":{"Type":"Fail","Error":"Bad"} } } } } }
            """);
        var execution = await server.StartAsync(machine, input: """{"tolerated":12.5,"items":[true,true,false,true,true]}""");
        await server.EndedAsync(execution);

        var arn = Assert.Single((await server.CallAsync("ListMapRuns", new { executionArn = execution })).GetProperty("mapRuns").EnumerateArray()).Text("mapRunArn");
        var run = await server.CallAsync("DescribeMapRun", new { mapRunArn = arn });
        var children = (await server.CallAsync("ListExecutions", new { mapRunArn = arn })).GetProperty("executions");

        Assert.Equal(
            ("FAILED", 1, 12.5),
            (run.Text("status"), run.GetProperty("maxConcurrency").GetInt32(), run.GetProperty("toleratedFailurePercentage").GetDouble()));
        Assert.Equal([5, 2, 2, 1, 0, 4], Counts("itemCounts"));
        Assert.Equal([3, 1, 1, 1, 0, 2], Counts("executionCounts"));
        Assert.Equal([2, 2], children.EnumerateArray().Select(child => child.GetProperty("itemCount").GetInt32()));

        IEnumerable<int> Counts(string kind) => new[] { "total", "succeeded", "failed", "pending", "aborted", "resultsWritten" }
            .Select(name => run.GetProperty(kind).GetProperty(name).GetInt32());
    }

    [Fact]
    public async Task Machines_are_listed_by_their_names()
    {
        foreach (var name in new[] { "ByName-b", "ByName-C", "ByName-a" })
            await server.CreateAsync(name);

        var found = new List<string>();
        for (string? token = null; ;)
        {
            var page = await server.CallAsync("ListStateMachines", token is null ? new { maxResults = 2 } : (object)new { maxResults = 2, nextToken = token });
            found.AddRange(page.GetProperty("stateMachines").EnumerateArray().Select(machine => machine.Text("name")));
            if (!page.TryGetProperty("nextToken", out var next))
                break;
            token = next.GetString();
        }

        Assert.Equal(["ByName-C", "ByName-a", "ByName-b"], found.Where(name => name.StartsWith("ByName", StringComparison.Ordinal)));
        Assert.Equal(found.Order(StringComparer.Ordinal), found);
    }

    [Theory]
    [InlineData("ToleratedFailureCount", 3, "toleratedFailurePercentage", 25)]
    [InlineData("ToleratedFailurePercentage", 75, "toleratedFailureCount", 1)]
    public async Task A_map_run_tolerates_the_lesser_of_its_limits_when_one_is_changed_too(string own, int value, string name, int changed)
    {
        var machine = await server.CreateAsync($"Lesser-{name}", $$"""
            {"StartAt":"Each","States":{"Each":{"Type":"Map","Label":"items","{{own}}":{{value}},"End":true,"ItemProcessor":{
              "ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Ok?","States":{
                "Ok?":{"Type":"Choice","Choices":[{"Variable":"$","BooleanEquals":true,"Next":"Wait"}],"Default":"Bad"},
                "Wait":{"Type":"Wait","Seconds":3600,"End":true},"Bad":{"Type":"Fail","Error":"Bad"} } } } } }
            """);
        var execution = await server.StartAsync(machine, input: "[false, false, true, true]");
        string? arn;
        while ((arn = (await server.CallAsync("ListMapRuns", new { executionArn = execution })).GetProperty("mapRuns").Texts("mapRunArn").FirstOrDefault()) is null)
            await Task.Yield();
        while ((await server.CallAsync("DescribeMapRun", new { mapRunArn = arn })).GetProperty("itemCounts").GetProperty("failed").GetInt32() != 2)
            await Task.Yield();

        await server.CallAsync("UpdateMapRun", new Dictionary<string, object> { ["mapRunArn"] = arn, [name] = changed });

        Assert.Equal("States.ExceedToleratedFailureThreshold", (await server.EndedAsync(execution)).Text("error"));
    }

    [Fact]
    public async Task A_map_run_under_way_takes_another_concurrency_and_ends_when_it_tolerates_fewer_failures()
    {
        var machine = await server.CreateAsync("Changed", """
            {"StartAt":"Each","States":{"Each":{"Type":"Map","Label":"items","MaxConcurrency":1,"ToleratedFailureCount":1,"End":true,"ItemProcessor":{
              "ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Ok?","States":{
                "Ok?":{"Type":"Choice","Choices":[{"Variable":"$","BooleanEquals":true,"Next":"Wait"}],"Default":"Bad"},
                "Wait":{"Type":"Wait","Seconds":3600,"End":true},"Bad":{"Type":"Fail","Error":"Bad"} } } } } }
            """);
        var execution = await server.StartAsync(machine, input: "[false, true, true, true]");
        string? arn;
        while ((arn = (await server.CallAsync("ListMapRuns", new { executionArn = execution })).GetProperty("mapRuns").Texts("mapRunArn").FirstOrDefault()) is null)
            await Task.Yield();
        await RunningAsync(1);

        await server.CallAsync("UpdateMapRun", new { mapRunArn = arn, maxConcurrency = 3 });
        await RunningAsync(3);
        await server.CallAsync("UpdateMapRun", new { mapRunArn = arn, toleratedFailureCount = 0 });

        var ended = await server.EndedAsync(execution);
        Assert.Equal(("FAILED", "States.ExceedToleratedFailureThreshold"), (ended.Text("status"), ended.Text("error")));
        Assert.Equal("FAILED", (await server.CallAsync("DescribeMapRun", new { mapRunArn = arn })).Text("status"));
        Assert.Equal("ValidationException", (await server.RefusedAsync("UpdateMapRun", new { mapRunArn = arn, maxConcurrency = 3 })).Code);

        async Task RunningAsync(int count)
        {
            while ((await server.CallAsync("DescribeMapRun", new { mapRunArn = arn })).GetProperty("itemCounts").GetProperty("running").GetInt32() != count)
                await Task.Yield();
        }
    }
}
