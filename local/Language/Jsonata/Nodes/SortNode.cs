using Stateside.Language.Json;

namespace Stateside.Language.Jsonata.Nodes;

/// <summary><c>^( )</c>, a step of a path: the items in the order of one or more keys.</summary>
/// <param name="terms">The keys, the weightiest first.</param>
/// <param name="tupleSlots">How many variables the path's tuples have; 0 where it has none.</param>
/// <param name="position">Where the operator stands.</param>
internal sealed class SortNode((Node Key, bool Descending)[] terms, int tupleSlots, int position) : Node
{
    public override JsonValue? Evaluate(JsonValue? input, Bindings frame, Run run) => Values.Settle(Sort(input, frame, run));

    /// <summary>Sorts.</summary>
    /// <param name="input">The items; an array.</param>
    /// <param name="frame">The variables in sight.</param>
    /// <param name="run">The evaluation.</param>
    /// <returns>The input itself when it has fewer than two items, else an array that is no sequence.</returns>
    public JsonValue? Sort(JsonValue? input, Bindings frame, Run run)
    {
        var items = Values.Items(input);
        if (items.Length < 2)
            return input;
        var isTupleStream = Values.IsTupleStream(input);
        if (!isTupleStream && tupleSlots > 0)
            frame = new Bindings(frame, new JsonValue?[tupleSlots]);
        var keyed = new Keyed[items.Length];
        for (var i = 0; i < items.Length; i++)
            keyed[i] = new Keyed(items[i], terms.Length, isTupleStream ? tupleSlots : -1);
        MergeSort.Sort(keyed, (a, b) => Compare(a, b, frame, run) > 0, run);
        return JsonataArray.Of(Array.ConvertAll(keyed, item => item.Value));
    }

    public override ShapeValue ShapeOf(ShapeValue input, ShapeFrame frame, ShapeRun run) => ShapeValue.Everything;

    /// <summary>Looks at the keys of what is sorted.</summary>
    public void ShapeOfKeys(ShapeValue item, ShapeFrame frame, ShapeRun run, bool isTuple = false)
    {
        if (isTuple && tupleSlots == 0)
            frame = frame.Outer!;
        else if (!isTuple && tupleSlots > 0)
            frame = run.NewTupleFrame(this, tupleSlots, frame);
        foreach (var (key, _) in terms)
            key.ShapeOf(item, frame, run);
    }

    private int Compare(Keyed a, Keyed b, Bindings frame, Run run)
    {
        for (var i = 0; i < terms.Length; i++)
        {
            var (key, descending) = terms[i];
            var x = a.Key(i, key, frame, run);
            var y = b.Key(i, key, frame, run);
            if (x is null || y is null)
            {
                // Undefined comes last, whatever the direction.
                if (x is null && y is null)
                    continue;
                return x is null ? 1 : -1;
            }

            if (x is not (JsonString or JsonNumber) || y is not (JsonString or JsonNumber))
                throw new JsonataException("T2008") { Position = position, Value = x is JsonString or JsonNumber ? y : x };
            var order = (x, y) switch
            {
                (JsonNumber m, JsonNumber n) => m.Double.CompareTo(n.Double),
                (JsonString m, JsonString n) => string.CompareOrdinal(m.Value, n.Value),
                _ => throw new JsonataException("T2007") { Position = position, Value = x, Value2 = y },
            };
            if (order != 0)
                return descending ? -order : order;
        }

        return 0;
    }

    /// <summary>An item with its keys, each evaluated when it is first compared.</summary>
    private sealed class Keyed(JsonValue? value, int terms, int tupleSlots)
    {
        private readonly JsonValue?[] _keys = new JsonValue?[terms];

        public JsonValue? Value { get; } = value;

        public JsonValue? Key(int term, Node key, Bindings frame, Run run)
        {
            var known = _keys[term];
            if (known is null)
            {
                known = Value is TupleValue tuple && tupleSlots >= 0
                    ? key.Evaluate(tuple.Context, tuple.Bindings(frame, tupleSlots), run)
                    : key.Evaluate(Value, frame, run);
                known ??= Bindings.Undefined;
                _keys[term] = known;
            }

            return ReferenceEquals(known, Bindings.Undefined) ? null : known;
        }
    }
}
