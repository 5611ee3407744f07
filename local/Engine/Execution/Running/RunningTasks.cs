using System.Collections.Concurrent;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;

namespace Stateside.Engine.Execution.Running;

/// <summary>The tasks that executions wait for: starts them, ends them, and knows whose a token is.</summary>
internal sealed class RunningTasks(
    ExecutionEngine engine, EngineOptions options, VirtualClock? clock, CancellationToken stopped)
{
    private readonly ConcurrentDictionary<string, OpenTask> _tokens = new(StringComparer.Ordinal);

    private readonly StartGate _starts = new();

    /// <summary>What ends the work of tasks under way when nobody waits for them any more.</summary>
    private readonly ConcurrentDictionary<(ExecutionActor Actor, TaskKey Task), CancellationTokenSource> _cancellations = new();

    /// <summary>Whether somebody still waits for the task of a token.</summary>
    public bool IsOpen(string token) => _tokens.TryGetValue(token, out var task) && task.IsAwaited;

    /// <summary>The execution that has given out a token; null where none in memory has.</summary>
    public ExecutionActor? FindActor(string token) => _tokens.GetValueOrDefault(token)?.Actor;

    /// <summary>Goes on with a task of an execution that was brought back, unless that was stopped meanwhile. Its token is known since then.</summary>
    public void Resume(ExecutionActor actor, StartTaskEffect effect)
    {
        if (actor.IsWorking(effect.Frame, effect.Task))
            Begin(actor, effect);

        // Who stopped it between the two looks found nothing to cancel.
        if (!actor.IsWorking(effect.Frame, effect.Task))
            Cancel(actor, new CancelTaskEffect(effect.Task, effect.Resource, effect.Token));
    }

    public void Start(ExecutionActor actor, StartTaskEffect effect)
    {
        Know(actor, effect);
        Begin(actor, effect);
    }

    /// <summary>Knows the token of a task: what its bearer brings reaches the execution from now on.</summary>
    public void Know(ExecutionActor actor, StartTaskEffect effect)
    {
        var waits = effect.Resource.Pattern != IntegrationPattern.RequestResponse || effect.Resource.Kind == ResourceKind.Activity;
        if (waits)
        {
            // A job that the engine itself waits for is no outsider's.
            var owed = effect.Resource.Pattern is not (IntegrationPattern.RunJob or IntegrationPattern.RunJobJson);
            var open = new OpenTask(actor, effect.Frame, effect.Task) { Owed = owed ? 1 : 0 };
            if (effect.IsAnswered)
                open.TryPresent(closes: true);
            _tokens[effect.Token] = open;
            actor.Tokens.Add(effect.Token);
            if (owed)
                clock?.Owe();
        }
    }

    private void Begin(ExecutionActor actor, StartTaskEffect effect)
    {
        // Of a task that goes on after a crash, the worker or the bearer of its token still has it.
        if (effect.IsWithWorker && effect.Resource.Kind == ResourceKind.Activity
            || effect is { Submitted: not null, Resource.Pattern: IntegrationPattern.WaitForTaskToken })
        {
            return;
        }

        // Before the task runs: the turn that starts it may be the one that ends it.
        var cancel = CancellationTokenSource.CreateLinkedTokenSource(stopped);
        _cancellations[(actor, effect.Task)] = cancel;
        engine.Enter();
        if (options.OrdersOutcomes)
            actor.SendOut();
        _ = RunAsync(actor, effect, cancel);
    }

    private async Task RunAsync(ExecutionActor actor, StartTaskEffect effect, CancellationTokenSource cancel)
    {
        Message? message;
        Action? end = null;
        var isInside = false;
        try
        {
            var handler = options.HandlerOf(effect.Resource);

            // Before it asks for a thread: what waits for one stands before everybody's requests.
            if (handler?.StartsExecution(effect.Resource) == true)
            {
                await _starts.EnterAsync(actor.Execution.StateMachine.Arn, cancel.Token).ConfigureAwait(false);
                isInside = true;
            }

            // Onto a thread of its own: a handler may be slow to give the first await, and one outcome must not overtake the next task.
            if (handler is not { IsPrompt: true } || options.OrdersOutcomes)
                await default(PoolTurn);
            cancel.Token.ThrowIfCancellationRequested();
            var outcome = await OutcomeAsync(handler, actor, effect, cancel.Token).ConfigureAwait(false);
            if (outcome is TaskOutcome.Delayed delayed)
                outcome = await DelayAsync(actor, effect, delayed, cancel.Token).ConfigureAwait(false);
            message = MessageOf(effect, outcome);
            end = (outcome as TaskOutcome.Waiting)?.Cancel;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            message = null;
        }
        catch (Exception e)
        {
            engine.ReportDefect(actor.Execution.Arn, e);
            message = new TaskFailedMessage(effect.Task, new TaskFailure(ErrorNames.Runtime, $"Stateside failed to perform {effect.Resource.Text}: {e.Message}"));
        }

        if (isInside)
            _starts.Leave();
        _cancellations.TryRemove((actor, effect.Task), out _);
        cancel.Dispose();
        if (options.OrdersOutcomes)
            actor.Bring(effect.Task, message);
        else if (message is not null)
            actor.PostHere(message);
        if (_tokens.TryGetValue(effect.Token, out var open))
        {
            engine.Attempt(actor, () => open.Begin(end));

            // Nobody owes the answer to a request that failed.
            if (message is TaskFailedMessage or TaskSucceededMessage)
                Settle(open);
        }

        engine.Leave();
    }

    /// <summary>In virtual time nobody waits for an outcome that comes later: it is brought when it is time.</summary>
    private async ValueTask<TaskOutcome> DelayAsync(
        ExecutionActor actor, StartTaskEffect effect, TaskOutcome.Delayed delayed, CancellationToken cancellationToken)
    {
        if (clock is null)
        {
            await Task.Delay(delayed.After, options.Time, cancellationToken).ConfigureAwait(false);
            return delayed.Outcome;
        }

        if (MessageOf(effect, delayed.Outcome) is { } message)
            clock.Ring(engine.Now + delayed.After, actor, effect.Task, () => actor.Post(message), () => actor.IsWorking(effect.Frame, effect.Task));
        return new TaskOutcome.Waiting(null);
    }

    private static async ValueTask<TaskOutcome> OutcomeAsync(
        ITaskHandler? handler, ExecutionActor actor, StartTaskEffect effect, CancellationToken cancellationToken)
    {
        if (handler is null)
            return new TaskOutcome.Failed(TaskFailure.NotPerformed(effect.Resource.Text));

        var request = new TaskRequest(effect.Resource, effect.Payload, effect.Token, actor.Describe(), effect.StateName)
        {
            CredentialsRoleArn = effect.CredentialsRoleArn,
            Timeout = effect.Timeout,
            Submitted = effect.Submitted,
            SentBefore = effect.SentBefore,
            KeyUnderWay = actor.KeyUnderWay,
        };
        return await handler.StartAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private static TaskMessage? MessageOf(StartTaskEffect effect, TaskOutcome outcome) => outcome switch
    {
        TaskOutcome.Completed completed when effect.Resource.Pattern == IntegrationPattern.WaitForTaskToken =>
            new TaskSubmittedMessage(effect.Task, completed.Output),
        TaskOutcome.Completed completed => new TaskSucceededMessage(effect.Task, completed.Output),
        TaskOutcome.Failed failed => new TaskFailedMessage(effect.Task, failed.Failure),
        TaskOutcome.Waiting { Submitted: { } submitted } => new TaskSubmittedMessage(effect.Task, submitted),
        _ => null,
    };

    public void Cancel(ExecutionActor actor, CancelTaskEffect effect)
    {
        if (_tokens.TryGetValue(effect.Token, out var task))
        {
            Settle(task);
            task.End();
        }

        _cancellations.TryRemove((actor, effect.Task), out var cancel);
        try
        {
            cancel?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The task ended at the same moment.
        }
    }

    public void Forget(ExecutionActor actor)
    {
        if (!actor.HasTokens)
            return;
        foreach (var token in actor.Tokens)
            _tokens.TryRemove(token, out _);
    }

    /// <summary>Brings the news that a token's bearer has.</summary>
    public async ValueTask<TokenResult> PresentAsync(string token, bool closes, Func<TaskKey, TaskMessage> message)
    {
        var result = Present(token, closes, message, out var posted, out var saved);
        if (saved == Task.CompletedTask)
            return result;
        try
        {
            await saved.ConfigureAwait(false);
        }
        catch (DataNotSavedException) when (closes && posted is not null && _tokens.TryGetValue(token, out var task))
        {
            task.Unheard = posted;
            throw;
        }

        // What came first may have been a stop or a timeout: then nobody waited for it any more.
        return posted is { IsTaken: false } ? TokenResult.Closed : result;
    }

    public TokenResult Present(string token, bool closes, Func<TaskKey, TaskMessage> message, out Task saved) =>
        Present(token, closes, message, out _, out saved);

    private TokenResult Present(string token, bool closes, Func<TaskKey, TaskMessage> message, out TaskMessage? posted, out Task saved)
    {
        (posted, saved) = (null, Task.CompletedTask);
        if (!_tokens.TryGetValue(token, out var task))
            return TaskToken.IsOurs(token) ? TokenResult.Closed : TokenResult.Unknown;
        if (task.Actor.IsHeld)
            throw new ExecutionHeldException(task.Actor.Execution.Arn);
        if (closes && task.Unheard is { } answer && IsSame(answer, message(task.Key)))
        {
            // Asked again: it is done when all that was posted before is saved.
            (posted, saved) = (answer, task.Actor.PostAsync(ContinueMessage.Instance));
            task.Closing = saved;
            return TokenResult.Accepted;
        }

        if (!task.IsAwaited || !task.TryPresent(closes))
        {
            // Nobody hears that it is answered before that is saved; where saving it failed, it is tried once more.
            saved = task.Closing.IsFaulted ? task.Closing = task.Actor.PostAsync(ContinueMessage.Instance) : task.Closing;
            return TokenResult.Closed;
        }

        posted = message(task.Key) with { IsByToken = true };
        saved = task.Actor.PostAsync(posted);
        if (closes)
        {
            task.Closing = saved;
            task.Close();
            Settle(task);
        }

        return TokenResult.Accepted;
    }

    private static bool IsSame(TaskMessage one, TaskMessage other) => (one, other) switch
    {
        (TaskSucceededMessage first, TaskSucceededMessage second) => first.Output.Text == second.Output.Text,
        (TaskFailedMessage first, TaskFailedMessage second) => first.Failure == second.Failure,
        _ => false,
    };

    /// <summary>When the answer of a token comes is known, so that virtual time waits for no outsider.</summary>
    public void Foresee(string token, TimeSpan? after, Action answer)
    {
        if (!_tokens.TryGetValue(token, out var task))
            return;
        if (after is { } time)
            clock?.Ring(engine.Now + time, task.Actor, task.Key, answer, () => task.IsAwaited);
        Settle(task);
    }

    /// <summary>
    /// Does something for the task of a token after a pause, unless nobody waits for it any more: when the engine's clock has gone on so
    /// far, or real time has, since what is asked then lives in real time and virtual time may stand still meanwhile.
    /// </summary>
    public void Later(string token, TimeSpan pause, Action action)
    {
        if (_tokens.TryGetValue(token, out var task))
            _ = LaterAsync(task, pause, action);
    }

    private async Task LaterAsync(OpenTask task, TimeSpan pause, Action action)
    {
        var isDone = 0;
        try
        {
            if (clock is not null)
            {
                // A jump takes no time: without this, whoever is asked would be asked as fast as it answers. An engine that ends meanwhile
                // must not jump past what was to be done.
                engine.Enter();
                await Task.Delay(Breath(pause), options.Time, stopped).ConfigureAwait(false);
                clock.Ring(engine.Now + pause, task.Actor, task.Key, Do, () => Volatile.Read(ref isDone) == 0 && task.IsAwaited);
                engine.Leave();
            }

            await Task.Delay(pause, options.Time, stopped).ConfigureAwait(false);
            Do();
        }
        catch (OperationCanceledException) when (stopped.IsCancellationRequested)
        {
            Volatile.Write(ref isDone, 1);
        }

        void Do()
        {
            if (Interlocked.Exchange(ref isDone, 1) == 0 && task.IsAwaited)
                engine.Attempt(task.Actor, action);
        }
    }

    private static TimeSpan Breath(TimeSpan pause) => TimeSpan.FromMilliseconds(Math.Clamp(pause.TotalMilliseconds / 100, 10, 250));

    private void Settle(OpenTask task)
    {
        if (Interlocked.Exchange(ref task.Owed, 0) == 1)
            clock?.Settle();
    }
}
