using Stateside.Engine.History;
using Stateside.Language.Definitions;
using Stateside.Language.Flow;
using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Conformance.Shapes;

/// <summary>Holds what is known of a machine's data before it runs against what an execution of it had.</summary>
internal sealed class FlowWitness
{
    private readonly MachineFlow _flow;
    private readonly Dictionary<string, StateFlow> _states;
    private readonly Dictionary<string, FlowFinding> _impossible;
    private readonly Func<string, bool>? _isPlaceholder;

    /// <summary>A witness.</summary>
    /// <param name="flow">What is known.</param>
    /// <param name="isPlaceholder">Whether a text of the history stands for a value that nobody knows; null where none does.</param>
    public FlowWitness(MachineFlow flow, Func<string, bool>? isPlaceholder = null)
    {
        _flow = flow;
        _isPlaceholder = isPlaceholder;
        _states = flow.States.ToDictionary(state => state.State.Name, StringComparer.Ordinal);

        // A Choice looks for what is not there, a path that may name several places finds none, and a state with a catcher may go on.
        _impossible = flow.Findings()
            .Where(finding => finding.IsError && finding.Kind is ShapeProblemKind.NeverTaken or ShapeProblemKind.WrongType or ShapeProblemKind.NeverFound
                && !(finding.Kind == ShapeProblemKind.NeverFound && MayNameSeveral(finding.Text))
                && _states[finding.State].State is PassState or SucceedState or WaitState or WorkState { Catch.Count: 0 })
            .GroupBy(finding => finding.State).ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);
    }

    /// <summary>How many values were looked at.</summary>
    public int Values { get; private set; }

    /// <summary>Of how many of these more is known than that they may be anything.</summary>
    public int Known { get; private set; }

    /// <summary>What is wrong first; null when nothing is.</summary>
    /// <param name="events">The execution's history.</param>
    /// <param name="output">Its output; null where it gave none.</param>
    public string? Problem(IReadOnlyList<HistoryEvent> events, JsonValue? output)
    {
        var states = new Dictionary<long, string>();
        foreach (var e in events)
        {
            var before = states.GetValueOrDefault(e.PreviousEventId);
            var name = e["name"] as string;
            if (e.Subject == EventSubject.State && name is not null && _states.ContainsKey(name))
                states[e.Id] = name;
            else if (before is not null)
                states[e.Id] = before;
            var problem = (e.Subject, e.Says) switch
            {
                (EventSubject.State, EventSays.Entered) when name is not null => Entered(name, Value(e["input"]), Left(events, e)),
                (EventSubject.State, EventSays.Exited) when name is not null => Exited(name, Value(e["output"]), e["assignedVariables"] as EventDetails),
                (EventSubject.Task, EventSays.Scheduled) when before is not null =>
                    Told(before, "sends", _states[before].Arguments, Value(e["parameters"] ?? e["input"])),
                (EventSubject.Task, EventSays.Succeeded) when before is not null => Told(before, "is given", _states[before].Result, Value(e["output"])),
                _ => null,
            };
            if (problem is not null)
                return problem;
        }

        return output is null ? null : Told("the machine", "gives", _flow.Output, output);
    }

    private static bool MayNameSeveral(string path) => path.AsSpan().IndexOfAny("*?:,") >= 0 || path.Contains("..", StringComparison.Ordinal);

    /// <summary>The state that a line has left right before it comes to another; null where that is not told.</summary>
    private static string? Left(IReadOnlyList<HistoryEvent> events, HistoryEvent entered) =>
        entered.PreviousEventId > 0 && entered.PreviousEventId <= events.Count && events[(int)entered.PreviousEventId - 1] is
            { Subject: EventSubject.State, Says: EventSays.Exited } exited ? exited["name"] as string : null;

    private string? Entered(string name, JsonValue? input, string? from)
    {
        if (!_states.TryGetValue(name, out var state))
            return null;
        if (Told(name, "is entered with", state.Input, input) is { } problem)
            return problem;
        if (from is null || input is null || state.In.Any(way => way.Edge.From == from && Admits(way.Data, input)))
            return null;
        var known = state.In.Where(way => way.Edge.From == from).Aggregate(Shape.Never, (all, way) => all.Join(way.Data));
        return $"{name} is entered from {from} with {Short(input)}, of which is known on that way: {ShapeSchema.Of(known).Text}";
    }

    private string? Exited(string name, JsonValue? output, EventDetails? assigned)
    {
        if (!_states.TryGetValue(name, out var state))
            return null;
        if (_impossible.TryGetValue(name, out var finding))
            return $"{name} went well, and was said to be certain to fail: {finding.Sentence} {finding.Text}";
        if (Told(name, "gives", state.Out.Aggregate(Shape.Never, (all, way) => all.Join(way.Data)), output) is { } problem)
            return problem;
        foreach (var (variable, value) in assigned?.Fields ?? [])
        {
            var known = state.Out.Aggregate(Shape.Never, (all, way) => all.Join(way.Variables.GetValueOrDefault(variable) ?? Shape.Nothing));
            if (Told(name, $"sets {variable} to", known, value is string text ? JsonReader.Parse(text) : Value(value)) is { } wrong)
                return wrong;
        }

        return null;
    }

    private string? Told(string who, string does, Shape shape, JsonValue? value)
    {
        if (value is null)
            return null;
        Values++;
        Known += shape.IsAnything ? 0 : 1;
        return Admits(shape, value) ? null : $"{who} {does} {Short(value)}, of which is known: {shape}";
    }

    private bool Admits(Shape shape, JsonValue value) => shape.Admits(value) || (_isPlaceholder is not null && value switch
    {
        JsonString text => _isPlaceholder(text.Value),
        JsonArray items when shape.List is { } list => items.Count >= list.First.Count && items.Select((item, at) => Admits(list.At(at), item)).All(isAdmitted => isAdmitted),
        JsonObject members when shape.Members is { } known => known.Names.All(name => !known.Find(name)!.IsCertain || members.ContainsKey(name))
            && members.All(member => Admits(known.At(member.Key), member.Value)),
        _ => false,
    });

    private static JsonValue? Value(object? value) => value switch
    {
        JsonText text => JsonReader.Parse(text.Utf8.Span),
        JsonValue json => json,
        _ => null,
    };

    private static string Short(JsonValue value) => JsonWriter.Compact(value) is { Length: > 500 } text ? text[..500] + "…" : JsonWriter.Compact(value);
}
