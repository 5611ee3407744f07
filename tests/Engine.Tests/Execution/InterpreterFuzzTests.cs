using System.Globalization;
using System.Text;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Evaluation;
using Stateside.Language.Flow;
using Stateside.Language.Json;
using Stateside.Language.Shapes;
using Stateside.Language.Validation;

namespace Stateside.Engine.Tests.Execution;

/// <summary>
/// Random machines with random tasks, run to their end. STATESIDE_FUZZ sets how many; the seed is fixed, so a failure repeats.
/// </summary>
public sealed class InterpreterFuzzTests
{
    private static readonly int Count = int.TryParse(
        Environment.GetEnvironmentVariable("STATESIDE_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 2_000;

    private const string Input = """{"n": 3, "items": [1, 2, 3], "s": "x", "flag": true}""";
    private static readonly Shape Given = Shape.Constant(JsonReader.Parse("""{"r": [1, {"x": null}]}"""));

    [Fact]
    public async Task Every_random_machine_ends_once_with_a_history_without_gaps()
    {
        var ran = 0;
        for (var seed = 1; seed <= Count; seed++)
        {
            var text = new MachineText(new Chance((ulong)seed)).Machine();
            if (!DefinitionParser.Parse(text).IsValid)
                continue;
            ran++;
            var chance = new Chance((ulong)seed + 77);
            await using var machine = new Machine(text, _ => Outcome(chance));
            var ended = await machine.Engine.WhenEndedAsync(machine.Begin(Input), TestContext.Current.CancellationToken)
                .WaitAsync(Machine.Patience, TestContext.Current.CancellationToken);
            Assert.True(machine.Defects.Count == 0, $"seed {seed}: {machine.Defects.FirstOrDefault()}\n{text}");
            Verify(machine.Events(), ended, $"seed {seed}\n{text}\n{machine.History()}");
            FlowCheck.Holds(text, JsonReader.Parse(Input), (_, _) => seed % 2 == 0 ? null : new TaskShapes("it", null, Given), machine.Events(), ended);
        }

        Assert.True(ran > Count / 2, $"only {ran} of {Count} random machines were valid");
    }

    private static TaskOutcome Outcome(Chance chance)
    {
        lock (chance)
        {
            return chance.NextInt64(0, 5) switch
            {
                0 => new TaskOutcome.Failed(new TaskFailure("Boom", "why")),
                1 => new TaskOutcome.Failed(new TaskFailure(null, null)),
                _ => new TaskOutcome.Completed(JsonReader.Parse("""{"r": [1, {"x": null}]}""", keepText: true)),
            };
        }
    }

    private static void Verify(IReadOnlyList<HistoryEvent> events, ExecutionDescription ended, string about)
    {
        for (var i = 0; i < events.Count; i++)
        {
            Assert.True(events[i].Id == i + 1, $"event {i + 1} has the id {events[i].Id}: {about}");
            Assert.True(events[i].PreviousEventId < events[i].Id, $"event {i + 1} points ahead: {about}");
        }

        var terminal = events.Count(e => e.Type is HistoryEventType.ExecutionSucceeded or HistoryEventType.ExecutionFailed
            or HistoryEventType.ExecutionTimedOut or HistoryEventType.ExecutionAborted);
        Assert.True(terminal == 1 && events[^1].Type.Name().StartsWith("Execution", StringComparison.Ordinal), $"not one end, at the end: {about}");
        var entered = events.Count(e => e.Type.Name().EndsWith("StateEntered", StringComparison.Ordinal));
        var exited = events.Count(e => e.Type.Name().EndsWith("StateExited", StringComparison.Ordinal));
        Assert.True(entered >= exited, $"more states were left than entered: {about}");
        Assert.True(ended.Status != ExecutionStatus.Succeeded || ended.Output is not null, $"no output: {about}");
    }

    /// <summary>Writes random machines: valid in form, wild in what they do.</summary>
    private sealed class MachineText(Chance chance)
    {
        private int _names;

        public string Machine() => Definition(0, "");

        private string Definition(int depth, string more)
        {
            var count = 1 + (int)chance.NextInt64(0, 4);
            var names = Enumerable.Range(0, count).Select(_ => $"S{_names++}").ToArray();
            var states = new StringBuilder();
            for (var i = 0; i < count; i++)
            {
                if (i > 0)
                    states.Append(',');
                states.Append(CultureInfo.InvariantCulture, $"\"{names[i]}\":{State(depth, i + 1 < count ? names[i + 1] : null, names[^1])}");
            }

            return $"{{{more}\"StartAt\":\"{names[0]}\",\"States\":{{{states}}}}}";
        }

        private string State(int depth, string? next, string last)
        {
            var then = next is null ? "\"End\":true" : $"\"Next\":\"{next}\"";
            return chance.NextInt64(0, depth < 2 ? 9 : 6) switch
            {
                0 => $"{{\"Type\":\"Pass\",{Flow()}{Pick("\"Result\":{\"n\":1},", "\"Parameters\":{\"v.$\":\"$.n\",\"id.$\":\"States.UUID()\"},", "")}{then}}}",
                1 => $"{{\"Type\":\"Wait\",{Pick("\"Seconds\":5", "\"SecondsPath\":\"$.n\"", "\"Timestamp\":\"2020-01-01T00:00:00Z\"")},{then}}}",
                2 when next is not null => $"{{\"Type\":\"Choice\",\"Choices\":[{{\"Variable\":\"{Pick("$.n", "$.missing", "$.s")}\",\"{Pick("NumericGreaterThan\":2", "IsPresent\":true", "IsString\":true")},\"Next\":\"{last}\"}}],\"Default\":\"{next}\"}}",
                3 when next is null => Pick("{\"Type\":\"Succeed\"}", "{\"Type\":\"Fail\",\"Error\":\"E\",\"Cause\":\"c\"}", "{\"Type\":\"Fail\",\"CausePath\":\"$.s\"}"),
                4 => $"{{\"Type\":\"Pass\",\"QueryLanguage\":\"JSONata\",\"Output\":\"{{% {Pick("$states.input", "$states.input.items[0]", "$states.input.missing", "1/0", "$states.input.n + 1")} %}}\",\"Assign\":{{\"v{_names}\":\"{{% $count($states.input.items) %}}\"}},{then}}}",
                6 => $"{{\"Type\":\"Parallel\",{Handling(next, last)}{Flow()}\"Branches\":[{Definition(depth + 1, "")},{Definition(depth + 1, "")}],{then}}}",
                7 => $"{{\"Type\":\"Map\",{Handling(next, last)}{Pick("\"ItemsPath\":\"$.items\",", "", "\"ItemsPath\":\"$.items\",\"ItemSelector\":{\"n.$\":\"$$.Map.Item.Value\",\"items\":[1]},")}{Pick("\"MaxConcurrency\":1,", "\"ToleratedFailureCount\":1,", "")}\"ItemProcessor\":{Definition(depth + 1, "")},{then}}}",
                8 => $"{{\"Type\":\"Map\",{Handling(next, last)}\"ItemsPath\":\"$.items\",{Pick("\"ToleratedFailurePercentage\":50,", "\"MaxConcurrency\":2,", "")}\"ItemProcessor\":{Definition(depth + 1, "\"ProcessorConfig\":{\"Mode\":\"DISTRIBUTED\",\"ExecutionType\":\"EXPRESS\"},")},{then}}}",
                _ => $"{{\"Type\":\"Task\",\"Resource\":\"arn:aws:lambda:us-east-1:123456789012:function:f\",\"TimeoutSeconds\":9,{Handling(next, last)}{Flow()}{Pick("\"ResultSelector\":{\"items.$\":\"$.r\",\"n\":2},", "")}{then}}}",
            };
        }

        // A catcher that leads back to its own state could go round for ever.
        private string Handling(string? next, string last) =>
            Pick("", "\"Retry\":[{\"ErrorEquals\":[\"States.ALL\"],\"MaxAttempts\":2,\"JitterStrategy\":\"FULL\",\"MaxDelaySeconds\":3}],", "")
            + (next is null ? "" : Pick("", $"\"Catch\":[{{\"ErrorEquals\":[\"States.ALL\"],\"ResultPath\":\"$.error\",\"Next\":\"{last}\"}}],"));

        private string Flow() =>
            Pick("", "\"InputPath\":\"$.items\",", "\"InputPath\":null,") + Pick("", "\"ResultPath\":\"$.result.deep\",", "\"ResultPath\":null,")
            + Pick("", "\"OutputPath\":\"$\",", "\"OutputPath\":\"$.n\",");

        private string Pick(params string[] options) => options[chance.NextInt64(0, options.Length)];
    }
}
