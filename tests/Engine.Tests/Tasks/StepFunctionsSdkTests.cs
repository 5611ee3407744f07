using System.Text.RegularExpressions;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.StepFunctions;
using Stateside.Engine.Tests.Execution;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Services;

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
            """{"ExecutionArn":"arn:aws:states:us-east-1:123456789012:execution:Child:c1","StartDate":"2026-01-31T09:30:00Z"}""", execution.Output!.Text);
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
    public async Task A_Task_that_polls_an_activity_lets_virtual_time_go_on()
    {
        await using var tasks = new TaskFixture();
        var arn = tasks.CreateActivity("pack").Arn;
        var poll = Call("getActivityTask", $$"""{"ActivityArn":"{{arn}}"}""");

        var empty = await tasks.RunAsync(poll);
        var worker = tasks.Engine.Start(new StartRequest(tasks.Create(poll, "Worker"), JsonObject.Empty)).Execution;
        tasks.Engine.Start(new StartRequest(
            tasks.Create(
                $$"""{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":40,"Next":"A"},"A":{"Type":"Task","Resource":"{{arn}}","End":true} } }""", "Late"),
            JsonObject.Empty));
        var taken = await tasks.EndAsync(worker);

        Assert.Equal((TimeSpan.FromSeconds(60), "{}"), (empty.StopDate - empty.StartDate, empty.Output!.Text));
        Assert.Equal(TimeSpan.FromSeconds(40), taken.StopDate - taken.StartDate);
        Assert.Equal("{}", ((JsonObject)taken.Output!).Text("Input"));
    }

    [Fact]
    public async Task A_poll_that_times_out_takes_no_task_any_more()
    {
        await using var tasks = new TaskFixture();
        var arn = tasks.CreateActivity("pack").Arn;

        var execution = await tasks.RunAsync(
            TaskFixture.TaskMachine("arn:aws:states:::aws-sdk:sfn:getActivityTask", $$""" "TimeoutSeconds":10,"Parameters":{"ActivityArn":"{{arn}}"} """));
        var next = tasks.Activities.GetTaskAsync(arn, "next", cancellationToken: TestContext.Current.CancellationToken);
        tasks.Engine.Start(new StartRequest(tasks.Create(TaskFixture.TaskMachine(arn), "Late"), JsonObject.Empty));

        Assert.Equal(("States.Timeout", TimeSpan.FromSeconds(10)), (execution.Error, execution.StopDate - execution.StartDate));
        Assert.NotNull(await next);
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
        Assert.Equal(JsonValue.From("2026-01-31T09:31:30Z"), output["StopDate"]);
        Assert.Equal(JsonValue.From(90000L), ((JsonObject)output["BillingDetails"]!)["BilledDurationInMilliseconds"]);
    }

    [Fact]
    public async Task An_activity_that_is_not_there_and_an_execution_that_is_not_there_are_refused()
    {
        await using var tasks = new TaskFixture();

        var poll = await tasks.RunAsync(Call("getActivityTask", """{"ActivityArn":"arn:aws:states:us-east-1:123456789012:activity:gone"}"""));
        Assert.Equal("Sfn.ActivityDoesNotExistException", poll.Error);
        var stop = await tasks.EndAsync(tasks.Engine.Start(new StartRequest(
            tasks.Create(Call("stopExecution", """{"ExecutionArn":"arn:aws:states:us-east-1:123456789012:execution:Child:gone"}""")), JsonObject.Empty)).Execution);
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

    public static TheoryData<string> Actions =>
        [.. ServiceModels.Find("sfn")!.ActionNames.Select(name => char.ToLowerInvariant(name[0]) + name[1..])];

    [Theory]
    [MemberData(nameof(Actions))]
    public async Task Every_action_of_the_service_is_its_own_operation(string action)
    {
        await using var tasks = new TaskFixture();
        Assert.NotNull(tasks.Operations.Find(ServiceModels.Find("sfn")!.FindResource(action)!.Name));
        Assert.IsType<StepFunctionsTask>(tasks.Handlers.Find(TaskResource.Parse($"arn:aws:states:::aws-sdk:sfn:{action}")!));
    }

    [Fact]
    public async Task What_the_service_does_not_have_nothing_performs()
    {
        await using var tasks = new TaskFixture();
        Assert.Null(tasks.Handlers.Find(TaskResource.Parse("arn:aws:states:::aws-sdk:sfn:dropStateMachine")!));
    }

    [Fact]
    public async Task An_execution_that_lists_those_that_run_finds_itself()
    {
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(TaskFixture.TaskMachine(
            "arn:aws:states:::aws-sdk:sfn:listExecutions", """ "Parameters":{"StateMachineArn.$":"$$.StateMachine.Id","StatusFilter":"RUNNING"} """));

        var found = (JsonObject)Assert.Single((JsonArray)((JsonObject)execution.Output!)["Executions"]!);
        Assert.Equal((execution.Arn, "RUNNING", "2026-01-31T09:30:00Z"), (found.Text("ExecutionArn"), found.Text("Status"), found.Text("StartDate")));
    }

    [Theory]
    [InlineData("startExecution", """{"StateMachineArn":"no-arn"}""", "InvalidArn", "Invalid Arn: 'Invalid ARN prefix: no-arn'")]
    [InlineData("startExecution", """{"StateMachineArn":"CHILD","Name":"a b"}""", "InvalidName", "Invalid Name: 'a b'")]
    [InlineData("startExecution", """{"StateMachineArn":"CHILD","Name":""}""", "Validation",
        "1 validation error detected: Value '' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 1")]
    [InlineData("startExecution", """{"StateMachineArn":"CHILD","Input":" "}""", "InvalidExecutionInput",
        "Invalid State Machine Execution Input: 'Invalid execution input.'")]
    [InlineData("createActivity", """{"Name":"a b"}""", "InvalidName", "Invalid Name: 'a b'")]
    [InlineData("getActivityTask", """{"ActivityArn":"ACTIVITY","WorkerName":"a b"}""", "InvalidName", "Invalid Name: 'a b'")]
    [InlineData("sendTaskFailure", """{"TaskToken":""}""", "Validation",
        "1 validation error detected: Value '' at 'taskToken' failed to satisfy constraint: Member must have length greater than or equal to 1")]
    [InlineData("describeExecution", """{"ExecutionArn":"EXPRESS"}""", "InvalidArn", "Invalid Arn: 'Resource type not valid in this context: express'")]
    [InlineData("stopExecution", """{"ExecutionArn":"EXPRESS"}""", "InvalidArn", "Invalid Arn: 'Resource type not valid in this context: express'")]
    [InlineData("redriveExecution", """{"ExecutionArn":"SELF"}""", "ExecutionNotRedrivable", "Execution is RUNNING and cannot be redriven")]
    [InlineData("deleteActivity", """{"ActivityArn":"CHILD"}""", "InvalidArn", "Invalid Arn: 'Resource type not valid in this context: stateMachine'")]
    public async Task What_the_API_refuses_a_Task_is_refused_in_the_same_words(string action, string parameters, string code, string message)
    {
        await using var tasks = new TaskFixture();
        tasks.Create(Waits, "Child");
        var express = tasks.Engine.Start(new StartRequest(tasks.Create(Waits, "Express", StateMachineType.Express), JsonObject.Empty)).Execution;
        var given = parameters.Replace("CHILD", Child, StringComparison.Ordinal)
            .Replace("EXPRESS", express.Arn, StringComparison.Ordinal)
            .Replace("ACTIVITY", tasks.CreateActivity("pack").Arn, StringComparison.Ordinal)
            .Replace("SELF", "arn:aws:states:us-east-1:123456789012:execution:Orders:parent", StringComparison.Ordinal);

        var execution = await tasks.RunAsync(Call(action, given));

        Assert.Equal($"Sfn.{code}Exception", execution.Error);
        Assert.Matches(
            $@"^{Regex.Escape(message)} \(Service: Sfn, Status Code: 400, Request ID: [0-9a-f-]{{36}}\) \(SDK Attempt Count: 1\)$", execution.Cause);
    }

    [Fact]
    public async Task A_Standard_machine_is_not_started_by_who_would_wait_for_an_Express_one()
    {
        await using var tasks = new TaskFixture();
        tasks.Create(Waits, "Child");

        Assert.Equal("Sfn.StateMachineTypeNotSupportedException", (await tasks.RunAsync(Call("startSyncExecution", $$"""{"StateMachineArn":"{{Child}}"}"""))).Error);

        Assert.Empty(tasks.Engine.List(new ExecutionQuery(Child)));
    }

    [Fact]
    public async Task An_execution_can_stop_itself()
    {
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(TaskFixture.TaskMachine(
            "arn:aws:states:::aws-sdk:sfn:stopExecution", """ "Parameters":{"ExecutionArn.$":"$$.Execution.Id","Error":"Enough","Cause":"of me"} """));

        Assert.Equal((ExecutionStatus.Aborted, "Enough", "of me"), (execution.Status, execution.Error, execution.Cause));
        Assert.Equal(["ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "ExecutionAborted"], tasks.Kinds(execution));
    }

    [Fact]
    public async Task An_execution_that_deletes_its_machine_outlives_it()
    {
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync("""
            {"StartAt":"Delete","States":{
            "Delete":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:deleteStateMachine",
              "Parameters":{"StateMachineArn.$":"$$.StateMachine.Id"},"Next":"Look"},
            "Look":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:describeStateMachine",
              "Parameters":{"StateMachineArn.$":"$$.StateMachine.Id"},"ResultSelector":{"was.$":"$.Status"},"Next":"Again"},
            "Again":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:startExecution","Parameters":{"StateMachineArn.$":"$$.StateMachine.Id"},
              "Catch":[{"ErrorEquals":["Sfn.StateMachineDeletingException"],"ResultPath":"$.refused","Next":"Done"}],"Next":"Done"},
            "Done":{"Type":"Pass","OutputPath":"$.was","End":true} } }
            """);

        Assert.Equal("\"DELETING\"", execution.Output?.Text);
        Assert.Null(tasks.Catalog.Find(execution.StateMachine.Arn));
    }

    [Fact]
    public async Task An_execution_starts_its_own_machine_as_any_other()
    {
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(
            """
            {"StartAt":"Left","States":{
            "Left":{"Type":"Choice","Choices":[{"Variable":"$.left","NumericGreaterThan":0,"Next":"Start"}],"Default":"Done"},
            "Start":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:startExecution",
              "Parameters":{"StateMachineArn.$":"$$.StateMachine.Id","Input":{"left":0}},"End":true},
            "Done":{"Type":"Succeed"} } }
            """,
            """{"left":1}""");

        var child = ((JsonObject)execution.Output!).Text("ExecutionArn")!;
        Assert.NotEqual(execution.Arn, child);
        Assert.Equal(ExecutionStatus.Succeeded, (await tasks.EndAsync(tasks.Engine.Describe(child)!)).Status);
    }

    [Fact]
    public async Task Pages_are_read_until_there_is_no_token()
    {
        await using var tasks = new TaskFixture();
        foreach (var name in new[] { "A", "B", "C" })
            tasks.CreateActivity(name);

        var execution = await tasks.RunAsync("""
            {"QueryLanguage":"JSONata","StartAt":"Begin","States":{
            "Begin":{"Type":"Pass","Assign":{"page":{"MaxResults":2},"names":[]},"Next":"List"},
            "List":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:listActivities","Arguments":"{% $page %}",
              "Assign":{"page":"{% {'MaxResults':2,'NextToken':$states.result.NextToken} %}","names":"{% $append($names, $states.result.Activities.Name) %}"},
              "Output":{"more":"{% $exists($states.result.NextToken) %}"},"Next":"More"},
            "More":{"Type":"Choice","Choices":[{"Condition":"{% $states.input.more %}","Next":"List"}],"Default":"Done"},
            "Done":{"Type":"Pass","Output":"{% $names %}","End":true} } }
            """);

        Assert.Equal("""["A","B","C"]""", execution.Output!.Text);
    }

    [Fact]
    public async Task An_execution_reads_its_own_history()
    {
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(
            TaskFixture.TaskMachine("arn:aws:states:::aws-sdk:sfn:getExecutionHistory", """ "Parameters":{"ExecutionArn.$":"$$.Execution.Id"} """),
            """{"a":1}""");

        var events = ((JsonArray)((JsonObject)execution.Output!)["Events"]!).Cast<JsonObject>().ToList();
        Assert.Equal(["ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted"], events.Select(e => e.Text("Type")));
        Assert.Equal("2026-01-31T09:30:00Z", events[0].Text("Timestamp"));
        Assert.Equal("""{"a":1}""", ((JsonObject)events[0]["ExecutionStartedEventDetails"]!).Text("Input"));
        Assert.Equal("Do", ((JsonObject)events[1]["StateEnteredEventDetails"]!).Text("Name"));
    }

    [Fact]
    public async Task A_machine_makes_publishes_tags_and_describes_another()
    {
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync("""
            {"StartAt":"Create","States":{
            "Create":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:createStateMachine","Parameters":{
              "Name":"Made","RoleArn":"arn:aws:iam::123456789012:role/Made","Definition":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},
              "LoggingConfiguration":{"Level":"OFF"}},"Next":"Publish"},
            "Publish":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:publishStateMachineVersion",
              "Parameters":{"StateMachineArn.$":"$.StateMachineArn","Description":"first"},"ResultPath":"$.version","Next":"Tag"},
            "Tag":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:tagResource",
              "Parameters":{"ResourceArn.$":"$.StateMachineArn","Tags":[{"Key":"k","Value":"v"}]},"ResultPath":"$.tagged","Next":"Tags"},
            "Tags":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:listTagsForResource",
              "Parameters":{"ResourceArn.$":"$.StateMachineArn"},"ResultPath":"$.tags","Next":"Describe"},
            "Describe":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:describeStateMachine",
              "Parameters":{"StateMachineArn.$":"$.version.StateMachineVersionArn"},"ResultPath":"$.machine","End":true} } }
            """);

        var output = (JsonObject)execution.Output!;
        Assert.Equal(("{}", """{"Tags":[{"Key":"k","Value":"v"}]}"""), (output["tagged"]!.Text, output["tags"]!.Text));
        var machine = (JsonObject)output["machine"]!;
        Assert.Equal(("ACTIVE", "first"), (machine.Text("Status"), machine.Text("Description")));
        Assert.Equal("""{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""", machine.Text("Definition"));
        Assert.Equal(JsonValue.From("OFF"), ((JsonObject)machine["LoggingConfiguration"]!)["Level"]);
    }

    [Fact]
    public async Task A_state_can_be_tested_and_a_definition_validated()
    {
        await using var tasks = new TaskFixture();

        var tested = await tasks.RunAsync(Call("testState", """{"Definition":{"Type":"Pass","Result":{"a":1},"Next":"B"},"Input":{"x":0}}"""));
        Assert.Equal("""{"NextState":"B","Output":"{\"a\":1}","Status":"SUCCEEDED"}""", tested.Output!.Text);
        var validated = await tasks.EndAsync(tasks.Engine.Start(new StartRequest(
            tasks.Create(Call("validateStateMachineDefinition", """{"Definition":"{}"}""")), JsonObject.Empty)).Execution);
        Assert.Equal(JsonValue.From("FAIL"), ((JsonObject)validated.Output!)["Result"]);
    }

    [Fact]
    public async Task A_child_that_failed_is_redriven_by_another_machine()
    {
        await using var tasks = new TaskFixture();
        tasks.Create("""{"StartAt":"Fail","States":{"Fail":{"Type":"Fail","Error":"E"}}}""", "Child");

        var execution = await tasks.RunAsync($$$"""
            {"StartAt":"Start","States":{
            "Start":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:startExecution","Parameters":{"StateMachineArn":"{{{Child}}}","Name":"c1"},"Next":"Redrive"},
            "Redrive":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:redriveExecution","Parameters":{"ExecutionArn.$":"$.ExecutionArn"},"End":true} } }
            """);

        Assert.Equal("""{"RedriveDate":"2026-01-31T09:30:00Z"}""", execution.Output!.Text);
        Assert.Equal(1, tasks.Engine.Describe("arn:aws:states:us-east-1:123456789012:execution:Child:c1")!.RedriveCount);
    }

    [Fact]
    public async Task Map_runs_are_listed_and_described()
    {
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(
            """
            {"StartAt":"Each","States":{
            "Each":{"Type":"Map","ItemsPath":"$.items","ResultPath":null,"Next":"List",
              "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}},
            "List":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:listMapRuns","Parameters":{"ExecutionArn.$":"$$.Execution.Id"},"Next":"Describe"},
            "Describe":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:describeMapRun","Parameters":{"MapRunArn.$":"$.MapRuns[0].MapRunArn"},"End":true} } }
            """,
            """{"items":[1,2]}""");

        var run = (JsonObject)execution.Output!;
        Assert.Equal(("SUCCEEDED", "2026-01-31T09:30:00Z"), (run.Text("Status"), run.Text("StopDate")));
        Assert.Equal(JsonValue.From(2L), ((JsonObject)run["ItemCounts"]!)["Succeeded"]);
    }

    [Fact]
    public async Task A_start_that_waits_for_a_token_is_submitted_with_its_answer()
    {
        await using var tasks = new TaskFixture();
        tasks.Create(Call("sendTaskSuccess", """{"TaskToken.$":"$.token","Output":{"done":true}}"""), "Child");

        var execution = await tasks.RunAsync(TaskFixture.TaskMachine(
            "arn:aws:states:::aws-sdk:sfn:startExecution.waitForTaskToken",
            $$""" "Parameters":{"StateMachineArn":"{{Child}}","Name":"c1","Input":{"token.$":"$$.Task.Token"} } """));

        Assert.Equal("""{"done":true}""", execution.Output!.Text);
        Assert.Contains("execution:Child:c1", tasks.Event(execution, HistoryEventType.TaskSubmitted)["output"]!.ToString());
    }
}
