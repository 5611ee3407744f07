using System.Text.Json;

namespace Stateside.Service.Tests.Api;

public sealed class ServeTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Definition = """{"StartAt": "Greet", "States": {"Greet": {"Type": "Pass", "Parameters": {"text.$": "States.Format('Hello {}', $.name)"}, "End": true}}}""";

    [Fact]
    public async Task A_machine_is_created_started_described_and_its_history_read()
    {
        var machine = await CreateAsync("Greeting", Definition);
        Assert.Equal("arn:aws:states:us-east-1:123456789012:stateMachine:Greeting", machine);

        var started = await server.CallAsync("StartExecution", new { stateMachineArn = machine, name = "first", input = """{ "name": "Ada" }""" });
        var arn = started.GetProperty("executionArn").GetString()!;
        Assert.Equal("arn:aws:states:us-east-1:123456789012:execution:Greeting:first", arn);
        Assert.Equal(JsonValueKind.Number, started.GetProperty("startDate").ValueKind);

        var execution = await EndedAsync(arn);
        Assert.Equal("SUCCEEDED", execution.GetProperty("status").GetString());
        Assert.Equal("""{ "name": "Ada" }""", execution.GetProperty("input").GetString());
        Assert.Equal("""{"text":"Hello Ada"}""", execution.GetProperty("output").GetString());
        Assert.True(execution.GetProperty("stopDate").GetDouble() >= execution.GetProperty("startDate").GetDouble());

        var events = (await server.CallAsync("GetExecutionHistory", new { executionArn = arn })).GetProperty("events").EnumerateArray().ToList();
        Assert.Equal(["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"], events.Select(e => e.GetProperty("type").GetString()));
        Assert.Equal([1, 2, 3, 4], events.Select(e => e.GetProperty("id").GetInt32()));
        Assert.Equal("Greet", events[1].GetProperty("stateEnteredEventDetails").GetProperty("name").GetString());
        Assert.Equal("""{"text":"Hello Ada"}""", events[3].GetProperty("executionSucceededEventDetails").GetProperty("output").GetString());
    }

    [Fact]
    public async Task History_comes_in_pages_from_either_end()
    {
        var arn = (await server.CallAsync("StartExecution", new { stateMachineArn = await CreateAsync("Paged", Definition), input = """{"name": "Bo"}""" }))
            .GetProperty("executionArn").GetString()!;
        await EndedAsync(arn);

        var first = await server.CallAsync("GetExecutionHistory", new { executionArn = arn, maxResults = 3, reverseOrder = true });
        var second = await server.CallAsync(
            "GetExecutionHistory", new { executionArn = arn, maxResults = 3, reverseOrder = true, nextToken = first.GetProperty("nextToken").GetString() });

        Assert.Equal(
            [4, 3, 2, 1],
            first.GetProperty("events").EnumerateArray().Concat(second.GetProperty("events").EnumerateArray()).Select(e => e.GetProperty("id").GetInt32()));
        Assert.False(second.TryGetProperty("nextToken", out _));
    }

    [Fact]
    public async Task An_execution_without_an_input_has_an_empty_object()
    {
        var machine = await CreateAsync("Empty", """{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}""");

        var execution = await EndedAsync((await server.CallAsync("StartExecution", new { stateMachineArn = machine })).GetProperty("executionArn").GetString()!);

        Assert.Equal(("{}", "{}"), (execution.GetProperty("input").GetString(), execution.GetProperty("output").GetString()));
    }

    [Fact]
    public async Task A_failed_execution_is_described_with_error_and_cause()
    {
        var machine = await CreateAsync("Failing", """{"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "Broken", "Cause": "for good"}}}""");
        var arn = (await server.CallAsync("StartExecution", new { stateMachineArn = machine })).GetProperty("executionArn").GetString()!;

        var execution = await EndedAsync(arn);

        Assert.Equal(("FAILED", "Broken", "for good"),
            (execution.GetProperty("status").GetString(), execution.GetProperty("error").GetString(), execution.GetProperty("cause").GetString()));
        Assert.False(execution.TryGetProperty("output", out _));
    }

    [Theory]
    [InlineData("AWSStepFunctions.FlyToTheMoon", "{}", "UnknownOperationException", "AWSStepFunctions.FlyToTheMoon")]
    [InlineData("DynamoDB_20120810.GetItem", "{}", "UnknownOperationException", "DynamoDB_20120810.GetItem")]
    [InlineData("AWSStepFunctions.StartExecution", "{\"stateMachineArn\":", "SerializationException", null)]
    [InlineData("AWSStepFunctions.StartExecution", "[]", "SerializationException", null)]
    [InlineData("AWSStepFunctions.StartExecution", "", "SerializationException", null)]
    [InlineData("AWSStepFunctions.DescribeExecution", "{\"executionArn\": \"arn:aws:states:us-east-1:123456789012:execution:No:such\"}",
        "ExecutionDoesNotExist", "Execution Does Not Exist: 'arn:aws:states:us-east-1:123456789012:execution:No:such'")]
    public async Task A_refusal_is_status_400_with_type_and_message(string target, string body, string code, string? message)
    {
        var (status, error) = await server.SendAsync(target, body);

        Assert.Equal(400, status);
        Assert.EndsWith("#" + code, "#" + error.GetProperty("__type").GetString(), StringComparison.Ordinal);
        Assert.Contains(message ?? "", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
    }

    [Theory]
    [InlineData("StartExecution", "{}")]
    [InlineData("DescribeExecution", "{}")]
    [InlineData("StopExecution", "{}")]
    [InlineData("GetExecutionHistory", "{}")]
    [InlineData("CreateStateMachine", "{}")]
    [InlineData("CreateStateMachine", """{"name": "X"}""")]
    [InlineData("DescribeStateMachine", "{}")]
    [InlineData("DeleteStateMachine", "{}")]
    [InlineData("SendTaskSuccess", "{}")]
    [InlineData("SendTaskFailure", "{}")]
    [InlineData("SendTaskHeartbeat", "{}")]
    [InlineData("CreateActivity", "{}")]
    [InlineData("DescribeActivity", "{}")]
    [InlineData("DeleteActivity", "{}")]
    [InlineData("GetActivityTask", "{}")]
    public async Task A_request_without_what_it_needs_is_refused_and_no_defect(string operation, string body)
    {
        var (status, error) = await server.SendAsync("AWSStepFunctions." + operation, body);

        Assert.True(status == 400, $"{status}: {error}");
        Assert.EndsWith("ValidationException", error.GetProperty("__type").GetString(), StringComparison.Ordinal);
        Assert.Contains("failed to satisfy constraint: Member must not be null", error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    private async Task<string> CreateAsync(string name, string definition) =>
        (await server.CallAsync("CreateStateMachine", new { name, definition, roleArn = "arn:aws:iam::123456789012:role/r" })).GetProperty("stateMachineArn").GetString()!;

    /// <summary>Asks until the execution has ended; it waits for nothing but the processor.</summary>
    private async Task<JsonElement> EndedAsync(string arn)
    {
        while (true)
        {
            var execution = await server.CallAsync("DescribeExecution", new { executionArn = arn });
            if (execution.GetProperty("status").GetString() != "RUNNING")
                return execution;
            await Task.Yield();
        }
    }
}
