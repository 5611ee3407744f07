using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Language.Definitions;
using Stateside.Language.Flow;
using Stateside.Language.Json;
using Stateside.Language.Shapes;
using Stateside.Language.Validation;

namespace Stateside.Engine.Tests.Execution;

/// <summary>Holds what is known of a machine's data before it runs against what an execution of it had.</summary>
internal static class FlowCheck
{
    /// <summary>Every value that entered or left a state is one that is admitted there, and what cannot go well did not.</summary>
    /// <param name="definition">The machine.</param>
    /// <param name="input">What the execution was started with.</param>
    /// <param name="taskOf">What tasks give.</param>
    /// <param name="events">The execution's history.</param>
    /// <param name="ended">The execution.</param>
    public static void Holds(
        string definition, JsonValue input, Func<TaskState, Shape, TaskShapes?> taskOf, IReadOnlyList<HistoryEvent> events, ExecutionDescription ended)
    {
        var parsed = DefinitionParser.Parse(definition);
        var flow = MachineFlow.Of(parsed.Definition!, new FlowSources { Input = Shape.Constant(input), TaskOf = taskOf }, parsed.Source);
        var states = flow.States.ToDictionary(state => state.State.Name, StringComparer.Ordinal);
        var failing = flow.Findings().Where(finding => finding.IsError && finding.Kind is ShapeProblemKind.NeverTaken or ShapeProblemKind.WrongType)
            .Select(finding => finding.State).ToHashSet(StringComparer.Ordinal);
        foreach (var e in events)
        {
            var type = e.Type.Name();
            if (e["name"] is not string name || !states.TryGetValue(name, out var state))
                continue;
            if (type.EndsWith("StateEntered", StringComparison.Ordinal))
                Admits(state.Input, e["input"], "enters");
            if (!type.EndsWith("StateExited", StringComparison.Ordinal))
                continue;
            Admits(state.Out.Aggregate(Shape.Never, (all, way) => all.Join(way.Data)), e["output"], "leaves");
            Assert.False(state.State is PassState or SucceedState && failing.Contains(name), $"{name} went well, which was said to be impossible\n{definition}");

            void Admits(Shape shape, object? value, string does)
            {
                var found = value is JsonText text ? JsonReader.Parse(text.ToString()!) : (JsonValue)value!;
                Assert.True(shape.Admits(found), $"{JsonWriter.Compact(found)} {does} {name}, of which is known: {shape}\nstarted with {JsonWriter.Compact(input)}\n{definition}");
            }
        }

        if (ended.Output is { } output)
            Assert.True(flow.Output.Admits(output), $"it gives {JsonWriter.Compact(output)}, of which is known: {flow.Output}\n{definition}");
    }
}
