using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.History;

/// <summary>What an event says before it has a number: the only place that spells event details.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Details">The details; null of the kinds that have none.</param>
internal readonly record struct EventContent(HistoryEventType Type, EventDetails? Details = null);

/// <summary>Makes the content of every kind of event that an execution writes.</summary>
internal static class HistoryEvents
{
    public static EventContent ExecutionStarted(JsonValue input, string roleArn, string? aliasArn, string? versionArn) =>
        new(HistoryEventType.ExecutionStarted, new(
            ("input", input), ("roleArn", roleArn), ("stateMachineAliasArn", aliasArn), ("stateMachineVersionArn", versionArn)));

    public static EventContent ExecutionSucceeded(JsonValue output) => new(HistoryEventType.ExecutionSucceeded, new(("output", output)));

    public static EventContent ExecutionRedriven(int count) => new(HistoryEventType.ExecutionRedriven, new(("redriveCount", (long)count)));

    public static EventContent MapRunRedriven(string mapRunArn, int count) =>
        new(HistoryEventType.MapRunRedriven, new(("mapRunArn", mapRunArn), ("redriveCount", (long)count)));

    public static EventContent ExecutionFailed(string? error, string? cause) => Failure(HistoryEventType.ExecutionFailed, error, cause);

    public static EventContent ExecutionAborted(string? error, string? cause) => Failure(HistoryEventType.ExecutionAborted, error, cause);

    public static EventContent ExecutionTimedOut() => Failure(HistoryEventType.ExecutionTimedOut, ErrorNames.Timeout, null);

    public static EventContent StateEntered(State state, JsonValue input) => new(
        state switch
        {
            TaskState => HistoryEventType.TaskStateEntered,
            PassState => HistoryEventType.PassStateEntered,
            ChoiceState => HistoryEventType.ChoiceStateEntered,
            WaitState => HistoryEventType.WaitStateEntered,
            ParallelState => HistoryEventType.ParallelStateEntered,
            MapState => HistoryEventType.MapStateEntered,
            SucceedState => HistoryEventType.SucceedStateEntered,
            _ => HistoryEventType.FailStateEntered,
        },
        new(("name", state.Name), ("input", input)));

    public static EventContent StateExited(State state, JsonValue output, JsonObject assigned) => new(
        state switch
        {
            TaskState => HistoryEventType.TaskStateExited,
            PassState => HistoryEventType.PassStateExited,
            ChoiceState => HistoryEventType.ChoiceStateExited,
            WaitState => HistoryEventType.WaitStateExited,
            ParallelState => HistoryEventType.ParallelStateExited,
            MapState => HistoryEventType.MapStateExited,
            _ => HistoryEventType.SucceedStateExited,
        },
        assigned.Count == 0
            ? new(("name", state.Name), ("output", output))
            : new(("name", state.Name), ("output", output), ("assignedVariables", Variables(assigned))));

    public static EventContent EvaluationFailed(string error, string cause, string? location, string state) =>
        new(HistoryEventType.EvaluationFailed, new(("error", error), ("cause", cause), ("location", location), ("state", state)));

    public static EventContent ParallelStarted() => new(HistoryEventType.ParallelStateStarted);

    public static EventContent MapStarted(int length) => new(HistoryEventType.MapStateStarted, new(("length", (long)length)));

    public static EventContent GroupSucceeded(State state) =>
        new(state is MapState ? HistoryEventType.MapStateSucceeded : HistoryEventType.ParallelStateSucceeded);

    public static EventContent GroupFailed(State state) =>
        new(state is MapState ? HistoryEventType.MapStateFailed : HistoryEventType.ParallelStateFailed);

    public static EventContent IterationStarted(State map, int index) => Iteration(HistoryEventType.MapIterationStarted, map, index);

    public static EventContent IterationSucceeded(State map, int index) => Iteration(HistoryEventType.MapIterationSucceeded, map, index);

    public static EventContent IterationFailed(State map, int index) => Iteration(HistoryEventType.MapIterationFailed, map, index);

    public static EventContent IterationAborted(State map, int index) => Iteration(HistoryEventType.MapIterationAborted, map, index);

    public static EventContent MapRunStarted(string mapRunArn) => new(HistoryEventType.MapRunStarted, new(("mapRunArn", mapRunArn)));

    public static EventContent MapRunSucceeded() => new(HistoryEventType.MapRunSucceeded);

    public static EventContent MapRunFailed(string? error, string? cause) => Failure(HistoryEventType.MapRunFailed, error, cause);

    public static EventContent Scheduled(TaskResource resource, string region, JsonValue payload, long? timeout, long? heartbeat, string? roleArn)
    {
        var credentials = roleArn is null ? null : new EventDetails(("roleArn", roleArn));
        return resource.Kind switch
        {
            ResourceKind.LambdaFunction => new(HistoryEventType.LambdaFunctionScheduled, new(
                ("resource", resource.Text), ("input", payload), ("timeoutInSeconds", timeout), ("taskCredentials", credentials))),
            ResourceKind.Activity => new(HistoryEventType.ActivityScheduled, new(
                ("resource", resource.Text), ("input", payload), ("timeoutInSeconds", timeout), ("heartbeatInSeconds", heartbeat))),
            _ => new(HistoryEventType.TaskScheduled, new(
                ("resourceType", resource.Service), ("resource", resource.EventName), ("region", region), ("parameters", payload.Text),
                ("timeoutInSeconds", timeout), ("heartbeatInSeconds", heartbeat), ("taskCredentials", credentials))),
        };
    }

    public static EventContent Started(TaskResource resource, string? workerName) => resource.Kind switch
    {
        ResourceKind.LambdaFunction => new(HistoryEventType.LambdaFunctionStarted),
        ResourceKind.Activity => new(HistoryEventType.ActivityStarted, new(("workerName", workerName))),
        _ => new(HistoryEventType.TaskStarted, new(("resourceType", resource.Service), ("resource", resource.EventName))),
    };

    public static EventContent Submitted(TaskResource resource, JsonValue output) => new(HistoryEventType.TaskSubmitted, new(
        ("resourceType", resource.Service), ("resource", resource.EventName), ("output", output)));

    public static EventContent Succeeded(TaskResource resource, JsonValue output) => resource.Kind switch
    {
        ResourceKind.LambdaFunction => new(HistoryEventType.LambdaFunctionSucceeded, new(("output", output))),
        ResourceKind.Activity => new(HistoryEventType.ActivitySucceeded, new(("output", output))),
        _ => new(HistoryEventType.TaskSucceeded, new(
            ("resourceType", resource.Service), ("resource", resource.EventName), ("output", output))),
    };

    public static EventContent SubmitFailed(TaskResource resource, string? error, string? cause) => resource.Kind switch
    {
        ResourceKind.LambdaFunction or ResourceKind.Activity => Failed(resource, error, cause),
        _ => ServiceFailed(HistoryEventType.TaskSubmitFailed, resource, error, cause),
    };

    public static EventContent Failed(TaskResource resource, string? error, string? cause) => resource.Kind switch
    {
        ResourceKind.LambdaFunction => Failure(HistoryEventType.LambdaFunctionFailed, error, cause),
        ResourceKind.Activity => Failure(HistoryEventType.ActivityFailed, error, cause),
        _ => ServiceFailed(HistoryEventType.TaskFailed, resource, error, cause),
    };

    public static EventContent TimedOut(TaskResource resource) => resource.Kind switch
    {
        ResourceKind.LambdaFunction => Failure(HistoryEventType.LambdaFunctionTimedOut, ErrorNames.Timeout, null),
        ResourceKind.Activity => Failure(HistoryEventType.ActivityTimedOut, ErrorNames.Timeout, null),
        _ => new(HistoryEventType.TaskTimedOut, new(
            ("resourceType", resource.Service), ("resource", resource.EventName), ("error", ErrorNames.Timeout))),
    };

    /// <summary>What is written for a state that stops because something around it ended; null of the types that write nothing.</summary>
    public static EventContent? Aborted(State state) => state switch
    {
        TaskState => new(HistoryEventType.TaskStateAborted),
        WaitState => new(HistoryEventType.WaitStateAborted),
        ParallelState => new(HistoryEventType.ParallelStateAborted),
        MapState => new(HistoryEventType.MapStateAborted),
        _ => null,
    };

    private static EventContent Failure(HistoryEventType type, string? error, string? cause) =>
        new(type, new(("error", error), ("cause", cause)));

    private static EventContent ServiceFailed(HistoryEventType type, TaskResource resource, string? error, string? cause) =>
        new(type, new(("resourceType", resource.Service), ("resource", resource.EventName), ("error", error), ("cause", cause)));

    private static EventContent Iteration(HistoryEventType type, State map, int index) =>
        new(type, new(("name", map.Name), ("index", (long)index)));

    private static EventDetails Variables(JsonObject assigned)
    {
        // The values are JSON text; names are sorted as AWS shows them.
        var fields = new (string Name, object? Value)[assigned.Count];
        for (var i = 0; i < fields.Length; i++)
            fields[i] = (assigned.Keys[i], assigned.Values[i].Text);
        Array.Sort(fields, (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return new EventDetails(fields);
    }
}
