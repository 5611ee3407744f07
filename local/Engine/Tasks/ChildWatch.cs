using System.Collections.Concurrent;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.History;

namespace Stateside.Engine.Tasks;

/// <summary>
/// Tells when an execution has ended, within the very turn that ends it: whoever waits for a child moves on before virtual time does,
/// and no task or thread is held meanwhile.
/// </summary>
internal sealed class ChildWatch
{
    // The callbacks are an array that is replaced: whoever takes it away has every one that was put in.
    private readonly ConcurrentDictionary<string, Action<ExecutionDescription>[]> _waiting = new(StringComparer.Ordinal);
    private readonly ExecutionEngine _engine;

    public ChildWatch(ExecutionEngine engine)
    {
        _engine = engine;
        engine.TurnSaved += OnTurnSaved;
    }

    /// <summary>Calls back once, when the execution has ended; at once when it has already.</summary>
    public void WhenEnded(string executionArn, Action<ExecutionDescription> ended)
    {
        _waiting.AddOrUpdate(executionArn, _ => [ended], (_, others) => [.. others, ended]);
        if (_engine.Describe(executionArn) is { Status: not ExecutionStatus.Running } over)
            Tell(over);
    }

    /// <summary>
    /// Waits within a Task for an execution's end. Virtual time goes on meanwhile; it is held again before the execution's last turn is over.
    /// </summary>
    /// <exception cref="OperationCanceledException">Nobody waits for the Task any more.</exception>
    public async Task<ExecutionDescription> WhenEndedAsync(string executionArn, CancellationToken cancellationToken)
    {
        var completion = new TaskCompletionSource<ExecutionDescription?>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isOver = 0;
        WhenEnded(executionArn, End);
        using (cancellationToken.Register(() => End(null)))
        {
            _engine.Leave();
            var ended = await completion.Task.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            return ended!;
        }

        void End(ExecutionDescription? ended)
        {
            if (Interlocked.Exchange(ref isOver, 1) == 1)
                return;
            _engine.Enter();
            completion.SetResult(ended);
        }
    }

    private void OnTurnSaved(string arn, IReadOnlyList<HistoryEvent> events)
    {
        if (_waiting.ContainsKey(arn) && _engine.Describe(arn) is { Status: not ExecutionStatus.Running } over)
            Tell(over);
    }

    private void Tell(ExecutionDescription over)
    {
        if (!_waiting.TryRemove(over.Arn, out var waiting))
            return;
        foreach (var ended in waiting)
            ended(over);
    }
}
