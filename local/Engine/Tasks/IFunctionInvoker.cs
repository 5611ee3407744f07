namespace Stateside.Engine.Tasks;

/// <summary>How an invocation is to go.</summary>
internal enum FunctionInvocationType
{
    /// <summary>Waits for the function's result.</summary>
    RequestResponse,

    /// <summary>Has it run later and waits for nothing.</summary>
    Event,

    /// <summary>Only asks whether it could be invoked.</summary>
    DryRun,
}

/// <summary>
/// Invokes Lambda functions: in this process (<see cref="TemplateFunctions"/>) or over HTTP (<see cref="HttpFunctions"/>).
/// See https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html.
/// </summary>
internal interface IFunctionInvoker
{
    /// <summary>Whether <see cref="InvokeAsync"/> gives its thread back at once: what takes time happens on others.</summary>
    bool IsPrompt => false;

    /// <summary>Invokes a function once.</summary>
    /// <param name="request">Which function, and what to send.</param>
    /// <param name="cancellationToken">Fires when nobody waits for the answer any more.</param>
    /// <returns>The answer, also where the function failed; or that the service refused.</returns>
    ValueTask<FunctionResponse> InvokeAsync(FunctionRequest request, CancellationToken cancellationToken);
}

/// <summary>One request to invoke a function.</summary>
/// <param name="FunctionName">The function as it was named: a name, a partial ARN or an ARN, each with or without a version or alias.</param>
/// <param name="Payload">What to send, JSON in UTF-8. It must not change until the answer is there.</param>
/// <param name="RequestId">The id the request has where no service gives it another, a UUID.</param>
internal sealed record FunctionRequest(string FunctionName, ReadOnlyMemory<byte> Payload, string RequestId)
{
    /// <summary>The version or alias where it does not stand in the name.</summary>
    public string? Qualifier { get; init; }

    /// <summary>How the invocation is to go.</summary>
    public FunctionInvocationType InvocationType { get; init; }

    /// <summary>Data about the caller: JSON in base 64.</summary>
    public string? ClientContext { get; init; }

    /// <summary>Whether to answer with the end of the function's log (LogType Tail).</summary>
    public bool WantsLog { get; init; }

    /// <summary>The X-Ray trace header, where there is one.</summary>
    public string? TraceHeader { get; init; }

    /// <summary>The functions that led to the invocation; null where none did, or nobody asks.</summary>
    public string? Lineage { get; init; }

    /// <summary>Which attempt of which execution asks; null where none does.</summary>
    public FunctionCaller? Caller { get; init; }
}

/// <summary>The attempt that an invocation belongs to.</summary>
/// <param name="ExecutionArn">The execution.</param>
/// <param name="StateName">The state.</param>
/// <param name="ScheduledAfter">The number of the event that the attempt's scheduled event points at.</param>
internal sealed record FunctionCaller(string ExecutionArn, string StateName, long ScheduledAfter)
{
    /// <summary>What is noted while the function runs in this process; 0 for nothing.</summary>
    public long KeyUnderWay { get; init; }
}

/// <summary>What came of a request to invoke a function.</summary>
internal abstract record FunctionResponse
{
    private FunctionResponse()
    {
    }

    /// <summary>The function was invoked; it may have failed.</summary>
    /// <param name="StatusCode">The HTTP status: 200, 202 for an event, 204 for a dry run.</param>
    /// <param name="Payload">The function's result or error as it gave it, usually JSON in UTF-8.</param>
    /// <param name="RequestId">The request's id.</param>
    public sealed record Answered(int StatusCode, ReadOnlyMemory<byte> Payload, string RequestId) : FunctionResponse
    {
        /// <summary>Handled or Unhandled where the function failed, else null.</summary>
        public string? FunctionError { get; init; }

        /// <summary>The version that ran; null where none was waited for.</summary>
        public string? ExecutedVersion { get; init; }

        /// <summary>The end of the function's log in base 64, where it was asked for.</summary>
        public string? LogResult { get; init; }

        /// <summary>The answer's HTTP headers.</summary>
        public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];
    }

    /// <summary>The function was not invoked.</summary>
    public sealed record Refused(ServiceError Error) : FunctionResponse;
}
