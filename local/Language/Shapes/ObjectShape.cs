namespace Stateside.Language.Shapes;

/// <summary>What is known of an object: its named members, and what any other member is.</summary>
internal sealed class ObjectShape : IEquatable<ObjectShape>
{
    private readonly Dictionary<string, ShapeMember> _byName;
    private readonly string[] _names;

    /// <summary>An object.</summary>
    /// <param name="members">The members that are known, in order; a name stands once.</param>
    /// <param name="rest">What any other member is; <see cref="Shape.Never"/> of an object that is closed.</param>
    /// <param name="origin">Where its type is declared.</param>
    public ObjectShape(IEnumerable<KeyValuePair<string, ShapeMember>> members, Shape rest, ShapeOrigin? origin = null)
    {
        ArgumentNullException.ThrowIfNull(members);
        var all = members.ToArray();
        _names = Array.ConvertAll(all, member => member.Key);
        _byName = new Dictionary<string, ShapeMember>(all, StringComparer.Ordinal);
        Rest = rest;
        Origin = origin;
        Parts = all.Aggregate((long)rest.Parts, (parts, member) => parts + member.Value.Shape.Parts);
        Depth = all.Aggregate(rest.Depth, (deepest, member) => Math.Max(deepest, member.Value.Shape.Depth));
    }

    /// <summary>Any object.</summary>
    public static ObjectShape Any { get; } = new([], Shape.Anything);

    /// <summary>The object without members.</summary>
    public static ObjectShape Empty { get; } = new([], Shape.Never);

    /// <summary>The names of the members that are known, in order.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>What any other member is; <see cref="Shape.Never"/> of an object that is closed.</summary>
    public Shape Rest { get; }

    /// <summary>Where its type is declared; null when nothing declares it.</summary>
    public ShapeOrigin? Origin { get; }

    /// <summary>How many arrays and objects are known inside one another in a member.</summary>
    internal int Depth { get; }

    /// <summary>How many shapes its members are made of.</summary>
    internal long Parts { get; }

    /// <summary>What is known of the members, each as it stands.</summary>
    internal IEnumerable<Shape> All => _byName.Values.Select(member => member.Shape).Append(Rest);

    /// <summary>Whether it has no members but those that are known.</summary>
    public bool IsClosed => Rest.IsNever;

    /// <summary>What any of its members is.</summary>
    public Shape Value => _byName.Values.Aggregate(Rest, (all, member) => all.Join(member.Shape));

    /// <summary>The member that is known by that name; null when none is.</summary>
    /// <param name="name">The name.</param>
    public ShapeMember? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>What stands under a name.</summary>
    /// <param name="name">The name.</param>
    /// <returns>What is there; it may be nothing where the member is not certain, and is where the object cannot have it.</returns>
    public Shape At(string name) => Find(name) is { } member
        ? member.IsCertain ? member.Shape : member.Shape.OrNothing()
        : Rest.OrNothing();

    /// <summary>The same with a member put there.</summary>
    /// <param name="name">The name.</param>
    /// <param name="value">What it is; where it may be nothing the member is not certain, where it is nothing there is none.</param>
    /// <param name="origin">Where it is declared.</param>
    public ObjectShape With(string name, Shape value, ShapeOrigin? origin = null)
    {
        ArgumentNullException.ThrowIfNull(value);
        var present = value.Without(ShapeKinds.Nothing);
        var members = new List<KeyValuePair<string, ShapeMember>>(_names.Length + 1);
        var isThere = false;
        foreach (var known in _names)
        {
            isThere |= known == name;
            if (known != name)
                members.Add(new(known, _byName[known]));
            else if (!present.IsNever)
                members.Add(new(known, new ShapeMember(present, !value.MayBe(ShapeKinds.Nothing), origin)));
        }

        if (!isThere && !present.IsNever)
            members.Add(new(name, new ShapeMember(present, !value.MayBe(ShapeKinds.Nothing), origin)));
        return new ObjectShape(members, Rest, Origin);
    }

    /// <summary>The same with the members of another object put there, which win.</summary>
    /// <param name="other">The other object.</param>
    /// <param name="isCertain">Whether there is certainly such an object.</param>
    public ObjectShape MergedWith(ObjectShape other, bool isCertain = true)
    {
        ArgumentNullException.ThrowIfNull(other);
        var members = new List<KeyValuePair<string, ShapeMember>>(_names.Length + other._names.Length);
        foreach (var name in _names.Union(other._names, StringComparer.Ordinal))
        {
            var (mine, theirs) = (Find(name), other.Find(name));
            members.Add(new(name, theirs is { IsCertain: true } && isCertain ? theirs : new ShapeMember(
                (mine?.Shape ?? Rest).Join(theirs?.Shape ?? other.Rest), mine is { IsCertain: true }, theirs is null ? mine!.Origin : theirs.Origin)));
        }

        return new ObjectShape(members, Rest.Join(other.Rest), Origin == other.Origin ? Origin : null);
    }

    /// <summary>The same without a member.</summary>
    /// <param name="name">Its name.</param>
    public ObjectShape Less(string name) =>
        Find(name) is null ? this : new(_names.Where(known => known != name).Select(known => KeyValuePair.Create(known, _byName[known])), Rest, Origin);

    /// <summary>The same where any other member may be of a shape, too.</summary>
    /// <param name="rest">What such a member is.</param>
    public ObjectShape WithRest(Shape rest) => rest.IsNever ? this : new(_names.Select(name => KeyValuePair.Create(name, _byName[name])), Rest.Join(rest), Origin);

    /// <summary>The same of whose members no more than so many levels are known.</summary>
    internal ObjectShape Cut(int depth) => new(
        _names.Select(name => KeyValuePair.Create(name, _byName[name] with { Shape = _byName[name].Shape.Cut(depth) })), Rest.Cut(depth), Origin);

    /// <summary>What an object of either shape is.</summary>
    internal ObjectShape Join(ObjectShape other, int depth)
    {
        if (Equals(other))
            return this;
        var members = new List<KeyValuePair<string, ShapeMember>>(_names.Length + other._names.Length);
        foreach (var name in _names)
        {
            var mine = _byName[name];
            var theirs = other.Find(name);
            members.Add(new(name, theirs is null
                ? mine with { Shape = mine.Shape.Join(other.Rest, depth), IsCertain = false }
                : new ShapeMember(
                    mine.Shape.Join(theirs.Shape, depth), mine.IsCertain && theirs.IsCertain, mine.Origin == theirs.Origin ? mine.Origin : null)));
        }

        foreach (var name in other._names)
        {
            if (Find(name) is null)
            {
                var theirs = other._byName[name];
                members.Add(new(name, theirs with { Shape = theirs.Shape.Join(Rest, depth), IsCertain = false }));
            }
        }

        return new ObjectShape(members, Rest.Join(other.Rest, depth), Origin == other.Origin ? Origin : null);
    }

    /// <summary>The same whatever the order of the members and whatever declares them.</summary>
    /// <param name="other">The other one.</param>
    public bool Equals(ObjectShape? other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (other is null || _names.Length != other._names.Length || !Rest.Equals(other.Rest))
            return false;
        foreach (var name in _names)
        {
            if (!_byName[name].Equals(other.Find(name)))
                return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ObjectShape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = Rest.GetHashCode();
        foreach (var name in _names)
            hash ^= HashCode.Combine(name, _byName[name]);
        return hash;
    }
}
