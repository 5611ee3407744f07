using System.Text.Json.Nodes;

namespace Stateside.Conformance.Hostile;

/// <summary>Definitions that attacks are made of.</summary>
internal static class Definitions
{
    private const string Map1 = """
        {"Type":"Map","ItemProcessor":{"StartAt":"P1","States":{"P1":{"Type":"Pass","Assign":{"w1":1},"End":true}}},"Assign":{"v1":1},"Next":"M2"}
        """;

    public static string Times(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    /// <summary>A definition of one state.</summary>
    public static JsonObject Single(JsonObject state) => OfOne("Only", state);

    /// <summary>A definition of one state with a name.</summary>
    public static JsonObject OfOne(string name, JsonObject state)
    {
        state["End"] = true;
        return new JsonObject { ["StartAt"] = name, ["States"] = new JsonObject { [name] = state } };
    }

    /// <summary>A state that evaluates an expression of JSONata.</summary>
    public static JsonObject Pass(string expression) => new() { ["Type"] = "Pass", ["QueryLanguage"] = "JSONata", ["Output"] = $"{{% {expression} %}}" };

    /// <summary>A state that does one state for each of its items.</summary>
    public static JsonObject Map(string name, string items, string output = "$states.input", bool isDistributed = false)
    {
        var processor = OfOne(name, Pass(output));
        processor["ProcessorConfig"] = isDistributed ? new JsonObject { ["Mode"] = "DISTRIBUTED", ["ExecutionType"] = "EXPRESS" } : new JsonObject { ["Mode"] = "INLINE" };
        return new JsonObject { ["Type"] = "Map", ["QueryLanguage"] = "JSONata", ["Items"] = $"{{% {items} %}}", ["ItemProcessor"] = processor };
    }

    /// <summary>A definition that starts executions of a machine and does not wait for them.</summary>
    public static JsonObject Starting(string machine, int children)
    {
        var states = new JsonObject();
        for (var i = 1; i <= children; i++)
        {
            states[$"S{i}"] = new JsonObject
            {
                ["Type"] = "Task",
                ["Resource"] = "arn:aws:states:::states:startExecution",
                ["Parameters"] = new JsonObject { ["StateMachineArn"] = machine, ["Input"] = new JsonObject { ["from"] = i } },
                [i < children ? "Next" : "End"] = i < children ? $"S{i + 1}" : true,
            };
        }

        return new JsonObject { ["StartAt"] = "S1", ["States"] = states };
    }

    /// <summary>A chain of Maps, each of which assigns variables and has a state that assigns others.</summary>
    public static string Maps(int count)
    {
        var states = new JsonObject();
        for (var i = 1; i <= count; i++)
            states[$"M{i}"] = JsonNode.Parse(Map1.Replace("M2", $"M{i + 1}", StringComparison.Ordinal).Replace("1\"", $"{i}\"", StringComparison.Ordinal));
        states[$"M{count + 1}"] = new JsonObject { ["Type"] = "Succeed" };
        return new JsonObject { ["QueryLanguage"] = "JSONata", ["StartAt"] = "M1", ["States"] = states }.ToJsonString();
    }

    /// <summary>A Map in a Map in a Map.</summary>
    public static string MapsInMaps(int levels)
    {
        const string before = """{"StartAt":"NAME","States":{"NAME":{"Type":"Map","End":true,"ItemProcessor":""";
        return string.Concat(Enumerable.Range(0, levels).Select(i => before.Replace("NAME", $"N{i}", StringComparison.Ordinal)))
            + """{"StartAt":"Last","States":{"Last":{"Type":"Succeed"}}}"""
            + Times("}}}", levels);
    }
}
