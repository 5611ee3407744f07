using System.IO.Compression;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Engine.Items;

/// <summary>Content that is no source of items, or of a kind that is not read here.</summary>
/// <param name="message">The cause, as AWS words it where that is known.</param>
internal sealed class MapItemsException(string message) : Exception(message);

/// <summary>
/// The items of what a Map's reader finds, in a run as in a test of the state: an array or lines of JSON, or the rows of a CSV file.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html.
/// </summary>
internal static class ReaderItems
{
    /// <summary>Reads the items of an object of S3.</summary>
    /// <param name="content">The object's content; unpacked first where it is packed with gzip.</param>
    /// <param name="configuration">The ReaderConfig.</param>
    /// <param name="most">How many items to take.</param>
    /// <exception cref="MapItemsException">The content holds no items.</exception>
    public static JsonArray Read(ReadOnlyMemory<byte> content, JsonObject configuration, long most) =>
        Read(Encoding.UTF8.GetString(Unpacked(content).Span), configuration, most);

    /// <summary>Reads the items of a text.</summary>
    /// <exception cref="MapItemsException">The text holds no items.</exception>
    public static JsonArray Read(string text, JsonObject configuration, long most)
    {
        var source = text.TrimStart('\uFEFF');
        try
        {
            return First(
                most,
                Text(configuration, "InputType") switch
                {
                    "CSV" => CsvItems.Read(source, configuration),
                    "JSONL" => source.Split('\n').Where(line => line.Trim().Length > 0).Select(line => JsonReader.Parse(line)),
                    "JSON" or null => At(JsonReader.Parse(source), PointerOf(configuration)) as JsonArray
                        ?? throw new MapItemsException("Attempting to map over non-iterable node."),
                    var other => throw new MapItemsException($"Stateside does not read items of the InputType {other}. Use JSON, JSONL or CSV, or mock the state."),
                });
        }
        catch (JsonSyntaxException e)
        {
            throw new MapItemsException($"Could not parse the item source as JSON: {e.Message}");
        }
    }

    /// <summary>As many items as may be taken.</summary>
    public static JsonArray First(long most, IEnumerable<JsonValue> items) => JsonArray.Of(items.Take((int)Math.Min(most, int.MaxValue)));

    /// <summary>Whether items of such a kind are read here at all.</summary>
    public static bool Reads(JsonObject configuration) => Text(configuration, "InputType") is null or "JSON" or "JSONL" or "CSV";

    /// <summary>The JSON pointer to the items within what is read; null when all of it is items.</summary>
    public static string? PointerOf(JsonObject configuration) => Text(configuration, "ItemsPointer");

    /// <summary>A field of the ReaderConfig.</summary>
    public static string? Text(JsonObject configuration, string name) => (configuration[name] as JsonString)?.Value;

    private static ReadOnlyMemory<byte> Unpacked(ReadOnlyMemory<byte> content)
    {
        if (content.Length < 2 || content.Span[0] != 0x1F || content.Span[1] != 0x8B)
            return content;
        using var packed = new GZipStream(new MemoryStream(content.ToArray()), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        packed.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    /// <summary>See https://www.rfc-editor.org/rfc/rfc6901.</summary>
    private static JsonValue? At(JsonValue value, string? pointer)
    {
        JsonValue? found = value;
        foreach (var token in (pointer ?? "").Split('/').Skip(1))
        {
            var name = token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            found = found switch
            {
                JsonObject members => members[name],
                JsonArray items when int.TryParse(name, out var index) && index >= 0 && index < items.Count => items[index],
                _ => null,
            };
        }

        return found;
    }
}
