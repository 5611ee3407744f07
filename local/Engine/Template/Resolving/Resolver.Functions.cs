using System.Globalization;
using System.Text;
using Stateside.Engine.Template.Parsing;
using Stateside.Language.Json;

namespace Stateside.Engine.Template.Resolving;

/// <content>The intrinsic functions.</content>
internal sealed partial class Resolver
{
    private readonly List<string> _mapped = [];

    private JsonValue? Call(TemplateMember call, Asker asker) => call.Key switch
    {
        "Ref" => Ref(call, asker),
        "Fn::GetAtt" => GetAtt(call, asker),
        "Fn::Sub" => Sub(call, asker),
        "Fn::Join" => Join(call, asker),
        "Fn::Select" => Select(call, asker),
        "Fn::Split" => Split(call, asker),
        "Fn::FindInMap" => FindInMap(call, asker),
        "Fn::If" => If(call, asker),
        "Fn::Base64" => Text(call.Value, "The argument of Fn::Base64", asker) is { } text
            ? Made(Convert.ToBase64String(Encoding.UTF8.GetBytes(text)), call)
            : null,
        "Fn::Length" => ListOf(call.Value, "The argument of Fn::Length", asker) is { } list ? JsonValue.From(list.Count) : null,
        "Fn::ToJsonString" => Resolve(call.Value, asker) is { } value ? Made(JsonWriter.Compact(value), call) : null,
        "Fn::GetAZs" => AvailabilityZones(call, asker),
        "Fn::ImportValue" => ImportValue(call, asker),
        "Fn::Equals" or "Fn::And" or "Fn::Or" or "Fn::Not" => Truth(new MapNode(call.Place, [call]), asker) is { } truth ? JsonValue.From(truth) : null,
        _ => NotKnown(call, asker),
    };

    private JsonString Made(string text, TemplateMember call)
    {
        Bounds.Text(text.Length, call.Place);
        return new JsonString(text);
    }

    private JsonString? NotKnown(TemplateMember call, Asker asker)
    {
        if (settings.StandIn(call.Key) is { } standIn)
            return new JsonString(standIn);
        log.Unknown(asker, call.Place, $"The function {call.Key} is not computed here.", "Write its result, or pass it as a parameter.");
        return null;
    }

    private IReadOnlyList<TemplateNode>? Arguments(TemplateMember call, int least, int most, string shape, Asker asker)
    {
        if (call.Value is ListNode list && list.Items.Count >= least && list.Items.Count <= most)
            return list.Items;
        log.Mistake(asker, call.Place, $"{call.Key} takes {shape}.");
        return null;
    }

    private JsonArray? ListOf(TemplateNode node, string what, Asker asker)
    {
        if (Resolve(node, asker) is not { } value)
            return null;
        if (value is JsonArray list)
            return list;
        log.Mistake(asker, node.Place, $"{what} must be a list, but it is {KindOf(value)}.");
        return null;
    }

    private JsonString? Join(TemplateMember call, Asker asker)
    {
        if (Arguments(call, 2, 2, "a list of a delimiter and a list of values", asker) is not [var delimiter, var values]
            || Text(delimiter, "The delimiter of Fn::Join", asker) is not { } text)
        {
            return null;
        }

        // A list that is written out must be whole: a missing piece would give another text than a deployment's.
        if (values is ListNode { Items: var items })
        {
            var pieces = items.Select(item => IsNoValue(item, asker) ? [] : Pieces(item, asker)).ToList();
            return pieces.Contains(null) ? null : Joined(text, [.. pieces.SelectMany(piece => piece!)], call);
        }

        return Pieces(values, asker) is { } joined ? Joined(text, joined, call) : null;
    }

    private JsonString Joined(string delimiter, List<string> pieces, TemplateMember call)
    {
        Bounds.Text(((long)delimiter.Length * Math.Max(0, pieces.Count - 1)) + pieces.Sum(piece => (long)piece.Length), call.Place);
        return new JsonString(string.Join(delimiter, pieces));
    }

    private List<string>? Pieces(TemplateNode node, Asker asker)
    {
        if (Resolve(node, asker) is not { } value)
            return null;
        var texts = (value as JsonArray ?? JsonArray.Of(value)).Select(ScalarNode.TextOf).ToList();
        Bounds.Count(texts.Count, node.Place);
        if (!texts.Contains(null))
            return texts!;
        log.Mistake(asker, node.Place, $"A value of Fn::Join must be a string, but it is {KindOf(value)}.");
        return null;
    }

    /// <summary>Whether a value is taken away: it is AWS::NoValue, or a condition chooses that.</summary>
    private bool IsNoValue(TemplateNode node, Asker asker) => node switch
    {
        MapNode { Intrinsic: { Key: "Ref", Value: ScalarNode { Text: "AWS::NoValue" } } } => true,
        MapNode { Intrinsic: { Key: "Fn::If", Value: ListNode { Items: [ScalarNode { Text: { } name } condition, var yes, var no] } } } =>
            Condition(name, condition.Place, asker) is { } holds && IsNoValue(holds ? yes : no, asker),
        _ => false,
    };

    private JsonValue? Select(TemplateMember call, Asker asker)
    {
        if (Arguments(call, 2, 2, "a list of an index and a list of values", asker) is not [var index, var values]
            || Text(index, "The index of Fn::Select", asker) is not { } text
            || ListOf(values, "The second argument of Fn::Select", asker) is not { } list)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < list.Count)
            return list[at];
        log.Mistake(asker, call.Place, $"Fn::Select has no value at index '{text}': the list has {list.Count}.");
        return null;
    }

    private JsonArray? Split(TemplateMember call, Asker asker)
    {
        if (Arguments(call, 2, 2, "a list of a delimiter and a string", asker) is not [var delimiter, var source]
            || Text(delimiter, "The delimiter of Fn::Split", asker) is not { } by
            || Text(source, "The second argument of Fn::Split", asker) is not { } text)
        {
            return null;
        }

        var pieces = text.Split(by);
        Bounds.Count(pieces.Length, call.Place);
        return JsonArray.Of([.. pieces.Select(piece => new JsonString(piece))]);
    }

    private JsonValue? FindInMap(TemplateMember call, Asker asker)
    {
        if (Arguments(call, 3, 4, "a list of a mapping's name, a top key and a second key", asker) is not { } arguments)
            return null;
        var fallback = arguments.Count == 4 ? (arguments[3] as MapNode)?["DefaultValue"] : null;
        var keys = arguments.Take(3).Select(argument => Text(argument, "A key of Fn::FindInMap", asker)).ToList();
        if (keys.Contains(null))
            return null;
        TemplateNode? found = _mappings;
        var path = "Mappings";
        foreach (var key in keys)
        {
            var inside = found as MapNode;
            found = inside?[key!];
            if (found is null)
            {
                if (fallback is not null)
                    return Resolve(fallback, asker);
                log.Mistake(
                    asker, call.Place, $"Fn::FindInMap finds no '{key}' in {path}.",
                    Nearest.Hint(key!, inside?.Members.Select(member => member.Key) ?? [], $"keys in {path}"));
                return null;
            }

            path += "." + key;
        }

        if (_mapped.Contains(path, StringComparer.Ordinal))
        {
            log.Mistake(asker, call.Place, $"{path} depends on itself: {string.Join(" -> ", _mapped.SkipWhile(other => other != path))} -> {path}.");
            return null;
        }

        _mapped.Add(path);
        var value = Resolve(found!, asker);
        _mapped.RemoveAt(_mapped.Count - 1);
        return value;
    }

    private JsonValue? If(TemplateMember call, Asker asker)
    {
        if (Arguments(call, 3, 3, "a list of a condition's name and two values", asker) is not [var condition, var yes, var no])
            return null;
        if ((condition as ScalarNode)?.Text is { } name)
            return Condition(name, condition.Place, asker) is { } holds ? Resolve(holds ? yes : no, asker) : null;
        log.Mistake(asker, condition.Place, $"Fn::If takes the name of a condition, but this is {condition.Kind}.");
        return null;
    }

    private JsonArray? AvailabilityZones(TemplateMember call, Asker asker)
    {
        if (Text(call.Value, "The argument of Fn::GetAZs", asker) is not { } region)
            return null;
        region = region.Length == 0 ? facts.Location.Region : region;
        return JsonArray.Of([.. "abc".Select(zone => new JsonString(region + zone))]);
    }

    private JsonString? ImportValue(TemplateMember call, Asker asker)
    {
        if (Text(call.Value, "The argument of Fn::ImportValue", asker) is not { } export)
            return null;
        return settings.Find(export) is { } value
            ? new JsonString(value)
            : Unknown(export, $"The export '{export}' of another stack is not known here.", call.Place, asker);
    }

    private JsonString? Sub(TemplateMember call, Asker asker)
    {
        var node = call.Value;
        MapNode? variables = null;
        if (node is ListNode { Items: [var first, MapNode map] })
            (node, variables) = (first, map);
        if (node is not ScalarNode { Text: { } text })
        {
            log.Mistake(asker, call.Place, "Fn::Sub takes a string, or a list of a string and a map.");
            return null;
        }

        var whole = true;
        var length = (long)text.Length;
        var result = SubText.Replace(text, name =>
        {
            Bounds.Step(node.Place);
            var piece = SubVariable(name, variables, node.Place, asker);
            whole &= piece is not null;
            ResolverBounds.Fits(length += piece?.Length ?? 0, node.Place);
            return piece ?? "";
        });
        Bounds.Text(result.Length, node.Place);
        if (!whole)
            return null;
        return result.Contains("{{resolve:", StringComparison.Ordinal) ? DynamicReferences(result, node.Place, asker) : new JsonString(result);
    }

    private string? SubVariable(string name, MapNode? variables, TemplatePlace place, Asker asker)
    {
        if (variables?[name] is { } own)
            return Text(own, $"The variable '{name}' of Fn::Sub", asker);
        if (name == "AWS::NoValue")
            return "";
        if (!SubText.IsName(name))
        {
            log.Mistake(
                asker, place, $"Fn::Sub does not allow '${{{name}}}': names have letters, digits, '_', '.' and ':'.", $"Write ${{!{name}}} to keep the text as it is.");
            return null;
        }

        var value = name.Split('.', 2) is [var logicalId, var attribute] ? GetAttribute(logicalId, attribute, place, asker) : Reference(name, place, asker);
        if (value is JsonArray or JsonObject)
            log.Mistake(asker, place, $"'${{{name}}}' in Fn::Sub is {KindOf(value)}, but it must be a string.");
        return ScalarNode.TextOf(value);
    }
}
