using Stateside.Language.Shapes;

namespace Stateside.Language.Paths;

/// <summary>What follows for a value from what is known of a part of it.</summary>
internal static class ShapeNarrowing
{
    /// <summary>What is known of where a path is looked up once it is known what the path gives.</summary>
    /// <param name="path">The path, a reference path.</param>
    /// <param name="scope">What was known before.</param>
    /// <param name="found">What the path gives, which is some of what it may give: values, or nothing and no value.</param>
    /// <returns>What is known now; null where it can never be so.</returns>
    public static ShapeScope? Narrow(this JsonPath path, ShapeScope scope, Shape found)
    {
        if (found.IsNever)
            return null;
        var start = Narrow(path.StartIn(scope), path.Steps.Steps, found);
        if (start.IsNever || (path.RootKind != PathRoot.Variable && start.IsOnly(ShapeKinds.Nothing)))
            return null;
        switch (path.RootKind)
        {
            case PathRoot.Input:
                return scope with { Input = start };
            case PathRoot.Context:
                return scope with { ContextObject = start };
            default:
                return scope with
                {
                    Variables = new Dictionary<string, Shape>(scope.Variables, StringComparer.Ordinal) { [path.VariableName!] = start },
                };
        }
    }

    /// <summary>The same of a value that steps start from.</summary>
    public static Shape Narrow(Shape value, ReadOnlySpan<PathStep> steps, Shape found)
    {
        if (steps.IsEmpty)
            return found;
        var isFound = !found.MayBe(ShapeKinds.Nothing);
        switch (steps[0])
        {
            case MemberStep { Name: var name }:
                var others = isFound ? Shape.Never : value.Without(ShapeKinds.Object);
                if (value.Members is not { } members)
                    return others;
                var before = members.At(name);
                var after = Narrow(isFound ? before.Without(ShapeKinds.Nothing) : before, steps[1..], found);
                return after.IsNever ? others : others.Join(Shape.Of(members.With(name, after, members.Find(name)?.Origin)));
            case IndexStep { Index: var index } when isFound:
                if (value.List is not { } list)
                    return Shape.Never;
                if (index < 0 || index >= list.First.Count)
                    return value.Only(ShapeKinds.List);
                var item = Narrow(list.First[index], steps[1..], found);
                Shape[] first = [.. list.First];
                first[index] = item;
                return item.IsNever ? Shape.Never : Shape.Of(new ListShape(first, list.Rest));
            case IndexStep when steps.Length == 1:
                return value.Without(ShapeKinds.List);
            default:
                return value;
        }
    }
}
