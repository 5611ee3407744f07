using System.Runtime.CompilerServices;

namespace Stateside.Engine.Execution;

/// <summary>
/// Awaited, it goes on in the thread pool behind all that waits there. Other ways to yield put what goes on into the queue of the thread
/// that asks, which looks there first: work that begets work would keep all threads from everybody's requests.
/// </summary>
internal readonly struct PoolTurn : ICriticalNotifyCompletion
{
    /// <summary>It always yields.</summary>
    public bool IsCompleted => false;

    public PoolTurn GetAwaiter() => this;

    public void GetResult()
    {
    }

    public void OnCompleted(Action continuation) => ThreadPool.QueueUserWorkItem(static next => next(), continuation, preferLocal: false);

    public void UnsafeOnCompleted(Action continuation) => ThreadPool.UnsafeQueueUserWorkItem(static next => next(), continuation, preferLocal: false);
}
