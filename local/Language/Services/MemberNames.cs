using System.Text.RegularExpressions;

namespace Stateside.Language.Services;

/// <summary>
/// How Step Functions names the members of requests and answers. SDK integrations have the names of the second SDK for Java with a capital:
/// the letters that a name begins with are one word (DBInstanceIdentifier is DbInstanceIdentifier, SSEKMSKeyId is SsekmsKeyId), later ones
/// stay (ChecksumCRC32). Optimized integrations have the API's names with a capital.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html.
/// </summary>
internal static partial class MemberNames
{
    /// <summary>
    /// What no method in Java can be called, and what methods of its objects are called already: such members are given Value at their ends,
    /// as the documentation says of equals.
    /// </summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "abstract", "assert", "boolean", "break", "byte", "case", "catch", "char", "class", "const", "continue", "default", "do", "double",
        "else", "enum", "extends", "false", "final", "finally", "float", "for", "goto", "if", "implements", "import", "instanceof", "int",
        "interface", "long", "native", "new", "package", "private", "protected", "public", "return", "short", "static", "strictfp", "super",
        "switch", "synchronized", "this", "throw", "throws", "transient", "true", "try", "void", "volatile", "while",
        "equals", "finalize", "getClass", "hashCode", "notify", "notifyAll", "toString", "wait",
        "builder", "sdkFields", "toBuilder", "overrideConfiguration", "sdkHttpResponse",
    };

    /// <summary>The name in SDK integrations.</summary>
    public static string Sdk(string name)
    {
        // A capital before a small letter begins the next word, but for the first letter of all.
        var end = 1;
        while (end < name.Length && char.IsAsciiLetterUpper(name[end]) && !(end < name.Length - 1 && char.IsAsciiLetterLower(name[end + 1])))
            end++;
        var words = name[..end].ToLowerInvariant() + name[end..];
        return Optimized(Reserved.Contains(words) ? $"{words}Value" : words);
    }

    /// <summary>The name in optimized integrations.</summary>
    public static string Optimized(string name) =>
        name.Length > 0 && char.IsAsciiLetterLower(name[0]) ? char.ToUpperInvariant(name[0]) + name[1..] : name;

    /// <summary>The name of an exception in error names of SDK integrations: DBInstanceNotFoundFault is DbInstanceNotFoundException.</summary>
    public static string SdkException(string name) => Exception(string.Concat(
        WordBoundaries().Split(name).Select(word => word[..1].ToUpperInvariant() + word[1..].ToLowerInvariant())));

    /// <summary>The name of an exception in error names of optimized integrations.</summary>
    public static string OptimizedException(string name) => Exception(Optimized(name));

    private static string Exception(string name)
    {
        if (name.EndsWith("Exception", StringComparison.Ordinal))
            return name;
        return (name.EndsWith("Fault", StringComparison.Ordinal) ? name[..^"Fault".Length] : name) + "Exception";
    }

    /// <summary>Between words: before a capital that follows a small letter or ends an acronym, and after a number.</summary>
    [GeneratedRegex("(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[0-9])(?=[a-zA-Z])")]
    private static partial Regex WordBoundaries();
}
