using Says = Stateside.Engine.History.EventSays;
using Subject = Stateside.Engine.History.EventSubject;
using Type = Stateside.Engine.History.HistoryEventType;

namespace Stateside.Engine.History;

/// <summary>
/// The table of all kinds of event: whoever understands events asks it, never a name. The details are named as in
/// https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html.
/// </summary>
internal static class EventKinds
{
    private static readonly EventKind[] ByNumber = [.. new EventKind[]
    {
        new(Type.ExecutionAborted, Subject.Execution, Says.Aborted, null, "executionAbortedEventDetails"),
        new(Type.ExecutionFailed, Subject.Execution, Says.Failed, null, "executionFailedEventDetails"),
        new(Type.ExecutionRedriven, Subject.Execution, Says.Redriven, null, "executionRedrivenEventDetails"),
        new(Type.ExecutionStarted, Subject.Execution, Says.Started, null, "executionStartedEventDetails"),
        new(Type.ExecutionSucceeded, Subject.Execution, Says.Succeeded, null, "executionSucceededEventDetails"),
        new(Type.ExecutionTimedOut, Subject.Execution, Says.TimedOut, null, "executionTimedOutEventDetails"),

        new(Type.ChoiceStateEntered, Subject.State, Says.Entered, "Choice", "stateEnteredEventDetails"),
        new(Type.ChoiceStateExited, Subject.State, Says.Exited, "Choice", "stateExitedEventDetails"),
        new(Type.FailStateEntered, Subject.State, Says.Entered, "Fail", "stateEnteredEventDetails"),
        new(Type.MapStateEntered, Subject.State, Says.Entered, "Map", "stateEnteredEventDetails"),
        new(Type.MapStateExited, Subject.State, Says.Exited, "Map", "stateExitedEventDetails"),
        new(Type.ParallelStateEntered, Subject.State, Says.Entered, "Parallel", "stateEnteredEventDetails"),
        new(Type.ParallelStateExited, Subject.State, Says.Exited, "Parallel", "stateExitedEventDetails"),
        new(Type.PassStateEntered, Subject.State, Says.Entered, "Pass", "stateEnteredEventDetails"),
        new(Type.PassStateExited, Subject.State, Says.Exited, "Pass", "stateExitedEventDetails"),
        new(Type.SucceedStateEntered, Subject.State, Says.Entered, "Succeed", "stateEnteredEventDetails"),
        new(Type.SucceedStateExited, Subject.State, Says.Exited, "Succeed", "stateExitedEventDetails"),
        new(Type.TaskStateAborted, Subject.State, Says.Aborted, "Task", null),
        new(Type.TaskStateEntered, Subject.State, Says.Entered, "Task", "stateEnteredEventDetails"),
        new(Type.TaskStateExited, Subject.State, Says.Exited, "Task", "stateExitedEventDetails"),
        new(Type.WaitStateAborted, Subject.State, Says.Aborted, "Wait", null),
        new(Type.WaitStateEntered, Subject.State, Says.Entered, "Wait", "stateEnteredEventDetails"),
        new(Type.WaitStateExited, Subject.State, Says.Exited, "Wait", "stateExitedEventDetails"),

        new(Type.ActivityFailed, Subject.Task, Says.Failed, "Task", "activityFailedEventDetails"),
        new(Type.ActivityScheduled, Subject.Task, Says.Scheduled, "Task", "activityScheduledEventDetails"),
        new(Type.ActivityScheduleFailed, Subject.Task, Says.Failed, "Task", "activityScheduleFailedEventDetails", Says.Scheduled),
        new(Type.ActivityStarted, Subject.Task, Says.Started, "Task", "activityStartedEventDetails"),
        new(Type.ActivitySucceeded, Subject.Task, Says.Succeeded, "Task", "activitySucceededEventDetails"),
        new(Type.ActivityTimedOut, Subject.Task, Says.TimedOut, "Task", "activityTimedOutEventDetails"),
        new(Type.LambdaFunctionFailed, Subject.Task, Says.Failed, "Task", "lambdaFunctionFailedEventDetails"),
        new(Type.LambdaFunctionScheduled, Subject.Task, Says.Scheduled, "Task", "lambdaFunctionScheduledEventDetails"),
        new(Type.LambdaFunctionScheduleFailed, Subject.Task, Says.Failed, "Task",
            "lambdaFunctionScheduleFailedEventDetails", Says.Scheduled),
        new(Type.LambdaFunctionStarted, Subject.Task, Says.Started, "Task", null),
        new(Type.LambdaFunctionStartFailed, Subject.Task, Says.Failed, "Task", "lambdaFunctionStartFailedEventDetails", Says.Started),
        new(Type.LambdaFunctionSucceeded, Subject.Task, Says.Succeeded, "Task", "lambdaFunctionSucceededEventDetails"),
        new(Type.LambdaFunctionTimedOut, Subject.Task, Says.TimedOut, "Task", "lambdaFunctionTimedOutEventDetails"),
        new(Type.TaskFailed, Subject.Task, Says.Failed, "Task", "taskFailedEventDetails"),
        new(Type.TaskScheduled, Subject.Task, Says.Scheduled, "Task", "taskScheduledEventDetails"),
        new(Type.TaskStarted, Subject.Task, Says.Started, "Task", "taskStartedEventDetails"),
        new(Type.TaskStartFailed, Subject.Task, Says.Failed, "Task", "taskStartFailedEventDetails", Says.Started),
        new(Type.TaskSubmitFailed, Subject.Task, Says.Failed, "Task", "taskSubmitFailedEventDetails", Says.Submitted),
        new(Type.TaskSubmitted, Subject.Task, Says.Submitted, "Task", "taskSubmittedEventDetails"),
        new(Type.TaskSucceeded, Subject.Task, Says.Succeeded, "Task", "taskSucceededEventDetails"),
        new(Type.TaskTimedOut, Subject.Task, Says.TimedOut, "Task", "taskTimedOutEventDetails"),

        new(Type.MapStateAborted, Subject.Group, Says.Aborted, "Map", null),
        new(Type.MapStateFailed, Subject.Group, Says.Failed, "Map", null),
        new(Type.MapStateStarted, Subject.Group, Says.Started, "Map", "mapStateStartedEventDetails"),
        new(Type.MapStateSucceeded, Subject.Group, Says.Succeeded, "Map", null),
        new(Type.ParallelStateAborted, Subject.Group, Says.Aborted, "Parallel", null),
        new(Type.ParallelStateFailed, Subject.Group, Says.Failed, "Parallel", null),
        new(Type.ParallelStateStarted, Subject.Group, Says.Started, "Parallel", null),
        new(Type.ParallelStateSucceeded, Subject.Group, Says.Succeeded, "Parallel", null),

        new(Type.MapIterationAborted, Subject.Iteration, Says.Aborted, "Map", "mapIterationAbortedEventDetails"),
        new(Type.MapIterationFailed, Subject.Iteration, Says.Failed, "Map", "mapIterationFailedEventDetails"),
        new(Type.MapIterationStarted, Subject.Iteration, Says.Started, "Map", "mapIterationStartedEventDetails"),
        new(Type.MapIterationSucceeded, Subject.Iteration, Says.Succeeded, "Map", "mapIterationSucceededEventDetails"),

        new(Type.MapRunAborted, Subject.MapRun, Says.Aborted, "Map", null),
        new(Type.MapRunFailed, Subject.MapRun, Says.Failed, "Map", "mapRunFailedEventDetails"),
        new(Type.MapRunRedriven, Subject.MapRun, Says.Redriven, "Map", "mapRunRedrivenEventDetails"),
        new(Type.MapRunStarted, Subject.MapRun, Says.Started, "Map", "mapRunStartedEventDetails"),
        new(Type.MapRunSucceeded, Subject.MapRun, Says.Succeeded, "Map", null),

        new(Type.EvaluationFailed, Subject.Evaluation, Says.Failed, null, "evaluationFailedEventDetails"),
    }.OrderBy(kind => kind.Type)];

    /// <summary>All of them, in the order of their numbers.</summary>
    public static IReadOnlyList<EventKind> All => ByNumber;

    /// <summary>What a kind means.</summary>
    public static EventKind Of(HistoryEventType type) => ByNumber[(int)type];
}
