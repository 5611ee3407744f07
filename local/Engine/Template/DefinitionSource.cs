using System.Globalization;

namespace Stateside.Engine.Template;

/// <summary>A state machine's definition: JSON text after all substitutions, and the way back to where each part was written.</summary>
public sealed class DefinitionSource
{
    private readonly TemplateNode _tree;
    private readonly Func<TemplatePlace, TemplatePlace> _original;
    private readonly Func<string, string> _substitute;

    internal DefinitionSource(
        string file, string text, bool linesMatch, TemplateNode tree, Func<TemplatePlace, TemplatePlace> original, Func<string, string> substitute)
    {
        File = file;
        Text = text;
        LinesMatch = linesMatch;
        _tree = tree;
        _original = original;
        _substitute = substitute;
    }

    /// <summary>The full path of the file that the definition was written in.</summary>
    public string File { get; }

    /// <summary>The definition as JSON text.</summary>
    public string Text { get; }

    /// <summary>Whether the lines of <see cref="Text"/> are the lines of <see cref="File"/>.</summary>
    public bool LinesMatch { get; }

    /// <summary>Where a part of the definition was written.</summary>
    /// <param name="location">The part, such as <c>/States/Pay/Retry[0]/MaxAttempts</c>; a part that is missing gives what it is missing from.</param>
    /// <returns>The place in the file that the user edits.</returns>
    public TemplatePlace Locate(string location)
    {
        var node = _tree;
        var place = node.Place;
        foreach (var step in location.Split(['/', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
        {
            // The States Language's own names have no slash; a state's may, and a JSON pointer writes it so.
            var key = step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (node is MapNode map && map.Members.FirstOrDefault(member => member.Key == key || _substitute(member.Key) == key) is { } member)
                (node, place) = (member.Value, member.Place);
            else if (node is ListNode list && int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < list.Items.Count)
                (node, place) = (list.Items[at], list.Items[at].Place);
            else if (key != "$")
                break;
        }

        return _original(place);
    }
}
