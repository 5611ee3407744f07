using System.Buffers;
using System.Text;
using Stateside.Engine.History;
using Stateside.Language.Json;

namespace Stateside.Engine.Store.Data;

/// <summary>Reads what a <see cref="RecordWriter"/> wrote, in the same order.</summary>
internal sealed class RecordReader
{
    private readonly byte[] _record;
    private readonly int _end;
    private readonly Func<int, JsonValue>? _find;
    private readonly Func<int, JsonText>? _findText;
    private int _at;

    /// <summary>A reader at the beginning of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="find">Finds a value that is kept elsewhere by its number.</param>
    /// <param name="findText">The same for its text.</param>
    /// <exception cref="DataDamagedException">The record is not as it was written.</exception>
    public RecordReader(byte[] record, Func<int, JsonValue>? find = null, Func<int, JsonText>? findText = null)
    {
        _record = record;
        _find = find;
        _findText = findText;
        _end = record.Length - 4;
        if (_end < 0 || RecordWriter.CheckSum(record.AsSpan(0, _end)) != BitConverter.ToUInt32(record, _end))
            throw new DataDamagedException("a record's check sum is wrong");
    }

    public long Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (_at >= _end)
                break;
            var b = _record[_at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
                return (long)(value >> 1) ^ -(long)(value & 1);
        }

        throw new DataDamagedException("a record ends too early");
    }

    public int Int() => checked((int)Number());

    /// <summary>How many things follow, of which each takes a byte at least.</summary>
    public int Count() => Number() is var count && count <= _end - _at ? checked((int)count) : throw new DataDamagedException("a record ends too early");

    public bool Flag() => Number() != 0;

    public DateTimeOffset? Time() => Number() is var ticks and >= 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    public string? Text() => Utf8() is { } text ? Encoding.UTF8.GetString(text.Span) : null;

    public JsonValue? Value()
    {
        switch ((ValueForm)Number())
        {
            case ValueForm.None:
                return null;
            case ValueForm.Compact:
                return JsonReader.Parse(Text()!);
            case ValueForm.Source:
                return JsonReader.Parse(Text()!, keepText: true);
            case ValueForm.Reference:
                return _find!(Int());
            default:
                var items = new JsonValue[Count()];
                for (var i = 0; i < items.Length; i++)
                    items[i] = Value()!;
                return JsonArray.OfTexts(items);
        }
    }

    /// <summary>A value as its text, which is not read.</summary>
    public JsonText? ValueText()
    {
        switch ((ValueForm)Number())
        {
            case ValueForm.None:
                return null;
            case ValueForm.Compact or ValueForm.Source:
                return new JsonText(Utf8()!.Value);
            case ValueForm.Reference:
                return _findText!(Int());
            default:
                var items = Count();
                var text = new ArrayBufferWriter<byte>();
                text.Write("["u8);
                for (var i = 0; i < items; i++)
                {
                    text.Write(i == 0 ? default : ","u8);
                    text.Write(ValueText()!.Utf8.Span);
                }

                text.Write("]"u8);
                return new JsonText(text.WrittenMemory);
        }
    }

    private ReadOnlyMemory<byte>? Utf8()
    {
        var length = Int();
        if (length < 0)
            return null;
        if (length > _end - _at)
            throw new DataDamagedException("a record ends too early");
        _at += length;
        return _record.AsMemory(_at - length, length);
    }
}
