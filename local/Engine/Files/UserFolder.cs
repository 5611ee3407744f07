namespace Stateside.Engine.Files;

/// <summary>
/// The files below a folder of the user's. Links to folders are followed, since monorepos and package managers lay code out so, but not
/// round in a circle, and not without end: links to links can mean more files than any disk has.
/// </summary>
internal static class UserFolder
{
    /// <summary>Lambda takes 250 MB of code; no folder with as much has more files.</summary>
    public const int MostEntries = 250_000;

    /// <summary>The files, with their paths from the folder.</summary>
    /// <param name="folder">The folder's path.</param>
    /// <param name="isLeftOut">Whether a file or a folder with all below it does not count; null for none.</param>
    /// <exception cref="IOException">There are too many, or a folder cannot be read.</exception>
    public static IEnumerable<(string Path, FileInfo File)> Files(string folder, Func<FileSystemInfo, bool>? isLeftOut = null)
    {
        var seen = 0;
        var root = new DirectoryInfo(Path.GetFullPath(folder));
        return Below(root, "", [Real(root).FullName]);

        IEnumerable<(string, FileInfo)> Below(DirectoryInfo at, string path, List<string> within)
        {
            foreach (var entry in at.EnumerateFileSystemInfos())
            {
                if (++seen > MostEntries)
                    throw new IOException($"{folder} has more than {MostEntries} files and folders. Do links below it lead to folders with links?");
                if (isLeftOut?.Invoke(entry) == true)
                    continue;
                var its = Path.Combine(path, entry.Name);
                if (entry is FileInfo file)
                {
                    yield return (its, file);
                    continue;
                }

                var inner = Real((DirectoryInfo)entry);
                if (within.Contains(inner.FullName))
                    continue;
                within.Add(inner.FullName);
                foreach (var found in Below(inner, its, within))
                    yield return found;
                within.RemoveAt(within.Count - 1);
            }
        }
    }

    // Where a link to a folder leads is looked at from there, so that what lies below has one name however often it is come by.
    private static DirectoryInfo Real(DirectoryInfo folder) =>
        folder.LinkTarget is null ? folder : folder.ResolveLinkTarget(returnFinalTarget: true) as DirectoryInfo ?? folder;
}
