using Stateside.Conformance.Simulation;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Conformance.Shapes;

/// <summary>A machine that was made up, what its executions start with, and what its tasks give.</summary>
/// <param name="Definition">The definition.</param>
/// <param name="Inputs">The inputs.</param>
/// <param name="Results">What each Task may give, by its name.</param>
internal sealed record MadeMachine(JsonObject Definition, IReadOnlyList<JsonValue> Inputs, IReadOnlyDictionary<string, IReadOnlyList<JsonValue>> Results);

/// <summary>
/// Makes machines of every type of state in both query languages. Each state is tried on the data that comes to it before the next is
/// made, so that what a state asks for is there as a rule.
/// </summary>
/// <param name="dice">Chance.</param>
internal sealed class RandomMachine(Dice dice)
{
    private readonly Dictionary<string, IReadOnlyList<JsonValue>> _results = new(StringComparer.Ordinal);
    private int _names;
    private int _scope;
    private int _scopes;
    private bool _isJsonata;

    /// <summary>What is known while a machine grows: the data that comes to the next state.</summary>
    private sealed record Point(JsonValue Data, IReadOnlyDictionary<string, JsonValue> Variables);

    /// <summary>Makes a machine.</summary>
    public MadeMachine Make()
    {
        _isJsonata = dice.OneIn(2);
        var input = SampleData.Input(dice);
        var (definition, _) = Chain(new Point(input, new Dictionary<string, JsonValue>(StringComparer.Ordinal)), 2, dice.Between(1, 6), null);
        if (_isJsonata)
            definition = definition.With("QueryLanguage", new JsonString("JSONata"));
        return new MadeMachine(definition, [input, SampleData.Like(dice, input), SampleData.Like(dice, input)], _results);
    }

    private (JsonObject Definition, Point End) Chain(Point at, int depth, int length, JsonValue? item)
    {
        // A variable of an outer definition cannot be set inside.
        var outer = _scope;
        _scope = ++_scopes;
        var names = Enumerable.Range(0, length).Select(_ => $"S{++_names}").ToArray();
        var states = new JsonObject.Builder(length);
        for (var i = 0; i < length; i++)
        {
            var (state, next) = Grow(names, i, at, depth, i == 0 ? item : null);
            states.Set(names[i], state);
            at = next;
        }

        _scope = outer;
        return (JsonObject.Of(("StartAt", new JsonString(names[0])), ("States", states.ToObject())), at);
    }

    /// <summary>Makes the next state: one that fails is made anew a few times.</summary>
    private (JsonObject State, Point Next) Grow(string[] names, int index, Point at, int depth, JsonValue? item)
    {
        if (item is not null && dice.OneIn(4))
            return OfItem(names, index, at, item);
        for (var tries = 0; ; tries++)
        {
            var before = _names;
            var state = State(names, index, at, depth);
            var next = Try(names[index], state, at);
            if (next is not null || tries == 3 || (tries == 0 && dice.OneIn(12)))
                return (state, next ?? at);
            _names = before;
        }
    }

    /// <summary>A state that looks at the Map's item, which can only be tried inside of its Map.</summary>
    private (JsonObject State, Point Next) OfItem(string[] names, int index, Point at, JsonValue item)
    {
        var state = _isJsonata
            ? JsonObject.Of(("Type", new JsonString("Pass")), ("Output", JsonObject.Of(
                ("n", new JsonString("{% $states.context.Map.Item.Index %}")), ("obj", new JsonString("{% $states.context.Map.Item.Value %}")), ("s", new JsonString("{% $states.input %}")))))
            : JsonObject.Of(("Type", new JsonString("Pass")), ("Parameters", JsonObject.Of(
                ("n.$", new JsonString("$$.Map.Item.Index")), ("obj.$", new JsonString("$$.Map.Item.Value")), ("s.$", new JsonString("$")))));
        return (Going(state, names, index), at with { Data = JsonObject.Of(("n", JsonValue.From(0)), ("obj", item), ("s", at.Data)) });
    }

    /// <summary>Runs a state alone; null where it fails.</summary>
    private Point? Try(string name, JsonObject state, Point at)
    {
        if (state["Type"] is JsonString { Value: "Choice" or "Fail" })
            return at;
        var states = new JsonObject.Builder();
        var ending = JsonObject.Of([.. state.Where(member => member.Key is not ("Next" or "End" or "Catch" or "Retry")).Select(member => (member.Key, member.Value))]);
        states.Set(name, state["Type"] is JsonString { Value: "Succeed" } ? ending : ending.With("End", JsonValue.True));
        if (at.Variables.Count > 0)
        {
            states.Set("Before", JsonObject.Of(
                ("Type", new JsonString("Pass")), ("Assign", JsonObject.Of([.. at.Variables.Select(variable => (variable.Key, variable.Value))])), ("Next", new JsonString(name))));
        }

        var definition = JsonObject.Of(
            ("QueryLanguage", new JsonString(_isJsonata ? "JSONata" : "JSONPath")),
            ("StartAt", new JsonString(at.Variables.Count > 0 ? "Before" : name)),
            ("States", states.ToObject()));
        if (DefinitionParser.Parse(JsonWriter.Compact(definition)).Definition is not { } parsed)
            return null;
        var run = MachineRun.Of(parsed, at.Data, (task, _) => (_results[task][0], null));
        if (run.Output is not { } output)
            return null;
        var exited = run.Events.Last(e => e.Subject == EventSubject.State && e.Says == EventSays.Exited && e["name"] as string == name);
        var variables = new Dictionary<string, JsonValue>(at.Variables, StringComparer.Ordinal);
        foreach (var (variable, value) in (exited["assignedVariables"] as EventDetails)?.Fields ?? [])
            variables[variable] = JsonReader.Parse((string)value!);
        return new Point(output, variables);
    }

    private JsonObject State(string[] names, int index, Point at, int depth)
    {
        var isLast = index == names.Length - 1;
        var isJsonata = _isJsonata || dice.OneIn(5);
        var paths = new RandomPaths(dice, at.Data, at.Variables);
        var expressions = new RandomExpressions(dice, at.Data, at.Variables);
        var state = new JsonObject.Builder(8);
        void Set(string field, JsonValue value) => state.Set(field, value);
        void Text(string field, string value) => state.Set(field, new JsonString(value));
        if (isJsonata && !_isJsonata)
            Text("QueryLanguage", "JSONata");
        if (!isJsonata)
            Narrow(state, paths);
        switch (dice.Below(depth > 0 ? 16 : 12))
        {
            case 0 or 1 or 2 or 3:
                Text("Type", "Pass");
                if (isJsonata)
                {
                    Leave(state, expressions);
                    break;
                }

                if (dice.OneIn(4))
                    Set("Result", SampleData.Value(dice, 2));
                else if (!dice.OneIn(4))
                    Set("Parameters", paths.Template(1));
                Place(state, paths);
                break;
            case 4 when !isLast:
                return Choice(names, index, isJsonata, paths, expressions);
            case 5:
                Text("Type", "Wait");
                if (isJsonata)
                {
                    Set("Seconds", dice.OneIn(2) ? JsonValue.From(3) : expressions.NumberField());
                    Leave(state, expressions);
                }
                else
                {
                    if (dice.OneIn(2))
                        Set("Seconds", JsonValue.From(1));
                    else
                        Text("SecondsPath", paths.Reference(value => value is JsonNumber));
                    Ending(state, paths);
                }

                break;
            case 6 when isLast:
                Text("Type", "Succeed");
                if (isJsonata)
                    Set("Output", expressions.Template(1));
                else
                    Ending(state, paths, mayAssign: false);
                return state.ToObject();
            case 7 when isLast && dice.OneIn(3):
                return isJsonata
                    ? JsonObject.Of(("Type", new JsonString("Fail")), ("QueryLanguage", new JsonString("JSONata")), ("Error", new JsonString("E")), ("Cause", expressions.Field(1)))
                    : JsonObject.Of(("Type", new JsonString("Fail")), ("Error", new JsonString("E")), ("CausePath", new JsonString(paths.Reference(value => value is JsonString))));
            case 12 or 13:
                Map(state, at, depth, isJsonata, paths, expressions);
                break;
            case 14 or 15:
                Parallel(state, at, depth, isJsonata, paths, expressions);
                break;
            default:
                Task(state, names[index], isJsonata, paths, expressions);
                break;
        }

        if (state.Get("Type") is JsonString { Value: "Task" or "Map" or "Parallel" })
            Handle(state, names, index, isJsonata, at);
        return Going(state.ToObject(), names, index);
    }

    private void Task(JsonObject.Builder state, string name, bool isJsonata, RandomPaths paths, RandomExpressions expressions)
    {
        var like = SampleData.Value(dice, 2);
        _results[name] = [like, .. Enumerable.Range(0, dice.Below(3)).Select(_ => dice.OneIn(3) ? SampleData.Value(dice, 2) : SampleData.Like(dice, like))];
        state.Set("Type", new JsonString("Task"));
        var resource = dice.Below(5);
        state.Set("Resource", new JsonString(resource switch
        {
            0 => "arn:aws:states:us-east-1:123456789012:activity:desk",
            1 => "arn:aws:states:::lambda:invoke.waitForTaskToken",
            _ => "arn:aws:lambda:us-east-1:123456789012:function:f",
        }));
        var arguments = isJsonata ? expressions.Template(1) : paths.Template(1);
        if (resource == 1)
        {
            arguments = JsonObject.Of(("FunctionName", new JsonString("f")), ("Payload", isJsonata
                ? JsonObject.Of(("token", new JsonString("{% $states.context.Task.Token %}")), ("n", arguments))
                : JsonObject.Of(("token.$", new JsonString("$$.Task.Token")), ("n", arguments))));
        }

        if (resource == 1 || !dice.OneIn(3))
            state.Set(isJsonata ? "Arguments" : "Parameters", arguments);
        Finish(state, isJsonata, paths, expressions, _results[name][0]);
    }

    private void Parallel(JsonObject.Builder state, Point at, int depth, bool isJsonata, RandomPaths paths, RandomExpressions expressions)
    {
        state.Set("Type", new JsonString("Parallel"));
        var inner = at;
        if (!isJsonata && state.Get("InputPath") is null && dice.OneIn(4) && Evaluated(JsonObject.Of(("Parameters", paths.Template(1))), at) is var (parameters, given))
        {
            state.Set("Parameters", parameters["Parameters"]!);
            inner = at with { Data = given };
        }
        else if (state.Get("InputPath") is { } path && Evaluated(JsonObject.Of(("InputPath", path)), at) is var (_, part))
        {
            inner = at with { Data = part };
        }

        var chains = Enumerable.Range(0, dice.Between(1, 3)).Select(_ => Chain(inner, depth - 1, dice.Between(1, 3), null)).ToList();
        state.Set("Branches", JsonArray.Of(chains.Select(JsonValue (chain) => chain.Definition)));
        Finish(state, isJsonata, paths, expressions, JsonArray.Of(chains.Select(chain => chain.End.Data)));
    }

    private void Map(JsonObject.Builder state, Point at, int depth, bool isJsonata, RandomPaths paths, RandomExpressions expressions)
    {
        state.Set("Type", new JsonString("Map"));
        var items = isJsonata
            ? JsonObject.Of(("Items", dice.OneIn(4) ? SampleData.Value(dice, 2) : expressions.ListField()))
            : JsonObject.Of(("ItemsPath", new JsonString(paths.Reference(value => value is JsonArray or JsonObject))));
        if (state.Get("InputPath") is not null && !isJsonata)
            items = JsonObject.Empty;
        foreach (var (key, value) in items)
            state.Set(key, value);

        // What an item is, is told by trying to give it on.
        var probe = JsonObject.Of([
            .. state.ToObject().Select(member => (member.Key, member.Value)),
            ("ItemProcessor", JsonReader.Parse("""{"StartAt": "In", "States": {"In": {"Type": "Pass", "End": true}}}"""))]);
        var all = (Try("Probe", probe, at)?.Data as JsonArray)?.ToArray() ?? [];
        var item = all.Length > 0 ? dice.Of(all) : SampleData.Value(dice, 1);
        var given = item;
        if (dice.OneIn(3))
        {
            var (index, value) = isJsonata ? ("{% $states.context.Map.Item.Index %}", "{% $states.context.Map.Item.Value %}") : ("$$.Map.Item.Index", "$$.Map.Item.Value");
            var suffix = isJsonata ? "" : ".$";
            state.Set("ItemSelector", JsonObject.Of(($"n{suffix}", new JsonString(index)), ($"x{suffix}", new JsonString(value)), ("s", new JsonString("a"))));
            given = JsonObject.Of(("n", JsonValue.From(0)), ("x", item), ("s", new JsonString("a")));
        }

        if (dice.OneIn(3))
            state.Set("MaxConcurrency", JsonValue.From(1));
        var (processor, end) = Chain(at with { Data = given }, depth - 1, dice.Between(1, 3), item);
        state.Set("ItemProcessor", processor);
        Finish(state, isJsonata, paths, expressions, JsonArray.Of(Enumerable.Repeat(end.Data, Math.Max(1, all.Length))));
    }

    private JsonObject Choice(string[] names, int index, bool isJsonata, RandomPaths paths, RandomExpressions expressions)
    {
        var rules = Enumerable.Range(0, dice.Between(1, 3)).Select(JsonValue (_) =>
        {
            var rule = isJsonata ? JsonObject.Of(("Condition", expressions.Condition())) : paths.Rule(2);
            if (isJsonata && dice.OneIn(4))
                rule = rule.With("Output", expressions.Template(1));
            if (dice.OneIn(4))
                rule = rule.With("Assign", isJsonata ? JsonObject.Of((Variable(), expressions.Field())) : JsonObject.Of(($"{Variable()}.$", new JsonString(paths.Dynamic()))));

            // Back to a state before it, now and then: what comes there changes from round to round.
            return rule.With("Next", new JsonString(dice.OneIn(4) ? names[dice.Below(index + 1)] : names[dice.Between(index + 1, names.Length - 1)]));
        });
        var choice = JsonObject.Of(("Type", new JsonString("Choice")), ("Choices", JsonArray.Of([.. rules])));
        if (isJsonata && !_isJsonata)
            choice = choice.With("QueryLanguage", new JsonString("JSONata"));
        if (!dice.OneIn(10) || names.Length == index + 2)
            choice = choice.With("Default", new JsonString(names[index + 1]));
        return choice;
    }

    /// <summary>What some fields of a Pass state make of the data; null where they fail.</summary>
    private (JsonObject Fields, JsonValue Value)? Evaluated(JsonObject fields, Point at) =>
        Try("Probe", fields.With("Type", new JsonString("Pass")), at) is { } next ? (fields, next.Data) : null;

    private void Finish(JsonObject.Builder state, bool isJsonata, RandomPaths paths, RandomExpressions expressions, JsonValue result)
    {
        if (isJsonata)
        {
            Leave(state, expressions.With(result));
            return;
        }

        if (dice.OneIn(4))
            state.Set("ResultSelector", paths.Of(result).Template(1));
        Place(state, paths, result);
    }

    private void Leave(JsonObject.Builder state, RandomExpressions expressions)
    {
        if (!dice.OneIn(4))
            state.Set("Output", expressions.Template(1));
        if (dice.OneIn(4))
            state.Set("Assign", JsonObject.Of((Variable(), expressions.Template(1)), ($"last{_scope}", expressions.Field())));
    }

    private void Narrow(JsonObject.Builder state, RandomPaths paths)
    {
        if (dice.OneIn(5))
            state.Set("InputPath", dice.OneIn(8) ? JsonValue.Null : new JsonString(paths.Query()));
    }

    private void Place(JsonObject.Builder state, RandomPaths paths, JsonValue? result = null)
    {
        if (!dice.OneIn(3))
        {
            state.Set("ResultPath", dice.OneIn(6) ? JsonValue.Null : new JsonString(dice.Of(
                ["$", "$.x", "$.obj.made", "$.obj", "$.list[0]", "$.list[1].n", "$.new.deep.down", "$['a b']", "$.n", "$.s"])));
        }

        Ending(state, paths, result: result);
    }

    private void Ending(JsonObject.Builder state, RandomPaths paths, bool mayAssign = true, JsonValue? result = null)
    {
        if (dice.OneIn(6))
            state.Set("OutputPath", dice.OneIn(8) ? JsonValue.Null : new JsonString(paths.Query()));
        if (mayAssign && dice.OneIn(4))
        {
            var from = result is null ? paths : paths.Of(result);
            state.Set("Assign", JsonObject.Of(($"{Variable()}.$", new JsonString(from.Dynamic())), ($"last{_scope}", SampleData.Value(dice, 1))));
        }
    }

    private void Handle(JsonObject.Builder state, string[] names, int index, bool isJsonata, Point at)
    {
        if (dice.OneIn(4))
            state.Set("Retry", JsonReader.Parse("""[{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]"""));
        if (index == names.Length - 1 || dice.OneIn(2))
            return;
        var catcher = JsonObject.Of(
            ("ErrorEquals", JsonArray.Of(new JsonString(dice.OneIn(4) ? "Broken" : "States.ALL"))),
            ("Next", new JsonString(names[dice.Between(index + 1, names.Length - 1)])));
        if (isJsonata)
        {
            var failed = new RandomExpressions(dice, at.Data, at.Variables) { HasError = true };
            if (!dice.OneIn(3))
                catcher = catcher.With("Output", failed.Template(1));
            if (dice.OneIn(4))
                catcher = catcher.With("Assign", JsonObject.Of((Variable(), failed.Field())));
        }
        else
        {
            if (!dice.OneIn(3))
                catcher = catcher.With("ResultPath", dice.OneIn(4) ? JsonValue.Null : new JsonString(dice.Of(["$.error", "$", "$.obj.error", "$.x"])));
            if (dice.OneIn(4))
                catcher = catcher.With("Assign", JsonObject.Of(($"{Variable()}.$", new JsonString(dice.Of(["$.Error", "$.Cause", "$", "$$.State.Name"])))));
        }

        state.Set("Catch", JsonArray.Of(catcher));
    }

    private string Variable() => $"v{_scope}_{dice.Below(3)}";

    private static JsonObject Going(JsonObject state, string[] names, int index) => index + 1 < names.Length
        ? state.With("Next", new JsonString(names[index + 1]))
        : state.With("End", JsonValue.True);
}
