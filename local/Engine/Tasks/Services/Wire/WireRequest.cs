namespace Stateside.Engine.Tasks.Services.Wire;

/// <summary>A request as it stands on the wire, but for where it goes and its signature.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Target">The path and the query, encoded; begins with a slash.</param>
/// <param name="Headers">The headers in their order, without the host, the length and those that carry the signature.</param>
/// <param name="Body">The body; empty for none.</param>
internal sealed record WireRequest(string Method, string Target, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>What stands before the endpoint's host on AWS, such as <c>sync-</c>; empty for nothing.</summary>
    public string HostPrefix { get; init; } = "";
}

/// <summary>An answer as it came.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">The headers in their order.</param>
/// <param name="Body">The whole body.</param>
internal sealed record WireAnswer(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    /// <summary>Whether the service did what was asked. A redirect tells that it did not.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>A header's value; null where there is none of that name.</summary>
    public string? Header(string name)
    {
        foreach (var (its, value) in Headers)
        {
            if (string.Equals(its, name, StringComparison.OrdinalIgnoreCase))
                return value;
        }

        return null;
    }
}
