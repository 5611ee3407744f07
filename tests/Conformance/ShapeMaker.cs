using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Conformance;

/// <summary>Makes shapes that admit a value: what is certain of it is dropped here and there, or another value may come as well.</summary>
internal sealed class ShapeMaker(Chance chance)
{
    private static readonly Shape[] Others =
    [
        Shape.Null, Shape.Boolean, Shape.Number, Shape.Text, Shape.TextOf("a", ""), Shape.AnyList, Shape.AnyObject, Shape.Anything, Shape.Tuple([]),
        Shape.ListOf(Shape.Number), Shape.Object(("a", Shape.Number), ("b", Shape.Text.OrNothing())), Shape.ListOf(Shape.Object(("a", Shape.Text))),
    ];

    /// <summary>A shape that admits a value.</summary>
    /// <param name="value">The value; null for none.</param>
    /// <param name="share">Of so many parts one is told less of; 0 for none.</param>
    public Shape Generalize(JsonValue? value, int share)
    {
        var shape = value switch
        {
            null => Shape.Nothing,
            JsonArray items when items.Count > 64 || OneOf(share) => Shape.ListOf(items.Aggregate(Shape.Never, (all, item) => all.Join(Generalize(item, share)))),
            JsonArray items when items.Count > 0 && OneOf(share) => Shape.Of(new ListShape(
                [.. items.Take(1).Select(item => Generalize(item, share))],
                items.Skip(1).Aggregate(Shape.Never, (all, item) => all.Join(Generalize(item, share))))),
            JsonArray items => Shape.Tuple([.. items.Select(item => Generalize(item, share))]),
            JsonObject members => Shape.Of(new ObjectShape(
                members.Select(member => KeyValuePair.Create(member.Key, new ShapeMember(Generalize(member.Value, share), !OneOf(share)))),
                OneOf(share) ? Any(Others) : Shape.Never)),
            JsonString when OneOf(share) => Shape.Text,
            _ => Shape.Constant(value),
        };
        if (value is JsonObject some && some.Count > 0 && OneOf(share))
            shape = Shape.Of(new ObjectShape([], some.Select(member => member.Value).Aggregate(Shape.Never, (all, item) => all.Join(Generalize(item, share)))));
        if (OneOf(share))
            shape = shape.Join(Any(Others));
        return OneOf(share) ? Shape.Anything.Join(value is null ? Shape.Nothing : Shape.Never) : shape;
    }

    private bool OneOf(int share) => share > 0 && chance.NextInt64(0, share) == 0;

    private T Any<T>(T[] all) => all[chance.NextInt64(0, all.Length)];
}
