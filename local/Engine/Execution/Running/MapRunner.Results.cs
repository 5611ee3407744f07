using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Running;

/// <summary>How what ended comes to where a run's results go.</summary>
internal sealed partial class MapRunner
{
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

    private async Task FinishAsync()
    {
        _engine.Enter();
        try
        {
            // A service that has ended writes nothing any more: the one after it does.
            _reading.Token.ThrowIfCancellationRequested();
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

    /// <summary>What children were to be given that never began.</summary>
    private async IAsyncEnumerable<JsonValue> PendingAsync()
    {
        if (_unbegun is not { } first)
            yield break;
        yield return first.Value;
        while (await NextAsync().ConfigureAwait(false) is var (_, input))
        {
            // What is broken off is not written as if it were all.
            _reading.Token.ThrowIfCancellationRequested();
            yield return input.Value;
        }
    }
}
