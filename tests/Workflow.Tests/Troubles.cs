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

    /// <summary>A trouble that does not pass.</summary>
    public static readonly ServiceError Denied = new("AccessDeniedException", "You may not.", 400, "r-4");

    /// <summary>The states that ask another service than Lambda.</summary>
    public static readonly string[] ServiceStates = ["ClaimOrder", "ReadClaim", "StoreOrder", "StoreInvoice", "RecordFailure"];

    /// <summary>The passing troubles of a state's service, one for each error name that it retries.</summary>
    public static ServiceError[] Of(string state) => state == "StoreInvoice"
        ? [new("SlowDown", "Please reduce your request rate.", 503, "r-5"), Unsent]
        : [
            new("InternalServerErrorException", "Internal server error", 500, "r-6"),
            new("ProvisionedThroughputExceededException", "The level of configured provisioned throughput for the table was exceeded.", 400, "r-7"),
            new("RequestLimitExceededException", "Throughput exceeds the current throughput limit for your account.", 400, "r-8"),
            Unsent,
        ];
}
