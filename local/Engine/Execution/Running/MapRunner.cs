using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Items;
using Stateside.Engine.Store;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Running;

/// <summary>
/// A map run under way. Begins children as far as may run at a time, takes what each gave to where results go, and counts. Of the items
/// it keeps one bit each. What is to be decided (whether too many failed, that all is done) goes to the execution as messages, and comes
/// back as effects.
/// </summary>
internal sealed class MapRunner : IAsyncDisposable
{
    /// <summary>So many child executions run at a time at most. See https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html.</summary>
    private const int MostAtOnce = 10_000;

    private const int MostRecalledAtOnce = 500;

    private readonly ExecutionEngine _engine;
    private readonly MapRuns _runs;
    private readonly ExecutionActor _parent;
    private readonly RunMapEffect _effect;
    private readonly Lock _lock = new();
    private readonly MapRunFailures _failures = new();
    private readonly CancellationToken _stopped;

    /// <summary>Never disposed of, which lets go of nothing: the run may be stopped when it is over already.</summary>
    private readonly CancellationTokenSource _reading = new();
    private readonly CancellationTokenRegistration _whenStopped;
    private readonly MapInputs _inputs;

    /// <summary>What has ended and is to be taken to where results go.</summary>
    private readonly Queue<ExecutionDescription> _ended = new();

    /// <summary>Whoever holds it gives a result there; nobody can before that is open.</summary>
    private readonly SemaphoreSlim _giving = new(0);

    /// <summary>The children that are over: they are not begun again.</summary>
    private readonly IndexSet _over = new();

    /// <summary>The children that ended without success.</summary>
    private readonly IndexSet _failed = new();

    /// <summary>The children that ended without success before a redrive, and have not gone on yet.</summary>
    private readonly IndexSet _again = new();

    /// <summary>The children that were under way before the service last ended.</summary>
    private readonly HashSet<int> _restored = [];

    private readonly TaskCompletionSource _whenOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private MapRunner? _before;
    private MapResults? _results;
    private ChildInput? _unbegun;
    private MapRunTally _executions;
    private MapRunTally _items;

    /// <summary>How those ended that a redrive lets go on, until they do.</summary>
    private MapRunTally _executionsBefore;
    private MapRunTally _itemsBefore;
    private Tolerance _tolerance;
    private int _mostAtOnce;
    private int _underWay;
    private bool _isFed;
    private bool _isEnding;
    private bool _isFinishing;
    private bool _isWriting;
    private bool _isTold;
    private bool _isOver;
    private int _hasBegun;
    private TaskCompletionSource? _slot;

    /// <summary>A run that is about to begin, or to go on.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="runs">All runs.</param>
    /// <param name="parent">The execution whose run it is.</param>
    /// <param name="effect">What to run.</param>
    /// <param name="before">The same run before a redrive, which may not be over yet; null where there is none in memory.</param>
    /// <param name="stopped">Fires when the engine ends.</param>
    public MapRunner(ExecutionEngine engine, MapRuns runs, ExecutionActor parent, RunMapEffect effect, MapRunner? before, CancellationToken stopped)
    {
        _engine = engine;
        _runs = runs;
        _parent = parent;
        _effect = effect;
        _stopped = stopped;
        _whenStopped = stopped.UnsafeRegister(static reading => ((CancellationTokenSource)reading!).Cancel(), _reading);
        _inputs = new MapInputs(engine, runs, parent, effect, TellIfIntolerable);
        _mostAtOnce = Limit(effect.Run.MaxConcurrency);
        _tolerance = effect.Run.Tolerance;
        _before = before;
        foreach (var child in effect.IsBegun ? engine.ActorsOf(effect.Run.Arn) : [])
        {
            if (child.Status != ExecutionStatus.Running || child.Execution.Parent is not { } link || link.Generation != effect.Generation)
                continue;
            if (!_restored.Add(link.Index))
                continue;
            _underWay++;
            Count(ExecutionStatus.Running, 1, link.Items);
        }
    }

    /// <summary>The run's ARN.</summary>
    public string Arn => _effect.Run.Arn;

    /// <summary>How it stands.</summary>
    public MapRunCounts Counts
    {
        get
        {
            if (_before is { } before)
                return before.Counts;
            lock (_lock)
            {
                var isRead = _inputs.IsWhole;
                var items = Items ?? _inputs.Items;
                return new MapRunCounts(
                    Standing(_items, _itemsBefore, items),
                    Standing(_executions, _executionsBefore, _effect.Run.Batching is null ? items : _inputs.Count),
                    isRead,
                    _failures.ToList())
                { ExpectedItems = Items ?? Expected, IsCounted = Items is not null };
            }
        }
    }

    /// <summary>How many items there may be, by how much of the object they come from is read; null while nobody knows.</summary>
    private long? Expected => _inputs.Share is { } share and > 0 && _inputs.Items >= _items.Over
        ? Math.Min(MapRunCounts.About(_inputs.Items / Math.Min(share, 1)), _effect.Run.MaxItems ?? long.MaxValue)
        : null;

    /// <summary>Whether fewer items have failed than fail the run.</summary>
    private bool IsTolerable => _tolerance.Allows(_items.Unsuccessful, Items);

    /// <summary>How many items there are; null while nobody knows. What the state was given need not be read to be counted.</summary>
    private long? Items => _inputs.IsWhole ? _inputs.Items : _effect.Run.KnownItems;

    /// <summary>Whether a child ended without success before a redrive, and has not gone on yet.</summary>
    public bool IsPendingRedrive(int index)
    {
        lock (_lock)
            return !_isEnding && _before is null && _again.Contains(index);
    }

    /// <summary>Begins, or goes on; once.</summary>
    public void Run()
    {
        if (Interlocked.Exchange(ref _hasBegun, 1) != 0)
            return;
        _engine.Enter();
        _ = FeedAsync();
    }

    /// <summary>Lets as many children run at a time, and as many items fail from now on.</summary>
    public void Update(int maxConcurrency, Tolerance tolerance)
    {
        lock (_lock)
            (_mostAtOnce, _tolerance) = (Limit(maxConcurrency), tolerance);
        TellIfIntolerable();
        GiveSlot();
    }

    /// <summary>A child has ended; on the thread that moved it.</summary>
    public void ChildEnded(ExecutionActor child)
    {
        var execution = child.Execution;
        if (execution.Parent is not { } link)
            return;
        if (link.Generation != _effect.Generation)
        {
            _before?.ChildEnded(child);
            return;
        }

        var isFirst = false;
        var description = child.Describe();
        lock (_lock)
        {
            // Of a child that goes on after the service's end its run may hear twice: from itself, and from the file.
            if (!_over.Add(link.Index))
                return;
            _restored.Remove(link.Index);
            Count(ExecutionStatus.Running, -1, link.Items);
            CountEnd(link.Index, description, link.Items);
            _ended.Enqueue(description);
            if (!_isWriting)
                _isWriting = isFirst = true;
        }

        if (!isFirst)
            return;
        _engine.Enter();
        _ = WriteAsync();
    }

    /// <summary>Whether no more than so many children have failed.</summary>
    public bool HasFailedAtMost(int count)
    {
        lock (_lock)
            return _executions.Unsuccessful <= count;
    }

    /// <summary>Brings together what children gave, once none runs any more; those that run are ended.</summary>
    public void Finish()
    {
        lock (_lock)
            _isFinishing = _isEnding = true;
        End();
    }

    /// <summary>Ends the run and the children that still run.</summary>
    public void Stop()
    {
        lock (_lock)
            _isEnding = true;
        _reading.Cancel();
        End();

        // Of an execution that was stopped before it went on: only one that has begun is ever over.
        Run();
    }

    /// <summary>Lets go of what children gave, once all are over.</summary>
    public async ValueTask DisposeAsync()
    {
        await _reading.CancelAsync().ConfigureAwait(false);
        await _whenOver.Task.ConfigureAwait(false);
        await _whenStopped.DisposeAsync().ConfigureAwait(false);
        _giving.Dispose();
        if (_results is not null)
            await _results.DisposeAsync().ConfigureAwait(false);
    }

    private static int Limit(int most) => most == 0 ? MostAtOnce : Math.Min(most, MostAtOnce);

    private void Count(ExecutionStatus status, int children, int items)
    {
        _executions = _executions.With(status, children);
        _items = _items.With(status, (long)children * items);
    }

    private void CountEnd(int index, ExecutionDescription child, int items)
    {
        Count(child.Status, 1, items);
        if (child.Status == ExecutionStatus.Succeeded)
            return;
        _failed.Add(index);
        _failures.Add(child);
    }

    /// <summary>Counts a child that a redrive lets go on; of one that nobody remembers it does not matter how it had ended.</summary>
    private void CountBefore(ExecutionStatus status, int children, int items)
    {
        if (children < 0 && _executionsBefore[status] == 0)
        {
            status = _executionsBefore.Failed > 0 ? ExecutionStatus.Failed
                : _executionsBefore.TimedOut > 0 ? ExecutionStatus.TimedOut : ExecutionStatus.Aborted;
        }

        _executionsBefore = _executionsBefore.With(status, children);
        _itemsBefore = _itemsBefore.With(status, (long)children * items);
    }

    /// <summary>How items or children stand of which so many are known. Those that a redrive was to let go on count as they ended once it is over.</summary>
    private MapRunTally Standing(MapRunTally now, MapRunTally before, long known)
    {
        var tally = _isEnding
            ? now with { Failed = now.Failed + before.Failed, TimedOut = now.TimedOut + before.TimedOut, Aborted = now.Aborted + before.Aborted }
            : now with { PendingRedrive = before.Unsuccessful };
        return tally with { Pending = Math.Max(0, known - tally.Total) };
    }

    /// <summary>Goes on from how the run stood before a redrive, once that is over: what ended well is done.</summary>
    private async Task TakeOverAsync(MapRunner before)
    {
        await before._whenOver.Task.WaitAsync(_stopped).ConfigureAwait(false);
        if (!_runs.AreSaved)
        {
            lock (_lock)
            {
                for (var index = 0; index < Math.Max(before._over.Limit, before._again.Limit); index++)
                {
                    if (before._failed.Contains(index) || (before._again.Contains(index) && !before._over.Contains(index)))
                        _again.Add(index);
                    else if (before._over.Contains(index))
                        _over.Add(index);
                }

                var counts = before.Counts;
                (_executionsBefore, _executions) = (counts.Executions.OnlyUnsuccessful(), default(MapRunTally) with { Succeeded = counts.Executions.Succeeded });
                (_itemsBefore, _items) = (counts.Items.OnlyUnsuccessful(), default(MapRunTally) with { Succeeded = counts.Items.Succeeded });
                (_results, before._results) = (before._results, null);
            }
        }

        await before.DisposeAsync().ConfigureAwait(false);
        lock (_lock)
            _before = null;
    }

    private void End()
    {
        GiveSlot();
        StopChildren();
        TellIfOver();
    }

    private void StopChildren()
    {
        foreach (var child in _engine.ActorsOf(Arn))
        {
            if (child.Execution.Status == ExecutionStatus.Running || IsAboutToGoOn(child.Execution))
                child.Post(new StopMessage(null, null));
        }
    }

    /// <summary>Whether a child was told to go on after a redrive, and has not heard it yet.</summary>
    private bool IsAboutToGoOn(RunningExecution child)
    {
        if (child is not { IsExpress: false, Parent: { } link } || link.Generation == _effect.Generation)
            return false;
        lock (_lock)
            return !_over.Contains(link.Index) && !_again.Contains(link.Index);
    }

    /// <summary>Begins the children, in the order of their items.</summary>
    private async Task FeedAsync()
    {
        // Onto a thread of its own: what is read may be read without ever waiting.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await BeginAllAsync().ConfigureAwait(false);
        }
        catch (Exception) when (_stopped.IsCancellationRequested || _reading.IsCancellationRequested)
        {
            // Nobody waits for the run any more.
        }
        catch (RecordDamagedException e)
        {
            // What a child gave cannot be read: the run neither goes on without it nor fails of it, and can be stopped.
            _engine.ReportDamage(e);
        }
        catch (Exception e)
        {
            Fail(e, ErrorNames.ItemReaderFailed);
        }

        lock (_lock)
            _isFed = true;
        TellIfOver();
        _engine.Leave();
    }

    /// <summary>Opens where results go, with those that there are.</summary>
    private async ValueTask OpenAsync()
    {
        try
        {
            if (_results is null)
                _results = await _runs.ResultsOfAsync(_parent, _effect, _stopped).ConfigureAwait(false);
            else
                await _results.TakeBackAsync(_stopped).ConfigureAwait(false);
        }
        catch (MapItemsException e)
        {
            throw new MapTaskException(new TaskFailure(ErrorNames.ResultWriterFailed, e.Message));
        }
        finally
        {
            _giving.Release();
        }

        if (_effect.IsBegun && _runs.AreSaved)
            await RecallAsync().ConfigureAwait(false);
    }

    private async Task BeginAllAsync()
    {
        if (_before is { } before)
            await TakeOverAsync(before).ConfigureAwait(false);

        // What there is counts even where the items can be read no more.
        if (_effect.IsBegun)
            await OpenAsync().ConfigureAwait(false);

        // Whoever answers for S3 in a test is asked in this order.
        await _inputs.OpenAsync(_reading.Token).ConfigureAwait(false);
        if (!_effect.IsBegun)
            await OpenAsync().ConfigureAwait(false);
        _inputs.Read(_reading.Token);
        while (await NextAsync().ConfigureAwait(false) is var (index, input))
        {
            // Before it counts as running: the wait may be given up.
            while (_engine.IsBehind)
                await Task.Delay(1, _reading.Token).ConfigureAwait(false);
            if (!await TakeSlotAsync(input.Items).ConfigureAwait(false))
            {
                _unbegun = input;
                return;
            }

            try
            {
                await BeginAsync(index, input).ConfigureAwait(false);
            }
            catch
            {
                lock (_lock)
                {
                    _underWay--;
                    Count(ExecutionStatus.Running, -1, input.Items);
                }

                throw;
            }

            // Whoever ended the run meanwhile may not have seen this child.
            bool isEnding;
            lock (_lock)
                isEnding = _isEnding;
            if (isEnding)
                StopChildren();
        }
    }

    /// <summary>The next child that is still to be begun; null where there is none any more.</summary>
    private async ValueTask<(int Index, ChildInput Input)?> NextAsync()
    {
        while (await _inputs.NextAsync(_reading.Token).ConfigureAwait(false) is var (index, input))
        {
            lock (_lock)
            {
                if (!_over.Contains(index) && !_restored.Contains(index))
                    return (index, input);
            }
        }

        return null;
    }

    /// <summary>Takes in what the file has of children that ended before the service did, or before a redrive.</summary>
    private async Task RecallAsync()
    {
        await _results!.ForgetEarlierAsync(_stopped).ConfigureAwait(false);
        for (var after = -1; ;)
        {
            var children = _runs.SavedChildren(Arn, after, MostRecalledAtOnce);
            foreach (var (child, generation) in children)
            {
                after = child.ItemIndex!.Value;
                if (child.Status == ExecutionStatus.Running)
                    continue;
                var isOver = child.Status == ExecutionStatus.Succeeded || generation == _effect.Generation;
                lock (_lock)
                {
                    if (!isOver && _again.Add(after))
                        CountBefore(child.Status, 1, child.ItemCount);
                    if (!isOver || _restored.Contains(after) || !_over.Add(after))
                        continue;
                    CountEnd(after, child, child.ItemCount);
                }

                await GiveAsync(child).ConfigureAwait(false);
            }

            if (children.Count < MostRecalledAtOnce)
                break;
        }

        TellIfIntolerable();
    }

    /// <summary>Waits until one more child may run.</summary>
    /// <returns>Whether it may; false where none is begun any more.</returns>
    private async ValueTask<bool> TakeSlotAsync(int items)
    {
        while (true)
        {
            Task slot;
            lock (_lock)
            {
                if (_isEnding)
                    return false;
                if (_underWay < _mostAtOnce && IsTolerable)
                {
                    _underWay++;
                    Count(ExecutionStatus.Running, 1, items);
                    return true;
                }

                _slot = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                slot = _slot.Task;
            }

            // Virtual time may pass meanwhile; who gives the slot sees to it that it then stands.
            _engine.Leave();
            await slot.ConfigureAwait(false);
        }
    }

    private void GiveSlot()
    {
        TaskCompletionSource? slot = null;
        lock (_lock)
        {
            if (_isEnding || (_underWay < _mostAtOnce && IsTolerable))
                (slot, _slot) = (_slot, null);
        }

        if (slot is null)
            return;
        _engine.Enter();
        slot.SetResult();
    }

    private async ValueTask BeginAsync(int index, ChildInput input)
    {
        _engine.Tell(_parent, _effect.Map, index);
        var link = new ParentLink(_parent.Execution, _effect.FrameId, _effect.Generation, index, Arn, _effect.Map.Name, input.Items);
        var (arn, name) = _effect.Run.ChildOf(_parent.Execution.StateMachine.Arn, _parent.Execution.Seed, index);
        var isExpress = _effect.Run.IsExpress;
        bool isAgain;
        lock (_lock)
            isAgain = _again.Remove(index);
        if (isAgain)
        {
            var known = isExpress ? null : _engine.FindActor(arn);
            var child = known?.Describe() ?? _engine.Describe(arn);
            lock (_lock)
                CountBefore(child?.Status ?? ExecutionStatus.Running, -1, input.Items);
            if (known is not null)
            {
                known.Post(new RedriveMessage(null, _effect.Generation));
                return;
            }

            // An Express child begins anew, under the name and with the input it had.
            input = input with { Value = child?.Input ?? input.Value };
        }

        while (_engine.BeginChild(link, arn, name, _effect.Map, input.Value, isExpress) is { } present)
        {
            // It is being stopped from before the redrive.
            if (!isExpress)
            {
                present.Post(new RedriveMessage(null, _effect.Generation));
                return;
            }

            await present.WhenEnded().ConfigureAwait(false);
        }
    }

    /// <summary>Takes what has ended to where results go.</summary>
    private async Task WriteAsync()
    {
        while (true)
        {
            ExecutionDescription? child;
            lock (_lock)
            {
                if (!_ended.TryDequeue(out child))
                {
                    _isWriting = false;
                    break;
                }
            }

            await GiveAsync(child).ConfigureAwait(false);
            lock (_lock)
                _underWay--;

            GiveSlot();
            if (child.Status != ExecutionStatus.Succeeded)
                TellIfIntolerable();
        }

        TellIfOver();
        _engine.Leave();
    }

    private async ValueTask GiveAsync(ExecutionDescription child)
    {
        await _giving.WaitAsync(_stopped).ConfigureAwait(false);
        try
        {
            if (_results is not null)
                await _results.AddAsync(child, _stopped).ConfigureAwait(false);
        }
        catch (Exception e) when (!_stopped.IsCancellationRequested)
        {
            Fail(e, ErrorNames.ResultWriterFailed);
        }
        finally
        {
            _giving.Release();
        }
    }

    /// <summary>Says so when more items have failed than may: no more children begin until the execution has decided.</summary>
    private void TellIfIntolerable()
    {
        MapRunNewsMessage news;
        lock (_lock)
        {
            if (_isEnding || IsTolerable)
                return;
            news = new MapRunNewsMessage(_effect.FrameId, _effect.Generation, _items.Unsuccessful, Items, IsDone: false);
        }

        _parent.Post(news);
    }

    /// <summary>Once nothing is left to do: says so, brings results together, or is over.</summary>
    private void TellIfOver()
    {
        MapRunNewsMessage? news = null;
        var isFinishing = false;
        lock (_lock)
        {
            if (!_isFed || _underWay > 0 || _isWriting || _isOver)
                return;
            if (_isEnding)
            {
                (isFinishing, _isOver) = (_isFinishing, true);
            }
            else if (!_isTold && _inputs.IsWhole)
            {
                _isTold = true;
                news = new MapRunNewsMessage(_effect.FrameId, _effect.Generation, _items.Unsuccessful, _inputs.Items, IsDone: true);
            }
            else
            {
                return;
            }
        }

        if (news is not null)
            _parent.Post(news);
        else if (isFinishing)
            _ = FinishAsync();
        else
            Over();
    }

    private async Task FinishAsync()
    {
        _engine.Enter();
        try
        {
            var result = await _results!.FinishAsync(PendingAsync(), _stopped).ConfigureAwait(false);
            _parent.Post(new MapRunFinishedMessage(_effect.FrameId, _effect.Generation, result));
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested || _reading.IsCancellationRequested)
        {
            // Nobody waits for the results any more, or the service ends: then the run goes on when it begins again.
        }
        catch (Exception e)
        {
            Fail(e, ErrorNames.ResultWriterFailed);
        }

        Over();
        _engine.Leave();
    }

    private void Over()
    {
        _inputs.Close();
        _whenOver.TrySetResult();
        _runs.Ended(this);
    }

    /// <summary>What children were to be given that never began.</summary>
    private async IAsyncEnumerable<JsonValue> PendingAsync()
    {
        if (_unbegun is not { } first)
            yield break;
        yield return first.Value;
        while (!_reading.IsCancellationRequested && await NextAsync().ConfigureAwait(false) is var (_, input))
            yield return input.Value;
    }

    /// <summary>Tells the execution why the run cannot go on.</summary>
    /// <param name="e">What happened.</param>
    /// <param name="error">The error name where S3 or what was read is the reason.</param>
    private void Fail(Exception e, string error)
    {
        var failure = e switch
        {
            StatesException => null,
            MapItemsException => new FrameFailure(error, e.Message),
            MapTaskException failed => FrameFailure.Of(failed.Failure),
            _ => new FrameFailure(ErrorNames.Runtime, $"Stateside failed to run the Map '{_effect.Map.Name}': {e.Message}"),
        };
        if (failure?.Error == ErrorNames.Runtime)
            _engine.ReportDefect(_parent.Execution.Arn, e);
        _parent.Post(new MapRunFailedMessage(_effect.FrameId, _effect.Generation, failure, e as StatesException));
    }
}
