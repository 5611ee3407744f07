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
    /// <summary>The name in SDK integrations.</summary>
    public static string Sdk(string name)
    {
        if (name == "NULL")
            return "Nul";

        // A capital before a small letter begins the next word, but for the first letter of all.
        var end = 1;
        while (end < name.Length && char.IsAsciiLetterUpper(name[end]) && !(end < name.Length - 1 && char.IsAsciiLetterLower(name[end + 1])))
            end++;
        return Optimized(end == 1 ? name : name[..1] + name[1..end].ToLowerInvariant() + name[end..]);
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
