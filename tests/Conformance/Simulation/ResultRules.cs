using System.Text.Json.Nodes;

namespace Stateside.Conformance.Simulation;

/// <summary>What holds of the results in a history: none is made up, and of a Map each item has one.</summary>
internal static class ResultRules
{
    public static void Check(KnownExecution known, IReadOnlyList<JsonObject> events, Action<string> broken)
    {
        var entered = new Dictionary<string, int>();
        foreach (var e in events)
        {
            switch (HistoryRules.Type(e))
            {
                case "LambdaFunctionSucceeded":
                    var output = JsonNode.Parse((string)e["lambdaFunctionSucceededEventDetails"]!["output"]!)!;
                    if (!known.Given.Contains((int)output["given"]!))
                        broken($"a result is one that was given: event {e["id"]} of {Ledger.Short(known.Arn)} has {output.ToJsonString()}");
                    break;
                case "MapStateEntered":
                    var details = e["stateEnteredEventDetails"]!;
                    entered[(string)details["name"]!] = JsonNode.Parse((string)details["input"]!)!["items"]!.AsArray().Count;
                    break;
                case "MapStateExited":
                    var exited = e["stateExitedEventDetails"]!;
                    if (JsonNode.Parse((string)exited["output"]!)!["last"] is not JsonArray results)
                        break;
                    var items = entered[(string)exited["name"]!];
                    if (results.Count != items && results.Count != (items + 1) / 2)
                        broken($"a Map gives a result for each item: event {e["id"]} of {Ledger.Short(known.Arn)} has {results.Count} for {items}");
                    var seen = new HashSet<int>();
                    foreach (var result in results)
                    {
                        var own = GivenIn(result).ToHashSet();
                        if (own.Overlaps(seen))
                            broken($"what is done for one item is the result of that alone: event {e["id"]} of {Ledger.Short(known.Arn)} has {results.ToJsonString()}");
                        seen.UnionWith(own);
                    }

                    break;
            }
        }
    }

    private static IEnumerable<int> GivenIn(JsonNode? node) => node switch
    {
        JsonObject members => members.SelectMany(member => member is { Key: "given", Value: JsonValue number } ? [(int)number] : GivenIn(member.Value)),
        JsonArray items => items.SelectMany(GivenIn),
        _ => [],
    };
}
