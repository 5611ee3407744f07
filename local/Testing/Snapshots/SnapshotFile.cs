namespace Stateside.Testing;

/// <summary>What becomes of a snapshot that is not there or differs.</summary>
internal enum SnapshotMode
{
    /// <summary>One that is not there is written; one that differs fails the test.</summary>
    Check,

    /// <summary>One that is not there fails the test too: nobody would commit it.</summary>
    CheckOnly,

    /// <summary>What is now is written.</summary>
    Accept,
}

/// <summary>A snapshot in its file.</summary>
/// <param name="path">The file's path.</param>
/// <param name="mode">What becomes of it when it is not there or differs.</param>
internal sealed class SnapshotFile(string path, SnapshotMode mode)
{
    /// <summary>Says what becomes of snapshots: with the value <c>accept</c>, what is now is written.</summary>
    public const string Variable = "STATESIDE_SNAPSHOTS";

    /// <summary>The mode that the environment asks for.</summary>
    public static SnapshotMode ModeOfEnvironment()
    {
        if (string.Equals(Environment.GetEnvironmentVariable(Variable), "accept", StringComparison.OrdinalIgnoreCase))
            return SnapshotMode.Accept;

        // What build servers set.
        return IsOn("CI") || IsOn("TF_BUILD") ? SnapshotMode.CheckOnly : SnapshotMode.Check;
    }

    /// <summary>The snapshot's file of a test: beside its source, in a folder of their own.</summary>
    /// <param name="source">The path of the test's source as the compiler had it.</param>
    /// <param name="test">The test's name.</param>
    /// <param name="name">Which of the test's snapshots; null for its only one.</param>
    /// <returns>The full path.</returns>
    public static string PathOf(string source, string test, string? name)
    {
        // The compiler may have had a path that Windows writes.
        var parts = source.Replace('\\', '/').Split('/');
        var file = $"{Path.GetFileNameWithoutExtension(parts[^1])}.{test}{(name is null ? "" : $".{name}")}.txt";
        file = string.Join('-', file.Split([.. Path.GetInvalidFileNameChars(), ' '], StringSplitOptions.RemoveEmptyEntries));
        return Path.GetFullPath(Path.Combine(FolderOf(source, parts, Path.Combine("Snapshots", file)), "Snapshots", file));
    }

    /// <summary>
    /// The folder of a source. Where the compiler was told another path than the true one, as a deterministic build (<c>/_/</c>,
    /// <c>/_1/</c>) or
    /// <c>PathMap</c> tells it, what the path ends in is looked for around the tests' output folder: the source, or its snapshot.
    /// </summary>
    private static string FolderOf(string source, string[] parts, string snapshot)
    {
        var folder = string.Join('/', parts[..^1]);
        if (File.Exists(source))
            return folder;
        for (var skipped = 0; skipped < parts.Length; skipped++)
        {
            var end = Path.Combine([.. parts[skipped..^1].Where(part => part.Length > 0 && !part.Contains(':', StringComparison.Ordinal))]);
            for (var around = new DirectoryInfo(AppContext.BaseDirectory); around is not null; around = around.Parent)
            {
                var candidate = Path.Combine(around.FullName, end);
                if (File.Exists(Path.Combine(candidate, parts[^1])) || File.Exists(Path.Combine(candidate, snapshot)))
                    return candidate;
            }
        }

        return Directory.Exists(folder) ? folder : throw new WorkflowAssertionException(
            $"The snapshot belongs beside {source}, which the compiler was told and which lies nowhere around {AppContext.BaseDirectory}. "
            + "Run the test where its source is, or copy the folder Snapshots to the output.");
    }

    /// <summary>Holds a text against the stored one.</summary>
    /// <exception cref="WorkflowAssertionException">It differs, or there is none stored; the message says what to do.</exception>
    public void Compare(string actual)
    {
        var stored = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : null;
        if (stored == actual)
            return;
        if (mode == SnapshotMode.Accept || (stored is null && mode == SnapshotMode.Check))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual);
            return;
        }

        throw new WorkflowAssertionException(stored is null
            ? $"There is no snapshot {path} yet, and a build server keeps none. Run the test on your own machine, read the file that it writes, and commit it. The run:\n\n{actual}"
            : $"The run differs from its snapshot (- stored, + now):\n\n{SnapshotDifference.Of(stored, actual)}\nThe snapshot is {path}. Where the change is right, run the test with {Variable}=accept, which stores what is now, and commit the file.");
    }

    private static bool IsOn(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value
        && !value.Equals("false", StringComparison.OrdinalIgnoreCase) && value != "0";
}
