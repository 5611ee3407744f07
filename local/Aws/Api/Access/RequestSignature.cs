namespace Stateside.Aws.Api.Access;

/// <summary>
/// What an Authorization header of Signature Version 4 says. The texts of what it lacks are AWS's.
/// See https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
/// </summary>
internal sealed record RequestSignature(string KeyId, string Date, string Region, string Service, IReadOnlyList<string> SignedHeaders, string Signature)
{
    /// <summary>The one algorithm.</summary>
    public const string Algorithm = "AWS4-HMAC-SHA256";

    private const string Terminator = "aws4_request";
    private static readonly string[] Needed = ["Credential", "Signature", "SignedHeaders"];
    private static readonly string[] QueryNeeded =
        ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders", SignatureParameter];

    /// <summary>What the signature of an address is called in it.</summary>
    public const string SignatureParameter = "X-Amz-Signature";

    /// <summary>What the key is derived for.</summary>
    public string Scope => $"{Date}/{Region}/{Service}/{Terminator}";

    /// <summary>Reads the header.</summary>
    /// <param name="authorization">Its value.</param>
    /// <param name="hasDate">Whether the request says when it was signed.</param>
    public static RequestSignature Parse(string authorization, bool hasDate)
    {
        var header = authorization.Trim();
        var space = header.IndexOf(' ', StringComparison.Ordinal);
        var algorithm = space < 0 ? header : header[..space];
        if (algorithm != Algorithm)
            throw Incomplete($"Unsupported AWS 'algorithm': '{algorithm}'.");
        var fields = Fields(space < 0 ? "" : header[space..], header);
        var missing = Needed.Where(name => !fields.ContainsKey(name))
            .Select(name => $"Authorization header requires '{name}' parameter. ").ToList();
        if (!hasDate)
            missing.Add("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
        if (missing.Count > 0)
            throw Incomplete($"{string.Concat(missing)}Authorization={algorithm}");
        return Of(fields["Credential"], fields["SignedHeaders"], fields["Signature"]);
    }

    /// <summary>Reads an address that was signed beforehand.</summary>
    /// <param name="query">Gives a parameter of the query, decoded; null where there is none.</param>
    public static RequestSignature OfQuery(Func<string, string?> query)
    {
        var missing = QueryNeeded.Where(name => query(name) is null).ToList();
        if (missing.Count > 0)
            throw Incomplete($"AWS query-string parameters must include {string.Join(", ", missing.Select(name => $"'{name}'"))}. Re-examine the query-string parameters.");
        if (query("X-Amz-Algorithm") != Algorithm)
            throw Incomplete($"Unsupported AWS 'algorithm': '{query("X-Amz-Algorithm")}'.");
        return Of(query("X-Amz-Credential")!, query("X-Amz-SignedHeaders")!, query("X-Amz-Signature")!);
    }

    private static RequestSignature Of(string credential, string signedHeaders, string signature)
    {
        var scope = credential.Split('/');
        if (scope.Length < 5)
            throw Incomplete($"Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{credential}'");
        if (scope[^1] != Terminator)
            throw AccessException.InvalidSignature($"Credential should be scoped with a valid terminator: '{Terminator}', not '{scope[^1]}'. ");
        return new(
            string.Join('/', scope[..^4]), scope[^4], scope[^3], scope[^2], signedHeaders.Split(';', StringSplitOptions.RemoveEmptyEntries), signature);
    }

    private static Dictionary<string, string> Fields(string text, string header)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var part in text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            if (at < 0)
                throw Incomplete($"'{part}' not a valid key=value pair (missing equal-sign) in Authorization header: '{header}'.");
            fields[part[..at]] = part[(at + 1)..];
        }

        return fields;
    }

    private static AccessException Incomplete(string message) => new("IncompleteSignatureException", message);
}
