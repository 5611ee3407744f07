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
        // The compiler may have had a path that Windows writes, or one that a deterministic build shortened to "/_/".
        var parts = source.Replace('\\', '/');
        var folder = parts[..Math.Max(0, parts.LastIndexOf('/'))];
        var file = $"{Path.GetFileNameWithoutExtension(parts[(folder.Length == 0 ? 0 : folder.Length + 1)..])}.{test}{(name is null ? "" : $".{name}")}.txt";
        file = string.Join('-', file.Split([.. Path.GetInvalidFileNameChars(), ' '], StringSplitOptions.RemoveEmptyEntries));
        var found = Directory.Exists(folder) ? folder : SourceFile.Find(folder.StartsWith("/_/", StringComparison.Ordinal) ? folder[3..] : folder.TrimStart('/'));
        return Path.GetFullPath(Path.Combine(found, "Snapshots", file));
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
