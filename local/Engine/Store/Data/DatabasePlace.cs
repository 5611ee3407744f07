using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Stateside.Engine.Store.Data;

/// <summary>
/// Whether the file of an open database still is where it was opened. What is written to one that was deleted, or whose folder was, is
/// gone when its process ends; one that was moved is not found again.
/// See https://www.sqlite.org/c3ref/c_fcntl_begin_atomic_write.html#sqlitefcntlhasmoved.
/// </summary>
internal static class DatabasePlace
{
    private const int HasMoved = 20;

    /// <summary>Makes sure of it; one look at the folder.</summary>
    /// <param name="connection">The database.</param>
    /// <param name="path">Its file.</param>
    /// <exception cref="DataMovedException">At its place there is none, or another.</exception>
    public static void Check(SqliteConnection connection, string path)
    {
        // On Windows there is no such question: an open file, and its folder, can be neither moved nor deleted.
        var isMoved = 0;
        if (connection.Handle is { } database && sqlite3_file_control(database, null, HasMoved, ref isMoved) == raw.SQLITE_OK && isMoved != 0)
            throw new DataMovedException(path);
    }

    [DllImport("e_sqlite3", CallingConvention = CallingConvention.Cdecl, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int sqlite3_file_control(sqlite3 database, string? name, int operation, ref int argument);
}
