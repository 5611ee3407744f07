using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Tasks;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>Reads the executions that an execution brought about: those of its map runs, and those that its Tasks started.</summary>
/// <param name="test">The test that they ran in.</param>
internal sealed class ChildRuns(WorkflowTest test)
{
    /// <summary>A map run as it stands; null where there is none.</summary>
    public MapRunDescription? MapRun(string arn) => test.Service.Engine.DescribeMapRun(arn);

    /// <summary>The child executions of a map run, in the order of their items.</summary>
    /// <param name="arn">The map run.</param>
    /// <param name="map">Its Map.</param>
    public IReadOnlyList<WorkflowRun> OfMapRun(string arn, MapState map) =>
    [
        .. test.Service.Engine.List(new ExecutionQuery(arn)).OrderBy(child => child.ItemIndex).ThenBy(child => child.Number)
            .Select(child => ChildOf(child, map)),
    ];

    /// <summary>Of the children of a map run that failed, the one of the first item; null where none did.</summary>
    public WorkflowRun? FirstFailed(string arn, MapState map)
    {
        if (MapRun(arn)?.Counts.Executions.Unsuccessful is null or 0)
            return null;
        ExecutionStatus[] failures = [ExecutionStatus.Failed, ExecutionStatus.TimedOut, ExecutionStatus.Aborted];
        var failed = failures.SelectMany(status => test.Service.Engine.List(new ExecutionQuery(arn) { Status = status })).ToList();
        return failed.Count == 0 ? null : ChildOf(failed.MinBy(child => child.ItemIndex)!, map);
    }

    /// <summary>An execution that a Task started; null where it is none of this test.</summary>
    public WorkflowRun? Started(string arn) => test.Service.Engine.Describe(arn) is { } execution ? test.RunOf(execution) : null;

    /// <summary>Whether a Task starts executions.</summary>
    public static bool Starts(TaskResource resource) =>
        resource is { Service: "states", Action: "startExecution" }
            or { Service: "aws-sdk:sfn", Action: "startExecution" or "startSyncExecution" };

    /// <summary>The execution that an event of a Task tells to have been started; null where it tells of none.</summary>
    public static string? StartedBy(HistoryEvent e)
    {
        if (e is not { Subject: EventSubject.Task, Says: EventSays.Submitted or EventSays.Succeeded }
            || e["resourceType"] is not ("states" or "aws-sdk:sfn") || e["resource"] is not string resource
            || TestJson.OfDetail(e["output"]) is not JsonObject output)
        {
            return null;
        }

        // With the pattern behind it, as in startExecution.sync:2.
        return resource.Split('.')[0] is "startExecution" or "startSyncExecution" ? output.Text("ExecutionArn") ?? output.Text("executionArn") : null;
    }

    private WorkflowRun ChildOf(ExecutionDescription child, MapState map) =>
        test.RunOf(child, map.ItemProcessor, $"item {child.ItemIndex} of {map.Name}");
}
