using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Paths;

/// <summary>
/// A path that can name only one node, so it can be written to: members and items alone.
/// See https://states-language.net/spec.html#ref-paths.
/// </summary>
internal sealed class ReferencePath
{
    private readonly PathStep[] _steps;

    private ReferencePath(string text, PathStep[] steps)
    {
        Text = text;
        _steps = steps;
    }

    /// <summary>The path <c>$</c>.</summary>
    public static ReferencePath Root { get; } = new("$", []);

    /// <summary>The path as it is written.</summary>
    public string Text { get; }

    /// <summary>Compiles a path.</summary>
    /// <exception cref="JsonPathException">The text is not a reference path into the input.</exception>
    public static ReferencePath Parse(string text)
    {
        var path = JsonPath.Parse(text);
        if (path.RootKind != PathRoot.Input)
            throw new JsonPathException("Only the input can be written to: the path must start with '$.' or '$['", 1);
        if (!path.IsReference)
            throw new JsonPathException("A reference path names one node: names and indexes only, not @ .. , : ? * - or functions", 1);
        return path.IsRootAlone ? Root : new ReferencePath(text, path.Steps.Steps);
    }

    /// <summary>
    /// A copy of a value with another put at this path. Missing objects on the way are made; an array's item is replaced, never added.
    /// </summary>
    /// <exception cref="StatesException">States.ResultPathMatchFailure: the path cannot be applied to the target.</exception>
    public JsonValue Write(JsonValue target, JsonValue result) => Write(target, 0, result)
        ?? throw new StatesException(ErrorNames.ResultPathMatchFailure, $"Unable to apply ReferencePath {Text} to input {target.Told}");

    /// <summary>What is known of such a copy.</summary>
    /// <param name="target">What is known of the value.</param>
    /// <param name="result">What is put there.</param>
    /// <param name="scope">Told where the path can never be applied.</param>
    /// <returns>What it is where the path can be applied; never, where it can never be.</returns>
    public Shape ShapeOf(Shape target, Shape result, ShapeScope scope)
    {
        if (result.IsNever || target.IsNever)
            return Shape.Never;
        var written = Write(target, 0, result);
        if (written.IsNever)
            scope.Report?.Invoke(new ShapeProblem(ShapeProblemKind.NeverTaken, Text, 0, $"{Text} can never be written to in {target}"));
        return written;
    }

    public override string ToString() => Text;

    private JsonValue? Write(JsonValue? target, int at, JsonValue result)
    {
        if (at == _steps.Length)
            return result;
        switch (_steps[at])
        {
            case MemberStep member when target is null or JsonObject:
                var members = target as JsonObject ?? JsonObject.Empty;
                return Write(members[member.Name], at + 1, result) is { } value ? members.With(member.Name, value) : null;
            case IndexStep index when target is JsonArray items && index.Index < items.Count:
                if (Write(items[index.Index], at + 1, result) is not { } item)
                    return null;
                var copy = items.AsSpan().ToArray();
                copy[index.Index] = item;
                return JsonArray.Of(copy);
            default:
                return null;
        }
    }

    private Shape Write(Shape target, int at, Shape result)
    {
        if (at == _steps.Length)
            return result;
        switch (_steps[at])
        {
            case MemberStep { Name: var name }:
                var objects = target.Only(ShapeKinds.Object);
                if (target.MayBe(ShapeKinds.Nothing))
                    objects = objects.Join(Shape.Of(ObjectShape.Empty));
                if (objects.Members is not { } members)
                    return Shape.Never;
                var value = Write(members.At(name), at + 1, result);
                return value.IsNever ? value : Shape.Of(members.With(name, value));
            case IndexStep { Index: var index } when target.List is { } list:
                var item = Write(list.At(index).Without(ShapeKinds.Nothing), at + 1, result);
                if (item.IsNever || list.At(index).IsOnly(ShapeKinds.Nothing))
                    return Shape.Never;
                if (index >= ListShape.MostFirst)
                    return Shape.Of(list with { Rest = list.Rest.Join(item) });
                Shape[] first = [.. list.First, .. Enumerable.Repeat(list.Rest, Math.Max(0, index + 1 - list.First.Count))];
                first[index] = item;
                return Shape.Of(list with { First = first });
            default:
                return Shape.Never;
        }
    }
}
