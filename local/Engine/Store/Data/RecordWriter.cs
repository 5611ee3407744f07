using System.Numerics;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Engine.Store.Data;

/// <summary>
/// Writes a record of the data file: numbers in as few bytes as they need, texts as UTF-8, a check sum at the end. What was written
/// is read back by a <see cref="RecordReader"/> in the same order.
/// </summary>
/// <param name="refer">
/// Keeps a large value in one place and gives its number, so that an execution writes it once; null to write every value in full.
/// </param>
internal sealed class RecordWriter(Func<JsonValue, int>? refer = null)
{
    /// <summary>Values with a text of so many characters are kept in one place and referred to.</summary>
    private const int LargeLength = 1024;

    private const int MostKept = 65_536;

    /// <summary>The bytes that no writer of this thread uses: an execution that sleeps has a writer but holds none.</summary>
    [ThreadStatic]
    private static byte[]? _spare;

    private byte[] _bytes = [];
    private int _count;

    public void Number(long value)
    {
        // Zigzag, so that small negative numbers are short too.
        var rest = (ulong)((value << 1) ^ (value >> 63));
        var room = Room(10);
        var i = 0;
        for (; rest >= 0x80; rest >>= 7)
            room[i++] = (byte)(rest | 0x80);
        room[i++] = (byte)rest;
        _count += i;
    }

    public void Flag(bool value) => Number(value ? 1 : 0);

    public void Time(DateTimeOffset? value) => Number(value?.UtcTicks ?? -1);

    public void Text(string? value)
    {
        if (value is null)
        {
            Number(-1);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(value);
        Number(length);
        _count += Encoding.UTF8.GetBytes(value, Room(length));
    }

    /// <summary>A value, with the layout its author gave it where it has one.</summary>
    public void Value(JsonValue? value)
    {
        if (value is null)
        {
            Number((int)ValueForm.None);
        }
        else if (value is JsonArray array && array.HasSourceText && array.Any(item => item.HasSourceText))
        {
            Number((int)ValueForm.Items);
            Number(array.Count);
            foreach (var item in array)
                Value(item);
        }
        else if (refer is not null && value.CompactLength >= LargeLength)
        {
            Number((int)ValueForm.Reference);
            Number(refer(value));
        }
        else
        {
            Number((int)(value.HasSourceText ? ValueForm.Source : ValueForm.Compact));
            Text(value.Text);
        }
    }

    /// <summary>The record, and an empty writer for the next one.</summary>
    public byte[] Take()
    {
        var sum = CheckSum(_bytes.AsSpan(0, _count));
        BitConverter.TryWriteBytes(Room(4), sum);
        var record = _bytes.AsSpan(0, _count + 4).ToArray();
        if (_bytes.Length <= MostKept)
            _spare = _bytes;
        (_bytes, _count) = ([], 0);
        return record;
    }

    /// <summary>Where to write so many bytes.</summary>
    private Span<byte> Room(int length)
    {
        if (_bytes.Length - _count < length)
            Grow(length);
        return _bytes.AsSpan(_count);
    }

    private void Grow(int length)
    {
        if (_bytes.Length == 0)
            (_bytes, _spare) = (_spare ?? new byte[256], null);
        if (_bytes.Length - _count < length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _count + length));
    }

    internal static uint CheckSum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        for (; bytes.Length >= 8; bytes = bytes[8..])
            sum = BitOperations.Crc32C(sum, BitConverter.ToUInt64(bytes));
        foreach (var b in bytes)
            sum = BitOperations.Crc32C(sum, b);
        return ~sum;
    }
}

/// <summary>The forms in which a value stands in a record.</summary>
internal enum ValueForm
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>Compact text.</summary>
    Compact,

    /// <summary>The author's own text.</summary>
    Source,

    /// <summary>The number of a value that stands elsewhere.</summary>
    Reference,

    /// <summary>An array whose items carry texts of their own.</summary>
    Items,
}
