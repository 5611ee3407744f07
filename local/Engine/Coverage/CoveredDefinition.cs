using Stateside.Engine.Template;
using Stateside.Language.Json;

namespace Stateside.Engine.Coverage;

/// <summary>A definition whose coverage is counted: what it says, and where it was written.</summary>
/// <param name="Name">The name of its state machine.</param>
/// <param name="Text">Its text as the machine runs it.</param>
internal sealed record CoveredDefinition(string Name, string Text)
{
    /// <summary>The full path of the file that its author edits; null where there is none.</summary>
    public string? File { get; init; }

    /// <summary>Tells from a place in <see cref="Text"/> the place in <see cref="File"/>.</summary>
    public Func<TextPosition, TextPosition> Locate { get; init; } = place => place;

    /// <summary>The definition of a template's machine.</summary>
    /// <returns>Its definition; null where the template gives none that can be had.</returns>
    public static CoveredDefinition? Of(TemplateStateMachine machine)
    {
        if (machine.Definition is not { } source)
            return null;
        return new CoveredDefinition(machine.Name, source.Text)
        {
            File = source.File,
            Locate = place => source.Locate(place.Line, place.Column) is var written ? new TextPosition(written.Line, written.Column) : place,
        };
    }

    /// <summary>The definitions of all machines of a template.</summary>
    public static IReadOnlyList<CoveredDefinition> AllOf(TemplateModel template) =>
        [.. template.StateMachines.Select(Of).OfType<CoveredDefinition>()];
}
