using Stateside.Engine.Execution;
using Stateside.Engine.Execution.StateTests;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Execution;

public sealed class StateTestTests
{
    private const string Role = "arn:aws:iam::123456789012:role/r";

    [Fact]
    public async Task A_pass_state_shows_its_data_at_each_stage()
    {
        var result = await RunAsync(
            """{"Type":"Pass","InputPath":"$.order","Parameters":{"id.$":"$.id"},"ResultPath":"$.kept","OutputPath":"$.kept","Next":"After"}""",
            """{"order":{"id":7},"x":1}""");

        Assert.Equal((StateTestStatus.Succeeded, """{"id":7}""", "After"), (result.Status, result.Output?.Text, result.NextState));
        Assert.Equal("""{"id":7}""", result.Inspection.AfterInputPath?.Text);
        Assert.Equal("""{"id":7}""", result.Inspection.AfterParameters?.Text);
        Assert.Equal("""{"id":7}""", result.Inspection.AfterResultSelector?.Text);
        Assert.Equal("""{"order":{"id":7},"x":1,"kept":{"id":7}}""", result.Inspection.AfterResultPath?.Text);
    }

    [Fact]
    public async Task A_state_that_fails_to_evaluate_says_so_without_a_history_to_point_at()
    {
        var result = await RunAsync("""{"Type":"Pass","InputPath":"$.missing","End":true}""", """{"a":1}""");

        Assert.Equal(StateTestStatus.Failed, result.Status);
        Assert.Equal("States.Runtime", result.Error);
        Assert.StartsWith("Invalid path '$.missing'", result.Cause, StringComparison.Ordinal);
        Assert.Null(result.Output);
    }

    [Fact]
    public async Task Variables_are_those_that_were_given_and_those_that_the_state_sets()
    {
        var result = await RunAsync(
            new StateTestRequest { Definition = """{"Type":"Pass","Assign":{"b.$":"$a"},"End":true}""", Variables = """{"a":1}""" });

        Assert.Equal("""{"a":1,"b":1}""", result.Inspection.Variables?.Text);
    }

    [Fact]
    public async Task A_wait_state_keeps_nobody_waiting()
    {
        var result = await RunAsync("""{"Type":"Wait","Seconds":86400,"Next":"Morning"}""");

        Assert.Equal((StateTestStatus.Succeeded, "Morning"), (result.Status, result.NextState));
    }

    [Fact]
    public async Task A_task_without_a_mock_is_done_for_real()
    {
        var result = await RunAsync(
            new StateTestRequest { Definition = Task("""  "ResultSelector":{"n.$":"$.Payload"}, "End":true  """), RoleArn = Role },
            request => new TaskOutcome.Completed(JsonObject.Of(("Payload", request.Payload))));

        Assert.Equal("""{"n":{"FunctionName":"f"}}""", result.Output?.Text);
        Assert.Equal("""{"Payload":{"FunctionName":"f"}}""", result.Inspection.Result?.Text);
    }

    [Fact]
    public async Task A_task_that_fails_goes_to_its_catcher()
    {
        var result = await RunAsync(
            new StateTestRequest
            {
                Definition = Task("""  "End":true, "Catch":[{"ErrorEquals":["Other"],"Next":"A"},{"ErrorEquals":["States.ALL"],"ResultPath":"$.error","Next":"B"}]  """),
                RoleArn = Role,
                Input = """{"a":1}""",
            },
            _ => new TaskOutcome.Failed(new TaskFailure("Broken", "for good")));

        Assert.Equal((StateTestStatus.CaughtError, "B", 1), (result.Status, result.NextState, result.CatchIndex));
        Assert.Equal(("Broken", "for good"), (result.Error, result.Cause));
        Assert.Equal("""{"a":1,"error":{"Error":"Broken","Cause":"for good"}}""", result.Output?.Text);
    }

    [Theory]
    [InlineData(null, StateTestStatus.Retriable, 2.0)]
    [InlineData(2, StateTestStatus.Retriable, 8.0)]
    [InlineData(3, StateTestStatus.Failed, null)]
    public async Task A_retrier_pauses_by_how_often_it_was_used_and_gives_up_in_the_end(int? used, StateTestStatus status, double? seconds)
    {
        var result = await RunAsync(new StateTestRequest
        {
            Definition = Task("""  "End":true, "Retry":[{"ErrorEquals":["Other"]},{"ErrorEquals":["Busy"],"IntervalSeconds":2,"JitterStrategy":"FULL"}]  """),
            Mock = new StateMockRequest { HasError = true, Error = "Busy" },
            RetrierRetryCount = used,
        });

        Assert.Equal((status, "Busy", 1), (result.Status, result.Error, result.RetryIndex));
        Assert.Equal(seconds, result.RetryPause?.TotalSeconds);
    }

    [Fact]
    public async Task An_error_that_a_used_up_retrier_lets_through_is_caught()
    {
        var result = await RunAsync(new StateTestRequest
        {
            Definition = Task("""  "End":true, "Retry":[{"ErrorEquals":["Busy"],"MaxAttempts":1}], "Catch":[{"ErrorEquals":["Busy"],"Next":"Later"}]  """),
            Mock = new StateMockRequest { HasError = true, Error = "Busy" },
            RetrierRetryCount = 1,
        });

        Assert.Equal((StateTestStatus.CaughtError, "Later", 0, 0), (result.Status, result.NextState, result.RetryIndex, result.CatchIndex));
    }

    [Fact]
    public async Task A_callback_task_finds_the_token_of_the_given_context()
    {
        var result = await RunAsync(new StateTestRequest
        {
            Definition = """{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{"QueueUrl":"q","MessageBody.$":"$$.Task.Token"},"End":true}""",
            Context = """{"Task":{"Token":"the-token"}}""",
            Mock = new StateMockRequest { Result = """{"any":"thing"}""" },
        });

        Assert.Equal("""{"QueueUrl":"q","MessageBody":"the-token"}""", result.Inspection.AfterParameters?.Text);
        Assert.Equal("""{"any":"thing"}""", result.Output?.Text);
    }

    [Fact]
    public async Task A_state_of_a_machine_is_found_inside_a_map_too()
    {
        var result = await RunAsync(new StateTestRequest
        {
            Definition = """
                {"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"Inner","States":{
                  "Inner":{"Type":"Pass","Result":1,"Next":"Last"},"Last":{"Type":"Pass","End":true}}}}}}
                """,
            StateName = "Inner",
        });

        Assert.Equal(("1", "Last"), (result.Output?.Text, result.NextState));
    }

    [Fact]
    public async Task A_map_shows_its_items_its_selected_items_and_its_batches()
    {
        var result = await RunAsync(new StateTestRequest
        {
            Definition = """
                {"Type":"Map","ItemsPath":"$.items","MaxConcurrency":2,"ToleratedFailurePercentage":50,"End":true,
                 "ItemSelector":{"i.$":"$$.Map.Item.Index","v.$":"$$.Map.Item.Value"},
                 "ItemBatcher":{"MaxItemsPerBatch":2,"BatchInput":{"shared":true}},
                 "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}
                """,
            Input = """{"items":["a","b","c"]}""",
            Mock = new StateMockRequest { Result = "[1, 2]" },
        });

        var stages = result.Inspection;
        Assert.Equal("""["a","b","c"]""", stages.AfterItemsPath?.Text);
        Assert.Equal("""[{"i":0,"v":"a"},{"i":1,"v":"b"},{"i":2,"v":"c"}]""", stages.AfterItemSelector?.Text);
        Assert.Equal(
            """[{"BatchInput":{"shared":true},"Items":[{"i":0,"v":"a"},{"i":1,"v":"b"}]},{"BatchInput":{"shared":true},"Items":[{"i":2,"v":"c"}]}]""",
            stages.AfterItemBatcher?.Text);
        Assert.Equal((2L, 50d, null), (stages.MaxConcurrency, stages.ToleratedFailurePercentage, stages.ToleratedFailureCount));
        Assert.Equal("[1, 2]", result.Output?.Text);
    }

    [Theory]
    [InlineData("\"MaxItemsPerBatch\":0", """[{"Items":["a","b","c"]}]""")]
    [InlineData("\"MaxItemsPerBatch\":2", """[{"Items":["a","b"]},{"Items":["c"]}]""")]
    [InlineData("\"MaxInputBytesPerBatch\":0", """[{"Items":["a","b","c"]}]""")]
    [InlineData("\"MaxInputBytesPerBatch\":19", """[{"Items":["a","b"]},{"Items":["c"]}]""")]
    [InlineData("\"MaxInputBytesPerBatch\":18", """[{"Items":["a"]},{"Items":["b"]},{"Items":["c"]}]""")]
    [InlineData("\"MaxInputBytesPerBatch\":1", """[{"Items":["a"]},{"Items":["b"]},{"Items":["c"]}]""")]
    public async Task A_batch_takes_what_its_limits_let_and_one_item_at_least(string limit, string batches)
    {
        var result = await RunAsync(new StateTestRequest
        {
            Definition = """
                {"Type":"Map","End":true,"ItemBatcher":{LIMIT},
                 "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}
                """.Replace("LIMIT", limit, StringComparison.Ordinal),
            Input = """["a","b","c"]""",
            Mock = new StateMockRequest { Result = "[]" },
        });

        Assert.Equal(batches, result.Inspection.AfterItemBatcher?.Text);
    }

    [Theory]
    [InlineData("JSON", "\"ItemsPointer\":\"/page/orders\",", """{"page":{"orders":["a","b"]}}""")]
    [InlineData("JSON", "", """["a","b"]""")]
    [InlineData("JSONL", "", "\"a\"\n\"b\"\n")]
    [InlineData("JSON", "\"MaxItems\":2,", """["a","b","c"]""")]
    public async Task What_a_reader_would_have_read_is_selected_from(string type, string pointer, string data)
    {
        var result = await RunAsync(new StateTestRequest
        {
            Definition = """
                {"Type":"Map","End":true,"ItemSelector":{"v.$":"$$.Map.Item.Value"},
                 "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{POINTER "InputType":"TYPE"},"Parameters":{"Bucket":"b","Key":"k"}},
                 "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}
                """.Replace("POINTER", pointer, StringComparison.Ordinal).Replace("TYPE", type, StringComparison.Ordinal),
            MapItemReaderData = data,
            Mock = new StateMockRequest { Result = "[]" },
        });

        Assert.Equal("""[{"v":"a"},{"v":"b"}]""", result.Inspection.AfterItemSelector?.Text);
        Assert.Equal(pointer.Contains("ItemsPointer", StringComparison.Ordinal) ? """["a","b"]""" : null, result.Inspection.AfterItemsPointer?.Text);
    }

    [Theory]
    [InlineData("\"ItemsPath\":\"$.orders\",", """{"orders":["a","b"]}""", "[\"a\",\"b\"]")]
    [InlineData("", """["a","b"]""", null)]
    public async Task What_a_reader_would_have_read_may_be_the_input(string path, string input, string? shown)
    {
        var result = await RunAsync(new StateTestRequest
        {
            Definition = """
                {"Type":"Map","End":true,"ItemSelector":{"v.$":"$$.Map.Item.Value"},PATH
                 "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","ReaderConfig":{"InputType":"JSON"},"Parameters":{"Bucket":"b","Key":"k"}},
                 "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}
                """.Replace("PATH", path, StringComparison.Ordinal),
            Input = input,
            Mock = new StateMockRequest { Result = "[]" },
        });

        Assert.Equal("""[{"v":"a"},{"v":"b"}]""", result.Inspection.AfterItemSelector?.Text);
        Assert.Equal(shown, result.Inspection.AfterItemsPath?.Text);
    }

    [Theory]
    [InlineData("In", """{"i":0,"v":{"q":1}}""")]
    [InlineData("Deep", """{"i":0,"v":{"q":1}}""")]
    [InlineData("Out", null)]
    public async Task A_state_within_a_map_finds_its_input_as_the_first_item(string name, string? output)
    {
        const string Fields = """ "Type":"Pass","End":true,"Parameters":{"i.$":"$$.Map.Item.Index","v.$":"$$.Map.Item.Value"} """;
        var result = await RunAsync(new StateTestRequest
        {
            Definition = $$$"""
                {"StartAt":"M","States":{"Out":{{{{Fields}}}},"M":{"Type":"Map","Next":"Out","ItemProcessor":{"StartAt":"In","States":{
                  "In":{{{{Fields.Replace("\"End\":true", "\"Next\":\"P\"", StringComparison.Ordinal)}}}},
                  "P":{"Type":"Parallel","End":true,"Branches":[{"StartAt":"Deep","States":{"Deep":{{{{Fields}}}} } }] } } } } } }
                """,
            StateName = name,
            Input = """{"q":1}""",
        });

        Assert.Equal(output, result.Output?.Text);
        Assert.Equal(output is null ? "States.Runtime" : null, result.Error);
    }

    [Theory]
    [InlineData(""" "ToleratedFailureCount":1, """, 1, StateTestStatus.Succeeded)]
    [InlineData(""" "ToleratedFailureCount":1, """, 2, StateTestStatus.Failed)]
    [InlineData(""" "ToleratedFailurePercentage":50, """, 2, StateTestStatus.Succeeded)]
    [InlineData(""" "ToleratedFailurePercentage":50, """, 3, StateTestStatus.Failed)]
    [InlineData("", 3, StateTestStatus.Succeeded)]
    public async Task A_map_fails_when_more_iterations_did_than_its_author_tolerates(string tolerance, int failed, StateTestStatus status)
    {
        var result = await RunAsync(new StateTestRequest
        {
            Definition = """
                {"Type":"Map",TOLERANCE "End":true,
                 "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}
                """.Replace("TOLERANCE", tolerance, StringComparison.Ordinal),
            Input = "[1,2,3,4]",
            Mock = new StateMockRequest { Result = "[]" },
            MapIterationFailureCount = failed,
        });

        Assert.Equal(status, result.Status);
        Assert.Equal(status == StateTestStatus.Failed ? "States.ExceedToleratedFailureThreshold" : null, result.Error);
    }

    [Fact]
    public async Task No_more_iterations_can_have_failed_than_there_are_items()
    {
        var refused = await Assert.ThrowsAsync<StateTestException>(() => RunAsync(new StateTestRequest
        {
            Definition = """
                {"Type":"Map","End":true,
                 "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}
                """,
            Input = "[1,2,3]",
            Mock = new StateMockRequest { Result = "[]" },
            MapIterationFailureCount = 4,
        }));

        Assert.Equal("ValidationException", refused.Code);
    }

    [Theory]
    [InlineData("""{"MessageId":1}""", "Field 'MessageId' must be a string")]
    [InlineData("""{"MD5OfMessageBody":"x","MessageId":"m"}""", null)]
    [InlineData("""{"Unheard":1}""", null)]
    [InlineData("[]", "Result must be an object")]
    public void A_mocked_result_is_held_against_what_the_service_answers(string result, string? problem) => AssertMock(
        """{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","Parameters":{"QueueUrl":"q","MessageBody":"m"},"End":true}""", result, FieldValidation.Strict, problem);

    [Theory]
    [InlineData(FieldValidation.Strict, "{}", "Required field 'ExecutionArn' is missing")]
    [InlineData(FieldValidation.Present, "{}", null)]
    [InlineData(FieldValidation.Present, """{"StartDate":1}""", "Field 'StartDate' must be a string")]
    [InlineData(FieldValidation.None, """{"StartDate":1}""", null)]
    public void How_strictly_depends_on_the_mode(object mode, string result, string? problem) => AssertMock(
        """{"Type":"Task","Resource":"arn:aws:states:::states:startExecution","Parameters":{"StateMachineArn":"arn"},"End":true}""", result, (FieldValidation)mode, problem);

    [Theory]
    [InlineData("aws-sdk:dynamodb:getItem", """{"Item":{"id":{"S":1}}}""", "Field 'S' must be a string")]
    [InlineData("aws-sdk:dynamodb:getItem", """{"Item":{"tags":{"L":[{"Bool":"yes"}]}}}""", "Field 'Bool' must be a boolean")]
    [InlineData("aws-sdk:dynamodb:getItem", """{"Item":[]}""", "Field 'Item' must be an object")]
    [InlineData("aws-sdk:s3:headObject", """{"StorageClass":"PAPER"}""", "Field 'StorageClass' is not an expected value")]
    [InlineData("aws-sdk:lambda:getFunctionConfiguration", """{"MemorySize":1}""", "Field 'MemorySize' is less than the minimum value")]
    [InlineData("states:startExecution.sync:2", """{"Output":{}}""", "Field 'Output' must be a string")]
    [InlineData("aws-sdk:rds:describeDBInstances", """{"DbInstances":[{"DbInstanceArn":1}]}""", "Field 'DbInstanceArn' must be a string")]
    [InlineData("lambda:invoke", """{"Payload":1}""", "Field 'Payload' must be a string")]
    [InlineData("http:invoke", """{"Any":1}""", null)]
    [InlineData("batch:submitJob.sync", """{"JobName":1}""", null)]
    [InlineData("aws-sdk:lookoutvision:describeModel", """{"Any":1}""", null)]
    public void Limits_enumerations_and_nested_values_are_looked_at(string resource, string result, string? problem) => AssertMock(
        $$"""{"Type":"Task","Resource":"arn:aws:states:::{{resource}}","QueryLanguage":"JSONata","Arguments":"{% $states.input %}","End":true}""", result, FieldValidation.Present, problem);

    [Theory]
    [InlineData("""{"Map":{}}""", "'Map' field is not supported when mocking a Context object")]
    [InlineData("""{"Execution":{"Nme":"x"}}""", "Field 'Nme' is not allowed")]
    [InlineData("""{"State":{"RetryCount":"1"}}""", "State.RetryCount must be a number")]
    [InlineData("""{"State":1}""", "State must be an object")]
    [InlineData("""{"Task":{"Token":"t"}}""",
        "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern")]
    public void A_context_object_that_could_not_be_is_refused(string context, string problem)
    {
        var e = Assert.Throws<StateTestException>(() => StateTestReader.Read(new StateTestRequest
        {
            Definition = Task("\"End\":true"),
            Context = context,
            Mock = new StateMockRequest { Result = "{}" },
        }));

        Assert.Equal(("ValidationException", $"Invalid Context object provided: {problem}"), (e.Code, e.Message));
    }

    [Theory]
    [InlineData("""{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:a","End":true}""", "InvalidDefinition")]
    [InlineData("""{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync","Parameters":{"StateMachineArn":"a"},"End":true}""", "InvalidDefinition")]
    [InlineData("""{"Type":"Parallel","Branches":[{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}],"End":true}""", "InvalidDefinition")]
    [InlineData("""{"Type":"Pass","Next":1}""", "InvalidDefinition")]
    public void Without_a_mock_only_some_states_can_be_tested(string definition, string code) =>
        Assert.Equal(code, Assert.Throws<StateTestException>(() => StateTestReader.Read(new StateTestRequest { Definition = definition, RoleArn = Role })).Code);

    private static void AssertMock(string definition, string result, FieldValidation mode, string? problem)
    {
        var request = new StateTestRequest { Definition = definition, Mock = new StateMockRequest { Result = result, Validation = mode } };
        if (problem is null)
        {
            Assert.Equal(result, StateTestReader.Read(request).Mock?.Result?.Text);
            return;
        }

        var e = Assert.Throws<StateTestException>(() => StateTestReader.Read(request));
        Assert.Equal(("ValidationException", $"Mock result schema validation error: {problem}"), (e.Code, e.Message));
    }

    private static string Task(string rest) =>
        $$"""{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},{{rest}}}""";

    private static Task<StateTestResult> RunAsync(string definition, string input = "{}") =>
        RunAsync(new StateTestRequest { Definition = definition, Input = input });

    private static Task<StateTestResult> RunAsync(StateTestRequest request, Func<TaskRequest, TaskOutcome>? task = null)
    {
        var tester = new StateTester(new EngineOptions
        {
            Time = new VirtualTime(Machine.Start),
            HandlerOf = _ => task is null ? null : new Handler(task),
        });
        return tester.RunAsync(StateTestReader.Read(request), TestContext.Current.CancellationToken);
    }

    private sealed class Handler(Func<TaskRequest, TaskOutcome> run) : ITaskHandler
    {
        public ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken) => ValueTask.FromResult(run(request));
    }
}
