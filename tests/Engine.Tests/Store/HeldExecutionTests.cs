using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.History;
using Stateside.Engine.Store.Data;
using Stateside.Engine.Tests.Execution;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Store;

/// <summary>An execution that is worked on whenever the process ends is held, and no other one is.</summary>
public sealed class HeldExecutionTests : IDisposable
{
    private const string Poison = """
        {"StartAt":"First","States":{
          "First":{"Type":"Wait","Seconds":1,"Next":"Fatal"},
          "Fatal":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:fatal","Next":"Second"},
          "Second":{"Type":"Wait","Seconds":1,"Next":"Later"},
          "Later":{"Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:later","End":true}}}
        """;

    private const string Sleeper = """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":86400,"End":true}}}""";

    private const string Arn = "arn:aws:states:us-east-1:123456789012:execution:M:e";

    private readonly List<string> _folders = [];
    private readonly List<Crashed> _processes = [];

    public void Dispose()
    {
        foreach (var process in _processes)
            process.Dispose();
        foreach (var folder in _folders)
            Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task The_third_time_in_a_row_that_the_process_ends_amid_its_turn_an_execution_is_held_and_the_others_go_on()
    {
        var first = Open(amid: "fatal");
        await first.StartAsync(Poison, "e", "M");
        await Within(first.Amid);
        await first.StartAsync(Sleeper, "sleeper", "S");
        var second = Next(amid: "fatal");
        Assert.Empty(second.Restore().Held);
        await Within(second.Amid);
        var third = Next(amid: "fatal");
        Assert.Empty(third.Restore().Held);
        await Within(third.Amid);

        var last = Next(amid: "fatal");
        var restored = last.BringBack();
        restored.GoOn();

        Assert.Equal([Arn], restored.Held);
        Assert.Equal(1, restored.Count);
        var held = last.Engine.Describe(Arn)!;
        Assert.True(held.IsHeld);
        Assert.Equal(ExecutionStatus.Running, held.Status);
        Assert.True(Assert.Single(last.Engine.List(new ExecutionQuery(held.StateMachine.Arn))).IsHeld);
        Assert.Contains("It is held: 3 times in a row", held.WhyNotRedrivable(last.Engine.Now), StringComparison.Ordinal);
        var sleeper = Arn.Replace("M:e", "S:sleeper", StringComparison.Ordinal);
        Assert.Equal(ExecutionStatus.Succeeded, (await last.Engine.WhenEndedAsync(sleeper, TestContext.Current.CancellationToken).WaitAsync(Machine.Patience, TestContext.Current.CancellationToken)).Status);
        Assert.False(last.Amid.IsCompleted);
    }

    [Fact]
    public async Task What_is_held_stays_so_over_another_start_and_is_stopped_without_the_turn_that_ends_the_process()
    {
        await HoldAsync();
        var again = Next(amid: "fatal");
        var restored = again.BringBack();
        restored.GoOn();
        Assert.Equal([Arn], restored.Held);

        var stopped = await again.Engine.StopAsync(Arn, "enough", null).WaitAsync(Machine.Patience, TestContext.Current.CancellationToken);

        Assert.Equal((ExecutionStatus.Aborted, "enough", false), (stopped.Status, stopped.Error, stopped.IsHeld));
        Assert.False(again.Amid.IsCompleted);
        Assert.Equal(HistoryEventType.ExecutionAborted, again.Engine.ReadHistory(Arn)!.Events[^1].Type);
    }

    [Fact]
    public async Task What_was_held_and_stopped_can_be_redriven()
    {
        await HoldAsync();
        var mended = Next(amid: null);
        mended.Restore();
        await mended.Engine.StopAsync(Arn, null, null);

        var (_, refusal) = await mended.Engine.RedriveAsync(Arn, null);

        Assert.Null(refusal);
        Assert.Equal(ExecutionStatus.Running, mended.Engine.Describe(Arn)!.Status);
        Assert.False(mended.Engine.Describe(Arn)!.IsHeld);
        await Within(mended.Scheduled);
    }

    [Fact]
    public async Task What_is_held_goes_on_when_it_is_let_and_counts_anew()
    {
        await HoldAsync();
        var mended = Next(amid: "fatal");
        mended.Restore();
        Assert.False(mended.Amid.IsCompleted);

        Assert.True(mended.Engine.LetGoOn(Arn));

        await Within(mended.Amid);
        Assert.False(mended.Engine.Describe(Arn)!.IsHeld);
        Assert.False(mended.Engine.LetGoOn(Arn));
        Assert.Empty(Next(amid: null).Restore().Held);
    }

    [Fact]
    public async Task A_turn_that_ends_in_between_counts_an_execution_from_the_beginning()
    {
        await Open(amid: "fatal").StartAsync(Poison, "e", "M");
        await Within(_processes[^1].Amid);
        Next(amid: "fatal").Restore();
        await Within(_processes[^1].Amid);

        var ends = Next(amid: "later");
        ends.Restore();
        await Within(ends.Scheduled);
        await ends.FinishAsync();
        await Within(ends.Amid);

        Assert.Empty(Next(amid: null).Restore().Held);
    }

    [Fact]
    public async Task An_execution_that_only_waits_when_the_process_ends_is_never_held()
    {
        await Open(amid: null).StartAsync(Poison, "e", "M");
        await Within(_processes[^1].Scheduled);
        for (var i = 0; i < 5; i++)
            Assert.Empty(Next(amid: null).Restore().Held);
    }

    [Fact]
    public async Task A_handler_in_the_process_counts_as_a_turn_does()
    {
        await Open(amid: null).StartAsync(Poison, "e", "M");
        await Within(_processes[^1].Scheduled);
        for (var i = 0; i < 3; i++)
        {
            _processes[^1].Data.UnderWay!.BeginTask(_processes[^1].Engine.FindActor(Arn)!.KeyUnderWay);
            var held = Next(amid: null).Restore().Held;
            if (i < 2)
                Assert.Empty(held);
            else
                Assert.Equal([Arn], held);
        }
    }

    [Fact]
    public async Task Other_turns_of_its_execution_do_not_excuse_a_handler_and_its_own_end_does()
    {
        await Open(amid: null).StartAsync(Poison, "e", "M");
        await Within(_processes[^1].Scheduled);
        for (var i = 0; i < 3; i++)
        {
            var underWay = _processes[^1].Data.UnderWay!;
            var key = _processes[^1].Engine.FindActor(Arn)!.KeyUnderWay;
            underWay.BeginTask(key);
            underWay.Begin(key);
            underWay.End(key, isWhole: true);
            Next(amid: null);
        }

        Assert.Equal([Arn], _processes[^1].Restore().Held);

        _processes[^1].Data.UnderWay!.LetGo(_processes[^1].Engine.FindActor(Arn)!.Execution.Number);
        for (var i = 0; i < 5; i++)
        {
            var underWay = _processes[^1].Data.UnderWay!;
            var key = _processes[^1].Engine.FindActor(Arn)!.KeyUnderWay;
            underWay.EndTask(underWay.BeginTask(key), key);
            if (i % 2 == 0)
                underWay.BeginTask(key);
            Assert.Empty(Next(amid: null).Restore().Held);
        }
    }

    [Fact]
    public async Task An_evaluation_that_was_put_off_and_then_ends_the_process_is_counted()
    {
        const string Heavy = """
            {"QueryLanguage":"JSONata","StartAt":"Heavy","States":{"Heavy":{
              "Type":"Task","Resource":"arn:aws:states:us-east-1:123456789012:activity:fatal",
              "Arguments":"{% $sum([1..100000].($ * 2)) %}","End":true}}}
            """;
        await Open(amid: "fatal").StartAsync(Heavy, "e", "M");
        await Within(_processes[^1].Amid);
        for (var i = 0; i < 2; i++)
        {
            Assert.Empty(Next(amid: "fatal").Restore().Held);
            await Within(_processes[^1].Amid);
        }

        Assert.Equal([Arn], Next(amid: null).Restore().Held);
    }

    [Fact]
    public async Task What_ends_as_it_should_leaves_nothing_to_count()
    {
        for (var i = 0; i < 4; i++)
        {
            var process = i == 0 ? Open(amid: "fatal") : Next(amid: "fatal");
            if (i == 0)
                await process.StartAsync(Poison, "e", "M");
            else
                Assert.Empty(process.Restore().Held);
            await Within(process.Amid);
            process.EndAmid();
        }
    }

    [Fact]
    public async Task What_is_brought_back_is_stopped_before_it_goes_on()
    {
        await Open(amid: "fatal").StartAsync(Poison, "e", "M");
        await Within(_processes[^1].Amid);
        var next = Next(amid: "fatal");
        var restored = next.BringBack();

        var stopped = await next.Engine.StopAsync(Arn, null, null).WaitAsync(Machine.Patience, TestContext.Current.CancellationToken);
        restored.GoOn();

        Assert.Equal(ExecutionStatus.Aborted, stopped.Status);
        Assert.False(next.Amid.IsCompleted);
    }

    [Fact]
    public async Task The_answer_of_a_token_that_comes_before_its_execution_goes_on_is_taken_when_it_does()
    {
        await Open(amid: null).StartAsync(Poison, "e", "M");
        await Within(_processes[^1].Scheduled);
        var token = _processes[^1].Token;
        var next = Next(amid: "later");
        var restored = next.BringBack();

        var answered = next.Engine.CompleteTaskAsync(token, JsonValue.True);
        Assert.False(answered.IsCompleted);
        restored.GoOn();

        Assert.Equal(TokenResult.Accepted, await answered.AsTask().WaitAsync(Machine.Patience, TestContext.Current.CancellationToken));
        await Within(next.Amid);
    }

    [Fact]
    public async Task The_answer_of_a_token_that_a_held_execution_waits_for_is_refused_for_now()
    {
        await Open(amid: null).StartAsync(Poison, "e", "M");
        await Within(_processes[^1].Scheduled);
        var token = _processes[^1].Token;
        for (var i = 0; i < 3; i++)
        {
            _processes[^1].Data.UnderWay!.BeginTask(_processes[^1].Engine.FindActor(Arn)!.KeyUnderWay);
            Next(amid: null).Restore();
        }

        await Assert.ThrowsAsync<ExecutionHeldException>(() => _processes[^1].Engine.CompleteTaskAsync(token, JsonValue.True).AsTask());
        _processes[^1].Engine.LetGoOn(Arn);
        Assert.Equal(TokenResult.Accepted, await _processes[^1].Engine.CompleteTaskAsync(token, JsonValue.True));
    }

    private static Task Within(Task task) => task.WaitAsync(Machine.Patience, TestContext.Current.CancellationToken);

    private async Task HoldAsync()
    {
        await Open(amid: "fatal").StartAsync(Poison, "e", "M");
        await Within(_processes[^1].Amid);
        for (var i = 0; i < 2; i++)
        {
            Next(amid: "fatal").Restore();
            await Within(_processes[^1].Amid);
        }

        Assert.Equal([Arn], Next(amid: "fatal").Restore().Held);
    }

    private Crashed Open(string? amid)
    {
        _folders.Add(Directory.CreateTempSubdirectory("stateside-held-").FullName);
        _processes.Add(new Crashed(_folders[^1], amid, new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        return _processes[^1];
    }

    /// <summary>The process that finds what the last one left when it was killed just now.</summary>
    private Crashed Next(string? amid)
    {
        var folder = Directory.CreateTempSubdirectory("stateside-held-").FullName;
        foreach (var file in Directory.GetFiles(_folders[^1]).Where(file => !file.EndsWith(".lock", StringComparison.Ordinal) && !file.EndsWith("-shm", StringComparison.Ordinal)))
        {
            using var from = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var to = File.Create(Path.Combine(folder, Path.GetFileName(file)));
            from.CopyTo(to);
        }

        _folders.Add(folder);
        _processes.Add(new Crashed(folder, amid, _processes[^1].Engine.Now));
        return _processes[^1];
    }

    /// <summary>A process that stands still amid a turn, as one does that is about to be killed.</summary>
    private sealed class Crashed : IDisposable
    {
        private readonly TaskCompletionSource _amid = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _scheduled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _end = new();
        private bool _isEnded;

        public Crashed(string folder, string? amid, DateTimeOffset now)
        {
            Data = DataStore.Open(folder);
            Engine = new ExecutionEngine(new EngineOptions
            {
                Time = new VirtualTime(now),
                HandlerOf = _ => new Durable.Handler(request =>
                {
                    Token = request.Token;
                    _scheduled.TrySetResult();
                    return ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Waiting(null));
                }),
                ActivityExists = arn =>
                {
                    if (arn.Split(':')[^1] != amid)
                        return true;
                    _amid.TrySetResult();
                    _end.Wait(CancellationToken.None);
                    return true;
                },
                Data = Data,
            });
        }

        public DataStore Data { get; }

        public ExecutionEngine Engine { get; }

        public string Token { get; private set; } = "";

        /// <summary>Completes when it stands amid the turn.</summary>
        public Task Amid => _amid.Task;

        public Task Scheduled => _scheduled.Task;

        public Task StartAsync(string definition, string name, string machine) => Task.Run(async () =>
            await Engine.StartAsync(new StartRequest(Durable.Machine(definition, machine), JsonObject.Empty) { Name = name }));

        public RestoredExecutions BringBack() => Engine.BringBack()!;

        public RestoredExecutions Restore()
        {
            var restored = BringBack();
            restored.GoOn();
            return restored;
        }

        public async Task FinishAsync() => await Engine.CompleteTaskAsync(Token, JsonValue.True);

        /// <summary>Ends as one does that is asked to, and has a turn under way that does not end.</summary>
        public void EndAmid()
        {
            if (_isEnded)
                return;
            _isEnded = true;
            Engine.DisposeAsync().AsTask().GetAwaiter().GetResult();
            Data.Dispose();
        }

        public void Dispose()
        {
            _end.Set();
            EndAmid();
            _end.Dispose();
        }
    }
}
