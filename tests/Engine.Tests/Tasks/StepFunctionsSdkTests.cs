using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tests.Execution;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Tasks;

public sealed class StepFunctionsSdkTests
{
    private const string Child = "arn:aws:states:us-east-1:123456789012:stateMachine:Child";
    private const string Waits = """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":90,"End":true}}}""";

    private static string Call(string operation, string parameters) =>
        TaskFixture.TaskMachine($"arn:aws:states:::aws-sdk:sfn:{operation}", $$""" "Parameters":{{parameters}} """);

    [Fact]
    public async Task An_execution_s_start_is_told_as_text()
    {
        await using var tasks = new TaskFixture();
        tasks.Create(Waits, "Child");

        var execution = await tasks.RunAsync(Call("startExecution", $$"""{"StateMachineArn":"{{Child}}","Name":"c1"}"""));

        Assert.Equal(
            """{"ExecutionArn":"arn:aws:states:us-east-1:123456789012:execution:Child:c1","StartDate":"2026-01-31T09:30:00.000Z"}""", execution.Output!.Text);
    }

    [Theory]
    [InlineData("sendTaskSuccess", """{"TaskToken":"none","Output":"no JSON"}""")]
    [InlineData("sendTaskFailure", """{"TaskToken":"none"}""")]
    [InlineData("sendTaskHeartbeat", """{"TaskToken":"none"}""")]
    public async Task A_token_that_never_was_is_told_in_the_words_of_the_SDK(string operation, string parameters)
    {
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(Call(operation, parameters));

        Assert.Equal("Sfn.InvalidTokenException", execution.Error);
        Assert.Matches(
            @"^Invalid Token: 'Invalid token' \(Service: Sfn, Status Code: 400, Request ID: [0-9a-f-]{36}\) \(SDK Attempt Count: 1\)$", execution.Cause);
    }

    [Fact]
    public async Task A_machine_can_work_on_another_s_activity()
    {
        await using var tasks = new TaskFixture();
        var arn = tasks.CreateActivity("pack").Arn;
        var worker = tasks.Engine.Start(new StartRequest(
            tasks.Create(
                $$"""
                {"StartAt":"Take","States":{
                  "Take":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:getActivityTask","Parameters":{"ActivityArn":"{{arn}}","WorkerName":"machine"},"Next":"Give"},
                  "Give":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:sendTaskSuccess","Parameters":{"TaskToken.$":"$.TaskToken","Output.$":"$.Input"},"End":true}
                } }
                """,
                "Worker"),
            JsonObject.Empty)).Execution;

        var execution = await tasks.RunAsync(TaskFixture.TaskMachine(arn), """{"box":3}""");

        Assert.Equal("""{"box":3}""", execution.Output!.Text);
        Assert.Equal("machine", tasks.Event(execution, HistoryEventType.ActivityStarted)["workerName"]);
        Assert.Equal(ExecutionStatus.Succeeded, (await tasks.EndAsync(worker)).Status);
    }

    [Fact]
    public async Task A_synchronous_Express_execution_is_waited_for_in_virtual_time()
    {
        await using var tasks = new TaskFixture();
        tasks.Create(Waits, "Child", StateMachineType.Express);

        var execution = await tasks.RunAsync(
            TaskFixture.TaskMachine("arn:aws:states:::aws-sdk:sfn:startSyncExecution", $$""" "TimeoutSeconds":100,"Parameters":{"StateMachineArn":"{{Child}}","Name":"c1"} """));

        var output = (JsonObject)execution.Output!;
        Assert.Equal(JsonValue.From("SUCCEEDED"), output["Status"]);
        Assert.Equal(JsonValue.From("2026-01-31T09:31:30.000Z"), output["StopDate"]);
        Assert.Equal("""{"BilledDurationInMilliseconds":90000,"BilledMemoryUsedInMB":64}""", output["BillingDetails"]!.Text);
    }

    [Fact]
    public async Task An_activity_that_is_not_there_and_an_execution_that_is_not_there_are_refused()
    {
        await using var tasks = new TaskFixture();

        var poll = await tasks.RunAsync(Call("getActivityTask", """{"ActivityArn":"gone"}"""));
        Assert.Equal("Sfn.ActivityDoesNotExistException", poll.Error);
        var stop = await tasks.EndAsync(tasks.Engine.Start(new StartRequest(
            tasks.Create(Call("stopExecution", """{"ExecutionArn":"gone"}""")), JsonObject.Empty)).Execution);
        Assert.Equal("Sfn.ExecutionDoesNotExistException", stop.Error);
    }

    [Fact]
    public async Task An_execution_can_be_described_and_stopped()
    {
        await using var tasks = new TaskFixture();
        tasks.Create(TaskFixture.TaskMachine("arn:aws:states:::lambda:invoke.waitForTaskToken", """ "Parameters":{"FunctionName":"Ship"} """), "Child");
        const string Arn = "arn:aws:states:us-east-1:123456789012:execution:Child:c1";
        await tasks.RunAsync(Call("startExecution", $$"""{"StateMachineArn":"{{Child}}","Name":"c1"}"""));

        await tasks.EndAsync(tasks.Engine.Start(new StartRequest(
            tasks.Create(Call("stopExecution", $$"""{"ExecutionArn":"{{Arn}}","Error":"Enough"}""")), JsonObject.Empty)).Execution);
        var described = await tasks.EndAsync(tasks.Engine.Start(new StartRequest(
            tasks.Create(Call("describeExecution", $$"""{"ExecutionArn":"{{Arn}}"}""")), JsonObject.Empty)).Execution);

        var output = (JsonObject)described.Output!;
        Assert.Equal(JsonValue.From("ABORTED"), output["Status"]);
        Assert.Equal(JsonValue.From("Enough"), output["Error"]);
        Assert.Equal(JsonValue.From("REDRIVABLE"), output["RedriveStatus"]);
    }

    [Fact]
    public async Task An_execution_that_failed_long_ago_is_described_as_one_that_cannot_be_redriven()
    {
        await using var tasks = new TaskFixture();
        tasks.Create("""{"StartAt":"Fail","States":{"Fail":{"Type":"Fail","Error":"E"}}}""", "Child");

        var execution = await tasks.RunAsync($$$"""
            {"StartAt":"Start","States":{
            "Start":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:startExecution","Parameters":{"StateMachineArn":"{{{Child}}}","Name":"c1"},"Next":"Wait"},
            "Wait":{"Type":"Wait","Seconds":1296000,"Next":"Describe"},
            "Describe":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:describeExecution","Parameters":{"ExecutionArn.$":"$.ExecutionArn"},"End":true} } }
            """);

        var output = (JsonObject)execution.Output!;
        Assert.Equal(("NOT_REDRIVABLE", "Execution redrivable period exceeded"), (output.Text("RedriveStatus"), output.Text("RedriveStatusReason")));
    }
}
