using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Stateside.Conformance.Chaos;

/// <summary>An execution that the service has said it started.</summary>
internal sealed record StartedExecution(ChaosMachine Machine, string Name, int N)
{
    public string Arn => Machine.ExecutionArn(Name);
}

/// <summary>What became of the answers to one token.</summary>
internal sealed class TokenAnswers
{
    /// <summary>The deliveries whose answer the service has taken.</summary>
    public List<int> Acknowledged { get; } = [];

    /// <summary>The deliveries with an answer of which nobody knows whether the service has taken it.</summary>
    public List<int> Unanswered { get; } = [];

    /// <summary>What the service said when it did not take an answer: it must have taken another one.</summary>
    public string? Refusal { get; set; }
}

/// <summary>Starts executions and answers tokens as fast as it may, and remembers what was acknowledged.</summary>
internal sealed class ChaosDriver(StatesClient client, LambdaEndpoint functions, int seed, double rate)
{
    private const int Starters = 8;
    private const int Answerers = 4;
    private readonly Lock _lock = new();
    private readonly ConcurrentBag<StartedExecution> _started = [];
    private readonly Random _random = new(seed);
    private long _next = Stopwatch.GetTimestamp();
    private int _serial;

    /// <summary>The acknowledged starts.</summary>
    public IReadOnlyCollection<StartedExecution> Started => _started;

    /// <summary>The answers by execution; each has one token.</summary>
    public ConcurrentDictionary<string, TokenAnswers> Tokens { get; } = new(StringComparer.Ordinal);

    /// <summary>What the service answered and should not have.</summary>
    public ConcurrentBag<string> Violations { get; } = [];

    /// <summary>Starts executions until told to end; every start that was begun is acknowledged then.</summary>
    public Task StartAsync(CancellationToken end) => Task.WhenAll(Enumerable.Range(0, Starters).Select(_ => Task.Run(() => StartManyAsync(end), CancellationToken.None)));

    /// <summary>Answers tokens until there are no more.</summary>
    public Task AnswerAsync() => Task.WhenAll(Enumerable.Range(0, Answerers).Select(_ => Task.Run(AnswerManyAsync)));

    private async Task StartManyAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            var (machine, n, pause) = Next();
            if (pause > TimeSpan.FromMilliseconds(1))
                await Task.Delay(pause, CancellationToken.None);
            var execution = new StartedExecution(machine, $"x{seed}-{n}", n);
            var request = new JsonObject
            {
                ["stateMachineArn"] = machine.Arn,
                ["name"] = execution.Name,
                ["input"] = machine.Input(n).ToJsonString(),
            };
            var (answer, unanswered) = await client.AskAsync("StartExecution", request);

            // Once more under the same name: an execution that is over says that it is there, and that is an acknowledgement too.
            if (answer.Error is null || (answer.Error == "ExecutionAlreadyExists" && unanswered > 0))
                _started.Add(execution);
            else
                Violations.Add($"StartExecution of {execution.Arn} after {unanswered} requests without an answer: {answer}");
        }
    }

    /// <summary>What to start next, and how long to wait before that.</summary>
    private (ChaosMachine Machine, int N, TimeSpan Pause) Next()
    {
        lock (_lock)
        {
            var now = Stopwatch.GetTimestamp();
            _next = Math.Max(now, _next + (long)(Stopwatch.Frequency / rate));
            return (ChaosMachines.Started[_random.Next(ChaosMachines.Started.Count)], ++_serial, Stopwatch.GetElapsedTime(now, _next));
        }
    }

    private async Task AnswerManyAsync()
    {
        await foreach (var delivery in functions.Deliveries.ReadAllAsync())
        {
            var answers = Tokens.GetOrAdd(delivery.Execution, _ => new TokenAnswers());
            var request = new JsonObject
            {
                ["taskToken"] = delivery.Token,
                ["output"] = new JsonObject { ["n"] = delivery.N + 100, ["delivery"] = delivery.Number }.ToJsonString(),
            };
            var (answer, unanswered) = await client.AskAsync("SendTaskSuccess", request);
            lock (answers)
            {
                if (answer.Error is null)
                    answers.Acknowledged.Add(delivery.Number);
                else if (unanswered > 0)
                    answers.Unanswered.Add(delivery.Number);
                else
                    answers.Refusal = answer.ToString();
            }
        }
    }
}
