using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.Runtime.Internal.Auth;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks;

/// <summary>
/// Signs requests to AWS with Signature Version 4. An endpoint of AWS is signed for with whatever credentials the AWS SDK finds; any
/// other endpoint only with those of the environment variables, since emulators take any or none.
/// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
/// </summary>
/// <param name="time">The real clock.</param>
/// <param name="region">The region to sign for.</param>
/// <param name="credentials">Finds credentials, told whether the endpoint is one of AWS; null for those of this machine.</param>
internal sealed partial class RequestSigner(TimeProvider time, string region, Func<bool, AWSCredentials?>? credentials = null)
{
    /// <summary>The form of the time that a request was signed at.</summary>
    public const string DateForm = "yyyyMMdd'T'HHmmss'Z'";

    private const string Unsigned = "UNSIGNED-PAYLOAD";

    private readonly Func<bool, AWSCredentials?> _find = credentials ?? FinderOf(EnvironmentKeys.Now());

    /// <summary>Signs a request where there is something to sign with.</summary>
    /// <param name="message">The request, with all its headers; it is given those that carry the signature.</param>
    /// <param name="body">Its body; null where the signature leaves it out.</param>
    /// <param name="service">The service as signatures name it, such as lambda.</param>
    /// <param name="cancellationToken">Stops the search for credentials.</param>
    /// <param name="globalRegion">The region of a service that has one for all; null for the signer's.</param>
    /// <returns>A task that ends when the request is signed.</returns>
    public async ValueTask SignAsync(
        HttpRequestMessage message, ReadOnlyMemory<byte>? body, string service, CancellationToken cancellationToken, string? globalRegion = null)
    {
        var uri = message.RequestUri!;
        if (_find(AwsLocation.IsAws(uri)) is not { } found)
            return;
        var keys = await found.GetCredentialsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow().UtcDateTime;
        RequestHeaders.Set(message, "X-Amz-Date", now.ToString(DateForm, CultureInfo.InvariantCulture));
        if (keys.UseToken)
            RequestHeaders.Set(message, "X-Amz-Security-Token", keys.Token);

        // S3 wants to see the hash.
        var hash = body is { } bytes ? Convert.ToHexStringLower(SHA256.HashData(bytes.Span)) : Unsigned;
        if (IsS3(service) || body is null)
            RequestHeaders.Set(message, "X-Amz-Content-SHA256", hash);
        var headers = SignedHeaders(message, uri);
        var canonical = Canonical(service, message.Method.Method, uri.AbsolutePath, uri.Query.TrimStart('?'), headers, hash);
        var result = AWS4Signer.ComputeSignature(
            keys.AccessKey, keys.SecretKey, globalRegion ?? region, now, service, string.Join(';', headers.Keys), canonical);
        RequestHeaders.Set(message, "Authorization", result.ForAuthorizationHeader);
    }

    /// <summary>Signs a request without a body for somebody else to send: whoever has its address may, while it lasts.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="header">The header that it must be sent with, its name in small letters.</param>
    /// <param name="service">The service as signatures name it.</param>
    /// <param name="lasts">How long it may be sent.</param>
    /// <param name="isForAws">Whether the address is for AWS alone to know.</param>
    /// <param name="cancellationToken">Stops the search for credentials.</param>
    /// <returns>The address with its signature; null where there is nothing to sign with.</returns>
    public async ValueTask<string?> PresignAsync(
        Uri address, KeyValuePair<string, string> header, string service, TimeSpan lasts, bool isForAws, CancellationToken cancellationToken)
    {
        if (_find(isForAws) is not { } found)
            return null;
        var keys = await found.GetCredentialsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow().UtcDateTime;
        var date = now.ToString(DateForm, CultureInfo.InvariantCulture);
        SortedDictionary<string, string> headers = new(StringComparer.Ordinal) { ["host"] = address.Authority, [header.Key] = header.Value };
        var names = string.Join(';', headers.Keys);
        var scope = $"{keys.AccessKey}/{date[..8]}/{region}/{service}/aws4_request";
        var query = address.Query.TrimStart('?') + $"&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={Uri.EscapeDataString(scope)}"
            + $"&X-Amz-Date={date}&X-Amz-Expires={(int)lasts.TotalSeconds}&X-Amz-SignedHeaders={Uri.EscapeDataString(names)}"
            + (keys.UseToken ? $"&X-Amz-Security-Token={Uri.EscapeDataString(keys.Token)}" : "");
        var canonical = Canonical(service, "GET", address.AbsolutePath, query, headers, Convert.ToHexStringLower(SHA256.HashData([])));
        var result = AWS4Signer.ComputeSignature(keys.AccessKey, keys.SecretKey, region, now, service, names, canonical);
        return $"{address.GetLeftPart(UriPartial.Path)}?{query}&X-Amz-Signature={result.Signature}";
    }

    /// <summary>A request in the form that its signature is made of.</summary>
    /// <param name="service">The service as signatures name it.</param>
    /// <param name="method">The request's method.</param>
    /// <param name="path">Its path as it is sent.</param>
    /// <param name="query">Its query as it is sent, without the question mark; empty for none.</param>
    /// <param name="headers">The headers that are signed, in the order in which the signature names them.</param>
    /// <param name="hash">The body's SHA-256 in hexadecimal.</param>
    public static string Canonical(
        string service, string method, string path, string query, IReadOnlyCollection<KeyValuePair<string, string>> headers, string hash)
    {
        // Every service but S3 has the path's segments encoded once more.
        var canonicalPath = IsS3(service) ? path : string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        // By name, then by value: as whole texts, a1=2 would stand before a=1.
        var canonicalQuery = string.Join('&', query.Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Contains('=', StringComparison.Ordinal) ? pair : $"{pair}=")
            .OrderBy(pair => pair[..pair.IndexOf('=', StringComparison.Ordinal)], StringComparer.Ordinal)
            .ThenBy(pair => pair, StringComparer.Ordinal));
        var lines = string.Concat(headers.Select(header => $"{header.Key}:{Spaces().Replace(header.Value, " ")}\n"));
        return string.Join('\n', method, canonicalPath, canonicalQuery, lines, string.Join(';', headers.Select(header => header.Key)), hash);
    }

    private static bool IsS3(string service) => service is "s3" or "s3express" or "s3-outposts" or "s3-object-lambda";

    private static SortedDictionary<string, string> SignedHeaders(HttpRequestMessage message, Uri uri)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = uri.IsDefaultPort ? uri.Host : uri.Authority };
        foreach (var (name, values) in message.Headers.NonValidated.Concat(message.Content?.Headers.NonValidated ?? default))
        {
            var lower = name.ToLowerInvariant();
            if (lower == "content-type" || lower.StartsWith("x-amz", StringComparison.Ordinal))
                headers[lower] = string.Join(',', values).Trim();
        }

        return headers;
    }

    private static Func<bool, AWSCredentials?> FinderOf(EnvironmentKeys keys) => isAws => FindCredentials(isAws, keys);

    /// <summary>The credentials to sign with; null for none.</summary>
    /// <param name="isAws">Whether the endpoint is one of AWS.</param>
    /// <param name="keys">What the environment variables said.</param>
    internal static AWSCredentials? FindCredentials(bool isAws, EnvironmentKeys keys)
    {
        try
        {
            if (isAws)
                return DefaultAWSCredentialsIdentityResolver.GetCredentials();
            return keys is not { Id: { } id, Secret: { } secret } ? null
                : keys.Token is { } token ? new SessionAWSCredentials(id, secret, token)
                : new BasicAWSCredentials(id, secret);
        }
        catch (Exception e) when (e is AmazonClientException or InvalidOperationException)
        {
            // There are none: the service says so better than we could.
            return null;
        }
    }

    [GeneratedRegex(" {2,}")]
    private static partial Regex Spaces();
}

/// <summary>The credentials in the environment variables at some time; null where there are none.</summary>
/// <param name="Id">The key's id.</param>
/// <param name="Secret">The key.</param>
/// <param name="Token">The session's token.</param>
internal sealed record EnvironmentKeys(string? Id, string? Secret, string? Token)
{
    /// <summary>Those of now. To be asked before handlers run in this process, since then theirs stand there.</summary>
    public static EnvironmentKeys Now() => new(Variable("AWS_ACCESS_KEY_ID"), Variable("AWS_SECRET_ACCESS_KEY"), Variable("AWS_SESSION_TOKEN"));

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
