using System.Globalization;

namespace Stateside.Engine.Functions;

/// <summary>Where a function's invocations run: in this process or in one of its own.</summary>
internal abstract class FunctionRunner
{
    /// <summary>Runs the handler once. Whatever goes wrong in it is in the result.</summary>
    public abstract Task<InvocationResult> InvokeAsync(
        ReadOnlyMemory<byte> payload, InvocationOptions options, InvocationLog log, CancellationToken cancellation);

    /// <summary>Lets go of what is idle now and of the rest as it falls idle.</summary>
    public abstract ValueTask CloseAsync();

    /// <summary>The result of an invocation that failed before the handler ran.</summary>
    public static InvocationResult NotRun(Exception exception, string log) => exception is FunctionException known
        ? Error(known.ErrorType, FunctionErrorJson.Of(known.ErrorType, known.Message), log)
        : Error(exception.GetType().Name, FunctionErrorJson.Of(exception), log);

    /// <summary>The result of an invocation that took longer than its function may.</summary>
    public static InvocationResult TimedOut(FunctionConfiguration function, InvocationOptions request, string log)
    {
        const string Name = "Sandbox.Timedout";
        var seconds = function.Timeout.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);
        return Error(Name, FunctionErrorJson.Of(Name, $"RequestId: {request.RequestId} Error: Task timed out after {seconds} seconds"), log);
    }

    /// <summary>The result of an invocation that the service itself ended.</summary>
    public static InvocationResult Error(string errorType, byte[] payload, string log) =>
        new() { Payload = payload, FunctionError = "Unhandled", ErrorType = errorType, Log = log };
}
