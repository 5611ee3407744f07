using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Intrinsics;

/// <summary>What is known of the arguments of a call, and of what the functions make of such. The counterpart of <see cref="IntrinsicArguments"/>.</summary>
internal sealed class IntrinsicShapes(
    IntrinsicCall call, IntrinsicFunction function, IntrinsicArgument[] written, Shape[] arguments, ShapeScope scope)
{
    private static readonly string[] Algorithms = ["MD5", "SHA-1", "SHA-256", "SHA-384", "SHA-512"];

    public static Shape Format(IntrinsicShapes it) => it.Takes(0, ShapeKinds.Text) ? Shape.Text : Shape.Never;

    public static Shape StringToJson(IntrinsicShapes it)
    {
        if (!it.Takes(0, ShapeKinds.Text))
            return Shape.Never;
        if (it.At(0).Texts is not { } texts)
            return Shape.Anything;
        var shape = Shape.Never;
        foreach (var text in texts)
        {
            try
            {
                shape = shape.Join(Shape.Constant(JacksonReader.Read(text) ?? JsonValue.Null));
            }
            catch (JacksonException)
            {
                return Shape.Anything;
            }
        }

        return shape;
    }

    public static Shape JsonToString(IntrinsicShapes it) => Shape.Text;

    public static Shape StringSplit(IntrinsicShapes it) =>
        it.Takes(0, ShapeKinds.Text) & it.Takes(1, ShapeKinds.Text) ? Shape.ListOf(Shape.Text) : Shape.Never;

    public static Shape Base64(IntrinsicShapes it) => it.Takes(0, ShapeKinds.Text) ? Shape.Text : Shape.Never;

    public static Shape Hash(IntrinsicShapes it)
    {
        if (!(it.Takes(0, ShapeKinds.Text) & it.Takes(1, ShapeKinds.Text)))
            return Shape.Never;
        if (it.At(1).Texts is not { } names || names.Any(Algorithms.Contains))
            return Shape.Text;
        it.Tell($"has no algorithm {it.At(1)}");
        return Shape.Never;
    }

    public static Shape Uuid(IntrinsicShapes it) => Shape.Text;

    public static Shape Array(IntrinsicShapes it) => Shape.Tuple(it.All);

    /// <summary>No part is empty.</summary>
    public static Shape Partition(IntrinsicShapes it)
    {
        if (!(it.Takes(0, ShapeKinds.List) & it.Takes(1, ShapeKinds.Number)))
            return Shape.Never;
        var item = it.At(0).List!.Item;
        return Shape.ListOf(item.IsNever ? Shape.Never : Shape.Of(new ListShape([item], item)));
    }

    public static Shape Contains(IntrinsicShapes it) => it.Takes(0, ShapeKinds.List) ? Shape.Boolean : Shape.Never;

    public static Shape Range(IntrinsicShapes it) =>
        it.Takes(0, ShapeKinds.Number) & it.Takes(1, ShapeKinds.Number) & it.Takes(2, ShapeKinds.Number) ? Shape.ListOf(Shape.Number) : Shape.Never;

    public static Shape GetItem(IntrinsicShapes it)
    {
        if (!(it.Takes(0, ShapeKinds.List) & it.Takes(1, ShapeKinds.Number)))
            return Shape.Never;

        // Of an empty array there is a null at any index; beyond another the call fails.
        var list = it.At(0).List!;
        var item = it.Index(1) is { } index ? list.At(index).Without(ShapeKinds.Nothing) : list.Item;
        if (list.First.Count == 0)
            return item.Join(Shape.Null);
        if (item.IsNever)
            it.Tell($"never finds an item {it.Index(1)}: the array has {list.First.Count}");
        return item;
    }

    public static Shape Length(IntrinsicShapes it) => it.Takes(0, ShapeKinds.List) ? Shape.Number : Shape.Never;

    public static Shape Unique(IntrinsicShapes it) => it.Takes(0, ShapeKinds.List) ? Shape.ListOf(it.At(0).List!.Item) : Shape.Never;

    public static Shape Merge(IntrinsicShapes it) =>
        it.Takes(0, ShapeKinds.Object) & it.Takes(1, ShapeKinds.Object) & it.Takes(2, ShapeKinds.False)
            ? Shape.Of(it.At(0).Members!.MergedWith(it.At(1).Members!))
            : Shape.Never;

    public static Shape Numbers(IntrinsicShapes it)
    {
        var takes = true;
        for (var i = 0; i < it.All.Length; i++)
            takes &= it.Takes(i, ShapeKinds.Number);
        return takes ? Shape.Number : Shape.Never;
    }

    private Shape[] All => arguments;

    private Shape At(int index) => arguments[index];

    /// <summary>The index that is written out as a plain whole number; null where it must be worked out.</summary>
    private int? Index(int index) =>
        written[index].Literal is JsonNumber { IsInt64: true, Int64: >= int.MinValue and <= int.MaxValue and var value } ? (int)value : null;

    /// <summary>Whether an argument may be of a kind that the function takes.</summary>
    private bool Takes(int index, ShapeKinds kinds)
    {
        if (arguments[index].MayBe(kinds))
            return true;
        Tell($"does not take {arguments[index]}");
        return false;
    }

    private void Tell(string what) => scope.Report?.Invoke(new ShapeProblem(ShapeProblemKind.NeverTaken, call.Text, 0, $"{function.Name} {what}"));
}
