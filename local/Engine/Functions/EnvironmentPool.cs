namespace Stateside.Engine.Functions;

/// <summary>
/// The environments of one function in this process: at most as many as its concurrency, the one used last taken first, callers
/// served in order when all are busy.
/// </summary>
internal sealed class EnvironmentPool(FunctionConfiguration function, string folder, TimeProvider time, FunctionHostOptions options) : FunctionRunner
{
    private readonly Lock _lock = new();
    private readonly Stack<HandlerEnvironment> _idle = new();
    private readonly LinkedList<TaskCompletionSource<HandlerEnvironment?>> _waiting = new();
    private readonly int _limit = Math.Max(1, function.ReservedConcurrency ?? options.EnvironmentsPerFunction);
    private int _live;
    private bool _isClosed;

    public override async Task<InvocationResult> InvokeAsync(
        ReadOnlyMemory<byte> payload, InvocationOptions request, InvocationLog log, CancellationToken cancellation)
    {
        HandlerEnvironment? environment;
        TaskCompletionSource<HandlerEnvironment?>? turn = null;
        lock (_lock)
        {
            if (!_idle.TryPop(out environment))
            {
                if (_live < _limit)
                    _live++;
                else
                    _waiting.AddLast(turn = new TaskCompletionSource<HandlerEnvironment?>(TaskCreationOptions.RunContinuationsAsynchronously));
            }
        }

        if (turn is not null)
            environment = await WaitAsync(turn, cancellation).ConfigureAwait(false);
        if (environment is null)
        {
            try
            {
                environment = await LoadAsync(request, log).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                GiveUpPlace();
                return NotRun(exception, log.Text);
            }
        }

        return await environment.Run(payload, request, log).ConfigureAwait(false);
    }

    public override ValueTask CloseAsync()
    {
        List<HandlerEnvironment> idle;
        lock (_lock)
        {
            _isClosed = true;
            idle = [.. _idle];
            _idle.Clear();
            _live -= idle.Count;
        }

        foreach (var environment in idle)
            environment.Unload();
        return ValueTask.CompletedTask;
    }

    // Off the caller's thread: constructors may take their time, and the first look at the handler compiles it.
    private Task<HandlerEnvironment> LoadAsync(InvocationOptions request, InvocationLog log) => Task.Run(() =>
    {
        ConsoleCapture.Current = log;
        return HandlerEnvironment.Load(function, folder, time, options, request.RequestId, Leave);
    });

    private static async Task<HandlerEnvironment?> WaitAsync(TaskCompletionSource<HandlerEnvironment?> turn, CancellationToken cancellation)
    {
        using var registration = cancellation.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource<HandlerEnvironment?>)state!).TrySetCanceled(token), turn);
        return await turn.Task.ConfigureAwait(false);
    }

    private void Leave(HandlerEnvironment environment, bool isSound)
    {
        lock (_lock)
        {
            if (isSound && !_isClosed)
            {
                // Whoever has meanwhile given up is passed over.
                while (_waiting.First is { } next)
                {
                    _waiting.RemoveFirst();
                    if (next.Value.TrySetResult(environment))
                        return;
                }

                _idle.Push(environment);
                return;
            }
        }

        environment.Unload();
        GiveUpPlace();
    }

    private void GiveUpPlace()
    {
        lock (_lock)
        {
            // A null environment is a place to make one in.
            while (_waiting.First is { } next)
            {
                _waiting.RemoveFirst();
                if (next.Value.TrySetResult(null))
                    return;
            }

            _live--;
        }
    }
}
