using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Jsonata.Nodes;

/// <summary><c>| location | update, delete |</c>: a function that gives a copy of an object with changes.</summary>
/// <param name="pattern">What is to be changed.</param>
/// <param name="update">The members to set.</param>
/// <param name="delete">The names of the members to remove, or null.</param>
/// <param name="clone">The function that copies, which the expression may replace.</param>
/// <param name="positions">Where the operator, the update and the delete clause stand.</param>
internal sealed class TransformNode(Node pattern, Node update, Node? delete, Node clone, (int Own, int Update, int Delete) positions) : Node
{
    public override JsonValue? Evaluate(JsonValue? input, Bindings frame, Run run) => new Transformer(this, frame);

    public override ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run)
    {
        run.Region++;
        pattern.ShapeOf(ShapeValue.Everything, frame, run);
        update.ShapeOf(ShapeValue.Everything, frame, run);
        delete?.ShapeOf(ShapeValue.Everything, frame, run);
        run.Region--;
        return new(Shape.Never, new TransformerShape(this, frame));
    }

    private ShapeValue Transformed(ShapeValue value, ShapeFrame frame, ShapeRun run)
    {
        if (clone.ShapeOf(ShapeValue.Nothing, frame, run).Function is not { Name: "clone" })
            return ShapeValue.Everything;
        var result = value.Only(ShapeKinds.Nothing);
        if (value.MayBeList)
            result = result.Join(new(Shape.AnyList));
        if (value.Shape.Members is not { } members)
            return result;
        if (pattern is not ContextNode || value.Has(ShapeTraits.Holds))
            return result.Join(new(Shape.AnyObject));

        // The object itself is changed.
        run.Region++;
        var change = update.ShapeOf(value.Only(ShapeKinds.Object), frame, run);
        if (change.Shape.Members is { } changes)
            members = members.MergedWith(changes, change.IsOnly(ShapeKinds.Object));
        var isKnown = (change.KeptTraits() & ShapeTraits.Holds) == 0;
        if (delete is not null)
        {
            var gone = delete.ShapeOf(new(Shape.Of(members)), frame, run);
            isKnown &= gone.Function is null && gone.Shape.List is null or { Rest.IsNever: true };
            foreach (var name in gone.Shape.List?.First ?? [gone.Shape.Without(ShapeKinds.Nothing)])
            {
                isKnown &= name.IsNever || name.Texts is { Count: 1 };
                foreach (var text in name.Texts ?? [])
                    members = gone.IsOnly(ShapeKinds.Text) || gone.IsOnly(ShapeKinds.List) ? members.Less(text) : members.With(text, members.At(text).OrNothing());
            }
        }

        run.Region--;
        return isKnown ? result.Join(new(Shape.Of(members))) : result.Join(new(Shape.AnyObject));
    }

    private sealed record TransformerShape(TransformNode Node, ShapeFrame Frame) : ShapeFunction
    {
        private static readonly Stateside.Language.Jsonata.Signature Signature = Stateside.Language.Jsonata.Signature.Parse("<(oa):o>");

        public override int? Arity => 1;

        public override ShapeValue Call(ShapeValue[] arguments, ShapeValue context, ShapeRun run)
        {
            if (!Signature.TryValidate(arguments, context, out var validated))
                return ShapeValue.Never;
            return Node.Transformed(validated is null ? ShapeValue.Everything : validated[0], Frame, run);
        }
    }

    private JsonValue? Transform(JsonValue? value, Bindings frame, Run run)
    {
        if (value is null)
            return null;
        if (clone.Evaluate(null, frame, run) is not Callable function)
            throw new JsonataException("T2013") { Position = positions.Own };
        var draft = Draft.Of(function.Invoke([value], JsonValue.Null, run));
        var found = pattern.Evaluate(draft.Root, frame, run);
        if (found is not null && !Values.IsArray(found))
            found = JsonataArray.Of([found]);
        for (var i = 0; i < Values.Items(found).Length; i++)
        {
            run.Step();
            var match = Values.Items(found)[i];
            Update(draft, match, frame, run);
            if (delete is not null)
                Delete(draft, match, delete, frame, run);
        }

        return draft.Current(draft.Root, run);
    }

    private void Update(Draft draft, JsonValue? match, Bindings frame, Run run)
    {
        var change = update.Evaluate(draft.Current(match, run), frame, run);
        if (change is null)
            return;
        if (change is not JsonObject changes)
            throw new JsonataException("T2011") { Position = positions.Update, Value = change };
        if (match is JsonObject target)
            draft.Set(target, changes, run);
        else if (changes.Count > 0 && !Values.IsArray(match))
            throw new JsonataException("T2011", "The location of a transform expression with an update must give objects") { Position = positions.Own };
    }

    private void Delete(Draft draft, JsonValue? match, Node names, Bindings frame, Run run)
    {
        var deletions = names.Evaluate(draft.Current(match, run), frame, run);
        if (deletions is null)
            return;
        var list = Values.IsArray(deletions) ? deletions : JsonataArray.Of([deletions]);
        if (!Values.IsArrayOfStrings(list))
            throw new JsonataException("T2012") { Position = positions.Delete, Value = deletions };
        if (match is not JsonObject target)
            return;
        var gone = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in Values.Items(list))
            gone.Add(((JsonString)name!).Value);
        draft.Remove(target, gone);
    }

    private sealed class Transformer(TransformNode node, Bindings frame) : Callable
    {
        private static readonly Stateside.Language.Jsonata.Signature Signature = Stateside.Language.Jsonata.Signature.Parse("<(oa):o>");

        public override int Arity => 1;

        public override JsonValue? Invoke(JsonValue?[] arguments, JsonValue? context, Run run) =>
            node.Transform(Signature.Validate(arguments, context)[0], frame, run);
    }
}
