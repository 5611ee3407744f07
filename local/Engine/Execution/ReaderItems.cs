using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution;

/// <summary>Reads the items of a Map from what a test says its reader found: JSON, JSON lines or CSV.</summary>
internal static class ReaderItems
{
    /// <summary>The items; null for the kinds of source that are not read here, whose items then take no part in the test.</summary>
    public static JsonArray? Read(string data, ItemReader reader)
    {
        try
        {
            return Text(reader, "InputType") switch
            {
                "CSV" => JsonArray.Of(CsvItems.Read(data, Delimiter(reader), GivenHeaders(reader))),
                "JSONL" => JsonArray.Of(data.Split('\n').Where(line => line.Trim().Length > 0).Select(line => JsonReader.Parse(line))),
                "PARQUET" => null,
                _ => At(JsonReader.Parse(data), PointerOf(reader)) as JsonArray ?? throw StateTestReader.Invalid("MapItemReaderData must be an array."),
            };
        }
        catch (JsonSyntaxException)
        {
            throw StateTestReader.Invalid("MapItemReaderData must be valid JSON.");
        }
    }

    /// <summary>The JSON pointer to the items within what is read; null when all of it is items.</summary>
    public static string? PointerOf(ItemReader reader) => Text(reader, "ItemsPointer");

    private static string? Text(ItemReader reader, string name) => (reader.Configuration[name] as JsonString)?.Value;

    private static char Delimiter(ItemReader reader) => Text(reader, "CSVDelimiter") switch
    {
        "PIPE" => '|',
        "SEMICOLON" => ';',
        "SPACE" => ' ',
        "TAB" => '\t',
        _ => ',',
    };

    private static string[]? GivenHeaders(ItemReader reader) => Text(reader, "CSVHeaderLocation") == "GIVEN"
        ? [.. (reader.Configuration["CSVHeaders"] as JsonArray ?? JsonArray.Empty).OfType<JsonString>().Select(header => header.Value)]
        : null;

    /// <summary>See https://www.rfc-editor.org/rfc/rfc6901.</summary>
    private static JsonValue? At(JsonValue value, string? pointer)
    {
        var found = value;
        foreach (var token in (pointer ?? "").Split('/').Skip(1))
        {
            var name = token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            switch (found)
            {
                case JsonObject members when members.TryGetValue(name, out var member):
                    found = member;
                    break;
                case JsonArray items when int.TryParse(name, out var index) && index >= 0 && index < items.Count:
                    found = items[index];
                    break;
                default:
                    return null;
            }
        }

        return found;
    }
}
