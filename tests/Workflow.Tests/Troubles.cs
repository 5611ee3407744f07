using Stateside.Engine.Tasks;

namespace Stateside.Workflow.Tests;

/// <summary>Lambda's passing troubles, one for each error name that the workflow retries.</summary>
internal static class Troubles
{
    public static readonly ServiceError Service = new("ServiceException", "Service exception.", 500, "r-1");

    /// <summary>A code that the SDK has no class for becomes Lambda.AWSLambdaException.</summary>
    public static readonly ServiceError Unnamed = new("ServiceUnavailable", "Try again.", 503, "r-2");

    /// <summary>The request reached nobody: Lambda.SdkClientException.</summary>
    public static readonly ServiceError Unsent = new("SdkClientException", "Unable to execute HTTP request: connection reset", 0, null);

    public static readonly ServiceError Throttled = new("TooManyRequestsException", "Rate Exceeded.", 429, "r-3");

    public static readonly ServiceError[] All = [Service, Unnamed, Unsent, Throttled];
}
