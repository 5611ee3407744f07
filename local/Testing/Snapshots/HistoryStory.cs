using System.Globalization;
using System.Text;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>
/// Tells a history as a story that reads the same for every run of the same behavior: a line for each thing that happened, times
/// relative to the start, branches and iterations indented one after the other however they went side by side. A value is written where
/// it is new: a state without an input goes on with the value above it, an attempt without a payload sends its state's input.
/// </summary>
internal sealed class HistoryStory
{
    private readonly Definition _definition;
    private readonly StoryLine _root = new(null, "");
    private readonly Dictionary<long, StoryLine> _lines = [];
    private readonly HashSet<long> _parallelStarts = [];
    private (object? Error, object? Cause) _lastFailure;

    private HistoryStory(Definition definition) => _definition = definition;

    /// <summary>Tells a history.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="history">Its events.</param>
    /// <param name="now">The time outside, which handlers have.</param>
    /// <returns>The story; each line ends in a line feed.</returns>
    public static string Tell(ExecutionDescription execution, IReadOnlyList<HistoryEvent> history, DateTimeOffset now)
    {
        var story = new HistoryStory(execution.StateMachine.Definition);
        foreach (var e in history)
            story._lines[e.Id] = story.Take(e);
        var end = execution.StopDate ?? (history.Count == 0 ? execution.StartDate : history[^1].Timestamp);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{execution.StateMachine.Name} {Outcome(execution.Status)} after {StoryText.Span(end - execution.StartDate)}\n");
        Write(text, story._root, execution.StartDate, 0, new StoryText(execution.StartDate, end, now));
        return text.ToString();
    }

    /// <summary>Puts an event on its line.</summary>
    private StoryLine Take(HistoryEvent e)
    {
        var before = _lines.GetValueOrDefault(e.PreviousEventId, _root);
        var name = e.Type.Name();
        if (e.Type.EnteredStateType() is { } type)
            return Enter(e, before, type);
        if (e.Type.IsStateExited())
            return Exit(e, before.Nearest(line => line.State == (string?)e["name"] && !line.IsOver));
        if (name.StartsWith("MapIteration", StringComparison.Ordinal))
            return Iterate(e, before.Nearest(line => line.State == (string?)e["name"] && !line.IsOver));
        if (name.StartsWith("Execution", StringComparison.Ordinal))
            return TakeWhole(e);
        if (name is "EvaluationFailed")
            return FailToEvaluate(e, before);
        if (name.StartsWith("ParallelState", StringComparison.Ordinal) || name.StartsWith("MapState", StringComparison.Ordinal)
            || name.StartsWith("MapRun", StringComparison.Ordinal))
            return TakeGroup(e, before.Nearest(line => line.IsGroup && !line.IsOver && !line.HasFailed), name);

        // What is aborted is told with the line that it ends.
        if (!name.EndsWith("StateAborted", StringComparison.Ordinal))
            TakeTask(e, before, name);
        return before;
    }

    private StoryLine TakeWhole(HistoryEvent e)
    {
        switch (e.Type)
        {
            case HistoryEventType.ExecutionStarted:
                _root.Known = Json(e["input"]);
                _root.Entries.Add(new StoryEntry(e.Timestamp, 0, "input") { Value = _root.Known });
                break;
            case HistoryEventType.ExecutionSucceeded:
                _root.Entries.Add(new StoryEntry(e.Timestamp, 0, "output") { Value = Json(e["output"]) });
                break;
            case HistoryEventType.ExecutionRedriven:
                _root.Entries.Add(new StoryEntry(e.Timestamp, 0, "redriven"));
                break;
            default:
                var what = e.Type switch
                {
                    HistoryEventType.ExecutionFailed => "failed",
                    HistoryEventType.ExecutionTimedOut => "timed out",
                    _ => "was stopped",
                };
                var isTold = FailureOf(e) == _lastFailure;
                _root.Entries.Add(isTold ? new StoryEntry(e.Timestamp, 0, what) : Failure(e, 0, what));
                break;
        }

        return _root;
    }

    private StoryLine Enter(HistoryEvent e, StoryLine before, string type)
    {
        var state = (string)e["name"]!;
        var line = _parallelStarts.Contains(e.PreviousEventId) ? before.Begin(e.Timestamp, $"branch {BranchOf(before, state)}", before.Input) : before;
        var input = Json(e["input"]);
        line.Entries.Add(new StoryEntry(e.Timestamp, 0, $"{type} {state}") { Value = Equals(input, line.Known) ? null : input });
        line.Enter(state, type, input);
        return line;
    }

    private int BranchOf(StoryLine parallel, string startAt) =>
        _definition.AllStates().FirstOrDefault(state => state.Name == parallel.State) is ParallelState state
            && state.Branches.ToList().FindIndex(branch => branch.StartAt == startAt) is var index and >= 0
            ? index + 1
            : parallel.Inner.Count + 1;

    private static StoryLine Exit(HistoryEvent e, StoryLine line)
    {
        var output = Json(e["output"]);
        if (line.HasFailed)
            line.Add(e.Timestamp, "caught");
        var gathered = line.Inner.Count > 0 && Equals(output, JsonArray.Of(line.Inner.Select(inner => inner.Known ?? JsonValue.Null)));
        if (!gathered && !Equals(output, line.Known))
            line.Add(e.Timestamp, "gives", output);
        if (e["assignedVariables"] is EventDetails assigned)
        {
            foreach (var (name, value) in assigned.Fields)
                line.Add(e.Timestamp, $"assigns ${name} =", Json(value));
        }

        line.Known = output;
        line.IsOver = true;
        return line;
    }

    private static StoryLine Iterate(HistoryEvent e, StoryLine map)
    {
        var title = $"item {e["index"]}";
        if (e.Type == HistoryEventType.MapIterationStarted)
            return map.Begin(e.Timestamp, title, null);
        var line = map.Inner.Find(inner => inner.Title == title) ?? map;
        if (e.Type == HistoryEventType.MapIterationFailed)
            line.Entries.Add(new StoryEntry(e.Timestamp, 0, "failed"));
        line.IsOver = true;
        if (e.Type == HistoryEventType.MapIterationAborted)
            line.Entries.Add(new StoryEntry(e.Timestamp, 0, "aborted"));
        return line;
    }

    private StoryLine TakeGroup(HistoryEvent e, StoryLine line, string name)
    {
        switch (e.Type)
        {
            case HistoryEventType.ParallelStateStarted or HistoryEventType.MapStateStarted:
                if (e.Type == HistoryEventType.ParallelStateStarted)
                    _parallelStarts.Add(e.Id);
                Abort(e, line);
                line.Inner.Clear();
                line.HasFailed = false;
                if (++line.Attempts > 1)
                    line.Add(e.Timestamp, $"try {line.Attempts}");
                if (e["length"] is { } length)
                    line.Add(e.Timestamp, $"{length} items");
                break;
            case HistoryEventType.ParallelStateFailed or HistoryEventType.MapStateFailed:
                Abort(e, line);
                line.HasFailed = true;
                line.Add(e.Timestamp, "failed");
                break;
            case HistoryEventType.MapRunStarted or HistoryEventType.MapRunSucceeded or HistoryEventType.MapRunRedriven:
                line.Add(e.Timestamp, $"map run {name["MapRun".Length..].ToLowerInvariant()}");
                break;
            case HistoryEventType.MapRunFailed or HistoryEventType.MapRunAborted:
                AddFailure(e, line, name == "MapRunFailed" ? "map run failed" : "map run aborted");
                break;
        }

        return line;
    }

    /// <summary>Ends what was still under way in a group that ended.</summary>
    private static void Abort(HistoryEvent e, StoryLine line)
    {
        foreach (var inner in line.Inner.Where(inner => !inner.IsOver && !inner.HasFailed))
        {
            inner.Entries.Add(new StoryEntry(e.Timestamp, 0, "aborted"));
            inner.IsOver = true;
        }
    }

    private StoryLine FailToEvaluate(HistoryEvent e, StoryLine before)
    {
        // Its line may begin just before the state it names.
        var state = (string?)e["state"];
        var line = before.State == state ? before : before.Inner.Find(inner => inner.State == state) ?? before.Nearest(line => line.State == state);
        line.HasFailed = true;
        AddFailure(e, line, $"could not evaluate {e["location"] ?? "a field"},");
        return line;
    }

    private void TakeTask(HistoryEvent e, StoryLine line, string name)
    {
        if (name.EndsWith("Scheduled", StringComparison.Ordinal))
            Schedule(e, line);
        else if (name.EndsWith("TimedOut", StringComparison.Ordinal))
            Fail(e, line, "timed out");
        else if (name.EndsWith("Failed", StringComparison.Ordinal))
            Fail(e, line, name.EndsWith("SubmitFailed", StringComparison.Ordinal) ? "request failed" : "failed");
        else if (name.EndsWith("Submitted", StringComparison.Ordinal))
            line.Add(e.Timestamp, "was answered", Json(e["output"]));
        else if (name.EndsWith("Succeeded", StringComparison.Ordinal))
            line.Add(e.Timestamp, "gave", line.Known = Json(e["output"]));
        else if (e["workerName"] is string worker)
            line.Add(e.Timestamp, $"was taken by {worker}");
    }

    private static void Schedule(HistoryEvent e, StoryLine line)
    {
        var payload = Json(e["input"] ?? e["parameters"]);
        var resource = e["resourceType"] is string service ? $"{service}:{e["resource"]}" : ResourceName((string)e["resource"]!);
        var what = ++line.Attempts == 1 ? $"call {resource}" : $"try {line.Attempts} of {resource}";
        var limits = new List<string>();
        if (e["timeoutInSeconds"] is long timeout)
            limits.Add($"timeout {StoryText.Span(TimeSpan.FromSeconds(timeout))}");
        if (e["heartbeatInSeconds"] is long heartbeat)
            limits.Add($"heartbeat {StoryText.Span(TimeSpan.FromSeconds(heartbeat))}");
        if (limits.Count > 0 && line.Attempts == 1)
            what += $" ({string.Join(", ", limits)})";
        line.Add(e.Timestamp, what, Equals(payload, line.Payload ?? line.Input) ? null : payload);
        line.Payload = payload;
        line.HasFailed = false;
    }

    private void Fail(HistoryEvent e, StoryLine line, string what)
    {
        line.HasFailed = true;
        AddFailure(e, line, what);
    }

    private void AddFailure(HistoryEvent e, StoryLine line, string what)
    {
        _lastFailure = FailureOf(e);
        line.Entries.Add(Failure(e, 1, what));
    }

    private static StoryEntry Failure(HistoryEvent e, int indent, string what)
    {
        // The cause of a function's error is JSON, which reads better as such.
        var cause = e["cause"] as string;
        var value = cause is null ? null : cause.StartsWith('{') && JsonReader.TryParse(cause, out var json) ? json : JsonValue.From(cause);
        return new StoryEntry(e.Timestamp, indent, e["error"] is string error ? $"{what} with {error}" : what) { Value = value };
    }

    private static (object? Error, object? Cause) FailureOf(HistoryEvent e) => (e["error"], e["cause"]);

    private static string ResourceName(string arn) =>
        arn.Split(':', 7) is ["arn", _, var service, _, _, var kind, var name] ? $"{(service == "states" ? kind : service)}:{name}" : arn;

    private static JsonValue? Json(object? value) => value switch
    {
        JsonValue json => json,
        string text => JsonReader.TryParse(text, out var json) ? json : JsonValue.From(text),
        _ => null,
    };

    private static string Outcome(ExecutionStatus status) => status switch
    {
        ExecutionStatus.Succeeded => "succeeded",
        ExecutionStatus.Failed => "failed",
        ExecutionStatus.TimedOut => "timed out",
        ExecutionStatus.Aborted => "was stopped",
        _ => "runs",
    };

    private static void Write(StringBuilder text, StoryLine line, DateTimeOffset start, int depth, StoryText values)
    {
        foreach (var entry in line.Entries)
        {
            var indent = new string(' ', 2 * (depth + entry.Indent));
            text.Append(StoryText.Span(entry.Time - start).PadLeft(9)).Append("  ").Append(indent).Append(values.Normal(entry.Text));
            if (entry.Value is not null)
                text.Append(' ').Append(values.Value(entry.Value, new string(' ', 11) + indent));
            text.Append('\n');
            if (entry.Inner is not null)
                Write(text, entry.Inner, start, depth + 2, values);
        }
    }
}
