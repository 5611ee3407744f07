using Stateside.Engine.History;
using Stateside.Language.Definitions;

namespace Stateside.Testing;

public sealed partial class WorkflowRun
{
    /// <summary>Reads the executions that this one brought about; null of a run on AWS.</summary>
    internal ChildRuns? ChildSource { get; init; }

    /// <summary>Which execution it is, where it is a child; null of any other.</summary>
    internal string? Title { get; init; }

    /// <summary>
    /// The executions that a state brought about, each with all that a run has: of a distributed Map its child executions in the order of
    /// their items, of a Task that starts executions (<c>states:startExecution</c>) those that it started. They stand as they do when
    /// this is asked. The newest 10,000 of a map run are kept, and of those that failed the first 1,000.
    /// </summary>
    /// <param name="state">The state's name.</param>
    /// <returns>The executions; none where the state was not visited or its task was stubbed.</returns>
    /// <exception cref="WorkflowAssertionException">It is no state of that kind.</exception>
    public IReadOnlyList<WorkflowRun> Children(string state)
    {
        Check(state);
        if (IsDeployed)
            throw WorkflowTestSkippedException.Of("The children of an execution on AWS are not read: they are looked at where the test runs locally.");
        return Definition.AllStates().First(known => known.Name == state) switch
        {
            MapState { IsDistributed: true } => [.. VisitsTo(state).SelectMany(ChildrenOf)],
            TaskState task when ChildRuns.Starts(task.Resource) => [.. VisitsTo(state).SelectMany(ChildrenOf)],
            MapState => throw new WorkflowAssertionException(
                $"The Map '{state}' is inline: its iterations are no executions of their own, and their states stand in Visits. "
                + "Children are those of a distributed Map."),
            var other => throw new WorkflowAssertionException(
                $"The {other.Type} state '{state}' begins no executions. Children are those of a distributed Map, and of a Task that starts executions."),
        };
    }

    /// <summary>The executions that a stay in a state brought about.</summary>
    internal IEnumerable<WorkflowRun> ChildrenOf(StateVisit visit)
    {
        if (ChildSource is null)
            return [];
        if (visit.MapRuns.Count == 0)
            return visit.Started.Select(ChildSource.Started).OfType<WorkflowRun>();
        return visit.MapRuns.SelectMany(run => ChildSource.OfMapRun(run, MapOf(visit)));
    }

    /// <summary>The first of those that failed; null where none did.</summary>
    private WorkflowRun? FirstFailed(StateVisit visit) => visit.MapRuns.Count > 0
        ? visit.MapRuns.Select(run => ChildSource?.FirstFailed(run, MapOf(visit))).FirstOrDefault(child => child is not null)
        : ChildrenOf(visit).FirstOrDefault(child => child.Status is not (ExecutionStatus.Succeeded or ExecutionStatus.Running));

    private MapState MapOf(StateVisit visit) => Definition.AllStates().OfType<MapState>().First(known => known.Name == visit.State);
}
