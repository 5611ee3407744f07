namespace Stateside.Engine.Tasks;

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
