using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Stateside.Engine.Store.Data;

/// <summary>A prepared statement. Parameters are bound in order; a run or the end of its rows makes it ready for the next use.</summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private int _bound;

    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement));
    }

    public Statement Bind(long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, ++_bound, value));
        return this;
    }

    public Statement Bind(long? value)
    {
        if (value is { } number)
            return Bind(number);
        Check(raw.sqlite3_bind_null(_statement, ++_bound));
        return this;
    }

    public Statement Bind(string? value)
    {
        Check(value is null ? raw.sqlite3_bind_null(_statement, ++_bound) : raw.sqlite3_bind_text(_statement, ++_bound, value));
        return this;
    }

    public Statement Bind(byte[]? value)
    {
        Check(value is null ? raw.sqlite3_bind_null(_statement, ++_bound) : raw.sqlite3_bind_blob(_statement, ++_bound, value));
        return this;
    }

    /// <summary>Runs a statement that gives no rows.</summary>
    /// <returns>How many rows it changed.</returns>
    public int Run()
    {
        while (Next())
        {
        }

        return raw.sqlite3_changes(_database);
    }

    /// <summary>Goes on to the next row.</summary>
    /// <returns>Whether there is one; after the last the statement is ready to be used again.</returns>
    public bool Next()
    {
        var code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW)
            return true;
        End();
        if (code != raw.SQLITE_DONE)
            Check(code);
        return false;
    }

    /// <summary>Reads all rows there are.</summary>
    public List<T> All<T>(Func<Statement, T> read)
    {
        var rows = new List<T>();
        while (Next())
            rows.Add(read(this));
        return rows;
    }

    /// <summary>Leaves the rows that were not read.</summary>
    public void End()
    {
        _ = raw.sqlite3_reset(_statement);
        _bound = 0;
    }

    public long Number(int column) => raw.sqlite3_column_int64(_statement, column);

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public string? Text(int column) => IsNull(column) ? null : raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public byte[]? Bytes(int column) => IsNull(column) ? null : raw.sqlite3_column_blob(_statement, column).ToArray();

    public void Dispose() => _statement.Dispose();

    private void Check(int code)
    {
        if (code == raw.SQLITE_OK)
            return;
        if (code is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB)
            throw new DataDamagedException(raw.sqlite3_errmsg(_database).utf8_to_string());
        SqliteException.ThrowExceptionForRC(code, _database);
    }
}
