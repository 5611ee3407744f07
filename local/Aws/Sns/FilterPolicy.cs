using Stateside.Aws.Services;
using Stateside.Language.Json;

namespace Stateside.Aws.Sns;

/// <summary>
/// Which messages a subscription is given. See https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html.
/// </summary>
internal sealed class FilterPolicy
{
    private const string OfBody = "MessageBody";

    private static readonly string[] Operators = ["exists", "anything-but", "prefix", "suffix", "equals-ignore-case", "wildcard", "numeric", "cidr"];

    private readonly JsonObject _pattern;
    private readonly bool _isOfBody;

    private FilterPolicy(JsonObject pattern, bool isOfBody)
    {
        _pattern = pattern;
        _isOfBody = isOfBody;
    }

    /// <summary>Reads a policy.</summary>
    /// <param name="text">The policy; null and an empty one let everything through.</param>
    /// <param name="scope">What it is about: MessageAttributes, or MessageBody.</param>
    /// <exception cref="StoreRefusal">It is none.</exception>
    public static FilterPolicy? Read(string? text, string? scope)
    {
        if (scope is not (null or "" or "MessageAttributes" or OfBody))
            throw SnsErrors.Invalid($"FilterPolicyScope: Invalid value [{scope}]. Please use either MessageBody or MessageAttributes");
        if (text is null or "")
            return null;
        if (!JsonReader.TryParse(text, out var parsed) || parsed is not JsonObject pattern)
            throw SnsErrors.Invalid("FilterPolicy: failed to parse JSON.");
        Check(pattern, scope == OfBody);
        return pattern.Count == 0 ? null : new FilterPolicy(pattern, scope == OfBody);
    }

    /// <summary>Whether a message is let through.</summary>
    public bool Wants(Publication message) => _isOfBody
        ? JsonReader.TryParse(message.TextFor("default"), out var body) && body is JsonObject && EventPattern.Matches(_pattern, body)
        : EventPattern.Matches(_pattern, ValuesOf(message.Attributes));

    private static void Check(JsonObject pattern, bool nests)
    {
        foreach (var (name, rules) in pattern)
        {
            switch (rules)
            {
                case JsonObject inner when nests:
                    Check(inner, nests);
                    break;
                case JsonObject:
                    throw SnsErrors.Invalid("Filter policy scope MessageAttributes does not support nested filter policy");
                case JsonArray alternatives when name == "$or" && alternatives.Count > 1 && alternatives.All(rule => rule is JsonObject):
                    foreach (var alternative in alternatives.Cast<JsonObject>())
                        Check(alternative, nests);
                    break;
                case JsonArray list:
                    foreach (var rule in list)
                        CheckRule(rule);
                    break;
                default:
                    throw SnsErrors.Invalid($"FilterPolicy: \"{name}\" must be an object or an array");
            }
        }
    }

    private static void CheckRule(JsonValue rule)
    {
        if (rule is JsonArray)
            throw SnsErrors.Invalid("FilterPolicy: Match value must be String, number, true, false, or null");
        if (rule is not JsonObject operation)
            return;
        if (operation.Count != 1 || Array.IndexOf(Operators, operation.Keys[0]) < 0)
            throw SnsErrors.Invalid($"FilterPolicy: Unrecognized match type {(operation.Count > 0 ? operation.Keys[0] : "")}");
        if (operation["exists"] is { } exists and not JsonBoolean)
            throw SnsErrors.Invalid("FilterPolicy: exists match pattern must be either true or false.");
    }

    /// <summary>Attributes as values that a pattern is about; of bytes there are no patterns.</summary>
    private static JsonObject ValuesOf(JsonObject attributes)
    {
        var values = new JsonObject.Builder();
        foreach (var (name, value) in attributes)
        {
            var attribute = (JsonObject)value;
            if (attribute["StringValue"] is not JsonString { Value: var text } || attribute["DataType"] is not JsonString { Value: var type })
                continue;
            values.Set(name, type switch
            {
                "String.Array" when JsonReader.TryParse(text, out var array) && array is JsonArray => array,
                _ when type.Split('.')[0] == "Number" && JsonReader.TryParse(text, out var number) && number is JsonNumber => number,
                _ => JsonValue.From(text),
            });
        }

        return values.ToObject();
    }
}
