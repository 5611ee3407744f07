using System.IO.Compression;
using ZstdSharp;

namespace Stateside.Engine.Items;

/// <summary>Unpacks what is packed with gzip or zstd, which shows in its first bytes whatever its name is.</summary>
internal static class Unpacking
{
    /// <summary>A stream of what is in the content.</summary>
    /// <param name="content">The content; the stream that is given closes it.</param>
    /// <param name="first">What the content begins with.</param>
    public static Stream Of(Stream content, ReadOnlySpan<byte> first)
    {
        if (first.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]))
            return new GZipContent(content);
        return first.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD])
            ? new DecompressionStream(content, leaveOpen: false)
            : content;
    }

    /// <summary>
    /// Unpacks gzip and notices where its end is missing, which .NET's own stream takes for an end: another member is put behind it,
    /// and only where all before it was whole does that one come out.
    /// </summary>
    private sealed class GZipContent : ReadingStream
    {
        private static readonly byte[] Seal = [.. "the end of what was packed"u8];
        private static readonly byte[] PackedSeal = Packed(Seal);

        private readonly GZipStream _unpacked;

        /// <summary>What was unpacked and not given yet: the last of it may be the seal.</summary>
        private readonly byte[] _held = new byte[64 * 1024];
        private int _start;
        private int _end;
        private bool _isAtEnd;

        public GZipContent(Stream content) => _unpacked = new GZipStream(new SealedStream(content), CompressionMode.Decompress);

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (!_isAtEnd && _end - _start <= Seal.Length)
            {
                _held.AsSpan(_start, _end - _start).CopyTo(_held);
                (_start, _end) = (0, _end - _start);
                var read = await _unpacked.ReadAsync(_held.AsMemory(_end), cancellationToken).ConfigureAwait(false);
                _end += read;
                if (read > 0)
                    continue;
                _isAtEnd = true;
                if (!_held.AsSpan(0, _end).EndsWith(Seal))
                    throw new InvalidDataException("The end is missing.");
                _end -= Seal.Length;
            }

            var given = Math.Min(buffer.Length, _end - _start - (_isAtEnd ? 0 : Seal.Length));
            _held.AsMemory(_start, given).CopyTo(buffer);
            _start += given;
            return given;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _unpacked.Dispose();
            base.Dispose(disposing);
        }

        private static byte[] Packed(byte[] content)
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
                gzip.Write(content);
            return packed.ToArray();
        }

        /// <summary>A content with the packed seal behind it.</summary>
        private sealed class SealedStream(Stream content) : ReadingStream
        {
            private readonly MemoryStream _seal = new(PackedSeal);
            private bool _isAtEnd;

            public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            {
                if (!_isAtEnd && await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
                    return read;
                _isAtEnd = true;
                return _seal.Read(buffer.Span);
            }

            protected override void Dispose(bool disposing)
            {
                if (disposing)
                    content.Dispose();
                base.Dispose(disposing);
            }
        }
    }
}
