using System.Globalization;
using Stateside.Engine.Tasks;
using Stateside.Engine.Template;

namespace Stateside.Aws.Services;

/// <summary>
/// How often each function was invoked on the way to an event, as Lambda counts to find those that feed themselves: what a function sends
/// tells it to SQS, SNS and Lambda, and these to the next function. It is written as <c>id:count</c> for each function, with bars between.
/// See https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html.
/// </summary>
internal static class Lineage
{
    /// <summary>As often Lambda invokes a function for what follows from one event.</summary>
    public const int Most = 16;

    /// <summary>How often a function was invoked on the way.</summary>
    public static int Count(string? lineage, string function)
    {
        var id = IdOf(function);
        foreach (var part in (lineage ?? "").Split('|'))
        {
            if (part.Split(':') is [var its, var count] && its == id && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return number;
        }

        return 0;
    }

    /// <summary>The lineage of what a function sends that is invoked once more.</summary>
    public static string After(string? lineage, string function)
    {
        var id = IdOf(function);
        var others = (lineage ?? "").Split('|', StringSplitOptions.RemoveEmptyEntries).Where(part => !part.StartsWith($"{id}:", StringComparison.Ordinal));
        return string.Join('|', others.Append(string.Create(CultureInfo.InvariantCulture, $"{id}:{Count(lineage, function) + 1}")));
    }

    /// <summary>Whether a function may feed itself.</summary>
    public static bool IsAllowed(TemplateModel template, string function) => template.Resources.Any(resource =>
        resource.Properties.Text("RecursiveLoop") == "Allow" && resource.Arn is { } arn && NameOf(arn) == NameOf(function));

    /// <summary>The line that tells of a function that is not invoked once more.</summary>
    /// <param name="function">The function.</param>
    /// <param name="source">What would invoke it, such as <c>queue Jobs</c>.</param>
    /// <param name="fate">What becomes of the event.</param>
    public static string Stopped(string function, string source, string fate) =>
        $"{NameOf(function)} and {source} feed each other: {Most} invocations came of one event, and Lambda begins no more; {fate}. "
        + "Where that is meant, say RecursiveLoop: Allow on the function.";

    private static string NameOf(string function) => FunctionReference.Parse(function)?.Name ?? function;

    private static string IdOf(string function)
    {
        // Any short text that is the same for each way to name the function.
        var hash = 2166136261u;
        foreach (var character in NameOf(function))
            hash = (hash ^ character) * 16777619;
        return hash.ToString("x8", CultureInfo.InvariantCulture);
    }
}
