using System.Globalization;
using System.Security.Cryptography;
using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Amazon.Runtime.Internal.Auth;

namespace Stateside.Engine.Tasks;

/// <summary>
/// Signs requests to AWS with Signature Version 4. An endpoint of AWS is signed for with whatever credentials the AWS SDK finds; any
/// other endpoint only with those of the environment variables, since emulators take any or none.
/// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
/// </summary>
public sealed class RequestSigner
{
    private static readonly string[] AwsDomains = [".amazonaws.com", ".amazonaws.com.cn", ".api.aws"];

    private readonly TimeProvider _time;
    private readonly string _region;
    private readonly Func<bool, AWSCredentials?> _credentials;

    /// <summary>A signer with the credentials of this machine.</summary>
    /// <param name="time">The real clock.</param>
    /// <param name="region">The region to sign for.</param>
    public RequestSigner(TimeProvider time, string region)
        : this(time, region, FindCredentials)
    {
    }

    /// <summary>A signer.</summary>
    /// <param name="time">The real clock.</param>
    /// <param name="region">The region to sign for.</param>
    /// <param name="credentials">Finds credentials, told whether the endpoint is one of AWS; null where there are none.</param>
    internal RequestSigner(TimeProvider time, string region, Func<bool, AWSCredentials?> credentials)
    {
        _time = time;
        _region = region;
        _credentials = credentials;
    }

    /// <summary>Signs a request where there is something to sign with.</summary>
    /// <param name="message">The request, with all its headers; it is given those that carry the signature.</param>
    /// <param name="body">Its body.</param>
    /// <param name="service">The service as signatures name it, such as lambda.</param>
    /// <param name="cancellationToken">Stops the search for credentials.</param>
    /// <returns>A task that ends when the request is signed.</returns>
    public async ValueTask SignAsync(HttpRequestMessage message, ReadOnlyMemory<byte> body, string service, CancellationToken cancellationToken)
    {
        var uri = message.RequestUri!;
        if (_credentials(IsAws(uri)) is not { } found)
            return;
        var credentials = await found.GetCredentialsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
        var now = _time.GetUtcNow().UtcDateTime;
        message.Headers.TryAddWithoutValidation("X-Amz-Date", now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        if (credentials.UseToken)
            message.Headers.TryAddWithoutValidation("X-Amz-Security-Token", credentials.Token);

        // S3 wants to see the hash, and the path as it is.
        var isS3 = service == "s3";
        var hash = Convert.ToHexStringLower(SHA256.HashData(body.Span));
        if (isS3)
            message.Headers.TryAddWithoutValidation("X-Amz-Content-SHA256", hash);
        var headers = SignedHeaders(message, uri);
        var names = string.Join(';', headers.Keys);
        var canonical = string.Join(
            '\n',
            message.Method.Method,
            isS3 ? uri.AbsolutePath : CanonicalPath(uri),
            CanonicalQuery(uri),
            string.Concat(headers.Select(header => $"{header.Key}:{header.Value}\n")),
            names,
            hash);
        var result = AWS4Signer.ComputeSignature(
            credentials.AccessKey, credentials.SecretKey, _region, now, service, names, canonical);
        message.Headers.TryAddWithoutValidation("Authorization", result.ForAuthorizationHeader);
    }

    internal static bool IsAws(Uri uri) => Array.Exists(AwsDomains, domain => uri.Host.EndsWith(domain, StringComparison.OrdinalIgnoreCase));

    private static SortedDictionary<string, string> SignedHeaders(HttpRequestMessage message, Uri uri)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["host"] = uri.IsDefaultPort ? uri.Host : uri.Authority };
        foreach (var (name, values) in message.Headers.Concat(message.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>()))
        {
            var lower = name.ToLowerInvariant();
            if (lower == "content-type" || lower.StartsWith("x-amz", StringComparison.Ordinal))
                headers[lower] = string.Join(',', values).Trim();
        }

        return headers;
    }

    private static string CanonicalPath(Uri uri) =>
        // Every service but S3 has the path's segments encoded once more.
        string.Join('/', uri.AbsolutePath.Split('/').Select(Uri.EscapeDataString));

    private static string CanonicalQuery(Uri uri) =>
        string.Join('&', uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries)
            .Select(pair => pair.Contains('=', StringComparison.Ordinal) ? pair : $"{pair}=").Order(StringComparer.Ordinal));

    internal static AWSCredentials? FindCredentials(bool isAws)
    {
        try
        {
            if (isAws)
                return DefaultAWSCredentialsIdentityResolver.GetCredentials();
            return Environment.GetEnvironmentVariable(EnvironmentVariablesAWSCredentials.ENVIRONMENT_VARIABLE_ACCESSKEY) is null
                ? null
                : new EnvironmentVariablesAWSCredentials();
        }
        catch (Exception e) when (e is AmazonClientException or InvalidOperationException)
        {
            // There are none: the service says so better than we could.
            return null;
        }
    }
}
