using Stateside.Language.Shapes;

namespace Stateside.Language.Flow;

/// <summary>Holds what a Task is sent against what its work accepts.</summary>
internal static class ArgumentCheck
{
    /// <summary>
    /// Tells of members that are needed and never there, and of values that are never of the type that is wanted; then of members that the
    /// work takes for granted.
    /// </summary>
    /// <param name="task">What the work accepts and expects.</param>
    /// <param name="given">What is sent.</param>
    /// <param name="scope">Told of it; where the arguments stand.</param>
    public static void Check(TaskShapes task, Shape given, ShapeScope scope)
    {
        given = given.Without(ShapeKinds.Nothing);
        var found = new HashSet<string>(StringComparer.Ordinal);
        if (task.Accepts is { } accepts)
            Check(new(task, IsExpected: false, Tell), "", accepts, given, null, scope);
        if (task.Expects is { } expects)
            Check(new(task, IsExpected: true, Tell), "", expects, given, null, scope);

        // What fails for certain is not told again as what is not expected.
        void Tell(ShapeProblem problem, ShapeScope at)
        {
            if (found.Add(problem.Text) || problem.Kind != ShapeProblemKind.NotExpected)
                at.Report?.Invoke(problem);
        }
    }

    private static void Check(Receiver receiver, string name, Shape accepts, Shape given, ShapeOrigin? origin, ShapeScope scope)
    {
        if (given.IsNever)
            return;
        if ((accepts.Kinds & given.Kinds) == 0)
        {
            var subject = name.Length == 0 ? $"{receiver.Task.Name} is sent" : $"{receiver.Task.Name} is sent as {name}";
            var verb = receiver.IsExpected ? "expects" : "takes";
            receiver.Tell(ShapeProblemKind.WrongType, name, $"{subject} {given} where it {verb} {Short(accepts)}", null, origin, scope);
            return;
        }

        if (given.Members is { } members && accepts.Members is { } wanted && given.IsOnly(ShapeKinds.Object))
            CheckMembers(receiver, name, wanted, members, scope);
        if (given.List is { } items && accepts.List is { } wantedItems && given.IsOnly(ShapeKinds.List))
        {
            for (var i = 0; i < items.First.Count; i++)
                Check(receiver, $"{name}[{i}]", wantedItems.At(i).Without(ShapeKinds.Nothing), items.First[i], origin, scope.Item(i));
            Check(receiver with { IsPossible = true }, $"{name}[]", wantedItems.Item, items.Rest, origin, scope);
        }
    }

    private static void CheckMembers(Receiver receiver, string name, ObjectShape wanted, ObjectShape given, ShapeScope scope)
    {
        foreach (var key in wanted.Names)
        {
            var member = wanted.Find(key)!;
            var path = name.Length == 0 ? key : $"{name}.{key}";
            var sentAs = SentAs(receiver.Task, key, given);
            var sent = given.At(sentAs);
            if (!sent.IsOnly(ShapeKinds.Nothing))
            {
                // What may be missing goes well where it is; what nobody has named may be anything else.
                var known = sent.MayBe(ShapeKinds.Nothing) ? receiver with { IsPossible = true } : receiver;
                if (given.Find(sentAs) is not null)
                    Check(known, path, member.Shape, sent.Without(ShapeKinds.Nothing), member.Origin, scope.Member(key));
            }
            else if (member.IsCertain)
            {
                var verb = receiver.IsExpected ? "expects" : "needs";
                receiver.Tell(
                    ShapeProblemKind.MemberMissing, path, $"{receiver.Task.Name} {verb} {path}, which it is never sent",
                    LikelyName.Of(key, given.Names.Where(other => wanted.Find(other) is null)), member.Origin ?? wanted.Origin, scope);
            }
        }
    }

    /// <summary>The name that a member is sent by.</summary>
    private static string SentAs(TaskShapes task, string name, ObjectShape given) => task.IgnoresCase && given.Find(name) is null
        ? given.Names.FirstOrDefault(sent => string.Equals(sent, name, StringComparison.OrdinalIgnoreCase)) ?? name
        : name;

    private static string Short(Shape shape) => shape.Without(ShapeKinds.Nothing).Cut(1).ToString();

    /// <summary>Who is sent something, and whether what is held against it is what it can take or what it says that it expects.</summary>
    private sealed record Receiver(TaskShapes Task, bool IsExpected, Action<ShapeProblem, ShapeScope> Report)
    {
        /// <summary>Whether what is looked at may not be there at all, so that it is not certain to go wrong.</summary>
        public bool IsPossible { get; init; }

        public void Tell(ShapeProblemKind kind, string text, string message, string? likely, ShapeOrigin? origin, ShapeScope scope) =>
            Report(new ShapeProblem(IsExpected || IsPossible ? ShapeProblemKind.NotExpected : kind, text, 0, message, likely, origin), scope);
    }
}
