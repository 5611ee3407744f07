using Stateside.Language;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution;

/// <summary>Reads the items of a Map from what a test says its reader found: JSON, or JSON lines.</summary>
internal static class ReaderItems
{
    /// <summary>The items; null for the kinds of source that are not read here, whose items then take no part in the test.</summary>
    public static JsonArray? Read(string data, ItemReader reader)
    {
        try
        {
            return (reader.Configuration["InputType"] as JsonString)?.Value switch
            {
                "JSONL" => JsonArray.Of(data.Split('\n').Where(line => line.Trim().Length > 0).Select(line => JsonReader.Parse(line))),
                "CSV" or "PARQUET" => null,
                _ => JsonReader.Parse(data) as JsonArray ?? throw StateTestReader.Invalid("MapItemReaderData must be an array."),
            };
        }
        catch (JsonSyntaxException)
        {
            throw StateTestReader.Invalid("MapItemReaderData must be valid JSON.");
        }
    }
}
