using System.Diagnostics;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
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
        var since = history.LastOrDefault(e => e is { Subject: EventSubject.Execution, Says: EventSays.Redriven }) ?? history[0];
        var root = new Span(null, execution.StateMachine.Name, since.Timestamp) { End = history[^1].Timestamp, Last = history[^1].Id };
        root.Tags[Prefix + "state_machine.arn"] = execution.StateMachine.Arn;
        root.Tags[Prefix + "execution.arn"] = execution.Arn;
        root.Tags[Prefix + "execution.status"] = history[^1].Kind.End?.ToString();
        if (execution.Status != ExecutionStatus.Succeeded)
            root.Error = execution.Error ?? execution.Status.ToString();
        var spans = Read(execution, history, root).Where(span => span.Last >= since.Id).ToList();
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

    /// <summary>The visits, iterations and attempts that the history tells of, in the order in which they began.</summary>
    private static List<Span> Read(ExecutionDescription execution, IReadOnlyList<HistoryEvent> history, Span root)
    {
        var timeline = ExecutionTimeline.Of(execution.StateMachine.Definition, history);
        var spans = new List<Span>();
        var byEvent = new Dictionary<long, Span> { [0] = root };
        foreach (var e in history)
        {
            var (visit, iteration) = timeline.PlaceOf(e.Id);
            var span = (e.Subject, e.Says) switch
            {
                (EventSubject.State, EventSays.Entered) => Of(visit!, byEvent[visit!.Iteration?.Id ?? visit.Outer?.Id ?? 0], root),
                (EventSubject.Iteration, EventSays.Started) when iteration is not null => Of(iteration, byEvent[iteration.Map.Id], root),
                (EventSubject.Task, EventSays.Scheduled) when visit is not null =>
                    Of(visit.Attempts.Find(attempt => attempt.BeginEventId == e.Id)!, e, byEvent[visit.Id], root),
                _ => null,
            };
            if (span is null)
                continue;
            spans.Add(span);
            byEvent.Add(e.Id, span);
        }

        return spans;
    }

    private static Span Of(Visit visit, Span around, Span root)
    {
        var span = new Span(around, visit.Name, visit.Entered)
        {
            End = visit.Ended ?? root.End,
            Last = visit.EndEventId ?? root.Last,
            Error = visit.ExitedEventId is null ? visit.Error ?? root.Error : null,
        };
        span.Tags[Prefix + "state.type"] = visit.Type;
        return span;
    }

    private static Span Of(Iteration iteration, Span map, Span root) =>
        new(map, $"{iteration.Map.Name}[{iteration.Index}]", iteration.Started)
        {
            End = iteration.Ended ?? root.End,
            Last = iteration.EndEventId ?? root.Last,
            Error = iteration.Status == VisitStatus.Succeeded ? null : iteration.Status.ToString(),
        };

    private static Span Of(Attempt attempt, HistoryEvent scheduled, Span state, Span root)
    {
        var resource = scheduled["resource"] as string ?? "";
        var span = new Span(state, scheduled["resourceType"] is string service ? $"{service}:{resource}" : resource, attempt.Begun)
        {
            IsTask = true,
            End = attempt.Ended ?? root.End,
            Last = attempt.FailureEventId ?? attempt.ResultEventId ?? state.Last,
            Error = attempt.Status == VisitStatus.Succeeded ? null : attempt.Error ?? root.Error ?? attempt.Status.ToString(),
        };
        span.Tags[Prefix + "resource"] = span.Name;
        return span;
    }

    /// <summary>A span in the making.</summary>
    private sealed class Span(Span? parent, string name, DateTimeOffset start)
    {
        public Span? Parent { get; } = parent;

        public string Name { get; } = name;

        public DateTimeOffset Start { get; } = start;

        public DateTimeOffset End { get; init; }

        /// <summary>The event that ended it.</summary>
        public long Last { get; init; }

        public bool IsTask { get; init; }

        public string? Error { get; set; }

        public Dictionary<string, object?> Tags { get; } = [];

        public Activity? Activity { get; set; }
    }
}
