using Stateside.Conformance.Simulation;
using Stateside.Language.Json;

namespace Stateside.Conformance.Shapes;

/// <summary>Data for random machines, small and with names that come again, and the ways into it.</summary>
internal static class SampleData
{
    private static readonly string[] Keys = ["n", "s", "list", "obj", "flag", "x", "y", "a b", "items", "none"];
    private static readonly string[] Texts = ["a", "b", "x,y,z", "", "12", "2026-01-01T00:00:00Z", "true", "{\"k\":1}", "ä€😀", "a*c"];
    private static readonly string[] Numbers = ["0", "1", "2", "-3", "1.5", "100", "1e3", "7"];

    /// <summary>An execution's input: an object as a rule.</summary>
    public static JsonValue Input(Dice dice) => dice.OneIn(12) ? Value(dice, 2) : Object(dice, 3, dice.Between(3, 7));

    /// <summary>Any value.</summary>
    /// <param name="dice">Chance.</param>
    /// <param name="depth">How many arrays and objects may be inside one another.</param>
    public static JsonValue Value(Dice dice, int depth)
    {
        switch (dice.Below(depth > 0 ? 10 : 6))
        {
            case 0 or 1:
                return JsonReader.Parse(dice.Of(Numbers));
            case 2 or 3:
                return new JsonString(dice.Of(Texts));
            case 4:
                return JsonValue.From(dice.OneIn(2));
            case 5:
                return JsonValue.Null;
            case 6 or 7:
                var some = Value(dice, depth - 1);
                return JsonArray.Of(Enumerable.Range(0, dice.Below(5)).Select(_ => dice.OneIn(4) ? Value(dice, depth - 1) : Like(dice, some)));
            default:
                return Object(dice, depth - 1, dice.Below(5));
        }
    }

    /// <summary>Another value of much the same form.</summary>
    public static JsonValue Like(Dice dice, JsonValue value) => dice.OneIn(16) ? Value(dice, 1) : value switch
    {
        JsonObject members => JsonObject.Of([.. members.Where(_ => !dice.OneIn(10)).Select(member => (member.Key, Like(dice, member.Value)))]),
        JsonArray items => JsonArray.Of(items.Where(_ => !dice.OneIn(6)).Select(item => Like(dice, item))),
        JsonString => dice.OneIn(2) ? value : new JsonString(dice.Of(Texts)),
        JsonNumber => JsonReader.Parse(dice.Of(Numbers)),
        _ => value,
    };

    /// <summary>Every place in a value with the keys and positions that lead there, outer before inner.</summary>
    /// <param name="value">The value.</param>
    public static List<(IReadOnlyList<object> Steps, JsonValue Value)> Places(JsonValue value)
    {
        var all = new List<(IReadOnlyList<object> Steps, JsonValue Value)> { ([], value) };
        for (var i = 0; i < all.Count && all.Count < 80; i++)
        {
            var (steps, here) = all[i];
            if (here is JsonObject members)
                all.AddRange(members.Select(member => ((IReadOnlyList<object>)[.. steps, member.Key], member.Value)));
            else if (here is JsonArray items)
                all.AddRange(items.Take(4).Select((item, index) => ((IReadOnlyList<object>)[.. steps, index], item)));
        }

        return all;
    }

    private static JsonObject Object(Dice dice, int depth, int count)
    {
        var members = new JsonObject.Builder(count);
        for (var i = 0; i < count; i++)
            members.Set(dice.Of(Keys), Value(dice, depth));
        return members.ToObject();
    }
}
