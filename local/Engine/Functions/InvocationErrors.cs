using System.Globalization;

namespace Stateside.Engine.Functions;

/// <summary>The results of invocations that do not end by the handler's own doing, in Lambda's words.</summary>
internal static class InvocationErrors
{
    // See https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 6 MB, and some bytes for the envelope.
    public const int MaximumResult = 6_291_556;

    /// <summary>The name of the error of a process that ended, as the others begin with what they are about.</summary>
    public const string ExitError = "Runtime.ExitError";

    /// <summary>The name of the error of a process that was killed for the memory it took.</summary>
    public const string OutOfMemory = "Runtime.OutOfMemory";

    /// <summary>The function is not run now because too many invocations run or wait already.</summary>
    public static InvocationResult Throttled { get; } = new() { Payload = ReadOnlyMemory<byte>.Empty, IsThrottled = true };

    /// <summary>The handler could not be made ready.</summary>
    public static InvocationResult NotRun(Exception exception, string log) => exception switch
    {
        InitException init => Of(init.ErrorType, init.Payload, log),
        FunctionException known => Of(known.ErrorType, FunctionErrorJson.Of(known.ErrorType, known.Message), log),
        _ => Of(exception.GetType().Name, FunctionErrorJson.Of(exception), log),
    };

    /// <summary>The invocation took longer than its function may.</summary>
    public static InvocationResult TimedOut(FunctionConfiguration function, InvocationOptions request, string log)
    {
        const string Name = "Sandbox.Timedout";
        var seconds = function.Timeout.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture);
        return Of(Name, FunctionErrorJson.Of(Name, $"RequestId: {request.RequestId} Error: Task timed out after {seconds} seconds"), log);
    }

    /// <summary>The process that ran the handler has ended.</summary>
    public static InvocationResult Exited(string errorType, string reason, InvocationOptions request, string log) =>
        Of(errorType, ExitJson(errorType, reason, request.RequestId), log);

    /// <summary>What Lambda says of a process that has ended.</summary>
    public static byte[] ExitJson(string errorType, string reason, string requestId) =>
        FunctionErrorJson.Of(errorType, $"RequestId: {requestId} Error: {reason}");

    /// <summary>The result is larger than Lambda passes on.</summary>
    public static InvocationResult TooLarge(long length, string log)
    {
        const string Name = "Function.ResponseSizeTooLarge";
        var message = $"Response payload size ({length} bytes) exceeded maximum allowed payload size ({MaximumResult} bytes).";
        return Of(Name, FunctionErrorJson.Of(Name, message), log);
    }

    /// <summary>Any error with the payload that describes it.</summary>
    public static InvocationResult Of(string errorType, ReadOnlyMemory<byte> payload, string log) =>
        new() { Payload = payload, FunctionError = "Unhandled", ErrorType = errorType, Log = log };
}
