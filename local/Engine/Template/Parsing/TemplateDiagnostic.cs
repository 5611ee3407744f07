namespace Stateside.Engine.Template.Parsing;

/// <summary>How bad a finding about a template is.</summary>
public enum TemplateSeverity
{
    /// <summary>Worth a line, but what was asked for can run.</summary>
    Warning,

    /// <summary>The thing that the finding is about cannot run, or would not run as it would once deployed.</summary>
    Error,
}

/// <summary>A place in a file.</summary>
/// <param name="File">The path of the file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in characters, from 1.</param>
public readonly record struct TemplatePlace(string File, int Line, int Column)
{
    /// <summary>The place as compilers print it.</summary>
    /// <returns>file:line:column</returns>
    public override string ToString() => $"{File}:{Line}:{Column}";
}

/// <summary>One finding about a template.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Message">What is the matter, one sentence that names the thing.</param>
/// <param name="Place">Where it stands.</param>
/// <param name="Remedy">What to do about it, one sentence, or null when the message says it all.</param>
/// <param name="Resource">The logical id of the resource that it concerns; null for the template as a whole.</param>
public sealed record TemplateDiagnostic(
    TemplateSeverity Severity, string Message, TemplatePlace Place, string? Remedy = null, string? Resource = null)
{
    /// <summary>The finding on one line: place, message, remedy.</summary>
    /// <returns>The line.</returns>
    public override string ToString() => Remedy is null ? $"{Place}: {Message}" : $"{Place}: {Message} {Remedy}";
}

/// <summary>
/// A mistake of the user after which there is nothing to go on with: a template that cannot be read at all, or a state machine that
/// it does not have. The message is one line that names file, place and remedy.
/// </summary>
/// <param name="message">The line.</param>
public sealed class TemplateException(string message) : Exception(message)
{
    internal TemplateException(TemplatePlace place, string problem)
        : this($"{place}: {problem}") =>
        (Place, Problem) = (place, problem);

    /// <summary>Where in the template, when the mistake has a place there.</summary>
    public TemplatePlace? Place { get; }

    /// <summary>What is wrong, without the place.</summary>
    internal string Problem { get; } = message;
}
