using Stateside.Engine.Tasks;

namespace Stateside.Aws.Wire;

/// <summary>A request as it came.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path, still encoded; begins with a slash.</param>
/// <param name="Query">The names and values of the query, decoded, in their order.</param>
/// <param name="Content">The headers, and the body without what only its way over the network needed.</param>
internal sealed record ReceivedRequest(string Method, string Path, IReadOnlyList<KeyValuePair<string, string>> Query, WireAnswer Content)
{
    /// <summary>A header's value; null where there is none.</summary>
    public string? Header(string name) => Content.Header(name);

    /// <summary>A value of the query; null where there is none of that name, empty where the name stands alone.</summary>
    public string? InQuery(string name)
    {
        foreach (var (its, value) in Query)
        {
            if (its == name)
                return value;
        }

        return null;
    }

    /// <summary>The names and values of a query or a form, decoded.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Pairs(string text)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var part in text.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = part.IndexOf('=', StringComparison.Ordinal);
            pairs.Add(at < 0 ? new(Decoded(part), "") : new(Decoded(part[..at]), Decoded(part[(at + 1)..])));
        }

        return pairs;
    }

    private static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
