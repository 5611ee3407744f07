using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;

namespace Stateside.Engine.Execution.Saving;

/// <summary>Map runs as the data file has them, and their Express children, which have one row each.</summary>
internal sealed partial class ExecutionArchive
{
    /// <summary>Of a run that was cut off the errors of so many children are read.</summary>
    private const int MostRead = 10_000;

    /// <summary>A map run; null when there is none.</summary>
    public ArchivedMapRun? FindRun(string arn) => store.Queries.MapRun(arn) is { } row ? Read(row) : null;

    /// <summary>The map runs of an execution, oldest first.</summary>
    public IReadOnlyList<ArchivedMapRun> MapRuns(long execution) => [.. store.Queries.MapRuns(execution).Select(Read)];

    /// <summary>How the items and children of a run stood at its end, or as far as the file knows where it was cut off.</summary>
    public MapRunCounts CountsOf(ArchivedMapRun run)
    {
        if (run.Row.Counts is { } counts)
            return Whole(run.Row.Arn, () => MapRunRecords.ReadCounts(new RecordReader(counts)));
        var (executions, items) = (new MapRunTally(), new MapRunTally());
        if (run.Saved.Run.IsExpress)
        {
            foreach (var (status, children, count) in store.Queries.CountChildren(run.Row.Id))
                (executions, items) = (executions.With((ExecutionStatus)status, children), items.With((ExecutionStatus)status, count));
        }
        else
        {
            foreach (var (status, children) in store.Queries.Count(run.Row.Arn))
                (executions, items) = (executions.With((ExecutionStatus)status, children), items.With((ExecutionStatus)status, children));
        }

        var failures = new MapRunFailures();
        foreach (var status in (ReadOnlySpan<ExecutionStatus>)[ExecutionStatus.Failed, ExecutionStatus.TimedOut])
        {
            foreach (var child in executions[status] == 0 ? [] : List(new ExecutionQuery(run.Row.Arn) { Status = status, Limit = MostRead }))
                failures.Add(child);
        }

        // What was never begun of what the state was given; how many items a reader would have found nobody knows.
        if (run.Saved.Run.KnownItems is { } known)
        {
            items = items with { Pending = Math.Max(0, known - items.Total) };
            if (run.Saved.Run.Batching is null)
                executions = executions with { Pending = Math.Max(0, known - executions.Total) };
        }

        return new MapRunCounts(items, executions, IsRead: false, failures.ToList());
    }

    /// <summary>Children of a run in the order of their items, with the gathering that they ended in.</summary>
    /// <param name="mapRunArn">The run.</param>
    /// <param name="after">The item that they come after.</param>
    /// <param name="limit">How many.</param>
    /// <param name="generationOf">The gathering that a Standard child belongs to.</param>
    public IReadOnlyList<(ExecutionDescription Child, int Generation)> Children(string mapRunArn, int after, int limit, Func<string, int> generationOf)
    {
        if (FindRun(mapRunArn) is { Saved.Run.IsExpress: true } run)
            return [.. store.Queries.Children(run.Row.Id, after, limit).Select(child => (Describe(run.Saved, child), child.Generation))];
        return
        [
            .. store.Queries.StandardChildren(mapRunArn, after, limit)
                .Select(row => (Whole(row.Arn, () => Describe(row)), row.Status > 1 ? generationOf(row.Arn) : 0)),
        ];
    }

    private ExecutionDescription? FindChild(string arn)
    {
        if (!arn.Contains(":express:", StringComparison.Ordinal) || MapRunRecords.NumberOf(arn[(arn.LastIndexOf(':') + 1)..]) is not (not 0 and var name))
            return null;
        return Whole(arn, () =>
            store.Queries.ChildrenOfName(name).Select(found => Describe(Read(found.Run).Saved, found.Child)).FirstOrDefault(child => child.Arn == arn));
    }

    private List<ExecutionDescription> ListChildren(ArchivedMapRun run, ExecutionQuery query)
    {
        // Of one that runs there is no row, and none is ever redriven as itself: nobody need go through a million of them to see that.
        if (query is { Status: ExecutionStatus.Running } or { Redriven: true })
            return [];
        var found = new List<ExecutionDescription>();
        var before = query.Before is { } number ? number - 1 : int.MaxValue + 1L;
        while (found.Count < query.Limit)
        {
            var limit = (int)Math.Min(query.Limit - (long)found.Count, 1000);
            var rows = store.Queries.ChildrenBefore(run.Row.Id, query.Status is { } status ? (int)status : null, before, limit);
            found.AddRange(rows.Select(row => DescribeAsFarAsKnown(run.Saved, row)).Where(query.Takes));
            if (rows.Count < limit)
                break;
            before = rows[^1].Item;
        }

        return found;
    }

    private ArchivedMapRun Read(MapRunRow row) => Whole(
        row.Arn, () => new ArchivedMapRun(row, MapRunRecords.Read(new RecordReader(row.Record, Values(row.Execution)), row.Arn)));

    private ExecutionDescription Describe(SavedMapRun run, ChildRow row)
    {
        var machine = Revision(run.MachineArn, run.RevisionId);
        return Whole(run.Run.ChildOf(run.MachineArn, run.Seed, row.Item).Arn, () => MapRunRecords.Describe(run, machine, row));
    }

    private ExecutionDescription DescribeAsFarAsKnown(SavedMapRun run, ChildRow row)
    {
        try
        {
            return Describe(run, row);
        }
        catch (RecordDamagedException e)
        {
            var (arn, _) = run.Run.ChildOf(run.MachineArn, run.Seed, row.Item);
            return Unreadable(arn, MapRunRecords.NumberOf(row.Item), row.Status, row.Start, row.Stop, run.Run.Arn, row.Item, e) with
            {
                ItemCount = row.Items,
                IsExpress = true,
            };
        }
    }
}

/// <summary>A map run as the file has it, read.</summary>
/// <param name="Row">Its row.</param>
/// <param name="Saved">What is in it.</param>
internal sealed record ArchivedMapRun(MapRunRow Row, SavedMapRun Saved);
