using Stateside.Aws.Services;

namespace Stateside.Aws.Sqs;

/// <summary>
/// What SQS refuses with, by the names of its JSON protocol and those of the query protocol before it.
/// See https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html.
/// </summary>
internal static class SqsErrors
{
    private const string Prefix = "AWS.SimpleQueueService.";

    public static StoreRefusal NoQueue() => Of("QueueDoesNotExist", "The specified queue does not exist.", Prefix + "NonExistentQueue");

    public static StoreRefusal Missing(string parameter) => Of("MissingParameter", $"The request must contain the parameter {parameter}.");

    public static StoreRefusal Invalid(string message) => Of("InvalidParameterValue", message);

    /// <summary>A parameter has a value that it may not have.</summary>
    public static StoreRefusal InvalidValue(string value, string parameter, string reason) =>
        Invalid($"Value {value} for parameter {parameter} is invalid. Reason: {reason}");

    public static StoreRefusal NotForThisType(string value, string parameter) =>
        InvalidValue(value, parameter, "The request include parameter that is not valid for this queue type.");

    public static StoreRefusal InvalidCharacters() => Of(
        "InvalidMessageContents",
        "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF");

    public static StoreRefusal UnknownAttribute(string name) => Of("InvalidAttributeName", $"Unknown Attribute {name}.");

    public static StoreRefusal InvalidHandle(string handle) =>
        Of("ReceiptHandleIsInvalid", $"The input receipt handle \"{handle}\" is not a valid receipt handle.");

    public static StoreRefusal NotInFlight() => Of("MessageNotInflight", "The specified message isn't in flight.", Prefix + "MessageNotInflight");

    public static StoreRefusal EmptyBatch(string entry) =>
        Of("EmptyBatchRequest", $"There should be at least one {entry} in the request.", Prefix + "EmptyBatchRequest");

    public static StoreRefusal TooManyEntries(int count) => Of(
        "TooManyEntriesInBatchRequest", $"Maximum number of entries per request are 10. You have sent {count}.", Prefix + "TooManyEntriesInBatchRequest");

    public static StoreRefusal IdsNotDistinct(string id) => Of("BatchEntryIdsNotDistinct", $"Id {id} repeated.", Prefix + "BatchEntryIdsNotDistinct");

    public static StoreRefusal InvalidEntryId() => Of(
        "InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
        Prefix + "InvalidBatchEntryId");

    public static StoreRefusal BatchTooLong(int limit, long sent) => Of(
        "BatchRequestTooLong", $"Batch requests cannot be longer than {limit} bytes. You have sent {sent} bytes.", Prefix + "BatchRequestTooLong");

    public static StoreRefusal PurgeInProgress(string queue) => Of(
        "PurgeQueueInProgress", $"Only one PurgeQueue operation on {queue} is allowed every 60 seconds.", Prefix + "PurgeQueueInProgress", 403);

    private static StoreRefusal Of(string code, string message, string? queryCode = null, int status = 400) =>
        new(code, message, status) { QueryCode = queryCode ?? code };
}
