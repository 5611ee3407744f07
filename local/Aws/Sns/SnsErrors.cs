using Stateside.Aws.Services;

namespace Stateside.Aws.Sns;

/// <summary>What SNS refuses with. See https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors.</summary>
internal static class SnsErrors
{
    public static StoreRefusal NoTopic() => new("NotFound", "Topic does not exist", 404);

    public static StoreRefusal NoSubscription() => new("NotFound", "Subscription does not exist", 404);

    public static StoreRefusal NoResource() => new("ResourceNotFound", "Resource does not exist", 404);

    /// <summary>A parameter is wrong.</summary>
    /// <param name="what">What stands after "Invalid parameter: ".</param>
    public static StoreRefusal Invalid(string what) => new("InvalidParameter", $"Invalid parameter: {what}", 400);

    /// <summary>An attribute of a message is wrong.</summary>
    public static StoreRefusal InvalidAttribute(string message) => new("ParameterValueInvalid", message, 400);

    public static StoreRefusal EmptyBatch() => new("EmptyBatchRequest", "The batch request doesn't contain any entries.", 400);

    public static StoreRefusal TooManyEntries() => new("TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible.", 400);

    public static StoreRefusal IdsNotDistinct() => new("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.", 400);

    public static StoreRefusal InvalidEntryId() =>
        new("InvalidBatchEntryId", "The Id of a batch entry in a batch request doesn't abide by the specification.", 400);

    public static StoreRefusal BatchTooLong() => new("BatchRequestTooLong", "The length of all the messages put together is more than the limit.", 400);
}
