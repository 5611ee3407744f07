using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Functions;
using Stateside.Engine.History;
using Stateside.Engine.Tests.Store;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Execution;

/// <summary>What is kept in memory of executions that ended, and how many may run there.</summary>
public class KeptExecutionTests
{
    private const string Passes = """{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}""";
    private const string Sleeps = """{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"End":true}}}""";

    private readonly VirtualTime _time = new(Machine.Start);

    [Fact]
    public async Task The_newest_of_its_machine_is_never_forgotten()
    {
        await using var engine = Engine(kept: 3);
        var rare = await StartAsync(engine, Passes, "rare", "Rare");
        for (var i = 0; i < 20; i++)
            await StartAsync(engine, Passes, $"e{i}");

        Assert.NotNull(engine.Describe(rare));
        Assert.NotNull(engine.Describe(ArnOf("M", "e19")));
        Assert.Null(engine.Describe(ArnOf("M", "e0")));
        Assert.Equal(3, engine.List(new ExecutionQuery(Durable.Machine(Passes).Arn)).Count);
    }

    [Fact]
    public async Task What_is_heavy_pushes_out_nothing_that_is_light()
    {
        await using var engine = Engine(kept: 1000, events: 8_200);
        for (var i = 0; i < 100; i++)
            await StartAsync(engine, Passes, $"light{i}");
        for (var i = 0; i < 10; i++)
            await StartAsync(engine, Passes, $"heavy{i}", input: JsonValue.From(new string('x', 150_000)));
        _time.AdvanceTo(_time.GetUtcNow() + EndedExecutions.Grace);
        await StartAsync(engine, Passes, "heavy", input: JsonValue.From(new string('x', 150_000)));
        await StartAsync(engine, Passes, "last");

        Assert.All(Enumerable.Range(0, 100), i => Assert.NotNull(engine.Describe(ArnOf("M", $"light{i}"))));
        Assert.Null(engine.Describe(ArnOf("M", "heavy0")));
        Assert.Equal(1, Enumerable.Range(0, 10).Count(i => engine.Describe(ArnOf("M", $"heavy{i}")) is not null));
    }

    [Fact]
    public async Task Whoever_has_just_started_an_execution_can_ask_for_it_however_much_it_weighs()
    {
        await using var engine = Engine(kept: 1000, events: 10);
        for (var i = 0; i < 5; i++)
            await StartAsync(engine, Passes, $"e{i}", input: JsonValue.From(new string('x', 150_000)));

        Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(ExecutionStatus.Succeeded, engine.Describe(ArnOf("M", $"e{i}"))!.Status));
    }

    [Fact]
    public async Task Running_executions_are_limited_by_what_they_weigh()
    {
        await using var engine = Engine(kept: 1000, weight: 20_000);
        using var held = engine.HoldTime();
        var started = 0;
        await Assert.ThrowsAsync<ExecutionLimitException>(async () =>
        {
            for (; started < 100; started++)
                await StartAsync(engine, Sleeps, $"e{started}", input: JsonValue.From(new string('x', 150_000)));
        });

        Assert.InRange(started, 1, 10);
        foreach (var i in Enumerable.Range(0, started))
            await engine.StopAsync(ArnOf("M", $"e{i}"), null, null);
        _time.AdvanceTo(_time.GetUtcNow() + EndedExecutions.Grace);
        await StartAsync(engine, Sleeps, "again");
    }

    [Fact]
    public async Task What_has_ended_stands_in_nobodys_way()
    {
        await using var engine = Engine(kept: 1000, events: 5_000, weight: 10_000);
        for (var i = 0; i < 100; i++)
            await StartAsync(engine, Passes, $"e{i}", input: JsonValue.From(new string('x', 150_000)));

        Assert.Equal(ExecutionStatus.Succeeded, engine.Describe(ArnOf("M", "e99"))!.Status);
        Assert.Null(engine.Describe(ArnOf("M", "e0")));
    }

    [Fact]
    public async Task What_ended_first_makes_room_first()
    {
        await using var engine = Engine(kept: 1000, weight: 10_000);
        var input = JsonValue.From(new string('x', 150_000));
        var i = 0;
        while (i == 0 || engine.Describe(ArnOf("M", "e0")) is not null)
            await StartAsync(engine, Passes, $"e{i++}", input: input);

        Assert.All(Enumerable.Range(1, i - 1), later => Assert.NotNull(engine.Describe(ArnOf("M", $"e{later}"))));
    }

    [Fact]
    public async Task Executions_that_others_started_leave_room_to_those_that_are_started_from_outside()
    {
        await using var engine = Engine(kept: 1000, weight: 10_000);
        using var held = engine.HoldTime();
        var input = JsonValue.From(new string('x', 30_000));
        await Assert.ThrowsAsync<ExecutionLimitException>(async () =>
        {
            for (var i = 0; i < 100; i++)
                await engine.StartAsync(new StartRequest(Durable.Machine(Sleeps), input) { Name = $"e{i}", IsPatient = true });
        });

        await StartAsync(engine, Sleeps, "outside", input: input);
    }

    [Fact]
    public async Task An_execution_that_somebody_in_the_process_waits_for_is_there_until_he_can_have_looked_for_it()
    {
        await using var engine = Engine(kept: 1000, weight: 10_000);
        var input = JsonValue.From(new string('x', 150_000));
        await engine.StartAsync(new StartRequest(Durable.Machine(Passes), input) { Name = "awaited", IsPatient = true, IsAwaited = true });
        for (var i = 0; i < 9; i++)
            await Start(i);
        Assert.NotNull(engine.Describe(ArnOf("M", "awaited")));

        _time.AdvanceTo(_time.GetUtcNow() + EndedExecutions.ShortGrace);
        for (var i = 9; i < 100; i++)
            await Start(i);
        Assert.Null(engine.Describe(ArnOf("M", "awaited")));

        async Task Start(int i)
        {
            try
            {
                await StartAsync(engine, Passes, $"e{i}", input: input);
            }
            catch (ExecutionLimitException) when (i < 9)
            {
            }
        }
    }

    [Fact]
    public async Task A_long_text_weighs_what_it_takes_and_is_counted_once_however_many_events_tell_of_it()
    {
        await using var engine = Engine(kept: 1000, weight: 20_000);
        using var held = engine.HoldTime();
        var definition = """{"StartAt":"P","States":{"P":{"Type":"Pass","Next":"Q"},"Q":{"Type":"Pass","Next":"W"},"W":{"Type":"Wait","Seconds":3600,"End":true}}}""";
        var started = 0;
        await Assert.ThrowsAsync<ExecutionLimitException>(async () =>
        {
            for (; started < 100; started++)
                await StartAsync(engine, definition, $"e{started}", input: JsonValue.From(new string('x', 150_000)));
        });

        // Two bytes a character, and as many for its JSON.
        Assert.Equal(20_000L * KeptWeight.BytesPerEvent / 600_000, started);
    }

    [Fact]
    public async Task What_executions_weigh_goes_when_they_go()
    {
        await using var engine = Engine(kept: 1, events: 0);
        using var held = engine.HoldTime();
        var input = JsonValue.From(new string('x', 30_000));
        for (var i = 0; i < 20; i++)
        {
            await StartAsync(engine, Sleeps, $"e{i}", $"M{i % 3}", input);
            await StartAsync(engine, Passes, $"p{i}", $"M{i % 3}", input);
            await engine.StopAsync(ArnOf($"M{i % 3}", $"e{i}"), null, null);
            if (i % 2 == 0)
                await engine.RedriveAsync(ArnOf($"M{i % 3}", $"e{i}"), null);
        }

        for (var i = 0; i < 20; i++)
        {
            if (engine.Describe(ArnOf($"M{i % 3}", $"e{i}")) is not null)
                await engine.StopAsync(ArnOf($"M{i % 3}", $"e{i}"), null, null);
        }

        // Of each machine one stays, and is not counted.
        _time.AdvanceTo(_time.GetUtcNow() + EndedExecutions.Grace);
        await StartAsync(engine, Passes, "last", "Other");
        await StartAsync(engine, Passes, "after it", "Other");
        Assert.Equal(0, engine.Weight);
    }

    [Fact]
    public async Task The_newest_of_a_machine_that_is_gone_is_forgotten_as_others_are()
    {
        await using var engine = Engine(kept: 3);
        await StartAsync(engine, Passes, "rare", "Rare");
        engine.MachineRemoved("arn:aws:states:us-east-1:123456789012:stateMachine:Rare");
        for (var i = 0; i < 20; i++)
            await StartAsync(engine, Passes, $"e{i}");

        Assert.Null(engine.Describe(ArnOf("Rare", "rare")));
    }

    [Fact]
    public async Task Executions_that_start_each_other_without_end_end_with_the_error_of_AWS_when_memory_is_full()
    {
        var folder = Directory.CreateTempSubdirectory("stateside-kept-").FullName;
        await using var service = new LocalService(new LocalServiceOptions
        {
            Time = _time,
            MaxWeight = 2_000,
            Functions = new FunctionHostOptions { StateDirectory = folder, Build = false },
        });
        var machine = await service.DeclareAsync(Durable.Machine("""
            {"StartAt":"Again","States":{"Again":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2",
            "Parameters":{"StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:M","Input":{}},"End":true}}}
            """));
        var (first, _) = await service.Engine.StartAsync(new StartRequest(machine, JsonObject.Empty) { Name = "first" });

        var ended = await service.Engine.WhenEndedAsync(first.Arn, TestContext.Current.CancellationToken).WaitAsync(Machine.Patience, TestContext.Current.CancellationToken);

        Assert.Equal(ExecutionStatus.Failed, ended.Status);
        var all = service.Engine.List(new ExecutionQuery(machine.Arn) { Limit = 10_000 });
        Assert.InRange(all.Count, 2, 300);
        Assert.Contains(all, execution => execution.Error == "StepFunctions.ExecutionLimitExceededException");
        Directory.Delete(folder, recursive: true);
    }

    private ExecutionEngine Engine(int kept, long events = 1_000_000, long weight = long.MaxValue) => new(new EngineOptions
    {
        Time = _time,
        HandlerOf = _ => null,
        KeptExecutions = kept,
        KeptEvents = events,
        MaxWeight = weight,
    });

    private static string ArnOf(string machine, string name) => $"arn:aws:states:us-east-1:123456789012:execution:{machine}:{name}";

    private static async Task<string> StartAsync(ExecutionEngine engine, string definition, string name, string machine = "M", JsonValue? input = null) =>
        (await engine.StartAsync(new StartRequest(Durable.Machine(definition, machine), input ?? JsonObject.Empty) { Name = name })).Execution.Arn;
}
