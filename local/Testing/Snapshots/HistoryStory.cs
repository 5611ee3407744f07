using System.Globalization;
using System.Text;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>
/// Tells a history as a story that reads the same for every run of the same behavior: a line for each thing that happened, times
/// relative to the start, branches and iterations indented one after the other however they went side by side. A value is written where
/// it is new: a state without an input goes on with the value above it, an attempt without a payload sends its state's input.
/// </summary>
internal sealed class HistoryStory
{
    /// <summary>Of more children, so many are told whole, and of the others a check sum.</summary>
    private const int MostChildren = 12;
    private const int ShownChildren = 6;
    private const int DeepestChildren = 8;

    private readonly WorkflowRun _run;
    private readonly int _depth;
    private readonly DateTimeOffset _now;
    private readonly ExecutionTimeline _timeline;
    private readonly StoryLine _root = new(null, "");
    private readonly Dictionary<Visit, StoryLine> _lines = [];
    private readonly Dictionary<Iteration, StoryLine> _iterations = [];
    private readonly HashSet<string> _started = new(StringComparer.Ordinal);
    private (object? Error, object? Cause) _lastFailure;

    private HistoryStory(WorkflowRun run, int depth, DateTimeOffset now)
    {
        _run = run;
        _now = now;
        _depth = depth;
        _timeline = new ExecutionTimeline(run.Definition);
        foreach (var e in run.History)
            Take(e);
    }

    /// <summary>Tells a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="now">The time outside, which handlers have.</param>
    /// <returns>The story; each line ends in a line feed.</returns>
    public static string Tell(WorkflowRun run, DateTimeOffset now)
    {
        var execution = run.Execution;
        var end = execution.StopDate ?? (run.History.Count == 0 ? execution.StartDate : run.History[^1].Timestamp);
        var text = new StringBuilder();
        var title = run.Title ?? execution.StateMachine.Name;
        text.Append(CultureInfo.InvariantCulture, $"{title} {Outcome(execution.Status)} after {StoryText.Span(end - execution.StartDate)}\n");
        Write(text, new HistoryStory(run, 0, now)._root.Entries, execution.StartDate, 0, new StoryText(execution.StartDate, end, now));
        return text.ToString();
    }

    /// <summary>Puts an event on its line.</summary>
    private void Take(HistoryEvent e)
    {
        var (visit, iteration) = _timeline.Take(e);
        switch (e.Subject, e.Says)
        {
            case (EventSubject.Execution, _):
                TakeWhole(e);
                break;
            case (EventSubject.State, EventSays.Entered):
                Enter(e, visit!);
                break;
            case (EventSubject.State or EventSubject.Group, EventSays.Aborted):
                // What is aborted is told with the line that it ends.
                break;
            case (EventSubject.Iteration, _) when iteration is not null:
                Iterate(e, iteration);
                break;
            case var _ when visit is null:
                break;
            case (EventSubject.State, _):
                Exit(e, visit, _lines[visit]);
                break;
            case (EventSubject.Group or EventSubject.MapRun, _):
                TakeGroup(e, _lines[visit]);
                break;
            case (EventSubject.Evaluation, _):
                Fail(e, _lines[visit], $"could not evaluate {e["location"] ?? "a field"},");
                break;
            default:
                TakeTask(e, _lines[visit]);
                break;
        }
    }

    private void TakeWhole(HistoryEvent e)
    {
        switch (e.Says)
        {
            case EventSays.Started:
                _root.Known = TestJson.OfDetail(e["input"]);
                _root.Add(new StoryEntry(e.Timestamp, 0, "input") { Value = _root.Known });
                break;
            case EventSays.Redriven:
                _root.Add(new StoryEntry(e.Timestamp, 0, "redriven"));
                foreach (var visit in _timeline.Visits.Where(visit => visit.IsRunning))
                    _lines[visit].GoOn();
                break;
            case EventSays.Succeeded:
                _root.Add(new StoryEntry(e.Timestamp, 0, "output") { Value = TestJson.OfDetail(e["output"]) });
                break;
            default:
                var what = Outcome(e.Kind.End!.Value);
                var isTold = FailureOf(e) == _lastFailure;
                _root.Add(isTold ? new StoryEntry(e.Timestamp, 0, what) : Failure(e, 0, what));
                break;
        }
    }

    private void Enter(HistoryEvent e, Visit visit)
    {
        var line = _lines[visit] = LineOf(e, visit);
        var input = TestJson.OfDetail(e["input"]);
        line.Add(new StoryEntry(e.Timestamp, 0, $"{visit.Type} {visit.Name}") { Value = Equals(input, line.Known) ? null : input });
        line.Enter(input);
    }

    /// <summary>The line that a visit is on, which begins with it where it is the first of its branch.</summary>
    private StoryLine LineOf(HistoryEvent e, Visit visit)
    {
        if (visit.Outer is null)
            return _root;
        if (visit.Iteration is { } iteration)
            return _iterations[iteration];
        var parallel = _lines[visit.Outer];
        var title = $"branch {visit.Branch + 1}";
        return parallel.Inner.Find(line => line.Title == title) ?? parallel.Begin(e.Timestamp, title, parallel.Input);
    }

    private static void Exit(HistoryEvent e, Visit visit, StoryLine line)
    {
        var output = TestJson.OfDetail(e["output"]);
        if (visit.Status == VisitStatus.Caught)
            line.Add(e.Timestamp, "caught");
        var gathered = line.Inner.Count > 0 && Equals(output, JsonArray.Of(line.Inner.Select(inner => inner.Known ?? JsonValue.Null)));
        if (!gathered && !Equals(output, line.Known))
            line.Add(e.Timestamp, "gives", output);
        if (e["assignedVariables"] is EventDetails assigned)
        {
            foreach (var (name, value) in assigned.Fields)
                line.Add(e.Timestamp, $"assigns ${name} =", TestJson.OfDetail(value));
        }

        line.Known = output;
        line.IsOver = true;
    }

    private void Iterate(HistoryEvent e, Iteration iteration)
    {
        if (e.Says == EventSays.Started)
        {
            _iterations[iteration] = _lines[iteration.Map].Begin(e.Timestamp, $"item {iteration.Index}", null);
            return;
        }

        var line = _iterations[iteration];
        line.IsOver = true;
        if (e.Says != EventSays.Succeeded)
            line.Add(new StoryEntry(e.Timestamp, 0, e.Says == EventSays.Failed ? "failed" : "aborted"));
    }

    private void TakeGroup(HistoryEvent e, StoryLine line)
    {
        if (e.Subject == EventSubject.MapRun)
        {
            var what = $"map run {e.Says.ToString().ToLowerInvariant()}";
            if (e.Kind.IsFailure)
                AddFailure(e, line, what);
            else if (e.Says == EventSays.Started && e["mapRunArn"] is string arn && _run.ChildSource?.MapRun(arn) is { } run)
                AddItems(e, line, run);
            else
                line.Add(e.Timestamp, what);
        }
        else if (e.Says == EventSays.Started)
        {
            Abort(e, line);
            line.Inner.Clear();
            line.HasFailed = false;
            if (++line.Attempts > 1)
                line.Add(e.Timestamp, $"try {line.Attempts}");
            if (e["length"] is { } length && !IsCounted(e))
                line.Add(e.Timestamp, $"{length} items");
        }
        else if (e.Says == EventSays.Failed)
        {
            Abort(e, line);
            line.HasFailed = true;
            line.Add(e.Timestamp, "failed");
        }
    }

    /// <summary>Whether its map run tells how many items there are: the event knows only of those in the state's input.</summary>
    private bool IsCounted(HistoryEvent e) =>
        _run.ChildSource is not null && e.Id < _run.History.Count && _run.History[(int)e.Id].Subject == EventSubject.MapRun;

    /// <summary>Adds how the items of a map run stand, and what each did.</summary>
    private void AddItems(HistoryEvent e, StoryLine line, MapRunDescription run)
    {
        line.Add(e.Timestamp, $"map run of {MapRunText.Of(run.Counts)}");
        var map = _run.Definition.AllStates().OfType<MapState>().First(known => known.Name == run.MapName);
        var children = _run.ChildSource!.OfMapRun(run.Arn, map);
        var shown = children.Count > MostChildren ? ShownChildren : children.Count;
        foreach (var child in children.Take(shown))
            AddChild(line, $"item {child.Execution.ItemIndex}", child);
        if (shown == children.Count)
            return;
        var rest = new StringBuilder();
        foreach (var child in children.Skip(shown))
            rest.Append(Tell(child, _now));
        line.Add(e.Timestamp, $"… {children.Count - shown} more items #{StoryText.CheckSum(rest.ToString())}");
    }

    private void AddChild(StoryLine line, string title, WorkflowRun child)
    {
        var entries = _depth < DeepestChildren ? new HistoryStory(child, _depth + 1, _now)._root.Entries : [];
        line.Add(new StoryEntry(child.Execution.StartDate, 1, title) { Inner = entries });
    }

    /// <summary>Ends what was still under way in a group that ended.</summary>
    private static void Abort(HistoryEvent e, StoryLine line)
    {
        foreach (var inner in line.Inner.Where(inner => !inner.IsOver && !inner.HasFailed))
        {
            inner.Add(new StoryEntry(e.Timestamp, 0, "aborted"));
            inner.IsOver = true;
        }
    }

    private void TakeTask(HistoryEvent e, StoryLine line)
    {
        TellTask(e, line);
        if (ChildRuns.StartedBy(e) is { } arn && _started.Add(arn) && _run.ChildSource?.Started(arn) is { } started)
            AddChild(line, $"execution of {started.Execution.StateMachine.Name}", started);
    }

    private void TellTask(HistoryEvent e, StoryLine line)
    {
        if (e.Says == EventSays.Scheduled)
            Schedule(e, line);
        else if (e.Kind.IsFailure)
            Fail(e, line, e.Says == EventSays.TimedOut ? "timed out" : e.Kind.Stage == EventSays.Submitted ? "request failed" : "failed");
        else if (e.Says == EventSays.Submitted)
            line.Add(e.Timestamp, "was answered", TestJson.OfDetail(e["output"]));
        else if (e.Says == EventSays.Succeeded)
            line.Add(e.Timestamp, "gave", line.Known = TestJson.OfDetail(e["output"]));
        else if (e["workerName"] is string worker)
            line.Add(e.Timestamp, $"was taken by {worker}");
    }

    private static void Schedule(HistoryEvent e, StoryLine line)
    {
        var payload = TestJson.OfDetail(e["input"] ?? e["parameters"]);
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
        line.Add(Failure(e, 1, what));
    }

    private static StoryEntry Failure(HistoryEvent e, int indent, string what)
    {
        // The cause of a function's error is JSON, which reads better as such.
        var cause = e["cause"] as string;

        // Why an expression failed stands behind it, so that nothing of that is cut.
        if (e["error"] is ErrorNames.QueryEvaluationError && cause is not null)
            return new StoryEntry(e.Timestamp, indent, $"{what} with {ErrorNames.QueryEvaluationError} {JsonWriter.Quote(cause)}");
        var value = cause is null ? null : cause.StartsWith('{') && JsonReader.TryParse(cause, out var json) ? json : JsonValue.From(cause);
        return new StoryEntry(e.Timestamp, indent, e["error"] is string error ? $"{what} with {error}" : what) { Value = value };
    }

    private static (object? Error, object? Cause) FailureOf(HistoryEvent e) => (e["error"], e["cause"]);

    private static string ResourceName(string arn) =>
        arn.Split(':', 7) is ["arn", _, var service, _, _, var kind, var name] ? $"{(service == "states" ? kind : service)}:{name}" : arn;

    /// <summary>How an execution ended, in words.</summary>
    public static string Outcome(ExecutionStatus status) => status switch
    {
        ExecutionStatus.Succeeded => "succeeded",
        ExecutionStatus.Failed => "failed",
        ExecutionStatus.TimedOut => "timed out",
        ExecutionStatus.Aborted => "was stopped",
        _ => "runs",
    };

    private static void Write(StringBuilder text, IReadOnlyList<StoryEntry> entries, DateTimeOffset start, int depth, StoryText values)
    {
        foreach (var entry in entries)
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
