using System.Collections.Concurrent;
using Stateside.Engine.Store;
using Stateside.Language;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution;

/// <summary>How an engine is set up.</summary>
public sealed record EngineOptions
{
    /// <summary>The account in every ARN.</summary>
    public string AccountId { get; init; } = "123456789012";

    /// <summary>The region in every ARN.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>The clock. A <see cref="VirtualTime"/> jumps to the next due time whenever nothing else is to be done.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>What random numbers, ids and tokens derive from: the same seed and names give the same run.</summary>
    public ulong Seed { get; init; }

    /// <summary>The code that performs a resource, or null when there is none.</summary>
    public required Func<TaskResource, ITaskHandler?> HandlerOf { get; init; }

    /// <summary>Whether an activity of that ARN exists.</summary>
    public Func<string, bool> ActivityExists { get; init; } = _ => false;

    /// <summary>Whether timeouts and heartbeats stand still, as they do while a debugger holds the handlers.</summary>
    public Func<bool> TimeoutsStandStill { get; init; } = () => false;

    /// <summary>
    /// How many executions are kept once they have ended, and as many children of map runs beside them; the oldest are forgotten with
    /// their histories and tokens.
    /// </summary>
    public int KeptExecutions { get; init; } = 100_000;
}

/// <summary>What to start.</summary>
/// <param name="StateMachine">The revision to run.</param>
/// <param name="Input">The input.</param>
public sealed record StartRequest(StateMachine StateMachine, JsonValue Input)
{
    /// <summary>The name, unique among the machine's executions; null makes one up.</summary>
    public string? Name { get; init; }

    /// <summary>The trace header the caller sent.</summary>
    public string? TraceHeader { get; init; }

    /// <summary>The alias it was started through.</summary>
    public string? AliasArn { get; init; }

    /// <summary>The version it runs.</summary>
    public string? VersionArn { get; init; }
}

/// <summary>What became of a token that an outsider presented.</summary>
public enum TokenResult
{
    /// <summary>It was taken.</summary>
    Accepted,

    /// <summary>There has never been such a token.</summary>
    Unknown,

    /// <summary>Nobody waits for that task any more.</summary>
    Closed,
}

/// <summary>
/// Runs executions: each has a mailbox, and a turn at a time the step works on its messages. Holds no thread, timer or task for an
/// execution that waits; one timer serves all due times.
/// </summary>
public sealed class ExecutionEngine : IAsyncDisposable
{
    private readonly EngineOptions _options;
    private readonly VirtualClock? _clock;
    private readonly ConcurrentDictionary<string, ExecutionActor> _executions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, OpenTask> _tokens = new(StringComparer.Ordinal);
    private readonly DueTimes _due;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;
    private readonly ConcurrentQueue<ExecutionActor> _ended = new();
    private readonly ConcurrentQueue<ExecutionActor> _endedChildren = new();
    private long _names;

    /// <summary>An engine.</summary>
    /// <param name="options">How it is set up.</param>
    public ExecutionEngine(EngineOptions options)
    {
        _options = options;
        _stopped = _stopping.Token;
        _due = new DueTimes(options.Time, options.Time is not VirtualTime, actor => actor.Post(TimerMessage.Instance));
        _clock = options.Time is VirtualTime time ? new VirtualClock(time, _due) : null;
        Facts = new StepFacts
        {
            Region = options.Region,
            ActivityExists = options.ActivityExists,
            TimeoutsStandStill = options.TimeoutsStandStill,
        };
    }

    /// <summary>Called after every turn with the execution and the events it wrote, in order for one execution.</summary>
    public event Action<string, IReadOnlyList<HistoryEvent>>? TurnSaved;

    /// <summary>Called when a defect of ours stopped a turn.</summary>
    public event Action<string, Exception>? Defect;

    /// <summary>The present time.</summary>
    public DateTimeOffset Now => _options.Time.GetUtcNow();

    internal StepFacts Facts { get; }

    /// <summary>Starts an execution.</summary>
    /// <param name="request">What to start.</param>
    /// <returns>The execution, or the one of that name that was there before.</returns>
    public (ExecutionDescription Execution, bool Started) Start(StartRequest request)
    {
        var machine = request.StateMachine;
        var express = machine.Type == StateMachineType.Express;
        var serial = Interlocked.Increment(ref _names);
        var name = request.Name ?? new Chance(Chance.Derive(_options.Seed, machine.Arn, serial)).NextId().ToString();
        var arn = $"{machine.Arn.Replace(":stateMachine:", express ? ":express:" : ":execution:", StringComparison.Ordinal)}:{name}";
        if (express)
            arn += $":{new Chance(Chance.Derive(_options.Seed, arn, serial)).NextId()}";
        var now = Now;
        var limit = express ? TimeSpan.FromMinutes(5) : TimeSpan.FromDays(365);
        if (machine.Definition.TimeoutSeconds is { } seconds && seconds < limit.TotalSeconds)
            limit = TimeSpan.FromSeconds(seconds);
        var actor = new ExecutionActor(this, new RunningExecution
        {
            Arn = arn,
            Name = name,
            StateMachine = machine,
            Definition = machine.Definition,
            Input = request.Input,
            StartDate = now,
            Seed = Chance.Derive(_options.Seed, arn),
            AliasArn = request.AliasArn,
            VersionArn = request.VersionArn,
            TraceHeader = request.TraceHeader,
            IsExpress = express,
            Deadline = now + limit,
        });
        var known = _executions.GetOrAdd(arn, actor);
        if (known != actor)
            return (known.Describe(), false);
        var description = actor.Describe();
        actor.Post(StartMessage.Instance);
        return (description, true);
    }

    /// <summary>An execution as it stands.</summary>
    /// <param name="arn">Its ARN.</param>
    /// <returns>The description; null when there is none.</returns>
    public ExecutionDescription? Describe(string arn) => _executions.TryGetValue(arn, out var actor) ? actor.Describe() : null;

    /// <summary>The executions of a machine, newest first; of a map run, when its ARN is given.</summary>
    /// <param name="arn">The machine's or the map run's ARN.</param>
    /// <returns>The executions.</returns>
    public IEnumerable<ExecutionDescription> List(string arn) => _executions.Values
        .Where(actor => actor.Execution.Parent is { } parent ? parent.MapRunArn == arn : actor.Execution.StateMachine.Arn == arn)
        .Select(actor => actor.Describe())
        .OrderByDescending(execution => execution.StartDate);

    /// <summary>An execution's history so far.</summary>
    /// <param name="arn">Its ARN.</param>
    /// <returns>The segments in order; null when there is no such execution.</returns>
    public IReadOnlyList<HistorySegment>? ReadHistory(string arn) => _executions.TryGetValue(arn, out var actor) ? actor.ReadHistory() : null;

    /// <summary>Waits until an execution has ended.</summary>
    /// <param name="arn">Its ARN.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The execution at its end.</returns>
    /// <exception cref="KeyNotFoundException">There is no such execution.</exception>
    public async Task<ExecutionDescription> WhenEndedAsync(string arn, CancellationToken cancellationToken = default)
    {
        var actor = _executions[arn];
        await actor.WhenEnded().WaitAsync(cancellationToken).ConfigureAwait(false);
        return actor.Describe();
    }

    /// <summary>Ends an execution; one that is over stays as it is.</summary>
    /// <param name="arn">Its ARN.</param>
    /// <param name="error">The error name; null for none.</param>
    /// <param name="cause">The cause; null for none.</param>
    /// <returns>Completes when the execution has ended.</returns>
    /// <exception cref="KeyNotFoundException">There is no such execution.</exception>
    public async Task<ExecutionDescription> StopAsync(string arn, string? error, string? cause)
    {
        var actor = _executions[arn];
        actor.Post(new StopMessage(error, cause));
        await actor.WhenEnded().ConfigureAwait(false);
        return actor.Describe();
    }

    /// <summary>Finishes the task of a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="output">The task's output when it succeeded; null when it failed.</param>
    /// <param name="failure">Why it failed; null when it succeeded.</param>
    /// <returns>What became of the token.</returns>
    public TokenResult CompleteTask(string token, JsonValue? output, TaskFailure? failure = null) => Present(
        token, closes: true, key => output is not null ? new TaskSucceededMessage(key, output) : new TaskFailedMessage(key, failure!));

    /// <summary>Says that the worker on a task is alive.</summary>
    /// <param name="token">The token.</param>
    /// <returns>What became of the token.</returns>
    public TokenResult Heartbeat(string token) => Present(token, closes: false, key => new HeartbeatMessage(key));

    /// <summary>Says that a worker has taken a task.</summary>
    /// <param name="token">The token.</param>
    /// <param name="workerName">The worker's name; null for none.</param>
    /// <returns>What became of the token.</returns>
    public TokenResult StartTask(string token, string? workerName) => Present(token, closes: false, key => new TaskStartedMessage(key, workerName));

    /// <summary>Whether somebody still waits for the task of a token.</summary>
    /// <param name="token">The token.</param>
    /// <returns>Whether it is open.</returns>
    public bool IsOpen(string token) => _tokens.TryGetValue(token, out var task) && task.Actor.IsWorking(task.Key);

    /// <summary>
    /// Moves virtual time on, even while an outsider owes an answer: through all due times up to the given one, in order, each when what
    /// came before it is done.
    /// </summary>
    /// <param name="time">The time to go to.</param>
    /// <param name="cancellationToken">Ends the wait; time stays where it is then.</param>
    /// <returns>Completes when it is that time and all that came before is done.</returns>
    /// <exception cref="InvalidOperationException">The engine's time is not virtual.</exception>
    public Task AdvanceAsync(DateTimeOffset time, CancellationToken cancellationToken = default) => _clock is null
        ? throw new InvalidOperationException("Only virtual time can be moved: give the engine a VirtualTime.")
        : _clock.AdvanceAsync(time, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _clock?.Dispose();
        _due.Dispose();
        _stopping.Dispose();
    }

    internal void ReportDefect(string arn, Exception e)
    {
        try
        {
            Defect?.Invoke(arn, e);
        }
        catch (Exception)
        {
            // Whoever listens for defects has one: nobody is left to tell, and the process must not end of it.
        }
    }

    /// <summary>Counts work that virtual time must not pass by.</summary>
    internal void Enter() => _clock?.Enter();

    internal void Leave() => _clock?.Leave();

    /// <summary>Lets what a saved turn has to say out: events to observers, effects to the world, the next due time to the timer.</summary>
    /// <param name="actor">The execution.</param>
    /// <param name="turn">The turn.</param>
    /// <param name="isEnd">Whether the execution ended in it.</param>
    internal void Release(ExecutionActor actor, Turn turn, bool isEnd)
    {
        if (turn.Defect is not null)
            ReportDefect(actor.Execution.Arn, turn.Defect);

        // What one observer or effect throws keeps nothing from the others.
        if (turn.Events is not null)
            Attempt(actor, () => TurnSaved?.Invoke(actor.Execution.Arn, turn.Events.Events));
        foreach (var effect in turn.Effects)
            Attempt(actor, () => Perform(actor, effect));
        _due.Set(actor, Step.NextDue(actor.Execution, Facts));
        if (isEnd)
            Ended(actor);
    }

    private void Attempt(ExecutionActor actor, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            ReportDefect(actor.Execution.Arn, e);
        }
    }

    private void Perform(ExecutionActor actor, Effect effect)
    {
        switch (effect)
        {
            case StartTaskEffect start:
                StartTask(actor, start);
                break;
            case CancelTaskEffect cancel:
                CancelTask(actor, cancel);
                break;
            case StartChildEffect child:
                StartChild(actor, child);
                break;
            case StopChildrenEffect stop:
                StopChildren(stop.MapRunArn);
                break;
        }
    }

    private void StartTask(ExecutionActor actor, StartTaskEffect effect)
    {
        var waits = effect.Resource.Pattern != IntegrationPattern.RequestResponse || effect.Resource.Kind == ResourceKind.Activity;
        if (waits)
        {
            // A job that the engine itself waits for is no outsider's.
            var owed = effect.Resource.Pattern is not (IntegrationPattern.RunJob or IntegrationPattern.RunJobJson);
            _tokens[effect.Token] = new OpenTask(actor, effect.Task) { Owed = owed ? 1 : 0 };
            actor.Tokens.Add(effect.Token);
            if (owed)
                _clock?.Owe();
        }

        // Before the task runs: the turn that starts it may be the one that ends it.
        var cancel = CancellationTokenSource.CreateLinkedTokenSource(_stopped);
        lock (actor.Cancellations)
            actor.Cancellations[effect.Task] = cancel;
        Enter();
        _ = RunTaskAsync(actor, effect, cancel);
    }

    private async Task RunTaskAsync(ExecutionActor actor, StartTaskEffect effect, CancellationTokenSource cancel)
    {
        // Onto a thread of its own: a handler may be slow to give the first await.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Message? message;
        Action? end = null;
        try
        {
            cancel.Token.ThrowIfCancellationRequested();
            var outcome = await OutcomeAsync(actor, effect, cancel.Token).ConfigureAwait(false);
            message = MessageOf(effect, outcome);
            end = (outcome as TaskOutcome.Waiting)?.Cancel;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            message = null;
        }
        catch (Exception e)
        {
            ReportDefect(actor.Execution.Arn, e);
            message = new TaskFailedMessage(effect.Task, new TaskFailure(ErrorNames.Runtime, $"Stateside failed to perform {effect.Resource.Text}: {e.Message}"));
        }

        lock (actor.Cancellations)
            actor.Cancellations.Remove(effect.Task);
        cancel.Dispose();
        if (message is not null)
            actor.Post(message);
        if (_tokens.TryGetValue(effect.Token, out var open))
        {
            Attempt(actor, () => open.Begin(end));

            // Nobody owes the answer to a request that failed.
            if (message is TaskFailedMessage or TaskSucceededMessage)
                Settle(open);
        }

        Leave();
    }

    private async ValueTask<TaskOutcome> OutcomeAsync(ExecutionActor actor, StartTaskEffect effect, CancellationToken cancellationToken)
    {
        if (_options.HandlerOf(effect.Resource) is not { } handler)
        {
            return new TaskOutcome.Failed(new TaskFailure(
                ErrorNames.Runtime, $"Stateside does not perform the resource {effect.Resource.Text}."));
        }

        var request = new TaskRequest(effect.Resource, effect.Payload, effect.Token, actor.Describe(), effect.StateName)
        {
            CredentialsRoleArn = effect.CredentialsRoleArn,
            Timeout = effect.Timeout,
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

    private void CancelTask(ExecutionActor actor, CancelTaskEffect effect)
    {
        if (_tokens.TryGetValue(effect.Token, out var task))
        {
            Settle(task);
            task.End();
        }

        CancellationTokenSource? cancel;
        lock (actor.Cancellations)
            actor.Cancellations.Remove(effect.Task, out cancel);
        try
        {
            cancel?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The task ended at the same moment.
        }
    }

    private void StartChild(ExecutionActor parent, StartChildEffect effect)
    {
        var machine = parent.Execution.StateMachine;
        var label = effect.MapRunArn.Split(':')[6].Split('/')[1];
        var name = new Chance(Chance.Derive(_options.Seed, effect.MapRunArn, effect.Index)).NextId().ToString();
        var express = effect.Map.ItemProcessor.Processor!.Express;
        var arn = $"{machine.Arn.Replace(":stateMachine:", express ? ":express:" : ":execution:", StringComparison.Ordinal)}/{label}:{name}";
        var group = new ParentLink(parent.Execution, effect.FrameId, effect.Generation, effect.Index, effect.MapRunArn, effect.Item);
        var now = Now;
        var child = new ExecutionActor(this, new RunningExecution
        {
            Arn = arn,
            Name = name,
            StateMachine = machine,
            Definition = effect.Map.ItemProcessor,
            Input = effect.Input,
            StartDate = now,
            Seed = Chance.Derive(_options.Seed, name),
            Parent = group,
            IsExpress = express,
            Deadline = now + (express ? TimeSpan.FromMinutes(5) : TimeSpan.FromDays(365)),
        });
        if (_executions.TryAdd(arn, child))
            child.Post(StartMessage.Instance);
    }

    private void StopChildren(string mapRunArn)
    {
        foreach (var actor in _executions.Values)
        {
            if (actor.Execution.Parent?.MapRunArn == mapRunArn && actor.Execution.Status == ExecutionStatus.Running)
                actor.Post(new StopMessage(null, null));
        }
    }

    private void Ended(ExecutionActor actor)
    {
        var execution = actor.Execution;
        if (execution.Parent is { } parent && _executions.TryGetValue(parent.Execution.Arn, out var waiting))
            waiting.Post(new ChildEndedMessage(parent.FrameId, parent.Generation, parent.Index, execution.Output, execution.Error, execution.Cause));

        // A large map run pushes out nothing but children of map runs.
        var ended = execution.Parent is null ? _ended : _endedChildren;
        ended.Enqueue(actor);
        while (ended.Count > _options.KeptExecutions && ended.TryDequeue(out var oldest))
            Forget(oldest);
    }

    private void Forget(ExecutionActor actor)
    {
        _executions.TryRemove(KeyValuePair.Create(actor.Execution.Arn, actor));
        foreach (var token in actor.Tokens)
            _tokens.TryRemove(token, out _);
    }

    private TokenResult Present(string token, bool closes, Func<TaskKey, Message> message)
    {
        if (!_tokens.TryGetValue(token, out var task))
            return TokenResult.Unknown;
        if (!task.Actor.IsWorking(task.Key) || !task.TryPresent(closes))
            return TokenResult.Closed;
        task.Post(message(task.Key));
        if (closes)
            Settle(task);
        return TokenResult.Accepted;
    }

    private void Settle(OpenTask task)
    {
        if (Interlocked.Exchange(ref task.Owed, 0) == 1)
            _clock?.Settle();
    }
}
