using System.Diagnostics;
using System.Runtime.InteropServices;
using Stateside.Engine.Functions.Processes;

namespace Stateside.Engine.Functions.InProcess;

/// <summary>
/// One invocation in one environment. Whichever comes first, the handler's end or the timeout, is its result; a handler that ends
/// after its timeout is not heard.
/// </summary>
internal sealed class Invocation(
    HandlerEnvironment environment, ReadOnlyMemory<byte> payload, InvocationOptions options, InvocationLog log) : IThreadPoolWorkItem
{
    private static readonly byte[] NullJson = "null"u8.ToArray();

    private readonly TaskCompletionSource<InvocationResult> _completion = new();
    private long _started = environment.Time.GetTimestamp();
    private int _ended;

    public HandlerEnvironment Environment => environment;

    public InvocationOptions Options => options;

    public InvocationLog Log => log;

    public Task<InvocationResult> Result => _completion.Task;

    public TimeSpan Elapsed => environment.Time.GetElapsedTime(_started);

    public TimeSpan RemainingTime => options.Deadline is { } deadline ? deadline - environment.Time.GetUtcNow()
        : environment.Options.TimeoutsStandStill
        ? environment.Function.Timeout
        : environment.Function.Timeout - Elapsed;

    /// <summary>Runs the handler on this thread, up to where it first waits.</summary>
    public void Execute()
    {
        _started = environment.Time.GetTimestamp();
        ConsoleCapture.Current = log;
        log.Environment = environment;
        var output = environment.Output;
        output.SetLength(0);
        Task? rest;

        // .NET's HttpClient tells it to whom the handler calls.
        using var mark = options.Mark is null && options.Lineage is null ? null : NewMark();
        try
        {
            environment.Show(options);
            environment.Options.StandardOutput?.Begin(log);
            var context = environment.Call.NewContext();
            context.Bind(this);
            rest = environment.Call.Invoke(NewInput(), context, output);
        }
        catch (Exception exception)
        {
            ConsoleCapture.Current = null;
            environment.NoteFirstPart(Elapsed);
            End(Failed(exception));
            return;
        }

        ConsoleCapture.Current = null;
        environment.NoteFirstPart(Elapsed);
        if (rest is null)
            End(Succeeded(output));
        else
            _ = EndAfterAsync(rest, output);
    }

    private Activity NewMark()
    {
        var trace = options.Mark is null ? ActivityTraceId.CreateRandom() : ActivityTraceId.CreateFromString(options.Mark);
        var mark = new Activity(nameof(Invocation)).SetParentId(trace, ActivitySpanId.CreateRandom());
        mark.TraceStateString = $"{InvocationOptions.FunctionState}={environment.Function.Name}"
            + (options.Lineage is null ? "" : $",{InvocationOptions.LineageState}={options.Lineage}");
        return mark.Start();
    }

    /// <summary>Ends the invocation as Lambda does when its time is up.</summary>
    public void TimeOut() =>
        End(InvocationErrors.TimedOut(environment.Function, options, Written()), isSound: false);

    /// <summary>Ends the invocation as Lambda does when the process that runs it has ended.</summary>
    public void Exit() =>
        End(InvocationErrors.Exited(InvocationErrors.ExitError, ProcessExit.Aborted, options, Written()), isSound: false);

    private async Task EndAfterAsync(Task rest, MemoryStream output)
    {
        InvocationResult result;
        try
        {
            await rest.ConfigureAwait(false);
            result = Succeeded(output);
        }
        catch (Exception exception)
        {
            result = Failed(exception);
        }

        End(result);
    }

    // The environment is free before the caller hears of the result, since the caller's next step runs right here.
    private void End(InvocationResult result, bool isSound = true)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return;
        environment.Leave(isSound && result.ErrorType != nameof(OutOfMemoryException));
        _completion.SetResult(result);
    }

    // All that it wrote, whatever way that took.
    private string Written()
    {
        environment.Options.StandardOutput?.End(log);
        return log.Text;
    }

    private MemoryStream NewInput() => MemoryMarshal.TryGetArray(payload, out var segment)
        ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
        : new MemoryStream(payload.ToArray(), writable: false);

    private InvocationResult Succeeded(MemoryStream output)
    {
        if (output.Length > InvocationErrors.MaximumResult)
            return InvocationErrors.TooLarge(output.Length, Written());

        // A handler that returns nothing gives the JSON null.
        return new InvocationResult { Payload = output.Length == 0 ? NullJson : output.ToArray(), Log = Written() };
    }

    private InvocationResult Failed(Exception exception) =>
        InvocationErrors.Of(exception.GetType().Name, FunctionErrorJson.Of(exception), Written());
}
