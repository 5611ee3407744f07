using System.Collections.Concurrent;

namespace Stateside.Engine.Functions;

/// <summary>
/// Runs C# Lambda handlers as Lambda runs them, in this process, so that a breakpoint in a handler stops. It builds what is stale,
/// loads it, keeps environments warm, and starts a process of its own only for a function whose environment variables contradict
/// those of another. A handler's fault is a result, never an exception.
/// </summary>
/// <remarks>
/// In this process a handler sees the union of all functions' variables. The names that Lambda gives each function, such as
/// AWS_LAMBDA_FUNCTION_NAME, it finds in its ILambdaContext; only a function in a process of its own has them as variables too.
/// What would end a Lambda environment's process ends this one: Environment.Exit, a stack overflow, an exception on a thread that the
/// handler started. A handler that hangs past its timeout keeps its thread until it ends, since .NET cannot stop a thread.
/// </remarks>
public sealed class FunctionHost : IAsyncDisposable
{
    private readonly TimeProvider _time;
    private readonly FunctionHostOptions _options;
    private readonly FunctionCode _code;
    private readonly VariableClaims _variables = new();
    private readonly ConcurrentDictionary<string, Entry> _entries = new();
    private readonly SemaphoreSlim _preparing = new(1, 1);

    /// <summary>A host without functions yet; each is prepared when it is first invoked or asked for.</summary>
    /// <param name="time">The real clock: handlers take no virtual time.</param>
    /// <param name="options">How it works.</param>
    public FunctionHost(TimeProvider time, FunctionHostOptions options)
    {
        _time = time;
        _options = options;
        _code = new FunctionCode(options, time);
        ConsoleCapture.Install();
    }

    /// <summary>Whether a debugger is attached and timeouts therefore stand still, which is worth a line to the user.</summary>
    public bool TimeoutsStandStill => _options.TimeoutsStandStill;

    /// <summary>
    /// Builds and copies what the functions need, in order, so that of two functions that contradict each other the later one gets a
    /// process of its own. Called again after code or configuration changed, it replaces the environments concerned; invocations
    /// that run are left to end. What fails here fails again, as a result, when the function is invoked.
    /// </summary>
    /// <param name="functions">The functions.</param>
    /// <param name="cancellation">Stops waiting.</param>
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
    /// <param name="name">The function's name.</param>
    /// <returns>The folder; null while nothing asked for the function.</returns>
    public string? LoadedFrom(string name) => _entries.TryGetValue(name, out var entry) ? entry.Code : null;

    /// <summary>Where a change means other code for a function: the folders of its projects, its build output, or its zip.</summary>
    /// <param name="function">The function.</param>
    /// <returns>Full paths.</returns>
    public static IReadOnlyCollection<string> SourcesOf(FunctionConfiguration function) => FunctionCode.Sources(function);

    /// <summary>Invokes a function once and waits for it; when all its environments are busy, in turn.</summary>
    /// <param name="function">The function. Pass the same object for the same function: comparing another costs time.</param>
    /// <param name="payload">The event, JSON in UTF-8. It must not change until the result is there.</param>
    /// <param name="options">What the caller says.</param>
    /// <param name="cancellation">Stops waiting. As on Lambda, a handler that has begun runs on.</param>
    /// <returns>The handler's result or error.</returns>
    public Task<InvocationResult> InvokeAsync(
        FunctionConfiguration function, ReadOnlyMemory<byte> payload, InvocationOptions options, CancellationToken cancellation = default)
    {
        if (function.ReservedConcurrency == 0)
            return Task.FromResult(new InvocationResult { Payload = ReadOnlyMemory<byte>.Empty, IsThrottled = true });
        var log = new InvocationLog(_time, function, options.RequestId, _options.LogLine);
        var invocation = TryGet(function) is { } runner
            ? runner.InvokeAsync(payload, options, log, cancellation)
            : PrepareAndInvokeAsync(function, payload, options, log, cancellation);
        return cancellation.CanBeCanceled ? invocation.WaitAsync(cancellation) : invocation;
    }

    /// <summary>Forgets a function: its environments are unloaded as they fall idle, and the next invocation starts anew.</summary>
    /// <param name="name">The function's name.</param>
    /// <returns>A task that ends when idle environments are let go.</returns>
    public async Task DiscardAsync(string name)
    {
        await _preparing.WaitAsync().ConfigureAwait(false);
        try
        {
            await RemoveAsync(name).ConfigureAwait(false);
        }
        finally
        {
            _preparing.Release();
        }
    }

    /// <summary>Unloads idle environments, ends handler processes, and lets what runs come to its end.</summary>
    /// <returns>A task that ends when that is done.</returns>
    public async ValueTask DisposeAsync()
    {
        foreach (var name in _entries.Keys)
            await DiscardAsync(name).ConfigureAwait(false);
        _code.Dispose();
        _preparing.Dispose();
    }

    private async Task<InvocationResult> PrepareAndInvokeAsync(
        FunctionConfiguration function, ReadOnlyMemory<byte> payload, InvocationOptions options, InvocationLog log,
        CancellationToken cancellation)
    {
        FunctionRunner runner;
        try
        {
            runner = await GetAsync(function, refresh: false, cancellation).ConfigureAwait(false);
        }
        catch (FunctionException exception)
        {
            return FunctionRunner.NotRun(exception, log.Text);
        }

        return await runner.InvokeAsync(payload, options, log, cancellation).ConfigureAwait(false);
    }

    private FunctionRunner? TryGet(FunctionConfiguration function) =>
        _entries.TryGetValue(function.Name, out var entry) && entry.Function.Equals(function) ? entry.Runner : null;

    // One at a time: of functions that share a project the first builds it and the others find it built.
    private async Task<FunctionRunner> GetAsync(FunctionConfiguration function, bool refresh, CancellationToken cancellation)
    {
        await _preparing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (!refresh && TryGet(function) is { } ready)
                return ready;
            var code = await _code.FindAsync(function, cancellation).ConfigureAwait(false);
            if (_entries.TryGetValue(function.Name, out var entry) && entry.Function.Equals(function) && entry.Code == code)
                return entry.Runner;
            await RemoveAsync(function.Name).ConfigureAwait(false);
            var runner = NewRunner(function, code);
            _entries[function.Name] = new Entry(function, code, runner);
            return runner;
        }
        finally
        {
            _preparing.Release();
        }
    }

    private FunctionRunner NewRunner(FunctionConfiguration function, string folder)
    {
        if (_variables.Take(function) is not { } clash)
            return new EnvironmentPool(function, folder, _time, _options);
        _options.Progress(
            $"{function.Name} runs in a process of its own: its {clash.Name} differs from that of {clash.Holder}. Breakpoints there need "
            + "a debugger attached to that process.");
        return new ChildProcess(function, folder, _time, _options, _variables.Before());
    }

    private async Task RemoveAsync(string name)
    {
        if (!_entries.TryRemove(name, out var entry))
            return;
        await entry.Runner.CloseAsync().ConfigureAwait(false);
        _variables.Release(name);
    }

    private sealed record Entry(FunctionConfiguration Function, string Code, FunctionRunner Runner);
}
