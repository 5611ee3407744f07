namespace Stateside.Engine.Execution;

/// <summary>
/// Where what takes long to evaluate is evaluated: on a few threads of its own, in the order in which it came. All others, which carry
/// requests, other executions and due times, put such a state off as soon as they find it to be one.
/// </summary>
internal sealed class LongTurns : IDisposable
{
    /// <summary>One processor is left to all else, but two can go on everywhere: one that is slow is not to hold up all.</summary>
    private readonly Thread?[] _threads = new Thread?[Math.Max(2, Environment.ProcessorCount - 1)];
    private readonly object _lock = new();
    private readonly Queue<Action> _work = new();
    private int _begun;
    private int _idle;
    private bool _isEnded;

    /// <summary>Whether this is one of its threads.</summary>
    public bool IsHere() => Array.IndexOf(_threads, Thread.CurrentThread) >= 0;

    /// <summary>Has something done here, which throws nothing.</summary>
    public void Do(Action work)
    {
        lock (_lock)
        {
            _work.Enqueue(work);
            if (_idle >= _work.Count || _begun == _threads.Length)
            {
                Monitor.Pulse(_lock);
                return;
            }

            var thread = new Thread(Run) { IsBackground = true, Name = "Stateside evaluation" };
            _threads[_begun++] = thread;
            thread.Start();
        }
    }

    /// <summary>Has something worked out here.</summary>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Do(() =>
        {
            try
            {
                result.SetResult(work());
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        });
        return result.Task;
    }

    /// <summary>Begins nothing more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isEnded = true;
            Monitor.PulseAll(_lock);
        }
    }

    private void Run()
    {
        while (true)
        {
            Action work;
            lock (_lock)
            {
                _idle++;
                while (_work.Count == 0 && !_isEnded)
                    Monitor.Wait(_lock);
                if (_isEnded)
                    return;
                _idle--;
                work = _work.Dequeue();
            }

            work();
        }
    }
}
