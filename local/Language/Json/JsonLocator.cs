using System.Text;
using System.Text.Json;

namespace Stateside.Language.Json;

/// <summary>A position in a text.</summary>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in characters, from 1.</param>
internal readonly record struct TextPosition(int Line, int Column);

/// <summary>
/// Says where in a JSON text a place stands. The text is gone through on the first question and never when nobody asks.
/// </summary>
internal sealed class JsonLocator(string text)
{
    private readonly byte[] _utf8 = Encoding.UTF8.GetBytes(text);
    private Node? _root;
    private int[]? _lines;

    /// <summary>The position of a place: of a member's key, of an item's or the whole value's first character.</summary>
    /// <param name="place">The place. Of one that the text does not have, the nearest place around it counts.</param>
    /// <returns>The position; line 1, column 1 when the text is not JSON.</returns>
    public TextPosition Locate(JsonPlace place) => PositionOf(Find(place).Offset);

    /// <summary>The place that a position is in, or that ends nearest before it: the innermost one that begins at it or before it.</summary>
    /// <param name="position">The position; one behind a line's end is taken for the end.</param>
    /// <returns>The place; the root when the text is not JSON.</returns>
    public JsonPlace PlaceAt(TextPosition position)
    {
        var offset = OffsetOf(position);
        var (place, node) = (JsonPlace.Root, Find(JsonPlace.Root));
        while (true)
        {
            var found = node.Members?.Where(member => member.Value.Offset <= offset).DefaultIfEmpty().MaxBy(member => member.Value?.Offset);
            if (found is { Value: { } member })
                (place, node) = (place.Member(found.Value.Key), member);
            else if (node.Items?.FindLastIndex(item => item.Offset <= offset) is { } index and >= 0)
                (place, node) = (place.Item(index), node.Items[index]);
            else
                return place;
        }
    }

    /// <summary>The position of a character of the text that stands at a place.</summary>
    /// <param name="place">The place.</param>
    /// <param name="offset">How many characters of the text, as it reads, are before that one.</param>
    /// <returns>The position; that of the place where it holds no such text.</returns>
    public TextPosition Locate(JsonPlace place, int offset)
    {
        var node = Find(place);
        if (node.Text < 0)
            return PositionOf(node.Offset);
        var at = node.Text + 1;
        for (var left = offset; left > 0 && _utf8[at] != '"'; left--)
        {
            var first = _utf8[at];
            at += first == '\\' ? (_utf8[at + 1] == 'u' ? 6 : 2) : first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
            if (first >= 0xF0)
                left--;
        }

        return PositionOf(at);
    }

    private Node Find(JsonPlace place)
    {
        if (place.Outer is null)
            return _root ??= ReadRoot();
        var outer = Find(place.Outer);
        if (place.Key is { } key)
            return outer.Members is not null && outer.Members.TryGetValue(key, out var member) ? member : outer;
        return outer.Items is not null && place.Index < outer.Items.Count ? outer.Items[place.Index] : outer;
    }

    private TextPosition PositionOf(int offset)
    {
        _lines ??= FindLines(_utf8);
        var found = Array.BinarySearch(_lines, offset);
        var line = found >= 0 ? found : ~found - 1;
        return new TextPosition(line + 1, Encoding.UTF8.GetCharCount(_utf8, _lines[line], offset - _lines[line]) + 1);
    }

    private int OffsetOf(TextPosition position)
    {
        _lines ??= FindLines(_utf8);
        var line = Math.Clamp(position.Line, 1, _lines.Length) - 1;
        var end = line + 1 < _lines.Length ? _lines[line + 1] : _utf8.Length;
        var text = Encoding.UTF8.GetString(_utf8, _lines[line], end - _lines[line]);
        return _lines[line] + Encoding.UTF8.GetByteCount(text.AsSpan(0, Math.Clamp(position.Column - 1, 0, text.Length)));
    }

    private Node ReadRoot()
    {
        var reader = new Utf8JsonReader(_utf8, new JsonReaderOptions { MaxDepth = JsonReader.MaxDepth });
        try
        {
            reader.Read();
            return Read(ref reader, (int)reader.TokenStartIndex);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return new Node(0);
        }
    }

    private static Node Read(ref Utf8JsonReader reader, int offset)
    {
        var node = new Node(offset) { Text = reader.TokenType == JsonTokenType.String ? (int)reader.TokenStartIndex : -1 };
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                node.Members = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
                {
                    var at = (int)reader.TokenStartIndex;
                    var key = reader.GetString()!;
                    reader.Read();
                    node.Members[key] = Read(ref reader, at);
                }

                break;
            case JsonTokenType.StartArray:
                node.Items = [];
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    node.Items.Add(Read(ref reader, (int)reader.TokenStartIndex));
                break;
        }

        return node;
    }

    private static int[] FindLines(byte[] utf8)
    {
        var lines = new List<int> { 0 };
        for (var i = 0; i < utf8.Length; i++)
        {
            if (utf8[i] == '\n')
                lines.Add(i + 1);
        }

        return [.. lines];
    }

    private sealed class Node(int offset)
    {
        public int Offset { get; } = offset;

        /// <summary>Where the text begins that is the value; -1 where it is none.</summary>
        public int Text { get; init; } = -1;

        public Dictionary<string, Node>? Members { get; set; }

        public List<Node>? Items { get; set; }
    }
}
