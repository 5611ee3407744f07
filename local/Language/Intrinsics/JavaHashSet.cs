using Stateside.Language.Json;

namespace Stateside.Language.Intrinsics;

/// <summary>Goes through values as a <c>java.util.HashSet</c> made of them does: by their hash codes, folded into the set's room.</summary>
internal sealed class JavaHashSet : IEqualityComparer<JsonValue>
{
    private const int LeastRoom = 16;

    /// <summary>A small set doubles its room when one of its lists would hold more than this.</summary>
    private const int LongestList = 8;

    /// <summary>From this room on a set makes a long list a tree, which this one does not: it stays in the order of its items.</summary>
    private const int TreeRoom = 64;

    private static readonly JavaHashSet Comparer = new();

    private JavaHashSet()
    {
    }

    /// <summary>The items without those that equal an earlier one.</summary>
    public static JsonArray Distinct(JsonArray items)
    {
        var seen = new HashSet<JsonValue>(Comparer);
        var distinct = new List<(JsonValue Item, int Hash)>(items.Count);
        var room = LeastRoom;
        while (room < (int)(items.Count / 0.75f) + 1)
            room *= 2;
        Span<int> lists = stackalloc int[TreeRoom];
        lists.Clear();
        foreach (var item in items.AsSpan())
        {
            if (!seen.Add(item))
                continue;
            var hash = HashOf(item);
            hash ^= (int)((uint)hash >> 16);
            distinct.Add((item, hash));
            if (room >= TreeRoom || ++lists[hash & (room - 1)] <= LongestList)
                continue;
            room *= 2;
            lists.Clear();
            foreach (var (_, other) in distinct)
                lists[other & (room - 1)]++;
        }

        return JsonArray.Of(distinct.OrderBy(one => one.Hash & (room - 1)).Select(one => one.Item));
    }

    bool IEqualityComparer<JsonValue>.Equals(JsonValue? a, JsonValue? b) => AreEqual(a!, b!);

    int IEqualityComparer<JsonValue>.GetHashCode(JsonValue value) => HashOf(value);

    private static int HashOf(JsonValue value)
    {
        switch (value)
        {
            case JsonBoolean boolean:
                return boolean.Value ? 1231 : 1237;
            case JsonNumber number:
                return JavaNumber.Hash(number);
            case JsonString text:
                return JavaText.Hash(text.Value);
            case JsonArray items:
                var hash = 1;
                foreach (var item in items)
                    hash = unchecked((31 * hash) + HashOf(item));
                return hash;
            case JsonObject members:
                hash = 0;
                for (var i = 0; i < members.Count; i++)
                    hash = unchecked(hash + (JavaText.Hash(members.Keys[i]) ^ HashOf(members.Values[i])));
                return hash;
            default:
                return 0;
        }
    }

    private static bool AreEqual(JsonValue a, JsonValue b)
    {
        switch (a, b)
        {
            case (JsonNumber one, JsonNumber other):
                return JavaNumber.AreEqual(one, other);
            case (JsonArray one, JsonArray other):
                if (one.Count != other.Count)
                    return false;
                for (var i = 0; i < one.Count; i++)
                {
                    if (!AreEqual(one[i], other[i]))
                        return false;
                }

                return true;
            case (JsonObject one, JsonObject other):
                if (one.Count != other.Count)
                    return false;
                for (var i = 0; i < one.Count; i++)
                {
                    if (other[one.Keys[i]] is not { } value || !AreEqual(one.Values[i], value))
                        return false;
                }

                return true;
            default:
                return a.Equals(b);
        }
    }
}
