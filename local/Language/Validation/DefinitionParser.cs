using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Language.Validation;

/// <summary>What a definition is for, as far as its rules depend on it.</summary>
public sealed record DefinitionOptions
{
    /// <summary>A Standard state machine.</summary>
    public static DefinitionOptions Standard { get; } = new();

    /// <summary>An Express state machine.</summary>
    public static DefinitionOptions ExpressMachine { get; } = new() { Express = true };

    /// <summary>Whether it is for an Express state machine, which waits for no activity, job or callback.</summary>
    public bool Express { get; init; }

    /// <summary>
    /// Whether the text may still hold substitutions of a template, <c>${Name}</c>, in place of resources and of values of any type: a
    /// file is looked over, not run.
    /// </summary>
    public bool AllowSubstitutions { get; init; }

    /// <summary>
    /// Whether the text was accepted before: it is read again as it is, and what its Tasks ask of services is not looked at, which would
    /// read the services' models.
    /// </summary>
    internal bool IsAccepted { get; init; }
}

/// <summary>What came of parsing a definition.</summary>
/// <param name="Definition">The tree; null when there are errors.</param>
/// <param name="Diagnostics">The findings, errors and warnings, in the service's order.</param>
public sealed record ParsedDefinition(Definition? Definition, IReadOnlyList<Diagnostic> Diagnostics)
{
    /// <summary>Whether there are no errors, so that <see cref="Definition"/> is there.</summary>
    public bool IsValid => Definition is not null;

    /// <summary>
    /// The tree as far as it could be read, errors or not: what cannot be read is left out. For looking at, not for running; null when the
    /// text is no JSON object or has no states.
    /// </summary>
    internal Definition? Draft { get; init; }

    /// <summary>The text that was parsed.</summary>
    internal string Text { get; init; } = "";

    /// <summary>The text as a value; null when it is no JSON object.</summary>
    internal JsonObject? Source { get; init; }

    /// <summary>The errors as CreateStateMachine's InvalidDefinition tells them.</summary>
    public string InvalidDefinitionMessage => DiagnosticText.InvalidDefinition(Diagnostics);
}

/// <summary>
/// Turns the text of a state machine's definition into its tree, or says all that is wrong with it in the service's words.
/// It throws at no text whatsoever.
/// </summary>
public static class DefinitionParser
{
    /// <summary>Parses a whole definition.</summary>
    /// <param name="text">The text.</param>
    /// <param name="options">What it is for; null for a Standard state machine.</param>
    /// <returns>The tree, or the errors.</returns>
    public static ParsedDefinition Parse(string text, DefinitionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sink = new DiagnosticSink(text) { AllowsSubstitutions = options?.AllowSubstitutions == true };
        var source = DefinitionText.Read(text, sink);
        Definition? definition = null;
        if (source is { } machine)
        {
            definition = new DefinitionReader(sink, options ?? DefinitionOptions.Standard).ReadMachine(machine);
            TransitionValidator.Validate(machine, sink);
            VariableScopeValidator.Validate(machine, sink);
        }

        return new ParsedDefinition(sink.HasErrors ? null : definition, sink.Found) { Draft = definition, Text = text, Source = source };
    }

    /// <summary>
    /// Parses one state by itself, as TestState takes it: where it leads to is not looked at.
    /// </summary>
    /// <param name="text">The state's text.</param>
    /// <param name="name">The name that the state is to have.</param>
    /// <param name="options">What it is for; null for a Standard state machine.</param>
    /// <returns>A definition of that one state, or the errors.</returns>
    internal static ParsedDefinition ParseState(string text, string name, DefinitionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var sink = new DiagnosticSink(text);
        var source = DefinitionText.Read(text, sink);
        var state = source is { } members
            ? new DefinitionReader(sink, options ?? DefinitionOptions.Standard).ReadLoneState(name, members)
            : null;
        var definition = sink.HasErrors || state is null ? null : new Definition(name, [state]) { QueryLanguage = state.QueryLanguage };
        return new ParsedDefinition(definition, sink.Found) { Text = text, Source = source };
    }
}
