using Stateside.Engine.Execution;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks;

/// <summary>A service refused a request, or could not be reached.</summary>
/// <param name="Code">The service's error code, such as ResourceNotFoundException.</param>
/// <param name="Message">What it says; empty where the answer had no body, as that of a HEAD.</param>
/// <param name="StatusCode">The HTTP status; 0 when no service answered.</param>
/// <param name="RequestId">The request's id; null when no service answered.</param>
internal sealed record ServiceError(string Code, string Message, int StatusCode, string? RequestId)
{
    /// <summary>The code of the service's older query protocol where it has one; optimized integrations tell this one.</summary>
    internal string? QueryCode { get; init; }

    /// <summary>What the service adds to code and message, by the names of its API, such as DynamoDB's CancellationReasons.</summary>
    internal JsonObject Details { get; init; } = JsonObject.Empty;

    /// <summary>S3's second id of the request.</summary>
    internal string? ExtendedRequestId { get; init; }

    /// <summary>The code of a request that reached no service.</summary>
    internal const string NotSent = "SdkClientException";

    /// <summary>The code of an answer that was not read because it is too long.</summary>
    internal const string TooLong = "TooLong";

    /// <summary>The request reached no service.</summary>
    internal static ServiceError Unreachable(string message) => new(NotSent, $"Unable to execute HTTP request: {message}", 0, null);

    /// <summary>The cause in the words of an optimized integration, which speaks through the first AWS SDK for Java.</summary>
    /// <param name="service">The service as that SDK calls it, such as AWSLambda.</param>
    internal string OptimizedCause(string service) => StatusCode == 0
        ? Message
        : $"{(Message.Length == 0 ? "null" : Message)} "
            + $"(Service: {service}; Status Code: {StatusCode}; Error Code: {QueryCode ?? Code}; Request ID: {RequestId}; Proxy: null)";

    /// <summary>
    /// The cause in the words of an aws-sdk integration, which speaks through the second AWS SDK for Java. That counts attempts since 2025;
    /// recordings of 2023 do not have the count. An error without a sentence, such as that of a HEAD, has its details twice.
    /// </summary>
    /// <param name="service">The service as that SDK calls it, such as DynamoDb.</param>
    /// <param name="count">How often the request was made.</param>
    internal string SdkCause(string service, int count = 1)
    {
        var attempts = $"(SDK Attempt Count: {count})";
        if (StatusCode == 0)
            return $"{Message} {attempts}";
        var extended = ExtendedRequestId is null ? "" : $", Extended Request ID: {ExtendedRequestId}";
        var details = $"(Service: {service}, Status Code: {StatusCode}, Request ID: {RequestId}{extended})";
        return Message.Length == 0 ? $"{details} {attempts} {details}" : $"{Message} {details} {attempts}";
    }
}

/// <summary>Makes failures of tasks, within the lengths that the service allows.</summary>
internal static class TaskFailures
{
    private const int MaxErrorLength = 256;
    private const int MaxCauseLength = 32_768;

    public static TaskOutcome.Failed Of(string? error, string? cause, TaskStage stage = TaskStage.Run) =>
        new(new TaskFailure(Cut(error, MaxErrorLength), Cut(cause, MaxCauseLength), stage));

    private static string? Cut(string? text, int length)
    {
        if (text is null || text.Length <= length)
            return text;
        return char.IsHighSurrogate(text[length - 1]) ? text[..(length - 1)] : text[..length];
    }
}
