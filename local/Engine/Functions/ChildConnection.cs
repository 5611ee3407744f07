using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Stateside.Engine.Functions;

/// <summary>A running handler process and what it still owes.</summary>
internal sealed class ChildConnection : IAsyncDisposable
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(2);

    private readonly Process _process;
    private readonly FunctionConfiguration _function;
    private readonly TimeProvider _time;
    private readonly FunctionHostOptions _options;
    private readonly Stream _input;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly ConcurrentDictionary<int, (TaskCompletionSource<InvocationResult> Completion, string RequestId)> _pending = new();
    private readonly Task _reading;
    private readonly Task _configured;
    private int _lastNumber;
    private int _exitCode;

    public ChildConnection(Process process, FunctionConfiguration function, string folder, TimeProvider time, FunctionHostOptions options)
    {
        _process = process;
        _function = function;
        _time = time;
        _options = options;
        _input = process.StandardInput.BaseStream;
        var configuration = new HandlerProcessWire.Configuration(
            function, folder, options.EnvironmentsPerFunction, options.TimeoutsWhileDebugging, options.LogLine is not null);
        _configured = HandlerProcessWire.WriteAsync(
            _input, _turn, HandlerProcessWire.Configure, 0,
            JsonSerializer.SerializeToUtf8Bytes(configuration, HandlerProcessJson.Default.Configuration));
        _reading = Task.Run(ReadAsync);
    }

    public bool HasEnded { get; private set; }

    public async Task<InvocationResult> InvokeAsync(ReadOnlyMemory<byte> payload, InvocationOptions options)
    {
        var number = Interlocked.Increment(ref _lastNumber);
        var completion = new TaskCompletionSource<InvocationResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[number] = (completion, options.RequestId);
        var request = new HandlerProcessWire.Request(options, payload.ToArray());
        try
        {
            await _configured.ConfigureAwait(false);
            await HandlerProcessWire.WriteAsync(
                _input, _turn, HandlerProcessWire.Invoke, number,
                JsonSerializer.SerializeToUtf8Bytes(request, HandlerProcessJson.Default.Request)).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The process has died; whoever reads its output says how.
        }

        if (HasEnded)
            FailPending();
        return await completion.Task.ConfigureAwait(false);
    }

    // The process ends with its input, once what runs has been given a moment.
    public async ValueTask DisposeAsync()
    {
        _input.Close();
        await Task.WhenAny(_reading, Task.Delay(Grace, _time)).ConfigureAwait(false);
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _reading.ConfigureAwait(false);
        _process.Dispose();
        _turn.Dispose();
    }

    private async Task ReadAsync()
    {
        var output = _process.StandardOutput.BaseStream;
        try
        {
            while (await HandlerProcessWire.ReadAsync(output).ConfigureAwait(false) is var (kind, number, body))
            {
                if (kind == HandlerProcessWire.LogLine)
                    _options.LogLine?.Invoke(_function.Name, Encoding.UTF8.GetString(body));
                else if (kind == HandlerProcessWire.Result && _pending.TryRemove(number, out var pending))
                    pending.Completion.TrySetResult(ResultOf(JsonSerializer.Deserialize(body, HandlerProcessJson.Default.Answer)!));
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException or JsonException)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync().ConfigureAwait(false);
        _exitCode = _process.ExitCode;
        HasEnded = true;
        FailPending();
    }

    private void FailPending()
    {
        foreach (var number in _pending.Keys)
        {
            if (!_pending.TryRemove(number, out var pending))
                continue;
            const string Name = "Runtime.ExitError";
            var message = $"RequestId: {pending.RequestId} Error: Runtime exited with error: exit status {_exitCode}";
            pending.Completion.TrySetResult(FunctionRunner.Error(Name, FunctionErrorJson.Of(Name, message), ""));
        }
    }

    private static InvocationResult ResultOf(HandlerProcessWire.Answer answer) => new()
    {
        Payload = answer.Payload,
        FunctionError = answer.FunctionError,
        ErrorType = answer.ErrorType,
        Log = answer.Log,
    };
}
