using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Stateside.Engine.Store.Data;

/// <summary>What is committed to the data file, for any thread to read.</summary>
internal sealed class DataQueries(DataFile file) : IDisposable
{
    private const string Columns =
        "SELECT e.id, e.arn, o.arn, e.item, e.status, e.redrives, e.alias, e.version, e.start, e.stop, e.facts, e.outcome FROM execution e JOIN owner o ON o.id = e.owner ";

    private const string ChildColumns = "SELECT item, name, status, items, generation, start, stop, record FROM child ";

    /// <summary>Whoever reads longer is not waited for at the end.</summary>
    private static readonly TimeSpan LongestReading = TimeSpan.FromSeconds(5);

    private readonly ConcurrentBag<Session> _idle = [];
    private int _reading;
    private bool _isDisposed;

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

    /// <summary>A map run; null when there is none.</summary>
    public MapRunRow? MapRun(string arn) => Read(session => MapRuns(session, "WHERE arn = ?", statement => statement.Bind(arn)).SingleOrDefault());

    /// <summary>The map runs of an execution, oldest first.</summary>
    public IReadOnlyList<MapRunRow> MapRuns(long execution) => Read(session => MapRuns(session, "WHERE execution = ? ORDER BY id", statement => statement.Bind(execution)));

    /// <summary>The Standard children of a map run whose items come after one, in their order.</summary>
    public IReadOnlyList<ExecutionRow> StandardChildren(string mapRun, int after, int limit) => Read(session =>
    {
        using var statement = new Statement(
            session.Connection, Columns + "WHERE e.owner = (SELECT id FROM owner WHERE arn = ?) AND e.item > ? ORDER BY e.item LIMIT ?");
        return Rows(statement.Bind(mapRun).Bind(after).Bind(limit));
    });

    /// <summary>The Express children of a map run whose items come after one, in their order.</summary>
    public IReadOnlyList<ChildRow> Children(long run, int after, int limit) => Read(session =>
    {
        using var statement = new Statement(session.Connection, ChildColumns + "WHERE run = ? AND item > ? ORDER BY item LIMIT ?");
        return Children(statement.Bind(run).Bind(after).Bind(limit));
    });

    /// <summary>The Express children of a map run whose items come before one, the last first.</summary>
    public IReadOnlyList<ChildRow> ChildrenBefore(long run, int? status, long before, int limit) => Read(session =>
    {
        using var statement = new Statement(
            session.Connection,
            ChildColumns + "WHERE run = ? AND item < ?" + (status is null ? "" : $" AND status = {status}{(status > 1 ? " AND status > 1" : "")}") + " ORDER BY item DESC LIMIT ?");
        return Children(statement.Bind(run).Bind(before).Bind(limit));
    });

    /// <summary>The Express children of the number that a name makes, each with its run.</summary>
    public IReadOnlyList<(MapRunRow Run, ChildRow Child)> ChildrenOfName(long name) => Read(session =>
    {
        using var statement = new Statement(session.Connection, "SELECT run, item FROM child WHERE name = ?");
        var keys = statement.Bind(name).All(s => (Run: s.Number(0), Item: (int)s.Number(1)));
        return keys.ConvertAll(key =>
        {
            using var one = new Statement(session.Connection, ChildColumns + "WHERE run = ? AND item = ?");
            return (MapRuns(session, "WHERE id = ?", run => run.Bind(key.Run)).Single(), Children(one.Bind(key.Run).Bind(key.Item)).Single());
        });
    });

    /// <summary>How the children of a map run ended: how many, and how many items they had. Counted by going through all of them.</summary>
    public IReadOnlyList<(int Status, long Children, long Items)> CountChildren(long run) => Read(session =>
    {
        using var statement = new Statement(session.Connection, "SELECT status, count(*), sum(items) FROM child WHERE run = ? GROUP BY status");
        return statement.Bind(run).All(s => ((int)s.Number(0), s.Number(1), s.Number(2)));
    });

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

    /// <summary>
    /// The oldest executions after one: number, ARN, and when it started and ended in ticks. Children of map runs are none: they stay as long
    /// as the execution that began them.
    /// </summary>
    public IReadOnlyList<(long Id, string Arn, long Start, long? Stop)> Oldest(long after, int limit) => Read(session =>
    {
        using var statement = new Statement(
            session.Connection,
            """
            SELECT e.id, e.arn, e.start, e.stop FROM execution e WHERE e.id > ?
            AND (e.item IS NULL OR NOT EXISTS (SELECT 1 FROM owner o JOIN map_run m ON m.arn = o.arn WHERE o.id = e.owner)) ORDER BY e.id LIMIT ?
            """);
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
        Interlocked.Exchange(ref _isDisposed, true);
        CloseIdle();

        // Who reads yet has the file open, which would keep the next one out that is to have it.
        SpinWait.SpinUntil(() => Volatile.Read(ref _reading) == 0, LongestReading);
    }

    private void CloseIdle()
    {
        while (_idle.TryTake(out var session))
            session.Dispose();
    }

    private T Read<T>(Func<Session, T> read)
    {
        Interlocked.Increment(ref _reading);
        try
        {
            // Who still asked would make the files anew that are closed.
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed), this);
            if (!_idle.TryTake(out var session))
                session = new Session(file.OpenReading());
            try
            {
                var result = read(session);
                _idle.Add(session);
                if (Volatile.Read(ref _isDisposed))
                    CloseIdle();
                return result;
            }
            catch
            {
                // What broke off may be in the middle of its rows.
                session.Dispose();
                throw;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _reading);
        }
    }

    private static List<ExecutionRow> Rows(Statement statement) => statement.All(s => new ExecutionRow(
        s.Number(0), s.Text(1)!, s.Text(2)!, s.IsNull(3) ? null : s.Number(3), (int)s.Number(4), s.Number(5), s.Text(6), s.Text(7), s.Number(8),
        s.IsNull(9) ? null : s.Number(9), s.Bytes(10)!, s.Bytes(11)));

    private static List<MapRunRow> MapRuns(Session session, string which, Action<Statement> bind)
    {
        using var statement = new Statement(session.Connection, $"SELECT id, arn, execution, record, counts FROM map_run {which}");
        bind(statement);
        return statement.All(s => new MapRunRow(s.Number(0), s.Text(1)!, s.Number(2), s.Bytes(3)!, s.Bytes(4)));
    }

    private static List<ChildRow> Children(Statement statement) => statement.All(s => new ChildRow(
        (int)s.Number(0), s.Number(1), (int)s.Number(2), (int)s.Number(3), (int)s.Number(4), s.Number(5), s.Number(6), s.Bytes(7)!));

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
