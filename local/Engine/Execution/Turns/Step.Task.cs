using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Turns;

/// <summary>Tasks: scheduling an attempt and taking its news.</summary>
internal partial class Step
{
    private void Schedule(Frame frame, TaskState state)
    {
        var key = new TaskKey(frame.Id, ++frame.Attempts);
        var token = TokenOf(frame, key);
        var raw = ContextOf(frame, state.Resource.Pattern == IntegrationPattern.RequestResponse ? null : token);
        var context = raw.With(DataFlow.EffectiveInput(state, raw));
        var payload = DataFlow.Arguments(state, context);
        var timeout = FieldValues.Seconds(state.TimeoutSeconds, context);
        var heartbeat = FieldValues.Seconds(state.HeartbeatSeconds, context);
        var role = state.Credentials?.Evaluate(context) is JsonObject credentials ? (credentials["RoleArn"] as JsonString)?.Value : null;
        if (IsTooLarge(payload))
        {
            Fail(frame, FrameFailure.Of(TaskFailure.TooLarge(state.Resource.Text)));
            return;
        }

        if (state.Resource.Kind == ResourceKind.Activity && !_facts.ActivityExists(state.Resource.Text))
            throw new StatesException(ErrorNames.Runtime, $"The activity {state.Resource.Text} does not exist.");
        if (state.Problems?.Invoke(payload as JsonObject ?? JsonObject.Empty) is { } problems)
            throw UnusableParameters(state, payload, problems);
        frame.Task = new TaskAttempt
        {
            Key = key,
            Token = token,
            Payload = payload,
            CredentialsRoleArn = role,
            Timeout = timeout is { } limit ? TimeSpan.FromSeconds(limit) : null,
            Heartbeat = heartbeat is { } h ? TimeSpan.FromSeconds(h) : null,
        };

        // The time of an activity's task begins when a worker takes it: until then it waits as long as the execution may.
        if (state.Resource.Kind != ResourceKind.Activity)
            frame.Task.BeginTime(_steadyNow);
        frame.Phase = FramePhase.Working;
        Append(frame, HistoryEvents.Scheduled(state.Resource, _facts.Region, payload, timeout, heartbeat, role));
        (_effects ??= []).Add(new StartTaskEffect(key, state.Resource, payload, token, state.Name, role, frame.Task.Timeout) { Frame = frame });
        if (state.Resource.Kind != ResourceKind.Activity)
            (_scheduled ??= []).Add(frame);
    }

    private static StatesException UnusableParameters(TaskState state, JsonValue payload, IReadOnlyList<string> problems)
    {
        var name = state.QueryLanguage == QueryLanguage.Jsonata ? "Arguments" : "Parameters";
        return new StatesException(
            ErrorNames.Runtime,
            $"The {name} '{JsonWriter.Compact(payload)}' could not be used to start the Task: [{string.Join(", ", problems)}]");
    }

    /// <summary>
    /// The requests of this turn leave as soon as it is saved, so their started events belong to it: after everything that was
    /// scheduled, as on AWS. An activity starts when a worker takes it.
    /// </summary>
    private void WriteStarted()
    {
        if (_scheduled is null || !IsRunning)
            return;
        foreach (var frame in _scheduled)
        {
            if (frame is { Phase: FramePhase.Working, Task: { Started: false } task })
            {
                task.Started = true;
                Append(frame, HistoryEvents.Started(((TaskState)frame.State).Resource, null));
            }
        }
    }

    private string TokenOf(Frame frame, TaskKey key) => TaskToken.Make(
        new Chance(Chance.Derive(_execution.Seed, _execution.Arn, ((long)key.FrameId << 32) | (uint)key.Attempt)), frame.LastEventId);

    private void TakeTaskMessage(TaskMessage message)
    {
        if (_execution.FindFrame(message.Task.FrameId) is not { Phase: FramePhase.Working, Task: { } task } frame || task.Key != message.Task)
            return;
        message.IsTaken = true;
        frame.IsChanged = true;
        var resource = ((TaskState)frame.State).Resource;
        if (message.IsByToken && resource.Pattern != IntegrationPattern.RequestResponse && task.Submitted is null
            && message is TaskSucceededMessage or TaskFailedMessage)
        {
            // A worker may be quicker than the answer to the request that woke it.
            task.Early ??= message;
            return;
        }

        switch (message)
        {
            case TaskStartedMessage started:
                // A second worker gets it where the first was told that it could not be saved.
                if (!task.Started)
                    Append(frame, HistoryEvents.Started(resource, started.WorkerName));
                task.Started = true;
                task.BeginTime(_steadyNow);
                break;
            case TaskSubmittedMessage submitted:
                Append(frame, HistoryEvents.Submitted(resource, submitted.Output));
                task.Submitted = submitted.Output;
                if (task.Early is { } early)
                    TakeTaskMessage(early);
                break;
            case HeartbeatMessage:
                task.HeartbeatDue = _steadyNow + task.Heartbeat;
                break;
            case TaskSucceededMessage succeeded when IsTooLarge(succeeded.Output):
                TakeFailure(frame, resource, TaskFailure.TooLarge(resource.Kind == ResourceKind.LambdaFunction ? resource.Text : resource.Service));
                break;
            case TaskSucceededMessage succeeded:
                Append(frame, HistoryEvents.Succeeded(resource, succeeded.Output));
                frame.Result = succeeded.Output;
                Returning(frame);
                break;
            case TaskFailedMessage failed:
                TakeFailure(frame, resource, failed.Failure);
                break;
        }
    }

    private void TakeFailure(Frame frame, TaskResource resource, TaskFailure failure)
    {
        Append(frame, failure.Stage == TaskStage.Submit
            ? HistoryEvents.SubmitFailed(resource, failure.Error, failure.Cause)
            : HistoryEvents.Failed(resource, failure.Error, failure.Cause));
        frame.Failure = FrameFailure.Of(failure);
        Returning(frame);
    }

    /// <summary>Ends an attempt that has taken too long, or whose worker has been silent for too long.</summary>
    protected void TimeOut(Frame frame)
    {
        var task = frame.Task!;
        var resource = ((TaskState)frame.State).Resource;
        var silent = task.HeartbeatDue <= _steadyNow && !(task.TimeoutDue <= task.HeartbeatDue);
        (_effects ??= []).Add(new CancelTaskEffect(task.Key, resource, task.Token));
        Append(frame, HistoryEvents.TimedOut(resource));
        frame.Failure = new FrameFailure(ErrorNames.Timeout, null, silent ? ErrorNames.HeartbeatTimeout : null);
        Returning(frame);
    }

    /// <summary>Goes on with what a frame waited for: its result or its failure.</summary>
    protected void Returning(Frame frame)
    {
        frame.Task = null;
        frame.Phase = FramePhase.Returning;
        _execution.Ready.Enqueue(frame);
    }

    /// <summary>Lets go of whatever a frame waits for outside.</summary>
    private void Cancel(Frame frame)
    {
        if (frame.Task is { } task)
            (_effects ??= []).Add(new CancelTaskEffect(task.Key, ((TaskState)frame.State).Resource, task.Token));
        if (frame.Group?.Run is { } run)
            EndRun(run, ExecutionStatus.Aborted);
        frame.Task = null;
        frame.Due = null;
    }
}
