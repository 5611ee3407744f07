using System.Buffers;
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

    /// <summary>The buffer that no writer of this thread uses: an execution that sleeps has a writer but holds none.</summary>
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _spare;

    private ArrayBufferWriter<byte>? _taken;

    private ArrayBufferWriter<byte> Buffer
    {
        get
        {
            if (_taken is null)
                (_taken, _spare) = (_spare ?? new ArrayBufferWriter<byte>(256), null);
            return _taken;
        }
    }

    public void Number(long value)
    {
        // Zigzag, so that small negative numbers are short too.
        var rest = (ulong)((value << 1) ^ (value >> 63));
        var span = Buffer.GetSpan(10);
        var i = 0;
        for (; rest >= 0x80; rest >>= 7)
            span[i++] = (byte)(rest | 0x80);
        span[i++] = (byte)rest;
        Buffer.Advance(i);
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
        Buffer.Advance(Encoding.UTF8.GetBytes(value, Buffer.GetSpan(length)));
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
        var buffer = Buffer;
        var sum = CheckSum(buffer.WrittenSpan);
        BitConverter.TryWriteBytes(buffer.GetSpan(4), sum);
        buffer.Advance(4);
        var record = buffer.WrittenSpan.ToArray();
        buffer.ResetWrittenCount();
        _taken = null;
        if (buffer.Capacity <= MostKept)
            _spare = buffer;
        return record;
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
