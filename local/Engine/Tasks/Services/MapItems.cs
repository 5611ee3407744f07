using System.IO.Compression;
using System.Text;
using Stateside.Engine.Execution;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Services;

/// <summary>Content that is no source of items, or of a kind that is not read here.</summary>
/// <param name="message">The cause, as AWS words it where that is known.</param>
internal sealed class MapItemsException(string message) : Exception(message);

/// <summary>
/// The items within an object of S3: an array or lines of JSON, or the rows of a CSV file.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html.
/// </summary>
internal static class MapItems
{
    /// <summary>Reads items.</summary>
    /// <param name="content">The object's content; unpacked first where it is packed with gzip.</param>
    /// <param name="configuration">The ReaderConfig.</param>
    /// <param name="most">How many items to take.</param>
    /// <returns>The items.</returns>
    /// <exception cref="MapItemsException">The content holds no items.</exception>
    public static JsonArray Read(ReadOnlyMemory<byte> content, JsonObject configuration, long most)
    {
        var text = Encoding.UTF8.GetString(Unpacked(content).Span).TrimStart('\uFEFF');
        try
        {
            return configuration.Text("InputType") switch
            {
                "CSV" => Taken(CsvRows(text, configuration), most),
                "JSONL" => Taken(text.Split('\n').Where(line => line.Trim().Length > 0).Select(line => JsonReader.Parse(line)), most),
                "JSON" or null => Taken(
                    At(JsonReader.Parse(text), configuration.Text("ItemsPointer")) as JsonArray
                        ?? throw new MapItemsException("Attempting to map over non-iterable node."),
                    most),
                var other => throw new MapItemsException($"Stateside does not read items of the InputType {other}. Use JSON, JSONL or CSV, or mock the state."),
            };
        }
        catch (JsonSyntaxException e)
        {
            throw new MapItemsException($"Could not parse the item source as JSON: {e.Message}");
        }
    }

    private static JsonArray Taken(IEnumerable<JsonValue> items, long most) => JsonArray.Of(items.Take((int)Math.Min(most, int.MaxValue)));

    private static ReadOnlyMemory<byte> Unpacked(ReadOnlyMemory<byte> content)
    {
        if (content.Length < 2 || content.Span[0] != 0x1F || content.Span[1] != 0x8B)
            return content;
        using var packed = new GZipStream(new MemoryStream(content.ToArray()), CompressionMode.Decompress);
        using var unpacked = new MemoryStream();
        packed.CopyTo(unpacked);
        return unpacked.ToArray();
    }

    private static IEnumerable<JsonValue> CsvRows(string text, JsonObject configuration)
    {
        var delimiter = configuration.Text("CSVDelimiter") switch
        {
            "PIPE" => '|',
            "SEMICOLON" => ';',
            "SPACE" => ' ',
            "TAB" => '\t',
            _ => ',',
        };
        using var rows = CsvItems.Rows(text, delimiter).GetEnumerator();
        string[] headers;
        if (configuration.Text("CSVHeaderLocation") == "GIVEN")
            headers = [.. (configuration["CSVHeaders"] as JsonArray ?? JsonArray.Empty).Select(header => (header as JsonString)?.Value ?? header.Text)];
        else if (rows.MoveNext())
            headers = [.. rows.Current];
        else
            yield break;
        if (headers.Distinct(StringComparer.Ordinal).Count() != headers.Length)
            throw new MapItemsException("CSV headers cannot contain duplicates.");
        var order = InJavaOrder(headers);
        while (rows.MoveNext())
        {
            // What a row lacks is empty, and what it has beyond the headers is dropped.
            var item = new JsonObject.Builder(headers.Length);
            foreach (var i in order)
                item.Set(headers[i], JsonValue.From(i < rows.Current.Count ? rows.Current[i] : ""));
            yield return item.ToObject();
        }
    }

    /// <summary>AWS keeps a row in a HashMap of Java, whose order shows in the items.</summary>
    private static int[] InJavaOrder(string[] headers)
    {
        var buckets = 16;
        while (headers.Length > buckets * 3 / 4)
            buckets *= 2;
        return [.. Enumerable.Range(0, headers.Length).OrderBy(i =>
        {
            var hash = headers[i].Aggregate(0u, (sum, c) => unchecked((sum * 31) + c));
            return (hash ^ (hash >> 16)) & (buckets - 1);
        })];
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
