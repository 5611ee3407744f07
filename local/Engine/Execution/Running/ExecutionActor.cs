using System.Runtime.CompilerServices;
using Stateside.Engine.Execution.Saving;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Store.Data;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Running;

/// <summary>
/// Carries one execution: takes its messages, lets the step work on them, saves the turn, releases its effects. Queued on the thread
/// pool only while there are messages; an execution that waits costs memory alone.
/// </summary>
/// <remarks>
/// Nobody waits for a turn who only asks: the lock is held to take a message or to publish what a turn came to, never while the step
/// works. What is told of an execution is how it stood after the last turn that is saved.
/// </remarks>
internal sealed class ExecutionActor(ExecutionEngine engine, RunningExecution execution, TurnRecorder? recorder) : IThreadPoolWorkItem, IDataWrite
{
    private readonly Lock _lock = new();
    private List<HistorySegment>? _history;
    private JsonValue _lastKept = execution.Input;
    private long _historyWeight;
    private long _weight;
    private bool _isCounted = true;
    private List<Message> _inbox = new(1);
    private List<Message> _taken = new(1);
    private bool _queued;
    private TaskCompletionSource? _ended;
    private TaskCompletionSource? _told;
    private TaskCompletionSource? _begun = recorder is { IsAdded: false } ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
    private StrongBox<PendingTurn>? _pending;
    private TurnWrite? _write;
    private Exception? _failure;
    private List<string>? _tokens;
    private List<(TaskKey Task, Message Message)>? _held;
    private int _out;
    private Step? _step;
    private bool _isAbandoned;
    private bool _isInTrouble;
    private bool _waitsForPlace;

    // What lets an execution go on that was brought back; null once it did, and of every other.
    private Action? _goOn;

    // What is published: the rest of it is in the execution, and no turn changes that but a redrive.
    private bool _isOver = execution.Status != ExecutionStatus.Running;
    private long _eventCount = execution.LastEventId;
    private ExecutionDescription? _beforeRedrive;
    private IReadOnlyList<MapRunState> _mapRuns = Copies(execution, []);

    public RunningExecution Execution { get; } = execution;

    /// <summary>Its place among the due times, which is theirs to change.</summary>
    public DueTimes.Place InDueTimes;

    /// <summary>The tokens it has given out.</summary>
    public List<string> Tokens => _tokens ??= [];

    /// <summary>Whether it has given out a token.</summary>
    public bool HasTokens => _tokens is not null;

    /// <summary>Its place in the index, which is the index's to change.</summary>
    public ExecutionIndex.Place InIndex;

    /// <summary>Whether a defect of ours keeps it from going on. It stays as it was saved, for the service to go on with when it next begins.</summary>
    private bool IsBroken => _isAbandoned && _failure is not OperationCanceledException;

    /// <summary>Whether its beginning could not be saved, so that it never was.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>Whether it began: what is yet to be saved for the first time may never have been.</summary>
    public bool HasBegun { get; private set; } = recorder is not { IsAdded: false };

    /// <summary>Whether it does not go on, since the service ended too often while it was worked on: it can be stopped, or let go on.</summary>
    public bool IsHeld { get; private set; }

    /// <summary>What is noted while it is worked on, see <see cref="UnderWay"/>: nothing of what does not outlive the process.</summary>
    public long KeyUnderWay => recorder is null ? 0
        : Execution is { IsExpress: true, Parent: { } parent } ? UnderWay.KeyOf(parent.Execution.Number, parent.Index)
        : UnderWay.KeyOf(Execution.Number);

    /// <summary>Whether its beginning waits until it can be saved, as an execution's does that another one started.</summary>
    public bool IsPatient { get; init; }

    /// <summary>Whether a turn of it cannot be saved now, and waits.</summary>
    public bool WaitsToBeSaved
    {
        get
        {
            lock (_lock)
                return _isInTrouble;
        }
    }

    /// <summary>Whether a redrive with a token, or with none, is what cannot be saved now.</summary>
    public bool WaitsToBeRedriven(string? clientToken)
    {
        lock (_lock)
            return _isInTrouble && _beforeRedrive is not null && Execution.RedriveToken == clientToken;
    }

    /// <summary>Completes when its beginning is saved, or was refused.</summary>
    public Task WhenBegun => _begun?.Task ?? Task.CompletedTask;

    /// <summary>Whether it has messages to take, or a turn under way.</summary>
    public bool IsMoving
    {
        get
        {
            lock (_lock)
                return _queued;
        }
    }

    /// <summary>Whether its history is kept here: of what is saved, and of an Express child of which only the end is, the file has none.</summary>
    public bool HasHistory => recorder is null || Execution is { IsExpress: true, Parent: not null };

    /// <summary>Whether somebody within the process waits for its end, who may have yet to look for it.</summary>
    public bool IsAwaited { get; init; }

    /// <summary>What it takes to keep it in memory after its end, in events: its input, and its history where that is kept there, else its output.</summary>
    public long KeptEvents
    {
        get
        {
            var weight = KeptWeight.Of(Execution.Input);
            if (HasHistory)
                return weight + _historyWeight;
            return Execution.Output is { } output && !ReferenceEquals(output, Execution.Input) ? weight + KeptWeight.Of(output) : weight;
        }
    }

    /// <summary>Tells the engine how much memory it takes, counted as its kept events are; from now on also as that grows.</summary>
    public void Weigh()
    {
        lock (_lock)
            WeighAs(Weight);
    }

    /// <summary>Tells the engine that it takes none any more.</summary>
    public void Unweigh()
    {
        lock (_lock)
            WeighAs(0);
    }

    /// <summary>Says whether what it takes counts: there is one at most of each machine of which it does not.</summary>
    public void Count(bool isCounted)
    {
        lock (_lock)
        {
            if (_isCounted == isCounted)
                return;
            _isCounted = isCounted;
            engine.Weigh(isCounted ? _weight : -_weight);
        }
    }

    private long Weight => KeptWeight.Least + KeptEvents + KeptWeight.OfProgress(Execution, HasHistory);

    private void WeighAs(long weight)
    {
        if (_isCounted)
            engine.Weigh(weight - _weight);
        _weight = weight;
    }

    /// <summary>
    /// Posts a message; completes when the turn that took it is saved, at once where nothing is, or fails with
    /// <see cref="DataNotSavedException"/> when that has to wait for the disk.
    /// </summary>
    public Task PostAsync(Message message) => Post(message, isAwaited: recorder is not null);

    /// <summary>The same, and completes when the turn is over where turns are not saved.</summary>
    public Task PostAndWaitAsync(Message message) => Post(message, isAwaited: true);

    public void Post(Message message) => _ = Post(message, isAwaited: false);

    /// <summary>Posts a message, and lets the execution move on this very thread unless it moves already.</summary>
    public void PostHere(Message message)
    {
        if (Enqueue(message, isAwaited: false).IsFirst)
            Execute();
    }

    /// <summary>Has an execution that was brought back take messages and do nothing, but end when it is stopped, until it is to go on.</summary>
    /// <param name="goOn">Lets it go on.</param>
    /// <param name="isHeld">Whether it waits for somebody to say so.</param>
    public void Wait(Action goOn, bool isHeld)
    {
        lock (_lock)
            (_goOn, IsHeld) = (goOn, isHeld);
    }

    /// <summary>Lets an execution go on that was brought back; one that was stopped meanwhile does not.</summary>
    /// <returns>Whether it goes on now.</returns>
    public bool GoOn()
    {
        Action? goOn;
        lock (_lock)
            (goOn, _goOn, IsHeld) = (_goOn, null, false);
        if (goOn is null)
            return false;
        goOn();
        lock (_lock)
        {
            if (_queued || _inbox.Count == 0)
                return true;
            _queued = true;
        }

        engine.EnterTurn();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return true;
    }

    /// <summary>Keeps it from going on, since a defect of ours does. It stays as it was saved, and whoever waits for it hears of that.</summary>
    public void Abandon(Exception e)
    {
        TaskCompletionSource? told, ended;
        lock (_lock)
        {
            (_isAbandoned, _failure) = (true, e);
            _inbox.Clear();
            (told, _told, ended, _ended) = (_told, null, _ended, null);
        }

        Tell(told);
        Tell(ended);
    }

    /// <summary>A task has begun whose outcome waits for those of its siblings.</summary>
    public void SendOut()
    {
        lock (_lock)
            _out++;
    }

    /// <summary>
    /// Such a task is over. Once all are, and the execution has nothing else to do, their outcomes come together and in the order of
    /// their tasks: which handler was quicker makes no difference.
    /// </summary>
    public void Bring(TaskKey task, Message? message)
    {
        lock (_lock)
        {
            _out--;
            if (message is not null)
                (_held ??= []).Add((task, message));
            if (_queued || !TakeHeld())
                return;
            _queued = true;
        }

        engine.EnterTurn();
        Execute();
    }

    private bool TakeHeld()
    {
        if (_out > 0 || _held is not { Count: > 0 } held)
            return false;
        foreach (var (_, message) in held.OrderBy(outcome => outcome.Task.FrameId).ThenBy(outcome => outcome.Task.Attempt))
            _inbox.Add(message);
        held.Clear();
        return true;
    }

    private Task Post(Message message, bool isAwaited)
    {
        var (told, isFirst) = Enqueue(message, isAwaited);
        if (isFirst)
            engine.Queue(this);
        return told;
    }

    private (Task Told, bool IsFirst) Enqueue(Message message, bool isAwaited)
    {
        var told = Task.CompletedTask;
        lock (_lock)
        {
            _inbox.Add(message);
            if (message is StopMessage stop)
                _step?.Interrupt(stop);
            if (isAwaited)
                told = (_told ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            if (_queued || (_goOn is not null && !Ends(message)))
                return (told, false);
            _queued = true;
        }

        engine.EnterTurn();
        return (told, true);
    }

    /// <summary>Whether a message ends an execution that waits to go on: then nothing that came before it is looked at.</summary>
    private bool Ends(Message message)
    {
        if (message is not StopMessage)
            return false;
        if (IsHeld)
            engine.UnderWay?.LetGo(Execution.Number);
        (_goOn, IsHeld) = (null, false);
        _inbox.Clear();
        _inbox.Add(message);
        return true;
    }

    public void Execute()
    {
        var isFree = true;
        var saved = _pending;
        try
        {
            isFree = saved is not null ? FinishTurn(saved.Value) : RunTurn();
        }
        catch (Exception e)
        {
            // A defect of ours: the execution stays as it was saved, and whoever hosts the engine hears of it, as whoever waits does.
            _pending = null;
            engine.ReportDefect(Execution.Arn, e);
            saved?.Value.Told?.TrySetException(e);
            if (!HasBegun)
            {
                (IsRefused, _failure) = (true, e);
                engine.Refused(this);
            }

            _begun?.TrySetException(e);
        }

        // A turn that is being saved comes back here when it is.
        if (!isFree)
            return;
        bool asksForPlace;
        lock (_lock)
        {
            if (_inbox.Count == 0 && !TakeHeld())
            {
                _queued = false;
                asksForPlace = Execution.PutOff is { Count: > 0 } && !(_waitsForPlace || IsRefused || _isAbandoned);
                _waitsForPlace |= asksForPlace;
            }
            else
            {
                engine.Queue(this);
                return;
            }
        }

        // What was put off goes on where evaluating may take long. Meanwhile messages are taken as ever, such as that to stop.
        if (asksForPlace)
        {
            engine.Enter();
            engine.LongTurns.Do(GoOnInPlace);
        }

        engine.LeaveTurn();
    }

    private void GoOnInPlace()
    {
        bool isFree;
        lock (_lock)
        {
            // Who moves it meanwhile asks again.
            _waitsForPlace = false;
            isFree = !_queued;
            _queued = true;
        }

        if (isFree)
        {
            engine.EnterTurn();
            Execute();
        }

        engine.Leave();
    }

    int IDataWrite.Length => _write!.Length;

    /// <summary>Writes the turn that is being saved; on the thread that writes.</summary>
    void IDataWrite.Write(DataTables tables) => _write!.Write(tables);

    /// <summary>The turn that was to be saved is; on the writer's thread.</summary>
    void IDataWrite.Saved()
    {
        IsRefused = _write!.IsRefused;
        engine.Queue(this);
    }

    /// <summary>
    /// The turn cannot be saved now: an execution that nobody has been told of is given up, others wait, and who waits for them hears that.
    /// One whose turn can never be saved, by a defect of ours, stays as it was saved, and whoever asks something of it hears of that.
    /// </summary>
    bool IDataWrite.Failed(Exception e, bool isPassing)
    {
        var isNew = _write!.Row is not null;
        if (isPassing && !(isNew && !IsPatient))
        {
            TellOfTrouble(e);
            return false;
        }

        _failure = isPassing ? new DataNotSavedException(e) : e;
        if (!isPassing)
            engine.ReportDefect(Execution.Arn, e);
        (IsRefused, _isAbandoned) = (isNew, !isNew);
        engine.Queue(this);
        return true;
    }

    /// <summary>The execution as it stands.</summary>
    public ExecutionDescription Describe()
    {
        lock (_lock)
            return _beforeRedrive ?? Published();
    }

    private ExecutionDescription Published()
    {
        // An end that is not saved yet may be taken back by a crash: nobody hears of it.
        var e = Execution;
        return new ExecutionDescription
        {
            Arn = e.Arn,
            Name = e.Name,
            StateMachine = e.StateMachine,
            Status = _isOver ? e.Status : ExecutionStatus.Running,
            StartDate = e.StartDate,
            StopDate = _isOver ? e.StopDate : null,
            Input = e.Input,
            Output = _isOver ? e.Output : null,
            Error = _isOver ? e.Error : null,
            Cause = _isOver ? e.Cause : null,
            Number = e.Number,
            AliasArn = e.AliasArn,
            VersionArn = e.VersionArn,
            MapRunArn = e.Parent?.MapRunArn,
            ItemIndex = e.Parent?.Index,
            ItemCount = e.Parent?.Items ?? 1,
            IsExpress = e.IsExpress,
            TraceHeader = e.TraceHeader,
            TestCase = e.TestCase,
            RedriveCount = e.RedriveCount,
            RedriveDate = e.RedriveDate,
            RedriveToken = e.RedriveToken,
            EventCount = _eventCount,
            IsHeld = IsHeld,
        };
    }

    /// <summary>Its history, where it is kept here.</summary>
    public IReadOnlyList<HistorySegment> History
    {
        get
        {
            lock (_lock)
                return _history ?? [];
        }
    }

    /// <summary>Its map runs as they stand, oldest first.</summary>
    public IReadOnlyList<MapRunState> MapRuns()
    {
        lock (_lock)
            return _mapRuns;
    }

    /// <summary>Copies of an execution's map runs, those that stand as before left as they are.</summary>
    private static IReadOnlyList<MapRunState> Copies(RunningExecution execution, IReadOnlyList<MapRunState> before)
    {
        if (execution.MapRuns is not { } runs)
            return before;
        List<MapRunState>? copies = runs.Count == before.Count ? null : [.. before];
        for (var i = 0; i < runs.Count; i++)
        {
            if (i >= before.Count)
                copies!.Add(runs[i].Copy());
            else if (!runs[i].StandsAs(before[i]))
                (copies ??= [.. before])[i] = runs[i].Copy();
        }

        return copies ?? before;
    }

    /// <summary>A part of the history so far, where it is kept in memory.</summary>
    public HistoryPart ReadHistory(long from, int count)
    {
        HistorySegment[] segments;
        lock (_lock)
            segments = [.. _history ?? []];
        var total = segments.Length == 0 ? 0 : segments[^1].FirstId - 1 + segments[^1].Events.Count;
        var events = new List<HistoryEvent>((int)Math.Clamp(total - from + 1, 0, count));
        var to = from + count - 1L;
        foreach (var segment in segments)
        {
            if (segment.FirstId > to)
                break;
            var first = Math.Max(0, from - segment.FirstId);
            for (var i = first; i < segment.Events.Count && segment.FirstId + i <= to; i++)
                events.Add(segment.Events[(int)i]);
        }

        return new HistoryPart(events, total);
    }

    /// <summary>How the execution stands, as far as anybody is told.</summary>
    public ExecutionStatus Status
    {
        get
        {
            lock (_lock)
                return _beforeRedrive?.Status ?? (_isOver ? Execution.Status : ExecutionStatus.Running);
        }
    }

    /// <summary>Whether the execution still waits for an attempt of a frame's.</summary>
    public bool IsWorking(Frame frame, TaskKey key) => Execution.Status == ExecutionStatus.Running && frame.Task?.Key == key;

    /// <summary>A task that ends when the execution has.</summary>
    public Task WhenEnded()
    {
        lock (_lock)
        {
            if (_isOver || IsRefused)
                return Task.CompletedTask;
            if (IsBroken)
                return Task.FromException(_failure!);
            _ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _ended.Task;
        }
    }

    /// <summary>Takes what is in the mailbox through one step.</summary>
    /// <returns>Whether the turn is over; else it is being saved.</returns>
    private bool RunTurn()
    {
        TaskCompletionSource? told;
        Step? step = null;
        lock (_lock)
        {
            (_inbox, _taken) = (_taken, _inbox);
            (told, _told) = (_told, null);
            if (!IsRefused && !_isAbandoned)
                _step = step = new Step(Execution, engine.Facts, engine.Moment);
            if (_isOver && _taken.Exists(message => message is RedriveMessage))
                _beforeRedrive = Published();
        }

        if (step is null)
        {
            // It never was, or is not to go on, so what reached it since has nothing to go on with.
            _taken.Clear();
            Tell(told);
            return true;
        }

        try
        {
            if (TryRun(step, told) is not { } pending)
                return true;
            if (_write is null)
                return FinishTurn(pending);

            // Kept apart, since most executions wait for other things than the file.
            _pending = new StrongBox<PendingTurn>(pending);
            if (!engine.Save(this))
                return false;
            IsRefused = _write.IsRefused;
            return FinishTurn(pending);
        }
        catch (Exception e)
        {
            told?.TrySetException(e);
            throw;
        }
    }

    /// <summary>Lets the step work, and notes what is to be saved of it.</summary>
    /// <returns>The turn; null where the service ends meanwhile.</returns>
    private PendingTurn? TryRun(Step step, TaskCompletionSource? told)
    {
        var (underWay, key, isWhole) = (engine.UnderWay, 0L, false);
        if (underWay is not null)
            underWay.Begin(key = KeyUnderWay);
        try
        {
            var wasRunning = Execution.Status == ExecutionStatus.Running;
            var turn = step.Run(_taken);
            var isEnd = Execution.Status != ExecutionStatus.Running && (wasRunning || turn.IsRedriven);
            _write = recorder?.Record(Execution, turn);

            // What is put off is yet to come, and may be what ends the process.
            isWhole = Execution.PutOff is not { Count: > 0 };
            return new PendingTurn(turn, isEnd, told);
        }
        catch (OperationCanceledException e) when (engine.Facts.Limits.Ending.IsCancellationRequested)
        {
            // Half a turn is none: the execution goes on from the last whole one when the service begins again.
            // Who waits for it hears so, and who asks something of it from now on: nothing more is done.
            (_isAbandoned, _failure) = (true, e);
            told?.TrySetException(e);
            Tell(_begun);
            return null;
        }
        finally
        {
            underWay?.End(key, isWhole);
            _taken.Clear();

            // Should somebody interrupt it yet, it does not matter.
            _step = null;
        }
    }

    /// <summary>Lets out what a turn has to say, now that it is saved.</summary>
    private bool FinishTurn(PendingTurn pending)
    {
        TaskCompletionSource? ended = null;
        TaskCompletionSource? late = null;
        lock (_lock)
        {
            _pending = null;
            _write = null;
            _isInTrouble = false;
            HasBegun = !IsRefused;
            if (IsRefused || _isAbandoned)
            {
                _inbox.Clear();
                (late, _told) = (_told, null);
            }
            else
            {
                Publish(pending.Turn);
            }

            if (IsRefused || _isAbandoned || Execution.Status != ExecutionStatus.Running)
                (ended, _ended) = (_ended, null);
        }

        var begun = _begun;
        if (_isAbandoned)
        {
            Tell(ended);
            Tell(pending.Told);
            Tell(late);
            return true;
        }

        if (IsRefused)
        {
            // Before anybody hears of it, so that the name can be tried again.
            engine.Refused(this);
            ended?.SetResult();
            Tell(begun);
            Tell(pending.Told);
            Tell(late);
            return true;
        }

        engine.Release(this, pending.Turn, pending.IsEnd);
        ended?.SetResult();
        pending.Told?.SetResult();
        begun?.TrySetResult();

        // Nobody waits for it any more, and an execution may sleep for long.
        _begun = null;
        if (pending.Turn.HasMore)
            Post(ContinueMessage.Instance);
        return true;
    }

    private void Publish(Turn turn)
    {
        _isOver = Execution.Status != ExecutionStatus.Running;
        _eventCount = Execution.LastEventId;
        _beforeRedrive = null;
        _mapRuns = Copies(Execution, _mapRuns);

        // An Express execution has no history to be asked for and no limit of events: what it says goes to observers.
        if (turn.Events is not null && HasHistory && (!Execution.IsExpress || turn.Events.FirstId <= Step.MaxEvents))
        {
            (_history ??= []).Add(turn.Events);
            _historyWeight += KeptWeight.Of(turn.Events, ref _lastKept);
        }

        // Of one that was forgotten nothing counts.
        if (_weight > 0 && Weight is var weight && (_isOver || Math.Abs(weight - _weight) >= KeptWeight.Noticed))
            WeighAs(weight);
    }

    /// <summary>What was posted by now is not taken back: it is done when it can be saved, and whoever asks again hears so.</summary>
    private void TellOfTrouble(Exception e)
    {
        TaskCompletionSource? taken, waiting;
        lock (_lock)
        {
            _isInTrouble = true;
            taken = _pending!.Value.Told;
            _pending.Value = _pending.Value with { Told = null };
            (waiting, _told) = (_told, null);
        }

        taken?.TrySetException(new DataNotSavedException(e, isWaiting: true));
        waiting?.TrySetException(new DataNotSavedException(e, isWaiting: true));
    }

    private void Tell(TaskCompletionSource? waiting)
    {
        if (_failure is null)
            waiting?.TrySetResult();
        else
            waiting?.TrySetException(_failure);
    }

    /// <summary>A turn on its way into the file.</summary>
    /// <param name="Turn">The turn.</param>
    /// <param name="IsEnd">Whether the execution ended in it.</param>
    /// <param name="Told">Completes for those who wait for their messages to be saved.</param>
    private readonly record struct PendingTurn(Turn Turn, bool IsEnd, TaskCompletionSource? Told);
}
