using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Services;
using Stateside.Language.Validation;
using Stateside.Language.Validation.Lint;

namespace Stateside.Engine.Template;

/// <summary>Checks all state machines of a template without running any: their definitions, and what their roles allow.</summary>
internal static class TemplateCheck
{
    /// <summary>A mistake of the template's own that stands in the way of a machine.</summary>
    private const string Template = "TEMPLATE_INVALID";

    /// <summary>Checks a template. What only a deployment knows is taken for what it may be.</summary>
    /// <param name="path">The template.</param>
    /// <param name="location">Where its resources are.</param>
    /// <returns>What was found, each with its place.</returns>
    /// <exception cref="TemplateException">The template cannot be read at all, or has no state machine.</exception>
    public static IReadOnlyList<(TemplatePlace Place, Diagnostic Diagnostic)> Run(string path, AwsLocation location)
    {
        var template = TemplateReader.Read(new TemplateRequest(path) { Location = location, StandIn = name => $"${{{name}}}", ReadsRoles = true });
        if (template.StateMachines.Count == 0)
            throw new TemplateException($"{path}: This template has no state machine. Name another one, or a definition file.");
        return [.. Mistakes(template), .. template.StateMachines.SelectMany(machine => OfMachine(template, machine, location))];
    }

    private static IEnumerable<(TemplatePlace, Diagnostic)> Mistakes(TemplateModel template)
    {
        var machines = template.StateMachines.Select(machine => machine.LogicalId).ToHashSet(StringComparer.Ordinal);
        return template.Diagnostics
            .Where(mistake => mistake.Severity == TemplateSeverity.Error && (mistake.Resource is null || machines.Contains(mistake.Resource)))
            .Select(mistake => (mistake.Place, new Diagnostic(Severity.Error, Template, mistake.Message, null) { Remedy = mistake.Remedy }));
    }

    private static IEnumerable<(TemplatePlace, Diagnostic)> OfMachine(TemplateModel template, TemplateStateMachine machine, AwsLocation location)
    {
        if (machine.Definition is not { } source)
            return [];
        var parsed = DefinitionParser.Parse(source.Text, new DefinitionOptions { Express = machine.Type == "EXPRESS", AllowSubstitutions = true });
        var found = parsed.Diagnostics.Concat(parsed.IsValid ? DefinitionLinter.Lint(parsed) : [])
            .Select(diagnostic => (source.Locate(diagnostic.Line, diagnostic.Column), diagnostic));
        return parsed.Definition is { } definition ? found.Concat(new MachineRole(template, machine, location).Check(definition)) : found;
    }
}
