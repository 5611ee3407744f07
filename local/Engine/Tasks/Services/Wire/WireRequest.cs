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
