using System.Text;
using Stateside.Language.Json;

namespace Stateside.Language.Shapes;

/// <summary>Writes shapes as people read them, on as many lines as it takes to fit into a width.</summary>
internal static class ShapeLayout
{
    /// <summary>So many members are shown of an object.</summary>
    private const int MostMembers = 60;

    /// <summary>Writes a shape.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="width">The width.</param>
    /// <param name="indent">How far lines after the first stand in.</param>
    public static string Write(Shape shape, int width, int indent = 0)
    {
        var text = new StringBuilder();
        Write(shape, width, indent, indent, 0, text);
        return text.ToString();
    }

    /// <param name="shape">The shape.</param>
    /// <param name="width">The width.</param>
    /// <param name="indent">How far lines after the first stand in.</param>
    /// <param name="column">How much of the first line is written already.</param>
    /// <param name="after">How much of it must remain.</param>
    /// <param name="text">Takes it.</param>
    private static void Write(Shape shape, int width, int indent, int column, int after, StringBuilder text)
    {
        var line = ShapeText.Write(shape, MostMembers);
        var room = width - column - after;
        if (line.Length <= room)
        {
            text.Append(line);
            return;
        }

        var others = shape.Without(ShapeKinds.Object | ShapeKinds.List);
        var inner = new string(' ', indent + 2);
        var isNext = false;
        if (!shape.IsAnything && shape.Members is { Names.Count: > 0 } members)
        {
            text.Append('{');
            foreach (var name in members.Names.Take(MostMembers))
            {
                var member = members.Find(name)!;
                var lead = $"{inner}{JsonWriter.Quote(name)}{(member.IsCertain ? ": " : "?: ")}";
                text.Append('\n').Append(lead);
                Write(member.Shape, width, indent + 2, lead.Length, 1, text);
                text.Append(',');
            }

            if (members.Names.Count > MostMembers)
                text.Append('\n').Append(inner).Append(members.Names.Count - MostMembers).Append(" more");
            else if (!members.IsClosed)
                text.Append('\n').Append(inner).Append('…');
            else
                text.Length--;
            text.Append('\n').Append(' ', indent).Append('}');
            isNext = true;
        }
        else if (!shape.IsAnything && shape.MayBe(ShapeKinds.Object))
        {
            text.Append(shape.Only(ShapeKinds.Object));
            isNext = true;
        }

        if (!shape.IsAnything && shape.List is { } list)
        {
            text.Append(isNext ? " or [" : "[");
            var items = list.Rest.IsNever ? list.First : [.. list.First, list.Rest];
            foreach (var item in items)
            {
                text.Append('\n').Append(inner);
                Write(item, width, indent + 2, inner.Length, 1, text);
                text.Append(',');
            }

            if (!list.Rest.IsNever)
                text.Append('\n').Append(inner).Append('…');
            else if (items.Count > 0)
                text.Length--;
            text.Append('\n').Append(' ', indent).Append(']');
            isNext = true;
        }

        if (shape.IsAnything)
            text.Append(shape);
        else if (!others.IsNever)
            text.Append(isNext ? " or " : "").Append(others);
    }
}
