using Stateside.Language.Definitions;

namespace Stateside.Engine.History;

/// <summary>
/// Redrive: unfinished visits go on. The events after it all point at the redrive, and those of tasks do not name their state, so what
/// they belong to is looked for among the visits that go on, in order.
/// </summary>
internal sealed partial class ExecutionTimeline
{
    private Place Resume(HistoryEvent e)
    {
        Status = ExecutionStatus.Running;
        _resumed.Clear();
        foreach (var visit in _visits)
        {
            if (visit.ExitedEventId is not null || visit.IsSuperseded || visit.IsRunning || !IsInPresentRound(visit))
                continue;

            if (visit.Type == "Fail")
            {
                // It is entered anew.
                StateOf(visit).Supersede(visit);
                visit.Changed = _now;
                continue;
            }

            SetStatus(visit, VisitStatus.Running, null);
            visit.HasFailed = false;
            if (visit is { Type: not "Task", Attempts.Count: > 0 })
                Begin(visit, e).Started = e.Timestamp;
            _resumed.Add(visit);
        }

        // Some were cut off between two states, where they have no visit that goes on.
        foreach (var iteration in _iterations)
        {
            if (iteration is { IsSuperseded: false, Status: VisitStatus.Failed or VisitStatus.Aborted, Map.IsRunning: true })
                SetStatus(iteration, VisitStatus.Running, null);
        }

        // The engine goes through branches and iterations in the order in which they began, outer before inner.
        var order = _resumed.ToDictionary(visit => visit, LineOf);
        _resumed.Sort((a, b) => order[a].AsSpan().SequenceCompareTo(order[b]));
        return default;
    }

    /// <summary>The branches and iterations that lead to a visit, from the outermost.</summary>
    private static long[] LineOf(Visit visit)
    {
        var line = new long[visit.Depth + 1];
        for (var at = visit; at is not null; at = at.Outer)
            line[at.Depth] = at.Iteration?.Id ?? at.Branch;
        return line;
    }

    /// <summary>Whether what is around it is unfinished too, and did not begin anew since.</summary>
    private static bool IsInPresentRound(Visit visit)
    {
        for (; visit.Outer is { } outer; visit = outer)
        {
            if (outer.ExitedEventId is not null || outer.IsSuperseded)
                return false;
        }

        return true;
    }

    /// <summary>Where a state is entered of which the line does not say where it is: where something goes on and has no state now.</summary>
    private Place FindResumedPlace(StatePlace place)
    {
        var name = place.Outer!.Name;
        if (place.Outer is MapState)
        {
            var iteration = _iterations.Find(other => other.Map.Name == name && _runningIterations.Contains(other) && !_running.Values.Any(visit => visit.IsWithin(other)));
            return iteration is null ? new(FindResumed(name)) : new(iteration.Map, iteration);
        }

        return new(_running.Values.FirstOrDefault(other => other.Name == name && !_running.Values.Any(visit => visit.Outer == other && visit.Branch == place.Branch)) ?? FindResumed(name));
    }

    /// <summary>The Map that begins an iteration for an item: one that goes on and has none for it.</summary>
    private Visit? FindResumedMap(string name, int index) =>
        _running.Values.FirstOrDefault(visit => visit.Name == name && !_iterations.Exists(other => other.Map == visit && other.Index == index && !other.IsSuperseded));

    private Visit? FindResumed(string name) => _resumed.Find(visit => visit.IsRunning && visit.Name == name)
        ?? _running.Values.LastOrDefault(visit => visit.Name == name);

    private Visit? FindResumed(Func<Visit, bool> which) =>
        _resumed.Find(visit => visit.IsRunning && which(visit) && !_running.Values.Any(inner => inner.IsWithin(visit)));

    private Visit? FindResumedTask(HistoryEvent scheduled)
    {
        var resource = scheduled["resource"] as string;
        return FindResumed(visit => _places.Find(visit.Name)?.State is TaskState task
                && (task.Resource.Text == resource || task.Resource.EventName == resource))
            ?? FindResumed(visit => visit.Type == "Task");
    }
}
