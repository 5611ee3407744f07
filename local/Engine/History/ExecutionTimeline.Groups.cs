namespace Stateside.Engine.History;

/// <summary>Parallel and Map: rounds, iterations, map runs, and what ends with them.</summary>
internal sealed partial class ExecutionTimeline
{
    private Place BeginRound(HistoryEvent e, Place at)
    {
        if ((Nearest(at, e.Kind) ?? FindResumed(visit => visit.Type == e.Kind.StateType)) is not { } visit)
            return at;
        _resumed.Remove(visit);
        if (visit.Attempts is [.., { IsRedrive: true } redriven] && redriven.BeginEventId == e.PreviousEventId)
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

            foreach (var inner in _visits.Where(inner => !inner.IsSuperseded && inner.IsWithin(visit)))
            {
                StateOf(inner).Supersede(inner);
                inner.Changed = _now;
            }

            foreach (var iteration in _iterations.Where(other => !other.IsSuperseded && (other.Map == visit || other.Map.IsWithin(visit))))
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

    private Place EndRound(HistoryEvent e, Place at)
    {
        if (Nearest(at, e.Kind) is not { } visit)
            return at;
        var status = e.Says == EventSays.Succeeded ? VisitStatus.Succeeded : VisitStatus.Failed;
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

    private Place BeginIteration(HistoryEvent e, Place at)
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

    private Place EndIteration(HistoryEvent e, Place at)
    {
        var status = e.Says switch
        {
            EventSays.Succeeded => VisitStatus.Succeeded,
            EventSays.Aborted => VisitStatus.Aborted,
            _ => VisitStatus.Failed,
        };
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

    private Place TakeMapRun(HistoryEvent e, Place at)
    {
        if (e.Says == EventSays.Started)
        {
            if (Nearest(at, e.Kind) is not { } map)
                return at;
            map.MapRun = new MapRun { Id = e.Id, Arn = (string)e["mapRunArn"]!, Map = map, Length = map.Length ?? 0, Started = e.Timestamp };
            _mapRuns.Add(map.MapRun);
            Touch(map);
            return new(map);
        }

        var run = e["mapRunArn"] is string arn ? _mapRuns.FindLast(other => other.Arn == arn) : Nearest(at, e.Kind)?.MapRun;
        if (run is null)
            return at;
        Touch(run.Map);
        if (e.Says == EventSays.Redriven)
        {
            _resumed.Remove(run.Map);
            run.Redrive(e.Timestamp);
            return new(run.Map);
        }

        run.End(e.Kind.End!.Value, e.Timestamp);
        if (e.Says == EventSays.Failed && run.Map.Attempts is [.., var attempt])
            FailAttempt(run.Map, attempt, e);
        return new(run.Map);
    }

    /// <summary>Takes the end of a state that something around it ended; the event does not name it.</summary>
    private Place Abort(HistoryEvent e, Place at, Iteration? iteration)
    {
        var type = e.Kind.StateType;

        // The state that brought the others down says so of itself, too.
        if (iteration is null && type == "Task" && at.Visit is { Type: "Task" } own && own.Attempts is [.., { Status: VisitStatus.Failed }])
        {
            if (own.IsRunning)
                EndUnfinished(own, VisitStatus.Failed, e.Timestamp);
            return new(own);
        }

        // After the states of an iteration that was aborted comes its Map.
        var scope = at.Visit?.Outer;
        var visit = iteration is null ? null : _running.Values.FirstOrDefault(other => other.Type == type && other.IsWithin(iteration));
        visit ??= iteration?.Map is { IsRunning: true } map && map.Type == type
            ? map
            : _running.Values.FirstOrDefault(other => other.Type == type && (scope is null || other.IsWithin(scope)));
        if (visit is null)
            return at;
        EndUnfinished(visit, VisitStatus.Aborted, e.Timestamp);
        _abortedIteration = iteration is not null && visit.IsWithin(iteration) ? iteration : null;
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

    /// <summary>The visit that an event of a group belongs to: its line's own, or one around it, of that type, that has not ended.</summary>
    private static Visit? Nearest(Place at, EventKind kind)
    {
        var visit = at.Visit;
        while (visit is not null && !(visit.Type == kind.StateType && visit is { IsRunning: true, HasFailed: false }))
            visit = visit.Outer;
        return visit;
    }
}
