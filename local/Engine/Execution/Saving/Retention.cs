using Stateside.Engine.Store.Data;

namespace Stateside.Engine.Execution.Saving;

/// <summary>
/// Takes executions away that ended long ago, a few at a time so that those who write wait for none of it, and gives their room back.
/// </summary>
internal sealed class Retention : IAsyncDisposable
{
    private const int AtOnce = 200;
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly DataStore _store;
    private readonly TimeProvider _time;
    private readonly TimeSpan _limit;
    private readonly Action<string> _forget;
    private readonly Action<Exception> _report;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    /// <summary>Begins to look for such executions now and then.</summary>
    /// <param name="store">Where they are.</param>
    /// <param name="time">The clock.</param>
    /// <param name="limit">How long one is kept after its end.</param>
    /// <param name="forget">Told the ARN of one that is gone.</param>
    /// <param name="report">Told of a defect of ours.</param>
    public Retention(DataStore store, TimeProvider time, TimeSpan limit, Action<string> forget, Action<Exception> report)
    {
        _store = store;
        _time = time;
        _limit = limit;
        _forget = forget;
        _report = report;
        _work = RunAsync();
    }

    /// <summary>Takes away what is due.</summary>
    /// <returns>How many executions are gone.</returns>
    public async Task<int> SweepAsync()
    {
        var cutoff = (_time.GetUtcNow() - _limit).UtcTicks;
        var gone = 0;
        for (var after = 0L; ;)
        {
            var rows = _store.Queries.Oldest(after, AtOnce);
            var due = rows.Where(row => row.Stop < cutoff).ToList();
            if (due.Count > 0)
            {
                // A run may have a million children, and most executions have none.
                while (await RemoveAsync(tables => DropChildren(tables, due.Select(row => row.Id))).ConfigureAwait(false) == AtOnce)
                {
                }

                await RemoveAsync(tables =>
                {
                    foreach (var (id, _, _, _) in due)
                        tables.DropEnded(id);
                    return due.Count;
                }).ConfigureAwait(false);
                due.ForEach(row => _forget(row.Arn));
                gone += due.Count;
            }

            // What began after the cutoff has not ended before it, nor has anything later.
            if (rows.Count < AtOnce || rows[^1].Start >= cutoff)
                return gone;
            after = rows[^1].Id;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _work.ConfigureAwait(false);
        _stop.Dispose();
    }

    private static int DropChildren(DataTables tables, IEnumerable<long> executions)
    {
        var gone = 0;
        foreach (var execution in executions)
        {
            gone += tables.DropChildrenOfEnded(execution, AtOnce - gone);
            if (gone == AtOnce)
                break;
        }

        return gone;
    }

    private async Task<int> RemoveAsync(Func<DataTables, int> remove)
    {
        var write = new Removal(remove);
        _store.Writer.Enqueue(write);
        return await write.Task.WaitAsync(_stop.Token).ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        var pause = TimeSpan.FromTicks(Math.Clamp(_limit.Ticks / 10, Shortest.Ticks, Longest.Ticks));
        try
        {
            while (true)
            {
                await Task.Delay(pause, _time, _stop.Token).ConfigureAwait(false);
                try
                {
                    await SweepAsync().ConfigureAwait(false);
                }
                catch (DataNotSavedException)
                {
                    // Whoever watches the store hears of it; the next sweep tries again.
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    _report(e);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
    }

    private sealed class Removal(Func<DataTables, int> remove) : IDataWrite
    {
        private readonly TaskCompletionSource<int> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _gone;

        public Task<int> Task => _done.Task;

        public void Write(DataTables tables)
        {
            _gone = remove(tables);
            tables.GiveBack();
        }

        public void Saved() => _done.SetResult(_gone);

        public bool Failed(Exception e, bool isPassing)
        {
            _done.SetException(isPassing ? new DataNotSavedException(e) : e);
            return true;
        }
    }
}
