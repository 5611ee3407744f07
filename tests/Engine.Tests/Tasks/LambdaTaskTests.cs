using System.Text;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tests.Execution;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Tasks;

public sealed class LambdaTaskTests
{
    private const string Invoke = "arn:aws:states:::lambda:invoke";

    [Fact]
    public async Task A_function_by_its_ARN_gets_the_input_and_gives_its_payload_both_letter_by_letter()
    {
        await using var tasks = new TaskFixture(_ => TaskFixture.Answer("[1, 1, 1.0]"));

        var execution = await tasks.RunAsync(TaskFixture.TaskMachine(TaskFixture.FunctionArn), """{ "a" : 1 }""");

        Assert.Equal("""{ "a" : 1 }""", tasks.Functions.LastPayload);
        Assert.Equal(TaskFixture.FunctionArn, tasks.Functions.Requests[0].FunctionName);
        Assert.Equal("[1, 1, 1.0]", execution.Output!.Text);
        Assert.Equal(
            ["ExecutionStarted", "TaskStateEntered", "LambdaFunctionScheduled", "LambdaFunctionStarted", "LambdaFunctionSucceeded", "TaskStateExited", "ExecutionSucceeded"],
            tasks.Kinds(execution));
    }

    [Theory]
    [InlineData(TaskFixture.FunctionArn, null)]
    [InlineData(Invoke, """ "Parameters":{"FunctionName":"Ship"} """)]
    public async Task An_invocation_says_which_attempt_it_is_for(string resource, string? fields)
    {
        await using var tasks = new TaskFixture(_ => TaskFixture.Answer("1"));

        var execution = await tasks.RunAsync(TaskFixture.TaskMachine(resource, fields));

        var scheduled = tasks.Engine.ReadHistory(execution.Arn)!.Events[2];
        Assert.Equal(new FunctionCaller(execution.Arn, execution.StateMachine.Definition.StartAt, scheduled.PreviousEventId), tasks.Functions.Requests[0].Caller);
    }

    [Fact]
    public async Task A_function_that_gives_nothing_gives_null()
    {
        await using var tasks = new TaskFixture(_ => TaskFixture.Answer(""));

        Assert.Equal("null", (await tasks.RunAsync(TaskFixture.TaskMachine(TaskFixture.FunctionArn))).Output!.Text);
    }

    [Theory]
    [InlineData(TaskFixture.FunctionArn, null, """{"errorType": "OutOfStock", "stackTrace": []}""")]
    [InlineData(Invoke, """ "Parameters":{"FunctionName":"Ship"} """, """{"errorType":"OutOfStock","stackTrace":[]}""")]
    public async Task A_function_that_fails_gives_its_error_type_and_its_payload_as_cause(string resource, string? fields, string cause)
    {
        await using var tasks = new TaskFixture(_ => TaskFixture.Answer("""{"errorType": "OutOfStock", "stackTrace": []}""", "Unhandled"));

        var execution = await tasks.RunAsync(TaskFixture.TaskMachine(resource, fields));

        Assert.Equal(ExecutionStatus.Failed, execution.Status);
        Assert.Equal("OutOfStock", execution.Error);
        Assert.Equal(cause, execution.Cause);
    }

    [Theory]
    [InlineData("""{"errorMessage":"Task timed out after 3.00 seconds"}""")]
    [InlineData("""{"errorType":7}""")]
    [InlineData("Killed")]
    public async Task A_function_that_fails_without_an_error_type_gives_Lambda_Unknown(string payload)
    {
        await using var tasks = new TaskFixture(_ => TaskFixture.Answer(payload, "Unhandled"));

        var execution = await tasks.RunAsync(TaskFixture.TaskMachine(TaskFixture.FunctionArn));

        Assert.Equal("Lambda.Unknown", execution.Error);
        Assert.Equal($"The cause could not be determined because Lambda did not return an error type. Returned payload: {payload}", execution.Cause);
    }

    [Fact]
    public async Task Error_and_cause_are_cut_at_the_service_s_limits_and_never_within_a_character()
    {
        var payload = $$"""{"errorType":"{{new string('E', 300)}}","errorMessage":"{{string.Concat(Enumerable.Repeat("😀", 20_000))}}"}""";
        await using var tasks = new TaskFixture(_ => TaskFixture.Answer(payload, "Unhandled"));

        var execution = await tasks.RunAsync(TaskFixture.TaskMachine(TaskFixture.FunctionArn));

        Assert.Equal(256, execution.Error!.Length);
        Assert.InRange(execution.Cause!.Length, 32_767, 32_768);
        Assert.False(char.IsHighSurrogate(execution.Cause[^1]));
    }

    [Theory]
    [InlineData("ResourceNotFoundException", 404, "Lambda.ResourceNotFoundException")]
    [InlineData("TooManyRequestsException", 429, "Lambda.TooManyRequestsException")]
    [InlineData("ServiceException", 500, "Lambda.ServiceException")]
    [InlineData("AccessDeniedException", 403, "Lambda.AWSLambdaException")]
    public async Task A_refusal_is_named_and_told_as_the_SDK_behind_optimized_integrations_does(string code, int status, string error)
    {
        await using var tasks = new TaskFixture(_ => new FunctionResponse.Refused(new ServiceError(code, "No.", status, "9c2e")));

        var execution = await tasks.RunAsync(TaskFixture.TaskMachine(Invoke, """ "Parameters":{"FunctionName":"Ship"} """));

        Assert.Equal(error, execution.Error);
        Assert.Equal($"No. (Service: AWSLambda; Status Code: {status}; Error Code: {code}; Request ID: 9c2e; Proxy: null)", execution.Cause);
        Assert.Equal("invoke", tasks.Event(execution, HistoryEventType.TaskFailed)["resource"]);
    }

    [Fact]
    public async Task An_endpoint_that_cannot_be_reached_is_a_client_exception()
    {
        await using var tasks = new TaskFixture(_ => new FunctionResponse.Refused(ServiceError.Unreachable("Connection refused")));

        var execution = await tasks.RunAsync(TaskFixture.TaskMachine(TaskFixture.FunctionArn));

        Assert.Equal("Lambda.SdkClientException", execution.Error);
        Assert.Equal("Unable to execute HTTP request: Connection refused", execution.Cause);
        Assert.Contains("LambdaFunctionFailed", tasks.Kinds(execution));
    }

    [Fact]
    public async Task Invoke_gives_payload_version_and_both_kinds_of_metadata()
    {
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(TaskFixture.TaskMachine(Invoke, """ "Parameters":{"FunctionName":"Ship","Payload":{"id": 7}} """));

        Assert.Equal(
            """
            {"ExecutedVersion":"$LATEST","Payload":{"id":7},
            "SdkHttpMetadata":{"AllHttpHeaders":{"X-Amz-Executed-Version":["$LATEST"],"Content-Length":["8"]},
            "HttpHeaders":{"Content-Length":"8","X-Amz-Executed-Version":"$LATEST"},"HttpStatusCode":200},
            "SdkResponseMetadata":{"RequestId":"3f1c"},"StatusCode":200}
            """.ReplaceLineEndings(""),
            execution.Output!.Text);
    }

    [Theory]
    [InlineData(""" "Payload":"7" """, "7")]
    [InlineData(""" "Payload":"\"so\"" """, "\"so\"")]
    [InlineData(""" "Payload":[1, 2] """, "[1,2]")]
    [InlineData(""" "Payload":null """, "{}")]
    [InlineData(""" "Qualifier":"live" """, "{}")]
    public async Task Invoke_sends_a_text_as_it_is_other_values_as_JSON_and_nothing_as_an_empty_object(string payload, string sent)
    {
        await using var tasks = new TaskFixture();

        await tasks.RunAsync(TaskFixture.TaskMachine(Invoke, $$""" "Parameters":{"FunctionName":"Ship",{{payload}}} """));

        Assert.Equal(sent, tasks.Functions.LastPayload);
    }

    [Fact]
    public async Task Invoke_passes_on_all_that_Lambda_takes()
    {
        await using var tasks = new TaskFixture(_ => TaskFixture.Answer("1") with { LogResult = "U1RBUlQ=" });

        var execution = await tasks.RunAsync(TaskFixture.TaskMachine(
            Invoke,
            """ "Parameters":{"FunctionName":"function:Ship","Qualifier":"live","InvocationType":"DryRun","ClientContext":"e30=","LogType":"Tail"} """));

        var request = tasks.Functions.Requests[0];
        Assert.Equal(
            ("function:Ship", "live", FunctionInvocationType.DryRun, "e30=", true),
            (request.FunctionName, request.Qualifier, request.InvocationType, request.ClientContext, request.WantsLog));
        Assert.Equal("U1RBUlQ=", ((JsonString)((JsonObject)execution.Output!)["LogResult"]!).Value);
    }

    [Fact]
    public async Task A_payload_that_is_not_JSON_is_text_to_invoke_and_a_failure_to_a_function_s_ARN()
    {
        await using var tasks = new TaskFixture(_ => TaskFixture.Answer("plain words"));

        var invoked = await tasks.RunAsync(TaskFixture.TaskMachine(Invoke, """ "Parameters":{"FunctionName":"Ship"},"OutputPath":"$.Payload" """));
        var direct = (await tasks.EndAsync(tasks.Engine.Start(
            new StartRequest(tasks.Create(TaskFixture.TaskMachine(TaskFixture.FunctionArn)), JsonObject.Empty)).Execution));

        Assert.Equal("\"plain words\"", invoked.Output!.Text);
        Assert.Equal("States.Runtime", direct.Error);
        Assert.EndsWith("not JSON: plain words", direct.Cause);
    }

    [Theory]
    [InlineData(TaskFixture.FunctionArn, null, TaskFixture.FunctionArn)]
    [InlineData(Invoke, """ "Parameters":{"FunctionName":"Ship"} """, "lambda")]
    public async Task A_payload_beyond_256_KiB_exceeds_the_limit_even_when_it_is_not_JSON(string resource, string? fields, string task)
    {
        await using var tasks = new TaskFixture(_ => TaskFixture.Answer(new string('a', 262_145)));

        var execution = await tasks.RunAsync(TaskFixture.TaskMachine(resource, fields));

        Assert.Equal("States.DataLimitExceeded", execution.Error);
        Assert.Equal($"The state/task '{task}' returned a result with a size exceeding the maximum number of bytes service limit.", execution.Cause);
    }

    [Fact]
    public async Task A_function_named_by_no_text_is_a_failure_that_names_the_field()
    {
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(TaskFixture.TaskMachine(Invoke, """ "Parameters":{"FunctionName.$":"$.name"} """), """{"name":7}""");

        Assert.Equal("States.Runtime", execution.Error);
        Assert.Equal(
            """
            An error occurred while executing the state 'Do' (entered at the event id #2). The Parameters '{"FunctionName":7}' could not be used to start the Task: [The value for the field 'FunctionName' must be a STRING]
            """.Trim(),
            execution.Cause);
        Assert.Empty(tasks.Functions.Requests);
    }

    [Fact]
    public async Task A_callback_is_submitted_with_the_function_s_answer_and_ends_by_its_token()
    {
        var asked = new TaskCompletionSource<string>();
        await using var tasks = new TaskFixture(request =>
        {
            asked.SetResult(Encoding.UTF8.GetString(request.Payload.Span));
            return TaskFixture.Answer("\"on its way\"");
        });

        var execution = tasks.Start(TaskFixture.TaskMachine(
            Invoke + ".waitForTaskToken", """ "Parameters":{"FunctionName":"Ship","Payload":{"token.$":"$$.Task.Token"}} """));
        var payload = (JsonObject)JsonReader.Parse(await asked.Task.WaitAsync(TestContext.Current.CancellationToken));
        Assert.Equal(TokenResult.Accepted, tasks.Engine.CompleteTask(((JsonString)payload["token"]!).Value, JsonValue.From("delivered")));
        var ended = await tasks.EndAsync(execution);

        Assert.Equal("\"delivered\"", ended.Output!.Text);
        Assert.Equal(
            ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"],
            tasks.Kinds(ended).Where(kind => kind.StartsWith("Task", StringComparison.Ordinal) && !kind.StartsWith("TaskState", StringComparison.Ordinal)));
        Assert.Equal("on its way", ((JsonString)((JsonObject)tasks.Event(ended, HistoryEventType.TaskSubmitted)["output"]!)["Payload"]!).Value);
    }

    [Fact]
    public async Task Through_the_SDK_a_function_s_failure_is_a_fact_and_its_payload_a_text()
    {
        await using var tasks = new TaskFixture(_ => TaskFixture.Answer("""{"errorType": "OutOfStock"}""", "Unhandled"));

        var execution = await tasks.RunAsync(TaskFixture.TaskMachine("arn:aws:states:::aws-sdk:lambda:invoke", """ "Parameters":{"FunctionName":"Ship"} """));

        Assert.Equal(
            """{"ExecutedVersion":"$LATEST","FunctionError":"Unhandled","Payload":"{\"errorType\": \"OutOfStock\"}","StatusCode":200}""", execution.Output!.Text);
    }
}
