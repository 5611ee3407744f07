namespace Stateside.Language.Validation;

/// <summary>What is wrong with a text that should be JSON, in the words of the service's own parser.</summary>
internal static class JsonProblem
{
    /// <summary>The first thing that is wrong.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static string? Of(string text) => JsonSyntaxCheck.Find(text)?.Problem;
}
