using System.Globalization;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Replay;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Service.Console.Pages;

/// <summary>
/// The executions that were opened from records of AWS. They are kept in memory for the console alone: the API does not know them, and
/// nothing of them is saved. What is opened beyond a bound takes the place of what was opened first.
/// </summary>
/// <param name="catalog">The state machines that are here.</param>
internal sealed class OpenedExecutions(ResourceCatalog catalog)
{
    /// <summary>How many are open at most.</summary>
    public const int Most = 50;

    /// <summary>How many characters the files of all of them have at most, and how many bytes a page may send at once.</summary>
    public const int MostSize = 64 * 1_048_576;

    /// <summary>What AWS keeps of an execution at most.</summary>
    private const int MostEvents = 25_000;

    /// <summary>What AWS takes as a definition at most.</summary>
    private const int MostDefinition = 1_048_576;

    private const string Prefix = "opened:";

    /// <summary>Stands for a definition that nobody has.</summary>
    private static readonly Definition Unknown = DefinitionParser.Parse("""{"StartAt":"Unknown","States":{"Unknown":{"Type":"Succeed"}}}""").Definition!;

    private readonly Lock _lock = new();
    private IReadOnlyList<OpenedExecution> _all = [];
    private long _last;

    /// <summary>All of them, in the order in which they were opened.</summary>
    public IReadOnlyList<OpenedExecution> All
    {
        get
        {
            lock (_lock)
                return _all;
        }
    }

    /// <summary>Whether a key is one of an opened execution, be it still open or not. An execution's ARN is not.</summary>
    public static bool IsKey(string arn) => arn.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The one of that key; null where none is open.</summary>
    public OpenedExecution? Find(string key) => IsKey(key) ? All.FirstOrDefault(opened => opened.Key == key) : null;

    /// <summary>Opens what files tell of.</summary>
    /// <exception cref="RecordException">They cannot be read, or are too many or too large.</exception>
    public IReadOnlyList<OpenedExecution> Open(IReadOnlyList<RecordFile> files) =>
        Open(RecordedExecutions.Read(files), files.Sum(file => (long)file.Text.Length), null, null);

    /// <summary>Opens records.</summary>
    /// <param name="records">The records.</param>
    /// <param name="size">How many characters their files have.</param>
    /// <param name="given">The definition that was given for them; null for none.</param>
    /// <param name="machine">The state machine here that they are of; null to find it by its name or its states.</param>
    /// <exception cref="RecordException">They are too many or too large.</exception>
    public IReadOnlyList<OpenedExecution> Open(IReadOnlyList<RecordedExecution> records, long size, GivenDefinition? given, StateMachine? machine)
    {
        if (records.Count > Most)
            throw new RecordException($"{records[0].Source}: there are {records.Count} executions; {Most} can be open at a time.");
        if (size > MostSize)
            throw new RecordException($"{records[0].Source}: the records are larger than {MostSize / 1_048_576} MB.");
        if (records.FirstOrDefault(record => record.Events.Count > MostEvents) is { } large)
            throw new RecordException($"{large.Source}: it has {large.Events.Count} events; an execution can be opened up to {MostEvents}.");
        var opened = records.Select(record => Of(record, size / records.Count, given, machine ?? Here(record))).ToList();
        lock (_lock)
        {
            opened = opened.ConvertAll(each => Numbered(each, ++_last));
            var all = _all.Concat(opened).ToList();
            while (all.Count > Most || all.Sum(each => each.Size) > MostSize)
                all.RemoveAt(0);
            _all = all;
        }

        return opened;
    }

    private static OpenedExecution Numbered(OpenedExecution opened, long number) => opened with
    {
        Description = opened.Description with { Arn = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{number}"), Number = number },
    };

    private static OpenedExecution Of(RecordedExecution record, long size, GivenDefinition? given, StateMachine? here)
    {
        var (text, definition, origin) = DefinitionOf(record, given, here);
        var last = record.Events[^1];
        return new OpenedExecution(record, new ExecutionDescription
        {
            Arn = "",
            Name = record.Name ?? Path.GetFileName(record.Source),
            StateMachine = new StateMachine
            {
                Arn = here?.Arn ?? record.StateMachineArn ?? "",
                Name = here?.Name ?? record.MachineName ?? "",
                Type = record.IsExpress ? StateMachineType.Express : StateMachineType.Standard,
                RoleArn = "",
                DefinitionText = text,
                Definition = definition ?? Unknown,
                RevisionId = "",
            },
            Status = record.Status,
            StartDate = record.StartDate,

            // Of what had not ended nobody knows more than its last event.
            StopDate = record.StopDate ?? last.Timestamp,
            Input = record.Input ?? JsonNull.Instance,
            Output = record.Output,
            Error = record.Error,
            Cause = record.Cause,
            RedriveCount = record.RedriveCount,
            EventCount = record.Events.Count,
        })
        {
            Here = here,
            HasDefinition = definition is not null,
            Origin = origin,
            Size = size,
        };
    }

    private static (string Text, Definition? Definition, string Origin) DefinitionOf(RecordedExecution record, GivenDefinition? given, StateMachine? here)
    {
        if (given is not null && Parse(record, given.Text) is { } asGiven)
            return (given.Text, asGiven, $"Its definition is from {given.Name}.");
        if (record.DefinitionText is { } recorded)
        {
            return Parse(record, recorded) is { } asRecorded
                ? (recorded, asRecorded, "Its definition was opened with it.")
                : ("", null, "The definition that was opened with it cannot be read, so there is no graph.");
        }

        return here is not null
            ? (here.DefinitionText, here.Definition, $"A history has no definition: it is shown on that of {here.Name} here, which may be another than it ran.")
            : ("", null, "A history has no definition, so there is no graph. Open what 'aws stepfunctions describe-state-machine-for-execution' writes with it.");
    }

    private static Definition? Parse(RecordedExecution record, string text) => text.Length > MostDefinition
        ? null
        : (record.IsExpress ? StateMachineType.Express : StateMachineType.Standard).ParseAccepted(text).Definition;

    /// <summary>
    /// The state machine here that a record is of: the one of its name or, where nothing tells the name, the only one that has all states
    /// that were entered.
    /// </summary>
    private StateMachine? Here(RecordedExecution record)
    {
        var machines = catalog.ListCurrent();
        if (record.MachineName is { } name)
            return machines.Where(machine => ReplaySetup.IsMadeUpFrom(machine.Name, name)).ToList() is [var one] ? one : null;
        var entered = record.Events.Where(e => e is { Subject: EventSubject.State, Says: EventSays.Entered }).Select(e => e["name"] as string).ToHashSet();
        return machines.Where(machine => entered.IsSubsetOf(machine.Definition.AllStates().Select(state => state.Name))).ToList() is [var only] ? only : null;
    }
}
