using System.Text.Json.Nodes;
using Stateside.Conformance.Chaos;

namespace Stateside.Conformance.Linearizability;

/// <summary>Makes things to be asked for.</summary>
internal sealed class SubjectMaker(StatesClient client)
{
    private const string Asking = "asking";
    private const string Waiting = "waiting";
    private const string Activity = $"arn:aws:states:us-east-1:123456789012:activity:{Asking}";

    private int _generation;

    /// <summary>Makes the machines.</summary>
    public async Task PrepareAsync(string role)
    {
        await MachineAsync(Waiting, new JsonObject { ["Type"] = "Wait", ["Seconds"] = 100_000 });
        await client.GetAsync("CreateActivity", new JsonObject { ["name"] = Asking });
        await MachineAsync(Asking, new JsonObject { ["Type"] = "Task", ["Resource"] = Activity, ["Parameters"] = new JsonObject { ["execution.$"] = "$$.Execution.Id" } });
        var arn = ChaosMachine.ArnOf(Waiting);
        await client.GetAsync("PublishStateMachineVersion", new JsonObject { ["stateMachineArn"] = arn });
        await client.GetAsync("UpdateStateMachine", new JsonObject { ["stateMachineArn"] = arn, ["roleArn"] = role + "2" });
        await client.GetAsync("PublishStateMachineVersion", new JsonObject { ["stateMachineArn"] = arn });

        async Task MachineAsync(string name, JsonObject state)
        {
            state["End"] = true;
            var definition = new JsonObject { ["StartAt"] = "Ask", ["States"] = new JsonObject { ["Ask"] = state } };
            await client.GetAsync("CreateStateMachine", new JsonObject { ["name"] = name, ["definition"] = definition.ToJsonString(), ["roleArn"] = role });
        }
    }

    /// <summary>A few of each kind.</summary>
    public async Task<IReadOnlyList<Subject>> MakeAsync()
    {
        var g = ++_generation;
        var waiting = ChaosMachine.ArnOf(Waiting);
        return
        [
            new ExecutionSubject(client, waiting, $"x{g}"),
            new ExecutionSubject(client, waiting, $"y{g}"),
            await TokenAsync($"x{g}"),
            await TokenAsync($"y{g}"),
            await AliasAsync(waiting, $"a{g}"),
            await TagsAsync($"t{g}"),
        ];
    }

    private async Task<Subject> TokenAsync(string name)
    {
        while (true)
        {
            await client.AskAsync("StartExecution", new JsonObject { ["stateMachineArn"] = ChaosMachine.ArnOf(Asking), ["name"] = name });

            // The token of an answer that was lost is nobody's.
            if (await client.TryAsync("GetActivityTask", new JsonObject { ["activityArn"] = Activity }) is { Body: { } task } && task["taskToken"] is { } token)
                return new TokenSubject(client, (string)JsonNode.Parse((string)task["input"]!)!["execution"]!, (string)token!);
            name += "-";
        }
    }

    private async Task<Subject> AliasAsync(string machine, string alias)
    {
        var request = AliasSubject.Routing(machine, 0);
        request["name"] = alias;
        await client.AskAsync("CreateStateMachineAlias", request);
        return new AliasSubject(client, machine, alias);
    }

    private async Task<Subject> TagsAsync(string name) =>
        new TagSubject(client, (string)(await client.GetAsync("CreateActivity", new JsonObject { ["name"] = name }))["activityArn"]!);
}
