using System.Globalization;
using Microsoft.Data.Sqlite;
using Stateside.Language.Services;

namespace Stateside.Engine.Store.Data;

/// <summary>What saved facts survive.</summary>
public enum DataDurability
{
    /// <summary>The end of the process, however sudden. A power cut may take the last moments.</summary>
    Process,

    /// <summary>A power cut too: each commit waits for the disk.</summary>
    Power,
}

/// <summary>
/// The one file that holds everything: <c>stateside.db</c> in a folder of its own, an SQLite database with a write-ahead log. One
/// process has it at a time.
/// </summary>
internal sealed class DataFile : IDisposable
{
    /// <summary>The version of the tables below; a file of a later one is refused, one of an earlier one is brought up.</summary>
    private const int Version = 4;

    /// <summary>Files of earlier versions do not say where what they hold is.</summary>
    private const int FirstWithLocation = 3;

    private const int ApplicationId = 0x53544154;

    private static readonly string[] Migrations =
    [
        """
        CREATE TABLE resource(kind TEXT NOT NULL, key TEXT NOT NULL, record BLOB NOT NULL, PRIMARY KEY(kind, key)) WITHOUT ROWID;
        CREATE TABLE revision(id INTEGER PRIMARY KEY, machine TEXT NOT NULL, revision TEXT NOT NULL, record BLOB NOT NULL, UNIQUE(machine, revision));
        CREATE TABLE owner(id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE);
        CREATE TABLE execution(
            id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, owner INTEGER NOT NULL, item INTEGER, status INTEGER NOT NULL,
            redrives INTEGER NOT NULL, alias TEXT, version TEXT, start INTEGER NOT NULL, stop INTEGER, facts BLOB NOT NULL, outcome BLOB);
        CREATE INDEX execution_owner ON execution(owner);
        CREATE INDEX execution_running ON execution(owner) WHERE status = 0;
        CREATE INDEX execution_unsuccessful ON execution(owner, status) WHERE status > 1;
        CREATE TABLE segment(key INTEGER PRIMARY KEY, record BLOB NOT NULL);
        CREATE TABLE frame(key INTEGER PRIMARY KEY, record BLOB NOT NULL);
        CREATE TABLE value(key INTEGER PRIMARY KEY, record BLOB NOT NULL);
        CREATE TABLE result(
            execution INTEGER NOT NULL, frame INTEGER NOT NULL, item INTEGER NOT NULL, record BLOB NOT NULL,
            PRIMARY KEY(execution, frame, item)) WITHOUT ROWID;
        """,
        "CREATE TABLE opened(id INTEGER PRIMARY KEY CHECK(id = 1), times INTEGER NOT NULL);",
        "CREATE TABLE location(id INTEGER PRIMARY KEY CHECK(id = 1), region TEXT NOT NULL, account TEXT NOT NULL);",
        """
        CREATE TABLE map_run(
            id INTEGER PRIMARY KEY, arn TEXT NOT NULL UNIQUE, execution INTEGER NOT NULL, record BLOB NOT NULL, counts BLOB);
        CREATE INDEX map_run_execution ON map_run(execution);
        CREATE TABLE child(
            run INTEGER NOT NULL, item INTEGER NOT NULL, name INTEGER NOT NULL, status INTEGER NOT NULL, items INTEGER NOT NULL,
            generation INTEGER NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, record BLOB NOT NULL,
            PRIMARY KEY(run, item)) WITHOUT ROWID;
        CREATE INDEX child_name ON child(name);
        CREATE INDEX child_unsuccessful ON child(run, status) WHERE status > 1;
        CREATE INDEX execution_item ON execution(owner, item) WHERE item IS NOT NULL;
        """,
    ];

    private readonly FileStream _lock;

    private DataFile(string path, FileStream @lock, SqliteConnection writing, long timesOpened)
    {
        TimesOpened = timesOpened;
        Path = path;
        _lock = @lock;
        Writing = writing;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>How often it was opened, this time included.</summary>
    public long TimesOpened { get; }

    /// <summary>The connection that writes; of the writer's thread alone.</summary>
    public SqliteConnection Writing { get; }

    /// <summary>Opens the file of a folder; makes both where they are not there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="location">The region and the account that everything in it is of.</param>
    /// <param name="durability">What saved facts survive.</param>
    /// <param name="maxPages">How many pages the file may have; null for no limit.</param>
    /// <exception cref="DataFileException">It cannot be used; the message says why and what to do.</exception>
    public static DataFile Open(string folder, AwsLocation location, DataDurability durability, long? maxPages = null)
    {
        var path = PathIn(folder);
        FileStream? owned = null;
        SqliteConnection? connection = null;
        try
        {
            OwnFolder.Create(folder);
            owned = Lock(path);
            var isLeftOpen = File.Exists(path + "-wal");
            CheckOurs(path);
            CheckAlone(path);
            Sign(path);
            OwnFolder.CreateFile(path);
            connection = Connect(path, SqliteOpenMode.ReadWriteCreate);
            Execute(connection, "PRAGMA cell_size_check = ON");

            // Nothing is written before it is known to be whole and ours: what is refused stays as it is.
            var version = FormatOf(connection, path);
            if (isLeftOpen || new FileInfo(path).Length < 16 << 20)
                CheckWhole(connection);
            if (LocationOf(connection, version) is { } made && made != location)
            {
                throw new DataFileElsewhereException(
                    $"{path}: this data file was made for {made}, not for {location}. Give --region {made.Region} --account {made.AccountId}, "
                    + "name another folder with --data, or keep nothing with --in-memory.");
            }

            if (version < Version)
                Migrate(connection, version);
            Execute(connection, "PRAGMA journal_mode = WAL");
            Execute(connection, $"PRAGMA synchronous = {(durability == DataDurability.Power ? "FULL" : "NORMAL")}");
            Execute(connection, "PRAGMA wal_autocheckpoint = 4000");
            Execute(connection, "PRAGMA journal_size_limit = 67108864");
            Execute(connection, "PRAGMA cache_size = -8192");
            if (maxPages is { } pages)
                Execute(connection, $"PRAGMA max_page_count = {pages.ToString(CultureInfo.InvariantCulture)}");
            Keep(connection, location);
            Execute(connection, "INSERT INTO opened VALUES(1, 1) ON CONFLICT(id) DO UPDATE SET times = times + 1");
            return new DataFile(path, owned, connection, Scalar(connection, "SELECT times FROM opened"));
        }
        catch (Exception e)
        {
            connection?.Dispose();
            owned?.Dispose();
            throw e switch
            {
                DataDamagedException => new DataFileException($"{path}: {e.Message}", e),
                SqliteException { SqliteErrorCode: 11 or 26 } => new DataFileException($"{path}: {new DataDamagedException(e.Message).Message}", e),
                SqliteException or IOException or UnauthorizedAccessException => new DataFileException(
                    $"{path}: the data file cannot be opened: {e.Message.TrimEnd('.')}. Name another folder with --data, or keep nothing with --in-memory.", e),
                _ => e,
            };
        }
    }

    /// <summary>
    /// The region and the account that the file of a folder was made for, also while another process has it; null where there is no such
    /// file or it cannot be read.
    /// </summary>
    /// <param name="folder">The folder.</param>
    public static AwsLocation? LocationIn(string folder)
    {
        var path = PathIn(folder);
        if (!File.Exists(path))
            return null;
        try
        {
            CheckOurs(path);
            using var connection = Connect(path, SqliteOpenMode.ReadOnly);
            return LocationOf(connection, FormatOf(connection, path));
        }
        catch (Exception e) when (e is SqliteException or DataFileException)
        {
            // Who opens it is told what is wrong with it.
            return null;
        }
    }

    /// <summary>A connection that reads what is committed.</summary>
    /// <exception cref="DataMovedException">At its place there is none, or another.</exception>
    public SqliteConnection OpenReading()
    {
        CheckPlace();
        var connection = Connect(Path, SqliteOpenMode.ReadOnly);
        Execute(connection, "PRAGMA cache_size = -8192");
        return connection;
    }

    /// <summary>Makes sure that what is committed is found where it will be looked for.</summary>
    /// <exception cref="DataMovedException">At its place there is none, or another.</exception>
    public void CheckPlace() => DatabasePlace.Check(Writing, Path);

    public void Dispose()
    {
        try
        {
            Execute(Writing, "PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteException)
        {
            // The log stays beside the file and is read when it is next opened.
        }

        Writing.Dispose();
        _lock.Dispose();
    }

    private static SqliteConnection Connect(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        connection.Open();
        Execute(connection, "PRAGMA busy_timeout = 5000");
        return connection;
    }

    /// <summary>
    /// Takes the file for this process: two writers would each believe themselves alone. Of two that start at a time one has it.
    /// </summary>
    private static FileStream Lock(string path)
    {
        try
        {
            return OwnFolder.Open(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (File.Exists(path + ".lock"))
        {
            throw Held(path, e);
        }
    }

    /// <summary>
    /// Makes sure that a file is of this program, or empty, without touching anything of it: to open another's database makes a log beside
    /// it, or brings into it what a log has. What its header says is enough, since ours says whose it is before there is any log.
    /// </summary>
    private static void CheckOurs(string path)
    {
        if (!File.Exists(path))
            return;
        var untouched = new Uri(System.IO.Path.GetFullPath(path)).AbsoluteUri + "?immutable=1";
        using var connection = Connect(untouched, SqliteOpenMode.ReadOnly);
        var application = Pragma(connection, "application_id");
        var isEmpty = application == 0 && Pragma(connection, "user_version") == 0 && Pragma(connection, "schema_version") == 0
            && !HasContent(path + "-wal") && !HasContent(path + "-journal");
        if (application != ApplicationId && !isEmpty)
            throw new DataFileException($"{path}: this is a database of another program. Name another folder with --data.");
    }

    private static bool HasContent(string path) => new FileInfo(path) is { Exists: true, Length: > 0 };

    /// <summary>
    /// Makes sure that no other process has the database itself, which each holds as long as it has it open: the file beside it that was
    /// locked may be another than the one that process has.
    /// </summary>
    private static void CheckAlone(string path)
    {
        if (!File.Exists(path))
            return;

        // A reader may look at it for a moment.
        using var connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 1 }.ToString());
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA locking_mode = EXCLUSIVE");
            Scalar(connection, "SELECT count(*) FROM sqlite_schema");
        }
        catch (SqliteException e) when (e.SqliteErrorCode == 5)
        {
            throw Held(path, e);
        }
    }

    private static string OwnerOf(string path) => path + ".owner";

    private static void Sign(string path)
    {
        using var owner = new StreamWriter(OwnFolder.Open(OwnerOf(path), FileMode.Create, FileAccess.Write, FileShare.Read));
        owner.WriteLine($"process {Environment.ProcessId} ({System.IO.Path.GetFileNameWithoutExtension(Environment.ProcessPath)})");
    }

    private static DataFileHeldException Held(string path, Exception e)
    {
        string? holder = null;
        try
        {
            holder = File.ReadAllText(OwnerOf(path)).Trim();
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            // Then only that somebody has it can be said.
        }

        return new DataFileHeldException(
            $"{path}: {(string.IsNullOrEmpty(holder) ? "another process" : holder)} has this data file open. End that one, name another folder with --data, or keep nothing with --in-memory.", e);
    }

    /// <summary>The version of the file's tables; 0 of a new file.</summary>
    private static long FormatOf(SqliteConnection connection, string path)
    {
        var version = Pragma(connection, "user_version");
        if (version > Version)
        {
            throw new DataFileException(
                $"{path}: a newer Stateside wrote this data file (format {version}, this one knows {Version}). Use that version, or name another folder with --data.");
        }

        return version;
    }

    private static void Migrate(SqliteConnection connection, long version)
    {
        Execute(connection, "PRAGMA auto_vacuum = INCREMENTAL");
        using var transaction = connection.BeginTransaction();
        for (; version < Version; version++)
            Execute(connection, Migrations[version], transaction);
        Execute(connection, $"PRAGMA user_version = {Version}", transaction);
        Execute(connection, $"PRAGMA application_id = {ApplicationId}", transaction);
        transaction.Commit();
    }

    /// <summary>The region and the account of what the file holds; null where it holds nothing yet.</summary>
    private static AwsLocation? LocationOf(SqliteConnection connection, long version)
    {
        if (version < FirstWithLocation)
        {
            // Until then there was one location.
            var isUsed = version > 0 && Scalar(connection, "SELECT EXISTS(SELECT 1 FROM resource) OR EXISTS(SELECT 1 FROM owner)") != 0;
            return isUsed ? AwsLocation.Default : null;
        }

        using var command = connection.CreateCommand();
        command.CommandText = "SELECT region, account FROM location";
        using var row = command.ExecuteReader();
        return row.Read() ? new AwsLocation(row.GetString(0), row.GetString(1)) : null;
    }

    private static void Keep(SqliteConnection connection, AwsLocation location)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "INSERT OR IGNORE INTO location VALUES(1, $region, $account)";
        command.Parameters.AddWithValue("$region", location.Region);
        command.Parameters.AddWithValue("$account", location.AccountId);
        command.ExecuteNonQuery();
    }

    private static string PathIn(string folder) => System.IO.Path.Combine(folder, "stateside.db");

    private static void CheckWhole(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA quick_check(1)";
        if (command.ExecuteScalar() is string found and not "ok")
            throw new DataDamagedException(found.ReplaceLineEndings(" ").Trim());
    }

    private static long Pragma(SqliteConnection connection, string name) => Scalar(connection, $"PRAGMA {name}");

    private static long Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static void Execute(SqliteConnection connection, string sql, SqliteTransaction? transaction = null)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        command.ExecuteNonQuery();
    }
}
