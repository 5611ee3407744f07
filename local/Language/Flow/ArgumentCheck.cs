using Stateside.Language.Shapes;

namespace Stateside.Language.Flow;

/// <summary>Holds what a Task is sent against what its work accepts.</summary>
internal static class ArgumentCheck
{
    /// <summary>Tells of members that are needed and never there, and of values that are never of the type that is wanted.</summary>
    /// <param name="receiver">Who accepts it, as a message names it.</param>
    /// <param name="accepts">What is accepted.</param>
    /// <param name="given">What is sent.</param>
    /// <param name="scope">Told of it; where the arguments stand.</param>
    public static void Check(string receiver, Shape accepts, Shape given, ShapeScope scope) =>
        Check(receiver, "", accepts, given.Without(ShapeKinds.Nothing), null, scope);

    private static void Check(string receiver, string name, Shape accepts, Shape given, ShapeOrigin? origin, ShapeScope scope)
    {
        if (given.IsNever)
            return;
        if ((accepts.Kinds & given.Kinds) == 0)
        {
            var subject = name.Length == 0 ? $"{receiver} is sent" : $"{receiver} is sent as {name}";
            Tell(ShapeProblemKind.WrongType, name, $"{subject} {given} where it takes {Short(accepts)}", null, origin, scope);
            return;
        }

        if (given.Members is { } members && accepts.Members is { } wanted && given.IsOnly(ShapeKinds.Object))
            CheckMembers(receiver, name, wanted, members, scope);
        if (given.List is { } items && accepts.List is { } wantedItems && given.IsOnly(ShapeKinds.List))
        {
            for (var i = 0; i < items.First.Count; i++)
                Check(receiver, $"{name}[{i}]", wantedItems.At(i).Without(ShapeKinds.Nothing), items.First[i], origin, scope.Item(i));
            Check(receiver, $"{name}[]", wantedItems.Item, items.Rest, origin, scope);
        }
    }

    private static void CheckMembers(string receiver, string name, ObjectShape wanted, ObjectShape given, ShapeScope scope)
    {
        foreach (var key in wanted.Names)
        {
            var member = wanted.Find(key)!;
            var path = name.Length == 0 ? key : $"{name}.{key}";
            var sent = given.At(key);
            if (!sent.IsOnly(ShapeKinds.Nothing))
            {
                Check(receiver, path, member.Shape, sent.Without(ShapeKinds.Nothing), member.Origin, scope.Member(key));
            }
            else if (member.IsCertain)
            {
                Tell(
                    ShapeProblemKind.MemberMissing, path, $"{receiver} needs {path}, which it is never sent",
                    LikelyName.Of(key, given.Names.Where(other => wanted.Find(other) is null)), member.Origin ?? wanted.Origin, scope);
            }
        }
    }

    private static string Short(Shape shape) => shape.Without(ShapeKinds.Nothing).Cut(1).ToString();

    private static void Tell(ShapeProblemKind kind, string text, string message, string? likely, ShapeOrigin? origin, ShapeScope scope) =>
        scope.Report?.Invoke(new ShapeProblem(kind, text, 0, message, likely, origin));
}
