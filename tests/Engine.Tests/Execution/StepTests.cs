using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Execution;

public sealed class StepTests
{
    [Fact]
    public async Task A_pass_state_gives_its_input_on_with_the_text_its_caller_wrote()
    {
        await using var machine = new Machine("""{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""");
        var ended = await machine.RunAsync("""{ "a" :  0.0 }""");
        Assert.Equal(ExecutionStatus.Succeeded, ended.Status);
        Assert.Equal("""{ "a" :  0.0 }""", ended.Output!.Text);
        Assert.Equal("1<0:ExecutionStarted 2<0:PassStateEntered 3<2:PassStateExited 4<3:ExecutionSucceeded", machine.History());
    }

    [Fact]
    public async Task What_a_template_takes_from_the_input_is_written_compactly()
    {
        await using var machine = new Machine("""{"StartAt":"P","States":{"P":{"Type":"Pass","Parameters":{"b.$":"$"},"End":true}}}""");
        Assert.Equal("""{"b":{"a":[1,2]}}""", (await machine.RunAsync("""{"a": [1, 2]}""")).Output!.Text);
    }

    [Theory]
    [InlineData("""{"Type":"Pass","Parameters":{"x":OPEN{"v.$":"$.x"}CLOSE,"n.$":"States.MathAdd($.n, 1)"},"Next":"C"}""", 10)]
    [InlineData("""{"Type":"Pass","Parameters":{"x":OPEN{"v.$":"$.x"}CLOSE,"n.$":"States.MathAdd($.n, 1)"},"Next":"C"}""", 9, false)]
    [InlineData("""{"Type":"Pass","Assign":{"v":OPEN{"v.$":"$v"}CLOSE},"Parameters":{"n.$":"States.MathAdd($.n, 1)"},"Next":"C"}""", 10)]
    [InlineData("""
        {"Type":"Parallel","Next":"C","ResultSelector":{"n.$":"$[0].n","x.$":"$"},"Branches":[
          {"StartAt":"P","States":{"P":{"Type":"Pass","Parameters":{"x.$":"$.x","n.$":"States.MathAdd($.n, 1)"},"End":true}}}]}
        """, 600)]
    public async Task A_machine_that_wraps_values_over_and_over_ends_where_no_text_could_be_read(string state, int rounds, bool isTooMuch = true)
    {
        await using var machine = new Machine($$$"""
            {"StartAt":"I","States":{"I":{"Type":"Pass","Assign":{"v":1},"Next":"A"},"A":{{{Wrapping(state)}}},
              "C":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericGreaterThanEquals":{{{rounds}}},"Next":"E"}],"Default":"A"},
              "E":{"Type":"Succeed"} } }
            """);
        var ended = await machine.RunAsync("""{"x": 1, "n": 0}""");
        Assert.Equal(isTooMuch ? "States.DataLimitExceeded" : null, ended.Error);
    }

    [Theory]
    [InlineData(""" "Type":"Parallel","Parameters":OPEN{"v.$":"$"}CLOSE,"Branches":[INNER] """, 10)]
    [InlineData(""" "Type":"Parallel","Parameters":OPEN{"v.$":"$"}CLOSE,"Branches":[INNER] """, 9, false)]
    [InlineData(""" "Type":"Map","ItemsPath":"$$.Execution.Input","ItemSelector":OPEN{"v.$":"$"}CLOSE,"ItemProcessor":INNER """, 10)]
    public async Task States_in_states_that_wrap_their_input_end_there_too(string state, int levels, bool isTooMuch = true)
    {
        var inner = """{"StartAt":"E","States":{"E":{"Type":"Pass","Result":0,"End":true}}}""";
        for (var i = 0; i < levels; i++)
            inner = $$$"""{"StartAt":"S{{{i}}}","States":{"S{{{i}}}":{ {{{Wrapping(state).Replace("INNER", inner, StringComparison.Ordinal)}}},"End":true} } }""";
        await using var machine = new Machine(inner);
        Assert.Equal(isTooMuch ? "States.DataLimitExceeded" : null, (await machine.RunAsync("[1]")).Error);
    }

    private static string Wrapping(string state) => state
        .Replace("OPEN", new string('[', 100), StringComparison.Ordinal)
        .Replace("CLOSE", new string(']', 100), StringComparison.Ordinal);

    [Fact]
    public async Task A_parallel_state_puts_its_branches_own_texts_together()
    {
        await using var machine = new Machine("""
            {"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
              {"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}},
              {"StartAt":"B","States":{"B":{"Type":"Pass","Result":1,"End":true}}}]}}}
            """);
        Assert.Equal("[[1, 2],1]", (await machine.RunAsync("[1, 2]")).Output!.Text);
        Assert.Equal(
            "1<0:ExecutionStarted 2<0:ParallelStateEntered 3<2:ParallelStateStarted 4<3:PassStateEntered 5<4:PassStateExited "
            + "6<3:PassStateEntered 7<6:PassStateExited 8<7:ParallelStateSucceeded 9<7:ParallelStateExited 10<9:ExecutionSucceeded",
            machine.History());
    }

    [Fact]
    public async Task A_function_is_tried_again_after_growing_pauses_and_then_caught()
    {
        var times = new List<DateTimeOffset>();
        Machine? machine = null;
        machine = new Machine(
            """
            {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","TimeoutSeconds":60,"End":true,
              "Retry":[{"ErrorEquals":["Boom"],"IntervalSeconds":2,"MaxAttempts":3,"BackoffRate":3,"MaxDelaySeconds":10}],
              "Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.error","Next":"C"}]},"C":{"Type":"Pass","End":true}}}
            """,
            _ =>
            {
                times.Add(machine!.Engine.Now);
                return new TaskOutcome.Failed(new TaskFailure("Boom", "why"));
            });
        await using var _ = machine;
        var ended = await machine.RunAsync("""{"a":1}""");
        Assert.Equal("""{"a":1,"error":{"Error":"Boom","Cause":"why"}}""", ended.Output!.Text);
        Assert.Equal([0, 2, 8, 18], times.Select(t => (t - Machine.Start).TotalSeconds));
        Assert.Equal(4, machine.Events().Count(e => e.Type == HistoryEventType.LambdaFunctionFailed));
    }

    [Fact]
    public async Task A_wait_passes_at_once_in_virtual_time()
    {
        await using var machine = new Machine("""{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":2592000,"End":true}}}""");
        var ended = await machine.RunAsync();
        Assert.Equal(TimeSpan.FromDays(30), ended.StopDate - ended.StartDate);
    }

    [Fact]
    public async Task An_execution_that_takes_longer_than_the_machine_allows_times_out()
    {
        await using var machine = new Machine("""{"StartAt":"W","TimeoutSeconds":90,"States":{"W":{"Type":"Wait","Seconds":2592000,"End":true}}}""");
        var ended = await machine.RunAsync();
        Assert.Equal((ExecutionStatus.TimedOut, TimeSpan.FromSeconds(90)), (ended.Status, ended.StopDate - ended.StartDate));
        Assert.Equal("1<0:ExecutionStarted 2<0:WaitStateEntered 3<0:ExecutionTimedOut", machine.History());
    }

    [Theory]
    [InlineData(false, 365 * 24 * 60)]
    [InlineData(true, 5)]
    public async Task An_execution_takes_no_longer_than_its_type_may(bool isExpress, int minutes)
    {
        await using var machine = new Machine(
            """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":99999999,"End":true}}}""",
            _ => new TaskOutcome.Waiting(null),
            type: isExpress ? StateMachineType.Express : StateMachineType.Standard);
        var ended = await machine.RunAsync();
        Assert.Equal((ExecutionStatus.TimedOut, TimeSpan.FromMinutes(minutes)), (ended.Status, ended.StopDate - ended.StartDate));
    }

    [Fact]
    public async Task A_map_runs_its_items_in_order_and_as_many_at_a_time_as_it_may()
    {
        await using var machine = new Machine("""
            {"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":1,"End":true,"ItemSelector":{"i.$":"$$.Map.Item.Index","v.$":"$$.Map.Item.Value"},
              "ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}}}
            """);
        Assert.Equal("""[{"i":0,"v":"a"},{"i":1,"v":"b"}]""", (await machine.RunAsync("""["a","b"]""")).Output!.Text);
        Assert.Equal(
            "1<0:ExecutionStarted 2<0:MapStateEntered 3<2:MapStateStarted 4<3:MapIterationStarted 5<4:PassStateEntered 6<5:PassStateExited "
            + "7<6:MapIterationSucceeded 8<6:MapIterationStarted 9<8:PassStateEntered 10<9:PassStateExited 11<10:MapIterationSucceeded "
            + "12<11:MapStateSucceeded 13<11:MapStateExited 14<13:ExecutionSucceeded",
            machine.History());
    }

    [Fact]
    public async Task A_failed_iteration_ends_the_others_and_the_map()
    {
        await using var machine = new Machine(
            """
            {"StartAt":"M","States":{"M":{"Type":"Map","End":true,
              "ItemProcessor":{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","TimeoutSeconds":5,"End":true}}}}}}
            """,
            _ => new TaskOutcome.Waiting(null));
        var ended = await machine.RunAsync("[1,2]");
        Assert.Equal("States.Timeout", ended.Error);
        Assert.Equal(
            "1<0:ExecutionStarted 2<0:MapStateEntered 3<2:MapStateStarted 4<3:MapIterationStarted 5<3:MapIterationStarted "
            + "6<4:TaskStateEntered 7<6:LambdaFunctionScheduled 8<5:TaskStateEntered 9<8:LambdaFunctionScheduled "
            + "10<7:LambdaFunctionStarted 11<9:LambdaFunctionStarted 12<10:LambdaFunctionTimedOut 13<11:LambdaFunctionTimedOut "
            + "14<12:MapIterationFailed 15<12:TaskStateAborted 16<12:MapIterationAborted 17<12:TaskStateAborted "
            + "18<12:MapStateFailed 19<18:ExecutionFailed",
            machine.History());
    }

    [Fact]
    public async Task A_distributed_map_runs_child_executions_under_one_map_run()
    {
        await using var machine = new Machine("""
            {"StartAt":"M","States":{"M":{"Type":"Map","Label":"L","End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},
              "StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}}}
            """);
        Assert.Equal("[1,2,3]", (await machine.RunAsync("[1,2,3]")).Output!.Text);
        Assert.Equal(
            "1<0:ExecutionStarted 2<0:MapStateEntered 3<2:MapStateStarted 4<3:MapRunStarted 5<4:MapRunSucceeded 6<5:MapStateSucceeded "
            + "7<4:MapStateExited 8<7:ExecutionSucceeded",
            machine.History());
    }

    [Fact]
    public async Task A_history_ends_at_event_25000()
    {
        await using var machine = new Machine("""
            {"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Choice","Choices":[{"Variable":"$.end","IsPresent":true,"Next":"C"}],"Default":"A"},
              "C":{"Type":"Succeed"}}}
            """);
        var ended = await machine.RunAsync();
        Assert.Equal(ExecutionStatus.Failed, ended.Status);
        Assert.Equal("The execution reached the maximum number of history events (25000).", ended.Cause);
        Assert.Equal(25_000, machine.Events()[^1].Id);
        Assert.Equal(HistoryEventType.ExecutionFailed, machine.Events()[^1].Type);
    }

    [Fact]
    public async Task Time_stands_still_while_an_outsider_owes_an_answer()
    {
        string? token = null;
        await using var machine = new Machine(
            """
            {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","TimeoutSeconds":600,
              "Parameters":{"QueueUrl":"q","MessageBody.$":"$$.Task.Token"},"End":true}}}
            """,
            request =>
            {
                token = request.Token;
                Assert.Equal(token, ((JsonString)((JsonObject)request.Payload)["MessageBody"]!).Value);
                return new TaskOutcome.Completed(JsonObject.Of(("MessageId", JsonValue.From("m"))));
            });
        var arn = machine.Begin();
        Assert.True(SpinWait.SpinUntil(() => machine.Events().Count == 5, Machine.Patience));
        Assert.Equal(ExecutionStatus.Running, machine.Engine.Describe(arn)!.Status);
        Assert.Equal(Machine.Start, machine.Engine.Now);
        Assert.Equal(TokenResult.Accepted, machine.Engine.CompleteTask(token!, JsonReader.Parse("{\"ok\": true}", keepText: true)));
        Assert.Equal("{\"ok\": true}", (await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken)).Output!.Text);
        Assert.Equal(TokenResult.Closed, machine.Engine.CompleteTask(token!, JsonValue.Null));
        Assert.Equal(TokenResult.Unknown, machine.Engine.CompleteTask("nonsense", JsonValue.Null));
    }

    [Theory]
    [InlineData(
        """ "Parameters":{"QueueUrl":"q","MessageBody":"b","Foo.$":"$.a"} """,
        """The Parameters '{"QueueUrl":"q","MessageBody":"b","Foo":1}' could not be used to start the Task: [The field "Foo" is not supported by Step Functions]""")]
    [InlineData(
        """ "QueryLanguage":"JSONata","Arguments":"{% {} %}" """,
        "The Arguments '{}' could not be used to start the Task: [The field 'QueueUrl' is required but was missing, The field 'MessageBody' is required but was missing]")]
    public async Task What_a_service_cannot_be_asked_fails_the_execution_before_it_is_asked(string fields, string cause)
    {
        await using var machine = new Machine(
            $$"""
            {"StartAt":"T","States":{
              "T":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage",{{fields}},"Catch":[{"ErrorEquals":["States.ALL"],"Next":"C"}],"End":true},
              "C":{"Type":"Succeed"} } }
            """,
            _ => new TaskOutcome.Completed(JsonObject.Empty));

        var execution = await machine.RunAsync("""{"a":1}""");

        Assert.Equal(("States.Runtime", $"An error occurred while executing the state 'T' (entered at the event id #2). {cause}"), (execution.Error, execution.Cause));
        Assert.Equal("1<0:ExecutionStarted 2<0:TaskStateEntered 3<2:ExecutionFailed", machine.History());
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_history_twice()
    {
        const string Definition = """
            {"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":{"id.$":"States.UUID()","n.$":"States.MathRandom(0, 1000000)"},"End":true}}}
            """;
        await using var one = new Machine(Definition, seed: 7);
        await using var two = new Machine(Definition, seed: 7);
        await using var other = new Machine(Definition, seed: 8);
        var first = (await one.RunAsync()).Output!.Text;
        Assert.Equal(first, (await two.RunAsync()).Output!.Text);
        Assert.NotEqual(first, (await other.RunAsync()).Output!.Text);
    }

    [Fact]
    public async Task A_stopped_execution_is_aborted_with_the_callers_words()
    {
        await using var machine = new Machine(
            """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:a","End":true}}}""",
            _ => new TaskOutcome.Waiting(null));
        var arn = machine.Begin();
        var ended = await machine.Engine.StopAsync(arn, "Mine", "because");
        Assert.Equal((ExecutionStatus.Aborted, "Mine", "because"), (ended.Status, ended.Error, ended.Cause));
        Assert.Equal(HistoryEventType.ExecutionAborted, machine.Events()[^1].Type);
    }
}
