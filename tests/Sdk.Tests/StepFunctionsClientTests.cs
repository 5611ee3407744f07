using Amazon.StepFunctions;
using Amazon.StepFunctions.Model;

namespace Stateside.Sdk.Tests;

/// <summary>Amazon's own .NET client cannot tell Stateside from the service where it matters.</summary>
public sealed class StepFunctionsClientTests(StatesideProcess stateside) : IClassFixture<StatesideProcess>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private AmazonStepFunctionsClient Client => stateside.Client;

    [Fact]
    public async Task An_execution_is_started_polled_and_its_history_read_in_pages()
    {
        var machine = await CreateAsync("Passes", """{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Pass", "End": true}}}""");

        var started = await Client.StartExecutionAsync(new StartExecutionRequest { StateMachineArn = machine, Input = """{"n": 1}""" }, Cancellation);
        var ended = await EndedAsync(started.ExecutionArn);
        var events = new List<HistoryEvent>();
        var request = new GetExecutionHistoryRequest { ExecutionArn = started.ExecutionArn, MaxResults = 4 };
        do
        {
            var page = await Client.GetExecutionHistoryAsync(request, Cancellation);
            Assert.True(page.Events.Count <= 4);
            events.AddRange(page.Events);
            request.NextToken = page.NextToken;
        }
        while (request.NextToken is not null);

        Assert.Equal(ExecutionStatus.SUCCEEDED, ended.Status);
        Assert.Equal("""{"n": 1}""", ended.Output);
        Assert.Equal(
            ["ExecutionStarted", "PassStateEntered", "PassStateExited", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"],
            events.Select(e => e.Type.Value));
    }

    [Fact]
    public async Task A_worker_takes_an_activity_s_task_and_answers_it()
    {
        var activity = await Client.CreateActivityAsync(new CreateActivityRequest { Name = "work" }, Cancellation);
        var machine = await CreateAsync(
            "Asking", $$$$"""{"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "Resource": "{{{{activity.ActivityArn}}}}", "End": true}}}""");
        var started = await Client.StartExecutionAsync(new StartExecutionRequest { StateMachineArn = machine, Input = "[1]" }, Cancellation);

        var task = await Client.GetActivityTaskAsync(new GetActivityTaskRequest { ActivityArn = activity.ActivityArn, WorkerName = "w" }, Cancellation);
        await Client.SendTaskHeartbeatAsync(new SendTaskHeartbeatRequest { TaskToken = task.TaskToken }, Cancellation);
        await Client.SendTaskSuccessAsync(new SendTaskSuccessRequest { TaskToken = task.TaskToken, Output = "\"done\"" }, Cancellation);

        Assert.Equal("[1]", task.Input);
        Assert.Equal("\"done\"", (await EndedAsync(started.ExecutionArn)).Output);
    }

    [Fact]
    public async Task An_express_execution_answers_with_its_output_and_bill()
    {
        var machine = await CreateAsync("Express", """{"StartAt": "A", "States": {"A": {"Type": "Pass", "Result": 7, "End": true}}}""", StateMachineType.EXPRESS);

        var answer = await Client.StartSyncExecutionAsync(new StartSyncExecutionRequest { StateMachineArn = machine }, Cancellation);

        Assert.Equal((SyncExecutionStatus.SUCCEEDED, "7"), (answer.Status, answer.Output));
        Assert.True(answer.BillingDetails.BilledDurationInMilliseconds >= 100);
    }

    [Fact]
    public async Task An_error_is_the_exception_of_its_name()
    {
        var request = new DescribeExecutionRequest { ExecutionArn = "arn:aws:states:us-east-1:123456789012:execution:No:such" };

        await Assert.ThrowsAsync<ExecutionDoesNotExistException>(() => Client.DescribeExecutionAsync(request, Cancellation));
    }

    private async Task<string> CreateAsync(string name, string definition, StateMachineType? type = null)
    {
        var request = new CreateStateMachineRequest
        {
            Name = name,
            Definition = definition,
            RoleArn = "arn:aws:iam::123456789012:role/any",
            Type = type ?? StateMachineType.STANDARD,
        };
        return (await Client.CreateStateMachineAsync(request, Cancellation)).StateMachineArn;
    }

    private async Task<DescribeExecutionResponse> EndedAsync(string execution)
    {
        while (true)
        {
            var described = await Client.DescribeExecutionAsync(new DescribeExecutionRequest { ExecutionArn = execution }, Cancellation);
            if (described.Status != ExecutionStatus.RUNNING)
                return described;
        }
    }
}
