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

    /// <summary>The same of a bucket: no body, so neither code nor message.</summary>
    public static StoreRefusal NoBucketByHead() => new("NoSuchBucket", "", 404);

    public static StoreRefusal MalformedXml() =>
        new("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema", 400);

    public static StoreRefusal NoSuchUpload() => new(
        "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.", 404);

    public static StoreRefusal InvalidPart() => new(
        "InvalidPart",
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        400);

    public static StoreRefusal InvalidPartOrder() =>
        new("InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number.", 400);

    public static StoreRefusal EntityTooSmall() => new("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size", 400);
}
