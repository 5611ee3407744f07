using Stateside.Engine.Template.Parsing;
using Stateside.Language.Json;

namespace Stateside.Engine.Template;

/// <summary>Any resource of a template that a deployment would create.</summary>
/// <param name="LogicalId">Its key in the template.</param>
/// <param name="Type">Its type, such as AWS::DynamoDB::Table.</param>
/// <param name="PhysicalId">What Ref gives; null when only a deployment knows.</param>
/// <param name="Arn">Its ARN; null when it has none or only a deployment knows.</param>
/// <param name="Properties">Its properties, computed; what only a deployment knows is left out.</param>
/// <param name="Place">Where the template declares it.</param>
internal sealed record TemplateResource(
    string LogicalId, string Type, string? PhysicalId, string? Arn, JsonObject Properties, TemplatePlace Place);

/// <summary>What a template declares, as a deployment would make it.</summary>
public sealed class TemplateModel
{
    internal TemplateModel(string path) => Path = path;

    /// <summary>The full path of the template.</summary>
    public string Path { get; }

    /// <summary>The functions, in the template's order.</summary>
    internal IReadOnlyList<TemplateFunction> Functions { get; init; } = [];

    /// <summary>The state machines, in the template's order.</summary>
    public IReadOnlyList<TemplateStateMachine> StateMachines { get; internal init; } = [];

    /// <summary>All resources that are created, functions and state machines too, in the template's order.</summary>
    internal IReadOnlyList<TemplateResource> Resources { get; init; } = [];

    /// <summary>The folder whose content fills tables, buckets and queues before a run; null where the template names none.</summary>
    internal TemplateSeed? Seed { get; init; }

    /// <summary>What was found, by file and place.</summary>
    public IReadOnlyList<TemplateDiagnostic> Diagnostics { get; internal init; } = [];

    /// <summary>The full paths of the template and of every file it includes or takes a definition from.</summary>
    public IReadOnlyCollection<string> Files { get; internal init; } = [];

    /// <summary>The machine that somebody names.</summary>
    /// <param name="name">A logical id, a name or an ARN.</param>
    /// <returns>The machine.</returns>
    /// <exception cref="TemplateException">There is none; the message lists what there is.</exception>
    public TemplateStateMachine FindStateMachine(string name)
    {
        var found = StateMachines.FirstOrDefault(machine => machine.LogicalId == name)
            ?? StateMachines.FirstOrDefault(machine => machine.Name == name || machine.Arn == name);
        if (found is not null)
            return found;
        var names = StateMachines.SelectMany(machine => new[] { machine.LogicalId, machine.Name }).Distinct();
        var shown = StateMachines.Select(machine => machine.Name == machine.LogicalId ? machine.Name : $"{machine.LogicalId} ({machine.Name})").ToList();
        throw new TemplateException($"{Path}: There is no state machine '{name}'. {Nearest.Hint(name, names, "state machines", shown: shown)}");
    }

    /// <summary>The function that a resource or a FunctionName means.</summary>
    /// <param name="name">A name, a partial or whole ARN, any of them with a qualifier, or a logical id.</param>
    /// <returns>The function, or null.</returns>
    internal TemplateFunction? FindFunction(string name)
    {
        const string Part = "function:";
        var at = name.IndexOf(Part, StringComparison.Ordinal);
        var plain = (at < 0 ? name : name[(at + Part.Length)..]).Split(':')[0];
        return Functions.FirstOrDefault(function => function.Name == plain)
            ?? (at < 0 ? Functions.FirstOrDefault(function => function.LogicalId == plain) : null);
    }

    /// <summary>The functions that a machine's definition names.</summary>
    /// <param name="machine">One of <see cref="StateMachines"/>.</param>
    /// <param name="mocked">States that do not count, since something else answers for them; null for none.</param>
    /// <returns>The functions, in the template's order.</returns>
    internal IEnumerable<TemplateFunction> FunctionsOf(TemplateStateMachine machine, IReadOnlyCollection<string>? mocked = null)
    {
        var values = machine.Definition?.Values(mocked) ?? [];
        return Functions.Where(function => values.Exists(value =>
            value.Contains(function.Arn, StringComparison.Ordinal)
            || value == function.Name
            || value.StartsWith($"{function.Name}:", StringComparison.Ordinal)));
    }

    /// <summary>
    /// The errors that stand in the way of running a machine: its own, those of functions that its definition names, and those of the
    /// template as a whole. A mistake elsewhere in the template does not.
    /// </summary>
    /// <param name="machine">One of <see cref="StateMachines"/>.</param>
    /// <returns>The errors.</returns>
    public IReadOnlyList<TemplateDiagnostic> ErrorsFor(TemplateStateMachine machine) => FindingsFor(machine, TemplateSeverity.Error);

    /// <summary>The findings that concern a machine: its own, those of functions that it names, and those of the template as a whole.</summary>
    /// <param name="machine">One of <see cref="StateMachines"/>.</param>
    /// <param name="severity">How bad they are.</param>
    /// <param name="mocked">States whose functions do not count; null for none.</param>
    /// <returns>The findings.</returns>
    internal IReadOnlyList<TemplateDiagnostic> FindingsFor(
        TemplateStateMachine machine, TemplateSeverity severity, IReadOnlyCollection<string>? mocked = null)
    {
        var concerned = FunctionsOf(machine, mocked).Select(function => function.LogicalId).Append(machine.LogicalId).ToHashSet(StringComparer.Ordinal);
        return [.. Diagnostics.Where(d => d.Severity == severity && (d.Resource is null || concerned.Contains(d.Resource)))];
    }
}
