using Stateside.Engine.Execution.Saving;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;

namespace Stateside.Engine.Execution.Running;

/// <summary>
/// The Express children of map runs that are over, as long as memory has them: the newest, and of each run the first that failed. A run may
/// have a million, so that each is kept as the bytes that a data file would have of it, and its history likewise.
/// </summary>
/// <param name="most">How many of the newest.</param>
/// <param name="mostFailed">How many that failed first, of all runs together.</param>
internal sealed class KeptChildren(int most, int mostFailed)
{
    /// <summary>Where inputs and outputs are long, fewer are kept.</summary>
    private const long MostBytes = 64 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, KeptRun> _runs = new(StringComparer.Ordinal);
    private readonly Dictionary<long, KeptChild> _byName = [];
    private readonly Queue<KeptChild> _newest = new();
    private readonly Queue<KeptChild> _failed = new();
    private long _bytes;

    /// <summary>Keeps a child that is over.</summary>
    /// <param name="child">The child.</param>
    /// <param name="history">Its history.</param>
    /// <param name="isFirstFailed">Whether it is one of those of its run that failed first.</param>
    public void Keep(RunningExecution child, IReadOnlyList<HistorySegment> history, bool isFirstFailed)
    {
        var parent = child.Parent!;
        var writer = new RecordWriter();
        var records = new (long, byte[])[history.Count];
        for (var i = 0; i < records.Length; i++)
        {
            HistoryRecords.Write(writer, history[i]);
            records[i] = (history[i].FirstId, writer.Take());
        }

        var row = MapRunRecords.RowOf(child, parent);
        lock (_lock)
        {
            if (!_runs.TryGetValue(parent.MapRunArn, out var run))
            {
                var owner = parent.Execution;
                if (owner.MapRuns?.Find(other => other.Arn == parent.MapRunArn) is not { } state)
                    return;
                _runs[parent.MapRunArn] = run = new KeptRun(
                    new SavedMapRun(state.Copy(), owner.Arn, owner.StateMachine.Arn, owner.StateMachine.RevisionId, owner.Seed, owner.TestCase), owner.StateMachine);
            }

            // One that a redrive let go on takes its own place; its run goes with the last child, and is to stay.
            if (run.Children.TryGetValue(row.Item, out var before))
                Drop(before);
            _runs[parent.MapRunArn] = run;
            var kept = new KeptChild(run, row, records, row.Record.Length + records.Sum(record => (long)record.Item2.Length));
            run.Children[row.Item] = kept;
            _byName[row.Name] = kept;
            _bytes += kept.Bytes;
            (isFirstFailed ? _failed : _newest).Enqueue(kept);
            while (_newest.Count > most || (_bytes > MostBytes && _newest.Count > 0))
                Drop(_newest.Dequeue());
            while (_failed.Count > mostFailed || (_bytes > MostBytes && _failed.Count > 1))
                Drop(_failed.Dequeue());
        }
    }

    /// <summary>The child of an ARN; null where none is kept.</summary>
    public ExecutionDescription? Find(string arn) => FindKept(arn) is var (run, row, _) ? run.Describe(row) : null;

    /// <summary>A part of a child's history; null where none is kept.</summary>
    public HistoryPart? ReadHistory(string arn, long from, int count)
    {
        if (FindKept(arn) is not var (_, _, history))
            return null;
        var events = history
            .SelectMany(segment => HistoryRecords.Read(new RecordReader(segment.Record), segment.First).Events).ToList();
        return new HistoryPart([.. events.Where(e => e.Id >= from).Take(count)], events.Count);
    }

    /// <summary>The children of a run that are kept, those of the last items first.</summary>
    public IReadOnlyList<ExecutionDescription> List(ExecutionQuery query)
    {
        // Of a child that is let go of meanwhile the row stays as it is here.
        KeptRun? run;
        List<ChildRow> found;
        lock (_lock)
        {
            if (!_runs.TryGetValue(query.Arn, out run))
                return [];
            found = [.. run.Children.Values.Select(kept => kept.Row)];
        }

        return
        [
            .. found.Where(row => (query.Before is null || row.Item + 1 < query.Before) && (query.Status is not { } status || row.Status == (int)status))
                .OrderByDescending(row => row.Item).Select(run.Describe).Where(query.Takes).Take(query.Limit),
        ];
    }

    /// <summary>How many children of a run are kept, by how they ended.</summary>
    public IReadOnlyDictionary<ExecutionStatus, long> Count(string mapRunArn)
    {
        lock (_lock)
        {
            return _runs.TryGetValue(mapRunArn, out var run)
                ? run.Children.Values.CountBy(kept => (ExecutionStatus)kept.Row.Status).ToDictionary(count => count.Key, count => (long)count.Value)
                : new Dictionary<ExecutionStatus, long>();
        }
    }

    /// <summary>Lets go of the children of an execution's runs.</summary>
    public void Forget(RunningExecution parent)
    {
        lock (_lock)
        {
            foreach (var state in parent.MapRuns ?? [])
            {
                foreach (var kept in _runs.GetValueOrDefault(state.Arn)?.Children.Values.ToList() ?? [])
                    Drop(kept);
            }
        }
    }

    private (KeptRun Run, ChildRow Row, (long First, byte[] Record)[] History)? FindKept(string arn)
    {
        if (!arn.Contains(":express:", StringComparison.Ordinal))
            return null;
        var name = MapRunRecords.NumberOf(arn[(arn.LastIndexOf(':') + 1)..]);
        lock (_lock)
            return name != 0 && _byName.TryGetValue(name, out var kept) && kept.Arn == arn ? (kept.Run, kept.Row, kept.History) : null;
    }

    /// <summary>Lets go of a child. It stays in its queue until its turn comes, and weighs nothing there.</summary>
    private void Drop(KeptChild kept)
    {
        if (!kept.Run.Children.TryGetValue(kept.Row.Item, out var present) || present != kept)
            return;
        kept.Run.Children.Remove(kept.Row.Item);
        _byName.Remove(kept.Row.Name);
        _bytes -= kept.Bytes;
        kept.LetGo();
        if (kept.Run.Children.Count == 0)
            _runs.Remove(kept.Run.Run.Run.Arn);
    }

    /// <summary>A run of which children are kept.</summary>
    private sealed record KeptRun(SavedMapRun Run, StateMachine Machine)
    {
        public Dictionary<int, KeptChild> Children { get; } = [];

        public ExecutionDescription Describe(ChildRow row) => MapRunRecords.Describe(Run, Machine, row);
    }

    /// <summary>A child that is kept.</summary>
    private sealed class KeptChild(KeptRun run, ChildRow row, (long First, byte[] Record)[] history, long bytes)
    {
        public KeptRun Run => run;

        public ChildRow Row { get; private set; } = row;

        public (long First, byte[] Record)[] History { get; private set; } = history;

        public long Bytes => bytes;

        public string Arn => run.Run.Run.ChildOf(run.Run.MachineArn, run.Run.Seed, Row.Item).Arn;

        public void LetGo() => (Row, History) = (Row with { Record = [] }, []);
    }
}
