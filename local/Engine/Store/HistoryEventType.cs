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

    private static readonly bool[] Entered = [.. Names.Select(name => name.EndsWith("StateEntered", StringComparison.Ordinal))];

    private static readonly string?[] DetailNames = [.. Names.Select(DetailName)];

    /// <summary>The kind as the API spells it.</summary>
    /// <param name="type">The kind.</param>
    /// <returns>The name.</returns>
    public static string Name(this HistoryEventType type) => Names[(int)type];

    /// <summary>Whether a state was entered.</summary>
    /// <param name="type">The kind.</param>
    /// <returns>Whether it is one of the kinds whose names end so.</returns>
    public static bool IsStateEntered(this HistoryEventType type) => Entered[(int)type];

    /// <summary>The member that holds an event's details, such as <c>stateEnteredEventDetails</c>.</summary>
    /// <param name="type">The kind.</param>
    /// <returns>The name; null for the kinds that have no details.</returns>
    public static string? DetailsName(this HistoryEventType type) => DetailNames[(int)type];

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
