using Stateside.Engine.Template.Parsing;

namespace Stateside.Engine.Template;

/// <summary>The folder whose content fills tables, buckets and queues before a run, as a template's <see cref="TemplateSettings"/> name it.</summary>
/// <param name="Folder">Its full path.</param>
/// <param name="Place">Where it is named.</param>
internal sealed record TemplateSeed(string Folder, TemplatePlace Place)
{
    private const string Key = "Seed";

    /// <summary>Reads what the Metadata of a template say; null where they name no folder.</summary>
    public static TemplateSeed? Read(TemplateNode? metadata, string template, DiagnosticLog log) =>
        TemplateSettings.Read(metadata, template, log, (Key, "a folder")).TryGetValue(Key, out var seed) ? new(seed.Path, seed.Place) : null;
}

/// <summary>
/// The JSON Schemas of what a function or a state machine is given and gives, as the <see cref="TemplateSettings"/> of the resource name
/// them: <c>Metadata: {Stateside: {InputSchema: schemas/order.json}}</c>.
/// </summary>
/// <param name="Input">The full path of the input's; null for none.</param>
/// <param name="Output">The full path of the output's; null for none.</param>
internal sealed record TemplateSchemas(string? Input, string? Output)
{
    private const string InputKey = "InputSchema";
    private const string OutputKey = "OutputSchema";

    /// <summary>No schemas.</summary>
    public static TemplateSchemas None { get; } = new(null, null);

    /// <summary>Reads what the Metadata of a resource say.</summary>
    public static TemplateSchemas Read(TemplateNode? metadata, DiagnosticLog log)
    {
        var found = metadata is null
            ? []
            : TemplateSettings.Read(metadata, metadata.Place.File, log, (InputKey, "a JSON Schema"), (OutputKey, "a JSON Schema"));
        return found.Count == 0 ? None : new(PathOf(InputKey), PathOf(OutputKey));

        string? PathOf(string key) => found.TryGetValue(key, out var its) ? its.Path : null;
    }
}
