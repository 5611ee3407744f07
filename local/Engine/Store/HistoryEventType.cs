namespace Stateside.Engine.Store;

/// <summary>
/// The kinds of history event, spelled as the API spells them; what each means stands at
/// https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html#StepFunctions-Type-HistoryEvent-type.
/// </summary>
// Their numbers stand in data files: a new kind goes to the end.
#pragma warning disable CS1591 // The names are AWS's and are explained there, all at once.
public enum HistoryEventType
{
    ActivityFailed,
    ActivityScheduled,
    ActivityScheduleFailed,
    ActivityStarted,
    ActivitySucceeded,
    ActivityTimedOut,
    ChoiceStateEntered,
    ChoiceStateExited,
    EvaluationFailed,
    ExecutionAborted,
    ExecutionFailed,
    ExecutionRedriven,
    ExecutionStarted,
    ExecutionSucceeded,
    ExecutionTimedOut,
    FailStateEntered,
    LambdaFunctionFailed,
    LambdaFunctionScheduled,
    LambdaFunctionScheduleFailed,
    LambdaFunctionStarted,
    LambdaFunctionStartFailed,
    LambdaFunctionSucceeded,
    LambdaFunctionTimedOut,
    MapIterationAborted,
    MapIterationFailed,
    MapIterationStarted,
    MapIterationSucceeded,
    MapRunAborted,
    MapRunFailed,
    MapRunRedriven,
    MapRunStarted,
    MapRunSucceeded,
    MapStateAborted,
    MapStateEntered,
    MapStateExited,
    MapStateFailed,
    MapStateStarted,
    MapStateSucceeded,
    ParallelStateAborted,
    ParallelStateEntered,
    ParallelStateExited,
    ParallelStateFailed,
    ParallelStateStarted,
    ParallelStateSucceeded,
    PassStateEntered,
    PassStateExited,
    SucceedStateEntered,
    SucceedStateExited,
    TaskFailed,
    TaskScheduled,
    TaskStarted,
    TaskStartFailed,
    TaskStateAborted,
    TaskStateEntered,
    TaskStateExited,
    TaskSubmitFailed,
    TaskSubmitted,
    TaskSucceeded,
    TaskTimedOut,
    WaitStateAborted,
    WaitStateEntered,
    WaitStateExited,
}
#pragma warning restore CS1591

/// <summary>What the API calls the kinds of event and their details.</summary>
public static class HistoryEventTypes
{
    private static readonly string[] Names = Enum.GetNames<HistoryEventType>();

    private static readonly string?[] Entered = StateTypes("StateEntered");

    private static readonly string?[] Exited = StateTypes("StateExited");

    private static readonly string?[] DetailNames = [.. Names.Select(DetailName)];

    /// <summary>The kind as the API spells it.</summary>
    /// <param name="type">The kind.</param>
    /// <returns>The name.</returns>
    public static string Name(this HistoryEventType type) => Names[(int)type];

    /// <summary>The type of the state that was entered, such as <c>Task</c>.</summary>
    /// <param name="type">The kind.</param>
    /// <returns>The type; null of the kinds that tell something else.</returns>
    public static string? EnteredStateType(this HistoryEventType type) => Entered[(int)type];

    /// <summary>Whether a state was entered.</summary>
    /// <param name="type">The kind.</param>
    /// <returns>Whether it is one of the kinds whose names end so.</returns>
    public static bool IsStateEntered(this HistoryEventType type) => Entered[(int)type] is not null;

    /// <summary>Whether a state was exited.</summary>
    /// <param name="type">The kind.</param>
    /// <returns>Whether it is one of the kinds whose names end so.</returns>
    public static bool IsStateExited(this HistoryEventType type) => Exited[(int)type] is not null;

    /// <summary>The member that holds an event's details, such as <c>stateEnteredEventDetails</c>.</summary>
    /// <param name="type">The kind.</param>
    /// <returns>The name; null for the kinds that have no details.</returns>
    public static string? DetailsName(this HistoryEventType type) => DetailNames[(int)type];

    private static string?[] StateTypes(string what) =>
        [.. Names.Select(name => name.EndsWith(what, StringComparison.Ordinal) ? name[..^what.Length] : null)];

    private static string? DetailName(string name)
    {
        if (name.EndsWith("StateEntered", StringComparison.Ordinal))
            return "stateEnteredEventDetails";
        if (name.EndsWith("StateExited", StringComparison.Ordinal))
            return "stateExitedEventDetails";
        return name is "LambdaFunctionStarted" or "MapStateAborted" or "MapStateFailed" or "MapStateSucceeded" or "ParallelStateStarted"
            or "ParallelStateSucceeded" or "ParallelStateFailed" or "ParallelStateAborted" or "TaskStateAborted" or "WaitStateAborted"
            or "MapRunSucceeded" or "MapRunAborted"
            ? null
            : $"{char.ToLowerInvariant(name[0])}{name[1..]}EventDetails";
    }
}
