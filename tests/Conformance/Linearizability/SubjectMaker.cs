using System.Text.Json.Nodes;
using Stateside.Conformance.Chaos;

namespace Stateside.Conformance.Linearizability;

/// <summary>Makes things to be asked for.</summary>
internal sealed class SubjectMaker(StatesClient client, LambdaEndpoint functions)
{
    private const string Asking = "asking";
    private const string Waiting = "waiting";

    private int _generation;

    /// <summary>Makes the machines.</summary>
    public async Task PrepareAsync(string role)
    {
        await MachineAsync(Waiting, new JsonObject { ["Type"] = "Wait", ["Seconds"] = 100_000 });
        await MachineAsync(Asking, new JsonObject
        {
            ["Type"] = "Task",
            ["Resource"] = "arn:aws:states:::lambda:invoke.waitForTaskToken",
            ["Parameters"] = new JsonObject
            {
                ["FunctionName"] = "hand-over",
                ["Payload"] = new JsonObject { ["n"] = 0, ["execution.$"] = "$$.Execution.Id", ["state"] = "Ask", ["part"] = 0, ["token.$"] = "$$.Task.Token" },
            },
        });
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
        var request = new JsonObject { ["stateMachineArn"] = ChaosMachine.ArnOf(Asking), ["name"] = name };
        var execution = (string)(await client.GetAsync("StartExecution", request))["executionArn"]!;
        while (true)
        {
            // A task that is sent again has the same token.
            var delivery = await functions.Deliveries.ReadAsync();
            if (delivery.Execution == execution)
                return new TokenSubject(client, execution, delivery.Token);
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
