using System.Text.Json;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Operations;
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

    /// <summary>What a damaged record says may be nonsense; no more comes of it than a sentence, and no test is made that cannot be written.</summary>
    [Fact]
    public async Task Whatever_was_done_to_a_record_it_is_read_or_refused_in_a_sentence()
    {
        var (read, refused, wrong) = (0, 0, new List<string>());
        for (ulong seed = 1; seed <= 100; seed++)
        {
            var chance = new Chance(seed);
            await using var machine = new ToldMachine(new MachineMaker(chance).Make(), request => Outcome(seed, request));
            var arn = await machine.StartAsync("""{"items":[1,2,3]}""");
            await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken);
            var page = JsonReader.Parse(JsonSerializer.Serialize(new HistoryEventPage(machine.Engine.ReadHistory(arn)!.Events, IncludeData: true)));
            for (var i = 0; i < 10; i++)
            {
                var text = Damaged(page, chance).Text;
                try
                {
                    foreach (var record in RecordedExecutions.Read([new RecordFile("damaged.json", text)]))
                    {
                        var result = Replayer.Run(new ReplaySetup(record, machine.Engine.Describe(arn)!.StateMachine));
                        ReplayText.Story(result, _ => null);
                        if (RecordedTest.WhyNot(record) is null)
                            TestCode.Write("Damaged", [(RecordedTest.Of(result, []), new TestWorkflow.Text("{}"))]);
                        read++;
                    }
                }
                catch (RecordException)
                {
                    refused++;
                }
                catch (Exception e)
                {
                    wrong.Add($"seed {seed}, {i}: {e}\n{text}");
                }
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} wrong: {wrong.MinBy(text => text.Length)}");
        Assert.True(read > 200 && refused > 200, $"{read} were read and {refused} refused");
    }

    /// <summary>A value with another one somewhere in it, or with something less.</summary>
    private static JsonValue Damaged(JsonValue value, Chance chance)
    {
        JsonValue[] others =
        [
            JsonValue.Null, JsonValue.From(-1), JsonValue.From(0), JsonValue.From(3), JsonValue.From(long.MaxValue), JsonReader.Parse("1e300"), JsonValue.From(""),
            JsonValue.From("{nope"), JsonValue.From("3"), JsonValue.From("Task"), JsonValue.From("PassStateEntered"), JsonValue.From("TaskSucceeded"), JsonArray.Empty, JsonObject.Empty,
            JsonReader.Parse("{\"\":{\"\":1}}"), JsonValue.From(true),
        ];
        switch (value)
        {
            case JsonArray { Count: > 0 } items:
                var at = (int)(chance.NextDouble() * items.Count);
                return chance.NextDouble() switch
                {
                    < 0.03 => JsonArray.Of([.. items.Take(at), .. items.Skip(at + 1)]),
                    < 0.06 => JsonArray.Of(items.Append(items[at])),
                    < 0.08 => JsonArray.Of(items.Take(at)),
                    _ => JsonArray.Of([.. items.Take(at), Damaged(items[at], chance), .. items.Skip(at + 1)]),
                };
            case JsonObject { Count: > 0 } members:
                var name = members.Keys[(int)(chance.NextDouble() * members.Count)];
                return chance.NextDouble() < 0.1
                    ? JsonObject.Of([.. members.Where(member => member.Key != name).Select(member => (member.Key, member.Value))])
                    : JsonObject.Of([.. members.Select(member => (member.Key, member.Key == name ? Damaged(member.Value, chance) : member.Value))]);
            default:
                return others[(int)(chance.NextDouble() * others.Length)];
        }
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
