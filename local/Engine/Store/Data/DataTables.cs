using Microsoft.Data.Sqlite;

namespace Stateside.Engine.Store.Data;

/// <summary>A row of the executions.</summary>
/// <param name="Id">The number that orders executions by their beginning.</param>
/// <param name="Arn">The ARN.</param>
/// <param name="Owner">The ARN of the state machine or the map run it belongs to.</param>
/// <param name="Item">Which of its map run's items it works on.</param>
/// <param name="Status">0 while it runs, 1 when it succeeded, more when it ended otherwise.</param>
/// <param name="Redrives">How often it was redriven.</param>
/// <param name="Alias">The alias it was started through.</param>
/// <param name="Version">The version it runs.</param>
/// <param name="Start">When it started, in ticks.</param>
/// <param name="Stop">When it ended, in ticks.</param>
/// <param name="Facts">What does not change about it.</param>
/// <param name="Outcome">How it ended.</param>
internal sealed record ExecutionRow(
    long Id, string Arn, string Owner, long? Item, int Status, long Redrives, string? Alias, string? Version, long Start, long? Stop, byte[] Facts,
    byte[]? Outcome);

/// <summary>The tables as the writer's thread sees them. Parts of an execution have keys that begin with its number.</summary>
internal sealed class DataTables : IDisposable
{
    /// <summary>So many bits of a key number the parts of an execution; a history of 25,000 events needs no more.</summary>
    internal const int PartBits = 20;

    private readonly List<Statement> _statements = [];
    private readonly Dictionary<string, long> _owners = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string), long> _revisions = [];
    private readonly Dictionary<string, long> _mapRuns = new(StringComparer.Ordinal);
    private readonly Statement _begin, _commit, _rollback, _insert, _end, _segment, _frame, _value, _result, _dropFrame, _dropFrames, _dropResults,
        _dropFrameResults, _dropSegments, _dropValues, _dropExecution, _findOwner, _addOwner, _findRevision, _addRevision, _resource, _dropResource,
        _giveBack, _isEnded, _mapRun, _mapRunCounts, _findMapRun, _child, _dropChildren, _dropMapRuns, _standardChildren;

    public DataTables(SqliteConnection connection)
    {
        _begin = Prepare("BEGIN IMMEDIATE");
        _commit = Prepare("COMMIT");
        _rollback = Prepare("ROLLBACK");
        _insert = Prepare(
            "INSERT OR IGNORE INTO execution(id, arn, owner, item, status, redrives, alias, version, start, stop, facts, outcome) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)");
        _end = Prepare("UPDATE execution SET status = ?, redrives = ?, stop = ?, outcome = ? WHERE id = ?");
        _segment = Prepare("INSERT INTO segment(key, record) VALUES(?,?)");
        _frame = Prepare("INSERT OR REPLACE INTO frame(key, record) VALUES(?,?)");
        _value = Prepare("INSERT OR REPLACE INTO value(key, record) VALUES(?,?)");
        _result = Prepare("INSERT OR REPLACE INTO result(execution, frame, item, record) VALUES(?,?,?,?)");
        _dropFrame = Prepare("DELETE FROM frame WHERE key = ?");
        _dropFrames = Prepare("DELETE FROM frame WHERE key BETWEEN ? AND ?");
        _dropFrameResults = Prepare("DELETE FROM result WHERE execution = ? AND frame = ?");
        _dropResults = Prepare("DELETE FROM result WHERE execution = ?");
        _dropSegments = Prepare("DELETE FROM segment WHERE key BETWEEN ? AND ?");
        _dropValues = Prepare("DELETE FROM value WHERE key BETWEEN ? AND ?");
        _isEnded = Prepare("SELECT id FROM execution WHERE id = ? AND status <> 0");
        _dropExecution = Prepare("DELETE FROM execution WHERE id = ?");
        _mapRun = Prepare(
            "INSERT INTO map_run(arn, execution, record) VALUES(?,?,?) ON CONFLICT(arn) DO UPDATE SET record = excluded.record, counts = CASE WHEN ? THEN NULL ELSE counts END");
        _mapRunCounts = Prepare("UPDATE map_run SET counts = ? WHERE arn = ?");
        _findMapRun = Prepare("SELECT id FROM map_run WHERE arn = ?");
        _child = Prepare("INSERT OR REPLACE INTO child(run, item, name, status, items, generation, start, stop, record) VALUES(?,?,?,?,?,?,?,?,?)");
        _dropChildren = Prepare(
            "DELETE FROM child WHERE (run, item) IN (SELECT c.run, c.item FROM map_run m JOIN child c ON c.run = m.id WHERE m.execution = ? LIMIT ?)");
        _standardChildren = Prepare(
            "SELECT e.id FROM map_run m JOIN owner o ON o.arn = m.arn JOIN execution e ON e.owner = o.id WHERE m.execution = ? AND e.item IS NOT NULL LIMIT ?");
        _dropMapRuns = Prepare("DELETE FROM map_run WHERE execution = ?");
        _findOwner = Prepare("SELECT id FROM owner WHERE arn = ?");
        _addOwner = Prepare("INSERT INTO owner(arn) VALUES(?) RETURNING id");
        _findRevision = Prepare("SELECT id FROM revision WHERE machine = ? AND revision = ?");
        _addRevision = Prepare("INSERT INTO revision(machine, revision, record) VALUES(?,?,?) RETURNING id");
        _resource = Prepare("INSERT OR REPLACE INTO resource(kind, key, record) VALUES(?,?,?)");
        _giveBack = Prepare("PRAGMA incremental_vacuum(256)");
        _dropResource = Prepare("DELETE FROM resource WHERE kind = ? AND key = ?");

        Statement Prepare(string sql)
        {
            var statement = new Statement(connection, sql);
            _statements.Add(statement);
            return statement;
        }
    }

    public void Begin() => _begin.Run();

    public void Commit() => _commit.Run();

    /// <summary>Takes back what was written since <see cref="Begin"/>.</summary>
    public void Abandon()
    {
        foreach (var statement in _statements)
            statement.End();
        _owners.Clear();
        _revisions.Clear();
        _mapRuns.Clear();
        try
        {
            _rollback.Run();
        }
        catch (SqliteException)
        {
            // Some failures have taken the transaction back already.
        }
    }

    /// <summary>Adds an execution.</summary>
    /// <returns>Whether its ARN was free.</returns>
    public bool Add(ExecutionRow row) =>
        _insert.Bind(row.Id).Bind(row.Arn).Bind(Owner(row.Owner)).Bind(row.Item).Bind(row.Status).Bind(row.Redrives).Bind(row.Alias).Bind(row.Version)
            .Bind(row.Start).Bind(row.Stop).Bind(row.Facts).Bind(row.Outcome).Run() == 1;

    public void Set(long execution, int status, long redrives, long? stop, byte[]? outcome) =>
        _end.Bind(status).Bind(redrives).Bind(stop).Bind(outcome).Bind(execution).Run();

    public void AddSegment(long execution, long first, byte[] record) => _segment.Bind(Key(execution, first)).Bind(record).Run();

    public void SetFrame(long execution, long frame, byte[] record) => _frame.Bind(Key(execution, frame)).Bind(record).Run();

    public void SetValue(long execution, long value, byte[] record) => _value.Bind(Key(execution, value)).Bind(record).Run();

    public void SetResult(long execution, long frame, long item, byte[] record) =>
        _result.Bind(execution).Bind(frame).Bind(item).Bind(record).Run();

    public void DropFrame(long execution, long frame) => _dropFrame.Bind(Key(execution, frame)).Run();

    public void DropResults(long execution, long frame) => _dropFrameResults.Bind(execution).Bind(frame).Run();

    /// <summary>Takes away all frames of an execution, and what their branches and iterations gave.</summary>
    public void DropFrames(long execution)
    {
        _dropFrames.Bind(Key(execution, 0)).Bind(Key(execution + 1, 0) - 1).Run();
        _dropResults.Bind(execution).Run();
    }

    /// <summary>Takes an execution away with all that belongs to it, unless it runs.</summary>
    public void DropEnded(long execution)
    {
        // A redrive may have come first.
        var isEnded = First(_isEnded.Bind(execution)) is not null;
        if (isEnded)
            Drop(execution);
    }

    /// <summary>Takes some children of an execution's map runs away with all that belongs to them, unless it runs.</summary>
    /// <returns>How many; less than asked for where none is left.</returns>
    public int DropChildrenOfEnded(long execution, int limit)
    {
        return First(_isEnded.Bind(execution)) is null ? 0 : DropChildren(execution, limit);
    }

    /// <summary>Takes some children of an execution's map runs away, and before each those of its own.</summary>
    private int DropChildren(long execution, int limit)
    {
        var gone = _dropChildren.Bind(execution).Bind(limit).Run();
        foreach (var child in gone == limit ? [] : _standardChildren.Bind(execution).Bind(limit - gone).All(s => s.Number(0)))
        {
            gone += DropChildren(child, limit - gone);
            if (gone == limit)
                break;
            Drop(child);
            if (++gone == limit)
                break;
        }

        return gone;
    }

    /// <summary>Takes an execution away with all that belongs to it but the children of its map runs.</summary>
    public void Drop(long execution)
    {
        DropFrames(execution);
        if (_dropMapRuns.Bind(execution).Run() > 0)
            _mapRuns.Clear();
        _dropSegments.Bind(Key(execution, 0)).Bind(Key(execution + 1, 0) - 1).Run();
        _dropValues.Bind(Key(execution, 0)).Bind(Key(execution + 1, 0) - 1).Run();
        _dropExecution.Bind(execution).Run();
    }

    /// <summary>Gives pages that hold nothing any more back to the disk, some at a time.</summary>
    public void GiveBack() => _giveBack.Run();

    /// <summary>The number of a revision, which is saved when it is first asked for.</summary>
    public long Revision(string machine, string revision, Func<byte[]> record)
    {
        if (_revisions.TryGetValue((machine, revision), out var id))
            return id;
        id = First(_findRevision.Bind(machine).Bind(revision)) ?? First(_addRevision.Bind(machine).Bind(revision).Bind(record()))!.Value;
        return _revisions[(machine, revision)] = id;
    }

    /// <summary>Sets what a map run was set up with and how it stands.</summary>
    /// <param name="execution">The execution whose run it is.</param>
    /// <param name="arn">The run.</param>
    /// <param name="record">The record.</param>
    /// <param name="isUnderWay">Whether it goes on, so that what was counted at its end no more holds.</param>
    public void SetMapRun(long execution, string arn, byte[] record, bool isUnderWay) =>
        _mapRun.Bind(arn).Bind(execution).Bind(record).Bind(isUnderWay ? 1 : 0).Run();

    public void SetCounts(string mapRunArn, byte[] counts) => _mapRunCounts.Bind(counts).Bind(mapRunArn).Run();

    /// <summary>Sets how an Express child of a map run ended; unless the run is no more there.</summary>
    public void SetChild(string mapRunArn, ChildRow row)
    {
        if (!_mapRuns.TryGetValue(mapRunArn, out var run))
        {
            if (First(_findMapRun.Bind(mapRunArn)) is not { } found)
                return;
            if (_mapRuns.Count > 1000)
                _mapRuns.Clear();
            _mapRuns[mapRunArn] = run = found;
        }

        _child.Bind(run).Bind(row.Item).Bind(row.Name).Bind(row.Status).Bind(row.Items).Bind(row.Generation).Bind(row.Start).Bind(row.Stop).Bind(row.Record).Run();
    }

    public void SetResource(string kind, string key, byte[] record) => _resource.Bind(kind).Bind(key).Bind(record).Run();

    public void DropResource(string kind, string key) => _dropResource.Bind(kind).Bind(key).Run();

    public void Dispose()
    {
        foreach (var statement in _statements)
            statement.Dispose();
    }

    internal static long Key(long execution, long part) => (execution << PartBits) | part;

    private long Owner(string arn)
    {
        if (_owners.TryGetValue(arn, out var id))
            return id;
        id = First(_findOwner.Bind(arn)) ?? First(_addOwner.Bind(arn))!.Value;

        // Map runs are many, and each is asked for by its own children only.
        if (_owners.Count > 1000)
            _owners.Clear();
        return _owners[arn] = id;
    }

    private static long? First(Statement statement)
    {
        long? found = null;
        while (statement.Next())
            found = statement.Number(0);
        return found;
    }
}
