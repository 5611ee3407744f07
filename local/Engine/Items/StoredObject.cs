using Stateside.Language.Json;

namespace Stateside.Engine.Items;

/// <summary>An object of S3 that was opened: it is read as it was then, or not at all.</summary>
/// <param name="storage">Where it is.</param>
/// <param name="parameters">What it was opened with.</param>
/// <param name="etag">Its tag; null where it has none.</param>
/// <param name="length">How long it is.</param>
/// <param name="first">What it begins with.</param>
internal sealed class StoredObject(ObjectStorage storage, JsonObject parameters, string? etag, long length, ReadOnlyMemory<byte> first)
{
    /// <summary>How long it is, in bytes.</summary>
    public long Length => length;

    /// <summary>What it begins with.</summary>
    public ReadOnlyMemory<byte> First => first;

    /// <summary>Fetches a part.</summary>
    public async Task<ReadOnlyMemory<byte>> FetchAsync(long offset, int count, CancellationToken cancellationToken) =>
        offset + count <= first.Length
            ? first.Slice((int)offset, count)
            : await storage.FetchAsync(parameters, etag, offset, count, cancellationToken).ConfigureAwait(false);

    /// <summary>Reads it from beginning to end, the next piece on its way while one is read.</summary>
    public ReadingStream ReadForward() => new ForwardStream(this);

    /// <summary>Reads it in any order.</summary>
    public Stream ReadAnywhere() => new SeekingStream(this);

    private abstract class ObjectStream(StoredObject source) : ReadingStream
    {
        protected StoredObject Source { get; } = source;

        public override long Length => Source.Length;

        public override long Position { get; set; }
    }

    private sealed class ForwardStream(StoredObject source) : ObjectStream(source)
    {
        private readonly CancellationTokenSource _closed = new();
        private ReadOnlyMemory<byte> _piece = source.First;
        private Task<ReadOnlyMemory<byte>>? _next;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_piece.IsEmpty && Position < Length)
            {
                var next = _next ?? FetchNext(Position);
                _next = null;
                _piece = await next.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            if (_next is null && Position + _piece.Length < Length)
                _next = FetchNext(Position + _piece.Length);
            var read = Math.Min(buffer.Length, _piece.Length);
            _piece[..read].CopyTo(buffer);
            _piece = _piece[read..];
            Position += read;
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            // What was on its way is of no use any more, nor is how it ends.
            _closed.Cancel();
            _ = _next?.ContinueWith(static ended => ended.Exception, TaskScheduler.Default);
            base.Dispose(disposing);
        }

        private Task<ReadOnlyMemory<byte>> FetchNext(long offset) =>
            Source.FetchAsync(offset, (int)Math.Min(ObjectStorage.PieceBytes, Length - offset), _closed.Token);
    }

    private sealed class SeekingStream(StoredObject source) : ObjectStream(source)
    {
        /// <summary>The least that is fetched: what is read in small steps, such as a file's end, is asked for once.</summary>
        private const int LeastBytes = 1024 * 1024;

        private ReadOnlyMemory<byte> _piece;
        private long _pieceOffset;

        public override bool CanSeek => true;

        public override long Seek(long offset, SeekOrigin origin) => Position = origin switch
        {
            SeekOrigin.Begin => offset,
            SeekOrigin.Current => Position + offset,
            _ => Length + offset,
        };

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position >= Length || buffer.IsEmpty)
                return 0;
            if (Position < _pieceOffset || Position >= _pieceOffset + _piece.Length)
            {
                var count = Math.Min(Math.Clamp(buffer.Length, LeastBytes, ObjectStorage.PieceBytes), Length - Position);
                _piece = await Source.FetchAsync(Position, (int)count, cancellationToken).ConfigureAwait(false);
                _pieceOffset = Position;
            }

            var rest = _piece[(int)(Position - _pieceOffset)..];
            var read = Math.Min(buffer.Length, rest.Length);
            rest[..read].CopyTo(buffer);
            Position += read;
            return read;
        }
    }
}
