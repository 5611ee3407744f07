using System.ComponentModel;
using System.Diagnostics;

namespace Stateside.Engine.Functions.Processes;

/// <summary>
/// An environment in a process of its own, which speaks to Lambda's runtime API. It ends when its time or its memory is up, and what
/// it does to itself it does to nobody else.
/// </summary>
internal sealed class ProcessEnvironment : FunctionEnvironment
{
    // Often enough that a handler that allocates without end is caught long before the machine has none left.
    private static readonly TimeSpan MemoryPeriod = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LogGrace = TimeSpan.FromSeconds(1);

    private readonly FunctionConfiguration _function;
    private readonly ProcessCommand _command;
    private readonly TimeProvider _time;
    private readonly FunctionHostOptions _options;
    private readonly EnvironmentPool _pool;
    private readonly RuntimeApi _api;
    private readonly Process _process;
    private readonly ProcessOutput _output;
    private readonly ITimer _deadline;
    private readonly ITimer _memory;
    private readonly TaskCompletionSource<(string ErrorType, string Reason)> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource? _timeUp;
    private long _started;
    private volatile bool _isDone;
    private volatile bool _tookTooMuch;

    private ProcessEnvironment(
        FunctionConfiguration function, ProcessCommand command, TimeProvider time, FunctionHostOptions options, EnvironmentPool pool,
        RuntimeApi api, Process process, InvocationLog log)
    {
        _function = function;
        _command = command;
        _time = time;
        _options = options;
        _pool = pool;
        _api = api;
        _process = process;
        _output = new ProcessOutput(process.StandardOutput.BaseStream, process.StandardError.BaseStream, log);
        _deadline = time.CreateTimer(
            static state => ((ProcessEnvironment)state!).CheckTime(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _memory = time.CreateTimer(
            static state => ((ProcessEnvironment)state!).CheckMemory(), this, MemoryPeriod, MemoryPeriod);
        pool.Add(this);
        _ = WatchAsync();
    }

    public override bool IsAlive => !_isDone;

    public override Task Ended => _released.Task;

    private bool TimeoutsStandStill => _options.TimeoutsStandStill || (_api.IsDebugging && !_options.TimeoutsWhileDebugging);

    /// <summary>Starts the process and waits until it asks for its first invocation, which is Lambda's init phase.</summary>
    /// <param name="function">The function.</param>
    /// <param name="command">What to start.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">The host's options.</param>
    /// <param name="pool">The pool that it belongs to.</param>
    /// <param name="request">The request it is started for.</param>
    /// <param name="log">Where what it writes meanwhile goes.</param>
    /// <param name="cancellation">Kills it where it takes too long.</param>
    public static async Task<FunctionEnvironment> StartAsync(
        FunctionConfiguration function, ProcessCommand command, TimeProvider time, FunctionHostOptions options, EnvironmentPool pool,
        InvocationOptions request, InvocationLog log, CancellationToken cancellation)
    {
        var api = new RuntimeApi(command.IsOurs);
        Process process;
        try
        {
            process = Process.Start(command.NewStart(api, EnvironmentPool.LogStreamName(time, request)))!;
        }
        catch (Exception exception) when (exception is Win32Exception or IOException)
        {
            api.Dispose();
            pool.ReleaseSlot();
            throw new FunctionException(
                FunctionException.NoCode,
                $"The process for function {function.Name} could not be started: {exception.Message}. {command.Remedy}");
        }

        var environment = new ProcessEnvironment(function, command, time, options, pool, api, process, log);
        try
        {
            await Task.WhenAny(api.Ready, environment._ended.Task).WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            environment.Unload();
            throw;
        }

        if (api.Ready.IsCompletedSuccessfully && await api.Ready.ConfigureAwait(false) is null)
        {
            environment.Rest();
            return environment;
        }

        // What it says of itself counts for more than that it ends.
        environment.Unload();
        var (errorType, reason) = await environment._ended.Task.ConfigureAwait(false);
        throw api.Ready.IsCompletedSuccessfully && await api.Ready.ConfigureAwait(false) is { } error
            ? new InitException(error.ErrorType!, error.Payload)
            : new InitException(errorType, InvocationErrors.ExitJson(errorType, reason, request.RequestId));
    }

    public override async Task<InvocationResult> RunAsync(ReadOnlyMemory<byte> payload, InvocationOptions options, InvocationLog log)
    {
        _output.Use(log);
        var timeUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _started, _time.GetTimestamp());
        _timeUp = timeUp;
        _memory.Change(MemoryPeriod, MemoryPeriod);
        _deadline.Change(_function.Timeout, Timeout.InfiniteTimeSpan);
        var deadline = _time.GetUtcNow() + (TimeoutsStandStill ? TimeSpan.FromDays(1) : _function.Timeout);
        var answered = _api.InvokeAsync(payload, options, _function, deadline);
        await Task.WhenAny(answered, _ended.Task, timeUp.Task).ConfigureAwait(false);
        _timeUp = null;
        if (answered.IsCompletedSuccessfully)
        {
            await CompleteLogAsync(options.RequestId).ConfigureAwait(false);
            Rest();
            _pool.Leave(this, isSound: IsAlive);
            var answer = await answered.ConfigureAwait(false);
            return answer.Length > InvocationErrors.MaximumResult ? InvocationErrors.TooLarge(answer.Length, log.Text)
                : answer.ErrorType is { } type ? InvocationErrors.Of(type, answer.Payload, log.Text)
                : new InvocationResult { Payload = answer.Payload.Length == 0 ? "null"u8.ToArray() : answer.Payload, Log = log.Text };
        }

        InvocationResult result;
        if (_ended.Task.IsCompletedSuccessfully)
        {
            if (_api.TryTakeBack())
            {
                // It ended between invocations, which as on Lambda costs none of them.
                _pool.Leave(this, isSound: false);
                return await _pool.InvokeAsync(payload, options, log, CancellationToken.None).ConfigureAwait(false);
            }

            var (errorType, reason) = await _ended.Task.ConfigureAwait(false);
            result = InvocationErrors.Exited(errorType, reason, options, log.Text);
        }
        else
        {
            result = InvocationErrors.TimedOut(_function, options, log.Text);
        }

        _pool.Leave(this, isSound: false);
        return result;
    }

    public override void Unload()
    {
        _isDone = true;
        Kill();
    }

    // Nothing is looked at while nothing runs.
    private void Rest()
    {
        _deadline.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _memory.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    // Other runtimes leave no mark; by the time they ask again, what they wrote before has mostly been read.
    private async Task CompleteLogAsync(string requestId)
    {
        var complete = _command.IsOurs ? _output.MarkedAsync(requestId) : _api.Asked;
        if (complete.IsCompleted)
            return;
        try
        {
            await Task.WhenAny(complete, _ended.Task).WaitAsync(LogGrace, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // A handler may have closed its standard output.
        }
    }

    private void CheckTime()
    {
        if (_timeUp is not { } timeUp)
            return;

        // It may have been due for the invocation before.
        var remaining = _function.Timeout - _time.GetElapsedTime(Volatile.Read(ref _started));
        if (TimeoutsStandStill)
            _deadline.Change(_function.Timeout, Timeout.InfiniteTimeSpan);
        else if (remaining > TimeSpan.Zero)
            _deadline.Change(remaining, Timeout.InfiniteTimeSpan);
        else
            timeUp.TrySetResult();
    }

    private void CheckMemory()
    {
        try
        {
            _process.Refresh();
            if (_process.WorkingSet64 <= (long)_function.MemorySize << 20)
                return;
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or NotSupportedException)
        {
            // It has ended, or this system does not tell.
            return;
        }

        _tookTooMuch = true;
        Unload();
    }

    private void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception exception) when (exception is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended already.
        }
    }

    // The process leaves them open. A stream that somebody it left behind still writes to is read on.
    private void CloseStreams()
    {
        try
        {
            _process.StandardInput.Dispose();
        }
        catch (IOException)
        {
            // Nobody reads it any more.
        }

        if (!_output.Ended.IsCompleted)
            return;
        _process.StandardOutput.Dispose();
        _process.StandardError.Dispose();
    }

    // .NET puts files for debuggers into the temporary folder and removes them at its end, but not when it is killed.
    private static void RemoveLeftovers(int processId)
    {
        if (OperatingSystem.IsWindows())
            return;
        string[] patterns = [$"clr-debug-pipe-{processId}-*", $"dotnet-diagnostic-{processId}-*"];
        foreach (var pattern in patterns)
        {
            try
            {
                foreach (var file in Directory.GetFiles(Path.GetTempPath(), pattern))
                    File.Delete(file);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // They do no harm.
            }
        }
    }

    private async Task WatchAsync()
    {
        var id = _process.Id;
        await _process.WaitForExitAsync().ConfigureAwait(false);
        _isDone = true;
        _deadline.Dispose();
        _memory.Dispose();
        var exit = _tookTooMuch
            ? (InvocationErrors.OutOfMemory, ProcessExit.Killed)
            : (InvocationErrors.ExitError, ProcessExit.Reason(_process.ExitCode));
        try
        {
            // What it wrote last tells why it ended. A process that it left behind may hold the streams open.
            await _output.Ended.WaitAsync(LogGrace, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
        }

        RemoveLeftovers(id);
        _ended.TrySetResult(exit);
        _pool.Remove(this);
        _api.Dispose();
        CloseStreams();
        _process.Dispose();
        _released.TrySetResult();
    }
}
