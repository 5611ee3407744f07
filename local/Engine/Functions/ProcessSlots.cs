namespace Stateside.Engine.Functions;

/// <summary>
/// How many handler processes there may be. Who finds none free lets the one that has been idle for longest end, else waits in turn.
/// </summary>
internal sealed class ProcessSlots(int limit)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Turn> _waiting = new();
    private readonly List<EnvironmentPool> _pools = [];
    private int _taken;

    /// <summary>Whether another function waits for a process to end.</summary>
    public bool AreWantedByOthersThan(EnvironmentPool pool)
    {
        lock (_lock)
            return _waiting.Any(turn => turn.Pool != pool);
    }

    public void Join(EnvironmentPool pool)
    {
        lock (_lock)
            _pools.Add(pool);
    }

    public void Part(EnvironmentPool pool)
    {
        lock (_lock)
            _pools.Remove(pool);
    }

    /// <summary>Waits until another process may be started, or one of the pool's own has fallen idle.</summary>
    /// <returns>That environment; null where a process may be started.</returns>
    public async Task<FunctionEnvironment?> TakeAsync(EnvironmentPool asking, CancellationToken cancellation)
    {
        var turn = new LinkedListNode<Turn>(new(asking, new(TaskCreationOptions.RunContinuationsAsynchronously)));
        EnvironmentPool[] pools;
        lock (_lock)
        {
            if (_taken < limit)
            {
                _taken++;
                return null;
            }

            _waiting.AddLast(turn);
            pools = [.. _pools];
        }

        // One that falls idle from now on sees that it is wanted.
        foreach (var pool in pools.OrderBy(pool => pool.IdleSince))
        {
            if (pool.LetGoOfOneIdle())
                break;
        }

        try
        {
            return await turn.Value.Given.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
            {
                if (turn.List is not null)
                {
                    _waiting.Remove(turn);
                    throw;
                }
            }

            if (await turn.Value.Given.Task.ConfigureAwait(false) is { } environment)
                asking.Leave(environment, isSound: true);
            else
                Release();
            throw;
        }
    }

    /// <summary>Gives an environment to its pool's own invocation that waits for a process, if there is one.</summary>
    public bool TryHand(EnvironmentPool pool, FunctionEnvironment environment)
    {
        lock (_lock)
        {
            for (var turn = _waiting.First; turn is not null; turn = turn.Next)
            {
                if (turn.Value.Pool != pool)
                    continue;
                _waiting.Remove(turn);
                turn.Value.Given.SetResult(environment);
                return true;
            }

            return false;
        }
    }

    /// <summary>A process has ended, or was not started after all.</summary>
    public void Release()
    {
        lock (_lock)
        {
            if (_waiting.First is not { } next)
            {
                _taken--;
                return;
            }

            _waiting.RemoveFirst();
            next.Value.Given.SetResult(null);
        }
    }

    private readonly record struct Turn(EnvironmentPool Pool, TaskCompletionSource<FunctionEnvironment?> Given);
}
