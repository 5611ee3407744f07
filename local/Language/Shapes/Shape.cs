using Stateside.Language.Json;

namespace Stateside.Language.Shapes;

/// <summary>
/// What is known of a value before anything runs: which kinds it may be, and of each kind what is known of it. A shape admits at least
/// every value that can come; what cannot be told is <see cref="Anything"/>, never a guess. Immutable.
/// </summary>
internal sealed class Shape : IEquatable<Shape>
{
    /// <summary>So many texts are told apart; more are any text.</summary>
    internal const int MostTexts = 32;

    /// <summary>Nested deeper, nothing is told any more.</summary>
    internal const int MaxDepth = 24;

    /// <summary>Of what has more parts, less is told: what holds a value twice, over and over, would have no end of them.</summary>
    internal const int MostParts = 20_000;

    private readonly string[]? _texts;

    private Shape(ShapeKinds kinds, string[]? texts, ListShape? list, ObjectShape? members)
    {
        Kinds = kinds;
        _texts = texts;
        ListPart = list;
        ObjectPart = members;
        Depth = Math.Max(list is null ? 0 : list.Depth + 1, members is null ? 0 : members.Depth + 1);
        Parts = (int)Math.Min(int.MaxValue, 1 + (list?.Parts ?? 0) + (members?.Parts ?? 0));
    }

    /// <summary>No value at all: what is never reached.</summary>
    public static Shape Never { get; } = new(ShapeKinds.None, null, null, null);

    /// <summary>No value: a member that is not there, JSONata's undefined.</summary>
    public static Shape Nothing { get; } = new(ShapeKinds.Nothing, null, null, null);

    /// <summary>Any JSON value.</summary>
    public static Shape Anything { get; } = new(ShapeKinds.Value, null, null, null);

    /// <summary>The literal null.</summary>
    public static Shape Null { get; } = new(ShapeKinds.Null, null, null, null);

    /// <summary>true or false.</summary>
    public static Shape Boolean { get; } = new(ShapeKinds.Boolean, null, null, null);

    /// <summary>A number.</summary>
    public static Shape Number { get; } = new(ShapeKinds.Number, null, null, null);

    /// <summary>A string.</summary>
    public static Shape Text { get; } = new(ShapeKinds.Text, null, null, null);

    /// <summary>Any array.</summary>
    public static Shape AnyList { get; } = new(ShapeKinds.List, null, null, null);

    /// <summary>Any object.</summary>
    public static Shape AnyObject { get; } = new(ShapeKinds.Object, null, null, null);

    /// <summary>What it may be.</summary>
    public ShapeKinds Kinds { get; }

    /// <summary>The texts that it may be, sorted; null where it may be any, or none.</summary>
    public IReadOnlyList<string>? Texts => _texts;

    /// <summary>What is known of it where it is an array; null where it is never one.</summary>
    public ListShape? List => !MayBe(ShapeKinds.List) ? null : ListPart ?? ListShape.Any;

    /// <summary>What is known of it where it is an object; null where it is never one.</summary>
    public ObjectShape? Members => !MayBe(ShapeKinds.Object) ? null : ObjectPart ?? ObjectShape.Any;

    /// <summary>Whether there is no such value.</summary>
    public bool IsNever => Kinds == ShapeKinds.None;

    /// <summary>Whether nothing is known of it but, perhaps, that it is there.</summary>
    public bool IsAnything => (Kinds & ShapeKinds.Value) == ShapeKinds.Value && Texts is null && ListPart is null && ObjectPart is null;

    /// <summary>How many arrays and objects are known inside one another.</summary>
    internal int Depth { get; }

    /// <summary>How many shapes it is made of, those of its items and members included, each as often as it stands there.</summary>
    internal int Parts { get; }

    // Null stands for any array and any object, so that the two of Anything need not hold it.
    private ListShape? ListPart { get; }

    private ObjectShape? ObjectPart { get; }

    /// <summary>One of some texts.</summary>
    /// <param name="texts">The texts.</param>
    public static Shape TextOf(params IEnumerable<string> texts)
    {
        var sorted = texts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        return sorted.Length == 0 ? Never : sorted.Length > MostTexts ? Text : new(ShapeKinds.Text, sorted, null, null);
    }

    /// <summary>An array.</summary>
    /// <param name="item">What each item is.</param>
    public static Shape ListOf(Shape item) => Of(new ListShape([], item));

    /// <summary>An array of certain items.</summary>
    /// <param name="items">The items, by position; where one may be nothing, use <see cref="ListOf(Shape)"/>.</param>
    public static Shape Tuple(IReadOnlyList<Shape> items)
    {
        ArgumentNullException.ThrowIfNull(items);
        return items.Any(item => item.IsNever) ? Never
            : items.Count <= ListShape.MostFirst ? Of(new ListShape(items, Never))
            : ListOf(items.Aggregate(Never, (all, item) => all.Join(item)));
    }

    /// <summary>An array.</summary>
    /// <param name="list">What is known of it.</param>
    public static Shape Of(ListShape list)
    {
        ArgumentNullException.ThrowIfNull(list);
        return new Shape(ShapeKinds.List, null, list, null).Bounded(MaxDepth);
    }

    /// <summary>An object.</summary>
    /// <param name="members">What is known of it.</param>
    public static Shape Of(ObjectShape members)
    {
        ArgumentNullException.ThrowIfNull(members);
        return new Shape(ShapeKinds.Object, null, null, members).Bounded(MaxDepth);
    }

    /// <summary>An object that has just these members, each certain unless it may be nothing.</summary>
    /// <param name="members">The members.</param>
    public static Shape Object(params IEnumerable<(string Name, Shape Shape)> members) =>
        Of(members.Aggregate(ObjectShape.Empty, (all, member) => all.With(member.Name, member.Shape)));

    /// <summary>A value that is written out, and no other of its kind where that is a text, true, false or null.</summary>
    /// <param name="value">The value.</param>
    public static Shape Constant(JsonValue value) => Constant(value, MaxDepth);

    /// <summary>Whether a deployment may put something else in the place of a part of a text, which holds <c>${Name}</c>.</summary>
    /// <param name="text">The text.</param>
    public static bool MayBeSubstituted(string text) => text.Contains("${", StringComparison.Ordinal);

    /// <summary>Whether it may be of one of some kinds.</summary>
    /// <param name="kinds">The kinds.</param>
    public bool MayBe(ShapeKinds kinds) => (Kinds & kinds) != 0;

    /// <summary>Whether it is of one of some kinds and of no other.</summary>
    /// <param name="kinds">The kinds.</param>
    public bool IsOnly(ShapeKinds kinds) => !IsNever && (Kinds & ~kinds) == 0;

    /// <summary>What it is where it is of one of some kinds.</summary>
    /// <param name="kinds">The kinds.</param>
    public Shape Only(ShapeKinds kinds) => (Kinds & ~kinds) == 0
        ? this
        : new(
            Kinds & kinds,
            (kinds & ShapeKinds.Text) != 0 ? _texts : null,
            (kinds & ShapeKinds.List) != 0 ? ListPart : null,
            (kinds & ShapeKinds.Object) != 0 ? ObjectPart : null);

    /// <summary>What it is where it is of none of some kinds.</summary>
    /// <param name="kinds">The kinds.</param>
    public Shape Without(ShapeKinds kinds) => Only(~kinds);

    /// <summary>The same, or nothing.</summary>
    public Shape OrNothing() => Join(Nothing);

    /// <summary>What stands under a name: of an object its member, of everything else nothing.</summary>
    /// <param name="name">The name.</param>
    public Shape At(string name) => IsNever
        ? Never
        : IsOnly(ShapeKinds.Object) ? Members!.At(name) : (Members?.At(name) ?? Nothing).OrNothing();

    /// <summary>A value of either shape.</summary>
    /// <param name="other">The other shape.</param>
    public Shape Join(Shape other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Join(other, MaxDepth);
    }

    /// <summary>Whether a value is one of these.</summary>
    /// <param name="value">The value; null for none.</param>
    public bool Admits(JsonValue? value) => value switch
    {
        null => MayBe(ShapeKinds.Nothing),
        JsonNull => MayBe(ShapeKinds.Null),
        JsonBoolean boolean => MayBe(boolean.Value ? ShapeKinds.True : ShapeKinds.False),
        JsonNumber => MayBe(ShapeKinds.Number),
        JsonString text => MayBe(ShapeKinds.Text) && (Texts is null || Texts.Contains(text.Value, StringComparer.Ordinal)),
        JsonArray items => MayBe(ShapeKinds.List) && (ListPart is null || Admits(ListPart, items)),
        JsonObject members => MayBe(ShapeKinds.Object) && (ObjectPart is null || Admits(ObjectPart, members)),
        _ => false,
    };

    /// <inheritdoc/>
    public bool Equals(Shape? other) =>
        ReferenceEquals(this, other)
        || (other is not null
            && Kinds == other.Kinds
            && (Texts is null ? other.Texts is null : other.Texts is not null && Texts.SequenceEqual(other.Texts))
            && (ListPart is null ? other.ListPart is null : ListPart.Equals(other.ListPart))
            && (ObjectPart is null ? other.ObjectPart is null : ObjectPart.Equals(other.ObjectPart)));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Kinds, Texts?.Count ?? -1, ListPart, ObjectPart);

    /// <summary>As people read it: <c>{ "id": text, "note"?: text or null, "lines": [ { … } ] }</c>.</summary>
    public override string ToString() => ShapeText.Write(this);

    /// <summary>The same of which no more than so many levels are known.</summary>
    internal Shape Cut(int depth)
    {
        if (Depth <= depth)
            return this;
        if (depth <= 0)
            return new(Kinds, _texts, null, null);
        return new(
            Kinds,
            _texts,
            ListPart is null ? null : new ListShape([.. ListPart.First.Select(item => item.Cut(depth - 1))], ListPart.Rest.Cut(depth - 1)),
            ObjectPart?.Cut(depth - 1));
    }

    /// <summary>A value of either shape, of which no more than so many levels are known.</summary>
    internal Shape Join(Shape other, int depth)
    {
        if (ReferenceEquals(this, other) || other.IsNever)
            return Cut(depth);
        if (IsNever)
            return other.Cut(depth);
        var list = MayBe(ShapeKinds.List)
            ? !other.MayBe(ShapeKinds.List) ? ListPart : ListPart is null || other.ListPart is null || depth <= 0 ? null : ListPart.Join(other.ListPart, depth - 1)
            : other.ListPart;
        var members = MayBe(ShapeKinds.Object)
            ? !other.MayBe(ShapeKinds.Object) ? ObjectPart : ObjectPart is null || other.ObjectPart is null || depth <= 0 ? null : ObjectPart.Join(other.ObjectPart, depth - 1)
            : other.ObjectPart;
        return new Shape(Kinds | other.Kinds, JoinTexts(other), list, members).Bounded(depth);
    }

    /// <summary>The same of which no more than so many levels and parts are known.</summary>
    private Shape Bounded(int depth)
    {
        if (Parts <= MostParts)
            return Cut(depth);
        while (depth > 0 && !Fits(depth))
            depth /= 2;
        return Cut(depth);
    }

    private bool Fits(int depth)
    {
        var left = MostParts;
        return Take(this, depth);

        bool Take(Shape shape, int levels)
        {
            if (--left < 0)
                return false;
            if (levels <= 0 || shape.Depth == 0)
                return true;
            return (shape.ListPart?.All.All(inner => Take(inner, levels - 1)) ?? true) && (shape.ObjectPart?.All.All(inner => Take(inner, levels - 1)) ?? true);
        }
    }

    private static Shape Constant(JsonValue value, int depth) => value switch
    {
        JsonNull => Null,
        JsonBoolean boolean => new(boolean.Value ? ShapeKinds.True : ShapeKinds.False, null, null, null),
        JsonNumber => Number,
        JsonString text => MayBeSubstituted(text.Value) ? Substituted(text.Value) : TextOf(text.Value),
        JsonArray when depth <= 0 => AnyList,
        JsonObject when depth <= 0 => AnyObject,
        JsonArray items => Tuple([.. items.Select(item => Constant(item, depth - 1))]),
        JsonObject members => Of(new ObjectShape(
            members.Select(member => KeyValuePair.Create(member.Key, new ShapeMember(Constant(member.Value, depth - 1), true))), Never)),
        _ => Anything,
    };

    /// <summary>Of a text that is a substitution and no more the file may have a number or an object in its place.</summary>
    private static Shape Substituted(string text) =>
        text.StartsWith("${", StringComparison.Ordinal) && text.IndexOf('}', StringComparison.Ordinal) == text.Length - 1 ? Anything : Text;

    private static bool Admits(ListShape list, JsonArray items)
    {
        if (items.Count < list.First.Count)
            return false;
        for (var i = 0; i < items.Count; i++)
        {
            if (!list.At(i).Admits(items[i]))
                return false;
        }

        return true;
    }

    private static bool Admits(ObjectShape shape, JsonObject members)
    {
        foreach (var (name, value) in members)
        {
            if (!(shape.Find(name)?.Shape ?? shape.Rest).Admits(value))
                return false;
        }

        return shape.Names.All(name => !shape.Find(name)!.IsCertain || members.ContainsKey(name));
    }

    private string[]? JoinTexts(Shape other)
    {
        if (!other.MayBe(ShapeKinds.Text))
            return _texts;
        if (!MayBe(ShapeKinds.Text))
            return other._texts;
        if (_texts is null || other._texts is null)
            return null;
        if (_texts.SequenceEqual(other._texts))
            return _texts;
        string[] all = [.. _texts.Union(other._texts, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return all.Length > MostTexts ? null : all;
    }
}
