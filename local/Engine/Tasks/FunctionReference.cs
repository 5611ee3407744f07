using System.Text.RegularExpressions;

namespace Stateside.Engine.Tasks;

/// <summary>
/// The name of a function as the Invoke operation takes it: <c>name</c>, <c>function:name</c>, <c>account:function:name</c> or an ARN,
/// each with or without <c>:qualifier</c>. See https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestSyntax.
/// </summary>
/// <param name="Name">The function's name.</param>
/// <param name="Region">The region, where it is given.</param>
/// <param name="AccountId">The account, where it is given.</param>
/// <param name="Qualifier">The version or alias, where it is given.</param>
internal sealed partial record FunctionReference(string Name, string? Region, string? AccountId, string? Qualifier)
{
    /// <summary>The pattern that Lambda quotes when it refuses a name.</summary>
    public const string PublicPattern =
        @"(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST|[a-zA-Z0-9-_]+))?";

    public static FunctionReference? Parse(string text)
    {
        var match = Pattern().Match(text);
        if (!match.Success)
            return null;
        return new(match.Groups["name"].Value, Part("region"), Part("account"), Part("qualifier"));

        string? Part(string name) => match.Groups[name] is { Success: true } group ? group.Value : null;
    }

    [GeneratedRegex(
        @"^(arn:aws[a-zA-Z-]*:lambda:)?((?<region>[a-z]{2,4}(-[a-z]+)+-\d):)?((?<account>\d{12}):)?(function:)?(?<name>[a-zA-Z0-9_-]+)(:(?<qualifier>\$LATEST|[a-zA-Z0-9_-]+))?\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
