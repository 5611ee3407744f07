using System.Text.Json.Nodes;

namespace Stateside.Conformance.Chaos;

/// <summary>A machine of the chaos test, with what is known about an execution of it before it has run.</summary>
/// <param name="Name">The machine's name.</param>
/// <param name="Definition">Its definition.</param>
/// <param name="Input">The input of an execution by its number.</param>
/// <param name="Output">The output it must have; for a callback the answer's delivery is any.</param>
/// <param name="Visits">How often each state is entered.</param>
/// <param name="Tasks">The parts of <see cref="LambdaEndpoint.Key"/> behind the execution's name, each of which must be invoked.</param>
internal sealed record ChaosMachine(
    string Name,
    string Definition,
    Func<int, JsonNode> Input,
    Func<int, JsonNode> Output,
    Func<int, IReadOnlyDictionary<string, int>> Visits,
    Func<int, IReadOnlyList<string>> Tasks)
{
    /// <summary>Whether its executions fail, and succeed when they are redriven.</summary>
    public bool IsRedriven { get; init; }

    public string Arn => ArnOf(Name);

    public static string ArnOf(string name) => $"arn:aws:states:us-east-1:123456789012:stateMachine:{name}";

    public string ExecutionArn(string execution) => $"arn:aws:states:us-east-1:123456789012:execution:{Name}:{execution}";
}

/// <summary>The machines that are started while the service is killed, and the ones that they start themselves.</summary>
internal static class ChaosMachines
{
    /// <summary>Where the items of <see cref="MapRun"/> are and its results go.</summary>
    public const string Bucket = "chaos";

    /// <summary>The activity of <see cref="Worked"/>.</summary>
    public const string Activity = "arn:aws:states:us-east-1:123456789012:activity:chaos";

    /// <summary>The object that has its items, a line each.</summary>
    public const string ItemsKey = "items.jsonl";

    private const int MostItems = 30;

    /// <summary>How long every Wait state waits.</summary>
    public static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);

    private static readonly ChaosMachine Quick = new(
        "quick", """{"StartAt":"Done","States":{"Done":{"Type":"Succeed"}}}""", Number, Number, _ => Once("Done"), _ => []);

    private static readonly ChaosMachine TwoFunctions = new(
        "two-functions",
        Text("""
        {"StartAt":"Double","States":{
          "Double":{"Type":"Task","Resource":"FUNCTION:double","Parameters":{"n.$":"$.n","execution.$":"$$.Execution.Name","state":"Double","part":0},
            "ResultPath":"$.n","Next":"Increment"},
          "Increment":{"Type":"Task","Resource":"FUNCTION:unsteady","Parameters":{"n.$":"$.n","execution.$":"$$.Execution.Name","state":"Increment","part":0},
            "Retry":[{"ErrorEquals":["Unsteady"],"IntervalSeconds":1,"BackoffRate":1,"MaxAttempts":100}],"ResultPath":"$.n","End":true}}}
        """),
        Number,
        n => new JsonObject { ["n"] = (2 * n) + 1 },
        _ => Once("Double", "Increment"),
        _ => ["Double/0", "Increment/0"]);

    private static readonly ChaosMachine WaitLoop = new(
        "wait-loop",
        """
        {"StartAt":"Pause","States":{
          "Pause":{"Type":"Wait","Seconds":1,"Next":"Count"},
          "Count":{"Type":"Pass","Parameters":{"n.$":"$.n","i.$":"States.MathAdd($.i, 1)"},"Next":"Enough"},
          "Enough":{"Type":"Choice","Choices":[{"Variable":"$.i","NumericLessThanPath":"$.n","Next":"Pause"}],"Default":"Done"},
          "Done":{"Type":"Succeed"}}}
        """,
        n => new JsonObject { ["n"] = Rounds(n), ["i"] = 0 },
        n => new JsonObject { ["n"] = Rounds(n), ["i"] = Rounds(n) },
        n => new Dictionary<string, int> { ["Pause"] = Rounds(n), ["Count"] = Rounds(n), ["Enough"] = Rounds(n), ["Done"] = 1 },
        _ => []);

    private static readonly ChaosMachine Parallel = new(
        "parallel",
        Text("""
        {"StartAt":"All","States":{"All":{"Type":"Parallel","End":true,"Branches":[
          {"StartAt":"Double","States":{"Double":{"Type":"Task","Resource":"FUNCTION:double",
            "Parameters":{"n.$":"$.n","execution.$":"$$.Execution.Name","state":"Double","part":0},"End":true}}},
          {"StartAt":"Pause","States":{"Pause":{"Type":"Wait","Seconds":1,"Next":"Increment"},"Increment":{"Type":"Task","Resource":"FUNCTION:increment",
            "Parameters":{"n.$":"$.n","execution.$":"$$.Execution.Name","state":"Increment","part":0},"End":true}}},
          {"StartAt":"Quick","States":{"Quick":{"Type":"Pass","Result":"quick","End":true}}}]}}}
        """),
        Number,
        n => new JsonArray(2 * n, n + 1, "quick"),
        _ => Once("All", "Double", "Pause", "Increment", "Quick"),
        _ => ["Double/0", "Increment/0"]);

    private static readonly ChaosMachine Map = new(
        "inline-map",
        Text("""
        {"StartAt":"Each","States":{"Each":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":2,"End":true,
          "ItemProcessor":{"StartAt":"Twice","States":{"Twice":{"Type":"Task","Resource":"FUNCTION:double",
            "Parameters":{"n.$":"$","execution.$":"$$.Execution.Name","state":"Twice","part.$":"$$.Map.Item.Index"},"End":true}}}}}}
        """),
        Items,
        Doubled,
        n => new Dictionary<string, int> { ["Each"] = 1, ["Twice"] = Count(n) },
        n => [.. Enumerable.Range(0, Count(n)).Select(i => $"Twice/{i}")]);

    private static readonly ChaosMachine DistributedMap = new(
        "distributed-map",
        Text("""
        {"StartAt":"Each","States":{"Each":{"Type":"Map","ItemsPath":"$.items","MaxConcurrency":2,"End":true,
          "ItemSelector":{"n.$":"$$.Map.Item.Value","execution.$":"$$.Execution.Name","part.$":"$$.Map.Item.Index"},
          "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Twice","States":{"Twice":{"Type":"Task",
            "Resource":"FUNCTION:double","Parameters":{"n.$":"$.n","execution.$":"$.execution","state":"Twice","part.$":"$.part"},"End":true}}}}}}
        """),
        Items,
        Doubled,
        _ => Once("Each"),
        n => [.. Enumerable.Range(0, Count(n)).Select(i => $"Twice/{i}")]);

    /// <summary>Its output is where its results are; <see cref="ChaosMachine.Output"/> is what is in them.</summary>
    public static readonly ChaosMachine MapRun = new(
        "map-run",
        Text("""
        {"StartAt":"Each","States":{"Each":{"Type":"Map","MaxConcurrency":4,"End":true,
          "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"JSONL","MaxItemsPath":"$.count"},
            "Parameters":{"Bucket":"chaos","Key":"items.jsonl"}},
          "ItemSelector":{"n.$":"$$.Map.Item.Value.n","execution.$":"$$.Execution.Name","part.$":"$$.Map.Item.Index"},
          "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"Twice","States":{"Twice":{"Type":"Task",
            "Resource":"FUNCTION:double","Parameters":{"n.$":"$.n","execution.$":"$.execution","state":"Twice","part.$":"$.part"},"End":true}}},
          "ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"chaos","Prefix":"results"}}}}}
        """),
        n => new JsonObject { ["count"] = 1 + (n % MostItems) },
        n => new JsonArray([.. Enumerable.Range(0, 1 + (n % MostItems)).Select(i => JsonValue.Create(2 * i))]),
        _ => Once("Each"),
        n => [.. Enumerable.Range(0, 1 + (n % MostItems)).Select(i => $"Twice/{i}")]);

    private static readonly ChaosMachine Callback = new(
        "callback",
        """
        {"StartAt":"Ask","States":{
          "Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","Parameters":{"FunctionName":"hand-over",
            "Payload":{"n.$":"$.n","execution.$":"$$.Execution.Name","state":"Ask","part":0,"token.$":"$$.Task.Token"}},"ResultPath":"$.answer","Next":"Done"},
          "Done":{"Type":"Succeed"}}}
        """,
        Number,
        n => new JsonObject { ["n"] = n, ["answer"] = new JsonObject { ["n"] = n + 100 } },
        _ => Once("Ask", "Done"),
        _ => ["Ask/0"]);

    /// <summary>Its work is done by workers that poll; what a worker was given and forgot comes again.</summary>
    public static readonly ChaosMachine Worked = new(
        "worked",
        """
        {"StartAt":"Work","States":{"Work":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:chaos","HeartbeatSeconds":3,
          "Parameters":{"n.$":"$.n","execution.$":"$$.Execution.Name"},"ResultPath":"$.answer","End":true,
          "Retry":[{"ErrorEquals":["States.Timeout","States.HeartbeatTimeout"],"IntervalSeconds":1,"BackoffRate":1,"MaxAttempts":1000}]}}}
        """,
        Number,
        n => new JsonObject { ["n"] = n, ["answer"] = new JsonObject { ["n"] = n + 100 } },
        _ => Once("Work"),
        _ => []);

    /// <summary>Fails and is redriven until it does not.</summary>
    private static readonly ChaosMachine Redriven = new(
        "redriven",
        Text("""
        {"StartAt":"Double","States":{
          "Double":{"Type":"Task","Resource":"FUNCTION:double","Parameters":{"n.$":"$.n","execution.$":"$$.Execution.Name","state":"Double","part":0},
            "ResultPath":"$.n","Next":"Fragile"},
          "Fragile":{"Type":"Task","Resource":"FUNCTION:fragile","Parameters":{"n.$":"$.n","execution.$":"$$.Execution.Name","state":"Fragile","part":0},
            "ResultPath":"$.n","End":true}}}
        """),
        Number,
        n => new JsonObject { ["n"] = 4 * n },
        _ => Once("Double", "Fragile"),
        _ => ["Double/0", "Fragile/0"])
    {
        IsRedriven = true,
    };

    /// <summary>Its map run fails and is redriven until it does not.</summary>
    private static readonly ChaosMachine RedrivenMap = new(
        "redriven-map",
        DistributedMap.Definition.Replace(":double", ":fragile", StringComparison.Ordinal),
        Items,
        Doubled,
        _ => Once("Each"),
        DistributedMap.Tasks)
    {
        IsRedriven = true,
    };

    private static readonly ChaosMachine Nested = new(
        "nested",
        Text("""
        {"StartAt":"Short","States":{
          "Short":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","Parameters":{"StateMachineArn":"MACHINE:quick",
            "Name.$":"States.Format('{}-short', $$.Execution.Name)","Input":{"n.$":"$.n"}},"ResultSelector":{"n.$":"$.Output.n"},"ResultPath":"$.short","Next":"Long"},
          "Long":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","Parameters":{"StateMachineArn":"MACHINE:two-functions",
            "Input":{"n.$":"$.n"}},"ResultSelector":{"n.$":"$.Output.n"},"ResultPath":"$.long","End":true}}}
        """),
        Number,
        n => new JsonObject { ["n"] = n, ["short"] = new JsonObject { ["n"] = n }, ["long"] = new JsonObject { ["n"] = (2 * n) + 1 } },
        _ => Once("Short", "Long"),
        _ => []);

    /// <summary>The machines that are started.</summary>
    public static IReadOnlyList<ChaosMachine> Started { get; } = [TwoFunctions, WaitLoop, Parallel, Map, Callback, Nested, DistributedMap, MapRun, Worked, Redriven, RedrivenMap];

    /// <summary>The items of <see cref="MapRun"/>.</summary>
    public static string ItemLines => string.Concat(Enumerable.Range(0, MostItems).Select(i => $$"""{"n":{{i}}}""" + "\n"));

    /// <summary>All there must be before the first start.</summary>
    public static IReadOnlyList<ChaosMachine> All { get; } = [Quick, .. Started];

    private static string Text(string definition) =>
        definition.Replace("FUNCTION:", "arn:aws:lambda:us-east-1:123456789012:function:", StringComparison.Ordinal)
            .Replace("MACHINE:", ChaosMachine.ArnOf(""), StringComparison.Ordinal);

    private static JsonNode Number(int n) => new JsonObject { ["n"] = n };

    private static int Rounds(int n) => 1 + (n % 3);

    private static int Count(int n) => n % 6;

    private static JsonNode Items(int n) => new JsonObject { ["items"] = new JsonArray([.. Enumerable.Range(n, Count(n)).Select(i => JsonValue.Create(i))]) };

    private static JsonNode Doubled(int n) => new JsonArray([.. Enumerable.Range(n, Count(n)).Select(i => JsonValue.Create(2 * i))]);

    private static Dictionary<string, int> Once(params string[] states) => states.ToDictionary(state => state, _ => 1);
}
