using System.Buffers;

namespace Stateside.Engine.Store;

/// <summary>
/// The rule for names of machines, executions and activities.
/// See https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html#StepFunctions-StartExecution-request-name.
/// </summary>
internal static class ResourceName
{
    private static readonly SearchValues<char> Refused = SearchValues.Create(
        [.. " <>{}[]?*\"#%\\^|~`$&,;:/", .. Enumerable.Range(0, 32).Select(c => (char)c), .. Enumerable.Range(127, 33).Select(c => (char)c)]);

    /// <summary>Whether a text may be a name: 1 to 80 characters, none of them white space, a control, a bracket or a wildcard.</summary>
    public static bool IsValid(string? name) =>
        name?.Length is > 0 and <= 80 && !name.AsSpan().ContainsAny(Refused) && !name.Any(c => char.IsSurrogate(c) || char.IsWhiteSpace(c));
}
