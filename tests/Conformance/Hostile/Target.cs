using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Stateside.Conformance.Chaos;

namespace Stateside.Conformance.Hostile;

/// <summary>The service that is attacked, and what attacks ask of it.</summary>
internal sealed class Target(ServiceProcess service, string program, string folder) : IDisposable
{
    private const string Role = "arn:aws:iam::123456789012:role/hostile";

    private int _machines;

    public StatesClient Client { get; } = new(service.Url);

    public Uri Url => service.Url;

    /// <summary>The program that serves.</summary>
    public string Program => program;

    /// <summary>Where its template and its data are.</summary>
    public string Folder => folder;

    /// <summary>What it has written.</summary>
    public IReadOnlyList<string> Complaints => service.Complaints;

    /// <summary>For requests that <see cref="StatesClient"/> would not make.</summary>
    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = service.Url, Timeout = TimeSpan.FromSeconds(60) };

    public static void Require(bool holds, string violation)
    {
        if (!holds)
            throw new UnfitAnswerException(violation);
    }

    /// <summary>Waits until something has come about.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        while (!await condition())
            await Task.Delay(50);
    }

    /// <summary>As many at a time as many clients would.</summary>
    public static Task EachAsync(int count, int clients, Func<int, Task> body) =>
        Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = clients }, async (i, _) => await body(i));

    public void Dispose()
    {
        Client.Dispose();
        Http.Dispose();
    }

    /// <summary>One request that is answered, well or not; a connection that breaks is none.</summary>
    public async Task<ServiceAnswer> AskAsync(string operation, JsonObject request) =>
        await Client.TryAsync(operation, request) ?? throw new UnfitAnswerException($"{operation} had no answer");

    /// <summary>One request that is answered well.</summary>
    public async Task<JsonObject> GetAsync(string operation, JsonObject request)
    {
        var answer = await AskAsync(operation, request);
        return answer.Body ?? throw new UnfitAnswerException($"{operation} was answered with {Start(answer.ToString())}");
    }

    /// <summary>A new machine.</summary>
    /// <returns>Its ARN.</returns>
    public async Task<string> MachineAsync(JsonObject definition, string type = "STANDARD", string? name = null) => (string)(await GetAsync("CreateStateMachine", new JsonObject
    {
        ["name"] = name ?? $"attack{Interlocked.Increment(ref _machines)}",
        ["definition"] = definition.ToJsonString(),
        ["roleArn"] = Role,
        ["type"] = type,
    }))["stateMachineArn"]!;

    /// <summary>A new execution.</summary>
    /// <returns>Its ARN.</returns>
    public async Task<string> StartAsync(string machine, string input = "{}") =>
        (string)(await GetAsync("StartExecution", new JsonObject { ["stateMachineArn"] = machine, ["input"] = input }))["executionArn"]!;

    public Task<JsonObject> DescribeAsync(string execution) => GetAsync("DescribeExecution", new JsonObject { ["executionArn"] = execution });

    /// <summary>How an execution ended.</summary>
    public async Task<JsonObject> EndAsync(string execution)
    {
        while (true)
        {
            var description = await DescribeAsync(execution);
            if ((string)description["status"]! != "RUNNING")
                return description;
            await Task.Delay(100);
        }
    }

    /// <summary>Holds that an execution fails as AWS would have it fail.</summary>
    /// <returns>The error.</returns>
    public async Task<string> FailsAsync(string execution, string error)
    {
        var description = await EndAsync(execution);
        Require(
            (string?)description["error"] == error,
            $"ended {description["status"]} {description["error"]} instead of {error}: {Start((string?)(description["cause"] ?? description["output"]) ?? "")}");
        return error;
    }

    /// <summary>A machine of one state, of which executions fail at the same time.</summary>
    public async Task<string> FailsAsync(JsonObject state, string input, string error, int executions = 4)
    {
        var machine = await MachineAsync(Definitions.Single(state));
        var started = await Task.WhenAll(Enumerable.Range(0, executions).Select(_ => StartAsync(machine, input)));
        await Task.WhenAll(started.Select(execution => FailsAsync(execution, error)));
        return error;
    }

    /// <summary>A request of Step Functions whose body is any text.</summary>
    public static HttpRequestMessage Request(string operation, HttpContent content) => new(HttpMethod.Post, "/")
    {
        Headers = { { "X-Amz-Target", $"AWSStepFunctions.{operation}" } },
        Content = Typed(content, "application/x-amz-json-1.0"),
    };

    /// <summary>A connection on which anything may be said.</summary>
    public async Task<NetworkStream> ConnectAsync()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", Url.Port);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>What a text begins with.</summary>
    public static string Start(string text) => text.Length > 160 ? text[..160] + "…" : text;

    public static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private static HttpContent Typed(HttpContent content, string type)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        return content;
    }
}
