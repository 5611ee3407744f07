using Stateside.Language.Json;

namespace Stateside.Language.Tests.Graph;

/// <summary>Definitions of any size and of the shapes that drawings find hard, the same for the same seed.</summary>
internal sealed class GeneratedDefinitions(int seed)
{
    private readonly Random _random = new(seed);
    private int _named;

    /// <summary>A definition as its text.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="states">How many states it has, those inside others included.</param>
    public static string Text(int seed, int states) => JsonWriter.Compact(new GeneratedDefinitions(seed).Machine(states, depth: 0));

    private JsonObject Machine(int states, int depth)
    {
        // How many of the states stand here; the others go inside Parallel and Map states.
        var own = depth > 3 || states < 4 || _random.Next(4) == 0 ? states : Math.Max(2, states - _random.Next(states / 2));
        var rest = states - own;
        var names = Enumerable.Range(0, own).Select(_ => Name()).ToList();
        var built = new JsonObject.Builder(own);
        for (var i = 0; i < own; i++)
        {
            var inside = rest > 0 && (i == own - 1 || _random.Next(own) < 4) ? Math.Min(rest, 1 + _random.Next(Math.Max(1, rest))) : 0;
            if (i == own - 1)
                inside = rest;
            rest -= inside;
            built.Set(names[i], State(names, i, inside, depth));
        }

        return JsonObject.Of(("StartAt", JsonValue.From(names[0])), ("States", built.ToObject()));
    }

    private JsonObject State(List<string> names, int at, int inside, int depth)
    {
        var isLast = at == names.Count - 1;
        if (inside > 0)
            return inside > 1 && _random.Next(2) == 0 ? Parallel(names, at, inside, depth) : Map(names, at, inside, depth);
        return _random.Next(isLast ? 3 : 12) switch
        {
            0 when isLast || _random.Next(3) == 0 => JsonObject.Of(("Type", JsonValue.From("Succeed"))),
            1 when isLast || _random.Next(3) == 0 => JsonObject.Of(("Type", JsonValue.From("Fail")), ("Error", JsonValue.From("Broken"))),
            >= 2 and <= 4 when !isLast => Choice(names, at),
            5 => JsonObject.Of(("Type", JsonValue.From("Pass")), Onward(names, at)),
            6 => JsonObject.Of(("Type", JsonValue.From("Wait")), ("Seconds", JsonValue.From(_random.Next(100))), Onward(names, at)),
            _ => Task(names, at),
        };
    }

    private JsonObject Task(List<string> names, int at)
    {
        var task = new JsonObject.Builder(5);
        task.Set("Type", JsonValue.From("Task"));
        task.Set("Resource", JsonValue.From($"arn:aws:lambda:us-east-1:123456789012:function:Function{_random.Next(50)}"));
        if (_random.Next(2) == 0)
            task.Set("Retry", JsonArray.Of(JsonObject.Of(("ErrorEquals", JsonArray.Of(JsonValue.From("States.TaskFailed"))))));
        var (key, value) = Onward(names, at);
        task.Set(key, value);
        AddCatch(task, names, at);
        return task.ToObject();
    }

    private JsonObject Parallel(List<string> names, int at, int inside, int depth)
    {
        var branches = new List<JsonValue>();
        while (inside > 0)
        {
            var count = Math.Min(inside, 1 + _random.Next(inside));
            branches.Add(Machine(count, depth + 1));
            inside -= count;
        }

        var parallel = new JsonObject.Builder(4);
        parallel.Set("Type", JsonValue.From("Parallel"));
        parallel.Set("Branches", JsonArray.Of([.. branches]));
        var (key, value) = Onward(names, at);
        parallel.Set(key, value);
        AddCatch(parallel, names, at);
        return parallel.ToObject();
    }

    private JsonObject Map(List<string> names, int at, int inside, int depth)
    {
        var map = new JsonObject.Builder(4);
        map.Set("Type", JsonValue.From("Map"));
        map.Set("ItemProcessor", Machine(inside, depth + 1));
        var (key, value) = Onward(names, at);
        map.Set(key, value);
        AddCatch(map, names, at);
        return map.ToObject();
    }

    private JsonObject Choice(List<string> names, int at)
    {
        var rules = new List<JsonValue>();
        for (var i = _random.Next(1, _random.Next(8) == 0 ? 9 : 4); i > 0; i--)
        {
            rules.Add(JsonObject.Of(
                ("Variable", JsonValue.From(_random.Next(2) == 0 ? "$.total" : "$.order.customer.address.country")),
                ("StringEquals", JsonValue.From(new string('x', _random.Next(1, 40)))),
                ("Next", JsonValue.From(Target(names, at)))));
        }

        return _random.Next(5) == 0
            ? JsonObject.Of(("Type", JsonValue.From("Choice")), ("Choices", JsonArray.Of([.. rules])))
            : JsonObject.Of(("Type", JsonValue.From("Choice")), ("Choices", JsonArray.Of([.. rules])), ("Default", JsonValue.From(Target(names, at))));
    }

    private void AddCatch(JsonObject.Builder state, List<string> names, int at)
    {
        if (_random.Next(3) != 0)
            return;
        var catchers = new List<JsonValue>();
        for (var i = _random.Next(1, 3); i > 0; i--)
        {
            catchers.Add(JsonObject.Of(
                ("ErrorEquals", JsonArray.Of(JsonValue.From(i == 1 ? "States.ALL" : "Lambda.TooManyRequestsException"))),
                ("Next", JsonValue.From(_random.Next(2) == 0 ? names[^1] : Target(names, at)))));
        }

        state.Set("Catch", JsonArray.Of([.. catchers]));
    }

    private (string Key, JsonValue Value) Onward(List<string> names, int at) => at == names.Count - 1 || _random.Next(15) == 0
        ? ("End", JsonValue.True)
        : ("Next", JsonValue.From(_random.Next(5) == 0 ? Target(names, at) : names[at + 1]));

    /// <summary>Mostly a little further on, sometimes back, to itself, far away or nowhere.</summary>
    private string Target(List<string> names, int at) => _random.Next(30) switch
    {
        0 => "Nowhere",
        <= 3 => names[_random.Next(at + 1)],
        <= 5 => names[_random.Next(names.Count)],
        _ => names[Math.Min(names.Count - 1, at + 1 + _random.Next(6))],
    };

    private string Name() => _random.Next(12) switch
    {
        0 => $"<b onclick=\"x\">&{_named++}</b>",
        1 => $"名前のとても長い状態その{_named++}",
        2 => $"A name with blanks that goes on and on until it is far too long for its box {_named++}",
        3 => $"S{_named++}",
        _ => $"HandleTheOrder{_named++}",
    };
}
