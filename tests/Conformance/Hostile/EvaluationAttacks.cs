using System.Text.Json.Nodes;
using Stateside.Language.Evaluation;

namespace Stateside.Conformance.Hostile;

/// <summary>What the author of a definition can have evaluated.</summary>
internal static class EvaluationAttacks
{
    private const string TenMegabytes = "$s := $pad('x', 1e7)";

    private static readonly string Text = JsonValue.Create(new string('x', 200_000)).ToJsonString();

    public static IReadOnlyList<Attack> All { get; } =
    [
        Expression("a list appended to itself thirty times", $"($a := [1..1000]; {Definitions.Times("$a := $append($a, $a);", 30)} $count($a))") with { IsShort = true },
        Expression("ranges in ranges", "$count([1..800000].[1..1000])") with { IsShort = true },
        Expression("a long text for each of nine million", $"({TenMegabytes}; $count([1..9000000].$length($s)))"),
        Invalid("a member of a member, 20,000 deep", Definitions.Pass("$states.input" + Definitions.Times(".a", 20_000))) with { IsShort = true },
        Invalid("a path of 20,000 members", PathState("$" + Definitions.Times(".a", 20_000))),
        Expression("a text split a million times", "($s := $states.input; $map([1..1000000], function(){ $split($s, '') }))"),
        Expression("a list that $reduce copies for each", "$count($reduce([1..100000], function($a, $i){ $append($a, $i) }))"),
        Expression("a regular expression that backtracks", "$match($states.input, /(x+)+(?=y)z/)"),
        Expression("a lambda that calls itself, 10,000,000 deep", "($f := function($n){ $n = 0 ? 0 : 1 + $f($n - 1) }; $f(10000000))"),
        Expression("a lambda that calls itself for ever", "($f := function($n){ $f($n + 1) }; $f(0))"),
        Expression("a tree of shared lists, written", "($f := function($x, $n){ $n = 0 ? $x : $f([[$x], [$x]], $n - 1) }; $length($string($f('a', 60))))"),
        Expression("a tree of shared lists, given back", "($f := function($x, $n){ $n = 0 ? $x : $f([[$x], [$x]], $n - 1) }; $f('a', 60))", ErrorNames.DataLimitExceeded),
        Expression("sorted a thousand times", "$count($map([1..1000], function(){ $sort([1..800000]) }))"),
        Expression("each of a square of tuples", "$count([1..5000].($a := $; [1..5000].{'x': $a}))"),
        Path("$..*..*..*..* of lists 400 deep", "$..*..*..*..*", Nested(400), ErrorNames.Runtime) with { IsShort = true },
        Path("a filter that backtracks", "$[?(@ =~ /(a+)+(?=b)c/)]", Many(new string('a', 40), 1000), ErrorNames.Runtime),
        Path("States.Format with 5,000 mentions", $"States.Format('{Definitions.Times("{}", 5000)}'{Definitions.Times(", $", 5000)})", Text, ErrorNames.DataLimitExceeded),
        Path("States.ArrayUnique of $..*..*..*", "States.ArrayUnique($..*..*..*)", Nested(400), ErrorNames.Runtime),
        new("ten that evaluate long, described by ten clients", target => DescribedAsync(target, 10)) { IsShort = true, IsDurable = true },
        new("ten that evaluate long, described by 200 clients", target => DescribedAsync(target, 200)),
        new("ten tests of a state whose clients hang up", TestsHungUpAsync) { IsShort = true },
        new("a definition of 3,000 Maps, checked ten times", target => CheckedAsync(target, Definitions.Maps(3000))) { IsShort = true },
        new("a definition of 3 MB, checked ten times", target => RefusedAsync(target, Definitions.Maps(40_000))),
        new("Maps in Maps, 200 deep, checked ten times", target => CheckedAsync(target, Definitions.MapsInMaps(200))),
    ];

    private static Attack Expression(string name, string expression, string error = ErrorNames.QueryEvaluationError, string? input = null) => new(
        name,
        target => target.FailsAsync(Definitions.Pass(expression), input ?? Text, error));

    private static Attack Path(string name, string path, string input, string error) => new(name, target => target.FailsAsync(PathState(path), input, error));

    private static Attack Invalid(string name, JsonObject state)
    {
        var request = new JsonObject
        {
            ["name"] = "invalid",
            ["definition"] = Definitions.Single(state).ToJsonString(),
            ["roleArn"] = "arn:aws:iam::123456789012:role/hostile",
        };
        return new(name, async target =>
        {
            var answer = await target.AskAsync("CreateStateMachine", request);
            Target.Require(answer.Error == "InvalidDefinition", $"was answered with {Target.Start(answer.ToString())}");
            return "InvalidDefinition";
        });
    }

    private static JsonObject PathState(string path) => new() { ["Type"] = "Pass", ["Parameters"] = new JsonObject { ["a.$"] = path } };

    private static string Nested(int levels) => Definitions.Times("[", levels) + Definitions.Times("]", levels);

    private static string Many(string text, int times) => new JsonArray([.. Enumerable.Repeat(text, times).Select(one => JsonValue.Create(one))]).ToJsonString();

    private static JsonObject Long() => Definitions.Pass("$count([1..800000].[1..1000])");

    /// <summary>Executions that evaluate for as long as they may, and clients that all the while ask for one of them; another one is stopped.</summary>
    private static async Task<string> DescribedAsync(Target target, int clients)
    {
        var machine = await target.MachineAsync(Definitions.Single(Long()));
        var executions = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => target.StartAsync(machine)));
        var asked = 0;
        var describing = Target.EachAsync(clients, clients, async _ =>
        {
            while ((string)(await target.DescribeAsync(executions[0]))["status"]! == "RUNNING")
                Interlocked.Increment(ref asked);
        });
        await target.GetAsync("StopExecution", new JsonObject { ["executionArn"] = executions[9] });
        var stopped = (string)(await target.EndAsync(executions[9]))["status"]!;
        await describing;
        await Task.WhenAll(executions.Take(9).Select(execution => target.FailsAsync(execution, ErrorNames.QueryEvaluationError)));
        return $"{ErrorNames.QueryEvaluationError}, one {stopped}; described {asked} times";
    }

    private static async Task<string> TestsHungUpAsync(Target target)
    {
        var state = Long();
        state["End"] = true;
        var request = new JsonObject { ["definition"] = state.ToJsonString(), ["roleArn"] = "arn:aws:iam::123456789012:role/hostile", ["input"] = "{}" }.ToJsonString();
        for (var round = 0; round < 3; round++)
        {
            await Target.EachAsync(10, 10, async _ =>
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(300));
                using var message = Target.Request("TestState", new StringContent(request));
                try
                {
                    using var response = await target.Http.SendAsync(message, patience.Token);
                }
                catch (OperationCanceledException)
                {
                    // That is the attack.
                }
            });
        }

        return "nobody hears";
    }

    private static async Task<string> CheckedAsync(Target target, string definition)
    {
        var results = new List<string>();
        await Target.EachAsync(10, 10, async _ =>
        {
            var answer = await target.GetAsync("ValidateStateMachineDefinition", new JsonObject { ["definition"] = definition });
            lock (results)
                results.Add($"{answer["result"]} with {answer["diagnostics"]!.AsArray().Count} diagnostics");
        });
        return string.Join(", ", results.Distinct());
    }

    private static async Task<string> RefusedAsync(Target target, string definition)
    {
        await Target.EachAsync(10, 10, async _ =>
        {
            var answer = await target.AskAsync("ValidateStateMachineDefinition", new JsonObject { ["definition"] = definition });
            Target.Require(answer.Error == "RequestEntityTooLargeException", $"was answered with {Target.Start(answer.ToString())}");
        });
        return "RequestEntityTooLargeException";
    }
}
