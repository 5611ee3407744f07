using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Store;

public sealed class RedriveTests
{
    private const string Function = "\"Resource\":\"arn:aws:lambda:us-east-1:123456789012:function:f\"";

    /// <summary>Waits for a worker, with whom time stands still.</summary>
    private const string Worked = """{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:a","End":true}}}""";

    private readonly HashSet<string> _broken = [];
    private readonly List<string> _asked = [];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_task_is_scheduled_again_with_its_input_and_variables(bool restarts)
    {
        using var durable = new Durable();
        var process = durable.Open(Perform);
        _broken.Add("\"kept\"");
        var arn = await process.StartAsync($$$$"""
            {"StartAt":"Set","States":{"Set":{"Type":"Pass","Assign":{"x":"kept"},"Next":"Do"},
            "Do":{"Type":"Task",{{{{Function}}}},"Parameters.$":"$x","Retry":[{"ErrorEquals":["E"],"MaxAttempts":1}],"End":true}}}
            """.Replace("\"Parameters.$\":\"$x\"", "\"InputPath\":\"$x\"", StringComparison.Ordinal));
        Assert.Equal(ExecutionStatus.Failed, (await process.EndAsync(arn)).Status);
        if (restarts)
        {
            await process.DisposeAsync();
            process = durable.Open(Perform);
            process.Engine.Restore();
        }

        _broken.Clear();
        var (execution, refusal) = await process.Engine.RedriveAsync(arn, "token");
        Assert.Null(refusal);
        Assert.Equal((1, "token"), (execution.RedriveCount, execution.RedriveToken));
        var ended = await process.EndAsync(arn);

        Assert.Equal((ExecutionStatus.Succeeded, "\"done\"", 1), (ended.Status, ended.Output!.Text, ended.RedriveCount));
        Assert.Equal(["\"kept\"", "\"kept\"", "\"kept\""], _asked);
        Assert.EndsWith(
            "ExecutionFailed 12<11:ExecutionRedriven 13<12:LambdaFunctionScheduled 14<13:LambdaFunctionStarted 15<14:LambdaFunctionSucceeded 16<15:TaskStateExited 17<16:ExecutionSucceeded",
            process.History(arn), StringComparison.Ordinal);
        Assert.Equal("Execution is SUCCEEDED and cannot be redriven", (await process.Engine.RedriveAsync(arn, null)).Refusal);
        Assert.Null((await process.Engine.RedriveAsync(arn, "token")).Refusal);
        await process.DisposeAsync();
    }

    [Fact]
    public async Task The_context_object_tells_how_often_and_when_an_execution_was_redriven()
    {
        using var durable = new Durable();
        await using var process = durable.Open(Perform);
        _broken.Add("{}");
        var arn = await process.StartAsync($$$$"""
            {"StartAt":"Do","States":{"Do":{"Type":"Task",{{{{Function}}}},"Next":"P"},
            "P":{"Type":"Pass","Parameters":{"n.$":"$$.Execution.RedriveCount","at.$":"$$.Execution.RedriveTime"},"End":true}}}
            """);
        await process.EndAsync(arn);
        _broken.Clear();

        await process.Engine.RedriveAsync(arn, null);

        Assert.Matches("""^\{"n":1,"at":"20\d\d-\d\d-\d\dT.*Z"\}$""", (await process.EndAsync(arn)).Output!.Text);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_map_only_what_did_not_end_well_is_done_again(bool restarts)
    {
        using var durable = new Durable();
        var process = durable.Open(Perform);
        _broken.Add("2");
        _broken.Add("4");
        var arn = await process.StartAsync($$$$"""
            {"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":1,"ToleratedFailureCount":1,"ItemProcessor":{"StartAt":"Do","States":{"Do":{"Type":"Task",{{{{Function}}}},"End":true}}},"End":true}}}
            """, "[1,2,3,4,5]");
        Assert.Equal(ExecutionStatus.Failed, (await process.EndAsync(arn)).Status);
        Assert.Equal(["1", "2", "3", "4"], _asked);
        if (restarts)
        {
            await process.DisposeAsync();
            process = durable.Open(Perform);
        }

        _broken.Clear();
        _asked.Clear();
        await process.Engine.RedriveAsync(arn, null);

        Assert.Equal("[\"done\",\"done\",\"done\",\"done\",\"done\"]", (await process.EndAsync(arn)).Output!.Text);
        Assert.Equal(["2", "4", "5"], _asked.Order());
        RecoveryTests.Verify(process, arn, ends: 2);
        await process.DisposeAsync();
    }

    [Theory]
    [InlineData("STANDARD", true)]
    [InlineData("STANDARD", false)]
    [InlineData("EXPRESS", false)]
    public async Task Of_a_distributed_map_only_the_children_that_failed_go_on(string type, bool restarts)
    {
        using var durable = new Durable();
        var process = durable.Open(Perform);
        _broken.Add("2");
        var arn = await process.StartAsync($$$$"""
            {"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":1,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"{{{{type}}}}"},
            "StartAt":"Do","States":{"Do":{"Type":"Task",{{{{Function}}}},"End":true}}},"End":true}}}
            """, "[1,2,3]");
        Assert.Equal("States.ExceedToleratedFailureThreshold", (await process.EndAsync(arn)).Error);
        if (restarts)
        {
            await process.DisposeAsync();
            process = durable.Open(Perform);
        }

        _broken.Clear();
        _asked.Clear();
        await process.Engine.RedriveAsync(arn, null);

        Assert.Equal("[\"done\",\"done\",\"done\"]", (await process.EndAsync(arn)).Output!.Text);
        Assert.Equal(["2", "3"], _asked.Order());
        var redriven = Assert.Single(process.Engine.ReadHistory(arn)!.Events, e => e.Type == HistoryEventType.MapRunRedriven);
        Assert.Equal(1L, redriven["redriveCount"]);
        await process.DisposeAsync();
    }

    [Theory]
    [InlineData("STANDARD")]
    [InlineData("EXPRESS")]
    public async Task A_childs_batch_is_selected_once(string type)
    {
        using var durable = new Durable();
        await using var process = durable.Open(Perform);
        _broken.Add("""{"Items":[{"v":2}]}""");
        var arn = await process.StartAsync($$$$"""
            {"StartAt":"M","States":{"M":{"Type":"Map","MaxConcurrency":1,"ItemSelector":{"v.$":"$$.Map.Item.Value"},"ItemBatcher":{"MaxItemsPerBatch":1},
            "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"{{{{type}}}}"},
            "StartAt":"Do","States":{"Do":{"Type":"Task",{{{{Function}}}},"End":true}}},"End":true}}}
            """, "[1,2,3]");
        Assert.Equal("States.ExceedToleratedFailureThreshold", (await process.EndAsync(arn)).Error);

        _broken.Clear();
        _asked.Clear();
        await process.Engine.RedriveAsync(arn, null);

        Assert.Equal(ExecutionStatus.Succeeded, (await process.EndAsync(arn)).Status);
        Assert.Equal(["""{"Items":[{"v":2}]}""", """{"Items":[{"v":3}]}"""], _asked.Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_a_run_time_error_in_a_branch_broke_off_goes_on_where_it_stood(bool restarts)
    {
        using var durable = new Durable();
        var isBroken = true;
        ValueTask<TaskOutcome> Answer(TaskRequest request) => ValueTask.FromResult<TaskOutcome>(
            request.StateName == "Hold" && isBroken ? new TaskOutcome.Waiting(null)
            : request.StateName == "Do" && isBroken ? new TaskOutcome.Failed(new TaskFailure("States.Runtime", "c"))
            : new TaskOutcome.Completed(JsonValue.From("done")));
        var process = durable.Open(Answer);
        var arn = await process.StartAsync($$$$"""
            {"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[
            {"StartAt":"Set","States":{"Set":{"Type":"Pass","Assign":{"x":1},"Next":"Hold"},"Hold":{"Type":"Task",{{{{Function}}}},"End":true}}},
            {"StartAt":"Do","States":{"Do":{"Type":"Task",{{{{Function}}}},"End":true}}},
            {"StartAt":"Pass","States":{"Pass":{"Type":"Pass","Result":2,"End":true}}}],"End":true}}}
            """);
        Assert.Equal("States.Runtime", (await process.EndAsync(arn)).Error);
        var before = process.Engine.ReadHistory(arn)!.Events.Count;
        if (restarts)
        {
            await process.DisposeAsync();
            process = durable.Open(Answer);
            process.Engine.Restore();
        }

        isBroken = false;
        await process.Engine.RedriveAsync(arn, null);

        Assert.Equal("[\"done\",\"done\",2]", (await process.EndAsync(arn)).Output!.Text);
        Assert.DoesNotContain(process.Engine.ReadHistory(arn)!.Events.Skip(before), e => e is { Subject: EventSubject.State, Says: EventSays.Entered });
        await process.DisposeAsync();
    }

    [Fact]
    public async Task A_state_that_failed_in_a_branch_is_not_entered_twice()
    {
        using var durable = new Durable();
        await using var process = durable.Open(Perform);
        var arn = await process.StartAsync("""
            {"QueryLanguage":"JSONata","StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[
            {"StartAt":"A","States":{"A":{"Type":"Pass","Output":"{% $states.input.zz %}","End":true}}}],"End":true}}}
            """);
        await process.EndAsync(arn);

        await process.Engine.RedriveAsync(arn, null);
        await process.EndAsync(arn);

        Assert.EndsWith(" 8<7:ExecutionRedriven 9<8:EvaluationFailed 10<9:ParallelStateFailed 11<10:ExecutionFailed", process.History(arn), StringComparison.Ordinal);
    }

    private const string ReadsItems = """
        {"StartAt":"M","States":{"M":{"Type":"Map","ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{"Bucket":"b","Key":"k"}},
        "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}},"End":true}}}
        """;

    [Fact]
    public async Task A_map_that_cannot_begin_an_iteration_fails_before_the_others_go_on_and_nothing_of_it_is_left()
    {
        using var durable = new Durable();
        await using var process = durable.Open(Perform);
        var arn = await process.StartAsync("""
            {"QueryLanguage":"JSONata","StartAt":"M","States":{"M":{"Type":"Map","Items":[1,2],
            "ItemSelector":{"v":"{% $states.context.Map.Item.Value = 2 ? $error('no') : 1 %}"},
            "ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Fail","Error":"Boom"}}},
            "Catch":[{"ErrorEquals":["Boom"],"Next":"T"}],"End":true},"T":{"Type":"Wait","Seconds":0,"End":true}}}
            """);
        await process.EndAsync(arn);

        await process.Engine.RedriveAsync(arn, null);

        Assert.Equal("States.QueryEvaluationError", (await process.EndAsync(arn)).Error);
        Assert.EndsWith(
            " 9<8:ExecutionRedriven 10<9:EvaluationFailed 11<10:MapIterationAborted 12<10:MapStateFailed 13<12:ExecutionFailed", process.History(arn), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_map_whose_reader_failed_reads_again(bool restarts)
    {
        using var durable = new Durable();
        TaskOutcome read = new TaskOutcome.Failed(new TaskFailure("S3.NoSuchKey", "no such key"));
        var process = durable.Open(_ => ValueTask.FromResult(read));
        var arn = await process.StartAsync(ReadsItems);
        Assert.Equal("S3.NoSuchKey", (await process.EndAsync(arn)).Error);
        if (restarts)
        {
            await process.DisposeAsync();
            process = durable.Open(_ => ValueTask.FromResult(read));
        }

        read = new TaskOutcome.Completed(JsonReader.Parse("[1,2]"));
        await process.Engine.RedriveAsync(arn, null);

        Assert.Equal("[1,2]", (await process.EndAsync(arn)).Output?.Text);
        Assert.Equal(1L, Assert.Single(process.Engine.ReadHistory(arn)!.Events, e => e.Type == HistoryEventType.MapRunRedriven)["redriveCount"]);
        await process.DisposeAsync();
    }

    [Fact]
    public async Task A_map_that_was_stopped_while_it_read_reads_again()
    {
        using var durable = new Durable();
        var asked = new TaskCompletionSource();
        var hung = new TaskCompletionSource<TaskOutcome>();
        await using var process = durable.Open(_ => asked.TrySetResult()
            ? new ValueTask<TaskOutcome>(hung.Task)
            : ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Completed(JsonReader.Parse("[1]"))));
        var arn = await process.StartAsync(ReadsItems);
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        await process.Engine.StopAsync(arn, null, null);

        await process.Engine.RedriveAsync(arn, null);

        Assert.Equal("[1]", (await process.EndAsync(arn)).Output?.Text);
    }

    [Fact]
    public async Task A_map_that_reads_again_counts_its_redrives_on()
    {
        using var durable = new Durable();
        var reads = 0;
        await using var process = durable.Open(request => ValueTask.FromResult<TaskOutcome>(
            request.Payload.Text.Contains("ReaderConfig", StringComparison.Ordinal) && reads++ > 0
                ? new TaskOutcome.Completed(JsonReader.Parse("[1]"))
                : new TaskOutcome.Failed(new TaskFailure("E", "broken"))));
        var arn = await process.StartAsync(
            ReadsItems.Replace("{\"Type\":\"Pass\",", $"{{\"Type\":\"Task\",{Function},", StringComparison.Ordinal));
        await process.EndAsync(arn);

        await process.Engine.RedriveAsync(arn, null);
        await process.EndAsync(arn);
        await process.Engine.RedriveAsync(arn, null);
        await process.EndAsync(arn);

        Assert.Equal([1L, 2L], process.Engine.ReadHistory(arn)!.Events.Where(e => e.Type == HistoryEventType.MapRunRedriven).Select(e => e["redriveCount"]));
    }

    [Fact]
    public async Task A_map_run_that_is_changed_while_its_items_are_read_waits_for_them()
    {
        using var durable = new Durable();
        var asked = new TaskCompletionSource();
        var read = new TaskCompletionSource<TaskOutcome>();
        await using var process = durable.Open(_ =>
        {
            asked.SetResult();
            return new ValueTask<TaskOutcome>(read.Task);
        });
        var arn = await process.StartAsync(ReadsItems);
        await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        var mapRun = (string)process.Engine.ReadHistory(arn)!.Events.Single(e => e.Type == HistoryEventType.MapRunStarted)["mapRunArn"]!;
        await process.Engine.UpdateMapRunAsync(arn, mapRun, 1);
        read.SetResult(new TaskOutcome.Completed(JsonReader.Parse("[1]")));

        Assert.Equal("[1]", (await process.EndAsync(arn)).Output?.Text);
    }

    [Fact]
    public async Task Of_a_parallel_only_the_branches_that_failed_or_were_aborted_go_on()
    {
        using var durable = new Durable();
        await using var process = durable.Open(Perform);
        _broken.Add("\"bad\"");
        var arn = await process.StartAsync($$$$"""
            {"StartAt":"P","States":{"P":{"Type":"Parallel","Branches":[
              {"StartAt":"Good","States":{"Good":{"Type":"Task",{{{{Function}}}},"InputPath":"$.good","End":true}}},
              {"StartAt":"Sleep","States":{"Sleep":{"Type":"Wait","Seconds":10,"Next":"After"},"After":{"Type":"Pass","Result":"slept","End":true}}},
              {"StartAt":"Pause","States":{"Pause":{"Type":"Wait","Seconds":5,"Next":"Bad"},"Bad":{"Type":"Task",{{{{Function}}}},"InputPath":"$.bad","End":true}}}
            ],"End":true}}}
            """, """{"good":"good","bad":"bad"}""");
        Assert.Equal(ExecutionStatus.Failed, (await process.EndAsync(arn)).Status);

        _broken.Clear();
        _asked.Clear();
        await process.Engine.RedriveAsync(arn, null);

        Assert.Equal("[\"done\",\"slept\",\"done\"]", (await process.EndAsync(arn)).Output!.Text);
        Assert.Equal(["\"bad\""], _asked);
        RecoveryTests.Verify(process, arn, ends: 2);
    }

    [Fact]
    public async Task What_was_stopped_goes_on_where_it_stood()
    {
        using var durable = new Durable();
        var hangs = true;
        await using var process = durable.Open(_ => ValueTask.FromResult<TaskOutcome>(
            hangs ? new TaskOutcome.Waiting(null) : new TaskOutcome.Completed(JsonValue.From("done"))));
        var arn = await process.StartAsync("""
            {"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:a","End":true}}}
            """);
        await process.Engine.StopAsync(arn, "Stopped", "by hand");

        hangs = false;
        var (redriven, _) = await process.Engine.RedriveAsync(arn, null);

        Assert.Equal((ExecutionStatus.Running, null, null), (redriven.Status, redriven.Error, redriven.StopDate));
        Assert.Equal(ExecutionStatus.Succeeded, (await process.EndAsync(arn)).Status);
    }

    [Fact]
    public async Task What_a_catcher_or_a_retrier_took_is_not_kept_for_a_redrive()
    {
        using var durable = new Durable();
        await using var process = durable.Open(Perform);
        _broken.Add("2");
        var arn = await process.StartAsync($$$$"""
            {"StartAt":"M","States":{"M":{"Type":"Map","ItemProcessor":{"StartAt":"Do","States":{"Do":{"Type":"Task",{{{{Function}}}},"End":true}}},
            "Retry":[{"ErrorEquals":["E"],"MaxAttempts":1}],"Catch":[{"ErrorEquals":["E"],"Next":"Stop"}],"End":true},"Stop":{"Type":"Fail","Error":"Given up"}}}
            """, "[1,2,3]");
        Assert.Equal("Given up", (await process.EndAsync(arn)).Error);

        await process.Engine.RedriveAsync(arn, null);

        // Nothing is asked again; who was asked before and aborted may hear of it only now.
        Assert.Equal("Given up", (await process.EndAsync(arn)).Error);
        Assert.EndsWith("ExecutionRedriven", process.History(arn).Split(' ')[^3], StringComparison.Ordinal);
        Assert.EndsWith("FailStateEntered", process.History(arn).Split(' ')[^2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_redrives_at_once_one_is_refused()
    {
        using var durable = new Durable();
        await using var process = durable.Open(_ => ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Waiting(null)));

        // Nobody owes an answer: time would pass to the deadline between a redrive and the next stop.
        using var held = process.Engine.HoldTime();
        var arn = await process.StartAsync(Worked);
        for (var redrives = 1; redrives <= 50; redrives++)
        {
            Assert.NotNull((await process.Engine.StopAsync(arn, null, null)).StopDate);

            var both = await Task.WhenAll(process.Engine.RedriveAsync(arn, null), process.Engine.RedriveAsync(arn, null));

            Assert.Equal("Execution is RUNNING and cannot be redriven", Assert.Single(both, answer => answer.Refusal is not null).Refusal);
            Assert.Equal(redrives, process.Engine.Describe(arn)!.RedriveCount);
        }
    }

    [Fact]
    public async Task A_start_under_the_name_of_one_that_ended_is_not_taken_for_it()
    {
        using var durable = new Durable();
        var machine = Durable.Machine(Worked);
        var process = durable.Open(_ => ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Waiting(null)));
        for (var i = 0; i < 50; i++)
            await process.Engine.StopAsync((await StartAsync(i)).Execution.Arn, null, null);
        await process.DisposeAsync();

        // None of them is in memory any more: whoever starts one again finds that only when that is to be saved.
        process = durable.Open(_ => ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Waiting(null)));
        for (var i = 0; i < 50; i++)
        {
            var arn = $"arn:aws:states:us-east-1:123456789012:execution:M:e{i}";
            var start = Task.Run(() => StartAsync(i), TestContext.Current.CancellationToken);
            var stop = Task.Run(() => process.Engine.StopAsync(arn, null, null), TestContext.Current.CancellationToken);
            var redrive = process.Engine.RedriveAsync(arn, null);
            await Task.WhenAll(start, stop, redrive).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

            Assert.Null((await redrive).Refusal);
            Assert.NotNull((await stop).StopDate);
            Assert.False((await start).Started);
        }

        await process.DisposeAsync();

        Task<(ExecutionDescription Execution, bool Started)> StartAsync(int i) =>
            process.Engine.StartAsync(new StartRequest(machine, JsonValue.Null) { Name = $"e{i}" }).AsTask();
    }

    private ValueTask<TaskOutcome> Perform(TaskRequest request)
    {
        lock (_asked)
            _asked.Add(request.Payload.Text);
        return ValueTask.FromResult<TaskOutcome>(_broken.Contains(request.Payload.Text)
            ? new TaskOutcome.Failed(new TaskFailure("E", "broken"))
            : new TaskOutcome.Completed(JsonValue.From("done")));
    }
}
