using Stateside.Aws.Services;

namespace Stateside.Aws.S3;

/// <summary>What S3 refuses with. See https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html.</summary>
internal static class S3Errors
{
    public static StoreRefusal NoSuchBucket() => new("NoSuchBucket", "The specified bucket does not exist", 404);

    public static StoreRefusal NoSuchKey() => new("NoSuchKey", "The specified key does not exist.", 404);

    /// <summary>An answer without a body names neither code nor message; the SDK tells its status, and null for the sentence.</summary>
    public static StoreRefusal NotFoundByHead() => new("NoSuchKey", "", 404);

    public static StoreRefusal NotModified() => new("NotModified", "", 304);

    public static StoreRefusal PreconditionFailed() => new("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412);

    public static StoreRefusal InvalidRange() => new("InvalidRange", "The requested range is not satisfiable", 416);

    public static StoreRefusal InvalidArgument(string message) => new("InvalidArgument", message, 400);

    public static StoreRefusal InvalidRequest(string message) => new("InvalidRequest", message, 400);

    public static StoreRefusal KeyTooLong() => new("KeyTooLongError", "Your key is too long", 400);

    public static StoreRefusal BadDigest() => new("BadDigest", "The Content-MD5 you specified did not match what we received.", 400);
}
