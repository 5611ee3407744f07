namespace Stateside.Language.Json;

/// <summary>Texts as Java has them.</summary>
internal static class JavaText
{
    /// <summary>A text's hash code, which says where hash tables keep it and so in which order they list it.</summary>
    public static int Hash(string text)
    {
        var hash = 0;
        foreach (var c in text)
            hash = unchecked((31 * hash) + c);
        return hash;
    }
}
