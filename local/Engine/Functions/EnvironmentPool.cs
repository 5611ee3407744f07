using System.Globalization;

namespace Stateside.Engine.Functions;

/// <summary>Makes an environment, which is Lambda's init phase. What it throws is why there is none.</summary>
internal delegate Task<FunctionEnvironment> EnvironmentStart(
    EnvironmentPool pool, InvocationOptions request, InvocationLog log, CancellationToken cancellation);

/// <summary>
/// The environments of one function: at most as many as its concurrency, the one used last taken first, callers served in order when
/// all are busy. Those that nobody has needed for a while are let go.
/// </summary>
/// <param name="function">The function.</param>
/// <param name="time">The clock.</param>
/// <param name="options">The host's options.</param>
/// <param name="start">Makes an environment.</param>
/// <param name="slots">The places for processes, where each environment takes one; else null.</param>
/// <param name="hostEnds">Ends what waits for a process or for one to be ready.</param>
internal sealed class EnvironmentPool(
    FunctionConfiguration function, TimeProvider time, FunctionHostOptions options, EnvironmentStart start, ProcessSlots? slots,
    CancellationToken hostEnds)
{
    // What Lambda gives the init phase; one that takes longer starts again inside the invocation and counts against its timeout.
    // See https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib.
    private static readonly TimeSpan InitLimit = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();

    // The end is the one used last.
    private readonly List<FunctionEnvironment> _idle = [];
    private readonly HashSet<FunctionEnvironment> _processes = [];
    private readonly LinkedList<TaskCompletionSource<FunctionEnvironment?>> _waiting = new();
    private readonly int _limit = Math.Max(1, function.ReservedConcurrency ?? options.EnvironmentsPerFunction);
    private int _live;
    private bool _isClosed;

    /// <summary>Whether its environments are in this process.</summary>
    public bool IsHere => slots is null;

    /// <summary>When the longest idle environment fell idle; the greatest number where none is.</summary>
    public long IdleSince
    {
        get
        {
            lock (_lock)
                return _idle.Count > 0 ? _idle[0].IdleSince : long.MaxValue;
        }
    }

    /// <summary>The name of an environment's log stream, as Lambda forms it.</summary>
    public static string LogStreamName(TimeProvider time, InvocationOptions firstRequest) =>
        time.GetUtcNow().ToString("yyyy'/'MM'/'dd", CultureInfo.InvariantCulture)
        + "/[$LATEST]" + firstRequest.RequestId.Replace("-", "", StringComparison.Ordinal);

    /// <summary>Runs the handler once, in turn where all environments are busy. Whatever goes wrong is in the result.</summary>
    public Task<InvocationResult> InvokeAsync(
        ReadOnlyMemory<byte> payload, InvocationOptions request, InvocationLog log, CancellationToken cancellation)
    {
        FunctionEnvironment? environment;
        LinkedListNode<TaskCompletionSource<FunctionEnvironment?>>? turn = null;
        lock (_lock)
        {
            environment = TakeIdle();
            if (environment is null)
            {
                if (_live < _limit)
                    _live++;
                else if (_waiting.Count >= options.MaximumWaiting)
                    return Task.FromResult(InvocationErrors.Throttled);
                else
                    turn = _waiting.AddLast(new TaskCompletionSource<FunctionEnvironment?>(TaskCreationOptions.RunContinuationsAsynchronously));
            }
        }

        return environment is not null
            ? environment.RunAsync(payload, request, log)
            : InvokeLaterAsync(turn, payload, request, log, cancellation);
    }

    /// <summary>Lets go of what is idle now and of the rest as it falls idle.</summary>
    /// <param name="atOnce">Whether processes are ended though an invocation runs in them, and waited for.</param>
    public async ValueTask CloseAsync(bool atOnce)
    {
        List<FunctionEnvironment> idle;
        List<FunctionEnvironment> processes;
        lock (_lock)
        {
            _isClosed = true;
            idle = [.. _idle];
            _idle.Clear();
            _live -= idle.Count;
            processes = atOnce ? [.. _processes] : [];
        }

        foreach (var environment in idle.Union(processes))
            environment.Unload();
        slots?.Part(this);
        if (!atOnce)
            return;
        await Task.WhenAll(processes.Select(process => process.Ended)).ConfigureAwait(false);
    }

    /// <summary>An invocation has ended; the environment is free if it is sound, else done with.</summary>
    public void Leave(FunctionEnvironment environment, bool isSound)
    {
        lock (_lock)
        {
            // Where processes are scarce each is passed on after one invocation, so that no function keeps others waiting.
            if (isSound && !_isClosed && slots?.AreWantedByOthersThan(this) != true)
            {
                // Whoever has meanwhile given up is passed over.
                while (_waiting.First is { } next)
                {
                    _waiting.RemoveFirst();
                    if (next.Value.TrySetResult(environment))
                        return;
                }

                if (slots?.TryHand(this, environment) == true)
                    return;
                environment.IdleSince = time.GetTimestamp();
                _idle.Add(environment);
                return;
            }
        }

        environment.Unload();
        GiveUpPlace();
    }

    /// <summary>A process was started for an environment of this pool.</summary>
    public void Add(FunctionEnvironment process)
    {
        lock (_lock)
            _processes.Add(process);
    }

    /// <summary>A process has ended.</summary>
    public void Remove(FunctionEnvironment process)
    {
        lock (_lock)
            _processes.Remove(process);
        Drop(process);
        ReleaseSlot();
    }

    /// <summary>Forgets an environment that nobody may use any more. While it is idle nobody else would notice.</summary>
    public void Drop(FunctionEnvironment environment)
    {
        bool wasIdle;
        lock (_lock)
            wasIdle = _idle.Remove(environment);
        if (wasIdle)
            GiveUpPlace();
    }

    /// <summary>A place taken for a process is free.</summary>
    public void ReleaseSlot() => slots?.Release();

    /// <summary>Lets one idle environment end so that its place is free for another function.</summary>
    public bool LetGoOfOneIdle() => LetGo(time.GetTimestamp(), 1) > 0;

    /// <summary>Lets go of environments that have been idle since a time.</summary>
    public void LetGoOfIdle(TimeSpan lifetime)
    {
        var oldest = time.GetTimestamp() - (long)(lifetime.TotalSeconds * time.TimestampFrequency);
        LetGo(oldest, int.MaxValue);
    }

    private int LetGo(long idleSince, int most)
    {
        List<FunctionEnvironment> unwanted;
        lock (_lock)
        {
            unwanted = [.. _idle.TakeWhile(environment => environment.IdleSince <= idleSince).Take(most)];
            _idle.RemoveRange(0, unwanted.Count);
            _live -= unwanted.Count;
        }

        foreach (var environment in unwanted)
            environment.Unload();
        return unwanted.Count;
    }

    // The lock is held.
    private FunctionEnvironment? TakeIdle()
    {
        while (_idle.Count > 0)
        {
            var environment = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
            if (environment.IsAlive)
                return environment;
            _live--;
        }

        return null;
    }

    // In turn, or in a place where an environment is yet to be made.
    private async Task<InvocationResult> InvokeLaterAsync(
        LinkedListNode<TaskCompletionSource<FunctionEnvironment?>>? turn, ReadOnlyMemory<byte> payload, InvocationOptions request,
        InvocationLog log, CancellationToken cancellation)
    {
        var environment = turn is null ? null : await WaitAsync(turn, cancellation).ConfigureAwait(false);
        if (environment is null)
        {
            try
            {
                environment = await StartAsync(request, log, cancellation).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                GiveUpPlace();
                if (exception is OperationCanceledException && cancellation.IsCancellationRequested)
                    throw;
                return exception is TimeoutException
                    ? InvocationErrors.TimedOut(function, request, log.Text)
                    : InvocationErrors.NotRun(exception, log.Text);
            }
        }

        return await environment.RunAsync(payload, request, log).ConfigureAwait(false);
    }

    private async Task<FunctionEnvironment> StartAsync(InvocationOptions request, InvocationLog log, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(hostEnds);
        if (slots is not null)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, cancellation);
            if (await slots.TakeAsync(this, either.Token).ConfigureAwait(false) is { } handed)
            {
                GiveUpPlace();
                return handed;
            }
        }

        // Its time runs before it does: what it does at once is part of it.
        using var timeUp = new CancellationTokenSource(options.TimeoutsStandStill ? Timeout.InfiniteTimeSpan : InitLimit + function.Timeout, time);
        var starting = start(this, request, log, stop.Token);
        try
        {
            return await starting.WaitAsync(timeUp.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeUp.IsCancellationRequested)
        {
            await stop.CancelAsync().ConfigureAwait(false);
            _ = UnloadLaterAsync(starting);
            throw new TimeoutException();
        }
        catch (TimeoutException exception)
        {
            // The handler's own, from its constructor.
            throw new InitException(nameof(TimeoutException), FunctionErrorJson.Of(exception));
        }
    }

    private static async Task UnloadLaterAsync(Task<FunctionEnvironment> starting)
    {
        await ((Task)starting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (starting.IsCompletedSuccessfully)
            starting.Result.Unload();
    }

    private async Task<FunctionEnvironment?> WaitAsync(
        LinkedListNode<TaskCompletionSource<FunctionEnvironment?>> turn, CancellationToken cancellation)
    {
        try
        {
            using var registration = cancellation.UnsafeRegister(
                static (state, token) => ((TaskCompletionSource<FunctionEnvironment?>)state!).TrySetCanceled(token), turn.Value);
            return await turn.Value.Task.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
            {
                if (turn.List is not null)
                    _waiting.Remove(turn);
            }

            throw;
        }
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
