using System.Globalization;

namespace Stateside.Language.Paths;

/// <summary>One step of a path. A definite step names at most one node.</summary>
internal abstract record PathStep(bool IsDefinite);

/// <summary>A member: <c>.name</c> or <c>['name']</c>.</summary>
internal sealed record MemberStep(string Name) : PathStep(true)
{
    public override string ToString() => $"['{Name}']";
}

/// <summary>Several members: <c>['a','b']</c>. It names one node, an object of those that are there, and nothing may follow it.</summary>
internal sealed record MembersStep(string[] Names) : PathStep(true)
{
    public override string ToString() => $"[{string.Join(", ", Names.Select(name => $"'{name}'"))}]";
}

/// <summary>An item: <c>[0]</c>. One with a negative index is beyond every array.</summary>
internal sealed record IndexStep(int Index) : PathStep(true)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Index}]");
}

/// <summary>An item counted from the end: <c>[(@.length-1)]</c>.</summary>
internal sealed record FromEndStep(int Back) : PathStep(true)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[@.size()-{Back}]");
}

/// <summary>Several items: <c>[0,2]</c>.</summary>
internal sealed record IndexesStep(int[] Indexes) : PathStep(false)
{
    public override string ToString() => $"[{string.Join(',', Indexes)}]";
}

/// <summary>A run of items: <c>[1:3]</c>. A third part, the step of other dialects, is read and has no effect.</summary>
internal sealed record SliceStep(int? From, int? To) : PathStep(false)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{From}:{To}]");
}

/// <summary>Every member or item: <c>.*</c> or <c>[*]</c>.</summary>
internal sealed record WildcardStep() : PathStep(false)
{
    public override string ToString() => "[*]";
}

/// <summary>This node and all below it: <c>..</c>.</summary>
internal sealed record DescentStep() : PathStep(false)
{
    public override string ToString() => "..";
}

/// <summary>The items, or the object, that a filter lets through: <c>[?(…)]</c>.</summary>
internal sealed record FilterStep(PathFilter Filter) : PathStep(false)
{
    public override string ToString() => "[?]";
}
