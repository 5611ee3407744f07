using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Stateside.Engine.Store.Data;

/// <summary>What is committed to the data file, for any thread to read.</summary>
internal sealed class DataQueries(DataFile file) : IDisposable
{
    private const string Columns =
        "SELECT e.id, e.arn, o.arn, e.item, e.status, e.redrives, e.alias, e.version, e.start, e.stop, e.facts, e.outcome FROM execution e JOIN owner o ON o.id = e.owner ";

    private readonly ConcurrentBag<Session> _idle = [];

    public ExecutionRow? Find(string arn) => Read(session => Rows(session.ByArn.Bind(arn)).SingleOrDefault());

    /// <summary>Executions of an owner, newest first.</summary>
    public IReadOnlyList<ExecutionRow> List(string owner, int? status, bool? redriven, string? alias, string? version, long? before, int limit) => Read(session =>
    {
        using var statement = new Statement(
            session.Connection,
            Columns + "WHERE e.owner = (SELECT id FROM owner WHERE arn = ?) AND e.id < ? AND (? IS NULL OR e.alias = ?) AND (? IS NULL OR e.version = ?)"
            + (status is null ? "" : $" AND e.status = {status}{(status > 1 ? " AND e.status > 1" : "")}")
            + (redriven is null ? "" : redriven.Value ? " AND e.redrives > 0" : " AND e.redrives = 0") + " ORDER BY e.id DESC LIMIT ?");
        return Rows(statement.Bind(owner).Bind(before ?? long.MaxValue).Bind(alias).Bind(alias).Bind(version).Bind(version).Bind(limit));
    });

    /// <summary>The children of a map run by item; of an item that was begun more than once, the newest.</summary>
    public IReadOnlyDictionary<long, ExecutionRow> Children(string mapRun) => List(mapRun, null, null, null, null, null, int.MaxValue)
        .Where(row => row.Item is not null).DistinctBy(row => row.Item).ToDictionary(row => row.Item!.Value);

    /// <summary>How many executions of an owner stand how. Each part is counted in an index; those that succeeded are the rest.</summary>
    public IReadOnlyDictionary<int, long> Count(string owner) => Read(session =>
    {
        using var statement = new Statement(
            session.Connection,
            """
            WITH asked(id) AS (SELECT id FROM owner WHERE arn = ?)
            SELECT 1, count(*) FROM execution WHERE owner = (SELECT id FROM asked)
            UNION ALL SELECT 0, count(*) FROM execution WHERE owner = (SELECT id FROM asked) AND status = 0
            UNION ALL SELECT status, count(*) FROM execution WHERE owner = (SELECT id FROM asked) AND status > 1 GROUP BY status
            """);
        var counts = new Dictionary<int, long>();
        statement.Bind(owner);
        while (statement.Next())
            counts[(int)statement.Number(0)] = statement.Number(1);
        counts[1] -= counts.Where(count => count.Key != 1).Sum(count => count.Value);
        return counts;
    });

    /// <summary>Executions that have not ended, oldest first.</summary>
    public IReadOnlyList<ExecutionRow> Running() => Read(session =>
    {
        using var statement = new Statement(session.Connection, Columns + "WHERE e.status = 0 ORDER BY e.id");
        return Rows(statement);
    });

    /// <summary>The oldest executions after one: number, ARN, and when it started and ended in ticks.</summary>
    public IReadOnlyList<(long Id, string Arn, long Start, long? Stop)> Oldest(long after, int limit) => Read(session =>
    {
        using var statement = new Statement(session.Connection, "SELECT id, arn, start, stop FROM execution WHERE id > ? ORDER BY id LIMIT ?");
        return statement.Bind(after).Bind(limit).All(s => (s.Number(0), s.Text(1)!, s.Number(2), s.IsNull(3) ? (long?)null : s.Number(3)));
    });

    /// <summary>The highest number of an execution.</summary>
    public long LastExecution() => Read(session =>
    {
        using var statement = new Statement(session.Connection, "SELECT max(id) FROM execution");
        return statement.All(s => s.Number(0)).Single();
    });

    /// <summary>The frames of an execution by number.</summary>
    public IReadOnlyList<(int Id, byte[] Record)> Frames(long execution) =>
        Read(session => Parts(session.Frames.Bind(DataTables.Key(execution, 0)).Bind(DataTables.Key(execution + 1, 0) - 1)));

    public IReadOnlyList<(int Frame, int Item, byte[] Record)> Results(long execution) => Read(session =>
    {
        using var statement = new Statement(session.Connection, "SELECT frame, item, record FROM result WHERE execution = ?");
        return statement.Bind(execution).All(s => ((int)s.Number(0), (int)s.Number(1), s.Bytes(2)!));
    });

    public byte[] Value(long execution, int value) => Read(session =>
    {
        return session.Value.Bind(DataTables.Key(execution, value)).All(s => s.Bytes(0)).SingleOrDefault()
            ?? throw new DataDamagedException($"value {value} of execution {execution} is missing");
    });

    /// <summary>The highest number given to a value of an execution; -1 when it has none.</summary>
    public int LastValue(long execution) => Read(session =>
    {
        using var statement = new Statement(session.Connection, "SELECT max(key) FROM value WHERE key BETWEEN ? AND ?");
        statement.Bind(DataTables.Key(execution, 0)).Bind(DataTables.Key(execution + 1, 0) - 1);
        return statement.All(s => s.IsNull(0) ? -1 : Part(s)).Single();
    });

    /// <summary>The segments of a history from the one that holds an event up to the one that holds another.</summary>
    public IReadOnlyList<(int First, byte[] Record)> Segments(long execution, long from, long to) => Read(session =>
        Parts(session.Segments.Bind(DataTables.Key(execution, 0)).Bind(DataTables.Key(execution, from)).Bind(DataTables.Key(execution, from)).Bind(DataTables.Key(execution, to))));

    /// <summary>The last segment of a history; null when there is none.</summary>
    public (int First, byte[] Record)? LastSegment(long execution) => Read(session =>
    {
        var parts = Parts(session.LastSegment.Bind(DataTables.Key(execution, 0)).Bind(DataTables.Key(execution + 1, 0) - 1));
        return parts.Count == 0 ? ((int, byte[])?)null : parts[0];
    });

    public byte[]? Revision(string machine, string revision) => Read(session =>
    {
        using var statement = new Statement(session.Connection, "SELECT record FROM revision WHERE machine = ? AND revision = ?");
        return statement.Bind(machine).Bind(revision).All(s => s.Bytes(0)).SingleOrDefault();
    });

    public IReadOnlyList<(string Kind, string Key, byte[] Record)> Resources() => Read(session =>
    {
        using var statement = new Statement(session.Connection, "SELECT kind, key, record FROM resource");
        return statement.All(s => (s.Text(0)!, s.Text(1)!, s.Bytes(2)!));
    });

    public void Dispose()
    {
        while (_idle.TryTake(out var session))
            session.Dispose();
    }

    private T Read<T>(Func<Session, T> read)
    {
        if (!_idle.TryTake(out var session))
            session = new Session(file.OpenReading());
        try
        {
            var result = read(session);
            _idle.Add(session);
            return result;
        }
        catch
        {
            // What broke off may be in the middle of its rows.
            session.Dispose();
            throw;
        }
    }

    private static List<ExecutionRow> Rows(Statement statement) => statement.All(s => new ExecutionRow(
        s.Number(0), s.Text(1)!, s.Text(2)!, s.IsNull(3) ? null : s.Number(3), (int)s.Number(4), s.Number(5), s.Text(6), s.Text(7), s.Number(8),
        s.IsNull(9) ? null : s.Number(9), s.Bytes(10)!, s.Bytes(11)));

    private static List<(int, byte[])> Parts(Statement statement) => statement.All(s => (Part(s), s.Bytes(1)!));

    /// <summary>The number of a part in the key that a row begins with.</summary>
    private static int Part(Statement s) => (int)(s.Number(0) & ((1 << DataTables.PartBits) - 1));

    private sealed class Session(SqliteConnection connection) : IDisposable
    {
        public SqliteConnection Connection => connection;

        public Statement ByArn { get; } = new(connection, Columns + "WHERE e.arn = ?");

        public Statement Frames { get; } = new(connection, "SELECT key, record FROM frame WHERE key BETWEEN ? AND ? ORDER BY key");

        public Statement Value { get; } = new(connection, "SELECT record FROM value WHERE key = ?");

        public Statement Segments { get; } = new(
            connection,
            "SELECT key, record FROM segment WHERE key >= coalesce((SELECT max(key) FROM segment WHERE key BETWEEN ? AND ?), ?) AND key <= ? ORDER BY key");

        public Statement LastSegment { get; } = new(connection, "SELECT key, record FROM segment WHERE key BETWEEN ? AND ? ORDER BY key DESC LIMIT 1");

        public void Dispose()
        {
            ByArn.Dispose();
            Frames.Dispose();
            Value.Dispose();
            Segments.Dispose();
            LastSegment.Dispose();
            connection.Dispose();
        }
    }
}
