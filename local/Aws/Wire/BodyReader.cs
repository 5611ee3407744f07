using System.Buffers;

namespace Stateside.Aws.Wire;

/// <summary>Takes the bodies of requests off the network.</summary>
internal static class BodyReader
{
    /// <summary>As much of a body no room is asked for: most are shorter, and connections are bounded in number.</summary>
    private const int Free = 64 * 1024;

    /// <summary>The whole body; null when the connection ended before it did. It takes memory as it comes, not as its header says.</summary>
    /// <param name="request">The request.</param>
    /// <param name="most">How long it may be.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="BodyTooLongException">It is longer.</exception>
    /// <exception cref="NoRoomException">Too much of other requests is held at this time.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, int most, CancellationToken cancellationToken)
    {
        if (request.ContentLength > most)
            throw new BodyTooLongException();

        // Whoever let it through has read it.
        if (request.Body is MemoryStream { Position: 0 } whole && whole.TryGetBuffer(out var taken))
            return taken.AsMemory();
        var buffer = new ArrayBufferWriter<byte>((int)Math.Min(request.ContentLength ?? 1024, Free) + 1);
        BodyRoom.Held? held = null;
        while (true)
        {
            int read;
            try
            {
                read = await request.Body.ReadAsync(buffer.GetMemory(1), cancellationToken);
            }
            catch (IOException)
            {
                return null;
            }

            if (read == 0)
                return buffer.WrittenMemory;
            buffer.Advance(read);
            if (buffer.WrittenCount > most)
                throw new BodyTooLongException();
            if (buffer.WrittenCount <= Free)
                continue;
            held ??= BodyRoom.Hold(request.HttpContext);
            if (held?.Grow(buffer.WrittenCount) == false)
                throw new NoRoomException();
        }
    }
}

/// <summary>A body is longer than it may be.</summary>
internal sealed class BodyTooLongException : Exception;

/// <summary>There is no room for a body now; a client that waits a little finds some.</summary>
internal sealed class NoRoomException() : Exception("The bodies of other requests take all the room there is at this time. Please reduce your request rate.");
