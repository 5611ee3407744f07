using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Stateside.Conformance.Hostile;

/// <summary>
/// Another client of the service: at a steady pace it starts a tiny execution, takes its task, looks at it and answers. It has threads of its own
/// that wait for nothing else, so that what it measures is the service.
/// </summary>
internal sealed class Bystander : IDisposable
{
    private const int PerSecond = 20;
    private const int Threads = 8;
    private const string Machine = "arn:aws:states:us-east-1:123456789012:stateMachine:bystander";
    private const string Activity = "arn:aws:states:us-east-1:123456789012:activity:bystander";

    private readonly HttpClient _http;
    private readonly List<Thread> _threads = [];
    private readonly ConcurrentQueue<string> _failures = [];
    private ConcurrentQueue<TimeSpan> _latencies = [];
    private long _begin = Stopwatch.GetTimestamp();
    private int _ticks;
    private volatile bool _isOver;

    public Bystander(Uri url) => _http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = url, Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>What was not answered, or not well.</summary>
    public IReadOnlyList<string> Failures => [.. _failures];

    /// <summary>How many answers were measured.</summary>
    public int Answers => _latencies.Count;

    /// <summary>Makes what it needs and goes on until <see cref="End"/>.</summary>
    public void Start()
    {
        Ask("CreateActivity", new JsonObject { ["name"] = "bystander" });
        Ask("CreateStateMachine", new JsonObject
        {
            ["name"] = "bystander",
            ["roleArn"] = "arn:aws:iam::123456789012:role/bystander",
            ["definition"] = Definitions.Single(new JsonObject { ["Type"] = "Task", ["Resource"] = Activity }).ToJsonString(),
        });
        for (var i = 0; i < 20; i++)
            Round(Stopwatch.GetTimestamp());
        _latencies.Clear();
        _begin = Stopwatch.GetTimestamp();
        for (var i = 0; i < Threads; i++)
        {
            _threads.Add(new Thread(Run) { IsBackground = true, Name = "bystander" });
            _threads[^1].Start();
        }
    }

    /// <summary>Forgets what it has measured.</summary>
    public void Clear() => _latencies = [];

    /// <summary>Ends, once what is under way is answered.</summary>
    public void End()
    {
        _isOver = true;
        foreach (var thread in _threads)
            thread.Join();
    }

    /// <summary>The latency that so large a part of the answers had at most.</summary>
    public TimeSpan Percentile(double part)
    {
        var all = _latencies.Order().ToList();
        return all.Count == 0 ? TimeSpan.MaxValue : all[Math.Max(0, (int)Math.Ceiling(part * all.Count) - 1)];
    }

    public void Dispose()
    {
        _isOver = true;
        _http.Dispose();
    }

    private void Run()
    {
        while (!_isOver)
        {
            // A round that begins late because all threads wait counts from when it was due.
            var due = _begin + (Interlocked.Increment(ref _ticks) * (Stopwatch.Frequency / PerSecond));
            while (!_isOver && Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due) is { Ticks: > 0 } pause)
                Thread.Sleep(pause < TimeSpan.FromMilliseconds(100) ? pause : TimeSpan.FromMilliseconds(100));
            if (!_isOver)
                Round(due);
        }
    }

    private void Round(long due)
    {
        if (Timed(due, "StartExecution", new JsonObject { ["stateMachineArn"] = Machine, ["input"] = "{}" }) is not { } started
            || Timed(null, "GetActivityTask", new JsonObject { ["activityArn"] = Activity }) is not { } task)
            return;
        Timed(null, "DescribeExecution", new JsonObject { ["executionArn"] = started["executionArn"]!.DeepClone() });
        if (task["taskToken"] is { } token)
            Timed(null, "SendTaskSuccess", new JsonObject { ["taskToken"] = token.DeepClone(), ["output"] = "{}" });
        else
            _failures.Enqueue("GetActivityTask: no task though one was due");
    }

    private JsonNode? Timed(long? due, string operation, JsonObject request)
    {
        var begin = due ?? Stopwatch.GetTimestamp();
        try
        {
            return Ask(operation, request);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            if (!_isOver)
                _failures.Enqueue($"{operation}: {e.Message}");
            return null;
        }
        finally
        {
            _latencies.Enqueue(Stopwatch.GetElapsedTime(begin));
        }
    }

    private JsonNode? Ask(string operation, JsonObject request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Headers = { { "X-Amz-Target", $"AWSStepFunctions.{operation}" } },
            Content = new StringContent(request.ToJsonString(), Encoding.UTF8) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0") } },
        };
        using var response = _http.Send(message);
        using var body = response.Content.ReadAsStream();
        if (!response.IsSuccessStatusCode)
            throw new HttpRequestException($"{(int)response.StatusCode} {new StreamReader(body).ReadToEnd()}");
        return JsonNode.Parse(body);
    }
}
