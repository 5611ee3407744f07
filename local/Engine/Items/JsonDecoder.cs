using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Stateside.Language.Json;
using JsonReader = Stateside.Language.Json.JsonReader;

namespace Stateside.Engine.Items;

/// <summary>Reads items of JSON one after another: the lines of a file, or the elements of an array at any place of a document.</summary>
internal static class JsonDecoder
{
    /// <summary>The values of a file that has one in each line; empty lines are none. See https://jsonlines.org.</summary>
    /// <exception cref="MapItemsException">A line is no JSON or too long, or the file is damaged.</exception>
    public static async IAsyncEnumerable<JsonValue> LinesAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var window = new ByteWindow(stream);
        await window.PassByteOrderMarkAsync(cancellationToken).ConfigureAwait(false);
        for (var line = 1L; ;)
        {
            var length = window.Bytes.IndexOf((byte)'\n');
            if (length < 0 && !window.IsFinal)
            {
                await window.FillAsync(cancellationToken).ConfigureAwait(false);
                continue;
            }

            if (Line(length < 0 ? window.Bytes : window.Bytes[..length], line) is { } value)
                yield return value;
            if (length < 0)
                yield break;
            window.Pass(length + 1);
            line++;
        }
    }

    /// <summary>The elements of the array at a place of a document.</summary>
    /// <param name="stream">The document.</param>
    /// <param name="pointer">The place; null for the whole document.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MapItemsException">There is no array, or it is no JSON, an element is too long, or the file is damaged.</exception>
    public static async IAsyncEnumerable<JsonValue> ElementsAsync(
        Stream stream, string? pointer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var window = new ByteWindow(stream);
        await window.PassByteOrderMarkAsync(cancellationToken).ConfigureAwait(false);
        var elements = new ArrayElements(window, pointer);
        var read = new List<JsonValue>();
        while (true)
        {
            var (isEnd, refusal) = Take(elements, read);
            foreach (var element in read)
                yield return element;
            if (refusal is not null)
                throw refusal;
            if (isEnd)
                yield break;
            read.Clear();
            await window.FillAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes elements. What is wrong behind some is told after these.</summary>
    private static (bool IsEnd, MapItemsException? Refusal) Take(ArrayElements elements, List<JsonValue> into)
    {
        try
        {
            return (elements.Read(into), null);
        }
        catch (MapItemsException e)
        {
            return (true, e);
        }
    }

    private static JsonValue? Line(ReadOnlySpan<byte> line, long number)
    {
        if (line.Trim(" \t\r"u8).IsEmpty)
            return null;
        try
        {
            return JsonReader.Parse(line);
        }
        catch (JsonSyntaxException e)
        {
            throw Refused($"line {number}, column {e.Column}: {e.Problem}");
        }
    }

    private static MapItemsException Refused(string problem) => new($"Could not parse the item source as JSON: {problem}");

    /// <summary>Looks for an array in what a window shows of a document, and takes its elements as they come.</summary>
    private sealed class ArrayElements(ByteWindow window, string? pointer)
    {
        /// <summary>The names and numbers on the way to the array. See https://www.rfc-editor.org/rfc/rfc6901.</summary>
        private readonly string[] _way = [.. (pointer ?? "").Split('/').Skip(1).Select(token =>
            token.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

        private JsonReaderState _state = new(new JsonReaderOptions { MaxDepth = JsonReader.MaxDepth });

        /// <summary>How many steps of the way were taken, and how many elements are before the next where that is into an array.</summary>
        private int _reached;
        private int _elementsBefore;

        /// <summary>How deep the reader is in a value that is passed by; 0 where it is in none.</summary>
        private int _passingDepth;

        /// <summary>Whether the next value is on the way.</summary>
        private bool _isOnWay = true;
        private bool _isInArray;

        /// <summary>Takes the elements that are whole in the window.</summary>
        /// <returns>Whether they were the last.</returns>
        public bool Read(List<JsonValue> into)
        {
            var reader = new Utf8JsonReader(window.Bytes, window.IsFinal, _state);
            try
            {
                var isEnd = (_isInArray || Find(ref reader)) && Take(ref reader, into);
                if (isEnd)
                    return true;
                if (window.IsFinal)
                    throw Refused("The document ends before the items do.");
                window.Pass((int)reader.BytesConsumed);
                _state = reader.CurrentState;
                return false;
            }
            catch (JsonException e)
            {
                throw Refused(JsonReader.Refused(e).Message);
            }
            catch (InvalidOperationException)
            {
                throw Refused("A string holds bytes or surrogates that are not Unicode text.");
            }
        }

        /// <summary>Goes on to the array.</summary>
        /// <returns>Whether the reader stands at its beginning.</returns>
        private bool Find(ref Utf8JsonReader reader)
        {
            while (reader.Read())
            {
                var type = reader.TokenType;
                if (_passingDepth > 0)
                {
                    _passingDepth += type is JsonTokenType.StartObject or JsonTokenType.StartArray ? 1
                        : type is JsonTokenType.EndObject or JsonTokenType.EndArray ? -1 : 0;
                }
                else if (_isOnWay)
                {
                    if (Enter(type))
                        return _isInArray = true;
                }
                else if (type == JsonTokenType.PropertyName)
                {
                    _isOnWay = reader.ValueTextEquals(_way[_reached - 1]);
                }
                else if (type is JsonTokenType.EndObject or JsonTokenType.EndArray)
                {
                    throw NotIterable();
                }
                else
                {
                    PassBy(type);
                }
            }

            return false;
        }

        /// <summary>Enters what stands on the way.</summary>
        private bool Enter(JsonTokenType type)
        {
            if (_reached == _way.Length)
                return type == JsonTokenType.StartArray ? true : throw NotIterable();
            var step = _way[_reached++];
            (_elementsBefore, _isOnWay) = (0, false);
            if (type == JsonTokenType.StartArray && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
                (_elementsBefore, _isOnWay) = (index, index == 0);
            else if (type != JsonTokenType.StartObject)
                throw NotIterable();
            return false;
        }

        /// <summary>Begins to pass by a value that is not on the way; the one after it may be.</summary>
        private void PassBy(JsonTokenType type)
        {
            _passingDepth = type is JsonTokenType.StartObject or JsonTokenType.StartArray ? 1 : 0;
            if (_elementsBefore > 0)
                _isOnWay = --_elementsBefore == 0;
        }

        private static bool Take(ref Utf8JsonReader reader, List<JsonValue> into)
        {
            while (true)
            {
                // Only what is whole in the window can be read; what is not is looked at again with more behind it.
                var ahead = reader;
                if (!ahead.Read())
                    return false;
                if (ahead.TokenType == JsonTokenType.EndArray)
                    return true;
                if (!ahead.TrySkip())
                    return false;
                reader.Read();
                into.Add(JsonReader.Read(ref reader));
            }
        }

        private static MapItemsException NotIterable() => new("Attempting to map over non-iterable node.");
    }
}
