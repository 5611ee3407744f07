using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Stateside.Language.Evaluation;
using Stateside.Language.Services;

namespace Stateside.Engine.Store;

/// <summary>How a catalog is set up.</summary>
internal sealed record CatalogOptions
{
    /// <summary>The region and the account in every ARN.</summary>
    public AwsLocation Location { get; init; } = AwsLocation.Default;

    /// <summary>The clock of creation and update dates.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>What revision ids and the choices of aliases derive from.</summary>
    public ulong Seed { get; init; }

    /// <summary>Where it is kept; null for memory alone.</summary>
    public ICatalogStorage? Storage { get; init; }

    /// <summary>Whether executions of a machine still run, so that it cannot go yet.</summary>
    public Func<string, bool> HasRunningExecutions { get; init; } = _ => false;

    /// <summary>Is told when a machine is gone.</summary>
    public Action<string> MachineRemoved { get; init; } = _ => { };

    /// <summary>How many machines there may be.</summary>
    public int MaxStateMachines { get; init; } = 100_000;

    /// <summary>How many activities there may be.</summary>
    public int MaxActivities { get; init; } = 100_000;

    /// <summary>How many versions a machine may have.</summary>
    public int MaxVersions { get; init; } = 1000;

    /// <summary>How many aliases a machine may have.</summary>
    public int MaxAliases { get; init; } = 100;
}

/// <summary>
/// The state machines with their revisions, versions, aliases and tags, and the activities. The only code that changes them: readers see
/// immutable records and wait for nobody, changes come one after another, and a change's task is done once the storage has it.
/// </summary>
internal sealed partial class ResourceCatalog
{
    private const string MachineKind = "stateMachine";
    private const string RevisionKind = "revision";
    private const string ActivityKind = "activity";

    private readonly CatalogOptions _options;
    private readonly Lock _lock = new();
    private readonly ConcurrentDictionary<string, StateMachineEntry> _machines = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string Arn, string RevisionId), Lazy<StateMachine>> _revisions = new();
    private readonly ConcurrentDictionary<string, Activity> _activities = new(StringComparer.Ordinal);

    /// <summary>The machines and activities of which what is kept cannot be read.</summary>
    private readonly ConcurrentDictionary<string, RecordDamagedException> _damaged = new(StringComparer.Ordinal);

    private volatile List<StateMachineEntry>? _inOrder;
    private Task _lastChange = Task.CompletedTask;
    private long _serial;
    private long _ids;
    private long _routed;

    /// <summary>A catalog of what its storage keeps.</summary>
    public ResourceCatalog(CatalogOptions options)
    {
        _options = options;
        var unread = new Dictionary<(string Arn, string RevisionId), RecordDamagedException>();
        foreach (var entry in options.Storage?.Load() ?? [])
            TryTake(entry, unread);
        SetAside(unread);
        _serial = Math.Max(
            _machines.Values.Select(machine => machine.Serial).DefaultIfEmpty().Max(),
            _activities.Values.Select(activity => activity.Serial).DefaultIfEmpty().Max());
    }

    private DateTimeOffset Now => _options.Time.GetUtcNow();

    /// <summary>The machine of an unqualified ARN; null when there is none.</summary>
    public StateMachineEntry? Find(string arn)
    {
        if (!_machines.TryGetValue(arn, out var machine))
            return _damaged.TryGetValue(arn, out var damage) ? throw damage : null;
        return machine.IsDeleting && Sweep(machine) ? null : machine;
    }

    /// <summary>All machines, oldest first.</summary>
    public IReadOnlyList<StateMachineEntry> List()
    {
        // Many pages are asked for between two changes.
        var all = _inOrder;
        if (all is null)
        {
            lock (_lock)
                all = _inOrder ??= [.. _machines.Values.OrderBy(machine => machine.Serial)];
        }

        return all.Exists(machine => machine.IsDeleting) ? all.FindAll(machine => !machine.IsDeleting || !Sweep(machine)) : all;
    }

    /// <summary>What is wrong with what cannot be read; whoever asks for it is told the same.</summary>
    public IReadOnlyCollection<RecordDamagedException> Damaged => [.. _damaged.Values.OrderBy(damage => damage.Subject, StringComparer.Ordinal)];

    /// <summary>The current revision of the machine of an unqualified ARN; null when there is none.</summary>
    public StateMachine? FindCurrent(string arn) => Find(arn) is { } machine ? FindRevision(arn, machine.RevisionId) : null;

    /// <summary>The current revisions of all machines that can be read.</summary>
    public IReadOnlyList<StateMachine> ListCurrent()
    {
        return [.. List().Select(machine => TryFind(machine)).OfType<StateMachine>()];

        StateMachine? TryFind(StateMachineEntry machine)
        {
            try
            {
                return FindRevision(machine.Arn, machine.RevisionId);
            }
            catch (RecordDamagedException)
            {
                // Whoever asks for it alone is told.
                return null;
            }
        }
    }

    /// <summary>A revision, current or not, also of a machine that is gone: executions may still run it.</summary>
    /// <returns>The revision; null when there has never been such a one.</returns>
    public StateMachine? FindRevision(string arn, string revisionId) =>
        _revisions.TryGetValue((arn, revisionId), out var revision) ? revision.Value : null;

    /// <summary>The machine, and what stands behind its name in a qualified ARN: a version's number or an alias's name.</summary>
    /// <param name="arn">The ARN of a machine, of one of its versions or of one of its aliases.</param>
    /// <returns>The machine and the qualifier, each null when there is none.</returns>
    public (StateMachineEntry? Machine, string? Qualifier) FindQualified(string arn)
    {
        if (Find(arn) is { } machine)
            return (machine, null);
        var colon = arn.LastIndexOf(':');
        return colon > 0 && Find(arn[..colon]) is { } qualified ? (qualified, arn[(colon + 1)..]) : (null, null);
    }

    /// <summary>What an execution started with an ARN runs; of an alias, the version that chance picks by weight.</summary>
    /// <param name="arn">The ARN of a machine, of one of its versions or of one of its aliases.</param>
    /// <returns>The revision and what led to it; null when there is none.</returns>
    public StateMachineTarget? Resolve(string arn)
    {
        var (machine, qualifier) = FindQualified(arn);
        if (machine is null)
            return null;
        if (qualifier is null)
            return FindRevision(machine.Arn, machine.RevisionId) is { } current ? new(current, null, null) : null;
        var alias = machine.FindAlias(qualifier);
        var number = alias is not null ? Route(arn, alias) : Number(qualifier);
        return machine.FindVersion(number) is { } version && FindRevision(machine.Arn, version.RevisionId) is { } revision
            ? new(revision, machine.VersionArn(number), alias is null ? null : arn)
            : null;
    }

    /// <summary>The number that a qualifier names a version by.</summary>
    /// <returns>The number; 0 when it is no number.</returns>
    public static int Number(string qualifier) =>
        int.TryParse(qualifier, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private int Route(string aliasArn, StateMachineAlias alias)
    {
        if (alias.Routes is [var only])
            return only.Version;
        var chance = new Chance(Chance.Derive(_options.Seed, aliasArn, Interlocked.Increment(ref _routed)));
        return chance.NextInt64(0, 100) < alias.Routes[0].Weight ? alias.Routes[0].Version : alias.Routes[1].Version;
    }

    private void TryTake(CatalogEntry entry, Dictionary<(string Arn, string RevisionId), RecordDamagedException> unread)
    {
        // A revision's key is the machine's ARN and its id.
        var subject = entry.Kind == RevisionKind ? $"revision {entry.Key.Split(' ')[^1]} of {entry.Key.Split(' ')[0]}" : entry.Key;
        try
        {
            Take(entry);
        }
        catch (Exception e) when (RecordDamagedException.Of(subject, e) is { } damage)
        {
            if (entry.Kind != RevisionKind)
                _damaged[subject] = damage;
            else if (entry.Key.Split(' ') is [var arn, var id])
                unread[(arn, id)] = damage;
        }
    }

    /// <summary>Sets machines aside whose current revision cannot be read; another one is told of when somebody asks for it.</summary>
    private void SetAside(Dictionary<(string Arn, string RevisionId), RecordDamagedException> unread)
    {
        foreach (var (key, damage) in unread)
            _revisions[key] = new Lazy<StateMachine>(() => throw damage);
        foreach (var machine in _machines.Values)
        {
            if (!unread.TryGetValue((machine.Arn, machine.RevisionId), out var damage) && _revisions.ContainsKey((machine.Arn, machine.RevisionId)))
                continue;
            _machines.TryRemove(machine.Arn, out _);
            _damaged[machine.Arn] = damage ?? new RecordDamagedException(machine.Arn, $"its revision {machine.RevisionId} is missing");
        }
    }

    private void Take(CatalogEntry entry)
    {
        switch (entry.Kind)
        {
            case MachineKind:
                _machines[entry.Key] = Read(entry, CatalogJson.Default.StateMachineEntry, machine => machine.Arn);
                break;
            case ActivityKind:
                _activities[entry.Key] = Read(entry, CatalogJson.Default.Activity, activity => activity.Arn);
                break;
            case RevisionKind:
                // A definition is parsed when somebody needs it: most revisions are history.
                var saved = Read(entry, CatalogJson.Default.SavedRevision, revision => $"{revision.Arn} {revision.RevisionId}");
                _revisions[(saved.Arn, saved.RevisionId)] = new Lazy<StateMachine>(() => Parsed(saved));
                break;
        }
    }

    private static T Read<T>(CatalogEntry entry, JsonTypeInfo<T> type, Func<T, string> key)
    {
        var read = JsonSerializer.Deserialize(entry.Json!.Value.Span, type) ?? throw new InvalidDataException("it is null");
        return key(read) == entry.Key ? read : throw new InvalidDataException($"it is that of {key(read)}");
    }

    private static StateMachine Parsed(SavedRevision saved)
    {
        // It was accepted once; no check sum tells whether it is still the same.
        var parsed = saved.Type.ParseAccepted(saved.Definition);
        return new StateMachine
        {
            Arn = saved.Arn,
            Name = saved.Name,
            Type = saved.Type,
            RoleArn = saved.RoleArn,
            DefinitionText = saved.Definition,
            Definition = parsed.Definition
                ?? throw new RecordDamagedException($"revision {saved.RevisionId} of {saved.Arn}", $"its definition is refused now: {parsed.InvalidDefinitionMessage}"),
            RevisionId = saved.RevisionId,
            IsInitial = saved.IsInitial,
            CreationDate = saved.CreationDate,
            UpdateDate = saved.UpdateDate,
            Logging = saved.Logging,
            TracingEnabled = saved.TracingEnabled,
            Encryption = saved.Encryption,
        };
    }

    /// <summary>Takes a revision in under an id of its own.</summary>
    private StateMachine Add(StateMachine revision, Change change)
    {
        string id;
        do
            id = new Chance(Chance.Derive(_options.Seed, revision.Arn, ++_ids)).NextId().ToString();
        while (_revisions.ContainsKey((revision.Arn, id)));
        revision = revision with { RevisionId = id };
        change.Then(() => _revisions[(revision.Arn, id)] = new Lazy<StateMachine>(revision));
        if (_options.Storage is not null)
        {
            Save(change, RevisionKind, $"{revision.Arn} {id}", CatalogJson.Default.SavedRevision, new SavedRevision
            {
                Arn = revision.Arn,
                RevisionId = id,
                Name = revision.Name,
                Type = revision.Type,
                RoleArn = revision.RoleArn,
                Definition = revision.DefinitionText,
                IsInitial = revision.IsInitial,
                CreationDate = revision.CreationDate,
                UpdateDate = revision.UpdateDate,
                Logging = revision.Logging,
                TracingEnabled = revision.TracingEnabled,
                Encryption = revision.Encryption,
            });
        }

        return revision;
    }

    private void Put(StateMachineEntry machine, Change change)
    {
        Save(change, MachineKind, machine.Arn, CatalogJson.Default.StateMachineEntry, machine);
        change.Then(() => _machines[machine.Arn] = machine);
    }

    private void Put(Activity activity, Change change)
    {
        Save(change, ActivityKind, activity.Arn, CatalogJson.Default.Activity, activity);
        change.Then(() => _activities[activity.Arn] = activity);
    }

    private void Save<T>(Change change, string kind, string key, JsonTypeInfo<T> type, T? value)
        where T : class
    {
        if (_options.Storage is not null)
            change.Things.Add(new CatalogEntry(kind, key, value is null ? (ReadOnlyMemory<byte>?)null : JsonSerializer.SerializeToUtf8Bytes(value, type)));
    }

    /// <summary>Makes a change while no other is made. Readers see it, and the caller hears of it, when all of it is kept.</summary>
    private async ValueTask<T> ChangeAsync<T>(Func<Change, T> make)
    {
        var isOver = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await Interlocked.Exchange(ref _lastChange, isOver.Task).ConfigureAwait(false);
        try
        {
            var change = new Change();
            var result = make(change);
            if (change.Things.Count > 0)
                await _options.Storage!.SaveAsync(change.Things).ConfigureAwait(false);
            lock (_lock)
            {
                change.Show();
                _inOrder = null;
            }

            return result;
        }
        finally
        {
            isOver.SetResult();
        }
    }

    /// <summary>What one change comes to.</summary>
    private sealed class Change
    {
        private readonly List<Action> _steps = new(2);

        /// <summary>What is to be kept.</summary>
        public List<CatalogEntry> Things { get; } = new(2);

        /// <summary>Has something shown to readers once all is kept.</summary>
        public void Then(Action step) => _steps.Add(step);

        public void Show() => _steps.ForEach(step => step());
    }
}
