using System.Buffers;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Stateside.Engine;
using Stateside.Engine.Functions;
using Stateside.Engine.Operations;
using Stateside.Engine.Store.Data;

namespace Stateside.Bench;

/// <summary>API calls without the network: from the request's bytes to the response's.</summary>
[MemoryDiagnoser]
public class CallBenchmarks
{
    private readonly ArrayBufferWriter<byte> _response = new(1024);
    private string _folder = "";
    private Func<ValueTask> _end = () => default;
    private Operation _start = null!, _describe = null!, _history = null!;
    private byte[] _startRequest = [], _describeRequest = [], _historyRequest = [];

    /// <summary>Whether executions are saved.</summary>
    [Params(false, true)]
    public bool Durable { get; set; }

    /// <summary>Sets a service up with one machine of two Pass states, and an execution of it.</summary>
    [GlobalSetup]
    public void SetUp() => SetUpAsync().GetAwaiter().GetResult();

    private async Task SetUpAsync()
    {
        _folder = Directory.CreateTempSubdirectory("stateside-bench-").FullName;
        var service = new LocalService(new LocalServiceOptions
        {
            Time = TimeProvider.System,
            KeptExecutions = 1000,
            Data = Durable ? DataStore.Open(_folder) : null,
            Functions = new FunctionHostOptions { StateDirectory = _folder, Build = false },
        });
        _end = service.DisposeAsync;
        var operations = service.Operations;
        (_start, _describe, _history) = (operations.Find("StartExecution")!, operations.Find("DescribeExecution")!, operations.Find("GetExecutionHistory")!);
        var machine = HotPathInput.Chain(2);
        await CallAsync(operations.Find("CreateStateMachine")!, JsonSerializer.SerializeToUtf8Bytes(
            new { name = "chain", definition = machine.DefinitionText, roleArn = machine.RoleArn }));
        _startRequest = JsonSerializer.SerializeToUtf8Bytes(new { stateMachineArn = machine.Arn, input = """{"n": 1, "order": {"id": "A-1"}}""" });
        await CallAsync(_start, JsonSerializer.SerializeToUtf8Bytes(new { stateMachineArn = machine.Arn, name = "known" }));
        _describeRequest = JsonSerializer.SerializeToUtf8Bytes(new { executionArn = ExecutionOf(machine.Arn, "known") });

        // With the two of its beginning and end a history of 1,000 events.
        var longer = HotPathInput.Chain(499);
        var longerArn = longer.Arn.Replace(":chain", ":long", StringComparison.Ordinal);
        await CallAsync(operations.Find("CreateStateMachine")!, JsonSerializer.SerializeToUtf8Bytes(
            new { name = "long", definition = longer.DefinitionText, roleArn = longer.RoleArn }));
        await CallAsync(_start, JsonSerializer.SerializeToUtf8Bytes(
            new { stateMachineArn = longerArn, name = "long", input = """{"n": 1, "order": {"id": "A-1"}}""" }));
        _historyRequest = JsonSerializer.SerializeToUtf8Bytes(new { executionArn = ExecutionOf(longerArn, "long"), maxResults = 1000 });
    }

    /// <summary>Ends the service.</summary>
    [GlobalCleanup]
    public void CleanUp()
    {
        _end().AsTask().GetAwaiter().GetResult();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>StartExecution, and what the execution itself allocates until it has ended, beside it.</summary>
    [Benchmark]
    public Task StartExecution() => CallAsync(_start, _startRequest);

    /// <summary>DescribeExecution.</summary>
    [Benchmark]
    public Task DescribeExecution() => CallAsync(_describe, _describeRequest);

    /// <summary>GetExecutionHistory, a page of 1,000 events.</summary>
    [Benchmark]
    public Task GetExecutionHistory() => CallAsync(_history, _historyRequest);

    private static string ExecutionOf(string machineArn, string name) =>
        $"{machineArn.Replace(":stateMachine:", ":execution:", StringComparison.Ordinal)}:{name}";

    private async Task CallAsync(Operation operation, byte[] request)
    {
        _response.ResetWrittenCount();
        await using var writer = new Utf8JsonWriter(_response);
        await operation.RunAsync(request, writer, null, CancellationToken.None);
    }
}
