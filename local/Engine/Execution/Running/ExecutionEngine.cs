using System.Collections.Concurrent;
using Stateside.Engine.Execution.Saving;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Running;

/// <summary>
/// Runs executions: each has a mailbox, and a turn at a time the step works on its messages. Holds no thread, timer or task for an
/// execution that waits; one timer serves all due times.
/// </summary>
public sealed partial class ExecutionEngine : IAsyncDisposable
{
    private readonly EngineOptions _options;
    private readonly VirtualClock? _clock;
    private readonly ConcurrentDictionary<string, ExecutionActor> _executions = new(StringComparer.Ordinal);
    private readonly ExecutionIndex _index = new();
    private readonly RunningTasks _tasks;
    private readonly MapRuns _mapRuns;
    private readonly ExecutionArchive? _archive;
    private readonly Recovery? _recovery;
    private readonly DueTimes _due;
    private readonly LongTurns _longTurns = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly EndedExecutions _ended;
    private readonly KeptChildren _keptChildren;
    private readonly Retention? _retention;
    private long _names;
    private int _running;
    private int _queued;
    private long _weight;

    /// <summary>An engine.</summary>
    /// <param name="options">How it is set up.</param>
    internal ExecutionEngine(EngineOptions options)
    {
        _options = options = options with { Time = SteadyTime.Over(options.Time) };
        _archive = options.Data is null ? null : new ExecutionArchive(options.Data, options.FindRevision, ReportDamage);
        _index.LastNumber = options.Data?.Queries.LastExecution() ?? 0;
        var signal = options.Time is VirtualTime { Flows: false } ? DueSignal.None
            : options.TimerThreads ? DueSignal.Threads : DueSignal.Timer;
        var mostChildren = _archive is null ? options.KeptChildren : options.KeptSavedChildren;
        _keptChildren = new KeptChildren(mostChildren, options.KeptExecutions);
        _ended = new EndedExecutions(options, mostChildren, () => Weight, Forget);
        _due = new DueTimes(options.Time, signal, signal == DueSignal.Threads
            ? actor => actor.PostHere(TimerMessage.Instance)
            : actor => actor.Post(TimerMessage.Instance));
        _clock = options.Time is VirtualTime time ? new VirtualClock(time, _due) : null;
        _mapRuns = new MapRuns(this, options, _archive, _stopping.Token);
        _tasks = new RunningTasks(this, options, _clock, _stopping.Token);
        _recovery = _archive is null ? null : new Recovery(this, _archive, _tasks, _mapRuns);
        if (options is { Data: { } data, Retention: { } retention })
            _retention = new Retention(data, options.Time, retention, ForgetEnded, e => ReportDefect(options.Data.Path, e));
        Facts = new StepFacts
        {
            Region = options.Location.Region,
            ActivityExists = options.ActivityExists,
            TimeoutsStandStill = options.TimeoutsStandStill,
            WaitScale = options.WaitScale,
            Limits = EvaluationLimits.Default with
            {
                Clock = options.EvaluationClock,
                Ending = _stopping.Token,

                // Whoever asks for an order has it, and nobody else waits there.
                MayTakeLong = options.OrdersOutcomes || options.Queue is not null ? null : _longTurns.IsHere,
            },
            ReportsTransitions = options.TransitionsTaken is not null,
        };
    }

    /// <summary>Beyond so many turns waiting to be saved, callers are asked to slow down.</summary>
    private const int MaxWaitingWrites = 50_000;

    /// <summary>Called after every turn with the execution and the events it wrote, in order for one execution.</summary>
    public event Action<string, IReadOnlyList<HistoryEvent>>? TurnSaved;

    /// <summary>
    /// Called when an execution has changed: it began, went on, ended or goes on again, and whoever asks for it, for its history or for
    /// counts is told so. On the thread that moved it, so what listens only takes note.
    /// </summary>
    internal event Action<ExecutionChange>? Changed;

    /// <summary>Called when a defect of ours stopped a turn.</summary>
    public event Action<string, Exception>? Defect;

    /// <summary>The present time.</summary>
    public DateTimeOffset Now => _options.Time.GetUtcNow();

    /// <summary>The present by the clock that whatever takes a time is waited for by.</summary>
    internal DateTimeOffset SteadyNow => Moment.Steady;

    /// <summary>The present, by the clock of dates and by that of due times.</summary>
    internal Moment Moment => SteadyTime.MomentOf(_options.Time);

    internal StepFacts Facts { get; }

    /// <summary>Where evaluating may take long.</summary>
    internal LongTurns LongTurns => _longTurns;

    /// <summary>Starts an execution.</summary>
    /// <param name="request">What to start.</param>
    /// <returns>
    /// The execution, or the one of that name that was there before. Completes when the execution is saved: from then on it survives
    /// the process.
    /// </returns>
    public async ValueTask<(ExecutionDescription Execution, bool Started)> StartAsync(StartRequest request)
    {
        // What somebody waits for is not saved.
        if (request is { IsPatient: false, IsSynchronous: false })
            CheckSaves();

        // Executions that start others leave some room to whoever starts them from outside. What others start meanwhile needs some too.
        var most = request.IsPatient ? _options.MaxWeight / 4 * 3 : _options.MaxWeight;
        if (Weight > most)
            _ended.MakeRoom(most - (most / 64));
        if (Volatile.Read(ref _running) >= _options.MaxRunningExecutions || Weight > most)
            throw new ExecutionLimitException(isBusy: false);
        if (_archive?.Store.Writer.Waiting > MaxWaitingWrites && !request.IsPatient)
            throw new ExecutionLimitException(isBusy: true);
        var actor = NewActor(request);
        var known = _executions.GetOrAdd(actor.Execution.Arn, actor);
        if (known == actor)
        {
            Take(actor);
            var description = actor.Describe();

            // The first turn runs on the caller's thread: what needs nothing from outside is over when the caller hears of it, and
            // nobody starts executions faster than they move.
            actor.PostHere(StartMessage.Instance);
            await actor.WhenBegun.ConfigureAwait(false);
            if (!actor.IsRefused)
                return (description, true);
        }
        else
        {
            await known.WhenBegun.ConfigureAwait(false);
        }

        // Of a name that an execution had which is no more in memory, the file knows.
        return (known.IsRefused ? _archive!.Find(actor.Execution.Arn)! : known.Describe(), false);
    }

    /// <summary>Makes sure that what is asked for now can be kept, as far as is known.</summary>
    /// <param name="about">
    /// The ARN or the token of the execution that is asked for something: where a turn of it waits to be saved already, what is asked waits
    /// behind that, and whoever asks again for what waits hears that it does. Null for what is of no execution.
    /// </param>
    /// <exception cref="DataNotSavedException">It cannot; nothing is to be begun.</exception>
    internal void CheckSaves(string? about = null)
    {
        if (_archive?.Store.Trouble is { } trouble && (about is null || (_executions.GetValueOrDefault(about) ?? _tasks.FindActor(about))?.WaitsToBeSaved != true))
            throw new DataNotSavedException(trouble);
    }

    /// <summary>Completes when what could not be saved may be tried again.</summary>
    internal Task WhenMayBeSavedAsync(CancellationToken cancellationToken) => Task.Delay(DataWriter.Patience, _options.Time, cancellationToken);

    private ExecutionActor NewActor(StartRequest request)
    {
        var machine = request.StateMachine;
        var express = machine.Type == StateMachineType.Express;
        var serial = Interlocked.Increment(ref _names);
        var name = request.Name ?? new Chance(Chance.Derive(_options.Seed, machine.Arn, serial)).NextId().ToString();
        var arn = $"{machine.Arn.Replace(":stateMachine:", express ? ":express:" : ":execution:", StringComparison.Ordinal)}:{name}";
        if (express)
            arn += $":{new Chance(Chance.Derive(_options.Seed, arn, serial)).NextId()}";
        var now = Moment;
        return NewActor(new RunningExecution
        {
            Arn = arn,
            Name = name,
            StateMachine = machine,
            Definition = machine.Definition,
            Input = request.Input,
            StartDate = now.Wall,
            Seed = Chance.Derive(_options.Seed, arn),
            AliasArn = request.AliasArn,
            VersionArn = request.VersionArn,
            TraceHeader = request.TraceHeader,
            TestCase = request.TestCase,
            IsExpress = express,
            IsSynchronous = request.IsSynchronous,
            Deadline = now.Steady + Step.TimeLimit(machine.Definition, express),
        }, request.IsPatient, request.IsAwaited || request.IsSynchronous);
    }

    /// <summary>
    /// What an Express execution does that somebody waits for is not saved: after a crash nobody waits. Of one that is a child only its end
    /// is: until then its map run begins it again.
    /// </summary>
    private ExecutionActor NewActor(RunningExecution execution, bool isPatient = true, bool isAwaited = false)
    {
        var recorder = _archive is null || execution is { IsExpress: true, IsSynchronous: true }
            ? null
            : new TurnRecorder(isAdded: execution is { IsExpress: true, Parent: not null });
        return new ExecutionActor(this, execution, recorder) { IsPatient = isPatient, IsAwaited = isAwaited };
    }

    /// <summary>An execution as it stands.</summary>
    /// <param name="arn">Its ARN.</param>
    /// <returns>The description; null when there is none.</returns>
    public ExecutionDescription? Describe(string arn)
    {
        if (!_executions.TryGetValue(arn, out var actor))
            return FindArchived(arn);
        if (actor.HasBegun)
            return actor.Describe();

        // Its beginning may be saved and not yet told, may never be, or the name may be another's that ended.
        var saved = _archive!.Find(arn);
        return saved?.Number == actor.Execution.Number ? actor.Describe() : saved;
    }

    /// <summary>Executions of a machine or of a map run, newest first.</summary>
    /// <param name="query">Which ones.</param>
    /// <returns>The executions; none when there is no such machine or map run.</returns>
    public IReadOnlyList<ExecutionDescription> List(ExecutionQuery query)
    {
        var isMapRun = query.Arn.Contains(":mapRun:", StringComparison.Ordinal);
        if (_archive is null && (!isMapRun || _index.List(new ExecutionQuery(query.Arn) { Limit = 1 }) is [{ IsExpress: false }]))
            return _index.List(query);

        // Of an Express child only the end is saved, and kept where nothing is. It is kept before it leaves the index, so that the index is
        // asked first: its map run may hear of its end a little earlier, and whoever hears of the end of that one misses no child.
        var status = _archive is null ? query.Status : ExecutionStatus.Running;
        var running = !isMapRun || (query.Status is { } asked && asked != status)
            ? []
            : _index.List(query with { Status = status, Limit = int.MaxValue, Before = null })
                .Where(e => e.IsExpress && query.Takes(e) && (query.Before is null || e.Number < query.Before)).ToList();
        var saved = _archive is null ? _keptChildren.List(query) : AsKnown(_archive.List(query));
        return running.Count == 0 ? saved : [.. running.Concat(saved).DistinctBy(e => e.Number).OrderByDescending(e => e.Number).Take(query.Limit)];
    }

    /// <summary>How many executions of a machine or of a map run stand how.</summary>
    /// <param name="owner">The ARN of the state machine or of the map run.</param>
    /// <returns>The counts by status; a status that none has may be missing.</returns>
    internal IReadOnlyDictionary<ExecutionStatus, long> Count(string owner) => DescribeMapRun(owner) is { Counts.Executions: var tally }
        ? Enum.GetValues<ExecutionStatus>().ToDictionary(status => status, status => tally[status])
        : _archive is null
        ? _index.Count(owner)
        : _archive.Store.Queries.Count(owner).ToDictionary(count => (ExecutionStatus)count.Key, count => count.Value);

    /// <summary>A part of an execution's history so far.</summary>
    /// <param name="arn">Its ARN.</param>
    /// <param name="from">The number of the first event wanted, from 1.</param>
    /// <param name="count">How many are wanted at most.</param>
    /// <param name="asTexts">Whether values may come as <see cref="JsonText"/>, which is quicker where they are only passed on.</param>
    /// <returns>The events in order, and how many there are in all; null when there is no such execution.</returns>
    public HistoryPart? ReadHistory(string arn, long from = 1, int count = int.MaxValue, bool asTexts = false) =>
        _executions.TryGetValue(arn, out var actor) && actor.HasHistory
            ? actor.ReadHistory(from, count)
            : _keptChildren.ReadHistory(arn, from, count) ?? _archive?.ReadHistory(arn, from, count, asTexts);

    /// <summary>Waits until an execution has ended.</summary>
    /// <param name="arn">Its ARN.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The execution at its end.</returns>
    /// <exception cref="KeyNotFoundException">There is no such execution.</exception>
    public async Task<ExecutionDescription> WhenEndedAsync(string arn, CancellationToken cancellationToken = default)
    {
        if (!_executions.TryGetValue(arn, out var actor))
            return Archived(arn);
        await actor.WhenEnded().WaitAsync(cancellationToken).ConfigureAwait(false);
        return actor.IsRefused ? Archived(arn) : actor.Describe();
    }

    /// <summary>Ends an execution; one that is over stays as it is.</summary>
    /// <param name="arn">Its ARN.</param>
    /// <param name="error">The error name; null for none.</param>
    /// <param name="cause">The cause; null for none.</param>
    /// <returns>Completes when the execution has ended.</returns>
    /// <exception cref="KeyNotFoundException">There is no such execution.</exception>
    public async Task<ExecutionDescription> StopAsync(string arn, string? error, string? cause)
    {
        ExecutionActor? actor;
        while ((actor = await FindBegunAsync(arn, known => _executions.GetValueOrDefault(known)).ConfigureAwait(false)) is null)
        {
            // What the file has running was brought back at this moment, or cannot be.
            var archived = Archived(arn);
            if (archived.StopDate is not null || FindActor(arn) is null)
                return archived;
        }

        var message = new StopMessage(error, cause);
        await actor.PostAndWaitAsync(message).ConfigureAwait(false);
        var execution = actor.Describe();

        // It may have been redriven since.
        return execution.StopDate is null ? execution with { StopDate = message.StopDate } : execution;
    }

    /// <summary>Lets an execution that ended without success go on where it stood.</summary>
    /// <param name="arn">Its ARN.</param>
    /// <param name="clientToken">With it the caller may ask again without redriving twice; null for none.</param>
    /// <returns>
    /// The execution under way again, and null; or the execution as it is, and why it cannot be redriven. Completes when that is saved.
    /// </returns>
    /// <exception cref="KeyNotFoundException">There is no such execution.</exception>
    public async Task<(ExecutionDescription Execution, string? Refusal)> RedriveAsync(string arn, string? clientToken)
    {
        var actor = await FindBegunAsync(arn, FindActor).ConfigureAwait(false) ?? throw new KeyNotFoundException(arn);
        var execution = actor.Describe();
        if (clientToken is not null && execution.RedriveToken == clientToken)
            return (execution, null);
        if (execution.WhyNotRedrivable(Now) is { } refusal)
            return (execution, refusal);
        if (actor.WaitsToBeRedriven(clientToken))
        {
            // Asked again: it is done, once, when it can be saved.
            await actor.PostAndWaitAsync(ContinueMessage.Instance).ConfigureAwait(false);
            return (actor.Describe(), null);
        }

        var message = new RedriveMessage(clientToken);
        await actor.PostAndWaitAsync(message).ConfigureAwait(false);
        execution = actor.Describe();

        // Another one was quicker; with the same token it was this one.
        return message.IsTaken || (clientToken is not null && execution.RedriveToken == clientToken)
            ? (execution, null)
            : (execution, (execution with { Status = ExecutionStatus.Running }).WhyNotRedrivable(Now));
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

    /// <summary>Says when the answer of a token comes, so that virtual time need not wait for an outsider.</summary>
    /// <param name="token">The token.</param>
    /// <param name="after">When, in virtual time; null for never.</param>
    /// <param name="answer">Brings the answer.</param>
    internal void Foresee(string token, TimeSpan? after, Action answer) => _tasks.Foresee(token, after, answer);

    /// <summary>
    /// Does something for the task of a token after a pause, by this engine's clock or in real time, unless nobody waits for it any more.
    /// </summary>
    /// <param name="token">The token.</param>
    /// <param name="pause">The pause.</param>
    /// <param name="action">What to do; it must return at once.</param>
    internal void Later(string token, TimeSpan pause, Action action) => _tasks.Later(token, pause, action);

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

    /// <summary>
    /// Lets virtual time pass to what is due outside the engine too, such as a delayed message of a queue, even while a callback is out:
    /// who answers it may be who that is for.
    /// </summary>
    /// <param name="next">When something is due next; null for nothing.</param>
    /// <param name="moved">
    /// Called when time was moved. It must return at once, and have <see cref="Enter"/> called for whatever begins then.
    /// </param>
    internal void JoinTime(Func<DateTimeOffset?> next, Action moved) => _clock?.Join(next, moved);

    /// <summary>Keeps virtual time from passing by itself: only <see cref="AdvanceAsync"/> moves it until what is given back is disposed of.</summary>
    /// <returns>What holds it.</returns>
    /// <exception cref="InvalidOperationException">The engine's time is not virtual.</exception>
    internal IDisposable HoldTime() => new HeldTime(_clock ?? throw new InvalidOperationException("Only virtual time can be held: give the engine a VirtualTime."));

    /// <summary>
    /// Waits until nothing is under way and virtual time does not pass by itself. See <see cref="VirtualClock.WhenStillAsync"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The engine's time is not virtual.</exception>
    internal Task<long> WhenStillAsync(long since) =>
        (_clock ?? throw new InvalidOperationException("Only virtual time stands still: give the engine a VirtualTime."))
            .WhenStillAsync(since);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);

        // Turns that are under way end, so that observers hear of what is saved; what loops for ever is not waited for.
        for (var i = 0; i < 200 && Volatile.Read(ref _queued) > 0; i++)
            await Task.Delay(5).ConfigureAwait(false);
        if (_retention is not null)
            await _retention.DisposeAsync().ConfigureAwait(false);
        _clock?.Dispose();
        _due.Dispose();
        _longTurns.Dispose();
        _stopping.Dispose();
    }

    /// <summary>
    /// An execution whose beginning is saved. What is here under a name that an execution in the file has is refused when it is to be
    /// saved, and must not be taken for that one.
    /// </summary>
    private static async Task<ExecutionActor?> FindBegunAsync(string arn, Func<string, ExecutionActor?> find)
    {
        while (find(arn) is { } actor)
        {
            await actor.WhenBegun.ConfigureAwait(false);
            if (!actor.IsRefused)
                return actor;
        }

        return null;
    }

    internal IReadOnlyList<ExecutionActor> ActorsOf(string owner) => _index.All(owner);

    /// <summary>Takes an execution in again that goes on after its end, and may have been forgotten meanwhile.</summary>
    private void Readmit(ExecutionActor actor)
    {
        Interlocked.Increment(ref _running);
        if (_executions.TryAdd(actor.Execution.Arn, actor))
        {
            actor.Weigh();
            _index.Add(actor);
        }
        else
        {
            _index.Restate(actor, keepsNewest: false);
        }
    }

    /// <summary>Lets go of an execution whose beginning could not be saved.</summary>
    internal void Refused(ExecutionActor actor)
    {
        Interlocked.Decrement(ref _running);
        Forget(actor);
    }

    private void Take(ExecutionActor actor)
    {
        Interlocked.Increment(ref _running);
        actor.Weigh();
        _index.Add(actor);
    }

    internal void SetDue(ExecutionActor actor, Due due) => _due.Set(actor, due);

    /// <summary>Lets an execution move when a thread is free.</summary>
    internal void Queue(ExecutionActor actor)
    {
        if (_options.Queue is { } queue)
            queue(actor);
        else
            ThreadPool.UnsafeQueueUserWorkItem(actor, preferLocal: false);
    }

    /// <summary>Saves a turn.</summary>
    /// <returns>Whether it is saved already; else its execution is told when it is.</returns>
    internal bool Save(ExecutionActor write)
    {
        var writer = _archive!.Store.Writer;
        if (Thread.CurrentThread.IsThreadPoolThread)
            return writer.TrySave(write);

        // A thread that waits for due times has others to wake.
        writer.Enqueue(write);
        return false;
    }

    /// <summary>Counts work that virtual time must not pass by.</summary>
    internal void Enter() => _clock?.Enter();

    internal void Leave()
    {
        // What is given up because the engine ends is no reason for time to pass: it goes on when the service begins again.
        if (!_stopping.IsCancellationRequested)
            _clock?.Leave();
    }

    /// <summary>Has something done when virtual time has gone on so far, unless nobody waits for it any more then.</summary>
    /// <param name="execution">The execution that waits for it.</param>
    /// <param name="after">How far.</param>
    /// <param name="action">What to do; it must return at once.</param>
    /// <param name="isAwaited">Whether it is still waited for.</param>
    /// <returns>Whether time is virtual: else it is left to the caller's clock.</returns>
    internal bool Ring(ExecutionDescription execution, TimeSpan after, Action action, Func<bool> isAwaited)
    {
        _clock?.Ring(Now + after, execution.Number, action, isAwaited);
        return _clock is not null;
    }

    /// <summary>Waits by this engine's clock, on behalf of an execution.</summary>
    internal async Task PauseAsync(ExecutionDescription execution, TimeSpan pause, CancellationToken cancellationToken)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!Ring(execution, pause, End, () => !over.Task.IsCompleted))
        {
            await Task.Delay(pause, _options.Time, cancellationToken).ConfigureAwait(false);
            return;
        }

        Leave();
        try
        {
            await over.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (over.TrySetCanceled(cancellationToken))
        {
            Enter();
            throw;
        }

        void End()
        {
            Enter();
            if (!over.TrySetResult())
                Leave();
        }
    }

    /// <summary>Counts an execution that has something to do.</summary>
    internal void EnterTurn()
    {
        Interlocked.Increment(ref _queued);
        Enter();
    }

    internal void LeaveTurn()
    {
        Interlocked.Decrement(ref _queued);
        Leave();
    }

    private void Ended(ExecutionActor actor)
    {
        Interlocked.Decrement(ref _running);
        var displaced = _index.Restate(actor, keepsNewest: _archive is null && actor.Execution.Parent is null);
        _mapRuns.ChildEnded(actor);
        if (displaced is not null)
            Keep(displaced);
    }

    /// <summary>Virtual time that passes by explicit advances alone.</summary>
    private sealed class HeldTime : IDisposable
    {
        private VirtualClock? _clock;

        public HeldTime(VirtualClock clock)
        {
            _clock = clock;
            clock.Hold();
        }

        public void Dispose() => Interlocked.Exchange(ref _clock, null)?.LetGo();
    }
}
