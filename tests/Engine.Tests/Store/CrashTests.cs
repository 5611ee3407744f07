using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Engine.Tests.Tasks;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Store;

/// <summary>What a crash finds between a turn that is saved and its effects, which never leave.</summary>
public sealed class CrashTests : IDisposable
{
    private const string EachChild = """
        {"Type":"Map","MaxConcurrency":2,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Do","States":{
          "Do":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","End":true}}}
        """;

    private static readonly string Machine = """{"StartAt":"M","States":{"M":EACH,"End":true}}}""".Replace("EACH", EachChild, StringComparison.Ordinal);

    private readonly Durable _durable = new();
    private readonly ManualResetEventSlim _isGone = new();

    public void Dispose()
    {
        _isGone.Set();
        _durable.Dispose();
        _isGone.Dispose();
    }

    [Fact]
    public async Task A_child_that_never_heard_of_its_redrive_is_redriven_by_the_next_process()
    {
        var fails = true;
        var asked = 0;
        string arn;
        await using (var process = _durable.Open(Perform))
        {
            arn = await process.StartAsync(Machine, "[1]");
            Assert.Equal(ExecutionStatus.Failed, (await process.EndAsync(arn)).Status);
            fails = false;
            var redriven = HoldAfter(process, arn, HistoryEventType.MapRunRedriven);
            _ = process.Engine.RedriveAsync(arn, null);
            await redriven.WaitAsync(TestContext.Current.CancellationToken);
        }

        await using var next = _durable.Open(Perform);
        next.Engine.Restore();

        var ended = await next.EndAsync(arn);
        Assert.Equal((ExecutionStatus.Succeeded, "[10]", 2), (ended.Status, ended.Output?.Text, asked));
        RecoveryTests.Verify(next, arn, ends: 2);

        ValueTask<TaskOutcome> Perform(TaskRequest request)
        {
            asked++;
            return ValueTask.FromResult<TaskOutcome>(fails
                ? new TaskOutcome.Failed(new TaskFailure("E", "c"))
                : new TaskOutcome.Completed(JsonValue.From(10)));
        }
    }

    [Fact]
    public async Task An_express_child_that_a_redrive_began_anew_is_begun_under_its_name_again_by_the_next_process()
    {
        var fails = true;
        var asked = new TaskCompletionSource();
        var children = new List<string>();
        var express = Machine.Replace("STANDARD", "EXPRESS", StringComparison.Ordinal);
        string arn;
        await using (var process = _durable.Open(Perform))
        {
            arn = await process.StartAsync(express, "[1]");
            Assert.Equal(ExecutionStatus.Failed, (await process.EndAsync(arn)).Status);
            fails = false;
            await process.Engine.RedriveAsync(arn, null);
            await asked.Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        await using var next = _durable.Open(request =>
        {
            children.Add(request.Execution.Arn);
            return ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Completed(JsonValue.From(10)));
        });
        next.Engine.Restore();

        Assert.Equal("[10]", (await next.EndAsync(arn)).Output?.Text);
        Assert.Equal((3, 1), (children.Count, children.Distinct().Count()));

        ValueTask<TaskOutcome> Perform(TaskRequest request)
        {
            children.Add(request.Execution.Arn);
            if (fails)
                return ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Failed(new TaskFailure("E", "c")));
            asked.SetResult();
            return new ValueTask<TaskOutcome>(new TaskCompletionSource<TaskOutcome>().Task);
        }
    }

    [Fact]
    public async Task A_child_that_ended_well_after_its_map_run_failed_is_heard_by_the_redrive()
    {
        var second = new TaskCompletionSource<TaskOutcome>();
        var isAsked = new TaskCompletionSource();
        var first = new TaskCompletionSource<TaskOutcome>();
        await using var process = _durable.Open(Perform);
        var arn = await process.StartAsync(Machine, "[1,2]");
        await isAsked.Task.WaitAsync(TestContext.Current.CancellationToken);
        var failed = HoldAfter(process, arn, HistoryEventType.ExecutionFailed);
        first.SetResult(new TaskOutcome.Failed(new TaskFailure("E", "c")));
        await failed.WaitAsync(TestContext.Current.CancellationToken);
        var mapRun = process.Engine.ReadHistory(arn)!.Events.Single(e => e.Type == HistoryEventType.MapRunStarted)["mapRunArn"]!.ToString()!;
        var child = process.Engine.List(new ExecutionQuery(mapRun)).Single(e => e.ItemIndex == 1);
        second.SetResult(new TaskOutcome.Completed(JsonValue.From(20)));
        Assert.Equal(ExecutionStatus.Succeeded, (await process.EndAsync(child.Arn)).Status);
        _isGone.Set();
        await process.EndAsync(arn);
        first = new TaskCompletionSource<TaskOutcome>();
        first.SetResult(new TaskOutcome.Completed(JsonValue.From(10)));

        Assert.Null((await process.Engine.RedriveAsync(arn, null)).Refusal);

        Assert.Equal("[10,20]", (await process.EndAsync(arn)).Output?.Text);

        ValueTask<TaskOutcome> Perform(TaskRequest request)
        {
            if (request.Payload.Text == "1")
                return new ValueTask<TaskOutcome>(first.Task);
            isAsked.SetResult();
            return new ValueTask<TaskOutcome>(second.Task);
        }
    }

    [Fact]
    public async Task A_child_whose_map_state_failed_is_stopped_by_the_next_process()
    {
        var never = new TaskCompletionSource<TaskOutcome>();
        var first = new TaskCompletionSource<TaskOutcome>();
        var isAsked = new TaskCompletionSource();
        string arn, child;
        await using (var process = _durable.Open(Perform))
        {
            arn = await process.StartAsync("""
                {"StartAt":"M","States":{"M":EACH,"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Ask"}],"End":true},
                "Ask":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:a","End":true}}}
                """.Replace("EACH", EachChild, StringComparison.Ordinal), "[1,2]");
            await isAsked.Task.WaitAsync(TestContext.Current.CancellationToken);
            var mapRun = process.Engine.ReadHistory(arn)!.Events.Single(e => e.Type == HistoryEventType.MapRunStarted)["mapRunArn"]!.ToString()!;
            child = process.Engine.List(new ExecutionQuery(mapRun)).Single(e => e.ItemIndex == 1).Arn;
            var failed = HoldAfter(process, arn, HistoryEventType.MapStateFailed);
            first.SetResult(new TaskOutcome.Failed(new TaskFailure("E", "c")));
            await failed.WaitAsync(TestContext.Current.CancellationToken);
        }

        await using var next = _durable.Open(_ => ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Waiting(null)));
        next.Engine.Restore();

        Assert.Equal(ExecutionStatus.Aborted, (await next.EndAsync(child)).Status);
        Assert.Equal(ExecutionStatus.Running, next.Engine.Describe(arn)!.Status);

        ValueTask<TaskOutcome> Perform(TaskRequest request)
        {
            if (request.Payload.Text == "1")
                return new ValueTask<TaskOutcome>(first.Task);
            isAsked.SetResult();
            return new ValueTask<TaskOutcome>(never.Task);
        }
    }

    [Fact]
    public async Task A_token_that_was_answered_before_the_crash_takes_no_other_answer()
    {
        string arn, token;
        var given = new TaskCompletionSource<string>();
        var never = new TaskCompletionSource<TaskOutcome>();
        await using (var process = _durable.Open(request =>
        {
            given.SetResult(request.Token);
            return new ValueTask<TaskOutcome>(never.Task);
        }))
        {
            arn = await process.StartAsync("""
                {"StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken",
                "Parameters":{"FunctionName":"f","Payload":{"token.$":"$$.Task.Token"}},"End":true}}}
                """);
            token = await given.Task;
            Assert.Equal(TokenResult.Accepted, await process.Engine.CompleteTaskAsync(token, JsonValue.From("first")));
        }

        var submits = new TaskCompletionSource<TaskOutcome>();
        await using var next = _durable.Open(_ => new ValueTask<TaskOutcome>(submits.Task));
        next.Engine.Restore();
        Assert.Equal(TokenResult.Closed, await next.Engine.CompleteTaskAsync(token, JsonValue.From("second")));
        submits.SetResult(new TaskOutcome.Completed(JsonValue.True));

        Assert.Equal("\"first\"", (await next.EndAsync(arn)).Output?.Text);
    }

    [Fact]
    public async Task A_name_that_was_refused_on_a_full_disk_can_be_started_when_there_is_room()
    {
        const string Definition = """{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}""";
        await using var process = _durable.Open(maxPages: 64);
        string? refused = null;
        for (var i = 0; refused is null; i++)
        {
            try
            {
                await process.StartAsync(Definition, $"\"{new string('x', 3000)}\"", $"n{i}");
            }
            catch (DataNotSavedException)
            {
                refused = $"n{i}";
            }
        }

        var removal = new Removal();
        process.Data.Writer.Enqueue(removal);
        await removal.Done.Task.WaitAsync(TestContext.Current.CancellationToken);

        var arn = await process.StartAsync(Definition, "1", refused);
        Assert.Equal("1", (await process.EndAsync(arn)).Output?.Text);
    }

    [Fact]
    public async Task A_child_that_ended_before_its_parent_heard_of_it_is_the_parents_own_though_it_has_a_name()
    {
        const string Parent = """
            {"StartAt":"Do","States":{"Do":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","Parameters":{
            "StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:Child","Name":"c1","Input":{"n":1}},"OutputPath":"$.Output","End":true}}}
            """;
        const string Child = """{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}""";
        string arn;
        using (var data = DataStore.Open(_durable.Folder))
        {
            await using var tasks = new TaskFixture(data: data);
            tasks.Create(Child, "Child");
            var saved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            tasks.Engine.TurnSaved += (execution, _) =>
            {
                if (!execution.EndsWith(":Child:c1", StringComparison.Ordinal))
                    return;
                saved.SetResult();
                _isGone.Wait();
            };
            arn = (await tasks.Engine.StartAsync(new StartRequest(tasks.Create(Parent), JsonObject.Empty) { Name = "parent" })).Execution.Arn;
            await saved.Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        using var next = DataStore.Open(_durable.Folder);
        await using var again = new TaskFixture(data: next);
        again.Create(Child, "Child");
        Assert.Equal(1, again.Engine.Restore());

        Assert.Equal("{\"n\":1}", (await again.EndAsync(again.Engine.Describe(arn)!)).Output?.Text);

        // Another one is refused the name as ever.
        var (other, _) = await again.Engine.StartAsync(new StartRequest(again.Create(Parent), JsonObject.Empty) { Name = "other" });
        Assert.Equal("StepFunctions.ExecutionAlreadyExistsException", (await again.EndAsync(other)).Error);
    }

    /// <summary>Lets no effect of an execution's turn leave that wrote such an event.</summary>
    /// <returns>Completes when that turn is saved.</returns>
    private Task HoldAfter(Durable.Process process, string arn, HistoryEventType type)
    {
        var saved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.Engine.TurnSaved += (execution, events) =>
        {
            if (execution != arn || events.All(e => e.Type != type))
                return;
            saved.TrySetResult();
            _isGone.Wait();
        };
        return saved.Task;
    }

    private sealed class Removal : IDataWrite
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Write(DataTables tables)
        {
            for (var execution = 1; execution < 20; execution++)
                tables.Drop(execution);
        }

        public void Saved() => Done.SetResult();

        public bool Failed(Exception e, bool isPassing)
        {
            Done.SetException(e);
            return true;
        }
    }
}
