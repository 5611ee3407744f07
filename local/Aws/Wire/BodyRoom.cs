namespace Stateside.Aws.Wire;

/// <summary>
/// What the bodies of all requests under way may hold together: so many clients may come, each with an object of S3, and none of them
/// in a hurry. It is found among the features of connections.
/// </summary>
/// <param name="most">How many bytes.</param>
internal sealed class BodyRoom(long most)
{
    private long _held;

    /// <summary>The room that a request takes, until it is answered; null where there is no bound.</summary>
    public static Held? Hold(HttpContext http)
    {
        if (http.Features.Get<BodyRoom>() is not { } room)
            return null;
        var held = new Held(room);
        http.Response.RegisterForDispose(held);
        return held;
    }

    /// <summary>What one request holds.</summary>
    public sealed class Held(BodyRoom room) : IDisposable
    {
        private long _bytes;

        /// <summary>Holds so many bytes in place of those before.</summary>
        /// <returns>Whether there is room for them.</returns>
        public bool Grow(long bytes)
        {
            var more = bytes - _bytes;
            _bytes = bytes;
            return Interlocked.Add(ref room._held, more) <= room.Most || more == 0;
        }

        public void Dispose()
        {
            Interlocked.Add(ref room._held, -_bytes);
            _bytes = 0;
        }
    }

    private long Most { get; } = most;
}
