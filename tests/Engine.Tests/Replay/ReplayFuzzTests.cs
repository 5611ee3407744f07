using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Replay;
using Stateside.Engine.Store;
using Stateside.Engine.Tests.History;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Replay;

/// <summary>Machines made up from a seed, as the timeline's are: whatever happened to one goes the same way on its own definition.</summary>
public sealed class ReplayFuzzTests
{
    [Fact]
    public async Task Whatever_happened_goes_the_same_way()
    {
        var wrong = new List<string>();
        for (ulong seed = 1; seed <= 300; seed++)
        {
            var chance = new Chance(seed);
            await using var machine = new ToldMachine(new MachineMaker(chance).Make(), request => Outcome(seed, request));
            var arn = await machine.StartAsync("""{"items":[1,2,3]}""");
            await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken);
            for (var redrive = 0; redrive < 3; redrive++)
            {
                var result = Replayer.Run(Setup(machine, arn));
                if (result.First is { } first)
                    wrong.Add($"seed {seed}, redriven {redrive} times: event {first.EventId} of '{first.State}': {first.Kind}: now {first.Now} {string.Join(' ', first.Differences)}; then {first.Then}\n{string.Join('\n', machine.Engine.ReadHistory(arn)!.Events.Select(e => $"{e.Id}<{e.PreviousEventId}:{e.Type} {e["name"]} {e["index"]} {e["error"]}"))}");
                await machine.Engine.RedriveAsync(arn, null);
                await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken);
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count}: {wrong.MinBy(text => text.Length)}");
    }

    private static ReplaySetup Setup(ToldMachine machine, string arn)
    {
        var execution = machine.Engine.Describe(arn)!;
        var record = new RecordedExecution(machine.Engine.ReadHistory(arn)!.Events)
        {
            Source = "fuzz",
            Arn = arn,
            Name = execution.Name,
            StateMachineArn = execution.StateMachine.Arn,
            Input = execution.Input,
            HasData = true,
            Status = execution.Status,
        };
        return new ReplaySetup(record, execution.StateMachine);
    }

    private static TaskOutcome Outcome(ulong seed, TaskRequest request) => new Chance(Chance.Derive(seed, request.Token)).NextDouble() < 0.25
        ? new TaskOutcome.Failed(new TaskFailure("Bad", "because"))
        : new TaskOutcome.Completed(JsonObject.Empty);
}
