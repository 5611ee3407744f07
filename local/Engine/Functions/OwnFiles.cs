namespace Stateside.Engine.Functions;

/// <summary>
/// What Stateside itself writes where it is told to, such as data and logs: it is nobody's code, though it may lie in a folder with code.
/// </summary>
internal static class OwnFiles
{
    private static readonly string[] Extensions = [".db", ".db-wal", ".db-shm", ".db-journal", ".lock", ".log"];

    /// <summary>Whether a file or a folder is one that Stateside writes.</summary>
    /// <param name="folders">The folders that it writes to.</param>
    /// <param name="path">The full path of the file or folder.</param>
    /// <param name="code">The full path of the folder with code. Where that is written to itself, only what is written there by its kind is meant.</param>
    public static bool Has(IReadOnlyList<string> folders, string path, string code)
    {
        foreach (var named in folders)
        {
            var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(named));
            if (IsWithin(path, folder) && (!IsWithin(code, folder) || Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)))
                return true;
        }

        return false;
    }

    private static bool IsWithin(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal) && (path.Length == folder.Length || path[folder.Length] is '/' or '\\');
}
