using Stateside.Engine.Store;
using Stateside.Language.Validation;

namespace Stateside.Engine.Tests.Store;

/// <summary>A catalog over a storage in memory, which can be closed and opened again.</summary>
internal sealed class CatalogFixture
{
    public const string Arn = "arn:aws:states:us-east-1:123456789012:stateMachine:Orders";

    private readonly HashSet<string> _running = [];

    public CatalogFixture(Func<CatalogOptions, CatalogOptions>? set = null)
    {
        Options = new CatalogOptions
        {
            Time = Clock,
            Seed = 7,
            Storage = Storage,
            HasRunningExecutions = _running.Contains,
        };
        Options = set?.Invoke(Options) ?? Options;
        Catalog = new ResourceCatalog(Options);
    }

    public CatalogOptions Options { get; }

    public SteppedClock Clock { get; } = new();

    public MemoryStorage Storage { get; } = new();

    public ResourceCatalog Catalog { get; private set; }

    public static StateMachine Machine(string comment = "first", string name = "Orders", StateMachineType type = StateMachineType.Standard)
    {
        var text = $$"""{"Comment": "{{comment}}", "StartAt": "Done", "States": {"Done": {"Type": "Succeed"} } }""";
        return new StateMachine
        {
            Arn = Arn.Replace("Orders", name, StringComparison.Ordinal),
            Name = name,
            Type = type,
            RoleArn = "arn:aws:iam::123456789012:role/Orders",
            DefinitionText = text,
            Definition = DefinitionParser.Parse(text).Definition!,
            RevisionId = "",
        };
    }

    public static StateMachineUpdate Definition(string comment) => new() { Definition = (Machine(comment).DefinitionText, Machine(comment).Definition) };

    /// <summary>Gives up the catalog and opens another over what the storage keeps.</summary>
    public ResourceCatalog Reopen() => Catalog = new ResourceCatalog(Options);

    public void SetRunning(string arn, bool isRunning = true)
    {
        if (isRunning)
            _running.Add(arn);
        else
            _running.Remove(arn);
    }

    /// <summary>A clock that goes on by a second at every look.</summary>
    public sealed class SteppedClock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 1, 31, 9, 30, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now = _now.AddSeconds(1);
    }

    /// <summary>Keeps things in a dictionary and says in which order they came.</summary>
    public sealed class MemoryStorage : ICatalogStorage
    {
        private readonly Dictionary<(string Kind, string Key), ReadOnlyMemory<byte>> _kept = [];

        public List<string> Changes { get; } = [];

        /// <summary>What a save waits for.</summary>
        public Task Gate { get; set; } = Task.CompletedTask;

        /// <summary>Why nothing can be saved; null when all is well.</summary>
        public Exception? Trouble { get; set; }

        public async ValueTask SaveAsync(IReadOnlyList<CatalogEntry> things)
        {
            if (Trouble is not null)
                throw Trouble;
            foreach (var (kind, key, json) in things)
            {
                Changes.Add(json is null ? $"-{kind}" : kind);
                if (json is { } text)
                    _kept[(kind, key)] = text.ToArray();
                else
                    _kept.Remove((kind, key));
            }

            await Gate;
        }

        public IEnumerable<CatalogEntry> Load() => _kept.Select(kept => new CatalogEntry(kept.Key.Kind, kept.Key.Key, kept.Value)).Reverse();
    }
}
