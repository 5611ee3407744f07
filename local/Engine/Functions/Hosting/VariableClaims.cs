namespace Stateside.Engine.Functions.Hosting;

/// <summary>
/// Which environment variables the functions of this process have set. A process has one value for each name, so a function that
/// wants another must run elsewhere.
/// </summary>
internal sealed class VariableClaims
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Claim> _claims = new(
        OperatingSystem.IsWindows() ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal);

    /// <summary>Sets a function's variables for this process, all or none.</summary>
    /// <returns>Null when they are set; else the name that another function holds with another value, and that function.</returns>
    public (string Name, string Holder)? Take(FunctionConfiguration function)
    {
        lock (_lock)
        {
            var variables = WithRegion(function);
            foreach (var (name, value) in variables)
            {
                if (_claims.TryGetValue(name, out var claim) && claim.Value != value
                    && claim.Functions.FirstOrDefault(holder => holder != function.Name) is { } other)
                {
                    return (name, other);
                }
            }

            foreach (var (name, value) in variables)
            {
                if (!_claims.TryGetValue(name, out var claim))
                    _claims[name] = claim = new Claim(Environment.GetEnvironmentVariable(name));
                claim.Functions.Add(function.Name);
                claim.Value = value;
                Environment.SetEnvironmentVariable(name, value);
            }

            return null;
        }
    }

    /// <summary>Gives up a function's variables; one that nobody else holds is again what it was before.</summary>
    public void Release(string function)
    {
        lock (_lock)
        {
            foreach (var (name, claim) in _claims.ToList())
            {
                if (!claim.Functions.Remove(function) || claim.Functions.Count > 0)
                    continue;
                Environment.SetEnvironmentVariable(name, claim.Before);
                _claims.Remove(name);
            }
        }
    }

    /// <summary>What the variables set here were before, for a process that must not inherit them.</summary>
    public Dictionary<string, string?> Before()
    {
        lock (_lock)
            return _claims.ToDictionary(pair => pair.Key, pair => pair.Value.Before);
    }

    // Lambda always tells the region, and the AWS SDK goes by it.
    private static Dictionary<string, string> WithRegion(FunctionConfiguration function)
    {
        var variables = new Dictionary<string, string>(function.Variables);
        foreach (var (name, region) in function.RegionVariables)
            variables.TryAdd(name, region);
        return variables;
    }

    private sealed class Claim(string? before)
    {
        public string? Before { get; } = before;

        public string? Value { get; set; }

        public HashSet<string> Functions { get; } = [];
    }
}
