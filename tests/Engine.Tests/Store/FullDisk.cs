using Microsoft.Data.Sqlite;

namespace Stateside.Engine.Tests.Store;

/// <summary>A data file into which nothing goes, as on a full disk, until this is disposed of.</summary>
internal sealed class FullDisk : IDisposable
{
    private static readonly string[] Tables = ["resource", "execution", "segment", "frame", "map_run", "child"];
    private readonly string _file;
    private bool _hasRoom;

    public FullDisk(string file)
    {
        _file = file;
        Do(string.Concat(Tables.Select(table => $"CREATE TRIGGER full_{table} BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'disk is full'); END;")));
    }

    /// <summary>Makes room.</summary>
    public void Dispose()
    {
        if (!_hasRoom)
            Do(string.Concat(Tables.Select(table => $"DROP TRIGGER full_{table};")));
        _hasRoom = true;
    }

    private void Do(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={_file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
