using Stateside.Language.Shapes;

namespace Stateside.Engine.Template.Parsing;

/// <summary>Says what somebody may have meant.</summary>
internal static class Nearest
{
    /// <summary>A sentence that names the nearest of the known names, or lists them all when none is near.</summary>
    /// <param name="name">What was written.</param>
    /// <param name="known">What there is.</param>
    /// <param name="plural">What these are, such as "Parameters".</param>
    /// <param name="owner">Whose they are.</param>
    /// <param name="shown">How they are listed; null for the names themselves.</param>
    public static string Hint(
        string name, IEnumerable<string> known, string plural, string owner = "The template", IReadOnlyList<string>? shown = null)
    {
        var names = known.ToList();
        if (names.Count == 0)
            return $"{owner} has no {plural}.";
        var near = LikelyName.Of(name, names) is { } nearest ? $"Did you mean '{nearest}'? " : "";
        shown ??= names;
        return $"{near}{owner}'s {plural}: {string.Join(", ", shown.Take(20))}{(shown.Count > 20 ? $" and {shown.Count - 20} more" : "")}.";
    }
}
