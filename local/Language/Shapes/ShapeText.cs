using Stateside.Language.Json;

namespace Stateside.Language.Shapes;

/// <summary>Writes shapes as people read them, in one line.</summary>
internal static class ShapeText
{
    private const int MostMembers = 12;

    /// <param name="shape">The shape.</param>
    /// <param name="most">So many members are written of an object.</param>
    public static string Write(Shape shape, int most = MostMembers)
    {
        if (shape.IsNever)
            return "never";

        var parts = new List<string>();
        if (shape.IsAnything)
        {
            parts.Add("anything");
        }
        else
        {
            if (shape.Members is { } members)
                parts.Add(Text(members, most));
            if (shape.List is { } list)
                parts.Add(Text(list, most));
            if (shape.MayBe(ShapeKinds.Text))
                parts.Add(shape.Texts is { } texts ? string.Join(" or ", texts.Select(JsonWriter.Quote)) : "text");
            if (shape.MayBe(ShapeKinds.Number))
                parts.Add("number");
            if ((shape.Kinds & ShapeKinds.Boolean) is var booleans and not 0)
                parts.Add(booleans switch { ShapeKinds.True => "true", ShapeKinds.False => "false", _ => "boolean" });
            if (shape.MayBe(ShapeKinds.Null))
                parts.Add("null");
        }

        if (shape.MayBe(ShapeKinds.Nothing))
            parts.Add("nothing");
        return string.Join(" or ", parts);
    }

    private static string Text(ObjectShape members, int most)
    {
        if (members.Names.Count == 0)
            return members.IsClosed ? "{}" : members.Rest.IsAnything ? "object" : $"{{ …: {Write(members.Rest, most)} }}";
        var parts = members.Names.Take(most).Select(name =>
        {
            var member = members.Find(name)!;
            return $"{JsonWriter.Quote(name)}{(member.IsCertain ? "" : "?")}: {Write(member.Shape, most)}";
        }).ToList();
        if (members.Names.Count > most || !members.IsClosed)
            parts.Add("…");
        return $"{{ {string.Join(", ", parts)} }}";
    }

    private static string Text(ListShape list, int most)
    {
        if (list.First.Count == 0)
            return list.Rest.IsNever ? "[]" : $"[ {Write(list.Rest, most)}, … ]";
        var parts = list.First.Select(item => Write(item, most)).ToList();
        if (!list.Rest.IsNever)
            parts.Add($"{Write(list.Rest, most)}, …");
        return $"[ {string.Join(", ", parts)} ]";
    }
}
