using System.Globalization;
using Stateside.Language.Json;

namespace Stateside.Language.Shapes;

/// <summary>
/// Reads of a JSON Schema what a shape can say: types, members, items, constants, and how schemas are put together. What it cannot say,
/// such as bounds, patterns and conditions, only makes the shape wider. See https://json-schema.org/draft/2020-12.
/// </summary>
internal sealed class JsonSchemaShape
{
    /// <summary>Schemas may name themselves: so deep they are followed, and so many of them.</summary>
    private const int MostLevels = 12;

    private const int MostSchemas = 4000;

    private static readonly Shape Plain = Shape.Anything.Without(ShapeKinds.List | ShapeKinds.Object);

    private readonly JsonValue _root;
    private readonly string _name;
    private readonly string? _file;
    private int _read;

    private JsonSchemaShape(JsonValue root, string name, string? file)
    {
        _root = root;
        _name = name;
        _file = file;
    }

    /// <summary>What a schema admits, or more.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="name">What its members are declared by, such as the schema's file name.</param>
    /// <param name="file">The file it stands in; null for none.</param>
    public static Shape Of(JsonValue schema, string name, string? file = null) => new JsonSchemaShape(schema, name, file).Read(schema, name, 0);

    private Shape Read(JsonValue schema, string name, int level)
    {
        if (schema is JsonBoolean { Value: false })
            return Shape.Never;
        if (schema is not JsonObject keywords || level > MostLevels || ++_read > MostSchemas)
            return Shape.Anything;
        var shape = Plain.Join(Members(keywords, name, level)).Join(Items(keywords, name, level)).Only(Kinds(keywords["type"]));
        if (keywords["const"] is { } constant)
            shape = Meet(shape, Shape.Constant(constant));
        if (keywords["enum"] is JsonArray values)
            shape = Meet(shape, values.Aggregate(Shape.Never, (all, value) => all.Join(Shape.Constant(value))));
        if (keywords["$ref"] is JsonString reference)
            shape = Meet(shape, Find(reference.Value) is { } target ? Read(target, NameOf(reference.Value) ?? name, level + 1) : Shape.Anything);
        if (keywords["allOf"] is JsonArray all)
            shape = all.Aggregate(shape, (met, part) => Meet(met, Read(part, name, level + 1)));
        foreach (var choice in (ReadOnlySpan<string>)["anyOf", "oneOf"])
        {
            if (keywords[choice] is JsonArray { Count: > 0 } parts)
                shape = Meet(shape, parts.Aggregate(Shape.Never, (any, part) => any.Join(Read(part, name, level + 1))));
        }

        return shape;
    }

    private static ShapeKinds Kinds(JsonValue? type) => type switch
    {
        JsonString text => Kind(text.Value),
        JsonArray { Count: > 0 } types => types.Aggregate(ShapeKinds.None, (kinds, one) => kinds | Kinds(one)),
        _ => ShapeKinds.Value,
    };

    private static ShapeKinds Kind(string type) => type switch
    {
        "null" => ShapeKinds.Null,
        "boolean" => ShapeKinds.Boolean,
        "integer" or "number" => ShapeKinds.Number,
        "string" => ShapeKinds.Text,
        "array" => ShapeKinds.List,
        "object" => ShapeKinds.Object,
        _ => ShapeKinds.Value,
    };

    private Shape Members(JsonObject keywords, string name, int level)
    {
        var required = (keywords["required"] as JsonArray ?? JsonArray.Empty).OfType<JsonString>()
            .Select(text => text.Value).ToHashSet(StringComparer.Ordinal);

        // What a pattern of names allows is not looked at.
        var rest = keywords["additionalProperties"] is { } additional && keywords["patternProperties"] is null
            ? Read(additional, name, level + 1)
            : Shape.Anything;
        var members = new List<KeyValuePair<string, ShapeMember>>();
        foreach (var (member, schema) in keywords["properties"] as JsonObject ?? JsonObject.Empty)
        {
            var shape = Read(schema, $"{name}.{member}", level + 1);
            if (!shape.IsNever)
                members.Add(new(member, new ShapeMember(shape, required.Remove(member), Origin($"{name}.{member}"))));
        }

        if (!rest.IsNever)
            members.AddRange(required.Select(member => KeyValuePair.Create(member, new ShapeMember(rest, true, Origin($"{name}.{member}")))));
        return members.Count == 0 && rest.IsAnything ? Shape.AnyObject : Shape.Of(new ObjectShape(members, rest, Origin(name)));
    }

    private Shape Items(JsonObject keywords, string name, int level)
    {
        // Older drafts have the first items in the place of all.
        var first = keywords["prefixItems"] as JsonArray ?? keywords["items"] as JsonArray;
        var further = keywords["items"] is JsonArray ? keywords["additionalItems"] : keywords["items"];
        var rest = further is null ? Shape.Anything : Read(further, $"{name}[]", level + 1);
        if (first is null)
            return rest.IsAnything ? Shape.AnyList : Shape.ListOf(rest);
        var least = keywords["minItems"] is JsonNumber number ? (int)Math.Clamp(number.Double, 0, ListShape.MostFirst) : 0;
        var shapes = first.Select(schema => Read(schema, $"{name}[]", level + 1)).ToList();
        var certain = shapes.TakeWhile(shape => !shape.IsNever).Take(least).ToArray();
        return Shape.Of(new ListShape(certain, shapes.Skip(certain.Length).Aggregate(rest, (any, shape) => any.Join(shape))));
    }

    private ShapeOrigin Origin(string name) => new(name, _file);

    private static string? NameOf(string reference) => reference.LastIndexOf('/') is var at and >= 0 ? reference[(at + 1)..] : null;

    /// <summary>What a reference within the schema leads to; null where it leads elsewhere.</summary>
    private JsonValue? Find(string reference)
    {
        if (!reference.StartsWith('#') || (reference.Length > 1 && reference[1] != '/'))
            return null;
        JsonValue? at = _root;
        foreach (var step in reference[1..].Split('/').Skip(1))
        {
            var key = Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            at = at switch
            {
                JsonObject members => members[key],
                JsonArray items when int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < items.Count =>
                    items[index],
                _ => null,
            };
        }

        return at;
    }

    /// <summary>What is of both shapes, or more.</summary>
    private static Shape Meet(Shape one, Shape other)
    {
        if (one.IsAnything)
            return other.Only(one.Kinds);
        if (other.IsAnything)
            return one.Only(other.Kinds);
        var kinds = one.Kinds & other.Kinds;
        var shape = one.Only(kinds & ~(ShapeKinds.List | ShapeKinds.Object | ShapeKinds.Text));
        if ((kinds & ShapeKinds.Text) != 0)
        {
            shape = shape.Join(one.Texts is null ? other.Only(ShapeKinds.Text)
                : other.Texts is null ? one.Only(ShapeKinds.Text)
                : Shape.TextOf(one.Texts.Intersect(other.Texts)));
        }

        if ((kinds & ShapeKinds.List) != 0)
            shape = shape.Join(Meet(one.List!, other.List!));
        return (kinds & ShapeKinds.Object) != 0 ? shape.Join(Meet(one.Members!, other.Members!)) : shape;
    }

    private static Shape Meet(ListShape one, ListShape other)
    {
        var first = new List<Shape>();
        for (var i = 0; i < Math.Max(one.First.Count, other.First.Count); i++)
            first.Add(Meet(one.At(i).Without(ShapeKinds.Nothing), other.At(i).Without(ShapeKinds.Nothing)));
        return first.Exists(item => item.IsNever) ? Shape.Never : Shape.Of(new ListShape(first, Meet(one.Rest, other.Rest)));
    }

    private static Shape Meet(ObjectShape one, ObjectShape other)
    {
        var members = new List<KeyValuePair<string, ShapeMember>>();
        foreach (var name in one.Names.Union(other.Names, StringComparer.Ordinal))
        {
            var (mine, theirs) = (one.Find(name), other.Find(name));
            var shape = Meet(mine?.Shape ?? one.Rest, theirs?.Shape ?? other.Rest);
            var isCertain = mine is { IsCertain: true } || theirs is { IsCertain: true };
            if (!shape.IsNever)
                members.Add(new(name, new ShapeMember(shape, isCertain, mine?.Origin ?? theirs?.Origin)));
            else if (isCertain)
                return Shape.Never;
        }

        return Shape.Of(new ObjectShape(members, Meet(one.Rest, other.Rest), one.Origin ?? other.Origin));
    }
}
