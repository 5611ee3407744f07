using System.Diagnostics.CodeAnalysis;
using Stateside.Language.Intrinsics;
using Stateside.Language.Json;
using Stateside.Language.Paths;

namespace Stateside.Language.Templates;

/// <summary>
/// Compiles the templates of JSONPath states: a key that ends in <c>.$</c> carries a path or an intrinsic function, everything else
/// stands for itself. A part without any becomes one <see cref="LiteralTemplate"/> that shares the definition's own value.
/// </summary>
internal static class JsonPathTemplate
{
    /// <summary>What a key ends in whose value is to be worked out.</summary>
    internal const string Mark = ".$";

    /// <summary>Compiles a template.</summary>
    /// <param name="template">The template.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="report">Told of each problem. A template with problems must not be run.</param>
    public static PayloadTemplate Parse(JsonValue template, JsonPlace place, Action<TemplateProblem> report) => template switch
    {
        JsonObject members => ParseObject(members, place, report),
        JsonArray items => ParseArray(items, place, report),
        _ => new LiteralTemplate(template),
    };

    /// <summary>A field that may be a path or a call of an intrinsic function, such as <c>id.$</c> or <c>ErrorPath</c>.</summary>
    /// <param name="field">The field as it is written.</param>
    /// <param name="text">Its value.</param>
    /// <param name="template">The template.</param>
    /// <param name="detail">What is wrong with the value, with the place.</param>
    /// <returns>Whether it is either.</returns>
    public static bool TryParseField(
        string field, string text, [NotNullWhen(true)] out PayloadTemplate? template, [NotNullWhen(false)] out string? detail)
    {
        try
        {
            template = text.StartsWith('$') ? new PathTemplate(field, JsonPath.Parse(text)) : new IntrinsicTemplate(IntrinsicCall.Parse(text));
            detail = null;
            return true;
        }
        catch (JsonPathException e)
        {
            (template, detail) = (null, e.Message);
            return false;
        }
    }

    private static PayloadTemplate ParseObject(JsonObject members, JsonPlace place, Action<TemplateProblem> report)
    {
        var keys = new string[members.Count];
        var templates = new PayloadTemplate[members.Count];
        for (var i = 0; i < keys.Length; i++)
        {
            var key = members.Keys[i];
            var value = members.Values[i];
            if (key.EndsWith(Mark, StringComparison.Ordinal))
            {
                keys[i] = key[..^Mark.Length];
                templates[i] = ParseMarked(key, value, place, report);
                if (members.ContainsKey(keys[i]))
                    report(new TemplateProblem(place, place.Member(key), $"The field '{keys[i]}' is given twice, as '{keys[i]}' and as '{key}'", null));
            }
            else
            {
                keys[i] = key;
                templates[i] = Parse(value, place.Member(key), report);
            }
        }

        return Array.TrueForAll(templates, template => template is LiteralTemplate)
            ? new LiteralTemplate(members)
            : new ObjectTemplate(keys, templates);
    }

    private static PayloadTemplate ParseArray(JsonArray items, JsonPlace place, Action<TemplateProblem> report)
    {
        var templates = new PayloadTemplate[items.Count];
        for (var i = 0; i < templates.Length; i++)
            templates[i] = Parse(items[i], place.Item(i), report);
        return Array.TrueForAll(templates, template => template is LiteralTemplate) ? new LiteralTemplate(items) : new ArrayTemplate(templates);
    }

    private static PayloadTemplate ParseMarked(string key, JsonValue value, JsonPlace place, Action<TemplateProblem> report)
    {
        string? detail = null;
        if (value is JsonString text && TryParseField(key, text.Value, out var template, out detail))
            return template;
        report(new TemplateProblem(
            place, place.Member(key), $"The value for the field '{key}' must be a valid JSONPath or a valid intrinsic function call",
            detail ?? $"The value is not a string but {JsonWriter.Compact(value)}"));
        return new LiteralTemplate(value);
    }
}
