using System.Runtime.InteropServices;
using Stateside.Engine.Execution;

namespace Stateside.Aws.Wire;

/// <summary>Takes the bodies of requests off the network.</summary>
internal static class BodyReader
{
    /// <summary>As much of a body no room is asked for: most are shorter, and connections are bounded in number.</summary>
    private const int Free = 64 * 1024;

    /// <summary>
    /// After so much it is the turn of others: what comes as fast as it is read would never give the thread back on which it arrives.
    /// </summary>
    private const int Turn = 1024 * 1024;

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
        var buffer = new byte[(int)Math.Min(request.ContentLength ?? 1024, Free) + 1];
        var length = 0;
        var turn = 0;
        BodyRoom.Held? held = null;
        while (true)
        {
            if (length == buffer.Length)
            {
                // Mostly there is no more to come.
                var more = new byte[1];
                var one = await ReadAsync(request.Body, more, cancellationToken);
                if (one is null or 0)
                    return one is null ? null : buffer;
                if (length >= most)
                    throw new BodyTooLongException();
                var larger = Larger(length, request.ContentLength, most);
                held ??= BodyRoom.Hold(request.HttpContext);
                if (held?.Grow(larger) == false)
                {
                    // Whoever sends much listens for an answer when it has sent all.
                    held.Grow(0);
                    await PassAsync(request.Body, buffer, cancellationToken);
                    throw new NoRoomException();
                }

                Array.Resize(ref buffer, larger);
                buffer[length++] = more[0];
                continue;
            }

            switch (await ReadAsync(request.Body, buffer.AsMemory(length), cancellationToken))
            {
                case null:
                    return null;
                case 0:
                    return buffer.AsMemory(0, length);
                case var read:
                    length += read.Value;
                    turn += read.Value;
                    break;
            }

            if (length > most)
                throw new BodyTooLongException();
            if (turn < Turn)
                continue;
            turn = 0;
            await default(PoolTurn);
        }
    }

    /// <summary>A body as an array of its own, without another copy where it fills one.</summary>
    public static byte[] ToArray(ReadOnlyMemory<byte> body) =>
        MemoryMarshal.TryGetArray(body, out var array) && array.Offset == 0 && array.Count == array.Array!.Length ? array.Array : body.ToArray();

    /// <summary>Twice as much; all that is to come once a quarter of it has.</summary>
    private static int Larger(int length, long? whole, int most) =>
        (int)Math.Min(whole is { } all && length < all && length >= all / 4 ? all : 2L * length, most);

    /// <summary>Reads to the end, and keeps nothing.</summary>
    private static async ValueTask PassAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        var turn = 0;
        while (await ReadAsync(body, buffer, cancellationToken) is > 0 and var read)
        {
            turn += read;
            if (turn < Turn)
                continue;
            turn = 0;
            await default(PoolTurn);
        }
    }

    /// <summary>Reads what has come: nothing at the end, null where the connection ended before that.</summary>
    private static async ValueTask<int?> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException)
        {
            return null;
        }
    }
}

/// <summary>A body is longer than it may be.</summary>
internal sealed class BodyTooLongException : Exception;

/// <summary>There is no room for a body now; a client that waits a little finds some.</summary>
internal sealed class NoRoomException() : Exception("The bodies of other requests take all the room there is at this time. Please reduce your request rate.");
