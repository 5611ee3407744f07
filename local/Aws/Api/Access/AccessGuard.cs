using System.Net;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;
using Stateside.Aws.Wire;
using Stateside.Language.Services;

namespace Stateside.Aws.Api.Access;

/// <summary>
/// Stands before everything that is served. On loopback nobody needs credentials, but a web page that a browser on this machine shows
/// must not reach the API either: not from its own origin, nor by a name of its own that leads to this address (DNS rebinding). Anywhere
/// else every request must be signed.
/// </summary>
/// <param name="signatures">Checks signatures; null on loopback.</param>
/// <param name="refuse">Answers what is not let through.</param>
internal sealed class AccessGuard(SignatureCheck? signatures, Func<HttpContext, AccessException, Task> refuse)
{
    /// <summary>No body is longer: an object of S3 is in memory while it is put.</summary>
    public const int MostBytes = 256 * 1024 * 1024;

    private const int Short = 1024 * 1024;
    private const string Unsigned = "UNSIGNED-PAYLOAD";

    /// <summary>The names by which containers reach the loopback of the machine they run on; no page can be served under them.</summary>
    private static readonly string[] ContainerNames = ["host.docker.internal", "gateway.docker.internal", "host.containers.internal"];

    /// <summary>Lets a request through or answers it.</summary>
    public async Task HandleAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            if (signatures is null)
                CheckCaller(http.Request);
            else
                await CheckSignatureAsync(http.Request, signatures, http.RequestAborted);
        }
        catch (AccessException e)
        {
            // What is left of the body is not waited for.
            http.Response.Headers.Connection = "close";
            await refuse(http, e);
            return;
        }
        catch (Exception e) when (e is BadHttpRequestException or OperationCanceledException)
        {
            http.Abort();
            return;
        }

        await next(http);
    }

    /// <summary>
    /// Nothing of a body is read before all else of the signature is looked at. Where the request says what its body hashes to, as S3's
    /// clients do, that is signed too, and the body may be as long as S3 takes it.
    /// </summary>
    private static async ValueTask CheckSignatureAsync(HttpRequest request, SignatureCheck signatures, CancellationToken cancellationToken)
    {
        var said = request.Headers["X-Amz-Content-Sha256"].ToString();
        var (signature, date) = signatures.Read(request);
        if (said.Length == 0)
        {
            var hash = SignatureCheck.IsOpen(request) ? Unsigned : Hash(await TakeBodyAsync(request, Short, cancellationToken));
            signatures.Check(request, signature, date, hash);
            return;
        }

        signatures.Check(request, signature, date, said);
        if (said == Unsigned || said.StartsWith("STREAMING-", StringComparison.Ordinal))
            return;
        if (Hash(await TakeBodyAsync(request, MostBytes, cancellationToken)) != said)
            throw new AccessException("XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.");
    }

    private static string Hash(byte[] body) => Convert.ToHexStringLower(SHA256.HashData(body));

    private static void CheckCaller(HttpRequest request)
    {
        if (HttpMethods.IsConnect(request.Method))
        {
            throw new AccessException(
                "NotImplemented", $"{request.Host} is not here, and nothing is passed on to it: nobody but AWS can answer for its hosts over TLS.",
                StatusCodes.Status501NotImplemented);
        }

        if (!IsLoopback(request.Host.Host) && !IsProxied(request))
        {
            throw Refusal(
                $"The host '{request.Host.Host}' does not mean this machine. Use http://127.0.0.1, or start Stateside with --host to be reached by other names.");
        }

        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase))
            throw Refusal($"A page of '{origin}' may not use this service.");
    }

    /// <summary>Whether a name means this machine and nothing else, as clients write it: <c>sync-</c> may stand before it.</summary>
    private static bool IsLoopback(string host)
    {
        var name = host.StartsWith("sync-", StringComparison.OrdinalIgnoreCase) ? host["sync-".Length..] : host;
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
            || ContainerNames.Contains(name, StringComparer.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
    }

    /// <summary>
    /// Whether it is meant for AWS and came here as to a proxy, as of handlers whose SDKs know no other way. A page is not sent so: its
    /// requests name a path alone.
    /// </summary>
    private static bool IsProxied(HttpRequest request) =>
        request.HttpContext.Features.Get<IHttpRequestFeature>()?.RawTarget.StartsWith("http://", StringComparison.OrdinalIgnoreCase) == true
        && Uri.TryCreate($"http://{request.Host}", UriKind.Absolute, out var host) && AwsLocation.IsAws(host);

    private static AccessException Refusal(string message) => new("AccessDeniedException", message, StatusCodes.Status403Forbidden);

    private static async Task<byte[]> TakeBodyAsync(HttpRequest request, int longest, CancellationToken cancellationToken)
    {
        try
        {
            var bytes = BodyReader.ToArray(await BodyReader.ReadAsync(request, longest, cancellationToken) ?? throw new OperationCanceledException());
            request.Body = new MemoryStream(bytes, 0, bytes.Length, writable: false, publiclyVisible: true);
            return bytes;
        }
        catch (BodyTooLongException)
        {
            throw new AccessException("RequestEntityTooLargeException", $"The request is larger than {longest / (1024 * 1024)} MB.", StatusCodes.Status413PayloadTooLarge);
        }
        catch (NoRoomException e)
        {
            throw new AccessException("ServiceUnavailable", e.Message, StatusCodes.Status503ServiceUnavailable);
        }
    }
}
