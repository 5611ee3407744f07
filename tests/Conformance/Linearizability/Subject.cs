using System.Diagnostics;
using System.Text.Json.Nodes;
using Stateside.Conformance.Chaos;

namespace Stateside.Conformance.Linearizability;

/// <summary>One thing of the service that several clients ask about at the same time, and all that they were answered.</summary>
internal abstract class Subject(StatesClient client, string name)
{
    private readonly List<Call> _calls = [];

    /// <summary>What it is.</summary>
    public string Name => name;

    /// <summary>Its requests so far, by their beginning.</summary>
    public IReadOnlyList<Call> Calls
    {
        get
        {
            lock (_calls)
                return [.. _calls.OrderBy(call => call.Begin)];
        }
    }

    /// <summary>Asks for it what chance says.</summary>
    /// <returns>Whether there was an answer.</returns>
    public abstract Task<bool> AskAsync(Random random);

    /// <summary>Asks how it is.</summary>
    public abstract Task<bool> ReadAsync();

    /// <summary>Whether requests can have been answered as they were.</summary>
    /// <returns>Null when nobody can say.</returns>
    public abstract bool? Holds(IEnumerable<Call> calls);

    /// <summary>Asks and keeps what was answered.</summary>
    protected async Task<bool> AskAsync(string operation, string argument, string request, JsonObject members, Func<JsonObject, string> read)
    {
        var begin = Stopwatch.GetTimestamp();
        var answer = await client.TryAsync(request, members);
        var end = Stopwatch.GetTimestamp();
        lock (_calls)
            _calls.Add(new Call(operation, argument, answer is null ? null : answer.Error ?? read(answer.Body!), begin, end));
        return answer is not null;
    }

    /// <summary>A date as it stands in an answer.</summary>
    protected static string Date(JsonNode? date) => date!.ToJsonString();
}

/// <summary>An execution by its name.</summary>
internal sealed class ExecutionSubject(StatesClient client, string machine, string name) : Subject(client, $"execution {name}")
{
    private readonly string _arn = $"{machine.Replace(":stateMachine:", ":execution:", StringComparison.Ordinal)}:{name}";

    public override Task<bool> AskAsync(Random random) => random.Next(6) switch
    {
        0 or 1 => StartAsync(random.Next(4) == 0 ? "2" : "1"),
        2 => AskAsync("stop", "", "StopExecution", Arn(), body => Date(body["stopDate"])),
        3 => AskAsync("redrive", "", "RedriveExecution", Arn(), _ => "done"),
        _ => ReadAsync(),
    };

    public override Task<bool> ReadAsync() => AskAsync(
        "describe",
        "",
        "DescribeExecution",
        Arn(),
        body => $"{body["status"]} {Date(body["startDate"])} {body["redriveCount"]}{(body["stopDate"] is { } stop ? $" {Date(stop)}" : "")}");

    public override bool? Holds(IEnumerable<Call> calls) => LinearizabilityChecker.Holds(new ExecutionModel(), calls);

    private Task<bool> StartAsync(string input) => AskAsync(
        "start",
        input,
        "StartExecution",
        new JsonObject { ["stateMachineArn"] = machine, ["name"] = name, ["input"] = input },
        body => Date(body["startDate"]));

    private JsonObject Arn() => new() { ["executionArn"] = _arn };
}

/// <summary>The token of an execution that waits for nothing else.</summary>
internal sealed class TokenSubject(StatesClient client, string execution, string token) : Subject(client, $"token of {execution}")
{
    private int _serial;

    public override Task<bool> AskAsync(Random random) => random.Next(8) switch
    {
        0 => SendAsync("SUCCEEDED", "SendTaskSuccess", "output"),
        1 => SendAsync("FAILED", "SendTaskFailure", "error"),
        < 5 => AskAsync("beat", "", "SendTaskHeartbeat", Token(), _ => "taken"),
        _ => ReadAsync(),
    };

    public override Task<bool> ReadAsync() => AskAsync(
        "describe",
        "",
        "DescribeExecution",
        new JsonObject { ["executionArn"] = execution },
        body => (string)body["status"]! == "RUNNING" ? "RUNNING" : $"{body["status"]} {body["output"] ?? body["error"]}");

    public override bool? Holds(IEnumerable<Call> calls) => LinearizabilityChecker.Holds(new TokenModel(), calls);

    private Task<bool> SendAsync(string status, string operation, string member)
    {
        var (value, request) = ($"{Interlocked.Increment(ref _serial)}", Token());
        request[member] = value;
        return AskAsync(status, value, operation, request, _ => "taken");
    }

    private JsonObject Token() => new() { ["taskToken"] = token };
}

/// <summary>An alias of a machine with two versions.</summary>
internal sealed class AliasSubject(StatesClient client, string machine, string alias) : Subject(client, $"alias {alias}")
{
    private int _serial;

    public override Task<bool> AskAsync(Random random)
    {
        if (random.Next(2) == 0)
            return ReadAsync();
        var value = Interlocked.Increment(ref _serial);
        var request = Routing(machine, value);
        request["stateMachineAliasArn"] = $"{machine}:{alias}";
        return AskAsync("update", $"{value}/{value % 101}", "UpdateStateMachineAlias", request, body => Date(body["updateDate"]));
    }

    public override Task<bool> ReadAsync() => AskAsync(
        "describe",
        "",
        "DescribeStateMachineAlias",
        new JsonObject { ["stateMachineAliasArn"] = $"{machine}:{alias}" },
        body => $"{body["description"]}/{body["routingConfiguration"]![0]!["weight"]} {Date(body["updateDate"])}");

    public override bool? Holds(IEnumerable<Call> calls) => LinearizabilityChecker.Holds(new AliasModel("0/0"), calls);

    /// <summary>What an alias is set to: a text, and weights that belong to it.</summary>
    public static JsonObject Routing(string machine, int value) => new()
    {
        ["description"] = $"{value}",
        ["routingConfiguration"] = new JsonArray(
            new JsonObject { ["stateMachineVersionArn"] = $"{machine}:1", ["weight"] = value % 101 },
            new JsonObject { ["stateMachineVersionArn"] = $"{machine}:2", ["weight"] = 100 - (value % 101) }),
    };
}

/// <summary>The tags of a resource.</summary>
internal sealed class TagSubject(StatesClient client, string resource) : Subject(client, $"tags of {resource}")
{
    private int _serial;

    public override Task<bool> AskAsync(Random random)
    {
        var value = Interlocked.Increment(ref _serial);
        return random.Next(4) switch
        {
            0 => TagAsync($"a={value}", $"b={value}"),
            1 => TagAsync($"{"abc"[random.Next(3)]}={value}"),
            2 => UntagAsync(random.Next(2) == 0 ? ["a", "c"] : ["b"]),
            _ => ReadAsync(),
        };
    }

    public override Task<bool> ReadAsync() => AskAsync(
        "list",
        "",
        "ListTagsForResource",
        new JsonObject { ["resourceArn"] = resource },
        body => TagModel.Written(body["tags"]!.AsArray().Select(tag => $"{tag!["key"]}={tag["value"]}")));

    public override bool? Holds(IEnumerable<Call> calls) => LinearizabilityChecker.Holds(new TagModel(), calls);

    private Task<bool> TagAsync(params string[] tags) => AskAsync(
        "tag",
        string.Join(',', tags),
        "TagResource",
        new JsonObject
        {
            ["resourceArn"] = resource,
            ["tags"] = new JsonArray([.. tags.Select(tag => tag.Split('=')).Select(tag => new JsonObject { ["key"] = tag[0], ["value"] = tag[1] })]),
        },
        _ => "done");

    private Task<bool> UntagAsync(params string[] keys) => AskAsync(
        "untag",
        string.Join(',', keys),
        "UntagResource",
        new JsonObject { ["resourceArn"] = resource, ["tagKeys"] = new JsonArray([.. keys.Select(key => JsonValue.Create(key))]) },
        _ => "done");
}
