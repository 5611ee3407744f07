namespace Stateside.Language.Json;

/// <summary>The characters that have a letter of their own behind a backslash in JSON's strings.</summary>
internal static class JsonEscape
{
    /// <summary>How a character is written; null for one without a short escape.</summary>
    public static string? Of(char c) => c switch
    {
        '"' => "\\\"",
        '\\' => @"\\",
        '\b' => @"\b",
        '\f' => @"\f",
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        _ => null,
    };

    /// <summary>What a letter behind a backslash means; null for one that means nothing of its own.</summary>
    public static char? Meant(char letter) => letter switch
    {
        'b' => '\b',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        _ => null,
    };
}
