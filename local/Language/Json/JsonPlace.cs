using System.Text;

namespace Stateside.Language.Json;

/// <summary>
/// A place inside a JSON value: the way from the root to it. It prints as Step Functions writes locations,
/// <c>/States/Choose/Choices[0]/Next</c>, and the root as <c>/</c>.
/// </summary>
internal sealed class JsonPlace
{
    private JsonPlace(JsonPlace? outer, string? key, int index)
    {
        Outer = outer;
        Key = key;
        Index = index;
    }

    /// <summary>The whole value.</summary>
    public static JsonPlace Root { get; } = new(null, null, -1);

    /// <summary>The place around this one; null of the root.</summary>
    public JsonPlace? Outer { get; }

    /// <summary>The key of the member that this place is; null of an array's item and of the root.</summary>
    public string? Key { get; }

    /// <summary>The number of the item that this place is, from 0; -1 of a member and of the root.</summary>
    public int Index { get; }

    /// <summary>The place of a member of the object that stands here.</summary>
    public JsonPlace Member(string key) => new(this, key, -1);

    /// <summary>The place of an item of the array that stands here.</summary>
    /// <param name="index">Its number, from 0.</param>
    public JsonPlace Item(int index) => new(this, null, index);

    /// <summary>Whether another place is the same one.</summary>
    public bool Is(JsonPlace other)
    {
        var (one, two) = (this, other);
        while (!ReferenceEquals(one, two))
        {
            if (one.Key != two.Key || one.Index != two.Index || one.Outer is null || two.Outer is null)
                return false;
            (one, two) = (one.Outer, two.Outer);
        }

        return true;
    }

    public override string ToString()
    {
        if (Outer is null)
            return "/";
        var text = new StringBuilder();
        Append(text);
        return text.ToString();
    }

    private void Append(StringBuilder text)
    {
        if (Outer is null)
            return;
        Outer.Append(text);
        if (Key is null)
            text.Append('[').Append(Index).Append(']');
        else
            text.Append('/').Append(Key);
    }
}
