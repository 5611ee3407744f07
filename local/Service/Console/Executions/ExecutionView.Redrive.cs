using Stateside.Engine.Execution;
using Stateside.Engine.Store;
using Stateside.Language;

namespace Stateside.Service.Console.Executions;

/// <summary>
/// Redrive: unfinished visits go on. The events after it all point at the redrive, and those of tasks do not name their state, so what
/// they belong to is looked for among the visits that go on, in order.
/// </summary>
internal sealed partial class ExecutionView
{
    private Position Resume(HistoryEvent e)
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

        return default;
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

    private Visit? FindResumed(string name) => _running.Values.LastOrDefault(visit => visit.Name == name);

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
