using System.Globalization;
using System.Text.Json.Nodes;
using Stateside.Conformance.Chaos;
using Stateside.Language.Evaluation;

namespace Stateside.Conformance.Hostile;

/// <summary>Executions that are large, many, or without end, and clients that ask much of them.</summary>
internal static class ExecutionAttacks
{
    private const string Endless =
        """{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Choice","Choices":[{"Variable":"$","IsNull":true,"Next":"C"}],"Default":"A"},"C":{"Type":"Succeed"}}}""";

    public static IReadOnlyList<Attack> All { get; } =
    [
        new("1,000 branches with a Map over 1,000 each", BranchesAsync) { IsShort = true },
        new("a Map over 40,000 items", target => FailsAsync(target, Definitions.Single(Definitions.Map("Item", "[1..40000]")), ErrorNames.Runtime)) { IsDurable = true, IsShort = true },
        new("a map run whose 20,000 results are 100 KB each", MapRunAsync) { IsDurable = true, Patience = TimeSpan.FromSeconds(120) },
        new("fifty loops of 25,000 events", LoopsAsync) { IsDurable = true },
        new("a history of 25,000 events, read by fifty clients", HistoryAsync) { IsDurable = true },
        new("executions that start each other for ever", target => ChainAsync(target, 1)) { IsDurable = true },
        new("executions that start two others each, for ever", target => ChainAsync(target, 2)) { IsDurable = true },
        new("10,000 waits that are due at once", WaitsAsync) { IsDurable = true, Patience = TimeSpan.FromSeconds(90) },
        new("5,000 heartbeats of one token", HeartbeatsAsync) { IsDurable = true },
        new("2,000 inputs of 256 KB", InputsAsync) { IsDurable = true, IsShort = true },
        new("1,000 polls for a task whose clients hang up", PollsAsync) { IsShort = true },
        new("200 synchronous executions whose clients hang up", SyncsAsync),
    ];

    private static async Task<string> FailsAsync(Target target, JsonObject definition, string error) =>
        await target.FailsAsync(await target.StartAsync(await target.MachineAsync(definition)), error);

    private static Task<string> BranchesAsync(Target target)
    {
        var branches = Enumerable.Range(0, 1000).Select(i => (JsonNode)Definitions.OfOne($"B{i}", Definitions.Map($"I{i}", "[1..1000]")));
        return FailsAsync(target, Definitions.Single(new JsonObject { ["Type"] = "Parallel", ["QueryLanguage"] = "JSONata", ["Branches"] = new JsonArray([.. branches]) }), ErrorNames.Runtime);
    }

    private static Task<string> MapRunAsync(Target target) =>
        FailsAsync(target, Definitions.Single(Definitions.Map("Item", "[1..20000]", "$pad('x', 100000)", isDistributed: true)), ErrorNames.DataLimitExceeded);

    private static async Task<string> LoopsAsync(Target target)
    {
        var machine = await target.MachineAsync(JsonNode.Parse(Endless)!.AsObject());
        await Target.EachAsync(50, 50, async _ => await target.FailsAsync(await target.StartAsync(machine), ErrorNames.Runtime));
        return ErrorNames.Runtime;
    }

    private static async Task<string> HistoryAsync(Target target)
    {
        var execution = await target.StartAsync(await target.MachineAsync(JsonNode.Parse(Endless)!.AsObject()));
        await target.FailsAsync(execution, ErrorNames.Runtime);
        var events = 0;
        await Target.EachAsync(50, 50, async i =>
        {
            var request = new JsonObject { ["executionArn"] = execution, ["maxResults"] = 1000, ["reverseOrder"] = i % 2 == 0 };
            await foreach (var _ in target.Client.ListAsync("GetExecutionHistory", request, "events"))
                Interlocked.Increment(ref events);
        });
        Target.Require(events == 50 * 25_000, $"had {events} events in place of {50 * 25_000}");
        return $"{events} events";
    }

    /// <summary>Ten seconds; then the machine is deleted, which must be possible and an end of it.</summary>
    private static async Task<string> ChainAsync(Target target, int children)
    {
        var machine = ChaosMachine.ArnOf("chain");
        await target.MachineAsync(Definitions.Starting(machine, children), name: "chain");
        for (var i = 0; i < 10; i++)
        {
            // There may be no room for more already.
            var answer = await target.AskAsync("StartExecution", new JsonObject { ["stateMachineArn"] = machine });
            Target.Require(answer.Error is null or "ExecutionLimitExceeded" or "ThrottlingException", $"was answered with {Target.Start(answer.ToString())}");
        }

        await Task.Delay(TimeSpan.FromSeconds(10));
        await target.GetAsync("DeleteStateMachine", new JsonObject { ["stateMachineArn"] = machine });
        await Target.UntilAsync(async () => (await target.AskAsync("StartExecution", new JsonObject { ["stateMachineArn"] = machine })).Error is not null);
        return "deleted after ten seconds";
    }

    private static async Task<string> WaitsAsync(Target target)
    {
        var machine = await target.MachineAsync(Definitions.Single(new JsonObject { ["Type"] = "Wait", ["TimestampPath"] = "$" }));
        var due = DateTime.UtcNow.AddSeconds(20).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        await Target.EachAsync(10_000, 16, async _ => await target.StartAsync(machine, $"\"{due}\""));
        await Target.UntilAsync(async () => (await target.GetAsync(
            "ListExecutions", new JsonObject { ["stateMachineArn"] = machine, ["statusFilter"] = "RUNNING", ["maxResults"] = 1 }))["executions"]!.AsArray().Count == 0);
        return "all ended";
    }

    private static async Task<string> HeartbeatsAsync(Target target)
    {
        var activity = (string)(await target.GetAsync("CreateActivity", new JsonObject { ["name"] = "beating" }))["activityArn"]!;
        var execution = await target.StartAsync(await target.MachineAsync(Definitions.Single(new JsonObject { ["Type"] = "Task", ["Resource"] = activity, ["HeartbeatSeconds"] = 60 })));
        var token = (string)(await target.GetAsync("GetActivityTask", new JsonObject { ["activityArn"] = activity }))["taskToken"]!;
        await Target.EachAsync(5000, 200, async _ => await target.GetAsync("SendTaskHeartbeat", new JsonObject { ["taskToken"] = token }));
        await target.GetAsync("SendTaskSuccess", new JsonObject { ["taskToken"] = token, ["output"] = "{}" });
        return (string)(await target.EndAsync(execution))["status"]!;
    }

    private static async Task<string> InputsAsync(Target target)
    {
        var machine = await target.MachineAsync(Definitions.Single(new JsonObject { ["Type"] = "Pass" }));
        var input = JsonValue.Create(new string('x', 262_142)).ToJsonString();
        var (started, refused) = (0, 0);
        await Target.EachAsync(2000, 8, async _ =>
        {
            // What has no room is refused.
            var answer = await target.AskAsync("StartExecution", new JsonObject { ["stateMachineArn"] = machine, ["input"] = input });
            Target.Require(answer.Error is null or "ExecutionLimitExceeded" or "ThrottlingException", $"was answered with {Target.Start(answer.ToString())}");
            if (answer.Error is null)
                Interlocked.Increment(ref started);
            else
                Interlocked.Increment(ref refused);
        });
        return $"{started} started, {refused} refused";
    }

    private static async Task<string> PollsAsync(Target target)
    {
        var activity = (string)(await target.GetAsync("CreateActivity", new JsonObject { ["name"] = "polled" }))["activityArn"]!;
        await HangUpAsync(target, 1000, "GetActivityTask", new JsonObject { ["activityArn"] = activity });

        // A task goes to somebody who is there, not to one of those who went, once the service can know.
        await Task.Delay(TimeSpan.FromSeconds(1));
        await target.StartAsync(await target.MachineAsync(Definitions.Single(new JsonObject { ["Type"] = "Task", ["Resource"] = activity })));
        var task = await target.GetAsync("GetActivityTask", new JsonObject { ["activityArn"] = activity });
        Target.Require(task["taskToken"] is not null, "the task went to a client that had hung up");
        return "the task comes to who stayed";
    }

    private static async Task<string> SyncsAsync(Target target)
    {
        var machine = await target.MachineAsync(Definitions.Single(new JsonObject { ["Type"] = "Wait", ["Seconds"] = 5 }), "EXPRESS");
        await HangUpAsync(target, 200, "StartSyncExecution", new JsonObject { ["stateMachineArn"] = machine });
        return "nobody hears";
    }

    /// <summary>Asks what takes long, and goes before the answer comes.</summary>
    private static Task HangUpAsync(Target target, int count, string operation, JsonObject request)
    {
        var body = request.ToJsonString();
        return Target.EachAsync(count, count, async _ =>
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            using var message = Target.Request(operation, new StringContent(body));
            try
            {
                using var response = await target.Http.SendAsync(message, patience.Token);
            }
            catch (OperationCanceledException)
            {
                // That is the attack.
            }
        });
    }
}
