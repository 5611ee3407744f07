using System.Buffers;

namespace Stateside.Aws.Wire;

/// <summary>Takes the bodies of requests off the network.</summary>
internal static class BodyReader
{
    /// <summary>The whole body; null when the connection ended before it did.</summary>
    /// <param name="request">The request.</param>
    /// <param name="most">How long it may be.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="BodyTooLongException">It is longer.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(HttpRequest request, int most, CancellationToken cancellationToken)
    {
        if (request.ContentLength > most)
            throw new BodyTooLongException();
        var buffer = new ArrayBufferWriter<byte>((int)(request.ContentLength ?? 1024) + 1);
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
        }
    }
}

/// <summary>A body is longer than it may be.</summary>
internal sealed class BodyTooLongException : Exception;
