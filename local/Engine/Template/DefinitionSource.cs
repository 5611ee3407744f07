using System.Globalization;
using Stateside.Engine.Template.Parsing;
using Stateside.Language.Json;

namespace Stateside.Engine.Template;

/// <summary>A state machine's definition: JSON text after all substitutions, and the way back to where each part was written.</summary>
/// <param name="read">What the text holds.</param>
/// <param name="written">What it was made from: the same as <paramref name="read"/> when the text is all there is.</param>
/// <param name="original">From places in the text to places in the file; null when the text was made here.</param>
/// <param name="substitute">Puts values into a text.</param>
internal sealed class DefinitionSource(
    TemplateNode read, TemplateNode written, Func<TemplatePlace, TemplatePlace>? original, Func<string, string> substitute)
{
    /// <summary>The full path of the file that the definition was written in.</summary>
    public required string File { get; init; }

    /// <summary>The definition as JSON text.</summary>
    public required string Text { get; init; }

    /// <summary>Whether the lines of <see cref="Text"/> are the lines of <see cref="File"/>.</summary>
    public required bool LinesMatch { get; init; }

    /// <summary>Another text in place of the file's, such as an edit that is not saved yet, with the template's values put in.</summary>
    /// <returns>The definition as JSON text, as it would be read.</returns>
    public string Fill(string text) => substitute(text);

    /// <summary>The texts that the definition has as values, without the names of states that it leads to.</summary>
    /// <param name="without">Task states that do not count, wherever in the definition they stand; null for none.</param>
    public List<string> Values(IReadOnlyCollection<string>? without)
    {
        var values = new List<string>();
        Add(read, false);
        return values;

        void Add(TemplateNode node, bool areStates)
        {
            switch (node)
            {
                case MapNode map:
                    foreach (var member in map.Members)
                    {
                        if (!(areStates ? IsWithout(member) : member is { Key: "StartAt" or "Next" or "Default", Value: ScalarNode { Value: JsonString } }))
                            Add(member.Value, member.Key == "States" && !areStates);
                    }

                    break;
                case ListNode list:
                    foreach (var item in list.Items)
                        Add(item, false);
                    break;
                case ScalarNode { Value: JsonString text }:
                    values.Add(text.Value);
                    break;
            }
        }

        bool IsWithout(TemplateMember state) =>
            without?.Contains(state.Key) == true && ((state.Value as MapNode)?["Type"] as ScalarNode)?.Text == "Task";
    }

    /// <summary>Where a place in <see cref="Text"/> was written.</summary>
    /// <param name="line">The line, from 1.</param>
    /// <param name="column">The column in characters, from 1.</param>
    /// <returns>The place in the file that the user edits.</returns>
    public TemplatePlace Locate(int line, int column) =>
        original is not null ? original(new(File, line, column)) : Follow(PathTo(read, (line, column)));

    /// <summary>Where a part of the definition was written.</summary>
    /// <param name="location">The part, such as <c>/States/Pay/Retry[0]/MaxAttempts</c>; a part that is missing gives what it is missing from.</param>
    /// <returns>The place in the file that the user edits.</returns>
    public TemplatePlace Locate(string location) =>
        Follow(location.Split(['/', '[', ']'], StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The keys and indexes that lead to the last value that begins at or before a place.</summary>
    private static List<string> PathTo(TemplateNode node, (int, int) place)
    {
        var path = new List<string>();
        while (true)
        {
            switch (node)
            {
                case MapNode map when map.Members.LastOrDefault(member => IsBefore(member.Place, place)) is { } member:
                    path.Add(member.Key);
                    node = member.Value;
                    break;
                case ListNode list when list.Items.Count(item => IsBefore(item.Place, place)) is var count and > 0:
                    path.Add((count - 1).ToString(CultureInfo.InvariantCulture));
                    node = list.Items[count - 1];
                    break;
                default:
                    return path;
            }
        }
    }

    private static bool IsBefore(TemplatePlace place, (int, int) other) => (place.Line, place.Column).CompareTo(other) <= 0;

    private TemplatePlace Follow(IEnumerable<string> path)
    {
        var node = written;
        var place = node.Place;
        foreach (var key in path)
        {
            if (node is MapNode map && map.Members.FirstOrDefault(member => member.Key == key || substitute(member.Key) == key) is { } member)
                (node, place) = (member.Value, member.Place);
            else if (node is ListNode list && int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < list.Items.Count)
                (node, place) = (list.Items[at], list.Items[at].Place);
            else
                break;
        }

        return ReferenceEquals(written, read) && original is not null ? original(place) : place;
    }
}
