namespace Stateside.Language.Shapes;

/// <summary>What is known of an array.</summary>
/// <param name="First">The items that are certainly there, by position: what a Parallel gives, an array that is written out.</param>
/// <param name="Rest">What each further item is; <see cref="Shape.Never"/> where there are no more.</param>
internal sealed record ListShape(IReadOnlyList<Shape> First, Shape Rest)
{
    /// <summary>The longest list whose items are told apart by position.</summary>
    internal const int MostFirst = 64;

    /// <summary>An array of any items.</summary>
    public static ListShape Any { get; } = new([], Shape.Anything);

    /// <summary>How many arrays and objects are known inside one another in an item.</summary>
    internal int Depth { get; } = First.Aggregate(Rest.Depth, (deepest, item) => Math.Max(deepest, item.Depth));

    /// <summary>How many shapes its items are made of.</summary>
    internal long Parts { get; } = First.Aggregate((long)Rest.Parts, (all, item) => all + item.Parts);

    /// <summary>What is known of the items, each as it stands.</summary>
    internal IEnumerable<Shape> All => First.Append(Rest);

    /// <summary>What any of the items is.</summary>
    public Shape Item => First.Aggregate(Rest, (all, item) => all.Join(item));

    /// <summary>What stands at a position.</summary>
    /// <param name="index">The position, from 0; a negative one is beyond every array.</param>
    /// <returns>What is there; it may be nothing where no item is certain.</returns>
    public Shape At(int index)
    {
        if (index >= 0 && index < First.Count)
            return First[index];
        return index < 0 ? Shape.Nothing : Rest.OrNothing();
    }

    /// <summary>What an array of either shape is.</summary>
    internal ListShape Join(ListShape other, int depth)
    {
        if (Equals(other))
            return this;
        var both = Math.Min(First.Count, other.First.Count);
        var first = new Shape[both];
        for (var i = 0; i < both; i++)
            first[i] = First[i].Join(other.First[i], depth);
        var rest = Rest.Join(other.Rest, depth);
        foreach (var item in First.Skip(both).Concat(other.First.Skip(both)))
            rest = rest.Join(item, depth);
        return new(first, rest);
    }

    /// <inheritdoc/>
    public bool Equals(ListShape? other) =>
        ReferenceEquals(this, other) || (other is not null && Rest.Equals(other.Rest) && First.SequenceEqual(other.First));

    /// <inheritdoc/>
    public override int GetHashCode() => First.Aggregate(HashCode.Combine(Rest, First.Count), HashCode.Combine);
}
