using Stateside.Language.Json;

namespace Stateside.Language.Shapes;

/// <summary>Writes shapes as JSON Schema, for programs. See https://json-schema.org/draft/2020-12.</summary>
internal static class ShapeSchema
{
    /// <summary>The schema of the values that a shape admits: true of any value, false of none; that it may be nothing is not said.</summary>
    /// <param name="shape">The shape.</param>
    public static JsonValue Of(Shape shape)
    {
        if (shape.IsAnything)
            return JsonValue.True;
        var forms = new List<JsonValue>();
        if (shape.Members is { } members)
            forms.Add(Of(members));
        if (shape.List is { } list)
            forms.Add(Of(list));
        if (shape.MayBe(ShapeKinds.Text))
        {
            forms.Add(shape.Texts is { } texts
                ? JsonObject.Of(("enum", JsonArray.Of(texts.Select(JsonValue (text) => new JsonString(text)))))
                : Type("string"));
        }

        if (shape.MayBe(ShapeKinds.Number))
            forms.Add(Type("number"));
        if (shape.MayBe(ShapeKinds.Boolean))
        {
            forms.Add((shape.Kinds & ShapeKinds.Boolean) == ShapeKinds.Boolean
                ? Type("boolean")
                : JsonObject.Of(("const", JsonValue.From(shape.MayBe(ShapeKinds.True)))));
        }

        if (shape.MayBe(ShapeKinds.Null))
            forms.Add(Type("null"));
        return forms switch { [] => JsonValue.False, [var only] => only, _ => JsonObject.Of(("anyOf", JsonArray.Of(forms))) };
    }

    private static JsonObject Of(ObjectShape members)
    {
        var schema = new JsonObject.Builder(4).Set("type", new JsonString("object"));
        if (members.Names.Count > 0)
            schema.Set("properties", JsonObject.Of([.. members.Names.Select(name => (name, Of(members.Find(name)!.Shape)))]));
        JsonValue[] required = [.. members.Names.Where(name => members.Find(name)!.IsCertain).Select(name => new JsonString(name))];
        if (required.Length > 0)
            schema.Set("required", JsonArray.Of(required));
        if (!members.Rest.IsAnything)
            schema.Set("additionalProperties", Of(members.Rest));
        return schema.ToObject();
    }

    private static JsonObject Of(ListShape list)
    {
        var schema = new JsonObject.Builder(4).Set("type", new JsonString("array"));
        if (list.First.Count > 0)
            schema.Set("prefixItems", JsonArray.Of(list.First.Select(Of))).Set("minItems", JsonValue.From(list.First.Count));
        if (!list.Rest.IsAnything)
            schema.Set("items", Of(list.Rest));
        return schema.ToObject();
    }

    private static JsonObject Type(string name) => JsonObject.Of(("type", new JsonString(name)));
}
