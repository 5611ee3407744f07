using System.Collections.Concurrent;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Engine.Execution.Saving;

/// <summary>
/// Executions as the data file has them: what is committed, and no more. What cannot be read of one is its own affair: who asks for it is
/// told, lists show it as far as its row does, and all else works.
/// </summary>
/// <param name="store">The file.</param>
/// <param name="findRevision">The revision of a machine that is in the catalog.</param>
/// <param name="damaged">Is told of what cannot be read, as often as it is asked for.</param>
internal sealed partial class ExecutionArchive(DataStore store, Func<string, string, StateMachine?> findRevision, Action<RecordDamagedException> damaged)
{
    /// <summary>Stands in lists for the definition of an execution of which nobody knows what it runs.</summary>
    private static readonly Definition Unknown = DefinitionParser.Parse("""{"StartAt":"Unknown","States":{"Unknown":{"Type":"Succeed"}}}""").Definition!;

    private readonly ConcurrentDictionary<(string, string), StateMachine> _revisions = new();

    public DataStore Store => store;

    public ExecutionDescription? Find(string arn) => store.Queries.Find(arn) is { } row ? Whole(arn, () => Describe(row)) : FindChild(arn);

    public IReadOnlyList<ExecutionDescription> List(ExecutionQuery query) => FindRun(query.Arn) is { Saved.Run.IsExpress: true } run
        ? ListChildren(run, query)
        :
    [
        .. store.Queries.List(
            query.Arn, query.Status is { } status ? (int)status : null, query.Redriven, query.AliasArn, query.VersionArn, query.Before, query.Limit).Select(DescribeAsFarAsKnown),
    ];

    /// <summary>A part of a history, and how many events there are; null when there is no such execution.</summary>
    public HistoryPart? ReadHistory(string arn, long from, int count, bool asTexts)
    {
        return store.Queries.Find(arn) is { } row ? Whole(arn, () => ReadHistory(row, from, count, asTexts)) : null;
    }

    private HistoryPart ReadHistory(ExecutionRow row, long from, int count, bool asTexts)
    {
        if (store.Queries.LastSegment(row.Id) is not var (first, record))
            return new HistoryPart([], 0);

        // Of the last segment a page asks only where it ends, unless that is the page.
        var total = first + HistoryRecords.Count(new RecordReader(record)) - 1L;
        var to = Math.Min(total, from + count - 1L);
        var events = new List<HistoryEvent>((int)Math.Max(0, to - from + 1));
        var (find, findText) = asTexts ? ((Func<int, JsonValue>?)null, Texts(row.Id)) : (Values(row.Id), null);
        foreach (var (begin, part) in store.Queries.Segments(row.Id, from, to))
        {
            var segment = HistoryRecords.Read(new RecordReader(part, find, findText), begin, asTexts);
            events.AddRange(segment.Events.Where(e => e.Id >= from && e.Id <= to));
        }

        return new HistoryPart(events, total);
    }

    /// <summary>An execution with its frames, ready to go on; null when there is none.</summary>
    /// <param name="row">Its row.</param>
    /// <param name="findParent">The execution of a parent's ARN.</param>
    /// <exception cref="RecordDamagedException">It cannot be read.</exception>
    public (RunningExecution Execution, TurnRecorder Recorder)? Load(ExecutionRow row, Func<string, RunningExecution?> findParent) =>
        Whole(row.Arn, () => LoadWhole(row, findParent));

    private (RunningExecution Execution, TurnRecorder Recorder)? LoadWhole(ExecutionRow row, Func<string, RunningExecution?> findParent)
    {
        var find = Values(row.Id);
        var facts = ExecutionRecords.ReadFacts(new RecordReader(row.Facts, find));
        var machine = Revision(facts.MachineArn, facts.RevisionId);
        var definition = machine.Definition;
        ParentLink? link = null;
        if (facts.Parent is { } parent)
        {
            if (findParent(parent.ExecutionArn) is not { } execution)
                return null;
            link = new ParentLink(execution, parent.FrameId, 0, parent.Index, parent.MapRunArn, parent.MapName, parent.Items);
            definition = definition.AllStates().OfType<MapState>().First(map => map.Name == parent.MapName).ItemProcessor;
        }

        var e = new RunningExecution
        {
            Number = row.Id,
            Arn = row.Arn,
            Name = facts.Name,
            StateMachine = machine,
            Definition = definition,
            Input = facts.Input,
            StartDate = new DateTimeOffset(row.Start, TimeSpan.Zero),
            Seed = facts.Seed,
            AliasArn = row.Alias,
            VersionArn = row.Version,
            TraceHeader = facts.TraceHeader,
            TestCase = facts.TestCase,
            Parent = link,
            IsExpress = facts.IsExpress,
            Deadline = new DateTimeOffset(row.Start, TimeSpan.Zero) + Step.TimeLimit(link is null ? definition : null, facts.IsExpress),
        };
        e.Status = (ExecutionStatus)row.Status;
        e.RedriveCount = (int)row.Redrives;
        e.StopDate = row.Stop is { } stop ? new DateTimeOffset(stop, TimeSpan.Zero) : null;
        if (row.Outcome is not null)
        {
            var outcome = ExecutionRecords.ReadOutcome(new RecordReader(row.Outcome, find));
            (e.Output, e.Error, e.Cause) = (outcome.Output, outcome.Error, outcome.Cause);
        }

        foreach (var run in MapRuns(row.Id))
            (e.MapRuns ??= []).Add(run.Saved.Run);
        LoadFrames(e, find);
        return (e, new TurnRecorder(store.Queries.LastValue(row.Id), isAdded: true));
    }

    private void LoadFrames(RunningExecution e, Func<int, JsonValue> find)
    {
        // A frame's number is higher than its parent's.
        foreach (var (id, record) in store.Queries.Frames(e.Number))
        {
            var reader = new RecordReader(record, find);
            if (id == 0)
            {
                ExecutionRecords.ReadProgress(reader, e);
                continue;
            }

            var frame = ExecutionRecords.ReadFrame(reader, id, e);
            if (frame.Parent is not { } parent)
            {
                e.Root = frame;
                continue;
            }

            (e.Inner ??= []).Add(id, frame);
            var group = parent.Group ?? parent.Remains;
            (frame.Phase == FramePhase.Ended ? group?.Halted : group?.Running)?.Add(frame);
        }

        foreach (var (frameId, index, record) in e.Root is null ? [] : store.Queries.Results(e.Number))
        {
            if (e.FindFrame(frameId) is not { } frame || (frame.Group ?? frame.Remains) is not { } group || index >= group.Results.Length)
                continue;
            var reader = new RecordReader(record, find);
            reader.Flag();
            group.Results[index] = reader.Value();
        }
    }

    private ExecutionDescription Describe(ExecutionRow row)
    {
        var find = Values(row.Id);
        var facts = ExecutionRecords.ReadFacts(new RecordReader(row.Facts, find));
        var outcome = row.Outcome is null ? null : ExecutionRecords.ReadOutcome(new RecordReader(row.Outcome, find));
        return new ExecutionDescription
        {
            Arn = row.Arn,
            Number = row.Id,
            Name = facts.Name,
            StateMachine = Revision(facts.MachineArn, facts.RevisionId),
            Status = (ExecutionStatus)row.Status,
            StartDate = new DateTimeOffset(row.Start, TimeSpan.Zero),
            StopDate = row.Stop is { } stop ? new DateTimeOffset(stop, TimeSpan.Zero) : null,
            Input = facts.Input,
            Output = outcome?.Output,
            Error = outcome?.Error,
            Cause = outcome?.Cause,
            MapRunArn = facts.Parent?.MapRunArn,
            ItemIndex = facts.Parent?.Index,
            ItemCount = facts.Parent?.Items ?? 1,
            IsExpress = facts.IsExpress,
            AliasArn = row.Alias,
            VersionArn = row.Version,
            TraceHeader = facts.TraceHeader,
            TestCase = facts.TestCase,
            RedriveCount = (int)row.Redrives,
            RedriveDate = outcome?.RedriveDate,
            RedriveToken = outcome?.RedriveToken,
            EventCount = outcome?.LastEventId ?? 0,
        };
    }

    /// <summary>An execution in a list: where its records cannot be read, what its row says.</summary>
    private ExecutionDescription DescribeAsFarAsKnown(ExecutionRow row)
    {
        try
        {
            return Whole(row.Arn, () => Describe(row));
        }
        catch (RecordDamagedException e)
        {
            var mapRun = row.Item is null ? null : row.Owner;
            return Unreadable(row.Arn, row.Id, row.Status, row.Start, row.Stop, mapRun, row.Item, e) with
            {
                AliasArn = row.Alias,
                VersionArn = row.Version,
                RedriveCount = (int)row.Redrives,
            };
        }
    }

    private static ExecutionDescription Unreadable(
        string arn, long number, int status, long start, long? stop, string? mapRun, long? item, RecordDamagedException e)
    {
        // arn:aws:states:REGION:ACCOUNT:execution:MACHINE:NAME, of a map run's child with the state's label after the machine's name.
        var parts = arn.Split(':');
        var machine = parts.Length > 7 ? parts[6].Split('/')[0] : arn;
        return new ExecutionDescription
        {
            Arn = arn,
            Number = number,
            Name = parts.Length > 7 ? parts[7] : arn,
            StateMachine = new StateMachine
            {
                Arn = parts.Length > 7 ? $"{string.Join(':', parts[..5])}:stateMachine:{machine}" : arn,
                Name = machine,
                RoleArn = "",
                RevisionId = "",
                DefinitionText = "",
                Definition = Unknown,
            },
            Status = (ExecutionStatus)status,
            StartDate = At(start),
            StopDate = stop is { } end ? At(end) : null,
            Input = JsonValue.Null,
            MapRunArn = mapRun,
            ItemIndex = (int?)item,
            Damage = e.Message,
        };

        static DateTimeOffset At(long ticks) => new(Math.Clamp(ticks, 0, DateTime.MaxValue.Ticks), TimeSpan.Zero);
    }

    /// <summary>Reads what is saved of one thing.</summary>
    /// <exception cref="RecordDamagedException">It is not as it was written.</exception>
    private T Whole<T>(string arn, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (RecordDamagedException.Of(arn, e) is { } damage)
        {
            damaged(damage);
            throw damage;
        }
    }

    private Func<int, JsonValue> Values(long execution) => Once(id => new RecordReader(store.Queries.Value(execution, id)).Value()!);

    private Func<int, JsonText> Texts(long execution) => Once(id => new RecordReader(store.Queries.Value(execution, id)).ValueText()!);

    /// <summary>Reads each value when it is first asked for.</summary>
    private static Func<int, T> Once<T>(Func<int, T> read)
    {
        var known = new Dictionary<int, T>();
        return id => known.TryGetValue(id, out var value) ? value : known[id] = read(id);
    }

    private StateMachine Revision(string arn, string revision)
    {
        try
        {
            if (findRevision(arn, revision) is { } current)
                return current;
        }
        catch (RecordDamagedException)
        {
            // What executions need of it is kept beside them too.
        }

        return _revisions.GetOrAdd((arn, revision), key => Whole(
            $"revision {key.Item2} of {key.Item1}",
            () => RevisionRecords.Read(store.Queries.Revision(key.Item1, key.Item2) ?? throw new DataDamagedException("it is missing"))));
    }
}

/// <summary>A part of a history.</summary>
/// <param name="Events">The events, in order.</param>
/// <param name="Total">How many the history has in all.</param>
public sealed record HistoryPart(IReadOnlyList<HistoryEvent> Events, long Total);
