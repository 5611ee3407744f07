using System.Buffers;
using System.Globalization;
using System.Text.Unicode;

namespace Stateside.Engine.Operations;

/// <summary>
/// JSON text in the making, for what is written by the thousand: the bytes that never change are copied, and nothing is looked up.
/// Nobody checks that it is well formed but its tests.
/// </summary>
internal sealed class EventText : IDisposable
{
    /// <summary>Of each byte how it is written: 0 as it is, a letter after a backslash, or u for its number.</summary>
    private static readonly byte[] Escapes = MakeEscapes();

    private const int PieceLength = 1024;

    private readonly byte[] _piece = new byte[PieceLength * 3];
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

    /// <summary>A string in quotes; a lone surrogate becomes U+FFFD.</summary>
    public EventText Quoted(string value)
    {
        Raw("\""u8);

        // A piece at a time, and none between the halves of a pair.
        for (var rest = value.AsSpan(); !rest.IsEmpty;)
        {
            var piece = rest[..Math.Min(rest.Length, PieceLength)];
            Utf8.FromUtf16(piece, _piece, out var read, out var length, isFinalBlock: piece.Length == rest.Length);
            Escaped(_piece.AsSpan(0, length));
            rest = rest[read..];
        }

        return Raw("\""u8);
    }

    /// <summary>A string in quotes.</summary>
    /// <param name="value">The string in UTF-8.</param>
    public EventText Quoted(ReadOnlySpan<byte> value) => Raw("\""u8).Escaped(value).Raw("\""u8);

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);

    private EventText Escaped(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty)
        {
            // The longest escape takes six bytes.
            var piece = text[..Math.Min(text.Length, 4096)];
            text = text[piece.Length..];
            var room = Room(piece.Length * 6);
            var n = 0;
            foreach (var c in piece)
            {
                var escape = Escapes[c];
                if (escape == 0)
                {
                    room[n++] = c;
                    continue;
                }

                room[n++] = (byte)'\\';
                room[n++] = escape;
                if (escape != 'u')
                    continue;
                "00"u8.CopyTo(room[n..]);
                room[n + 2] = (byte)(c < 16 ? '0' : '1');
                room[n + 3] = "0123456789abcdef"u8[c & 15];
                n += 4;
            }

            _count += n;
        }

        return this;
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
        var escapes = new byte[256];
        escapes.AsSpan(0, 32).Fill((byte)'u');
        foreach (var (c, letter) in new[] { ('"', '"'), ('\\', '\\'), ('\b', 'b'), ('\t', 't'), ('\n', 'n'), ('\f', 'f'), ('\r', 'r') })
            escapes[c] = (byte)letter;
        return escapes;
    }
}
