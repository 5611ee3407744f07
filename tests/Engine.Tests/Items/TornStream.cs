using Stateside.Engine.Items;

namespace Stateside.Engine.Tests.Items;

/// <summary>A stream that gives one byte at a time.</summary>
internal sealed class TornStream(byte[] content) : ReadingStream
{
    private int _next;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_next == content.Length)
            return new(0);
        buffer.Span[0] = content[_next++];
        return new(1);
    }
}
