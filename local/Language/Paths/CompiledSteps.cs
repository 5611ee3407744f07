using System.Text;
using Stateside.Language.Json;

namespace Stateside.Language.Paths;

/// <summary>
/// The steps after a path's root, with the dialect's ways: a definite path gives one node or none, an indefinite one the array of
/// what it finds, empty when it finds nothing.
/// </summary>
internal sealed class CompiledSteps
{
    private readonly PathStep[] _steps;
    private readonly FunctionStep? _overAll;
    private readonly bool _namesOne;

    public CompiledSteps(PathStep[] steps)
    {
        // A function at the end of a path that starts with ".." works on all that was found, elsewhere on each node.
        if (steps is [DescentStep, _, .., FunctionStep last])
        {
            _overAll = last;
            steps = steps[..^1];
        }

        _steps = steps;
        _namesOne = Array.TrueForAll(steps, step => step.IsDefinite);
    }

    public ReadOnlySpan<PathStep> Steps => _steps;

    /// <summary>Whether the steps give at most one value.</summary>
    public bool IsDefinite => _namesOne || _overAll is not null;

    /// <summary>Whether the steps are members and items alone.</summary>
    public bool IsReference => _overAll is null && Array.TrueForAll(_steps, step => step is MemberStep or IndexStep { Index: >= 0 });

    public bool TryEvaluate(JsonValue start, JsonValue document, out JsonValue value)
    {
        if (!_namesOne)
        {
            value = JsonArray.Of([.. FindAll(start, document)]);
            return _overAll is null || TryApply(_overAll, value, out value);
        }

        value = start;
        foreach (var step in _steps)
        {
            switch (step)
            {
                case MemberStep member when value is JsonObject members && members.TryGetValue(member.Name, out var found):
                    value = found;
                    break;
                case IndexStep index when value is JsonArray items && ItemAt(items, index.Index) is { } item:
                    value = item;
                    break;
                case MembersStep some when value is JsonObject members:
                    value = Pick(members, some.Names);
                    break;
                case FunctionStep function when TryApply(function, value, out var result):
                    value = result;
                    break;
                default:
                    value = JsonValue.Null;
                    return false;
            }
        }

        return true;
    }

    /// <summary>All nodes found, in the order of the document.</summary>
    public List<JsonValue> FindAll(JsonValue start, JsonValue document)
    {
        var found = new List<JsonValue>();
        Walk(0, start, document, found);
        return found;
    }

    /// <summary>Why a definite path finds nothing, in the words of the library that AWS reports.</summary>
    public string DescribeMissing(JsonValue start)
    {
        if (!_namesOne)
            return $"No results for path: ${this}";
        var value = start;
        var beyondArray = false;
        var path = new StringBuilder("$");
        for (var i = 0; i < _steps.Length; i++)
        {
            var step = _steps[i];
            switch (step)
            {
                case MemberStep or MembersStep when value is not JsonObject || beyondArray:
                    return $"Expected to find an object with property {step} in path {path} but found '{(beyondArray ? "null" : NodeName(value))}'. "
                        + "This is not a json object according to the JsonProvider: 'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.";
                case MemberStep member:
                    path.Append(member);
                    if (((JsonObject)value).TryGetValue(member.Name, out var found))
                        value = found;
                    else if (i < _steps.Length - 1)
                        return $"Missing property in path {path}";
                    break;
                case IndexStep when beyondArray:
                    return $"The path {path} is null";
                case IndexStep when value is not JsonArray:
                    return $"Filter: {string.Concat(_steps[i..].Select(rest => rest.ToString()))} can only be applied to arrays. "
                        + $"Current context is: {JsonWriter.Compact(value)}";
                case IndexStep index:
                    path.Append(index);
                    if (ItemAt((JsonArray)value, index.Index) is { } item)
                        value = item;
                    else
                        beyondArray = true;
                    break;
                default:
                    path.Append(step);
                    break;
            }
        }

        return $"No results for path: {path}";
    }

    public override string ToString() => string.Concat(_steps.Select(step => step.ToString())) + _overAll;

    private static JsonValue? ItemAt(JsonArray items, int index)
    {
        var at = index < 0 ? items.Count + index : index;
        return at >= 0 && at < items.Count ? items[at] : null;
    }

    private static JsonObject Pick(JsonObject members, string[] names)
    {
        var picked = new JsonObject.Builder(names.Length);
        foreach (var name in names)
        {
            if (members.TryGetValue(name, out var value))
                picked.Set(name, value);
        }

        return picked.ToObject();
    }

    private void Walk(int at, JsonValue value, JsonValue document, List<JsonValue> found)
    {
        if (at == _steps.Length)
        {
            found.Add(value);
            return;
        }

        switch (_steps[at])
        {
            case MemberStep member:
                if (value is JsonObject owner && owner.TryGetValue(member.Name, out var child))
                    Walk(at + 1, child, document, found);
                break;
            case MembersStep some when value is JsonObject members:
                if (some.IsLast)
                {
                    found.Add(Pick(members, some.Names));
                    break;
                }

                foreach (var name in some.Names)
                {
                    if (members.TryGetValue(name, out var one))
                        Walk(at + 1, one, document, found);
                }

                break;
            case IndexStep index:
                if (value is JsonArray array && ItemAt(array, index.Index) is { } item)
                    Walk(at + 1, item, document, found);
                break;
            case IndexesStep indexes when value is JsonArray items:
                foreach (var index in indexes.Indexes)
                {
                    if (ItemAt(items, index) is { } one)
                        Walk(at + 1, one, document, found);
                }

                break;
            case SliceStep slice when value is JsonArray items:
                WalkSlice(at, slice, items, document, found);
                break;
            case WildcardStep:
                foreach (var one in Children(value))
                    Walk(at + 1, one, document, found);
                break;
            case FilterStep filter:
                WalkFilter(at, filter.Filter, value, document, found);
                break;
            case FunctionStep function:
                if (TryApply(function, value, out var result))
                    Walk(at + 1, result, document, found);
                break;
            case DescentStep:
                Descend(at + 1, value, document, found);
                break;
        }
    }

    private void WalkSlice(int at, SliceStep slice, JsonArray items, JsonValue document, List<JsonValue> found)
    {
        // A start before the end counts back from the end and is not cut, so [-3:-1] works and [1:-1] is empty.
        var (from, to) = (slice.From, slice.To) switch
        {
            ({ } first, { } end) => (first, Math.Min(items.Count, end)),
            ({ } first, null) => (Math.Max(0, first < 0 ? items.Count + first : first), items.Count),
            (null, { } end) => (0, Math.Min(items.Count, end < 0 ? items.Count + end : end)),
            _ => (0, items.Count),
        };
        for (var i = Math.Max(from, -items.Count); i < to; i++)
        {
            if (ItemAt(items, i) is { } item)
                Walk(at + 1, item, document, found);
        }
    }

    private void WalkFilter(int at, PathFilter filter, JsonValue value, JsonValue document, List<JsonValue> found)
    {
        if (value is JsonArray items)
        {
            foreach (var item in items)
            {
                if (filter.Accepts(item, document))
                    Walk(at + 1, item, document, found);
            }
        }
        else if (value is JsonObject && filter.Accepts(value, document))
        {
            Walk(at + 1, value, document, found);
        }
    }

    private void Descend(int at, JsonValue value, JsonValue document, List<JsonValue> found)
    {
        if (value is not (JsonArray or JsonObject))
            return;
        var step = _steps[at];
        var matches = step switch
        {
            MemberStep member => value is JsonObject members && members.ContainsKey(member.Name),
            MembersStep { IsLast: true } some => value is JsonObject members && Array.TrueForAll(some.Names, members.ContainsKey),
            MembersStep => value is JsonObject,
            IndexStep or IndexesStep or SliceStep => value is JsonArray,
            WildcardStep => true,
            FilterStep filter => filter.Filter.Accepts(value, document),
            _ => false,
        };
        if (matches && value is JsonArray array && at < _steps.Length - 1)
        {
            // The library goes on with every item here, whatever the step selects: $..[0].a finds the a of all items.
            foreach (var item in array)
                Walk(at + 1, item, document, found);
        }
        else if (matches)
        {
            Walk(at, value, document, found);
        }

        foreach (var child in Children(value))
            Descend(at, child, document, found);
    }

    private static ReadOnlySpan<JsonValue> Children(JsonValue value) => value switch
    {
        JsonArray array => array.AsSpan(),
        JsonObject members => members.Values,
        _ => [],
    };

    /// <summary>
    /// Applies a function. AWS takes sum(), min(), max(), avg(), stddev(), concat() and append() when a machine is created and then
    /// finds nothing (https://repost.aws/questions/QUYiQKP0XfThWEc_ahsMnLOA), so these have no result.
    /// </summary>
    private static bool TryApply(FunctionStep function, JsonValue value, out JsonValue result)
    {
        var items = value as JsonArray;
        JsonValue? found = function.HasOtherArguments ? null : function.Name switch
        {
            "length" or "size" when function.Argument is null => value switch
            {
                JsonArray array => JsonValue.From(array.Count),
                JsonObject members => JsonValue.From(members.Count),
                _ => JsonValue.Null,
            },
            "keys" when function.Argument is null && value is JsonObject members =>
                JsonArray.Of(members.Keys.ToArray().Select(JsonValue (key) => new JsonString(key))),
            "first" when items is { Count: > 0 } => items[0],
            "last" when items is { Count: > 0 } => items[^1],
            "index" when items is not null && function.Argument is { } index => ItemAt(items, index),
            _ => null,
        };
        result = found ?? JsonValue.Null;
        return found is not null;
    }

    private static string NodeName(JsonValue value) => "com.fasterxml.jackson.databind.node." + value switch
    {
        JsonNull => "NullNode",
        JsonBoolean => "BooleanNode",
        JsonString => "TextNode",
        JsonArray => "ArrayNode",
        JsonNumber { IsInt64: true, Int64: >= int.MinValue and <= int.MaxValue } => "IntNode",
        JsonNumber { IsInt64: true } => "LongNode",
        JsonNumber number => number.Token.AsSpan().ContainsAny('.', 'e', 'E') ? "DoubleNode" : "BigIntegerNode",
        _ => "ObjectNode",
    };
}
