using Stateside.Aws.DynamoDb.Expressions;
using Stateside.Aws.DynamoDb.Values;

namespace Stateside.Aws.DynamoDb;

/// <summary>Applies an update to an item.</summary>
internal static class ItemUpdate
{
    private const string WrongPlace = "The document path provided in the update expression is invalid for update";
    private const string WrongType = "An operand in the update expression has an incorrect data type";

    /// <summary>The item after an update. All values are computed from the item as it was, and elements of lists counted as they stood.</summary>
    /// <returns>The item as it shall be.</returns>
    public static MapValue Apply(MapValue before, IReadOnlyList<UpdateClause> clauses)
    {
        var computed = clauses.Select(clause => (clause.Path, Value: ValueFor(before, clause))).ToList();
        var after = before.Copy();

        // Lists keep their places until the removals, which go from the end; what is set beyond a list's end follows in the order of its index.
        foreach (var (path, value) in computed.Where(each => each.Value is not null).OrderBy(each => each.Path.Steps[^1].Name is null ? each.Path.Steps[^1].Index : 0))
            Set(after, path, value!);
        foreach (var (path, _) in computed.Where(each => each.Value is null).OrderByDescending(each => each.Path, ByIndex.Instance))
            Remove(after, path);
        return after;
    }

    /// <summary>The value that an action leaves at its place; null for none.</summary>
    private static AttributeValue? ValueFor(MapValue before, UpdateClause clause)
    {
        var value = clause.Value?.Of(before);
        if (clause.Kind is UpdateKind.Set or UpdateKind.Remove)
            return value;
        var present = clause.Path.Find(before);
        return (clause.Kind, present, value) switch
        {
            (UpdateKind.Add, null, _) => value,
            (UpdateKind.Add, NumberValue a, NumberValue b) => new NumberValue(a.Value + b.Value),
            (UpdateKind.Add, SetValue a, SetValue b) when a.Type == b.Type => new SetValue(a.Type, [.. a.Elements, .. b.Elements.Where(element => !a.Contains(element))]),
            (UpdateKind.Delete, null, _) => null,
            (UpdateKind.Delete, SetValue a, SetValue b) when a.Type == b.Type => a.Elements.Where(element => !b.Contains(element)).ToList() is { Count: > 0 } rest
                ? new SetValue(a.Type, rest)
                : null,
            _ => throw Refusals.Invalid(WrongType),
        };
    }

    private static void Set(MapValue item, DocumentPath path, AttributeValue value)
    {
        switch (path.FindHolder(item))
        {
            case MapValue map:
                map.Members[path.Steps[^1].Name!] = value;
                break;
            case ListValue list when path.Steps[^1].Index < list.Items.Count:
                list.Items[path.Steps[^1].Index] = value;
                break;
            case ListValue list:
                list.Items.Add(value);
                break;
            default:
                throw Refusals.Invalid(WrongPlace);
        }
    }

    private static void Remove(MapValue item, DocumentPath path)
    {
        switch (path.FindHolder(item))
        {
            case MapValue map:
                map.Members.Remove(path.Steps[^1].Name!);
                break;
            case ListValue list:
                if (path.Steps[^1].Index < list.Items.Count)
                    list.Items.RemoveAt(path.Steps[^1].Index);
                break;
            default:
                throw Refusals.Invalid(WrongPlace);
        }
    }

    /// <summary>Orders places so that, of two in one list, that of the lower index comes first.</summary>
    private sealed class ByIndex : IComparer<DocumentPath>
    {
        public static ByIndex Instance { get; } = new();

        public int Compare(DocumentPath? x, DocumentPath? y)
        {
            for (var i = 0; i < Math.Min(x!.Steps.Count, y!.Steps.Count); i++)
            {
                var order = string.CompareOrdinal(x.Steps[i].Name, y.Steps[i].Name);
                if (order == 0)
                    order = x.Steps[i].Index.CompareTo(y.Steps[i].Index);
                if (order != 0)
                    return order;
            }

            return x.Steps.Count.CompareTo(y.Steps.Count);
        }
    }
}
