namespace Stateside.Engine.Execution.Running;

/// <summary>
/// Lets only so many Tasks start an execution at a time. Executions that start others make more of them than there are threads or commits
/// for; those that wait here stand before nobody's requests, and machines take turns, so that none waits for all executions of another.
/// </summary>
internal sealed class StartGate
{
    /// <summary>As many as keep the processors busy, and share a commit.</summary>
    public const int Most = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Queue<TaskCompletionSource>> _lines = new(StringComparer.Ordinal);
    private readonly Queue<string> _turns = new();
    private int _inside;

    /// <summary>Completes when a Task of a machine may start an execution; <see cref="Leave"/> must follow.</summary>
    /// <param name="machineArn">The machine.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was ended: it may start none.</exception>
    public ValueTask EnterAsync(string machineArn, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_inside < Most)
            {
                _inside++;
                return ValueTask.CompletedTask;
            }

            if (!_lines.TryGetValue(machineArn, out var line))
            {
                _lines[machineArn] = line = new Queue<TaskCompletionSource>();
                _turns.Enqueue(machineArn);
            }

            var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            line.Enqueue(waiting);
            return new ValueTask(WaitAsync(waiting, cancellationToken));
        }
    }

    /// <summary>Lets the next one in.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            while (_turns.TryDequeue(out var machine))
            {
                var line = _lines[machine];
                var next = line.Dequeue();
                if (line.Count > 0)
                    _turns.Enqueue(machine);
                else
                    _lines.Remove(machine);

                // Who does not wait any more left its place in the line.
                if (next.TrySetResult())
                    return;
            }

            _inside--;
        }
    }

    private static async Task WaitAsync(TaskCompletionSource waiting, CancellationToken cancellationToken)
    {
        await using (cancellationToken.Register(() => waiting.TrySetCanceled(cancellationToken)).ConfigureAwait(false))
            await waiting.Task.ConfigureAwait(false);
    }
}
