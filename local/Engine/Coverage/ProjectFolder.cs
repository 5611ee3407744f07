namespace Stateside.Engine.Coverage;

/// <summary>Finds the folder that reports give files relative to, so that reports from several machines and folders agree.</summary>
internal static class ProjectFolder
{
    /// <summary>The nearest folder around a file that is a repository's, else a solution's, else the file's own.</summary>
    /// <param name="file">The file's full path.</param>
    /// <returns>The folder's full path.</returns>
    public static string Of(string file)
    {
        var own = Path.GetDirectoryName(Path.GetFullPath(file))!;
        return Nearest(own, folder => Path.Exists(Path.Combine(folder, ".git")))
            ?? Nearest(own, folder => Directory.Exists(folder) && Directory.EnumerateFiles(folder, "*.sln*").Any())
            ?? own;
    }

    private static string? Nearest(string from, Func<string, bool> isIt)
    {
        for (var folder = from; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (isIt(folder))
                return folder;
        }

        return null;
    }
}
