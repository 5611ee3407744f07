using System.Collections.Concurrent;
using Stateside.Engine.Functions.InProcess;
using Stateside.Engine.Functions.Processes;

namespace Stateside.Engine.Functions.Hosting;

/// <summary>
/// Runs Lambda functions as Lambda runs them: C# handlers in this process, so that a breakpoint in a handler stops. It builds what is
/// stale, loads it, keeps environments warm, and starts processes of its own, over Lambda's runtime API, for what cannot share this
/// one: executable assemblies, other languages, handlers for a newer .NET, a function whose environment variables contradict those of
/// another; and for every function where it is told to isolate them. A handler's fault is a result, never an exception.
/// </summary>
/// <remarks>
/// In this process a handler sees the union of all functions' variables; those that Lambda gives each function, such as
/// AWS_LAMBDA_FUNCTION_NAME, are of the function that began last (<see cref="CurrentFunction"/>).
/// An exception on a thread that a handler started ends its invocation and its environment. What ends this process all the same is
/// Environment.Exit, a stack overflow and the memory's end; and a handler that hangs past its timeout keeps its thread, since .NET
/// cannot stop one. <see cref="FunctionHostOptions.Isolate"/> keeps all of these to a process of the handler's own.
/// </remarks>
internal sealed class FunctionHost : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly FunctionHostOptions _options;
    private readonly FunctionCode _code;
    private readonly VariableClaims _variables;
    private readonly ConcurrentDictionary<string, Entry> _entries = new();
    private readonly SemaphoreSlim _preparing = new(1, 1);
    private readonly ProcessSlots _slots;
    private readonly CancellationTokenSource _ending = new();
    private readonly ITimer _sweep;
    private int _invocations;

    /// <summary>A host without functions yet; each is prepared when it is first invoked or asked for.</summary>
    /// <param name="time">The real clock: handlers take no virtual time.</param>
    /// <param name="options">How it works.</param>
    public FunctionHost(TimeProvider time, FunctionHostOptions options)
    {
        _time = time;

        // Before the console is captured, which is to lead there too.
        _options = options = options.OwnsProcess ? options with { StandardOutput = StandardOutputPipe.Open() } : options;
        _variables = new VariableClaims(options.Surroundings);
        _code = new FunctionCode(options, time);
        _slots = new ProcessSlots(Math.Max(1, options.MaximumProcesses));
        _sweep = time.CreateTimer(
            static state => ((FunctionHost)state!).LetGoOfIdle(), this, options.IdleLifetime / 2, options.IdleLifetime / 2);
        ConsoleCapture.Install();
        StrayExceptions.Install();
    }

    /// <summary>Whether functions of a runtime can be run, if what runs them is installed.</summary>
    public static bool IsKnown(string runtime) => ProcessRuntimes.IsKnown(runtime);

    /// <summary>Whether code of a runtime may stand in a template.</summary>
    public static bool MayStandInTemplate(string runtime) => ProcessRuntimes.InlineFile(runtime) is not null;

    /// <summary>Whether a debugger is attached and timeouts therefore stand still, which is worth a line to the user.</summary>
    public bool TimeoutsStandStill => _options.TimeoutsStandStill;

    /// <summary>
    /// Builds and copies what the functions need, in order, so that of two functions that contradict each other the later one gets a
    /// process of its own. Called again after code or configuration changed, it replaces the environments concerned; invocations
    /// that run are left to end. What fails here fails again, as a result, when the function is invoked.
    /// </summary>
    /// <returns>The functions that cannot run, each with the reason.</returns>
    public async Task<IReadOnlyList<(FunctionConfiguration Function, string Problem)>> PrepareAsync(
        IEnumerable<FunctionConfiguration> functions, CancellationToken cancellation = default)
    {
        var problems = new List<(FunctionConfiguration, string)>();
        foreach (var function in functions)
        {
            try
            {
                await GetAsync(function, refresh: true, cancellation).ConfigureAwait(false);
            }
            catch (FunctionException exception)
            {
                problems.Add((function, exception.Message));
            }
        }

        return problems;
    }

    /// <summary>The folder that a function's code was loaded from, another one after its code changed.</summary>
    /// <returns>The folder; null while nothing asked for the function.</returns>
    public string? LoadedFrom(string name) => _entries.TryGetValue(name, out var entry) ? entry.Code : null;

    /// <summary>Whether a function's handler runs in this process, as far as is known before it first does.</summary>
    public bool RunsHere(FunctionConfiguration function) =>
        _entries.TryGetValue(function.Name, out var entry) ? entry.Pool.IsHere : !_options.Isolate && ProcessRuntimes.IsMethod(function);

    /// <summary>Where a change means other code for a function: the folders of its projects, its build output, or its zip.</summary>
    /// <returns>Full paths.</returns>
    public static IReadOnlyCollection<string> SourcesOf(FunctionConfiguration function) => FunctionCode.Sources(function);

    /// <summary>
    /// Invokes a function once and waits for it; when all its environments are busy, in turn. Where too many wait already the result
    /// says that it is throttled.
    /// </summary>
    /// <param name="function">The function. Pass the same object for the same function: comparing another costs time.</param>
    /// <param name="payload">The event, JSON in UTF-8. It must not change until the result is there.</param>
    /// <param name="options">What the caller says.</param>
    /// <param name="cancellation">Stops waiting. As on Lambda, a handler that has begun runs on.</param>
    /// <returns>The handler's result or error.</returns>
    public Task<InvocationResult> InvokeAsync(
        FunctionConfiguration function, ReadOnlyMemory<byte> payload, InvocationOptions options, CancellationToken cancellation = default)
    {
        if (function.ReservedConcurrency == 0 || Volatile.Read(ref _invocations) >= _options.MaximumInvocations)
            return Task.FromResult(InvocationErrors.Throttled);
        Interlocked.Increment(ref _invocations);
        var log = new InvocationLog(_time, function, options.RequestId, _options.LogLine) { AwsAddress = _options.AwsAddress };
        var invocation = CountAsync(TryGet(function) is { } pool
            ? pool.InvokeAsync(payload, options, log, cancellation)
            : PrepareAndInvokeAsync(function, payload, options, log, cancellation));
        return cancellation.CanBeCanceled ? invocation.WaitAsync(cancellation) : invocation;
    }

    /// <summary>Unloads idle environments, ends handler processes, and lets what runs in this process come to its end.</summary>
    public async ValueTask DisposeAsync()
    {
        await _sweep.DisposeAsync().ConfigureAwait(false);
        await _ending.CancelAsync().ConfigureAwait(false);
        await _preparing.WaitAsync().ConfigureAwait(false);
        foreach (var name in _entries.Keys)
            await RemoveAsync(name, atOnce: true).ConfigureAwait(false);
        CurrentFunction.Leave();
        _code.Dispose();
        _preparing.Dispose();
        _ending.Dispose();
    }

    private async Task<InvocationResult> CountAsync(Task<InvocationResult> invocation)
    {
        try
        {
            return await invocation.ConfigureAwait(false);
        }
        finally
        {
            Interlocked.Decrement(ref _invocations);
        }
    }

    private void LetGoOfIdle()
    {
        foreach (var entry in _entries.Values)
            entry.Pool.LetGoOfIdle(_options.IdleLifetime);
    }

    private async Task<InvocationResult> PrepareAndInvokeAsync(
        FunctionConfiguration function, ReadOnlyMemory<byte> payload, InvocationOptions options, InvocationLog log,
        CancellationToken cancellation)
    {
        // What looks at files and builds is not the caller's to wait for.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        EnvironmentPool pool;
        try
        {
            pool = await GetAsync(function, refresh: false, cancellation).ConfigureAwait(false);
        }
        catch (FunctionException exception)
        {
            return InvocationErrors.NotRun(exception, log.Text);
        }

        return await pool.InvokeAsync(payload, options, log, cancellation).ConfigureAwait(false);
    }

    private EnvironmentPool? TryGet(FunctionConfiguration function) =>
        _entries.TryGetValue(function.Name, out var entry) && entry.Function.Equals(function) ? entry.Pool : null;

    // One at a time: of functions that share a project the first builds it and the others find it built.
    private async Task<EnvironmentPool> GetAsync(FunctionConfiguration function, bool refresh, CancellationToken cancellation)
    {
        await _preparing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!refresh && TryGet(function) is { } ready)
                return ready;
            var code = await _code.FindAsync(function, cancellation).ConfigureAwait(false);
            if (_entries.TryGetValue(function.Name, out var entry) && entry.Function.Equals(function) && entry.Code == code)
                return entry.Pool;
            await RemoveAsync(function.Name).ConfigureAwait(false);
            var pool = NewPool(function, code);
            _entries[function.Name] = new Entry(function, code, pool);
            return pool;
        }
        finally
        {
            _preparing.Release();
        }
    }

    private EnvironmentPool NewPool(FunctionConfiguration function, string folder)
    {
        if (WhyProcess(function, folder) is not { } reason)
        {
            return new EnvironmentPool(function, _time, _options, slots: null, hostEnds: default, start: (pool, request, log, _) => Task.Factory.StartNew<FunctionEnvironment>(
                () => Load(function, folder, pool, request, log),
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        }

        var command = ProcessRuntimes.Find(function, folder, _options, _variables.ForProcess);
        if (reason.Length > 0)
            _options.Progress($"{function.Name} runs in a process of its own: {reason}");
        if (_options.AwsAddress is not null && !ProcessRuntimes.IsMethod(function) && OldSdks.Find(folder) is var (sdk, remedy))
            _options.Progress($"{function.Name} has {sdk.TrimEnd()}, which does not know AWS_ENDPOINT_URL: it asks AWS itself, with a key that is nobody's. Use {remedy}.");
        var pool = new EnvironmentPool(function, _time, _options, slots: _slots, hostEnds: _ending.Token, start: (pool, request, log, cancellation) =>
            ProcessEnvironment.StartAsync(function, command, _time, _options, pool, request, log, cancellation));
        _slots.Join(pool);
        return pool;
    }

    // Constructors may take their time, and the first look at the handler compiles it, so it has a thread of its own.
    private HandlerEnvironment Load(
        FunctionConfiguration function, string folder, EnvironmentPool pool, InvocationOptions request, InvocationLog log)
    {
        ConsoleCapture.Current = log;
        AwsProxy.Install(_options);
        _options.StandardOutput?.Begin(log);
        try
        {
            return HandlerEnvironment.Load(function, folder, _time, _options, EnvironmentPool.LogStreamName(_time, request), pool);
        }
        finally
        {
            _options.StandardOutput?.End(log);
        }
    }

    // Null where it runs in this process; empty where it goes without saying.
    private string? WhyProcess(FunctionConfiguration function, string folder)
    {
        if (_options.Isolate)
            return "";
        const string Debugging = "Breakpoints there need a debugger attached to that process.";
        if (!ProcessRuntimes.IsMethod(function))
            return ProcessRuntimes.IsProgram(function) ? "it is an executable assembly. " + Debugging : $"its runtime is {function.Runtime}.";
        if (ProcessRuntimes.NewerFramework(function, folder) is { } newer)
            return $"it is built for .NET {newer.ToString(2)}, newer than the {Environment.Version.ToString(2)} that runs here. {Debugging}";
        return _variables.Take(function) is { } clash ? $"its {clash.Name} differs from that of {clash.Holder}. {Debugging}" : null;
    }

    private async Task RemoveAsync(string name, bool atOnce = false)
    {
        if (!_entries.TryRemove(name, out var entry))
            return;
        await entry.Pool.CloseAsync(atOnce).ConfigureAwait(false);
        _variables.Release(name);
    }

    private sealed record Entry(FunctionConfiguration Function, string Code, EnvironmentPool Pool);
}
