namespace Stateside.Engine.Items;

/// <summary>Content that is no source of items, or a request of a Map's reader or writer that S3 refuses.</summary>
/// <param name="message">The cause, as AWS words it where that is known.</param>
/// <param name="code">S3's own code of the refusal, such as <c>NoSuchKey</c>; null where S3 did not refuse.</param>
internal sealed class MapItemsException(string message, string? code = null) : Exception(message)
{
    /// <summary>S3's own code of the refusal.</summary>
    public string? Code { get; } = code;
}
