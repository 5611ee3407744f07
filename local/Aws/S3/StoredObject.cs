using System.Globalization;
using Stateside.Language.Json;

namespace Stateside.Aws.S3;

/// <summary>What is known of an object beside its content.</summary>
/// <param name="Key">Its key.</param>
/// <param name="ETag">The MD5 of its content in hexadecimal, in quotation marks.</param>
/// <param name="Modified">When it was put.</param>
/// <param name="Size">How many bytes it has.</param>
/// <param name="Facts">What its sender said of it, by the names of the API: ContentType, Metadata and the like.</param>
internal sealed record StoredObject(string Key, string ETag, DateTimeOffset Modified, long Size, JsonObject Facts)
{
    /// <summary>What a sender may say of an object and gets back with it.</summary>
    public static readonly string[] FactNames =
    [
        "CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "Expires", "WebsiteRedirectLocation", "Metadata",
    ];

    /// <summary>When it was put, to the second, as ISO 8601.</summary>
    public string LastModified => Modified.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
