namespace Stateside.Testing;

/// <summary>Finds what a test names by a relative path.</summary>
internal static class SourceFile
{
    /// <summary>
    /// The file or folder of a path: from the current folder, from the program's own, or from any folder above that one, since tests run
    /// in their output folder and the template lies at the repository's root.
    /// </summary>
    /// <returns>The full path; that from the current folder where nothing is found.</returns>
    public static string Find(string path)
    {
        var full = Path.GetFullPath(path);
        if (Exists(full))
            return full;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.GetFullPath(Path.Combine(folder.FullName, path));
            if (Exists(candidate))
                return candidate;
        }

        return full;
    }

    /// <summary>The name of the machine that a definition's file is for: <c>order-intake</c> of <c>order-intake.asl.json</c>.</summary>
    public static string MachineName(string file)
    {
        var name = Path.GetFileName(file).Split('.')[0];
        return name.Length == 0 ? "StateMachine" : name;
    }

    private static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);
}
