using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Engine.Tests.Execution;

/// <summary>Runs a definition on an engine of its own in virtual time, with tasks that tests write.</summary>
internal sealed class Machine : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How long a test waits, in real time, for what must come: only one that fails waits so long, however busy the computer.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly StateMachine _machine;

    public Machine(string definition, Func<TaskRequest, TaskOutcome>? task = null, ulong seed = 1, StateMachineType type = StateMachineType.Standard)
        : this(definition, task is null ? null : request => ValueTask.FromResult(task(request)), seed, type)
    {
    }

    public Machine(
        string definition, Func<TaskRequest, ValueTask<TaskOutcome>>? task, ulong seed = 1, StateMachineType type = StateMachineType.Standard, int kept = 100,
        Action<StateMachine, IReadOnlyList<Transition>>? transitions = null)
    {
        var parsed = DefinitionParser.Parse(definition);
        Assert.True(parsed.IsValid, string.Join('\n', parsed.Diagnostics.Select(d => $"{d.Location}: {d.Message}")));
        Time = new VirtualTime(Start);
        Engine = new ExecutionEngine(new EngineOptions
        {
            Time = Time,
            Seed = seed,
            HandlerOf = _ => task is null ? null : new Handler(task),
            KeptExecutions = kept,
            TransitionsTaken = transitions,
            ActivityExists = arn => arn.EndsWith("broken", StringComparison.Ordinal)
                ? throw new InvalidOperationException("broken")
                : !arn.EndsWith("missing", StringComparison.Ordinal),
        });
        Engine.Defect += (_, e) => Defects.Add(e);
        _machine = new StateMachine
        {
            Arn = "arn:aws:states:us-east-1:123456789012:stateMachine:M",
            Name = "M",
            RoleArn = "arn:aws:iam::123456789012:role/r",
            Type = type,
            DefinitionText = definition,
            Definition = parsed.Definition!,
            RevisionId = "r",
        };
    }

    public ExecutionEngine Engine { get; }

    public VirtualTime Time { get; }

    public List<Exception> Defects { get; } = [];

    public string Begin(string input = "{}", string name = "e", string? trace = null) =>
        Engine.Start(new StartRequest(_machine, JsonReader.Parse(input, keepText: true)) { Name = name, TraceHeader = trace }).Execution.Arn;

    public async Task<ExecutionDescription> RunAsync(string input = "{}", string name = "e", string? trace = null)
    {
        var ended = await Engine.WhenEndedAsync(Begin(input, name, trace)).WaitAsync(Patience);
        Assert.Empty(Defects);
        return ended;
    }

    /// <summary>The history as "id&lt;previous Type" words.</summary>
    public string History(string name = "e") => string.Join(' ', Events(name).Select(e => $"{e.Id}<{e.PreviousEventId}:{e.Type}"));

    public IReadOnlyList<HistoryEvent> Events(string name = "e") =>
        Engine.ReadHistory($"arn:aws:states:us-east-1:123456789012:execution:M:{name}")!.Events;

    public ValueTask DisposeAsync() => Engine.DisposeAsync();

    private sealed class Handler(Func<TaskRequest, ValueTask<TaskOutcome>> task) : ITaskHandler
    {
        public ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken) => task(request);
    }
}
