using Stateside.Language.Json;

namespace Stateside.Engine.Items;

/// <summary>
/// S3 as a Map's reader and writer use it. An object is read and written in parts, so that none need ever be whole in memory.
/// </summary>
/// <param name="ask">
/// Makes a request by its action, such as <c>GetObject</c>, the members of the API, and the content that is sent; gives the answer's members
/// and its content. Throws a <see cref="MapItemsException"/> with the cause where S3 refuses.
/// </param>
internal sealed partial class ObjectStorage(ObjectStorage.Ask ask)
{
    private readonly Ask _ask = ask;

    /// <summary>The content of the one object that all items come from; null where they come from several, or from none yet.</summary>
    public ReadingStream? OnlyContent { get; set; }

    /// <summary>Which part of that is read; null where that says nothing.</summary>
    public double? ReadShare => OnlyContent is { Length: > 0 } content ? Math.Max(0, content.Position - content.Ahead) / (double)content.Length : null;

    /// <summary>Makes a request of S3.</summary>
    public delegate ValueTask<(JsonObject Body, ReadOnlyMemory<byte> Content)> Ask(
        string action, JsonObject parameters, ReadOnlyMemory<byte>? content, CancellationToken cancellationToken);
}
