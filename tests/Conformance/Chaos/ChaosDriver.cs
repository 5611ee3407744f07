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
    private const int Workers = 4;
    private readonly Lock _lock = new();
    private readonly ConcurrentBag<StartedExecution> _started = [];
    private readonly Random _random = new(seed);
    private long _next = Stopwatch.GetTimestamp();
    private readonly ConcurrentBag<Task> _redriving = [];
    private int _serial;
    private int _deliveries;

    /// <summary>The acknowledged starts.</summary>
    public IReadOnlyCollection<StartedExecution> Started => _started;

    /// <summary>The answers by execution; each has one token.</summary>
    public ConcurrentDictionary<string, TokenAnswers> Tokens { get; } = new(StringComparer.Ordinal);

    /// <summary>How often executions were redriven: as acknowledged, and by requests without an answer, which may have been taken.</summary>
    public ConcurrentDictionary<string, (int Acknowledged, int Unanswered)> Redrives { get; } = new(StringComparer.Ordinal);

    /// <summary>What the service answered and should not have.</summary>
    public ConcurrentBag<string> Violations { get; } = [];

    /// <summary>Starts executions until told to end; every start that was begun is acknowledged then.</summary>
    public Task StartAsync(CancellationToken end) => Task.WhenAll(Enumerable.Range(0, Starters).Select(_ => Task.Run(() => StartManyAsync(end), CancellationToken.None)));

    /// <summary>Answers tokens until there are no more.</summary>
    public Task AnswerAsync() => Task.WhenAll(Enumerable.Range(0, Answerers).Select(_ => Task.Run(AnswerManyAsync)));

    /// <summary>Takes tasks and does them, until the service is gone for good.</summary>
    public Task WorkAsync(CancellationToken end) => Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(() => WorkManyAsync(end), CancellationToken.None)));

    /// <summary>Waits until all that failed was redriven and succeeded.</summary>
    public Task WhenRedrivenAsync() => Task.WhenAll(_redriving);

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
                Remember(execution);
            else
                Violations.Add($"StartExecution of {execution.Arn} after {unanswered} requests without an answer: {answer}");
        }
    }

    private void Remember(StartedExecution execution)
    {
        _started.Add(execution);
        if (execution.Machine.IsRedriven)
            _redriving.Add(Task.Run(() => RedriveAsync(execution)));
    }

    /// <summary>Redrives an execution whenever it has failed.</summary>
    private async Task RedriveAsync(StartedExecution execution)
    {
        var (arn, acknowledged, unsure) = (execution.Arn, 0, 0);
        while (true)
        {
            await Task.Delay(100);
            var (description, _) = await client.AskAsync("DescribeExecution", new JsonObject { ["executionArn"] = arn });
            if ((string?)description.Body?["status"] is not { } status || status is not ("RUNNING" or "FAILED"))
                break;
            if (status == "RUNNING")
                continue;
            var (answer, unanswered) = await client.AskAsync("RedriveExecution", new JsonObject { ["executionArn"] = arn });
            unsure += unanswered;
            if (answer.Error is null)
                acknowledged++;
            else if (unanswered == 0)
                Violations.Add($"RedriveExecution of {arn}, which had failed: {answer}");
        }

        Redrives[execution.Name] = (acknowledged, unsure);
    }

    private async Task WorkManyAsync(CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            // The task of an answer that never came is lost to us: it comes again when no heartbeat does.
            if (await client.TryAsync("GetActivityTask", new JsonObject { ["activityArn"] = ChaosMachines.Activity }) is not { } task)
                await Task.Delay(25, CancellationToken.None);
            else if ((string?)task.Body?["taskToken"] is { } token)
                await WorkAsync(token, JsonNode.Parse((string)task.Body["input"]!)!);
        }
    }

    private async Task WorkAsync(string token, JsonNode input)
    {
        var number = Interlocked.Increment(ref _deliveries);
        if (number % 4 == 0)
            await client.AskAsync("SendTaskHeartbeat", new JsonObject { ["taskToken"] = token });
        await AnswerAsync(new Delivery(token, (string)input["execution"]!, (int)input["n"]!, number));
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
            await AnswerAsync(delivery);
    }

    private async Task AnswerAsync(Delivery delivery)
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
