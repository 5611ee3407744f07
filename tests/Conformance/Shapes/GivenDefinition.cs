using Stateside.Engine.Flow;
using Stateside.Engine.Functions;
using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Flow;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Conformance.Shapes;

/// <summary>A definition that somebody wrote, and where its data come from as far as that is told beside it.</summary>
/// <param name="Name">The file, and of a template the machine.</param>
/// <param name="Parsed">What was read.</param>
/// <param name="Sources">Where its data come from.</param>
internal sealed record GivenDefinition(string Name, ParsedDefinition Parsed, FlowSources Sources)
{
    /// <summary>The definitions in the files of some folders that can be read without an error, each once.</summary>
    public static IEnumerable<GivenDefinition> In(IReadOnlyList<string> folders)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        foreach (var folder in folders)
        {
            foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                if (Path.GetExtension(file) is not (".json" or ".yaml" or ".yml" or ".template"))
                    continue;
                foreach (var (name, text, isExpress, sources) in Of(file))
                {
                    if (DefinitionParser.Parse(text, new DefinitionOptions { AllowSubstitutions = true, Express = isExpress }) is { IsValid: true } parsed
                        && known.Add(JsonWriter.Compact(parsed.Source!)))
                    {
                        yield return new($"{Path.GetRelativePath(folder, file)}{(name.Length == 0 ? "" : $" {name}")}", parsed, sources);
                    }
                }
            }
        }
    }

    /// <summary>What is known where there is no template: what AWS publishes of its services.</summary>
    public static FlowSources Services() => SourcesOf(new TemplateModel(Path.GetFullPath("none")), null);

    /// <summary>Where the data of a template's machine come from.</summary>
    public static FlowSources SourcesOf(TemplateModel template, TemplateStateMachine? machine)
    {
        var folder = Directory.CreateTempSubdirectory("stateside-").FullName;
        try
        {
            var sources = TemplateSources.ReadAsync(
                template, new FunctionHostOptions { StateDirectory = folder, OutputDirectory = null }, TimeProvider.System, CancellationToken.None).GetAwaiter().GetResult();
            return sources.Of(machine ?? new TemplateStateMachine { LogicalId = "M", Name = "M", Arn = "arn:aws:states:us-east-1:123456789012:stateMachine:M", Place = default });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<(string Name, string Text, bool IsExpress, FlowSources Sources)> Of(string file)
    {
        var text = File.ReadAllText(file);
        TemplateModel? template = null;
        JsonValue? json;
        try
        {
            json = JsonReader.Parse(DefinitionFile.Read(file, text).Json);
            if (json is JsonObject { Count: > 0 } top && top["Resources"] is JsonObject)
                template = TemplateReader.Read(new TemplateRequest(file) { StandIn = name => $"${{{name}}}" });
        }
        catch (Exception e) when (e is TemplateException or JsonSyntaxException)
        {
            yield break;
        }

        foreach (var machine in template?.StateMachines ?? [])
        {
            if (machine.Definition is { } definition)
                yield return (machine.LogicalId, definition.Text, machine.Type == "EXPRESS", SourcesOf(template!, machine));
        }

        if (template is not null)
            yield break;
        foreach (var inner in GraphSuite.Definitions(json).Distinct())
            yield return ("", inner, false, ServicesAlone.Value);
    }

    private static readonly Lazy<FlowSources> ServicesAlone = new(Services);
}
