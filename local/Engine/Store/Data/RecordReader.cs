using System.Text;
using Stateside.Language.Json;

namespace Stateside.Engine.Store.Data;

/// <summary>Reads what a <see cref="RecordWriter"/> wrote, in the same order.</summary>
internal sealed class RecordReader
{
    private readonly byte[] _record;
    private readonly int _end;
    private readonly Func<int, JsonValue>? _find;
    private int _at;

    /// <summary>A reader at the beginning of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="find">Finds a value that is kept elsewhere by its number.</param>
    /// <exception cref="DataDamagedException">The record is not as it was written.</exception>
    public RecordReader(byte[] record, Func<int, JsonValue>? find = null)
    {
        _record = record;
        _find = find;
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

    public bool Flag() => Number() != 0;

    public DateTimeOffset? Time() => Number() is var ticks and >= 0 ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    public string? Text()
    {
        var length = Int();
        if (length < 0)
            return null;
        if (length > _end - _at)
            throw new DataDamagedException("a record ends too early");
        _at += length;
        return Encoding.UTF8.GetString(_record, _at - length, length);
    }

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
                var items = new JsonValue[Int()];
                for (var i = 0; i < items.Length; i++)
                    items[i] = Value()!;
                return JsonArray.OfTexts(items);
        }
    }
}
