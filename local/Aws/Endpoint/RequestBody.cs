using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Stateside.Aws.Api.Access;
using Stateside.Aws.Wire;
using Stateside.Engine.Tasks;

namespace Stateside.Aws.Endpoint;

/// <summary>Takes requests off the network.</summary>
internal static class RequestBody
{
    private const string Localhost = ".localhost";

    /// <summary>The whole request; null when the connection ended before it did, or the body is longer than <see cref="AccessGuard.MostBytes"/>.</summary>
    /// <exception cref="ChunkException">The body is not in the chunks that its headers say.</exception>
    public static async ValueTask<ReceivedRequest?> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        byte[] body;
        try
        {
            if (await BodyReader.ReadAsync(request, AccessGuard.MostBytes, cancellationToken) is not { } all)
                return null;
            body = BodyReader.ToArray(all);
        }
        catch (BodyTooLongException)
        {
            return null;
        }

        var headers = request.Headers.Select(header => new KeyValuePair<string, string>(header.Key, header.Value.ToString())).ToList();
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        var path = PathOf(target[0]);
        if (BucketOf(request.Host.Host) is { } bucket)
            path = $"/{bucket}{path}";
        if (request.Headers["X-Amz-Content-Sha256"].ToString().StartsWith("STREAMING-", StringComparison.Ordinal))
        {
            body = Unchunked(body);
            if (long.TryParse(request.Headers["X-Amz-Decoded-Content-Length"].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var said) && said != body.Length)
                throw new ChunkException("You did not provide the number of bytes specified by the Content-Length HTTP header.");
        }

        return new(request.Method, path, ReceivedRequest.Pairs(target.Length < 2 ? "" : target[1]), new WireAnswer(0, headers, body));
    }

    /// <summary>What stands before <c>localhost</c>, which may be a bucket: <c>box</c> of <c>box.localhost</c>; null for nothing.</summary>
    public static string? BeforeLocalhost(string host) =>
        host.EndsWith(Localhost, StringComparison.OrdinalIgnoreCase) && BucketOf(host) is null ? host[..^Localhost.Length].ToLowerInvariant() : null;

    /// <summary>The bucket that stands before S3's host, such as <c>box.s3.localhost</c> or <c>box.s3.eu-west-1.amazonaws.com</c>; null for none.</summary>
    private static string? BucketOf(string host)
    {
        var at = host.IndexOf(".s3.", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
            at = host.IndexOf(".s3-", StringComparison.OrdinalIgnoreCase);
        return at > 0 ? host[..at] : null;
    }

    // Whoever takes this for a proxy names the whole address.
    private static string PathOf(string target)
    {
        var start = target.IndexOf("://", StringComparison.Ordinal) is > 0 and var scheme && !target.StartsWith('/') ? target.IndexOf('/', scheme + 3) : 0;
        return start >= 0 && target[start..].StartsWith('/') ? target[start..] : "/";
    }

    /// <summary>
    /// The content of a body in the chunks of AWS: each after a line with its length, and trailers after the last.
    /// See https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html.
    /// </summary>
    private static byte[] Unchunked(byte[] body)
    {
        // In its own place: it may be long, and there is one of it.
        var (at, to) = (0, 0);
        while (true)
        {
            var end = body.AsSpan(at).IndexOf("\r\n"u8);
            if (end < 0)
                throw new ChunkException("A chunk of the body has no length.");
            var line = Encoding.ASCII.GetString(body, at, end);
            at += end + 2;
            if (!int.TryParse(line.Split(';')[0], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var length) || length < 0 || length > body.Length - at)
                throw new ChunkException("A chunk of the body has another length than it says.");
            if (length == 0)
                return body[..to];
            body.AsSpan(at, length).CopyTo(body.AsSpan(to));
            to += length;
            at += length;
            if (body.AsSpan(at).StartsWith("\r\n"u8))
                at += 2;
        }
    }
}

/// <summary>A body is not in the chunks that its headers say.</summary>
internal sealed class ChunkException(string message) : Exception(message);
