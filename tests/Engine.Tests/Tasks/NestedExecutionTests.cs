using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tests.Execution;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Tasks;

public sealed class NestedExecutionTests
{
    private const string Child = "arn:aws:states:us-east-1:123456789012:stateMachine:Child";
    private const string ChildExecution = "arn:aws:states:us-east-1:123456789012:execution:Child:c1";
    private const string Passes = """{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""";
    private const string Fails = """{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"Broken","Cause":"in two"}}}""";
    private const string Waits = """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}""";

    private static string StartChild(string pattern = "", string input = "{\"id\":1}", string rest = "") => TaskFixture.TaskMachine(
        $"arn:aws:states:::states:startExecution{pattern}",
        $$""" "Parameters":{"StateMachineArn":"{{Child}}","Name":"c1","Input":{{input}}}{{rest}} """);

    [Fact]
    public async Task A_request_goes_on_with_the_child_s_ARN_and_its_start_in_milliseconds()
    {
        await using var tasks = new TaskFixture();
        tasks.Create(Waits, "Child");

        var output = (JsonObject)(await tasks.RunAsync(StartChild())).Output!;

        Assert.Equal(["ExecutionArn", "SdkHttpMetadata", "SdkResponseMetadata", "StartDate"], output.Select(member => member.Key));
        Assert.Equal(JsonValue.From(ChildExecution), output["ExecutionArn"]);
        Assert.Equal(1769851800000, ((JsonNumber)output["StartDate"]!).Int64);
        Assert.Equal("""{"id":1}""", tasks.Engine.Describe(ChildExecution)!.Input.Text);
    }

    [Theory]
    [InlineData(".sync", "\"{\\\"id\\\":1}\"")]
    [InlineData(".sync:2", """{"id":1}""")]
    public async Task A_job_waits_for_the_child_in_virtual_time_and_gives_its_output(string pattern, string data)
    {
        await using var tasks = new TaskFixture();
        tasks.Create(Waits, "Child");

        var execution = await tasks.RunAsync(StartChild(pattern));

        Assert.Equal(
            $$"""
            {"ExecutionArn":"{{ChildExecution}}","Input":{{data}},"InputDetails":{"Included":true},"Name":"c1",
            "Output":{{data}},"OutputDetails":{"Included":true},"RedriveCount":0,"RedriveStatus":"NOT_REDRIVABLE",
            "RedriveStatusReason":"Execution is SUCCEEDED and cannot be redriven","StartDate":1769851800000,
            "StateMachineArn":"{{Child}}","Status":"SUCCEEDED","StopDate":1769855400000}
            """.ReplaceLineEndings(""),
            execution.Output!.Text);
        Assert.Equal(
            ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"],
            tasks.Kinds(execution).Where(kind => kind.StartsWith("Task", StringComparison.Ordinal) && !kind.StartsWith("TaskState", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_child_that_ends_at_once_is_still_submitted_first()
    {
        await using var tasks = new TaskFixture();
        tasks.Create(Passes, "Child");

        for (var i = 0; i < 50; i++)
        {
            var execution = await tasks.EndAsync(tasks.Engine.Start(new StartRequest(
                tasks.Create(TaskFixture.TaskMachine("arn:aws:states:::states:startExecution.sync", $$""" "Parameters":{"StateMachineArn":"{{Child}}"} """)),
                JsonObject.Empty)).Execution);
            Assert.Equal(
                ["ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"],
                tasks.Kinds(execution));
        }
    }

    [Theory]
    [InlineData(".sync")]
    [InlineData(".sync:2")]
    public async Task A_child_that_fails_fails_the_task_with_its_description_as_cause(string pattern)
    {
        await using var tasks = new TaskFixture();
        tasks.Create(Fails, "Child");

        var execution = await tasks.RunAsync(StartChild(pattern));

        Assert.Equal("States.TaskFailed", execution.Error);
        Assert.Equal(
            $$"""
            {"Cause":"in two","Error":"Broken","ExecutionArn":"{{ChildExecution}}","Input":"{\"id\":1}","InputDetails":{"Included":true},
            "Name":"c1","RedriveCount":0,"RedriveStatus":"REDRIVABLE","StartDate":1769851800000,"StateMachineArn":"{{Child}}","Status":"FAILED",
            "StopDate":1769851800000}
            """.ReplaceLineEndings(""),
            execution.Cause);
    }

    [Theory]
    [InlineData("alias:live", "StateMachineAliasArn")]
    [InlineData("1", "StateMachineVersionArn")]
    public async Task A_child_that_was_started_through_a_version_or_an_alias_says_so(string qualifier, string member)
    {
        await using var tasks = new TaskFixture();
        tasks.Create(Passes, "Child");
        var arn = qualifier == "1" ? $"{Child}:1" : $"{Child}:live";
        await tasks.RunAsync(Setup("publishStateMachineVersion", $$"""{"StateMachineArn":"{{Child}}"}"""));
        await tasks.EndAsync(tasks.Engine.Start(new StartRequest(tasks.Create(Setup(
            "createStateMachineAlias", $$"""{"Name":"live","RoutingConfiguration":[{"StateMachineVersionArn":"{{Child}}:1","Weight":100}]}""")), JsonObject.Empty)).Execution);

        var execution = await tasks.EndAsync(tasks.Engine.Start(new StartRequest(tasks.Create(
            StartChild(".sync").Replace(Child, arn, StringComparison.Ordinal)), JsonObject.Empty)).Execution);

        Assert.Equal(arn, ((JsonObject)execution.Output!).Text(member));
        static string Setup(string action, string parameters) =>
            TaskFixture.TaskMachine($"arn:aws:states:::aws-sdk:sfn:{action}", $""" "Parameters":{parameters} """);
    }

    [Fact]
    public async Task Stopping_the_parent_stops_the_child_it_waits_for()
    {
        await using var tasks = new TaskFixture();
        tasks.Create(TaskFixture.TaskMachine("arn:aws:states:::lambda:invoke.waitForTaskToken", """ "Parameters":{"FunctionName":"Ship"} """), "Child");
        var parent = tasks.Start(StartChild(".sync"));
        await ChildIsWaitedForAsync(tasks, parent);

        await tasks.Engine.StopAsync(parent.Arn, "Enough", null);

        var child = await tasks.Engine.WhenEndedAsync(ChildExecution, TestContext.Current.CancellationToken);
        Assert.Equal(
            (ExecutionStatus.Aborted, null, $"The Task state in AWS Step Functions execution [{parent.Arn}] which was managing this resource was aborted"),
            (child.Status, child.Error, child.Cause));
    }

    [Fact]
    public async Task A_child_that_somebody_stops_fails_the_task_with_its_description_as_cause()
    {
        await using var tasks = new TaskFixture();
        tasks.Create(TaskFixture.TaskMachine("arn:aws:states:::lambda:invoke.waitForTaskToken", """ "Parameters":{"FunctionName":"Ship"} """), "Child");
        var parent = tasks.Start(StartChild(".sync:2"));
        await ChildIsWaitedForAsync(tasks, parent);

        await tasks.Engine.StopAsync(ChildExecution, "Enough", "of it");

        var execution = await tasks.EndAsync(parent);
        Assert.Equal("States.TaskFailed", execution.Error);
        Assert.StartsWith($$""" {"Cause":"of it","Error":"Enough","ExecutionArn":"{{ChildExecution}}","Input":"{\"id\":1}", """.Trim(), execution.Cause, StringComparison.Ordinal);
        Assert.Contains("\"RedriveStatus\":\"REDRIVABLE\",\"StartDate\":", execution.Cause, StringComparison.Ordinal);
        Assert.Contains("\"Status\":\"ABORTED\",", execution.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_times_out_stops_its_child()
    {
        await using var tasks = new TaskFixture();
        tasks.Create(Waits, "Child");

        var execution = await tasks.RunAsync(StartChild(".sync", rest: ""","TimeoutSeconds":60"""));

        Assert.Equal("States.Timeout", execution.Error);
        Assert.Equal(ExecutionStatus.Aborted, (await tasks.Engine.WhenEndedAsync(ChildExecution, TestContext.Current.CancellationToken)).Status);
    }

    [Fact]
    public async Task The_token_of_a_job_ends_the_task_and_leaves_the_child_alone()
    {
        await using var tasks = new TaskFixture();
        tasks.Create(
            TaskFixture.TaskMachine("arn:aws:states:::lambda:invoke.waitForTaskToken", """ "Parameters":{"FunctionName":"Ship","Payload.$":"$.token"} """), "Child");
        var parent = tasks.Start(StartChild(".sync", """{"token.$":"$$.Task.Token"}"""));
        await ChildIsWaitedForAsync(tasks, parent);
        var input = (JsonObject)tasks.Engine.Describe(ChildExecution)!.Input;

        Assert.Equal(TokenResult.Accepted, tasks.Engine.CompleteTask(((JsonString)input["token"]!).Value, JsonValue.From("early")));

        Assert.Equal("\"early\"", (await tasks.EndAsync(parent)).Output!.Text);
        Assert.Equal(ExecutionStatus.Running, tasks.Engine.Describe(ChildExecution)!.Status);
    }

    [Fact]
    public async Task A_machine_that_is_not_there_is_told_in_the_words_of_the_optimized_integration()
    {
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(StartChild());

        Assert.Equal("StepFunctions.StateMachineDoesNotExistException", execution.Error);
        Assert.Matches(
            $@"^State Machine Does Not Exist: '{Child}' \(Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; Request ID: [0-9a-f-]{{36}}; Proxy: null\)$",
            execution.Cause);
    }

    [Fact]
    public async Task A_name_that_was_used_with_another_input_is_taken_and_with_the_same_gives_the_running_child()
    {
        await using var tasks = new TaskFixture();
        tasks.Create(TaskFixture.TaskMachine("arn:aws:states:::lambda:invoke.waitForTaskToken", """ "Parameters":{"FunctionName":"Ship"} """), "Child");
        await tasks.RunAsync(StartChild());

        var same = await tasks.EndAsync(tasks.Engine.Start(new StartRequest(tasks.Create(StartChild()), JsonObject.Empty)).Execution);
        var other = await tasks.EndAsync(tasks.Engine.Start(new StartRequest(tasks.Create(StartChild(input: "2")), JsonObject.Empty)).Execution);

        Assert.Equal(JsonValue.From(ChildExecution), ((JsonObject)same.Output!)["ExecutionArn"]);
        Assert.Equal("StepFunctions.ExecutionAlreadyExistsException", other.Error);
        Assert.StartsWith($"Execution Already Exists: '{ChildExecution}' (Service: AWSStepFunctions; ", other.Cause);
    }

    [Theory]
    [InlineData("null", "{}")]
    [InlineData("\"{ }\"", "{ }")]
    [InlineData("\"\\\"so\\\"\"", "\"so\"")]
    [InlineData("[1, 2]", "[1,2]")]
    public async Task An_input_that_is_a_text_is_sent_as_it_is_and_any_other_as_JSON(string input, string sent)
    {
        await using var tasks = new TaskFixture();
        tasks.Create(Passes, "Child");

        await tasks.RunAsync(StartChild(input: input));

        Assert.Equal(sent, tasks.Engine.Describe(ChildExecution)!.Input.Text);
    }

    [Fact]
    public async Task An_input_that_is_no_JSON_is_refused()
    {
        await using var tasks = new TaskFixture();
        tasks.Create(Passes, "Child");

        Assert.Equal("StepFunctions.InvalidExecutionInputException", (await tasks.RunAsync(StartChild(input: "\"so\""))).Error);
    }

    [Theory]
    [InlineData(".sync", "\"{\\\"id\\\":1}\"")]
    [InlineData(".sync:2", """{"id":1}""")]
    public async Task An_Express_child_is_waited_for_too(string pattern, string data)
    {
        await using var tasks = new TaskFixture();
        tasks.Create(Waits.Replace("3600", "60", StringComparison.Ordinal), "Child", StateMachineType.Express);

        var execution = await tasks.RunAsync(StartChild(pattern));

        var output = (JsonObject)execution.Output!;
        Assert.StartsWith("arn:aws:states:us-east-1:123456789012:express:Child:c1:", output.Text("ExecutionArn"), StringComparison.Ordinal);
        Assert.Equal(("SUCCEEDED", data, data), (output.Text("Status"), output["Input"]!.Text, output["Output"]!.Text));
        Assert.False(output.ContainsKey("RedriveCount"));
        Assert.Equal(TimeSpan.FromSeconds(60), execution.StopDate - execution.StartDate);
    }

    [Fact]
    public async Task An_Express_child_that_fails_fails_the_task()
    {
        await using var tasks = new TaskFixture();
        tasks.Create(Fails, "Child", StateMachineType.Express);

        var execution = await tasks.RunAsync(StartChild(".sync:2"));

        Assert.Equal("States.TaskFailed", execution.Error);
        Assert.StartsWith("""{"Cause":"in two","Error":"Broken","ExecutionArn":"arn:aws:states:us-east-1:123456789012:express:Child:c1:""", execution.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_name_is_refused_as_the_API_refuses_it()
    {
        await using var tasks = new TaskFixture();
        tasks.Create(Passes, "Child");

        var execution = await tasks.RunAsync(TaskFixture.TaskMachine(
            "arn:aws:states:::states:startExecution", $$""" "Parameters":{"StateMachineArn":"{{Child}}","Name":""} """));

        Assert.Equal("StepFunctions.ValidationException", execution.Error);
        Assert.StartsWith("1 validation error detected: Value '' at 'name' failed to satisfy constraint: ", execution.Cause);
    }

    [Fact]
    public async Task A_job_that_cannot_be_submitted_says_so_in_the_history()
    {
        await using var tasks = new TaskFixture();

        Assert.Contains("TaskSubmitFailed", tasks.Kinds(await tasks.RunAsync(StartChild(".sync"))));
    }

    [Fact]
    public async Task After_a_crash_a_child_is_waited_for_again_without_a_second_submission()
    {
        await using var tasks = new TaskFixture();
        tasks.Create("""{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1000,"End":true}}}""", "Child");
        var child = tasks.Start("""{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":1000,"End":true}}}""");
        var resource = TaskResource.Parse("arn:aws:states:::states:startExecution.sync:2")!;
        var request = new TaskRequest(resource, JsonObject.Empty, "token", child, "Do") { Submitted = JsonObject.Of(("ExecutionArn", JsonValue.From(child.Arn))) };

        var outcome = await tasks.Handlers.Find(resource)!.StartAsync(request, TestContext.Current.CancellationToken);

        Assert.Null(Assert.IsType<TaskOutcome.Waiting>(outcome).Submitted);
    }

    private static async Task ChildIsWaitedForAsync(TaskFixture tasks, ExecutionDescription parent)
    {
        var submitted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        tasks.Engine.TurnSaved += (arn, events) => Check(arn, events);
        Check(parent.Arn, tasks.Engine.ReadHistory(parent.Arn)!.Events);
        await submitted.Task.WaitAsync(TestContext.Current.CancellationToken);

        void Check(string arn, IReadOnlyList<HistoryEvent> events)
        {
            if (arn == parent.Arn && events.Any(e => e.Type == HistoryEventType.TaskSubmitted))
                submitted.TrySetResult();
        }
    }
}
