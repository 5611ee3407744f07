using System.Buffers;
using Stateside.Aws.DynamoDb.Values;
using Stateside.Aws.Services;
using Stateside.Language.Json;

namespace Stateside.Aws.DynamoDb.Expressions;

/// <summary>The names and values that a request's expressions share, and which of them were used.</summary>
internal sealed class ExpressionScope
{
    private static readonly SearchValues<char> PlaceholderLetters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_");

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AttributeValue> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _used = new(StringComparer.Ordinal);

    /// <summary>Reads ExpressionAttributeNames and ExpressionAttributeValues.</summary>
    /// <param name="request">The request, or the part of a transaction.</param>
    /// <param name="expressions">The members of the request that are expressions.</param>
    public static ExpressionScope Read(JsonObject request, params ReadOnlySpan<string> expressions)
    {
        var scope = new ExpressionScope();
        var hasExpression = false;
        foreach (var expression in expressions)
            hasExpression |= request[expression] is JsonString;
        var absent = $"{string.Join(" and ", expressions.ToArray())} {(expressions.Length == 1 ? "is" : "are")} null";
        if (request["ExpressionAttributeNames"] is JsonObject names)
        {
            if (!hasExpression)
                throw Refusals.Invalid("ExpressionAttributeNames can only be specified when using expressions");
            if (names.Count == 0)
                throw Refusals.Invalid("ExpressionAttributeNames must not be empty");
            foreach (var (key, value) in names)
            {
                if (!IsPlaceholder(key, '#'))
                    throw Refusals.Invalid($"ExpressionAttributeNames contains invalid key: Syntax error; key: \"{key}\"");
                scope._names[key] = value is JsonString { Value.Length: > 0 } name
                    ? name.Value
                    : throw Refusals.Invalid($"ExpressionAttributeNames contains invalid value: must have length greater than or equal to 1; key: {key}");
            }
        }

        if (request["ExpressionAttributeValues"] is JsonObject values)
        {
            if (!hasExpression)
                throw Refusals.Invalid($"ExpressionAttributeValues can only be specified when using expressions: {absent}");
            if (values.Count == 0)
                throw Refusals.Invalid("ExpressionAttributeValues must not be empty");
            foreach (var (key, value) in values)
            {
                if (!IsPlaceholder(key, ':'))
                    throw Refusals.Invalid($"ExpressionAttributeValues contains invalid key: Syntax error; key: \"{key}\"");
                try
                {
                    scope._values[key] = AttributeReader.Read(value);
                }
                catch (StoreRefusal refusal) when (refusal.Code == "ValidationException")
                {
                    throw Refusals.Invalid($"ExpressionAttributeValues contains invalid value: {refusal.Message} for key {key}");
                }
            }
        }

        return scope;
    }

    /// <summary>The name that stands for a placeholder.</summary>
    public string Name(string placeholder, string kind)
    {
        _used.Add(placeholder);
        return _names.GetValueOrDefault(placeholder)
            ?? throw Refusals.Invalid($"Invalid {kind}: An expression attribute name used in the document path is not defined; attribute name: {placeholder}");
    }

    /// <summary>The value that stands for a placeholder.</summary>
    public AttributeValue Value(string placeholder, string kind)
    {
        _used.Add(placeholder);
        return _values.GetValueOrDefault(placeholder)
            ?? throw Refusals.Invalid($"Invalid {kind}: An expression attribute value used in expression is not defined; attribute value: {placeholder}");
    }

    /// <summary>Refuses names and values that no expression used.</summary>
    public void CheckAllUsed()
    {
        Check("ExpressionAttributeNames", _names.Keys);
        Check("ExpressionAttributeValues", _values.Keys);
    }

    private void Check(string member, IEnumerable<string> keys)
    {
        var unused = keys.Where(key => !_used.Contains(key)).ToList();
        if (unused.Count > 0)
            throw Refusals.Invalid($"Value provided in {member} unused in expressions: keys: {{{string.Join(", ", unused)}}}");
    }

    private static bool IsPlaceholder(string key, char mark) =>
        key.Length > 1 && key[0] == mark && key.AsSpan(1).IndexOfAnyExcept(PlaceholderLetters) < 0;
}
