using Stateside.Aws.DynamoDb.Values;

namespace Stateside.Aws.DynamoDb.Expressions;

/// <summary>One step into a document: a member of a map or an element of a list.</summary>
internal readonly record struct PathStep(string? Name, int Index)
{
    public override string ToString() => Name ?? $"[{Index}]";
}

/// <summary>The place of an attribute, or of something within it.</summary>
internal sealed class DocumentPath(IReadOnlyList<PathStep> steps)
{
    public IReadOnlyList<PathStep> Steps { get; } = steps;

    /// <summary>The attribute of the item.</summary>
    public string Attribute => Steps[0].Name!;

    public bool IsNested => Steps.Count > 1;

    /// <summary>The value at this place, or null.</summary>
    public AttributeValue? Find(MapValue item)
    {
        AttributeValue? value = item;
        foreach (var step in Steps)
        {
            value = Step(value, step);
            if (value is null)
                return null;
        }

        return value;
    }

    /// <summary>What holds this place: a map for a name, a list for an index; null when there is none of that kind.</summary>
    public AttributeValue? FindHolder(MapValue item)
    {
        AttributeValue? holder = item;
        for (var i = 0; i < Steps.Count - 1; i++)
            holder = Step(holder, Steps[i]);
        return (holder, Steps[^1].Name) switch
        {
            (MapValue, not null) or (ListValue, null) => holder,
            _ => null,
        };
    }

    /// <summary>Whether one of both holds the other, or both are one.</summary>
    public bool Overlaps(DocumentPath other)
    {
        for (var i = 0; i < Math.Min(Steps.Count, other.Steps.Count); i++)
        {
            if (Steps[i] != other.Steps[i])
                return false;
        }

        return true;
    }

    /// <summary>Whether both take one place for a map and for a list.</summary>
    public bool Conflicts(DocumentPath other)
    {
        for (var i = 0; i < Math.Min(Steps.Count, other.Steps.Count); i++)
        {
            if (Steps[i] != other.Steps[i])
                return Steps[i].Name is null != other.Steps[i].Name is null;
        }

        return false;
    }

    public override string ToString() => $"[{string.Join(", ", Steps)}]";

    /// <summary>A new item that has only what stands at these places; elements of a list close up.</summary>
    public static MapValue Project(MapValue item, IReadOnlyList<DocumentPath> paths) =>
        (MapValue)(Project(item, paths, 0) ?? new MapValue(new(StringComparer.Ordinal)));

    private static AttributeValue? Project(AttributeValue value, IReadOnlyList<DocumentPath> paths, int depth)
    {
        if (paths.Any(path => path.Steps.Count == depth))
            return value;
        switch (value)
        {
            case MapValue map:
                {
                    var members = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
                    foreach (var group in paths.Where(path => path.Steps[depth].Name is not null).GroupBy(path => path.Steps[depth].Name!))
                    {
                        if (map.Members.TryGetValue(group.Key, out var member) && Project(member, [.. group], depth + 1) is { } projected)
                            members[group.Key] = projected;
                    }

                    return members.Count == 0 ? null : new MapValue(members);
                }

            case ListValue list:
                {
                    var items = new List<AttributeValue>();
                    foreach (var group in paths.Where(path => path.Steps[depth].Name is null).GroupBy(path => path.Steps[depth].Index).OrderBy(group => group.Key))
                    {
                        if (group.Key < list.Items.Count && Project(list.Items[group.Key], [.. group], depth + 1) is { } projected)
                            items.Add(projected);
                    }

                    return items.Count == 0 ? null : new ListValue(items);
                }

            default:
                return null;
        }
    }

    private static AttributeValue? Step(AttributeValue? value, PathStep step) => value switch
    {
        MapValue map when step.Name is not null => map.Members.GetValueOrDefault(step.Name),
        ListValue list when step.Name is null => step.Index < list.Items.Count ? list.Items[step.Index] : null,
        _ => null,
    };
}
