using Stateside.Language.Json;

namespace Stateside.Engine.Items;

/// <summary>
/// What a ReaderConfig says. Its rules were checked when the machine was made.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html.
/// </summary>
internal sealed record ReaderSettings
{
    /// <summary>Reads them.</summary>
    /// <param name="configuration">The ReaderConfig.</param>
    public ReaderSettings(JsonObject configuration)
    {
        var type = ObjectStorage.Text(configuration, "InputType");
        InputType = type ?? "JSON";
        ManifestType = ObjectStorage.Text(configuration, "ManifestType") ?? (type == "MANIFEST" ? "S3_INVENTORY" : null);
        IsFlattened = ObjectStorage.Text(configuration, "Transformation") == "LOAD_AND_FLATTEN";
        ItemsPointer = ObjectStorage.Text(configuration, "ItemsPointer");
        Delimiter = ObjectStorage.Text(configuration, "CSVDelimiter") switch
        {
            "PIPE" => '|',
            "SEMICOLON" => ';',
            "SPACE" => ' ',
            "TAB" => '\t',
            _ => ',',
        };
        if (ObjectStorage.Text(configuration, "CSVHeaderLocation") == "GIVEN")
        {
            var headers = configuration["CSVHeaders"] as JsonArray ?? JsonArray.Empty;
            Headers = [.. headers.Select(header => (header as JsonString)?.Value ?? header.Text)];
        }
    }

    /// <summary>The form of what is read; that of an Athena manifest's objects too.</summary>
    public string InputType { get; init; }

    /// <summary>Of what kind the manifest is that is read; null where what is read is no manifest.</summary>
    public string? ManifestType { get; }

    /// <summary>Whether the records of listed objects are the items, and not what the list tells of them.</summary>
    public bool IsFlattened { get; }

    /// <summary>The JSON pointer to the items within what is read; null when all of it is items.</summary>
    public string? ItemsPointer { get; }

    /// <summary>What stands between the fields of a row.</summary>
    public char Delimiter { get; init; }

    /// <summary>What the fields of a row are called; null where the first row says it.</summary>
    public string[]? Headers { get; init; }
}
