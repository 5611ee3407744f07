using Stateside.Engine.Files;
using Stateside.Engine.Flow;
using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Flow;
using Stateside.Language.Services;
using Stateside.Language.Validation;

namespace Stateside.Engine.Checks;

/// <summary>
/// Checks all state machines of a template without running any: their definitions, what becomes of their data, and what their roles allow.
/// </summary>
internal static class TemplateCheck
{
    /// <summary>A mistake of the template's own that stands in the way of a machine.</summary>
    private const string Template = "TEMPLATE_INVALID";

    /// <summary>Reads a template to be checked. What only a deployment knows is taken for what it may be.</summary>
    /// <param name="path">The template.</param>
    /// <param name="location">Where its resources are.</param>
    /// <param name="parameters">Values of its parameters; null for its own.</param>
    /// <param name="settings">Values of what only a deployment knows; null for none.</param>
    /// <exception cref="TemplateException">The template cannot be read at all, or has no state machine.</exception>
    public static TemplateModel Read(
        string path, AwsLocation location, IReadOnlyDictionary<string, string>? parameters = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        var template = TemplateReader.Read(new TemplateRequest(path)
        {
            Location = location,
            Parameters = parameters ?? new Dictionary<string, string>(),
            Settings = settings ?? new Dictionary<string, string>(),
            StandIn = name => $"${{{name}}}",
            ReadsRoles = true,
        });
        return template.StateMachines.Count > 0
            ? template
            : throw new TemplateException($"{path}: This template has no state machine. Name another one, or a definition file.");
    }

    /// <summary>Checks a template.</summary>
    /// <param name="template">The template, read for it.</param>
    /// <param name="location">Where its resources are.</param>
    /// <param name="sources">Where a machine's data come from, such as <see cref="TemplateSources.Of"/>.</param>
    /// <returns>What was found, by the full paths of files.</returns>
    public static IReadOnlyList<Finding> Run(TemplateModel template, AwsLocation location, Func<TemplateStateMachine, FlowSources> sources) =>
        [.. Mistakes(template), .. template.StateMachines.SelectMany(machine => OfMachine(template, machine, location, sources(machine)))];

    private static IEnumerable<Finding> Mistakes(TemplateModel template)
    {
        var machines = template.StateMachines.Select(machine => machine.LogicalId).ToHashSet(StringComparer.Ordinal);
        return template.Diagnostics
            .Where(mistake => mistake.Severity == TemplateSeverity.Error && (mistake.Resource is null || machines.Contains(mistake.Resource)))
            .Select(mistake => DefinitionCheck.At(
                mistake.Place, new Diagnostic(Severity.Error, Template, mistake.Message, null) { Remedy = mistake.Remedy }));
    }

    private static IEnumerable<Finding> OfMachine(
        TemplateModel template, TemplateStateMachine machine, AwsLocation location, FlowSources sources)
    {
        if (machine.Definition is not { } source)
            return [];
        var options = new DefinitionOptions { Express = machine.Type == "EXPRESS", AllowSubstitutions = true };
        var found = DefinitionCheck.Run(source.Text, options, sources, source.Locate, UserFile.ReadNamedText, out var definition);
        return definition is null
            ? found
            : found.Concat(new MachineRole(template, machine, location).Check(definition)
                .Select(finding => DefinitionCheck.At(finding.Place, finding.Diagnostic)));
    }
}
