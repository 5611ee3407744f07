using System.Text;

namespace Stateside.Engine.Functions;

/// <summary>What a caller says of one invocation.</summary>
/// <param name="RequestId">The id of the request, a UUID as on Lambda.</param>
internal sealed record InvocationOptions(string RequestId)
{
    /// <summary>What the mark is called in the X-Ray header.</summary>
    public const string MarkName = "Stateside";

    /// <summary>What the functions that led to an invocation are called in the X-Ray header.</summary>
    public const string LineageName = "Lineage";

    /// <summary>What the function is called there.</summary>
    public const string FunctionName = "StatesideFunction";

    /// <summary>The functions that led to an invocation, in the state of the trace that .NET's HttpClient tells.</summary>
    public const string LineageState = "stateside-lineage";

    /// <summary>The function, likewise.</summary>
    public const string FunctionState = "stateside-function";

    /// <summary>The X-Ray trace header, where there is one.</summary>
    public string? TraceId { get; init; }

    /// <summary>
    /// What its requests to AWS's services carry where several services of this process share an address, so that they reach that of the
    /// caller: 32 hexadecimal digits. In this process it is the trace that .NET's HttpClient tells, elsewhere a part of the X-Ray header,
    /// which AWS's SDKs pass on. Null where there is one service.
    /// </summary>
    public string? Mark { get; init; }

    /// <summary>The functions that led to it, with how often each was invoked; what it sends is to tell it on. Null where nobody asks.</summary>
    public string? Lineage { get; init; }

    /// <summary>The client context as JSON text, where the caller gave one.</summary>
    public string? ClientContext { get; init; }

    /// <summary>The ARN the caller used where it differs from the function's own, such as an alias.</summary>
    public string? InvokedArn { get; init; }

    /// <summary>When the invocation must have ended, where whoever asks for it keeps the time; else null.</summary>
    internal DateTimeOffset? Deadline { get; init; }
}

/// <summary>What came of one invocation, as the Invoke operation answers.</summary>
internal sealed record InvocationResult
{
    /// <summary>The handler's result as JSON, or the error's.</summary>
    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>Null where the handler returned, else Unhandled.</summary>
    public string? FunctionError { get; init; }

    /// <summary>The error's name where there is one: the type of the exception, or a name such as Sandbox.Timedout.</summary>
    public string? ErrorType { get; init; }

    /// <summary>The version that ran.</summary>
    public string ExecutedVersion { get; init; } = "$LATEST";

    /// <summary>What the handler wrote to the console and its logger, at most the last 256 KB.</summary>
    public string Log { get; init; } = "";

    /// <summary>
    /// Whether the function was not run at all because its reserved concurrency is 0 or too many invocations run or wait already; the
    /// caller answers with a throttling error.
    /// </summary>
    public bool IsThrottled { get; init; }

    /// <summary>The payload as text.</summary>
    public string PayloadText => Encoding.UTF8.GetString(Payload.Span);
}
