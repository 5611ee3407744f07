using System.Buffers;

namespace Stateside.Service.Api;

/// <summary>What the API asks of request members.</summary>
internal static class Checks
{
    private static readonly SearchValues<char> Refused = SearchValues.Create(
        [.. " \t\n\r<>{}[]?*\"#%\\^|~`$&,;:/", .. Enumerable.Range(0, 32).Select(c => (char)c), .. Enumerable.Range(127, 33).Select(c => (char)c)]);

    /// <summary>A name of a machine, an execution or an activity.</summary>
    public static void Name(string? name)
    {
        if (string.IsNullOrEmpty(name) || name.Length > 80 || name.AsSpan().IndexOfAny(Refused) >= 0 || name.Any(char.IsSurrogate))
            throw new ApiException("InvalidName", $"Invalid Name: '{name}'");
    }
}
