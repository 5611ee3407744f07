using System.Buffers;
using System.Text;

namespace Stateside.Engine.Items;

/// <summary>
/// The rows of a file of comma-separated values as AWS reads them, which is what Java's opencsv does: quotation marks need not stand around
/// a whole field and may enclose delimiters and line ends, two of them are one, and a backslash before a backslash, a quotation mark or
/// the delimiter takes its meaning away and is dropped elsewhere. Empty lines are no rows.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/example-csv-parse-dist-map.html.
/// </summary>
/// <param name="window">The text in UTF-8.</param>
/// <param name="delimiter">What stands between fields.</param>
internal sealed class CsvRows(ByteWindow window, char delimiter)
{
    private readonly SearchValues<byte> _special = SearchValues.Create([(byte)delimiter, (byte)'\n', (byte)'\r', (byte)'"', (byte)'\\']);

    /// <summary>Where the fields of a row without marks end in the window.</summary>
    private int[] _ends = new int[16];

    /// <summary>The fields of a row with marks; those of other rows are read where they stand.</summary>
    private readonly List<string> _fields = [];
    private readonly StringBuilder _field = new();
    private bool _hasMarks;
    private int _length;

    /// <summary>How many fields the row has.</summary>
    public int Count { get; private set; }

    /// <summary>How many bytes the row has, with its line end.</summary>
    public int Bytes => _length;

    /// <summary>A field of the row.</summary>
    public string this[int index]
    {
        get
        {
            if (_hasMarks)
                return _fields[index];
            var start = index == 0 ? 0 : _ends[index - 1] + 1;
            return Encoding.UTF8.GetString(window.Bytes[start.._ends[index]]);
        }
    }

    /// <summary>Goes to the next row that is whole in the window.</summary>
    /// <returns>Whether there is one; where not, and the window is not final, more is to be taken into it.</returns>
    /// <exception cref="MapItemsException">The file ends within quotation marks.</exception>
    public bool MoveNext()
    {
        window.Pass(_length);
        _length = 0;
        while (true)
        {
            var bytes = window.Bytes;
            if (bytes.IsEmpty)
                return false;

            // What holds no line is empty.
            if (bytes[0] is (byte)'\n' or (byte)'\r')
                window.Pass(1);
            else
                return Read(bytes);
        }
    }

    private bool Read(ReadOnlySpan<byte> bytes)
    {
        _hasMarks = false;
        Count = 0;
        for (var at = 0; ; at++)
        {
            var next = bytes[at..].IndexOfAny(_special);
            if (next < 0)
            {
                if (window.IsFinal)
                    EndRow(bytes.Length, bytes.Length);
                return window.IsFinal;
            }

            at += next;
            switch (bytes[at])
            {
                case (byte)'"' or (byte)'\\':
                    return ReadMarked(bytes);
                case (byte)'\n':
                    EndRow(at, at + 1);
                    return true;
                case (byte)'\r':
                    // The line feed of a pair that is torn apart is an empty line.
                    EndRow(at, at + 1);
                    return true;
                default:
                    EndField(at);
                    break;
            }
        }
    }

    private void EndField(int at)
    {
        if (Count == _ends.Length)
            Array.Resize(ref _ends, Count * 2);
        _ends[Count++] = at;
    }

    private void EndRow(int at, int length)
    {
        EndField(at);
        _length = length;
    }

    /// <summary>Reads a row that holds quotation marks or backslashes: line by line, as long as a quotation goes on.</summary>
    private bool ReadMarked(ReadOnlySpan<byte> bytes)
    {
        _hasMarks = true;
        _fields.Clear();
        _field.Clear();
        var (isQuoted, isInField) = (false, false);
        for (var at = 0; ;)
        {
            var length = bytes[at..].IndexOfAny((byte)'\n', (byte)'\r');
            if (length < 0 && !window.IsFinal)
                return false;
            var end = length < 0 ? bytes.Length : at + length;
            ReadLine(Encoding.UTF8.GetString(bytes[at..end]), ref isQuoted, ref isInField);
            at = end;
            if (at < bytes.Length && bytes[at] == '\r')
            {
                at++;
                if (at == bytes.Length && !window.IsFinal)
                    return false;
            }

            if (at < bytes.Length && bytes[at] == '\n')
                at++;
            if (!isQuoted)
            {
                Count = _fields.Count;
                _length = at;
                return true;
            }

            if (at == bytes.Length)
            {
                return window.IsFinal
                    ? throw new MapItemsException("The CSV file ends within a field that a quotation mark opens.")
                    : false;
            }
        }
    }

    private void ReadLine(string line, ref bool isQuoted, ref bool isInField)
    {
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            var next = i + 1 < line.Length ? line[i + 1] : '\0';
            if (c == '\\')
            {
                isInField = true;
                if (next == '\\' || next == '"' || (next == delimiter && i + 1 < line.Length))
                    _field.Append(line[++i]);
            }
            else if (c == '"')
            {
                if ((isQuoted || isInField) && next == '"')
                    _field.Append(line[++i]);
                else
                    OpenOrClose(line, i, ref isQuoted);
                isInField = !isInField;
            }
            else if (c == delimiter && !isQuoted)
            {
                EndMarkedField();
                isInField = false;
            }
            else
            {
                _field.Append(c);
                isInField = true;
            }
        }

        if (isQuoted)
        {
            _field.Append('\n');
            return;
        }

        isInField = false;
        EndMarkedField();
    }

    /// <summary>
    /// A quotation mark that stands alone. Amid a field it opens or closes a quotation and stays in the field nevertheless, but where
    /// only white space is before it; so it does not among the first characters of a line, nor beside a delimiter.
    /// </summary>
    private void OpenOrClose(string line, int at, ref bool isQuoted)
    {
        isQuoted = !isQuoted;
        if (at <= 2 || line[at - 1] == delimiter || at + 1 >= line.Length || line[at + 1] == delimiter)
            return;
        if (_field.Length > 0 && IsWhiteSpace(_field))
            _field.Clear();
        else
            _field.Append('"');
    }

    private static bool IsWhiteSpace(StringBuilder text)
    {
        foreach (var chunk in text.GetChunks())
        {
            foreach (var c in chunk.Span)
            {
                if (!char.IsWhiteSpace(c))
                    return false;
            }
        }

        return true;
    }

    private void EndMarkedField()
    {
        _fields.Add(_field.ToString());
        _field.Clear();
    }
}
