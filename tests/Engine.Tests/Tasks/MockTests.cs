using Stateside.Engine.Execution;
using Stateside.Engine.Tasks.Mocks;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Tasks;

public sealed class MockTests
{
    private static string File(string states, string responses) => $$"""
        {
          "StateMachines": { "Orders": { "TestCases": { "Case": {{states}} } } },
          "MockedResponses": {{responses}}
        }
        """;

    private static async Task<ExecutionDescription> RunAsync(
        TaskFixture tasks, string definition, string testCase = "Case", string input = "{}")
    {
        var request = new StartRequest(tasks.Create(definition), JsonReader.Parse(input)) { Name = "parent", TestCase = testCase };
        return await tasks.EndAsync((await tasks.Engine.StartAsync(request)).Execution);
    }

    [Fact]
    public async Task Answers_follow_one_another_over_retries()
    {
        await using var tasks = new TaskFixture(mocks: MockFile.Parse(
            File(
                """{"Do":"Late"}""",
                """{"Late":{"0":{"Throw":{"Error":"Busy","Cause":"first"}},"1-2":{"Throw":{"Error":"Busy","Cause":"again"}},"3":{"Return":{"ok":true}}} }"""),
            "mocks.json"));

        var execution = await RunAsync(tasks, TaskFixture.TaskMachine(
            TaskFixture.FunctionArn, """ "Retry":[{"ErrorEquals":["Busy"],"MaxAttempts":3}] """));

        Assert.Equal("""{"ok":true}""", execution.Output!.Text);
        Assert.Equal(3, tasks.Kinds(execution).Count(kind => kind == "LambdaFunctionFailed"));
        Assert.Empty(tasks.Functions.Requests);
    }

    [Theory]
    [InlineData("arn:aws:states:us-east-1:123456789012:activity:none", null, "ActivityScheduled ActivityStarted ActivitySucceeded")]
    [InlineData("arn:aws:states:::states:startExecution.sync:2", """ "Parameters":{"StateMachineArn":"none"} """, "TaskScheduled TaskStarted TaskSubmitted TaskSucceeded")]
    [InlineData("arn:aws:states:::eks:runJob.sync", """ "Parameters":{"ClusterName":"c","CertificateAuthority":"QQ==","Endpoint":"https://k.example","Job":{} } """, "TaskScheduled TaskStarted TaskSubmitted TaskSucceeded")]
    [InlineData("arn:aws:states:::ecs:runTask.sync", """ "Parameters":{"TaskDefinition":"t"} """, "TaskScheduled TaskStarted TaskSubmitted TaskSucceeded")]
    [InlineData("arn:aws:states:::sqs:sendMessage.waitForTaskToken", """ "Parameters":{"QueueUrl":"q","MessageBody.$":"$$.Task.Token"} """, "TaskScheduled TaskStarted TaskSubmitted TaskSucceeded")]
    [InlineData("arn:aws:states:::lambda:invoke", """ "Parameters":{"FunctionName":"f"} """, "TaskScheduled TaskStarted TaskSucceeded")]
    [InlineData("arn:aws:states:::aws-sdk:mediaconvert:createJob", """ "Parameters":{"Role":"r","Settings":{}} """, "TaskScheduled TaskStarted TaskSucceeded")]
    public async Task Any_kind_of_task_can_be_mocked(string resource, string? fields, string events)
    {
        await using var tasks = new TaskFixture(mocks: MockFile.Parse(File("""{"Do":"R"}""", """{"R":{"0":{"Return":[1]}}}"""), "mocks.json"));

        var execution = await RunAsync(tasks, TaskFixture.TaskMachine(resource, fields));

        Assert.Equal("[1]", execution.Output!.Text);
        Assert.Equal(events, string.Join(' ', tasks.Kinds(execution).Skip(2).SkipLast(2)));
    }

    [Theory]
    [InlineData("States.TaskFailed", "TaskScheduled TaskStarted TaskSubmitted TaskFailed")]
    [InlineData("Batch.ServerException", "TaskScheduled TaskStarted TaskFailed")]
    public async Task A_mocked_job_has_begun_where_the_error_is_not_its_service_s(string error, string events)
    {
        await using var tasks = new TaskFixture(mocks: MockFile.Parse(
            File("""{"Do":"R"}""", $$"""{"R":{"0":{"Throw":{"Error":"{{error}}","Cause":"c"} } } }"""), "mocks.json"));

        var execution = await RunAsync(tasks, TaskFixture.TaskMachine("arn:aws:states:::batch:submitJob.sync", """ "Parameters":{"JobName":"j","JobQueue":"q","JobDefinition":"d"} """));

        Assert.Equal((error, "c"), (execution.Error, execution.Cause));
        Assert.Equal(events, string.Join(' ', tasks.Kinds(execution).Skip(2).SkipLast(1)));
    }

    [Fact]
    public async Task A_callback_can_fail_by_a_mock()
    {
        await using var tasks = new TaskFixture(mocks: MockFile.Parse(
            File("""{"Do":"R"}""", """{"R":{"0":{"Throw":{"Error":"E","Cause":"c"}}}}"""), "mocks.json"));

        var execution = await RunAsync(tasks, TaskFixture.TaskMachine(
            "arn:aws:states:::sqs:sendMessage.waitForTaskToken", """ "Parameters":{"QueueUrl":"q","MessageBody":"b"} """));

        Assert.Equal(("E", "c"), (execution.Error, execution.Cause));
    }

    [Fact]
    public async Task A_state_that_the_test_case_does_not_name_does_the_real_thing()
    {
        await using var tasks = new TaskFixture(mocks: MockFile.Parse(File("""{"Other":"R"}""", """{"R":{"0":{"Return":1}}}"""), "mocks.json"));

        var execution = await RunAsync(tasks, TaskFixture.TaskMachine(TaskFixture.FunctionArn), input: """{"real":1}""");

        Assert.Equal("""{"real":1}""", execution.Output!.Text);
        Assert.Single(tasks.Functions.Requests);
    }

    [Fact]
    public async Task An_execution_without_a_test_case_does_the_real_thing()
    {
        await using var tasks = new TaskFixture(mocks: MockFile.Parse(File("""{"Do":"R"}""", """{"R":{"0":{"Return":1}}}"""), "mocks.json"));

        await tasks.RunAsync(TaskFixture.TaskMachine(TaskFixture.FunctionArn));

        Assert.Single(tasks.Functions.Requests);
    }

    [Fact]
    public async Task An_invocation_without_an_answer_says_which_one_is_missing()
    {
        await using var tasks = new TaskFixture(mocks: MockFile.Parse(File("""{"Do":"R"}""", """{"R":{"1":{"Return":1}}}"""), "mocks.json"));

        var execution = await RunAsync(tasks, TaskFixture.TaskMachine(TaskFixture.FunctionArn));

        Assert.Equal("States.Runtime", execution.Error);
        Assert.Contains("'R' of the state 'Do' has no answer to invocation 0", execution.Cause);
    }

    [Fact]
    public async Task Children_of_a_map_run_share_their_parent_s_test_case()
    {
        await using var tasks = new TaskFixture(mocks: MockFile.Parse(
            File("""{"Do":"R"}""", """{"R":{"0-9":{"Return":"mocked"}}}"""), "mocks.json"));

        var execution = await RunAsync(
            tasks,
            $$$"""
            {"StartAt":"M","States":{"M":{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
              "StartAt":"Do","States":{"Do":{"Type":"Task","Resource":"{{{TaskFixture.FunctionArn}}}","End":true} } },"End":true} } }
            """,
            input: "[1,2]");

        Assert.Equal("""["mocked","mocked"]""", execution.Output!.Text);
    }

    [Theory]
    [InlineData("{", "mocks.json(1,2)")]
    [InlineData("[]", "mocks.json(1,1): a mock file must be an object.")]
    [InlineData("""{"MockedResponses":{}}""", "mocks.json(1,1): StateMachines is missing.")]
    [InlineData("""{"StateMachines":{"M":{}}}""", "mocks.json(1,19): the state machine 'M' has no TestCases.")]
    [InlineData("""{"StateMachines":{"M":{"TestCases":{"C":{"S":"R"}}}}}""", "mocks.json(1,42): the state 'S' names the mocked response 'R', which MockedResponses does not have.")]
    [InlineData("""{"StateMachines":{},"MockedResponses":{"R":{"x":{"Return":1}}}}""", "mocks.json(1,45): 'x' must be a number such as \"0\" or a range such as \"1-2\".")]
    [InlineData("""{"StateMachines":{},"MockedResponses":{"R":{"2-1":{"Return":1}}}}""", "mocks.json(1,45): '2-1' must be a number such as \"0\" or a range such as \"1-2\".")]
    [InlineData("""{"StateMachines":{},"MockedResponses":{"R":{"2":{"Return":1},"0-2":{"Return":1}}}}""", "mocks.json(1,62): '0-2' stands for invocations that '2' stands for already.")]
    [InlineData("""{"StateMachines":{},"MockedResponses":{"R":{"0-2":{"Return":1},"2":{"Return":1}}}}""", "mocks.json(1,64): '2' stands for invocations that '0-2' stands for already.")]
    [InlineData("""{"StateMachines":{},"MockedResponses":{"R":{"0":{}}}}""", "mocks.json(1,45): exactly one of Return and Throw must stand here.")]
    [InlineData("""{"StateMachines":{},"MockedResponses":{"R":{"0":{"Throw":{"Error":"E","Cause":1}}}}}""", "mocks.json(1,50): the Cause of Throw must be a text.")]
    public void What_is_wrong_with_a_file_is_told_with_its_place(string text, string problem)
    {
        var e = Assert.Throws<MockFileException>(() => MockFile.Parse(text, "mocks.json"));

        Assert.StartsWith(problem, e.Message);
    }

    [Fact]
    public async Task A_mocked_error_needs_no_cause()
    {
        await using var tasks = new TaskFixture(mocks: MockFile.Parse(File("""{"Do":"R"}""", """{"R":{"0":{"Throw":{"Error":"E"}}}}"""), "mocks.json"));

        var execution = await RunAsync(tasks, TaskFixture.TaskMachine(TaskFixture.FunctionArn));

        Assert.Equal(("E", null), (execution.Error, execution.Cause));
    }

    [Theory]
    [InlineData("Orders")]
    [InlineData("stack-Orders-AbC")]
    public void The_only_machine_of_a_file_is_the_machine_that_runs(string machine)
    {
        var mocks = MockFile.Parse(File("""{"Do":"R"}""", """{"R":{"0":{"Return":1}}}"""), "mocks.json");

        Assert.True(mocks.Has(machine, "Case"));
        Assert.False(mocks.Has(machine, "Other"));
        Assert.Equal(["Case"], mocks.TestCases(machine));
        Assert.Equal(["Do"], mocks.States(machine, "Case"));
        Assert.NotNull(mocks.Find(machine, "Case", "Do"));
        Assert.Equal("It has: Case.", mocks.Instead(machine));
    }

    [Fact]
    public void A_file_may_call_a_machine_by_its_logical_id()
    {
        var mocks = MockFile.Parse("""{"StateMachines":{"Pay":{"TestCases":{"A":{}}},"Ship":{"TestCases":{"B":{},"C":{}}}}}""", "mocks.json");
        mocks.Know("shop-pay", "Pay");

        Assert.True(mocks.Has("shop-pay", "A"));
        Assert.False(mocks.Has("shop-ship", "B"));
        Assert.Equal("The file's state machines and their test cases: Pay (A); Ship (B, C).", mocks.Instead("shop-ship"));
    }

    [Fact]
    public void The_only_machine_of_a_file_is_no_other_than_the_one_it_names()
    {
        var mocks = MockFile.Parse(File("""{"Do":"R"}""", """{"R":{"0":{"Return":1}}}"""), "mocks.json");
        mocks.Know("Orders", "OrdersMachine");
        mocks.Know("Refunds", "RefundsMachine");

        Assert.True(mocks.Has("Orders", "Case"));
        Assert.False(mocks.Has("Refunds", "Case"));
        Assert.Equal("The file's state machines and their test cases: Orders (Case).", mocks.Instead("Refunds"));
    }
}
