namespace Stateside.Engine.Functions.Hosting;

/// <summary>
/// Which environment variables the functions of this process have set. A process has one value for each name, so a function that
/// wants another must run elsewhere.
/// </summary>
/// <param name="surroundings">What every function finds beside its own; null takes a variable away.</param>
internal sealed class VariableClaims(Func<IReadOnlyDictionary<string, string?>> surroundings)
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
            var variables = Of(function);
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

    /// <summary>How variables differ for a process of its own from those of this one: what they were before, and what is around every function.</summary>
    public Dictionary<string, string?> ForProcess()
    {
        Dictionary<string, string?> variables;
        lock (_lock)
            variables = _claims.ToDictionary(pair => pair.Key, pair => pair.Value.Before);
        foreach (var (name, value) in surroundings())
            variables[name] = value;
        return variables;
    }

    // Lambda always tells the region, and the AWS SDK goes by it.
    private Dictionary<string, string?> Of(FunctionConfiguration function)
    {
        var variables = new Dictionary<string, string?>(surroundings());
        foreach (var (name, value) in function.RegionVariables.Concat(function.Variables))
            variables[name] = value;
        return variables;
    }

    private sealed class Claim(string? before)
    {
        public string? Before { get; } = before;

        public string? Value { get; set; }

        public HashSet<string> Functions { get; } = [];
    }
}
