namespace Stateside.Engine.Store;

/// <summary>
/// Folders and files of the service's own, with what executions work on in them: where nobody has made them before, their owner alone
/// reads them. On Windows they have the rights of the folder they are in, such as the owner's profile.
/// </summary>
internal static class OwnFolder
{
    private const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode File = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a folder, and those above it that are not there.</summary>
    public static void Create(string path)
    {
        if (Directory.Exists(path))
            return;
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } above)
            Create(above);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, Folder);
    }

    /// <summary>Opens a file, which is made where it is not there.</summary>
    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = 1 };
        if (!OperatingSystem.IsWindows() && access != FileAccess.Read)
            options.UnixCreateMode = File;
        return new FileStream(path, options);
    }

    /// <summary>Makes an empty file where there is none: SQLite takes that for a new database, and gives what it puts beside it the same rights.</summary>
    public static void CreateFile(string path)
    {
        // Nothing is opened that is there: to close it would take the locks away that this process has on it.
        if (!System.IO.File.Exists(path))
            Open(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();
    }
}
