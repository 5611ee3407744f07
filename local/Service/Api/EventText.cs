using System.Buffers;
using System.Globalization;
using System.Text.Unicode;

namespace Stateside.Service.Api;

/// <summary>
/// JSON text in the making, for what is written by the thousand: the bytes that never change are copied, and nothing is looked up.
/// Nobody checks that it is well formed but its tests.
/// </summary>
internal sealed class EventText : IDisposable
{
    /// <summary>Of each character below 128 how it is written: 0 as it is, a letter after a backslash, or u for its number.</summary>
    private static readonly byte[] Escapes = MakeEscapes();

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(65_536);
    private int _count;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _count);

    /// <summary>Text as it stands.</summary>
    public EventText Raw(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Room(text.Length));
        _count += text.Length;
        return this;
    }

    public EventText Number(long value)
    {
        value.TryFormat(Room(20), out var length, default, CultureInfo.InvariantCulture);
        _count += length;
        return this;
    }

    /// <summary>A time as the protocol has it: seconds since 1970 with milliseconds.</summary>
    public EventText Time(DateTimeOffset time)
    {
        var (seconds, milliseconds) = Math.DivRem(time.ToUnixTimeMilliseconds(), 1000);
        Number(seconds);
        var room = Room(4);
        room[0] = (byte)'.';
        room[1] = (byte)('0' + (milliseconds / 100));
        room[2] = (byte)('0' + (milliseconds / 10 % 10));
        room[3] = (byte)('0' + (milliseconds % 10));
        _count += 4;
        return this;
    }

    /// <summary>A string in quotes.</summary>
    public EventText Quoted(string value)
    {
        Room(1)[0] = (byte)'"';
        _count++;
        for (var at = 0; at < value.Length;)
        {
            // A piece at a time: the longest escape takes six bytes a character.
            var end = Math.Min(value.Length, at + 4096);
            var room = Room((end - at) * 6);
            var n = 0;
            for (; at < end; at++)
            {
                var c = value[at];
                if (c >= 128)
                    break;
                var escape = Escapes[c];
                if (escape == 0)
                {
                    room[n++] = (byte)c;
                    continue;
                }

                room[n++] = (byte)'\\';
                room[n++] = escape;
                if (escape != 'u')
                    continue;
                "00"u8.CopyTo(room[n..]);
                room[n + 2] = (byte)(c < 16 ? '0' : '1');
                room[n + 3] = (byte)"0123456789abcdef"[c & 15];
                n += 4;
            }

            _count += n;
            if (at < end)
                at += Wide(value.AsSpan(at));
        }

        Room(1)[0] = (byte)'"';
        _count++;
        return this;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);

    /// <summary>Characters beyond ASCII, up to the next one of it.</summary>
    /// <returns>How many there are.</returns>
    private int Wide(ReadOnlySpan<char> text)
    {
        var length = text.IndexOfAnyInRange('\0', '\x7f');
        text = length < 0 ? text : text[..length];
        Utf8.FromUtf16(text, Room(text.Length * 3), out _, out var written);
        _count += written;
        return text.Length;
    }

    private Span<byte> Room(int length)
    {
        if (_bytes.Length - _count < length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_bytes.Length * 2, _count + length));
            Written.CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
        }

        return _bytes.AsSpan(_count);
    }

    private static byte[] MakeEscapes()
    {
        var escapes = new byte[128];
        escapes.AsSpan(0, 32).Fill((byte)'u');
        foreach (var (c, letter) in new[] { ('"', '"'), ('\\', '\\'), ('\b', 'b'), ('\t', 't'), ('\n', 'n'), ('\f', 'f'), ('\r', 'r') })
            escapes[c] = (byte)letter;
        return escapes;
    }
}
