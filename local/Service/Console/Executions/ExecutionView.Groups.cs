using Stateside.Engine.Store;

namespace Stateside.Service.Console.Executions;

/// <summary>Parallel and Map: rounds, iterations, map runs, and what ends with them.</summary>
internal sealed partial class ExecutionView
{
    private Position BeginRound(HistoryEvent e, Position at)
    {
        var type = e.Type == HistoryEventType.MapStateStarted ? "Map" : "Parallel";
        if ((Nearest(at, type) ?? FindResumed(visit => visit.Type == type)) is not { } visit)
            return at;
        _resumed.Remove(visit);
        if (visit.Attempts is [.., var redriven] && redriven.BeginEventId == e.PreviousEventId && _events[(int)e.PreviousEventId - 1].Type == HistoryEventType.ExecutionRedriven)
        {
            // It does not go on with what it had, but begins anew.
            visit.Attempts.RemoveAt(visit.Attempts.Count - 1);
            StateOf(visit).Retries--;
        }

        if (visit.Attempts is [.., var before])
        {
            // What failed in the round before is tried again as a whole.
            EndInner(visit, at.Visit, e.Timestamp);
            if (before.Status == VisitStatus.Running)
            {
                before.Error = visit.Error;
                EndAttempt(before, VisitStatus.Failed, e.Timestamp);
            }

            foreach (var inner in _visits.Where(inner => inner.IsWithin(visit)))
            {
                StateOf(inner).Supersede(inner);
                inner.Changed = _now;
            }

            foreach (var iteration in _iterations.Where(iteration => iteration.Map == visit || iteration.Map.IsWithin(visit)))
            {
                iteration.IsSuperseded = true;
                iteration.Changed = _now;
            }
        }

        Touch(visit);
        Begin(visit, e).Started = e.Timestamp;
        visit.HasFailed = false;
        visit.Length = e["length"] as long? ?? visit.Length;
        return new(visit);
    }

    private Position EndRound(HistoryEvent e, Position at, VisitStatus status)
    {
        if (Nearest(at, e.Type is HistoryEventType.MapStateSucceeded or HistoryEventType.MapStateFailed ? "Map" : "Parallel") is not { } visit)
            return at;
        Touch(visit);
        if (status == VisitStatus.Failed)
        {
            visit.HasFailed = true;
            EndInner(visit, at.Visit, e.Timestamp);
        }

        if (visit.Attempts is not [.., { Status: VisitStatus.Running } attempt])
            return new(visit);
        if (status == VisitStatus.Failed)
            (attempt.FailureEventId, attempt.Error) = (e.Id, attempt.Error ?? visit.Error);
        else
            attempt.ResultEventId = e.Id;
        EndAttempt(attempt, status, e.Timestamp);
        return new(visit);
    }

    private Position BeginIteration(HistoryEvent e, Position at)
    {
        var name = (string)e["name"]!;
        if ((Climb(at, name).Visit ?? FindResumedMap(name, (int)(long)e["index"]!)) is not { } map)
            return at;
        Touch(map);
        var iteration = new Iteration
        {
            Id = e.Id,
            Map = map,
            Index = (int)(long)e["index"]!,
            Started = e.Timestamp,
            Changed = _now,
        };
        _iterations.Add(iteration);
        _runningIterations.Add(iteration);
        return new(map, iteration);
    }

    private Position EndIteration(HistoryEvent e, Position at, VisitStatus status)
    {
        var (name, index) = ((string)e["name"]!, (int)(long)e["index"]!);
        var (map, iteration) = Climb(at, name);
        if (iteration?.Index != index || map is null)
            iteration = _runningIterations.Where(other => other.Map.Name == name && other.Index == index && (map is null || other.Map == map)).MaxBy(other => other.Id);
        if (iteration is null)
            return at;
        SetStatus(iteration, status, e.Timestamp);
        if (status == VisitStatus.Failed)
        {
            FailLine(at.Visit, iteration.Map, e.Timestamp, null);
            iteration.Map.Error = at.Visit?.Error ?? iteration.Map.Error;
            foreach (var inner in _running.Values.Where(inner => inner.IsWithin(iteration)).ToArray())
                EndUnfinished(inner, VisitStatus.Aborted, e.Timestamp);
        }
        else if (status == VisitStatus.Aborted)
        {
            // The events of its states follow, and do not say whose they are.
            _abortedIteration = iteration;
        }

        return new(iteration.Map, iteration);
    }

    private Position TakeMapRun(HistoryEvent e, Position at)
    {
        var arn = e["mapRunArn"] as string;
        var visit = e.Type == HistoryEventType.MapRunRedriven
            ? _visits.FindLast(other => other.MapRunArn == arn)
            : Nearest(at, "Map");
        if (visit is null)
            return at;
        Touch(visit);
        visit.MapRunArn = arn ?? visit.MapRunArn;
        if (e.Type == HistoryEventType.MapRunRedriven)
            _resumed.Remove(visit);
        else if (e.Type == HistoryEventType.MapRunFailed && visit.Attempts is [.., var attempt])
            FailAttempt(visit, attempt, e);

        return new(visit);
    }

    /// <summary>Takes the end of a state that something around it ended; the event does not name it.</summary>
    private Position Abort(HistoryEvent e, string type, Position at, Iteration? iteration)
    {
        // The state that brought the others down says so of itself, too.
        if (iteration is null && type == "Task" && at.Visit is { Type: "Task" } own && own.Attempts is [.., { Status: VisitStatus.Failed }])
        {
            if (own.IsRunning)
                EndUnfinished(own, VisitStatus.Failed, e.Timestamp);
            return new(own);
        }

        var scope = at.Visit?.Outer;
        var visit = _running.Values.FirstOrDefault(other => other.Type == type
            && (iteration is null ? scope is null || other.IsWithin(scope) : other.IsWithin(iteration)));
        if (visit is null)
            return at;
        EndUnfinished(visit, VisitStatus.Aborted, e.Timestamp);
        _abortedIteration = iteration;
        return new(visit);
    }

    /// <summary>Ends what still runs inside a visit: the line of the one that failed as failed, the rest as aborted.</summary>
    private void EndInner(Visit visit, Visit? failed, DateTimeOffset time)
    {
        if (!visit.IsWork || visit.Type == "Task")
            return;
        if (failed is not null && failed.IsWithin(visit))
        {
            FailLine(failed, visit, time, null);
            visit.Error = failed.Error ?? visit.Error;
        }

        foreach (var inner in _running.Values.Where(inner => inner.IsWithin(visit)).ToArray())
            EndUnfinished(inner, VisitStatus.Aborted, time);
        foreach (var iteration in _runningIterations.Where(iteration => iteration.Map == visit || iteration.Map.IsWithin(visit)).ToArray())
            SetStatus(iteration, VisitStatus.Aborted, time);
    }

    /// <summary>The visit of a type that a line belongs to: its own, or one around it, that has not ended.</summary>
    private static Visit? Nearest(Position at, string type)
    {
        var visit = at.Visit;
        while (visit is not null && !(visit.Type == type && visit is { IsRunning: true, HasFailed: false }))
            visit = visit.Outer;
        return visit;
    }
}
