namespace Stateside.Engine.Template.Parsing;

/// <summary>The user's values of what only a deployment knows; remembers which were used.</summary>
/// <param name="values">The values by name.</param>
/// <param name="standIn">What stands for something without a value, by its name; null where nothing can.</param>
internal sealed class DeploymentValues(IReadOnlyDictionary<string, string> values, Func<string, string>? standIn = null)
{
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>The names that nothing asked for.</summary>
    public IEnumerable<string> Unused => values.Keys.Where(name => !_used.Contains(name)).Order(StringComparer.Ordinal);

    /// <summary>What stands for something without a value; null where nothing can.</summary>
    public string? StandIn(string name) => standIn?.Invoke(name);

    /// <summary>The value of that name, or null.</summary>
    public string? Find(string name)
    {
        if (!values.TryGetValue(name, out var value))
            return null;
        _used.Add(name);
        return value;
    }
}
