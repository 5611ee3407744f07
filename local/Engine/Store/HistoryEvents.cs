using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Store;

/// <summary>What an event says before it has a number: the only place that spells event details.</summary>
/// <param name="Type">The kind.</param>
/// <param name="Details">The details; null of the kinds that have none.</param>
internal readonly record struct EventContent(HistoryEventType Type, EventDetails? Details = null);

/// <summary>Makes the content of every kind of event.</summary>
internal static class HistoryEvents
{
    private static readonly string[] StateKinds = ["Task", "Pass", "Choice", "Wait", "Parallel", "Map", "Succeed", "Fail"];
    private static readonly HistoryEventType[] Entered = StateTypes("Entered");
    private static readonly HistoryEventType[] Exited = StateTypes("Exited");

    public static EventContent ExecutionStarted(JsonValue input, string roleArn, string? aliasArn, string? versionArn) =>
        new(HistoryEventType.ExecutionStarted, new(
            ("input", input), ("roleArn", roleArn), ("stateMachineAliasArn", aliasArn), ("stateMachineVersionArn", versionArn)));

    public static EventContent ExecutionSucceeded(JsonValue output) => new(HistoryEventType.ExecutionSucceeded, new(("output", output)));

    public static EventContent ExecutionRedriven(int count) => new(HistoryEventType.ExecutionRedriven, new(("redriveCount", (long)count)));

    public static EventContent MapRunRedriven(string mapRunArn, int count) =>
        new(HistoryEventType.MapRunRedriven, new(("mapRunArn", mapRunArn), ("redriveCount", (long)count)));

    /// <summary>A kind whose details are an error and a cause.</summary>
    public static EventContent Failure(HistoryEventType type, string? error, string? cause) => new(type, new(("error", error), ("cause", cause)));

    public static EventContent StateEntered(State state, JsonValue input) =>
        new(Entered[Kind(state)], new(("name", state.Name), ("input", input)));

    public static EventContent StateExited(State state, JsonValue output, JsonObject assigned) =>
        new(Exited[Kind(state)], assigned.Count == 0
            ? new(("name", state.Name), ("output", output))
            : new(("name", state.Name), ("output", output), ("assignedVariables", Variables(assigned))));

    public static EventContent EvaluationFailed(string error, string cause, string? location, string state) =>
        new(HistoryEventType.EvaluationFailed, new(("error", error), ("cause", cause), ("location", location), ("state", state)));

    public static EventContent Length(int length) => new(HistoryEventType.MapStateStarted, new(("length", (long)length)));

    /// <summary>A kind that names a Map state and an index.</summary>
    public static EventContent Iteration(HistoryEventType type, string name, int index) => new(type, new(("name", name), ("index", (long)index)));

    public static EventContent MapRunStarted(string mapRunArn) => new(HistoryEventType.MapRunStarted, new(("mapRunArn", mapRunArn)));

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

    public static EventContent Failed(TaskResource resource, TaskFailure failure) => resource.Kind switch
    {
        ResourceKind.LambdaFunction => Failure(HistoryEventType.LambdaFunctionFailed, failure.Error, failure.Cause),
        ResourceKind.Activity => Failure(HistoryEventType.ActivityFailed, failure.Error, failure.Cause),
        _ => new(
            failure.Stage == TaskStage.Submit ? HistoryEventType.TaskSubmitFailed : HistoryEventType.TaskFailed,
            new(("resourceType", resource.Service), ("resource", resource.EventName), ("error", failure.Error), ("cause", failure.Cause))),
    };

    public static EventContent TimedOut(TaskResource resource) => resource.Kind switch
    {
        ResourceKind.LambdaFunction => Failure(HistoryEventType.LambdaFunctionTimedOut, ErrorNames.Timeout, null),
        ResourceKind.Activity => Failure(HistoryEventType.ActivityTimedOut, ErrorNames.Timeout, null),
        _ => new(HistoryEventType.TaskTimedOut, new(
            ("resourceType", resource.Service), ("resource", resource.EventName), ("error", ErrorNames.Timeout))),
    };

    /// <summary>What is written for a state that stops because something around it ended; null of the types that write nothing.</summary>
    public static HistoryEventType? Aborted(State state) => state switch
    {
        TaskState => HistoryEventType.TaskStateAborted,
        WaitState => HistoryEventType.WaitStateAborted,
        ParallelState => HistoryEventType.ParallelStateAborted,
        MapState => HistoryEventType.MapStateAborted,
        _ => null,
    };

    private static EventDetails Variables(JsonObject assigned)
    {
        // The values are JSON text; names are sorted as AWS shows them.
        var fields = new (string Name, object? Value)[assigned.Count];
        for (var i = 0; i < fields.Length; i++)
            fields[i] = (assigned.Keys[i], assigned.Values[i].Text);
        Array.Sort(fields, (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return new EventDetails(fields);
    }

    private static int Kind(State state) => state switch
    {
        TaskState => 0,
        PassState => 1,
        ChoiceState => 2,
        WaitState => 3,
        ParallelState => 4,
        MapState => 5,
        SucceedState => 6,
        _ => 7,
    };

    private static HistoryEventType[] StateTypes(string what) =>
        [.. StateKinds.Select(type =>
            Enum.TryParse<HistoryEventType>($"{type}State{what}", out var found) ? found : default)];
}
