using Stateside.Language.Json;
using Stateside.Language.Paths;

namespace Stateside.Conformance.Paths;

/// <summary>What a path over a document gives: a value, a failure or a refusal of the path.</summary>
/// <param name="Kind"><c>value</c>, <c>missing</c>, <c>unfit</c>, <c>refused</c>, or the name of an exception of Java's own.</param>
/// <param name="Value">The value.</param>
/// <param name="Message">What is said otherwise.</param>
internal sealed record PathAnswer(string Kind, JsonValue? Value, string Message)
{
    public static PathAnswer OfOurs(string text, JsonValue document)
    {
        if (!JsonPath.TryParse(text, out var path, out var problem))
            return new PathAnswer("refused", null, problem.Problem);
        return path.Steps.Evaluate(document, document, out var value) switch
        {
            PathOutcome.Found => new PathAnswer("value", value, path.IsDefinite ? "one" : "several"),
            var outcome => new PathAnswer(outcome == PathOutcome.Missing ? "missing" : "unfit", null, path.Steps.DescribeFailure(document, document)),
        };
    }

    public static PathAnswer OfTheirs(string line)
    {
        var answer = (JsonObject)LooseJson.Parse(line);
        if (answer["value"] is { } value)
            return new PathAnswer("value", value, answer["definite"] is JsonBoolean { Value: true } ? "one" : "several");
        var message = (answer["message"] as JsonString)?.Value ?? "";
        return answer["refused"] is JsonString
            ? new PathAnswer("refused", null, message)
            : new PathAnswer(((JsonString)answer["failed"]!).Value switch { "PathNotFoundException" => "missing", "InvalidPathException" => "unfit", var other => other }, null, message);
    }

    /// <summary>Whether two answers are the same. The words of a refusal are each side's own.</summary>
    public bool IsAs(PathAnswer other) =>
        Kind == other.Kind && (Kind == "refused" || (Message == other.Message && (Value is null ? other.Value is null : Value.Equals(other.Value))));

    public override string ToString() => Value is null ? $"{Kind}: {Message}" : $"{Kind}: {Message} {Value.Text}";
}
