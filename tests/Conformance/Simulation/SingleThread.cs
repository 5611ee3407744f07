using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Stateside.Conformance.Simulation;

/// <summary>
/// Lets everything run on one thread in one order: the pool has a single worker, its queue is first in, first out, and the driver stands
/// in that queue behind whatever the engine has put there. So it acts between any two rounds of continuations, and the same decisions give
/// the same run.
/// </summary>
internal sealed class SingleThread : IThreadPoolWorkItem, IDisposable
{
    /// <summary>
    /// The worker's own queue, which is last in, first out and goes before the common one: without it what the worker queues goes to the
    /// common one.
    /// </summary>
    private static readonly FieldInfo OwnQueue = typeof(ThreadPool).Assembly.GetType("System.Threading.ThreadPoolWorkQueueThreadLocals")
        ?.GetField("threadLocals", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        ?? throw new PlatformNotSupportedException("This version of .NET keeps the queue of a pool's worker elsewhere.");

    private readonly Func<bool> _step;
    private readonly ManualResetEventSlim _over = new();
    private ExceptionDispatchInfo? _failure;
    private int _thread;

    private SingleThread(Func<bool> step) => _step = step;

    /// <summary>Takes steps until one says that it was the last, with all continuations that there are in between.</summary>
    public static void Run(Func<bool> step)
    {
        if (!ThreadPool.SetMinThreads(1, 1) || !ThreadPool.SetMaxThreads(1, 1))
            throw new PlatformNotSupportedException("The thread pool cannot be held to one thread.");
        using var driver = new SingleThread(step);
        ThreadPool.UnsafeQueueUserWorkItem(driver, preferLocal: false);
        driver._over.Wait();
        driver._failure?.Throw();
    }

    public void Dispose() => _over.Dispose();

    public void Execute()
    {
        OwnQueue.SetValue(null, null);
        try
        {
            // The pool may replace its worker, but there is one at a time.
            if (Interlocked.Exchange(ref _thread, Environment.CurrentManagedThreadId) is not 0 and var before && before != Environment.CurrentManagedThreadId
                && ThreadPool.ThreadCount > 1)
            {
                throw new InvalidOperationException("The thread pool has more than one thread.");
            }

            if (_step())
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            else
                _over.Set();
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
            _over.Set();
        }
    }
}
