using Microsoft.Data.Sqlite;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;

namespace Stateside.Aws.Services;

/// <summary>
/// The file that holds what the embedded stores keep, or memory. One connection serves all, one transaction at a time; another process
/// may have the same file open, and then waits for its turn.
/// </summary>
/// <remarks>
/// The journal is a write-ahead log that is not flushed for each transaction: a killed process loses nothing, a machine without power
/// the last transactions, and never half of one. See https://www.sqlite.org/pragma.html#pragma_synchronous.
/// </remarks>
internal sealed class StoreFile : IDisposable
{
    private const string Schema = """
        CREATE TABLE IF NOT EXISTS items (
            store TEXT NOT NULL, hash BLOB NOT NULL, range BLOB NOT NULL, item TEXT NOT NULL,
            PRIMARY KEY (store, hash, range)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS objects (
            bucket TEXT NOT NULL, key BLOB NOT NULL, modified TEXT NOT NULL, etag TEXT NOT NULL, size INTEGER NOT NULL,
            facts TEXT NOT NULL, content BLOB NOT NULL, blocks INTEGER,
            PRIMARY KEY (bucket, key));
        CREATE TABLE IF NOT EXISTS uploads (
            number INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL, facts TEXT NOT NULL);
        CREATE TABLE IF NOT EXISTS parts (
            id TEXT NOT NULL, number INTEGER NOT NULL, etag TEXT NOT NULL, size INTEGER NOT NULL, modified TEXT NOT NULL, content BLOB NOT NULL,
            blocks INTEGER, PRIMARY KEY (id, number));
        CREATE TABLE IF NOT EXISTS pieces (
            content INTEGER NOT NULL, start INTEGER NOT NULL, size INTEGER NOT NULL, block INTEGER NOT NULL,
            PRIMARY KEY (content, start)) WITHOUT ROWID;
        CREATE INDEX IF NOT EXISTS pieces_by_block ON pieces (block);
        CREATE TABLE IF NOT EXISTS transactions (
            token TEXT NOT NULL PRIMARY KEY, request TEXT NOT NULL, made INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS messages (
            number INTEGER PRIMARY KEY AUTOINCREMENT, queue TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, facts TEXT NOT NULL, line TEXT,
            sent INTEGER NOT NULL, visible INTEGER NOT NULL, held INTEGER NOT NULL, receives INTEGER NOT NULL,
            first INTEGER NOT NULL, last INTEGER NOT NULL);
        CREATE INDEX IF NOT EXISTS messages_in_order ON messages (queue, number, visible, receives);
        CREATE INDEX IF NOT EXISTS messages_by_time ON messages (queue, visible, held);
        CREATE INDEX IF NOT EXISTS messages_by_age ON messages (queue, sent);
        CREATE INDEX IF NOT EXISTS messages_by_line ON messages (queue, line, visible) WHERE line IS NOT NULL;
        CREATE TABLE IF NOT EXISTS deduplications (
            queue TEXT NOT NULL, scope TEXT NOT NULL, id TEXT NOT NULL, number INTEGER NOT NULL, message TEXT NOT NULL, until INTEGER NOT NULL,
            PRIMARY KEY (queue, scope, id)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS counters (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS versions (
            store TEXT NOT NULL, name TEXT NOT NULL, number INTEGER NOT NULL, content TEXT NOT NULL, declared TEXT, made INTEGER NOT NULL,
            PRIMARY KEY (store, name, number)) WITHOUT ROWID;
        """;

    private const string Blocks = "blocks (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)";

    /// <summary>
    /// Blocks are the most of what a store keeps: they never are in memory. This file of SQLite's has no name, and is gone when the process
    /// is, however it ends. See https://www.sqlite.org/inmemorydb.html#temp_db.
    /// </summary>
    private const string InMemory = $"""
        ATTACH '' AS nameless;
        PRAGMA nameless.page_size = 16384; PRAGMA nameless.cache_size = -4096; PRAGMA nameless.journal_mode = MEMORY; PRAGMA nameless.synchronous = OFF;
        CREATE TABLE nameless.{Blocks};
        """;

    private readonly Lock _lock = new();
    private readonly string? _path;
    private SqliteConnection? _connection;
    private Dictionary<string, SqliteCommand>? _commands;
    private SqliteTransaction? _transaction;
    private long _version;
    private bool _isClosed;

    /// <summary>A file that the first request opens, and makes with its folder when it is not there.</summary>
    /// <param name="path">Its path; null for memory.</param>
    public StoreFile(string? path) => _path = path;

    /// <summary>Whether another process may write to it.</summary>
    public bool IsShared => _path is not null;

    /// <summary>Whether nobody has put anything in: it is not there, or it was not opened and lives in memory.</summary>
    public bool IsUntouched => Volatile.Read(ref _connection) is null && (_path is null || !File.Exists(_path));

    /// <summary>Does work whose changes count together or, when it throws, not at all.</summary>
    /// <param name="work">The work.</param>
    /// <param name="writes">Whether it may change anything.</param>
    /// <exception cref="OperationCanceledException">The service has ended; somebody still called.</exception>
    /// <exception cref="DataNotSavedException">The disk is full, another process keeps the file, or it is gone: nothing was done.</exception>
    public T InTransaction<T>(Func<T> work, bool writes)
    {
        lock (_lock)
        {
            if (_isClosed)
                throw new OperationCanceledException("The service has ended.");

            try
            {
                return Transact(work, writes);
            }
            catch (Exception e) when (IsPassing(e))
            {
                throw new DataNotSavedException(e);
            }
        }
    }

    /// <summary>Whether another process has changed the file since this was last asked; not, where that cannot be told now.</summary>
    public bool HasOthersChanges()
    {
        lock (_lock)
        {
            if (_isClosed)
                return false;
            try
            {
                using var command = (_connection ??= Open()).CreateCommand();
                command.CommandText = "PRAGMA data_version";
                var version = (long)command.ExecuteScalar()!;
                (var before, _version) = (_version, version);
                return before != version;
            }
            catch (Exception e) when (IsPassing(e))
            {
                return false;
            }
        }
    }

    /// <summary>Runs a statement within the transaction.</summary>
    /// <returns>The number of rows it changed.</returns>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object Value)> parameters) => Command(sql, parameters).ExecuteNonQuery();

    /// <summary>Runs a query within the transaction.</summary>
    public IEnumerable<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<(string Name, object Value)> parameters) =>
        Rows(Command(sql, parameters), read);

    /// <summary>Counts within the transaction, from 1.</summary>
    public long Next(string counter) => Query(
        "INSERT INTO counters VALUES ($name, 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value", row => row.GetInt64(0),
        ("$name", counter)).Single();

    public void Dispose()
    {
        lock (_lock)
        {
            _isClosed = true;
            foreach (var command in _commands?.Values ?? Enumerable.Empty<SqliteCommand>())
                command.Dispose();
            _connection?.Dispose();
        }
    }

    private T Transact<T>(Func<T> work, bool writes)
    {
        // A reader that later writes could meet another process's change in between, so that a writer is one from the start.
        using var transaction = (_connection ??= Open()).BeginTransaction(deferred: !writes);
        _transaction = transaction;
        try
        {
            var result = work();
            if (writes && _path is not null)
                DatabasePlace.Check(_connection, _path);
            transaction.Commit();
            return result;
        }
        finally
        {
            _transaction = null;
        }
    }

    /// <summary>Whether it may be better soon, as on a full disk or while another process keeps the file.</summary>
    private static bool IsPassing(Exception e) => e is SqliteException or IOException or UnauthorizedAccessException or DataMovedException;

    private static IEnumerable<T> Rows<T>(SqliteCommand command, Func<SqliteDataReader, T> read)
    {
        using var reader = command.ExecuteReader();
        while (reader.Read())
            yield return read(reader);
    }

    private SqliteCommand Command(string sql, ReadOnlySpan<(string Name, object Value)> parameters)
    {
        // Not made with the file: most services keep nothing, and then need not load SQLite.
        _commands ??= new Dictionary<string, SqliteCommand>(StringComparer.Ordinal);
        if (!_commands.TryGetValue(sql, out var command))
        {
            command = _connection!.CreateCommand();
            command.CommandText = sql;
            foreach (var (name, _) in parameters)
                command.Parameters.Add(new SqliteParameter { ParameterName = name });
            _commands.Add(sql, command);
        }

        command.Transaction = _transaction;
        foreach (var (name, value) in parameters)
            command.Parameters[name].Value = value;
        return command;
    }

    private SqliteConnection Open()
    {
        if (Path.GetDirectoryName(_path) is { Length: > 0 } folder)
            OwnFolder.Create(folder);
        if (_path is not null)
            OwnFolder.CreateFile(_path);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _path ?? ":memory:", Pooling = false }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = _path is null
                ? $"{InMemory} {Schema}"
                : $"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; {Schema} CREATE TABLE IF NOT EXISTS {Blocks};";
            command.ExecuteNonQuery();
            if (_path is not null)
                Upgrade(connection);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Adds what an older file lacks. Two processes may open it at a time.</summary>
    private static void Upgrade(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        foreach (var table in new[] { "objects", "parts" })
        {
            using var transaction = connection.BeginTransaction(deferred: false);
            command.Transaction = transaction;
            command.CommandText = $"SELECT COUNT(*) FROM pragma_table_info('{table}') WHERE name = 'blocks'";
            if ((long)command.ExecuteScalar()! == 0)
            {
                command.CommandText = $"ALTER TABLE {table} ADD COLUMN blocks INTEGER";
                command.ExecuteNonQuery();
            }

            transaction.Commit();
        }
    }
}
