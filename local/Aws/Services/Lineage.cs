using System.Globalization;
using Stateside.Aws.Wire;
using Stateside.Engine.Functions;
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

    /// <summary>What a request says of the function that sent it; null where it says nothing.</summary>
    public static string? Of(ReceivedRequest request) =>
        Part(request.Header("tracestate"), ',', InvocationOptions.LineageState) ?? Part(request.Header("X-Amzn-Trace-Id"), ';', InvocationOptions.LineageName);

    /// <summary>The function that sent a request; null where it says nothing.</summary>
    public static string? Sender(ReceivedRequest request) =>
        Part(request.Header("tracestate"), ',', InvocationOptions.FunctionState) ?? Part(request.Header("X-Amzn-Trace-Id"), ';', InvocationOptions.FunctionName);

    /// <summary>How often a function was invoked on the way.</summary>
    public static int Count(string? lineage, string function) => Part(lineage, '|', IdOf(function), ':') is { } count
        && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

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

    private static string? Part(string? text, char between, string name, char sign = '=')
    {
        foreach (var part in (text ?? "").Split(between))
        {
            var pair = part.Trim().Split(sign, 2);
            if (pair.Length == 2 && pair[0] == name)
                return pair[1];
        }

        return null;
    }

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
