using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Stateside.Engine.Tasks;

namespace Stateside.Aws.Api.Access;

/// <summary>
/// Checks that a request was signed with the one configured key, not long ago, and is what was signed: method, target, host, every
/// X-Amz header and the body. What it refuses it refuses in AWS's words.
/// </summary>
internal sealed class SignatureCheck(AccessKey key, TimeProvider time)
{
    private const string StepFunctions = "states";
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(5);

    /// <summary>A week, in seconds.</summary>
    private const int LongestValidity = 604_800;

    /// <summary>Reads a signature and looks at all of it that is known without the body: its form, the key, the scope, the headers, the time.</summary>
    /// <param name="request">The request.</param>
    /// <returns>The signature, and when it was made.</returns>
    /// <exception cref="AccessException">The request is not to be served.</exception>
    public (RequestSignature Signature, string Date) Read(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        var isQuery = authorization.Length == 0 && IsPresigned(request);
        if (authorization.Length == 0 && InQuery(request, "AWSAccessKeyId") is not null)
        {
            throw new AccessException(
                "InvalidRequest", "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.");
        }

        if (authorization.Length == 0 && !isQuery)
            throw new AccessException("MissingAuthenticationTokenException", "Missing Authentication Token");
        var date = isQuery ? InQuery(request, "X-Amz-Date") : DateOf(request);
        var signature = isQuery ? RequestSignature.OfQuery(name => InQuery(request, name)) : RequestSignature.Parse(authorization, date is not null);
        CheckScope(signature, date!, request);
        CheckSignedHeaders(request, signature);
        CheckTime(date!, isQuery ? ValidityOf(request) : null);
        return (signature, date!);
    }

    /// <summary>Returns if the request is what was signed.</summary>
    /// <param name="request">The request.</param>
    /// <param name="signature">Its signature.</param>
    /// <param name="date">When it was made.</param>
    /// <param name="hash">The body's SHA-256 in hexadecimal, or the word that S3's clients sign in its place.</param>
    /// <exception cref="AccessException">It is not.</exception>
    public void Check(HttpRequest request, RequestSignature signature, string date, string hash)
    {
        var canonical = Canonical(request, signature, hash);
        var toSign = $"{RequestSignature.Algorithm}\n{date}\n{signature.Scope}\n{Hex(SHA256.HashData(Encoding.UTF8.GetBytes(canonical)))}";
        var expected = Hex(Hmac(SigningKey(signature), toSign));
        if (!CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(expected), Encoding.UTF8.GetBytes(signature.Signature)))
        {
            throw AccessException.InvalidSignature(
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. "
                + "Consult the service documentation for details.");
        }
    }

    /// <summary>Whether a request is for an address of S3 that was signed beforehand: what is put there is not known then.</summary>
    public static bool IsOpen(HttpRequest request) => IsPresigned(request) && InQuery(request, "X-Amz-Credential")?.Split('/') is [.., "s3", _];

    /// <summary>Whether the signature stands in the address.</summary>
    private static bool IsPresigned(HttpRequest request) => InQuery(request, RequestSignature.SignatureParameter) is not null;

    private static string? InQuery(HttpRequest request, string name) => request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    private static TimeSpan ValidityOf(HttpRequest request) =>
        int.TryParse(InQuery(request, "X-Amz-Expires"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= LongestValidity
            ? TimeSpan.FromSeconds(seconds)
            : throw new AccessException(
                "AuthorizationQueryParametersError", $"X-Amz-Expires must be between 1 and {LongestValidity} seconds");

    private static string? DateOf(HttpRequest request)
    {
        if (request.Headers["X-Amz-Date"].ToString() is { Length: > 0 } date)
            return date;

        // The older header says it in the form of HTTP.
        return DateTimeOffset.TryParse(request.Headers.Date.ToString(), CultureInfo.InvariantCulture, out var time)
            ? time.UtcDateTime.ToString(RequestSigner.DateForm, CultureInfo.InvariantCulture)
            : null;
    }

    private void CheckScope(RequestSignature signature, string date, HttpRequest request)
    {
        if (!CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature.KeyId), Encoding.UTF8.GetBytes(key.Id)))
            throw new AccessException("UnrecognizedClientException", "The security token included in the request is invalid.");
        // Every other request goes to the service that it is signed for.
        if (request.Headers["X-Amz-Target"].ToString().StartsWith(ApiEndpoint.TargetPrefix, StringComparison.Ordinal) && signature.Service != StepFunctions)
            throw AccessException.InvalidSignature($"Credential should be scoped to correct service: '{StepFunctions}'. ");
        if (signature.Region.Length == 0)
            throw AccessException.InvalidSignature("Credential should be scoped to a valid region. ");
        if (!date.StartsWith(signature.Date, StringComparison.Ordinal) || signature.Date.Length != 8)
        {
            throw AccessException.InvalidSignature(
                $"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{signature.Date}' != '{date[..Math.Min(8, date.Length)]}', from '{date}'.");
        }
    }

    private static void CheckSignedHeaders(HttpRequest request, RequestSignature signature)
    {
        var needed = request.Headers.Keys.Where(name => name.StartsWith("X-Amz-", StringComparison.OrdinalIgnoreCase)).Prepend("Host");
        foreach (var name in needed)
        {
            if (!signature.SignedHeaders.Contains(name, StringComparer.OrdinalIgnoreCase))
            {
                var shown = name == "Host" ? "'Host' or ':authority'" : $"'{name}'";
                throw AccessException.InvalidSignature($"{shown} must be a 'SignedHeader' in the AWS Authorization.");
            }
        }
    }

    private void CheckTime(string date, TimeSpan? validity)
    {
        if (!DateTimeOffset.TryParseExact(date, RequestSigner.DateForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signed))
        {
            throw new AccessException(
                "IncompleteSignatureException",
                $"Date must be in ISO-8601 'basic format'. Got '{date}'. See http://en.wikipedia.org/wiki/ISO_8601");
        }

        var now = time.GetUtcNow();
        if (signed < now - validity)
            throw new AccessException("AccessDeniedException", "Request has expired", StatusCodes.Status403Forbidden);
        if (validity is null && signed < now - Window)
            throw AccessException.InvalidSignature($"Signature expired: {date} is now earlier than {Text(now - Window)} ({Text(now)} - {Window.Minutes} min.)");
        if (signed > now + Window)
            throw AccessException.InvalidSignature($"Signature not yet current: {date} is still later than {Text(now + Window)} ({Text(now)} + {Window.Minutes} min.)");
    }

    private static string Canonical(HttpRequest request, RequestSignature signature, string hash)
    {
        var target = request.HttpContext.Features.Get<IHttpRequestFeature>()!.RawTarget.Split('?', 2);
        var headers = signature.SignedHeaders.Select(name => new KeyValuePair<string, string>(
            name, string.Join(',', request.Headers[name].Select(value => value?.Trim() ?? ""))));
        var query = (target.Length < 2 ? "" : target[1]).Split('&').Where(pair => !pair.StartsWith($"{RequestSignature.SignatureParameter}=", StringComparison.Ordinal));
        return RequestSigner.Canonical(signature.Service, request.Method, target[0], string.Join('&', query), [.. headers], hash);
    }

    private byte[] SigningKey(RequestSignature signature)
    {
        var bytes = Encoding.UTF8.GetBytes("AWS4" + key.Secret);
        foreach (var part in signature.Scope.Split('/'))
            bytes = Hmac(bytes, part);
        return bytes;
    }

    private static byte[] Hmac(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(RequestSigner.DateForm, CultureInfo.InvariantCulture);
}
