using System.Runtime.CompilerServices;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Engine.Items;

/// <summary>
/// Reads a Map's items from S3, one after another: the same in the same order each time, as long as the objects are the same.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html.
/// </summary>
internal static class ItemReading
{
    /// <summary>The items.</summary>
    /// <param name="resource">The reader's Resource: <c>s3:getObject</c> or <c>s3:listObjectsV2</c>.</param>
    /// <param name="parameters">What its Parameters or Arguments became.</param>
    /// <param name="readerConfig">Its ReaderConfig.</param>
    /// <param name="most">How many items are taken; null for all.</param>
    /// <param name="storage">S3.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MapItemsException">What is found holds no items, or S3 refuses.</exception>
    public static async IAsyncEnumerable<MapItem> ReadAsync(
        TaskResource resource,
        JsonObject parameters,
        JsonObject readerConfig,
        long? most,
        ObjectStorage storage,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var left = most ?? long.MaxValue;
        if (left <= 0)
            yield break;
        var sources = new ItemSources(new ReaderSettings(readerConfig), parameters, storage);
        await foreach (var (address, items) in sources.FindAsync(ItemSources.IsList(resource), cancellationToken).ConfigureAwait(false))
        {
            await foreach (var item in items.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                yield return new MapItem(item, address);

                // What comes after them is not looked at, nor asked for.
                if (--left == 0)
                    yield break;
            }
        }
    }

    /// <summary>The items of a content that is not in S3, such as a test gives in place of a reader's: JSON, lines of it, or CSV.</summary>
    /// <param name="content">The content.</param>
    /// <param name="settings">The ReaderConfig.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MapItemsException">The content holds no items.</exception>
    public static IAsyncEnumerable<JsonValue> ReadAsync(Stream content, ReaderSettings settings, CancellationToken cancellationToken) =>
        settings.InputType switch
        {
            "CSV" => CsvDecoder.ReadAsync(content, settings.Delimiter, settings.Headers, cancellationToken),
            "JSONL" => JsonDecoder.LinesAsync(content, cancellationToken),
            "JSON" => JsonDecoder.ElementsAsync(content, settings.ItemsPointer, cancellationToken),
            var other => throw new MapItemsException($"There are no items of the InputType {other}."),
        };
}
