using System.Diagnostics;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.Store;
using Activity = System.Diagnostics.Activity;

namespace Stateside.Engine;

/// <summary>Makes the spans of an execution that has ended: one for itself, under it its states, under those iterations and tasks.</summary>
internal static class ExecutionSpans
{
    private const string Prefix = "aws.step_functions.";

    /// <summary>Tells a source of the spans, each with the times that the history gives.</summary>
    /// <param name="source">Where spans go.</param>
    /// <param name="execution">The execution.</param>
    /// <param name="history">All its events.</param>
    /// <param name="caller">Whose activity started it; the default for nobody's.</param>
    public static void Emit(ActivitySource source, ExecutionDescription execution, IReadOnlyList<HistoryEvent> history, ActivityContext caller)
    {
        if (history.Count == 0)
            return;

        // What went before a redrive was told when the execution first ended.
        var since = history.LastOrDefault(e => e.Type == HistoryEventType.ExecutionRedriven) ?? history[0];
        var root = new Span(null, execution.StateMachine.Name, since.Timestamp) { End = history[^1].Timestamp, Last = history[^1].Id };
        root.Tags[Prefix + "state_machine.arn"] = execution.StateMachine.Arn;
        root.Tags[Prefix + "execution.arn"] = execution.Arn;
        root.Tags[Prefix + "execution.status"] = history[^1].Type.Name()["Execution".Length..];
        if (execution.Status != ExecutionStatus.Succeeded)
            root.Error = execution.Error ?? execution.Status.ToString();
        var spans = Read(history, root).Where(span => span.Last >= since.Id).ToList();
        Emit(source, root, caller, since.Timestamp);
        if (root.Activity is null)
            return;
        foreach (var span in spans)
            Emit(source, span, default, since.Timestamp);
        foreach (var span in spans.Append(root))
            Stop(span);
        Activity.Current = null;
    }

    private static void Emit(ActivitySource source, Span span, ActivityContext caller, DateTimeOffset since)
    {
        var parent = span.Parent?.Activity?.Context ?? caller;
        var activity = source.CreateActivity(span.Name, span.IsTask ? ActivityKind.Client : ActivityKind.Internal, parent);
        if (activity is null)
            return;
        activity.SetStartTime((span.Start < since ? since : span.Start).UtcDateTime);
        foreach (var (name, value) in span.Tags)
            activity.SetTag(name, value);
        if (span.Error is not null)
        {
            activity.SetTag("error.type", span.Error);
            activity.SetStatus(ActivityStatusCode.Error, span.Error);
        }

        // Spans are made in order, so that of the thread's current activity nothing is to be inherited.
        Activity.Current = null;
        span.Activity = activity.Start();
    }

    private static void Stop(Span span)
    {
        if (span.Activity is not { } activity)
            return;
        activity.SetEndTime(span.End.UtcDateTime);
        activity.Stop();
    }

    /// <summary>Follows every line of progress: each event stands in the state that the event before it left it in.</summary>
    private static List<Span> Read(IReadOnlyList<HistoryEvent> history, Span root)
    {
        var spans = new List<Span>();
        var lines = new Dictionary<long, Span>(history.Count) { [0] = root };
        foreach (var e in history)
        {
            var at = lines.GetValueOrDefault(e.PreviousEventId, root);
            lines[e.Id] = Place(e, at, spans);
        }

        foreach (var span in spans.Where(span => span.Last == 0))
        {
            // It was under way when the execution ended.
            span.End = root.End;
            span.Last = root.Last;
            span.Error ??= root.Error;
        }

        return spans;
    }

    private static Span Place(HistoryEvent e, Span at, List<Span> spans)
    {
        var name = e.Type.Name();
        if (e.Type.EnteredStateType() is { } type)
        {
            var state = new Span(at, Text(e, "name"), e.Timestamp) { IsState = true };
            state.Tags[Prefix + "state.type"] = type;
            spans.Add(state);
            return state;
        }

        if (e.Type.IsStateExited())
        {
            var left = at;
            while (left is { Parent: not null } && !(left.IsState && left.Name == Text(e, "name")))
                left = left.Parent;
            Close(left, e, null);
            return left.Parent ?? left;
        }

        if (name == "MapIterationStarted")
        {
            var iteration = new Span(at, $"{Text(e, "name")}[{e["index"]}]", e.Timestamp);
            spans.Add(iteration);
            return iteration;
        }

        if (name.StartsWith("MapIteration", StringComparison.Ordinal))
        {
            var iteration = at;
            while (iteration is { Parent: not null } && (iteration.IsState || iteration.IsTask))
                iteration = iteration.Parent;
            Close(iteration, e, name == "MapIterationSucceeded" ? null : name["MapIteration".Length..]);
            return iteration.Parent ?? iteration;
        }

        return PlaceTask(e, name, at, spans);
    }

    private static Span PlaceTask(HistoryEvent e, string name, Span at, List<Span> spans)
    {
        if (name is "TaskScheduled" or "LambdaFunctionScheduled" or "ActivityScheduled")
        {
            var resource = Text(e, "resource");
            var attempt = new Span(at, name == "TaskScheduled" ? $"{Text(e, "resourceType")}:{resource}" : resource, e.Timestamp) { IsTask = true };
            attempt.Tags[Prefix + "resource"] = attempt.Name;
            spans.Add(attempt);
            at.Task = attempt;
        }
        else if (at.Task is { } task && IsAboutTask(name))
        {
            if (name.EndsWith("Succeeded", StringComparison.Ordinal))
                Close(task, e, null);
            else if (name.EndsWith("Failed", StringComparison.Ordinal) || name.EndsWith("TimedOut", StringComparison.Ordinal))
                Close(task, e, e["error"] as string ?? name);
        }

        return at;
    }

    private static bool IsAboutTask(string name) =>
        name.StartsWith("Task", StringComparison.Ordinal) || name.StartsWith("LambdaFunction", StringComparison.Ordinal) || name.StartsWith("Activity", StringComparison.Ordinal);

    private static void Close(Span span, HistoryEvent e, string? error)
    {
        if (span.Parent is null || span.Last > 0)
            return;
        span.End = e.Timestamp;
        span.Last = e.Id;
        span.Error = error;
    }

    private static string Text(HistoryEvent e, string name) => e[name] as string ?? "";

    /// <summary>A span in the making.</summary>
    private sealed class Span(Span? parent, string name, DateTimeOffset start)
    {
        public Span? Parent { get; } = parent;

        public string Name { get; } = name;

        public DateTimeOffset Start { get; } = start;

        public DateTimeOffset End { get; set; }

        /// <summary>The event that ended it; 0 while none has.</summary>
        public long Last { get; set; }

        public bool IsState { get; init; }

        public bool IsTask { get; init; }

        public string? Error { get; set; }

        /// <summary>Of a state, its latest attempt.</summary>
        public Span? Task { get; set; }

        public Dictionary<string, object?> Tags { get; } = [];

        public Activity? Activity { get; set; }
    }
}
