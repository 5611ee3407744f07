using System.Text;
using Stateside.Language.Json;

namespace Stateside.Language.Shapes;

/// <summary>Writes shapes as people read them, in one line.</summary>
internal static class ShapeText
{
    private const int MostMembers = 12;

    public static string Write(Shape shape)
    {
        var text = new StringBuilder();
        Write(shape, text);
        return text.ToString();
    }

    private static void Write(Shape shape, StringBuilder text)
    {
        if (shape.IsNever)
        {
            text.Append("never");
            return;
        }

        var parts = new List<string>();
        if (shape.IsAnything)
        {
            parts.Add("anything");
        }
        else
        {
            if (shape.Members is { } members)
                parts.Add(Text(members));
            if (shape.List is { } list)
                parts.Add(Text(list));
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
        text.AppendJoin(" or ", parts);
    }

    private static string Text(ObjectShape members)
    {
        if (members.Names.Count == 0)
            return members.IsClosed ? "{}" : members.Rest.IsAnything ? "object" : $"{{ …: {Write(members.Rest)} }}";
        var parts = members.Names.Take(MostMembers).Select(name =>
        {
            var member = members.Find(name)!;
            return $"{JsonWriter.Quote(name)}{(member.IsCertain ? "" : "?")}: {Write(member.Shape)}";
        }).ToList();
        if (members.Names.Count > MostMembers || !members.IsClosed)
            parts.Add("…");
        return $"{{ {string.Join(", ", parts)} }}";
    }

    private static string Text(ListShape list)
    {
        if (list.First.Count == 0)
            return list.Rest.IsNever ? "[]" : $"[ {Write(list.Rest)}, … ]";
        var parts = list.First.Select(Write).ToList();
        if (!list.Rest.IsNever)
            parts.Add($"{Write(list.Rest)}, …");
        return $"[ {string.Join(", ", parts)} ]";
    }
}
