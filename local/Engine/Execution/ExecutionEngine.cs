using System.Collections.Concurrent;
using Stateside.Engine.Store;
using Stateside.Language;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution;

/// <summary>
/// Runs executions: each has a mailbox, and a turn at a time the step works on its messages. Holds no thread, timer or task for an
/// execution that waits; one timer serves all due times.
/// </summary>
public sealed class ExecutionEngine : IAsyncDisposable
{
    private readonly EngineOptions _options;
    private readonly VirtualClock? _clock;
    private readonly ConcurrentDictionary<string, ExecutionActor> _executions = new(StringComparer.Ordinal);
    private readonly ExecutionIndex _index = new();
    private readonly RunningTasks _tasks;
    private readonly DueTimes _due;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<ExecutionActor> _ended = new();
    private readonly ConcurrentQueue<ExecutionActor> _endedChildren = new();
    private long _names;

    /// <summary>An engine.</summary>
    /// <param name="options">How it is set up.</param>
    public ExecutionEngine(EngineOptions options)
    {
        _options = options;
        _due = new DueTimes(options.Time, options.Time is not VirtualTime { Flows: false }, actor => actor.Post(TimerMessage.Instance));
        _clock = options.Time is VirtualTime time ? new VirtualClock(time, _due) : null;
        _tasks = new RunningTasks(this, options.HandlerOf, _clock, _stopping.Token);
        Facts = new StepFacts
        {
            Region = options.Region,
            ActivityExists = options.ActivityExists,
            TimeoutsStandStill = options.TimeoutsStandStill,
            WaitScale = options.WaitScale,
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
    /// <returns>
    /// The execution, or the one of that name that was there before. Completes when the execution is saved: from then on it survives
    /// the process.
    /// </returns>
    public async ValueTask<(ExecutionDescription Execution, bool Started)> StartAsync(StartRequest request)
    {
        var actor = NewActor(request);
        var known = _executions.GetOrAdd(actor.Execution.Arn, actor);
        if (known != actor)
            return (known.Describe(), false);
        _index.Add(actor);
        var description = actor.Describe();
        await actor.PostAsync(StartMessage.Instance).ConfigureAwait(false);
        return (description, true);
    }

    private ExecutionActor NewActor(StartRequest request)
    {
        var machine = request.StateMachine;
        var express = machine.Type == StateMachineType.Express;
        var serial = Interlocked.Increment(ref _names);
        var name = request.Name ?? new Chance(Chance.Derive(_options.Seed, machine.Arn, serial)).NextId().ToString();
        var arn = $"{machine.Arn.Replace(":stateMachine:", express ? ":express:" : ":execution:", StringComparison.Ordinal)}:{name}";
        if (express)
            arn += $":{new Chance(Chance.Derive(_options.Seed, arn, serial)).NextId()}";
        var now = Now;
        return new ExecutionActor(this, new RunningExecution
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
            Deadline = now + Step.TimeLimit(machine.Definition, express),
        });
    }

    /// <summary>An execution as it stands.</summary>
    /// <param name="arn">Its ARN.</param>
    /// <returns>The description; null when there is none.</returns>
    public ExecutionDescription? Describe(string arn) => _executions.TryGetValue(arn, out var actor) ? actor.Describe() : null;

    /// <summary>Executions of a machine or of a map run, newest first.</summary>
    /// <param name="query">Which ones.</param>
    /// <returns>The executions; none when there is no such machine or map run.</returns>
    public IReadOnlyList<ExecutionDescription> List(ExecutionQuery query) => _index.List(query);

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
        _ = actor.PostAsync(new StopMessage(error, cause));
        await actor.WhenEnded().ConfigureAwait(false);
        return actor.Describe();
    }

    /// <summary>Finishes the task of a token.</summary>
    /// <param name="token">The token.</param>
    /// <param name="output">The task's output when it succeeded; null when it failed.</param>
    /// <param name="failure">Why it failed; null when it succeeded.</param>
    /// <returns>What became of the token. Completes when that is saved.</returns>
    public ValueTask<TokenResult> CompleteTaskAsync(string token, JsonValue? output, TaskFailure? failure = null) => _tasks.PresentAsync(
        token, closes: true, key => output is not null ? new TaskSucceededMessage(key, output) : new TaskFailedMessage(key, failure!));

    /// <summary>Says that the worker on a task is alive.</summary>
    /// <param name="token">The token.</param>
    /// <returns>What became of the token. Completes when that is saved.</returns>
    public ValueTask<TokenResult> HeartbeatAsync(string token) => _tasks.PresentAsync(token, closes: false, key => new HeartbeatMessage(key));

    /// <summary>Says that a worker has taken a task.</summary>
    /// <param name="token">The token.</param>
    /// <param name="workerName">The worker's name; null for none.</param>
    /// <param name="saved">Completes when that is saved; only then may the worker be given the task.</param>
    /// <returns>What became of the token.</returns>
    internal TokenResult StartTask(string token, string? workerName, out Task saved) =>
        _tasks.Present(token, closes: false, key => new TaskStartedMessage(key, workerName), out saved);

    /// <summary>Whether somebody still waits for the task of a token.</summary>
    /// <param name="token">The token.</param>
    /// <returns>Whether it is open.</returns>
    public bool IsOpen(string token) => _tasks.IsOpen(token);

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

    internal void Attempt(ExecutionActor actor, Action action)
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
                _tasks.Start(actor, start);
                break;
            case CancelTaskEffect cancel:
                _tasks.Cancel(actor, cancel);
                break;
            case StartChildEffect child:
                StartChild(actor, child);
                break;
            case StopChildrenEffect stop:
                StopChildren(stop.MapRunArn);
                break;
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
            Deadline = now + Step.TimeLimit(null, express),
        });
        if (!_executions.TryAdd(arn, child))
            return;
        _index.Add(child);
        child.Post(StartMessage.Instance);
    }

    private void StopChildren(string mapRunArn)
    {
        foreach (var actor in _index.All(mapRunArn))
        {
            if (actor.Execution.Status == ExecutionStatus.Running)
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
        _index.Remove(actor);
        _tasks.Forget(actor);
    }
}
