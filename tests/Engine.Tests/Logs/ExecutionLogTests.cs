using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.History;
using Stateside.Engine.Logs;
using Stateside.Engine.Store;
using Stateside.Engine.Tests.Execution;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Engine.Tests.Logs;

public sealed class ExecutionLogTests
{
    private const string Failing = """{"StartAt":"P","States":{"P":{"Type":"Pass","Next":"F"},"F":{"Type":"Fail","Error":"E"}}}""";

    [Theory]
    [InlineData(LoggingLevel.All, "ExecutionStarted PassStateEntered PassStateExited FailStateEntered ExecutionFailed")]
    [InlineData(LoggingLevel.Error, "FailStateEntered ExecutionFailed")]
    [InlineData(LoggingLevel.Fatal, "ExecutionFailed")]
    [InlineData(LoggingLevel.Off, "")]
    public async Task A_machine_has_its_events_logged_by_level(object level, string types)
    {
        var destination = new Collected();
        await using (var engine = NewEngine())
        {
            await using var log = new ExecutionLog(engine, destination, new VirtualTime(Machine.Start), 1, destination.Report);
            await RunAsync(engine, (LoggingLevel)level);
        }

        Assert.Equal(types, string.Join(' ', destination.Lines.Select(line => TypeOf(line))));
        Assert.Empty(destination.Reports);
    }

    [Fact]
    public async Task An_express_execution_is_logged_to_its_end()
    {
        var destination = new Collected();
        await using (var engine = NewEngine())
        {
            await using var log = new ExecutionLog(engine, destination, new VirtualTime(Machine.Start), 1, destination.Report);
            await RunAsync(engine, LoggingLevel.All, type: StateMachineType.Express);
        }

        Assert.Equal("ExecutionFailed", TypeOf(destination.Lines[^1]));
        Assert.Contains("\"execution_arn\":\"arn:aws:states:us-east-1:123456789012:express:M:e:", destination.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_runs_of_a_machine_are_in_one_stream_of_its_log_group()
    {
        var destination = new Collected();
        await using (var engine = NewEngine())
        {
            await using var log = new ExecutionLog(engine, destination, new VirtualTime(Machine.Start), 1, destination.Report);
            await RunAsync(engine, LoggingLevel.Fatal, "a");
            await RunAsync(engine, LoggingLevel.Fatal, "b");
        }

        Assert.Equal(2, destination.Lines.Count);
        var stream = Assert.Single(destination.Streams.Distinct());
        Assert.Equal("/aws/vendedlogs/states/orders", stream.Group);
        Assert.Matches("^states/M/2026-01-01-00-00/[0-9a-f]{8}$", stream.Name);
    }

    [Fact]
    public async Task What_the_destination_cannot_keep_up_with_is_dropped_and_told_and_holds_nobody_up()
    {
        var destination = new Collected { Gate = new TaskCompletionSource() };
        await using (var engine = NewEngine())
        {
            await using var log = new ExecutionLog(engine, destination, new VirtualTime(Machine.Start), 1, destination.Report, capacity: 5);

            // The first run's lines occupy the destination, the next ones the queue; what is more has no place.
            await RunAsync(engine, LoggingLevel.All, "first");
            await destination.Occupied.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            for (var i = 0; i < 4; i++)
                await RunAsync(engine, LoggingLevel.All, $"e{i}");
            destination.Gate.SetResult();
        }

        Assert.InRange(destination.Lines.Count, 6, 10);
        Assert.Equal($"{25 - destination.Lines.Count} log lines are lost: their destination cannot keep up.", Assert.Single(destination.Reports));
    }

    [Fact]
    public async Task A_destination_that_refuses_is_told_of_once()
    {
        var destination = new Collected { Problem = "No such log group." };
        await using (var engine = NewEngine())
        {
            await using var log = new ExecutionLog(engine, destination, new VirtualTime(Machine.Start), 1, destination.Report);
            for (var i = 0; i < 3; i++)
                await RunAsync(engine, LoggingLevel.Fatal, $"e{i}");
        }

        Assert.EndsWith("log lines for /aws/vendedlogs/states/orders are lost: No such log group.", Assert.Single(destination.Reports), StringComparison.Ordinal);
    }

    private static string TypeOf(string line) => ((JsonString)((JsonObject)JsonReader.Parse(line))["type"]!).Value;

    private static ExecutionEngine NewEngine() => new(new EngineOptions { Time = new VirtualTime(Machine.Start), HandlerOf = _ => null });

    private static async Task RunAsync(
        ExecutionEngine engine, LoggingLevel level, string name = "e", StateMachineType type = StateMachineType.Standard)
    {
        var machine = new StateMachine
        {
            Arn = "arn:aws:states:us-east-1:123456789012:stateMachine:M",
            Name = "M",
            Type = type,
            RoleArn = "arn:aws:iam::123456789012:role/r",
            DefinitionText = Failing,
            Definition = DefinitionParser.Parse(Failing).Definition!,
            RevisionId = "r",
            Logging = new LoggingConfiguration
            {
                Level = level,
                LogGroupArns = ["arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/orders:*"],
            },
        };

        // The log listens before this does, so it has heard of the end when this has.
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        engine.TurnSaved += Hear;
        engine.Start(new StartRequest(machine, JsonObject.Empty) { Name = name });
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        engine.TurnSaved -= Hear;

        void Hear(string arn, IReadOnlyList<HistoryEvent> events)
        {
            if (events.Any(e => e.Type == HistoryEventType.ExecutionFailed))
                heard.TrySetResult();
        }
    }

    private sealed class Collected : ILogDestination
    {
        private readonly List<string> _reports = [];

        public List<LogStream> Streams { get; } = [];

        public List<string> Lines { get; } = [];

        public IReadOnlyList<string> Reports => _reports;

        public TaskCompletionSource? Gate { get; init; }

        public TaskCompletionSource Occupied { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string? Problem { get; init; }

        public void Report(string sentence) => _reports.Add(sentence);

        public async ValueTask WriteAsync(LogStream stream, IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken)
        {
            Occupied.TrySetResult();
            if (Gate is not null)
                await Gate.Task;
            if (Problem is not null)
                throw new LogDeliveryException(Problem);
            Streams.Add(stream);
            Lines.AddRange(entries.Select(entry => entry.Message));
        }
    }
}
