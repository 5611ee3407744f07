using Stateside.Language.Json;
using Stateside.Language.Paths;

namespace Stateside.Conformance.Paths;

/// <summary>What a path over a document gives: a value, a failure or a refusal of the path.</summary>
/// <param name="Kind"><c>value</c>, <c>missing</c>, <c>unfit</c>, <c>refused</c>, or the name of an exception of Java's own.</param>
/// <param name="Value">The value.</param>
/// <param name="Message">Of a value whether the path may name several; what is said otherwise.</param>
internal sealed record PathAnswer(string Kind, JsonValue? Value, string Message)
{
    public static PathAnswer OfOurs(string text, JsonValue document)
    {
        if (!JsonPath.TryParse(text, out var path, out var problem))
            return new PathAnswer("refused", null, problem.Problem);
        var outcome = path.Steps.Evaluate(document, document, out var value);
        return outcome == PathOutcome.Found
            ? new PathAnswer("value", value, path.IsDefinite ? "one" : "several")
            : new PathAnswer(outcome == PathOutcome.Missing ? "missing" : "unfit", null, path.Steps.DescribeFailure(document, document));
    }

    public static PathAnswer OfTheirs(string line)
    {
        var answer = (JsonObject)LooseJson.Parse(line);
        if (answer["value"] is { } value)
            return new PathAnswer("value", value, answer["definite"] is JsonBoolean { Value: true } ? "one" : "several");
        var message = (answer["message"] as JsonString)?.Value ?? "";
        if (answer["failed"] is not JsonString kind)
            return new PathAnswer("refused", null, message);
        var failure = kind.Value switch { "PathNotFoundException" => "missing", "InvalidPathException" => "unfit", var other => other };
        return new PathAnswer(failure, null, message);
    }

    /// <summary>Whether two answers are the same. The words of a refusal are each side's own.</summary>
    public bool IsAs(PathAnswer other) => Kind == other.Kind && Kind switch
    {
        "refused" => true,
        "value" => Message == other.Message && Value!.Equals(other.Value),
        _ => Message == other.Message,
    };

    public override string ToString() => Value is null ? $"{Kind}: {Message}" : $"{Kind}: {Message} {Value.Text}";
}
