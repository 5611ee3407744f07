namespace Stateside.Engine.Functions;

/// <summary>
/// The environments of one function in this process: at most as many as its concurrency, the one used last taken first, callers
/// served in order when all are busy.
/// </summary>
internal sealed class EnvironmentPool(
    FunctionConfiguration function, string folder, TimeProvider time, FunctionHostOptions options) : FunctionRunner
{
    // What Lambda gives the init phase; one that takes longer starts again inside the invocation and counts against its timeout.
    // See https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib.
    private static readonly TimeSpan InitLimit = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Stack<HandlerEnvironment> _idle = new();
    private readonly LinkedList<TaskCompletionSource<HandlerEnvironment?>> _waiting = new();
    private readonly int _limit = Math.Max(1, function.ReservedConcurrency ?? options.EnvironmentsPerFunction);
    private int _live;
    private bool _isClosed;

    public override Task<InvocationResult> InvokeAsync(
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
                    _waiting.AddLast(turn = new(TaskCreationOptions.RunContinuationsAsynchronously));
            }
        }

        return environment is not null
            ? environment.Run(payload, request, log)
            : InvokeLaterAsync(turn, payload, request, log, cancellation);
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

    // In turn, or in a place where an environment is yet to be made.
    private async Task<InvocationResult> InvokeLaterAsync(
        TaskCompletionSource<HandlerEnvironment?>? turn, ReadOnlyMemory<byte> payload, InvocationOptions request, InvocationLog log,
        CancellationToken cancellation)
    {
        var environment = turn is null ? null : await WaitAsync(turn, cancellation).ConfigureAwait(false);
        if (environment is null)
        {
            var loading = LoadAsync(request, log);
            try
            {
                var limit = options.TimeoutsStandStill ? Timeout.InfiniteTimeSpan : InitLimit + function.Timeout;
                environment = await loading.WaitAsync(limit, time, CancellationToken.None).ConfigureAwait(false);
            }
            catch (TimeoutException) when (!loading.IsCompleted)
            {
                _ = UnloadLaterAsync(loading);
                GiveUpPlace();
                return TimedOut(function, request, log.Text);
            }
            catch (Exception exception)
            {
                GiveUpPlace();
                return NotRun(exception, log.Text);
            }
        }

        return await environment.Run(payload, request, log).ConfigureAwait(false);
    }

    // On a thread of its own: constructors may take their time, and the first look at the handler compiles it.
    private Task<HandlerEnvironment> LoadAsync(InvocationOptions request, InvocationLog log) => Task.Factory.StartNew(
        () =>
        {
            ConsoleCapture.Current = log;
            return HandlerEnvironment.Load(function, folder, time, options, request.RequestId, Leave);
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static async Task UnloadLaterAsync(Task<HandlerEnvironment> loading)
    {
        await ((Task)loading).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (loading.IsCompletedSuccessfully)
            loading.Result.Unload();
    }

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
