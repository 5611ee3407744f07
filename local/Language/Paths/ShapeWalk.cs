using Stateside.Language.Shapes;

namespace Stateside.Language.Paths;

/// <summary>
/// Follows a path's steps through what is known of a value: what <see cref="CompiledSteps.Evaluate"/> and <see cref="PathWalk"/> do with
/// values. Where a line of a path that forks may end without failing the whole, or fail it, both are taken to be so.
/// </summary>
internal sealed class ShapeWalk(JsonPath path, ShapeScope scope)
{
    private readonly PathStep[] _steps = path.Steps.Steps;
    private bool _mayFail;
    private bool _isReported;

    /// <summary>What the path gives, or nothing where it may name none.</summary>
    public Shape Run()
    {
        var start = path.StartIn(scope);
        if (start.IsNever)
            return start;
        if (start.IsOnly(ShapeKinds.Nothing))
        {
            if (path.VariableName is { } variable)
                Tell($"The variable '{variable}' is never set here", LikelyName.Of(variable, scope.Variables.Keys), null);
            return start;
        }

        return path.IsDefinite ? FollowAll(start) : WalkAll(start);
    }

    private Shape FollowAll(Shape start)
    {
        var current = start;
        for (var i = 0; i < _steps.Length; i++)
        {
            var next = Follow(i, current);
            if (next.IsOnly(ShapeKinds.Nothing))
                TellLost(i, current);
            current = next;
        }

        return current;
    }

    /// <summary>A path that forks gives an array of what it finds.</summary>
    private Shape WalkAll(Shape start)
    {
        _mayFail = start.MayBe(ShapeKinds.Nothing);
        var found = Walk(0, start.Without(ShapeKinds.Nothing), isCertain: true);
        if (found is null)
            return Shape.Nothing;
        var list = Shape.ListOf(found);
        return _mayFail ? list.OrNothing() : list;
    }

    /// <summary>What a definite step leads to, or nothing.</summary>
    private Shape Follow(int at, Shape current) => _steps[at] switch
    {
        MemberStep member => current.At(member.Name),
        MembersStep members when at == _steps.Length - 1 => OfKind(current, ShapeKinds.Object, part => Pick(part.Members!, members.Names)),
        IndexStep index => OfKind(current, ShapeKinds.List, part => BeyondIsNull(part.List!.At(index.Index))),
        FromEndStep fromEnd => OfKind(current, ShapeKinds.List, part => FromEnd(part.List!, fromEnd.Back)),
        _ => Shape.Nothing,
    };

    private static Shape OfKind(Shape current, ShapeKinds kind, Func<Shape, Shape> follow)
    {
        if (current.IsNever)
            return current;
        var found = current.MayBe(kind) ? follow(current.Only(kind)) : Shape.Never;
        return current.IsOnly(kind) ? found : found.OrNothing();
    }

    /// <summary>Beyond an array there is a null.</summary>
    private static Shape BeyondIsNull(Shape item) =>
        item.MayBe(ShapeKinds.Nothing) ? item.Without(ShapeKinds.Nothing).Join(Shape.Null) : item;

    private static Shape FromEnd(ListShape list, int back)
    {
        if (list.Rest.IsNever)
            return BeyondIsNull(list.At(list.First.Count - back));
        return back >= 1 && back <= list.First.Count ? list.Item : list.Item.Join(Shape.Null);
    }

    private static Shape Pick(ObjectShape members, string[] names) =>
        Shape.Object(names.Distinct(StringComparer.Ordinal).Select(name => (name, members.At(name))));

    /// <summary>What the steps from one on find of a value; null when they are certain to fail the path.</summary>
    /// <param name="at">The step.</param>
    /// <param name="value">What is known of the value, which is there.</param>
    /// <param name="isCertain">Whether the walk is certain to come here.</param>
    private Shape? Walk(int at, Shape value, bool isCertain)
    {
        if (value.IsNever || at == _steps.Length)
            return value;
        switch (_steps[at])
        {
            case MemberStep when path.Steps.MaySkip(at):
                // A member that is not there ends the line of an object; everything else has no members.
                if (!value.IsOnly(ShapeKinds.Object))
                    _mayFail = true;
                var member = Follow(at, value);
                if (member.IsOnly(ShapeKinds.Nothing))
                    TellLost(at, value);
                return Walk(at + 1, member.Without(ShapeKinds.Nothing), isCertain && !member.MayBe(ShapeKinds.Nothing));
            case MemberStep or MembersStep or IndexStep or FromEndStep:
                var next = Follow(at, value);
                if (next.MayBe(ShapeKinds.Nothing))
                    _mayFail = true;
                if (next.IsOnly(ShapeKinds.Nothing))
                {
                    TellLost(at, value);
                    return isCertain ? null : Shape.Never;
                }

                return Walk(at + 1, next.Without(ShapeKinds.Nothing), isCertain && !next.MayBe(ShapeKinds.Nothing));
            case WildcardStep:
                var all = (value.Members?.Value ?? Shape.Never).Join(value.List?.Item ?? Shape.Never);
                return Walk(at + 1, all, isCertain: false);
            case IndexesStep or SliceStep:
                if (!value.IsOnly(ShapeKinds.List))
                    _mayFail = true;
                if (value.List is not { } list)
                {
                    TellLost(at, value);
                    return isCertain ? null : Shape.Never;
                }

                return Walk(at + 1, list.Item.Join(Shape.Null), isCertain: false);
            case FilterStep:
                _mayFail = true;
                return Walk(at + 1, (value.List?.Item ?? Shape.Never).Join(value.Only(ShapeKinds.Object)), isCertain: false);
            default:
                _mayFail = true;
                return Descend(at + 1, value);
        }
    }

    /// <summary>What is found in a value or in anything inside it.</summary>
    private Shape Descend(int at, Shape value)
    {
        // A path that goes down twice goes everywhere.
        if (Array.FindIndex(_steps, at, step => step is DescentStep) >= 0)
            return Shape.Anything;
        var all = Inside(value);
        if (all.IsAnything)
            return Walk(at, Shape.Anything, isCertain: false) ?? Shape.Never;

        // After a step that takes items the library goes on with every item, whatever the step selects.
        var found = Walk(at, all, isCertain: false) ?? Shape.Never;
        if (at == _steps.Length - 1 || all.List is not { } list)
            return found;
        _isReported = true;
        return found.Join(Walk(at + 1, list.Item, isCertain: false) ?? Shape.Never);
    }

    /// <summary>What any array and object is, of the value and what is inside it.</summary>
    private static Shape Inside(Shape value)
    {
        var here = value.Only(ShapeKinds.List | ShapeKinds.Object);
        if (here.IsNever)
            return here;
        var inner = (here.Members?.Value ?? Shape.Never).Join(here.List?.Item ?? Shape.Never);
        return inner.IsAnything ? Shape.Anything : here.Join(Inside(inner));
    }

    private void TellLost(int at, Shape current)
    {
        if (scope.Report is null || current.IsNever || current.IsOnly(ShapeKinds.Nothing))
            return;
        var before = at == 0 ? RootText : RootText + string.Concat(_steps[..at].Select(Written));
        if (_steps[at] is not MemberStep { Name: var name })
            Tell($"{before} is never an array: it is {Known(current)}", null, null);
        else if (current.Members is not { } members)
            Tell($"{before} is never an object, so it has no member '{name}': it is {Known(current)}", null, null);
        else
            Tell($"{before} never has a member '{name}'", LikelyName.Of(name, members.Names), members.Origin);
    }

    private string RootText => path.RootKind switch
    {
        PathRoot.Input => "$",
        PathRoot.Context => "$$",
        _ => $"${path.VariableName}",
    };

    private static string Written(PathStep step) => step is MemberStep { Name: var name } && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
        ? $".{name}"
        : step.ToString()!;

    private static string Known(Shape shape) => shape.Without(ShapeKinds.Nothing) is { IsNever: false } there ? there.ToString() : "nothing";

    private void Tell(string message, string? likely, ShapeOrigin? origin)
    {
        if (_isReported)
            return;
        _isReported = true;
        scope.Report?.Invoke(new ShapeProblem(ShapeProblemKind.NeverFound, path.Text, 0, message, likely, origin));
    }
}
