using ZstdSharp;

namespace Stateside.Engine.Items;

/// <summary>
/// What of a stream is looked at: a window that slides along it and grows with the item that is in it, so that an object of any size needs
/// the memory of its largest item.
/// </summary>
/// <param name="stream">The stream.</param>
internal sealed class ByteWindow(Stream stream)
{
    /// <summary>The largest item that AWS reads, in bytes.</summary>
    public const int MostBytes = 8 * 1024 * 1024;

    private readonly ReadingStream? _told = stream as ReadingStream;
    private byte[] _buffer = new byte[64 * 1024];
    private int _start;
    private int _end;

    /// <summary>What is in the window.</summary>
    public ReadOnlySpan<byte> Bytes => _buffer.AsSpan(_start, _end - _start);

    /// <summary>Whether the stream ends with what is in the window.</summary>
    public bool IsFinal { get; private set; }

    /// <summary>Passes by bytes.</summary>
    public void Pass(int bytes)
    {
        _start += bytes;
        if (_told is not null)
            _told.Ahead = _end - _start;
    }

    /// <summary>Passes by the mark that a text in UTF-8 may begin with.</summary>
    public async ValueTask PassByteOrderMarkAsync(CancellationToken cancellationToken)
    {
        while (Bytes.Length < 3 && !IsFinal)
            await FillAsync(cancellationToken).ConfigureAwait(false);
        if (Bytes.StartsWith("\uFEFF"u8))
            Pass(3);
    }

    /// <summary>
    /// Takes as much again into the window as there is in it, so that who looks at it anew each time looks at each byte twice, not more.
    /// </summary>
    /// <exception cref="MapItemsException">What is in the window is larger than any item, or the stream is damaged.</exception>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        var held = _end - _start;
        if (held >= MostBytes)
            throw new MapItemsException($"An item of the item source is larger than {MostBytes / 1024 / 1024} MB.");
        if (_buffer.Length - held < Math.Max(held, 4096))
        {
            var larger = new byte[Math.Min(_buffer.Length * 2, MostBytes + _buffer.Length)];
            Bytes.CopyTo(larger);
            _buffer = larger;
        }
        else
        {
            Bytes.CopyTo(_buffer);
        }

        (_start, _end) = (0, held);
        var least = Math.Min(_buffer.Length, held * 2);
        try
        {
            do
            {
                var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken).ConfigureAwait(false);
                IsFinal = read == 0;
                _end += read;
            }
            while (!IsFinal && _end < least);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or ZstdException)
        {
            throw new MapItemsException($"The item source is compressed and cannot be unpacked: {e.Message}");
        }
    }
}
