using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;

namespace Stateside.Service.Console.Pages;

/// <summary>
/// Tells pages that are open of executions that changed. Listens to the engine only while a page is open. A page hears no more than
/// that there is something new, once until it looks: nothing piles up for one that is slow.
/// </summary>
internal sealed class ExecutionChanges(ExecutionEngine engine)
{
    private readonly Lock _lock = new();
    private Watch[] _watches = [];

    /// <summary>How many pages listen.</summary>
    public int Count => _watches.Length;

    /// <summary>Begins to listen.</summary>
    /// <param name="concerns">Which changes matter; called on the thread that moves the execution, so it only compares.</param>
    public Watch Begin(Func<ExecutionChange, bool> concerns)
    {
        var watch = new Watch(this, concerns);
        lock (_lock)
        {
            if (_watches.Length == 0)
                engine.Changed += Tell;
            _watches = [.. _watches, watch];
        }

        return watch;
    }

    private void End(Watch watch)
    {
        lock (_lock)
        {
            _watches = [.. _watches.Where(other => other != watch)];
            if (_watches.Length == 0)
                engine.Changed -= Tell;
        }
    }

    private void Tell(ExecutionChange change)
    {
        foreach (var watch in _watches)
            watch.Hear(change);
    }

    /// <summary>One page's ear.</summary>
    internal sealed class Watch(ExecutionChanges changes, Func<ExecutionChange, bool> concerns) : IDisposable
    {
        private readonly SemaphoreSlim _news = new(0, 1);
        private int _isTold;

        /// <summary>Waits for news.</summary>
        /// <param name="atMost">How long.</param>
        /// <param name="time">The real clock.</param>
        /// <param name="cancellationToken">Ends the wait.</param>
        /// <returns>Whether there are any.</returns>
        public async Task<bool> NextAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
        {
            using var late = new CancellationTokenSource(atMost, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
            try
            {
                await _news.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return false;
            }

            Volatile.Write(ref _isTold, 0);
            return true;
        }

        public void Hear(ExecutionChange change)
        {
            if (concerns(change) && Interlocked.Exchange(ref _isTold, 1) == 0)
                _news.Release();
        }

        public void Dispose() => changes.End(this);
    }
}
