using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Engine.Tests.Store;

/// <summary>A data folder that outlives engines: each <see cref="Open"/> is the next process to have it.</summary>
internal sealed class Durable : IDisposable
{
    public Durable() => Folder = Directory.CreateTempSubdirectory("stateside-data-").FullName;

    public string Folder { get; }

    /// <summary>The time, which goes on from one process to the next.</summary>
    public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public Process Open(Func<TaskRequest, ValueTask<TaskOutcome>>? task = null, long? maxPages = null, int kept = 100, bool isPrompt = false, bool isSaved = true,
        Action<IThreadPoolWorkItem>? queue = null, CommitDecisions? decisions = null) =>
        new(this, task is null ? null : new Handler(task) { IsPrompt = isPrompt }, maxPages, kept, isSaved, queue, decisions);

    public static StateMachine Machine(string definition, string name = "M", StateMachineType type = StateMachineType.Standard)
    {
        var parsed = DefinitionParser.Parse(definition, type == StateMachineType.Express ? DefinitionOptions.ExpressMachine : null);
        Assert.True(parsed.IsValid, parsed.InvalidDefinitionMessage);
        return new StateMachine
        {
            Arn = $"arn:aws:states:us-east-1:123456789012:stateMachine:{name}",
            Name = name,
            Type = type,
            RoleArn = "arn:aws:iam::123456789012:role/r",
            DefinitionText = definition,
            Definition = parsed.Definition!,
            RevisionId = $"{name}-1",
        };
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    internal sealed class Process : IAsyncDisposable
    {
        private readonly Durable _durable;
        private readonly VirtualTime _time;
        private readonly DataStore? _data;

        public Process(Durable durable, Handler? handler, long? maxPages, int kept, bool isSaved, Action<IThreadPoolWorkItem>? queue,
            CommitDecisions? decisions)
        {
            _durable = durable;
            _time = new VirtualTime(durable.Now);
            _data = !isSaved ? null : decisions is null ? DataStore.Open(durable.Folder, maxPages: maxPages) : DataStore.Open(durable.Folder, decisions);
            Engine = new ExecutionEngine(new EngineOptions
            {
                Time = _time,
                Seed = 7,
                HandlerOf = _ => handler,
                ActivityExists = _ => true,
                Data = _data,
                KeptExecutions = kept,
                Queue = queue,
            });
            Engine.Defect += (_, e) => Defects.Add(e);
        }

        public DataStore Data => _data!;

        public ExecutionEngine Engine { get; }

        public VirtualTime Time => _time;

        public List<Exception> Defects { get; } = [];

        public async Task<string> StartAsync(string definition, string input = "{}", string? name = "e", string machine = "M")
        {
            var (execution, started) = await Engine.StartAsync(
                new StartRequest(Durable.Machine(definition, machine), JsonReader.Parse(input, keepText: true)) { Name = name });
            Assert.True(started);
            return execution.Arn;
        }

        public async Task<ExecutionDescription> EndAsync(string arn) => await Engine.WhenEndedAsync(arn).WaitAsync(TestContext.Current.CancellationToken);

        public string History(string arn) => string.Join(' ', Engine.ReadHistory(arn)!.Events.Select(e => $"{e.Id}<{e.PreviousEventId}:{e.Type}"));

        public async ValueTask DisposeAsync()
        {
            await Engine.DisposeAsync();
            _data?.Dispose();
            _durable.Now = _time.GetUtcNow();
            Assert.Empty(Defects);
        }
    }

    internal sealed class Handler(Func<TaskRequest, ValueTask<TaskOutcome>> task) : ITaskHandler
    {
        public bool IsPrompt { get; init; }

        public ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken) => task(request);
    }
}
