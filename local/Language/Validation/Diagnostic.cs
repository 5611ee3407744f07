using Stateside.Language.Json;

namespace Stateside.Language.Validation;

/// <summary>How bad a finding is.</summary>
public enum Severity
{
    /// <summary>The service refuses the definition.</summary>
    Error,

    /// <summary>The definition is accepted but likely does not do what its author wants.</summary>
    Warning,
}

/// <summary>
/// One finding about a definition.
/// See https://docs.aws.amazon.com/step-functions/latest/apireference/API_ValidateStateMachineDefinitionDiagnostic.html.
/// </summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Code">What kind of finding it is; AWS's codes for errors, codes of our own for lint.</param>
/// <param name="Message">What is wrong, one sentence.</param>
/// <param name="Location">Where, as the service writes it: <c>/States/Choose/Choices[0]/Next</c>; null when it names no place.</param>
public sealed record Diagnostic(Severity Severity, string Code, string Message, string? Location)
{
    /// <summary>The line in the definition's text, from 1.</summary>
    public int Line { get; init; } = 1;

    /// <summary>The column in characters, from 1.</summary>
    public int Column { get; init; } = 1;

    /// <summary>What exactly is wrong, or what to do about it; null where the message says all.</summary>
    public string? Remedy { get; init; }
}

/// <summary>Gathers findings and works out where in the text they stand.</summary>
internal sealed class DiagnosticSink(string text)
{
    /// <summary>More than this nobody reads; a hostile definition could make millions.</summary>
    private const int Limit = 1000;

    /// <summary>Nor more of one of its texts, which may hold whole names and paths.</summary>
    private const int LongestText = 2000;

    private readonly JsonLocator _locator = new(text);
    private readonly List<Diagnostic> _found = [];

    public IReadOnlyList<Diagnostic> Found => _found;

    public bool HasErrors { get; private set; }

    /// <summary>Whether a text that is a substitution and no more, <c>${Name}</c>, may stand for a value of any type.</summary>
    public bool AllowsSubstitutions { get; init; }

    /// <summary>Whether a value is such a substitution, whose type only a deployment knows.</summary>
    public bool IsSubstituted(JsonValue? value) => AllowsSubstitutions && value is JsonString { Value: var text }
        && text.StartsWith("${", StringComparison.Ordinal) && text.IndexOf('}', StringComparison.Ordinal) == text.Length - 1;

    /// <param name="code">The code.</param>
    /// <param name="message">The message.</param>
    /// <param name="location">The place that the diagnostic names; null for none.</param>
    /// <param name="at">The place in the text to point at when it is not <paramref name="location"/>.</param>
    /// <param name="remedy">What to do about it.</param>
    public void Error(string code, string message, JsonPlace? location, JsonPlace? at = null, string? remedy = null)
    {
        HasErrors = true;
        Add(Severity.Error, code, message, location, at, remedy);
    }

    /// <summary>A finding about the shape of the definition.</summary>
    public void Schema(string message, JsonPlace location, JsonPlace? at = null, string? remedy = null) =>
        Error(DiagnosticCodes.SchemaValidationFailed, message, location, at, remedy);

    /// <summary>A finding about an object itself, which is told before those about what it holds.</summary>
    /// <param name="index">Which finding of all it becomes.</param>
    /// <param name="message">The message.</param>
    /// <param name="location">The object.</param>
    /// <param name="at">The place in the text to point at when it is not <paramref name="location"/>.</param>
    public void SchemaBefore(int index, string message, JsonPlace location, JsonPlace? at)
    {
        var count = _found.Count;
        Schema(message, location, at);
        if (_found.Count == count)
            return;
        var told = _found[count];
        _found.RemoveAt(count);
        _found.Insert(Math.Min(index, count), told);
    }

    /// <summary>A text that is not JSON.</summary>
    public void Syntax(JsonMistake mistake)
    {
        HasErrors = true;
        _found.Add(new Diagnostic(Severity.Error, DiagnosticCodes.InvalidJsonDescription, mistake.Message, mistake.Source)
        {
            Line = mistake.Line,
            Column = mistake.Column,
        });
    }

    public void Warning(string code, string message, JsonPlace location, string? remedy = null, JsonPlace? at = null) =>
        Add(Severity.Warning, code, message, location, at, remedy);

    private void Add(Severity severity, string code, string message, JsonPlace? location, JsonPlace? at, string? remedy)
    {
        if (_found.Count >= Limit)
            return;
        var position = _locator.Locate(at ?? location ?? JsonPlace.Root);
        _found.Add(new Diagnostic(severity, code, Cut(message), location is null ? null : Cut(location.ToString()))
        {
            Line = position.Line,
            Column = position.Column,
            Remedy = remedy is null ? null : Cut(remedy),
        });
    }

    private static string Cut(string text) => text.Length <= LongestText ? text : $"{text.AsSpan(0, LongestText)}…";
}
