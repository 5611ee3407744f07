using Stateside.Engine.Template.Parsing;
using Stateside.Language.Flow;
using Stateside.Language.Json;

namespace Stateside.Engine.Checks;

/// <summary>Where what goes wrong with a definition's data stands in the file that the user edits: the path or the part of an expression.</summary>
/// <param name="text">The definition as JSON.</param>
/// <param name="locate">From a line and a column of that text to the file, where it may be the field's only.</param>
/// <param name="read">The text of the file.</param>
internal sealed class FlowPlaces(string text, Func<int, int, TemplatePlace> locate, Func<string, string> read)
{
    private readonly JsonLocator _locator = new(text);
    private readonly Dictionary<string, string[]> _lines = new(StringComparer.Ordinal);

    /// <summary>The place; that of its field where the text is not found in it as it is written.</summary>
    public TemplatePlace Of(FlowFinding finding)
    {
        var (inText, ofField) = (_locator.Locate(finding.Place, finding.Offset), _locator.Locate(finding.Place));
        var field = locate(ofField.Line, ofField.Column);

        // As far as it reads the same in whatever way a file writes texts.
        var end = finding.Text.AsSpan().IndexOfAny('"', '\\', '\n');
        var part = end < 0 ? finding.Text : finding.Text[..end];
        if (part.Length == 0)
            return field;
        var place = locate(inText.Line, inText.Column);
        if (LinesOf(place.File) is { } lines && place.Line <= lines.Length
            && lines[place.Line - 1] is var line && place.Column <= line.Length && line.AsSpan(place.Column - 1).StartsWith(part))
        {
            return place;
        }

        return Search(field, part);
    }

    /// <summary>Looks for it from the field's key on to where the field ends: a line that does not stand further in.</summary>
    private TemplatePlace Search(TemplatePlace field, string part)
    {
        if (LinesOf(field.File) is not { } lines)
            return field;
        for (var at = field.Line; at <= lines.Length; at++)
        {
            var line = lines[at - 1];
            var first = line.Length - line.AsSpan().TrimStart().Length + 1;
            if (at > field.Line && first <= line.Length && first <= field.Column)
                break;
            var from = at == field.Line ? Math.Min(field.Column - 1, line.Length) : 0;
            if (line.IndexOf(part, from, StringComparison.Ordinal) is >= 0 and var found)
                return field with { Line = at, Column = found + 1 };
        }

        return field;
    }

    private string[]? LinesOf(string file)
    {
        if (_lines.TryGetValue(file, out var known))
            return known;
        try
        {
            return _lines[file] = read(file).Split('\n');
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
