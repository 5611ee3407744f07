namespace Stateside.Language.Json;

/// <summary>A place where two values differ.</summary>
/// <param name="Path">The place, as a path: <c>$.lines[0].price</c>.</param>
/// <param name="One">What the one has there; null where it has nothing.</param>
/// <param name="Other">What the other has there; null where it has nothing.</param>
internal readonly record struct ValueDifference(string Path, JsonValue? One, JsonValue? Other)
{
    /// <summary>All places where two values differ, the outermost of each, in the order of the one. Members have no order.</summary>
    /// <param name="one">The one value.</param>
    /// <param name="other">The other.</param>
    /// <param name="path">Where both stand.</param>
    public static IReadOnlyList<ValueDifference> Between(JsonValue one, JsonValue other, string path = "$")
    {
        if (one.Equals(other))
            return [];
        var found = new List<ValueDifference>();
        Find(one, other, path, found);
        return found;
    }

    /// <summary>The path of a member.</summary>
    /// <param name="path">The object's.</param>
    /// <param name="name">The member.</param>
    public static string Member(string path, string name) =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && !char.IsAsciiDigit(name[0])
            ? $"{path}.{name}"
            : $"{path}['{name.Replace("'", "\\'", StringComparison.Ordinal)}']";

    private static void Find(JsonValue one, JsonValue other, string path, List<ValueDifference> found)
    {
        switch (one, other)
        {
            case (JsonObject ours, JsonObject theirs):
                foreach (var (name, value) in ours)
                    Find(value, theirs[name], Member(path, name), found);
                foreach (var (name, value) in theirs)
                {
                    if (!ours.ContainsKey(name))
                        found.Add(new ValueDifference(Member(path, name), null, value));
                }

                break;
            case (JsonArray ours, JsonArray theirs):
                for (var i = 0; i < Math.Max(ours.Count, theirs.Count); i++)
                {
                    var item = $"{path}[{i}]";
                    if (i >= ours.Count)
                        found.Add(new ValueDifference(item, null, theirs[i]));
                    else
                        Find(ours[i], i < theirs.Count ? theirs[i] : null, item, found);
                }

                break;
            default:
                if (!one.Equals(other))
                    found.Add(new ValueDifference(path, one, other));
                break;
        }

        static void Find(JsonValue one, JsonValue? other, string path, List<ValueDifference> found)
        {
            if (other is null)
                found.Add(new ValueDifference(path, one, null));
            else
                ValueDifference.Find(one, other, path, found);
        }
    }
}
