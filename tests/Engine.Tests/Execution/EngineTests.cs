using System.Runtime.CompilerServices;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Execution;

public sealed class EngineTests
{
    private const string Callback = """
        {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","TimeoutSeconds":600,
          "Parameters":{"FunctionName":"f","Payload":{"t.$":"$$.Task.Token"}},"End":true,
          "Retry":[{"ErrorEquals":["Boom"],"IntervalSeconds":5}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"C"}]},"C":{"Type":"Pass","End":true}}}
        """;

    [Fact]
    public async Task Nobody_owes_the_answer_to_a_request_that_failed()
    {
        await using var machine = new Machine(Callback, _ => new TaskOutcome.Failed(new TaskFailure("Boom", "why")));
        var ended = await machine.RunAsync();
        Assert.Equal("""{"Error":"Boom","Cause":"why"}""", ended.Output!.Text);
        Assert.Equal(TimeSpan.FromSeconds(5 + 10 + 20), ended.StopDate - ended.StartDate);
    }

    [Fact]
    public async Task A_token_is_closed_by_the_first_who_finishes_its_task()
    {
        List<TokenResult> results = [];
        Machine? machine = null;
        machine = new Machine(Callback, request =>
        {
            // Before the request is answered the execution hears of none of these.
            results.Add(machine!.Engine.CompleteTask(request.Token, JsonValue.True));
            results.Add(machine.Engine.CompleteTask(request.Token, JsonValue.False));
            results.Add(machine.Engine.Heartbeat(request.Token));
            return new TaskOutcome.Completed(JsonObject.Empty);
        });
        await using var _ = machine;
        Assert.Equal("true", (await machine.RunAsync()).Output!.Text);
        Assert.Equal([TokenResult.Accepted, TokenResult.Closed, TokenResult.Closed], results);
    }

    [Fact]
    public async Task A_child_that_hears_of_a_task_after_its_end_does_not_end_twice()
    {
        // In each child B fails at once and T's answer comes after that; the second child holds the Map open meanwhile.
        const string Definition = """
            {"StartAt":"M","States":{"M":{"Type":"Map","End":true,"MaxConcurrency":1,"ToleratedFailurePercentage":100,
              "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
                {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:slow","End":true}}},
                {"StartAt":"B","States":{"B":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:bad","End":true}}}]}}}}}}
            """;
        var failed = new SemaphoreSlim(0);
        await using var machine = new Machine(Definition, async request =>
        {
            if (request.Resource.Text.EndsWith("slow", StringComparison.Ordinal))
            {
                await failed.WaitAsync(TestContext.Current.CancellationToken);
                return new TaskOutcome.Completed(JsonValue.True);
            }

            return new TaskOutcome.Failed(new TaskFailure("Boom", null));
        });
        machine.Engine.TurnSaved += (_, events) =>
        {
            if (events.Any(e => e.Type == HistoryEventType.ExecutionFailed))
                failed.Release();
        };
        var ended = await machine.RunAsync("[1,2,3,4]");
        Assert.Equal(4, ((JsonArray)ended.Output!).Count);
        Assert.All((JsonArray)ended.Output!, result => Assert.Equal("Boom", ((JsonString)((JsonObject)result)["Error"]!).Value));
    }

    [Fact]
    public async Task Every_item_has_a_chance_of_its_own()
    {
        await using var machine = new Machine("""
            {"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemSelector":{"id.$":"States.UUID()"},
              "ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}}}
            """);
        var output = (JsonArray)(await machine.RunAsync("[1,2,3]")).Output!;
        Assert.Equal(3, output.Select(item => item.Text).Distinct().Count());
    }

    [Fact]
    public async Task Every_run_of_an_express_machine_has_a_chance_of_its_own_whatever_its_name()
    {
        await using var machine = new Machine(
            """{"StartAt":"P","States":{"P":{"Type":"Pass","Parameters":{"id.$":"States.UUID()"},"End":true}}}""", type: StateMachineType.Express);
        Assert.NotEqual((await machine.RunAsync()).Output!.Text, (await machine.RunAsync()).Output!.Text);
    }

    [Fact]
    public async Task A_task_whose_turn_ends_it_is_not_performed()
    {
        var performed = 0;
        await using var machine = new Machine(
            """
            {"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Catch":[{"ErrorEquals":["Boom"],"Next":"W"}],"Branches":[
              {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:f","End":true}}},
              {"StartAt":"F","States":{"F":{"Type":"Fail","Error":"Boom"}}}]},"W":{"Type":"Wait","Seconds":1,"End":true}}}
            """,
            _ =>
            {
                Interlocked.Increment(ref performed);
                return new TaskOutcome.Completed(JsonValue.True);
            });

        // The wait in virtual time is over when all that was in flight is.
        await machine.RunAsync();
        Assert.Equal(0, Volatile.Read(ref performed));
    }

    [Fact]
    public async Task An_observer_that_throws_keeps_no_execution_from_its_end()
    {
        await using var machine = new Machine("""{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":5,"End":true}}}""");
        machine.Engine.TurnSaved += (_, _) => throw new InvalidOperationException("observer");
        machine.Engine.Defect += (_, _) => throw new InvalidOperationException("listener");
        var ended = await machine.Engine.WhenEndedAsync(machine.Begin(), TestContext.Current.CancellationToken)
            .WaitAsync(Machine.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(ExecutionStatus.Succeeded, ended.Status);
        Assert.Equal("observer", machine.Defects[0].Message);
    }

    [Fact]
    public async Task A_defect_ends_its_execution_and_says_that_it_is_one()
    {
        await using var machine = new Machine("""
            {"StartAt":"P","States":{"P":{"Type":"Pass","Next":"T"},
              "T":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:broken","End":true}}}
            """);
        var ended = await machine.Engine.WhenEndedAsync(machine.Begin(), TestContext.Current.CancellationToken)
            .WaitAsync(Machine.Patience, TestContext.Current.CancellationToken);
        Assert.Equal((ExecutionStatus.Failed, "States.Runtime"), (ended.Status, ended.Error));
        Assert.Contains("a defect of Stateside: broken", ended.Cause, StringComparison.Ordinal);
        Assert.Single(machine.Defects);
        Assert.Equal(
            "1<0:ExecutionStarted 2<0:PassStateEntered 3<2:PassStateExited 4<3:TaskStateEntered 5<4:ExecutionFailed", machine.History());
    }

    [Fact]
    public async Task Time_goes_as_far_as_it_is_asked_to_and_everything_due_on_the_way_happens_when_it_is_due()
    {
        string? token = null;
        await using var machine = new Machine(
            """
            {"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
              {"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTaskToken","TimeoutSeconds":600,"End":true,
                "Parameters":{"FunctionName":"f","Payload":{"t.$":"$$.Task.Token"}}}}},
              {"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":10,"Next":"B"},"B":{"Type":"Wait","Seconds":10,"End":true}}}]}}}
            """,
            request =>
            {
                token = request.Token;
                return new TaskOutcome.Completed(JsonObject.Empty);
            });
        var arn = machine.Begin();
        await machine.Engine.AdvanceAsync(Machine.Start.AddSeconds(15), TestContext.Current.CancellationToken);
        Assert.Equal(Machine.Start.AddSeconds(15), machine.Engine.Now);
        Assert.Equal([10.0], Exits());
        await machine.Engine.AdvanceAsync(Machine.Start.AddSeconds(100), TestContext.Current.CancellationToken);
        Assert.Equal([10.0, 20.0], Exits());
        Assert.Equal(TokenResult.Accepted, machine.Engine.CompleteTask(token!, JsonValue.True));
        Assert.Equal("[true,{}]", (await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken)).Output!.Text);

        IEnumerable<double> Exits() => machine.Events().Where(e => e.Type == HistoryEventType.WaitStateExited).Select(e => (e.Timestamp - Machine.Start).TotalSeconds);
    }

    [Fact]
    public async Task Whatever_is_due_fires_when_somebody_moves_the_clock_though_an_answer_is_owed()
    {
        await using var machine = new Machine(Callback, _ => new TaskOutcome.Completed(JsonObject.Empty));
        var arn = machine.Begin();
        await machine.Engine.AdvanceAsync(Machine.Start.AddSeconds(1), TestContext.Current.CancellationToken);
        machine.Time.AdvanceTo(Machine.Start.AddSeconds(600));
        var ended = await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken)
            .WaitAsync(Machine.Patience, TestContext.Current.CancellationToken);
        Assert.Equal("""{"Error":"States.Timeout","Cause":""}""", ended.Output!.Text);
    }

    [Fact]
    public async Task The_oldest_of_the_executions_that_have_ended_is_forgotten_and_its_token_still_known_to_come_too_late()
    {
        List<string> tokens = [];
        await using var machine = new Machine(
            Callback,
            request =>
            {
                tokens.Add(request.Token);
                return ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Failed(new TaskFailure("Other", null)));
            },
            kept: 2);
        foreach (var name in new[] { "a", "b", "c" })
            await machine.RunAsync(name: name);
        await machine.Engine.AdvanceAsync(machine.Engine.Now, TestContext.Current.CancellationToken);
        Assert.Equal([true, false, false], new[] { "a", "b", "c" }.Select(name => machine.Engine.ReadHistory($"arn:aws:states:us-east-1:123456789012:execution:M:{name}") is null));
        Assert.All(tokens, token => Assert.Equal(TokenResult.Closed, machine.Engine.CompleteTask(token, JsonValue.Null)));
    }

    /// <summary>What due times are told of; nothing of it moves.</summary>
    private static ExecutionActor Sleeper() =>
        new(null!, (RunningExecution)RuntimeHelpers.GetUninitializedObject(typeof(RunningExecution)), null);

    [Fact]
    public void Due_times_that_have_passed_out_of_use_are_let_go_of()
    {
        using var due = new DueTimes(new VirtualTime(Machine.Start), DueSignal.None, _ => { });
        for (var i = 0; i < 1000; i++)
        {
            var actor = Sleeper();
            due.Set(actor, new Due(Machine.Start.AddDays(365 + i), null));
            due.Set(actor, default);
        }

        Assert.InRange(due.Count, 0, 100);
    }

    [Fact]
    public async Task Threads_that_lie_down_for_good_are_woken_by_the_next_due_time()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var told = new SemaphoreSlim(0);
        using var due = new DueTimes(TimeProvider.System, DueSignal.Threads, _ => told.Release());

        // A deadline that is taken back, as that of an execution which ends.
        var ended = Sleeper();
        due.Set(ended, new Due(DateTimeOffset.UtcNow.AddDays(365), null));
        due.Set(ended, default);
        while (!due.IsAsleep)
            await Task.Delay(10, cancellation);
        due.Set(Sleeper(), new Due(DateTimeOffset.UtcNow.AddDays(365), null));
        due.Set(Sleeper(), new Due(DateTimeOffset.UtcNow.AddMilliseconds(5), null));
        Assert.True(await told.WaitAsync(Machine.Patience, cancellation));
    }

    [Fact]
    public async Task A_slow_step_keeps_nothing_else_that_is_due_waiting()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var slow = Sleeper();
        var told = new SemaphoreSlim(0);
        var begun = new SemaphoreSlim(0);
        using var end = new ManualResetEventSlim();
        var time = new VirtualTime(Machine.Start);
        using var due = new DueTimes(time, DueSignal.Threads, actor =>
        {
            if (actor != slow)
            {
                told.Release();
                return;
            }

            begun.Release();
            end.Wait(CancellationToken.None);
        });
        while (!due.IsAsleep)
            await Task.Delay(10, cancellation);
        var soon = Machine.Start.AddMilliseconds(30);
        due.Set(slow, new Due(soon, null));
        while (due.IsAsleep)
            await Task.Delay(10, cancellation);

        // One thread looks in time for both, so the other sleeps on, until the one is away.
        due.Set(Sleeper(), new Due(soon.AddMilliseconds(20), null));
        time.AdvanceTo(soon);
        await begun.WaitAsync(cancellation);
        time.AdvanceTo(soon.AddMilliseconds(20));
        var isTold = await told.WaitAsync(Machine.Patience, cancellation);
        end.Set();
        Assert.True(isTold);
    }

    [Fact]
    public async Task A_map_of_20000_items_runs_to_its_end()
    {
        await using var machine = new Machine(
            """{"StartAt":"M","States":{"M":{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}}}}""",
            type: StateMachineType.Express);
        var input = $"[{string.Join(',', Enumerable.Range(0, 20_000))}]";
        Assert.Equal(input, (await machine.RunAsync(input)).Output!.Text);
    }
}
