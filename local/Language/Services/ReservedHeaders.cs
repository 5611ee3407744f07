using System.Collections.Frozen;
using Stateside.Language.Json;

namespace Stateside.Language.Services;

/// <summary>Headers that a Task may not set, since Step Functions or what it calls keeps them to itself.</summary>
/// <param name="names">The names, in lower case.</param>
/// <param name="prefixes">How such names begin, in lower case.</param>
internal sealed class ReservedHeaders(IEnumerable<string> names, params string[] prefixes)
{
    private readonly FrozenSet<string> _names = names.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Finds those among the Headers of a Task's parameters.</summary>
    public void Check(JsonObject parameters, ref IntegrationRequest.Finding found)
    {
        if (parameters["Headers"] is not JsonObject headers)
            return;
        var unsupported = new List<string>();
        foreach (var key in headers.Keys)
        {
            var name = (found.IsPath(key) ? key[..^2] : key).ToLowerInvariant();
            if (_names.Contains(name) || Array.Exists(prefixes, prefix => name.StartsWith(prefix, StringComparison.Ordinal)))
                unsupported.Add(name);
        }

        if (unsupported.Count > 0)
            found.Add($"The 'Headers' field contains unsupported values: [{string.Join(", ", unsupported)}]");
    }
}
