using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Saving;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Store;

public sealed class RecoveryTests
{
    private const string Callback = """
        {"StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
        "Parameters":{"FunctionName":"f","Payload":{"token.$":"$$.Task.Token"}},"End":true}}}
        """;

    [Fact]
    public async Task What_has_ended_is_read_from_the_file_as_it_was()
    {
        using var durable = new Durable();
        string arn, history;
        ExecutionDescription before;
        await using (var process = durable.Open())
        {
            arn = await process.StartAsync("""{"StartAt":"A","States":{"A":{"Type":"Pass","Result":{"n":1.0},"Next":"B"},"B":{"Type":"Succeed"}}}""", "{ \"a\" : 1 }");
            before = await process.EndAsync(arn);
            history = process.History(arn);
        }

        await using var next = durable.Open();
        Assert.Equal(0, next.Engine.Restore());
        var after = next.Engine.Describe(arn)!;
        Assert.Equal("{ \"a\" : 1 }", after.Input.Text);
        Assert.Equal("{\"n\":1.0}", after.Output!.Text);
        Assert.Equal((before.Status, before.StartDate, before.StopDate, before.Number), (after.Status, after.StartDate, after.StopDate, after.Number));
        Assert.Equal(history, next.History(arn));
        Assert.Equal("{ \"a\" : 1 }", ((JsonValue)next.Engine.ReadHistory(arn)!.Events[0]["input"]!).Text);
        Assert.Equal(arn, Assert.Single(next.Engine.List(new ExecutionQuery(after.StateMachine.Arn))).Arn);
    }

    [Fact]
    public async Task A_name_that_was_used_before_the_restart_is_still_taken()
    {
        using var durable = new Durable();
        const string Definition = """{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}""";
        await using (var process = durable.Open())
            await process.EndAsync(await process.StartAsync(Definition));

        await using var next = durable.Open();
        var (execution, started) = await next.Engine.StartAsync(new StartRequest(Durable.Machine(Definition), JsonValue.True) { Name = "e" });

        Assert.False(started);
        Assert.Equal((ExecutionStatus.Succeeded, "{}"), (execution.Status, execution.Input.Text));
        Assert.Equal("{}", next.Engine.Describe(execution.Arn)!.Input.Text);
    }

    [Fact]
    public async Task An_answer_that_a_stop_came_before_is_told_so()
    {
        using var durable = new Durable();
        var token = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var held = new TaskCompletionSource<IThreadPoolWorkItem>(TaskCreationOptions.RunContinuationsAsynchronously);
        var holds = false;
        await using var process = durable.Open(Answer, queue: moved =>
        {
            if (holds)
                held.SetResult(moved);
            else
                ThreadPool.UnsafeQueueUserWorkItem(moved, preferLocal: false);
        });
        var submitted = new TaskCompletionSource();
        process.Engine.TurnSaved += (_, events) => Signal(submitted, events, HistoryEventType.TaskSubmitted);
        var arn = await process.StartAsync(Callback);
        await submitted.Task.WaitAsync(TestContext.Current.CancellationToken);

        holds = true;
        var stopped = process.Engine.StopAsync(arn, null, null);
        var answered = process.Engine.CompleteTaskAsync(await token.Task, JsonValue.From("done"));
        var execution = await held.Task;
        holds = false;
        execution.Execute();

        Assert.Equal(ExecutionStatus.Aborted, (await stopped).Status);
        Assert.Equal(TokenResult.Closed, await answered);

        ValueTask<TaskOutcome> Answer(TaskRequest request)
        {
            token.TrySetResult(request.Token);
            return ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Completed(JsonValue.True));
        }
    }

    [Fact]
    public async Task A_token_that_was_answered_before_a_kill_is_told_after_it_from_one_that_was_never_given()
    {
        using var durable = new Durable();
        string? token = null;
        string arn;
        var asked = new TaskCompletionSource();
        await using (var process = durable.Open(request =>
        {
            token = request.Token;
            asked.SetResult();
            return ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Completed(JsonValue.Null));
        }))
        {
            arn = await process.StartAsync(Callback);
            await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(TokenResult.Accepted, await process.Engine.CompleteTaskAsync(token!, JsonValue.From("done")));
            await process.EndAsync(arn);
        }

        await using var next = durable.Open();
        next.Engine.Restore();

        Assert.Equal(TokenResult.Closed, await next.Engine.CompleteTaskAsync(token!, JsonValue.From("done")));
        Assert.Equal(TokenResult.Closed, await next.Engine.HeartbeatAsync(token!));
        Assert.Equal(TokenResult.Unknown, await next.Engine.CompleteTaskAsync(token![..^9] + "!" + token[^8..], JsonValue.From("done")));
        Assert.Equal(TokenResult.Unknown, await next.Engine.CompleteTaskAsync(token.Replace(token[40], token[40] == 'A' ? 'B' : 'A'), JsonValue.From("done")));
        Assert.Equal(TokenResult.Unknown, await next.Engine.CompleteTaskAsync("token", JsonValue.From("done")));
    }

    [Fact]
    public async Task A_map_run_that_is_redriven_is_not_forgotten_with_its_execution_as_that_was_before()
    {
        using var durable = new Durable();
        const string Definition = """
            {"StartAt":"Each","States":{"Each":{"Type":"Map","ItemsPath":"$","End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED",
            "ExecutionType":"EXPRESS"},"StartAt":"Do","States":{"Do":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","End":true}}}}}}
            """;
        var calls = 0;
        var held = new TaskCompletionSource<TaskOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        var isHeld = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var process = durable.Open(Answer, kept: 3);
        var arn = await process.StartAsync(Definition, "[1]");
        await process.EndAsync(arn);
        for (var i = 0; i < 2; i++)
        {
            await process.Engine.RedriveAsync(arn, null);
            await process.EndAsync(arn);
        }

        // It has ended three times, is forgotten at the first, comes back to be redriven, and is forgotten at the third.
        await EndAnother("first");
        await process.Engine.RedriveAsync(arn, null);
        await isHeld.Task;
        await EndAnother("second");
        held.SetResult(new TaskOutcome.Completed(JsonValue.True));

        Assert.Equal("[true]", (await process.EndAsync(arn)).Output!.Text);

        ValueTask<TaskOutcome> Answer(TaskRequest request)
        {
            if (++calls <= 3)
                return ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Failed(new TaskFailure("Broken", null)));
            isHeld.SetResult();
            return new ValueTask<TaskOutcome>(held.Task);
        }

        async Task EndAnother(string name)
        {
            var machine = Durable.Machine("""{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}""", "Other");
            var (execution, _) = await process.Engine.StartAsync(new StartRequest(machine, JsonValue.True) { Name = name });
            await process.EndAsync(execution.Arn);
        }
    }

    [Fact]
    public async Task A_callback_keeps_its_token()
    {
        using var durable = new Durable();
        string? token = null;
        string arn;
        await using (var process = durable.Open(request => Answer(token = request.Token)))
        {
            var submitted = new TaskCompletionSource();
            process.Engine.TurnSaved += (_, events) => Signal(submitted, events, HistoryEventType.TaskSubmitted);
            arn = await process.StartAsync(Callback);
            await submitted.Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        await using var next = durable.Open(_ => throw new InvalidOperationException("must not be asked again"));
        Assert.Equal(1, next.Engine.Restore());
        Assert.Equal(TokenResult.Accepted, await next.Engine.CompleteTaskAsync(token!, JsonValue.From("done")));
        Assert.Equal("\"done\"", (await next.EndAsync(arn)).Output!.Text);
        Verify(next, arn);

        static ValueTask<TaskOutcome> Answer(string token) => ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Completed(JsonValue.From(token.Length)));
    }

    [Fact]
    public async Task A_request_that_was_under_way_is_sent_again()
    {
        using var durable = new Durable();
        string arn;
        var asked = new TaskCompletionSource();
        var never = new TaskCompletionSource<TaskOutcome>();
        await using (var process = durable.Open(_ =>
        {
            asked.SetResult();
            return new ValueTask<TaskOutcome>(never.Task);
        }))
        {
            arn = await process.StartAsync("""
                {"StartAt":"Do","States":{"Do":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","End":true}}}
                """, "{\"order\":1}");
            await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        await using var next = durable.Open(request => ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Completed(request.Payload)));
        next.Engine.Restore();
        Assert.Equal("{\"order\":1}", (await next.EndAsync(arn)).Output!.Text);
        Assert.Single(next.Engine.ReadHistory(arn)!.Events, e => e.Type == HistoryEventType.LambdaFunctionScheduled);
        Verify(next, arn);
    }

    [Theory]
    [InlineData("inline", """{"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":2,"ItemProcessor":{"StartAt":"Do","States":{"Do":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","End":true}}},"End":true}}}""")]
    [InlineData("distributed", """{"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":2,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Do","States":{"Do":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","End":true}}},"End":true}}}""")]
    [InlineData("distributed express", """{"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":2,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"Do","States":{"Do":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","End":true}}},"End":true}}}""")]
    public async Task Iterations_that_ended_are_not_done_again(string kind, string definition)
    {
        using var durable = new Durable();
        string arn;
        var done = new List<string>();
        var held = 0;
        var isHeld = new TaskCompletionSource();
        var never = new TaskCompletionSource<TaskOutcome>();
        await using (var process = durable.Open(request =>
        {
            var n = long.Parse(request.Payload.Text);
            if (n >= 3)
            {
                if (Interlocked.Increment(ref held) == 2)
                    isHeld.SetResult();
                return new ValueTask<TaskOutcome>(never.Task);
            }

            lock (done)
                done.Add(request.Payload.Text);
            return ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Completed(JsonValue.From(n * 10)));
        }))
        {
            arn = await process.StartAsync(definition, "[0,1,2,3,4,5]");
            await isHeld.Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        await using var next = durable.Open(request =>
        {
            lock (done)
                done.Add(request.Payload.Text);
            return ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Completed(JsonValue.From(long.Parse(request.Payload.Text) * 10)));
        });
        next.Engine.Restore();

        Assert.Equal("[0,10,20,30,40,50]", (await next.EndAsync(arn)).Output!.Text);
        Assert.Equal(["0", "1", "2", "3", "4", "5"], done.Order());
        Assert.NotEmpty(kind);
        Verify(next, arn);
    }

    [Fact]
    public async Task A_child_that_begins_anew_is_given_its_batch_as_before()
    {
        using var durable = new Durable();
        var asked = new TaskCompletionSource<string>();
        var never = new TaskCompletionSource<TaskOutcome>();
        string arn;
        await using (var process = durable.Open(request =>
        {
            asked.SetResult(request.Payload.Text);
            return new ValueTask<TaskOutcome>(never.Task);
        }))
        {
            arn = await process.StartAsync("""
                {"StartAt":"M","States":{"M":{"Type":"Map","ItemSelector":{"v.$":"$$.Map.Item.Value"},"ItemBatcher":{"MaxItemsPerBatch":2},
                "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},
                "StartAt":"Do","States":{"Do":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","End":true}}},"End":true}}}
                """, "[1,2]");
            await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        await using var next = durable.Open(request => ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Completed(request.Payload)));
        next.Engine.Restore();

        Assert.Equal("""[{"Items":[{"v":1},{"v":2}]}]""", (await next.EndAsync(arn)).Output!.Text);
        Assert.Equal("""{"Items":[{"v":1},{"v":2}]}""", await asked.Task);
    }

    [Fact]
    public async Task Nothing_moves_before_all_due_times_are_known()
    {
        using var durable = new Durable();
        string sleeper;
        var asked = new TaskCompletionSource();
        var never = new TaskCompletionSource<TaskOutcome>();
        await using (var process = durable.Open(_ =>
        {
            asked.SetResult();
            return new ValueTask<TaskOutcome>(never.Task);
        }))
        {
            await process.StartAsync("""
                {"StartAt":"M","States":{"M":{"Type":"Map","ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{"Bucket":"b","Key":"k"}},
                "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},
                "Next":"Later"},"Later":{"Type":"Wait","Seconds":100,"End":true}}}
                """, name: "reader");
            await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
            sleeper = await process.StartAsync("""{"StartAt":"Sleep","States":{"Sleep":{"Type":"Wait","Seconds":10,"End":true}}}""", name: "sleeper", machine: "S");
        }

        // Its answer comes on the very thread that brings executions back.
        await using var next = durable.Open(_ => ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Completed(JsonArray.Empty)), isPrompt: true);
        Assert.Equal(2, next.Engine.Restore());

        var slept = await next.EndAsync(sleeper);
        Assert.Equal(TimeSpan.FromSeconds(10), slept.StopDate - slept.StartDate);
    }

    [Fact]
    public async Task A_wait_keeps_its_due_time_and_variables_their_values()
    {
        using var durable = new Durable();
        string arn;
        await using (var process = durable.Open(_ => ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Waiting(null))))
        {
            // A token that nobody answers holds virtual time.
            arn = await process.StartAsync("""
                {"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[
                  {"StartAt":"Set","States":{"Set":{"Type":"Pass","Assign":{"x":"kept"},"Next":"W"},"W":{"Type":"Wait","Seconds":60,"Next":"Get"},"Get":{"Type":"Pass","Parameters":{"x.$":"$x"},"End":true}}},
                  {"StartAt":"Hold","States":{"Hold":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{"QueueUrl":"q","MessageBody":"m"},"TimeoutSeconds":100,"Catch":[{"ErrorEquals":["States.Timeout"],"Next":"Late"}],"End":true},"Late":{"Type":"Pass","Result":"late","End":true}}}
                ],"End":true}}}
                """);
        }

        await using var next = durable.Open(_ => ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Waiting(null)));
        next.Engine.Restore();
        await next.Engine.AdvanceAsync(durable.Now.AddSeconds(101), TestContext.Current.CancellationToken);

        var ended = await next.EndAsync(arn);
        Assert.Equal("[{\"x\":\"kept\"},\"late\"]", ended.Output!.Text);
        Assert.Equal(TimeSpan.FromSeconds(100), ended.StopDate - ended.StartDate);
        Verify(next, arn);
    }

    [Fact]
    public async Task Retries_keep_their_count()
    {
        using var durable = new Durable();
        string arn;
        var attempts = 0;
        var third = new TaskCompletionSource();
        var never = new TaskCompletionSource<TaskOutcome>();
        await using (var process = durable.Open(_ =>
        {
            if (++attempts < 3)
                return ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Failed(new TaskFailure("E", "c")));
            third.SetResult();
            return new ValueTask<TaskOutcome>(never.Task);
        }))
        {
            arn = await process.StartAsync("""
                {"StartAt":"Do","States":{"Do":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f",
                "Retry":[{"ErrorEquals":["E"],"MaxAttempts":3}],"End":true}}}
                """);
            await third.Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        await using var next = durable.Open(_ =>
        {
            attempts++;
            return ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Failed(new TaskFailure("E", "c")));
        });
        next.Engine.Restore();

        Assert.Equal(ExecutionStatus.Failed, (await next.EndAsync(arn)).Status);

        // Three before the restart, the third of them once more after it, and the last retry.
        Assert.Equal(5, attempts);
        Verify(next, arn);
    }

    [Fact]
    public async Task An_early_answer_survives_the_request_that_it_overtook()
    {
        using var durable = new Durable();
        string arn;
        var token = new TaskCompletionSource<string>();
        var never = new TaskCompletionSource<TaskOutcome>();
        await using (var process = durable.Open(request =>
        {
            token.SetResult(request.Token);
            return new ValueTask<TaskOutcome>(never.Task);
        }))
        {
            arn = await process.StartAsync(Callback);
            Assert.Equal(TokenResult.Accepted, await process.Engine.CompleteTaskAsync(await token.Task, JsonValue.From("early")));
        }

        await using var next = durable.Open(_ => ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Completed(JsonValue.True)));
        next.Engine.Restore();

        Assert.Equal("\"early\"", (await next.EndAsync(arn)).Output!.Text);
        Verify(next, arn);
    }

    [Fact]
    public async Task A_large_value_is_kept_once_and_read_back_whole()
    {
        using var durable = new Durable();
        string arn;
        var large = $$"""{"text": "{{new string('x', 100_000)}}"}""";
        await using (var process = durable.Open())
        {
            arn = await process.StartAsync("""
                {"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Wait","Seconds":1,"Next":"C"},"C":{"Type":"Pass","End":true}}}
                """, large);
            await process.EndAsync(arn);
        }

        Assert.InRange(new FileInfo(Path.Combine(durable.Folder, "stateside.db")).Length, 100_000, 300_000);
        await using var next = durable.Open();
        Assert.Equal(large, next.Engine.Describe(arn)!.Output!.Text);
        Assert.All(next.Engine.ReadHistory(arn)!.Events.Where(e => e["output"] is not null), e => Assert.Equal(large, ((JsonValue)e["output"]!).Text));
    }

    [Fact]
    public async Task Of_a_long_history_any_part_can_be_read()
    {
        using var durable = new Durable();
        await using var process = durable.Open();
        var arn = await process.StartAsync("""
            {"StartAt":"Again","States":{"Again":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericLessThan":500,"Next":"Add"}],"Default":"Done"},
            "Add":{"Type":"Pass","Parameters":{"n.$":"States.MathAdd($.n, 1)"},"Next":"Again"},"Done":{"Type":"Succeed"}}}
            """, "{\"n\":0}");
        await process.EndAsync(arn);

        var whole = process.Engine.ReadHistory(arn)!;
        Assert.Equal(whole.Total, whole.Events.Count);
        Assert.Equal(Enumerable.Range(1, (int)whole.Total).Select(id => (long)id), whole.Events.Select(e => e.Id));
        var part = process.Engine.ReadHistory(arn, 700, 100)!;
        Assert.Equal(whole.Total, part.Total);
        Assert.Equal(whole.Events.Skip(699).Take(100).Select(e => (e.Id, e.Type)), part.Events.Select(e => (e.Id, e.Type)));
        Assert.Empty(process.Engine.ReadHistory(arn, whole.Total + 1, 100)!.Events);
    }

    [Fact]
    public async Task Executions_are_listed_newest_first_by_status_and_page()
    {
        using var durable = new Durable();
        await using var process = durable.Open();
        const string Definition = """{"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[{"Variable":"$","NumericEquals":3,"Next":"F"}],"Default":"S"},"F":{"Type":"Fail"},"S":{"Type":"Succeed"}}}""";
        for (var i = 0; i < 10; i++)
            await process.EndAsync(await process.StartAsync(Definition, $"{i % 5}", $"n{i}"));

        var machine = Durable.Machine(Definition).Arn;
        Assert.Equal(["n9", "n8", "n7"], Names(new ExecutionQuery(machine) { Limit = 3 }));
        var before = process.Engine.List(new ExecutionQuery(machine) { Limit = 3 })[^1].Number;
        Assert.Equal(["n6", "n5"], Names(new ExecutionQuery(machine) { Limit = 2, Before = before }));
        Assert.Equal(["n8", "n3"], Names(new ExecutionQuery(machine) { Status = ExecutionStatus.Failed }));
        Assert.Empty(Names(new ExecutionQuery(machine) { Redriven = true }));

        IEnumerable<string> Names(ExecutionQuery query) => process.Engine.List(query).Select(e => e.Name);
    }

    internal static void Verify(Durable.Process process, string arn, int ends = 1)
    {
        var events = process.Engine.ReadHistory(arn)!.Events;
        Assert.Equal(Enumerable.Range(1, events.Count).Select(id => (long)id), events.Select(e => e.Id));
        Assert.All(events, e => Assert.InRange(e.PreviousEventId, 0, e.Id - 1));
        Assert.True(events.Zip(events.Skip(1)).All(pair => pair.First.Timestamp <= pair.Second.Timestamp));
        Assert.Equal(ends, events.Count(e => e.Type is HistoryEventType.ExecutionSucceeded or HistoryEventType.ExecutionFailed
            or HistoryEventType.ExecutionAborted or HistoryEventType.ExecutionTimedOut));
    }

    private static void Signal(TaskCompletionSource source, IReadOnlyList<HistoryEvent> events, HistoryEventType type)
    {
        if (events.Any(e => e.Type == type))
            source.TrySetResult();
    }

    [Fact]
    public void The_time_of_an_activity_that_no_worker_has_taken_begins_anew_where_it_was_saved_as_running()
    {
        const string Definition = """
            {"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:a","TimeoutSeconds":9,"End":true}}}
            """;
        var now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var machine = Durable.Machine(Definition);
        var execution = new RunningExecution
        {
            Arn = "arn:aws:states:us-east-1:123456789012:execution:M:e",
            Name = "e",
            StateMachine = machine,
            Definition = machine.Definition,
            Input = JsonValue.True,
            StartDate = now,
            Seed = 1,
        };
        new Step(execution, new StepFacts { Region = "us-east-1", ActivityExists = _ => true }, Moment.At(now)).Run([new StartMessage()]);

        Assert.Null(Read().Task!.Due);
        execution.Root!.Task!.BeginTime(now);
        Assert.Null(Read().Task!.Due);
        execution.Root.Task.Started = true;
        Assert.Equal(now.AddSeconds(9), Read().Task!.Due);

        Frame Read()
        {
            var writer = new RecordWriter();
            ExecutionRecords.WriteFrame(writer, execution.Root!, TimeSpan.Zero);
            return ExecutionRecords.ReadFrame(new RecordReader(writer.Take()), 1, execution);
        }
    }
}
