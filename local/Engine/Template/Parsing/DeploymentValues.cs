namespace Stateside.Engine.Template.Parsing;

/// <summary>The user's values of what only a deployment knows; remembers which were used.</summary>
internal sealed class DeploymentValues(IReadOnlyDictionary<string, string> values)
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>The names that nothing asked for.</summary>
    public IEnumerable<string> Unused => values.Keys.Where(name => !_used.Contains(name)).Order(StringComparer.Ordinal);

    /// <summary>The value of that name, or null.</summary>
    public string? Find(string name)
    {
        if (!values.TryGetValue(name, out var value))
            return null;
        _used.Add(name);
        return value;
    }
}
