using Stateside.Engine.History;
using Stateside.Engine.Replay;

namespace Stateside.Testing;

public sealed partial class WorkflowTest
{
    /// <summary>
    /// The histories in a folder, for a theory over all of them: what was recorded of executions in production, each to be given to
    /// <see cref="ReplayAsync"/>.
    /// </summary>
    /// <param name="folder">
    /// The folder. A relative one is looked for in the current folder, in the program's, and in those above it.
    /// </param>
    /// <returns>Their paths, in alphabetical order. What only describes an execution is none.</returns>
    /// <exception cref="WorkflowAssertionException">There is none.</exception>
    public static IReadOnlyList<string> Histories(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        IReadOnlyList<string> found = [.. FilesIn(SourceFile.Find(folder)).Where(IsHistory).Select(file => Path.Combine(folder, Path.GetFileName(file)))];
        return found.Count > 0 ? found : throw new WorkflowAssertionException($"{folder}: no history is in this folder.");
    }

    /// <summary>
    /// Runs the machine with what was recorded of an execution on AWS: its tasks answer as they did, and time passes as it did. Nothing is
    /// called, and stubs are not asked. It fails where the machine goes another way today, and tells the story.
    /// </summary>
    /// <param name="history">
    /// The file: what <c>aws stepfunctions get-execution-history</c> wrote, or log lines of Express executions; what describes it is found
    /// beside it. Or a folder of such files. A relative one is looked for in the current folder, in the program's, and in those above it.
    /// </param>
    /// <param name="options">What may be otherwise; null for nothing.</param>
    /// <returns>Completes when it went the same way.</returns>
    /// <exception cref="WorkflowAssertionException">It goes another way, or the history cannot be read.</exception>
    public async Task ReplayAsync(string history, WorkflowReplayOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        FailingTest.GoesOn();
        FailingTest.Leave();
        options ??= new WorkflowReplayOptions();
        if (options.Ignore.FirstOrDefault(path => !IgnoredPaths.IsPath(path)) is { } wrong)
            throw new WorkflowAssertionException($"WorkflowReplayOptions.Ignore: '{wrong}' is no path such as $.issuedAt or $.lines[*].id.");
        var machine = Machine;
        var records = Reading(() => Read(SourceFile.Find(history)));
        var roots = records.Where(record => record.MapRunArn is null).Select(record => new ReplaySetup(record, machine)
        {
            Renames = options.Renames,
            Ignored = new IgnoredPaths(options.Ignore),
            Region = Options.Region,
        }).ToList();
        var children = Reading(() => ReplaySetup.ChildrenOf(roots, [.. records.Where(record => record.MapRunArn is not null)]));
        List<ReplaySetup> setups = [.. roots, .. children];
        var results = await System.Threading.Tasks.Task.Run(() => setups.ConvertAll(Replayer.Run)).ConfigureAwait(false);
        var others = results.Where(result => result.First is not null).Select(result => ReplayText.Story(result, _ => null)).ToList();
        if (others.Count > 0)
            throw new WorkflowAssertionException(string.Join("\n\n", others));
    }

    private static IReadOnlyList<RecordedExecution> Read(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
            throw new WorkflowAssertionException($"{path}: There is no such file. Give the path of a history, or of a folder of them.");

        // Of the other files beside a history only what describes executions has to do with it.
        var files = Directory.Exists(path) ? FilesIn(path) : [path, .. FilesIn(Path.GetDirectoryName(path)!).Where(file => file != path && !IsHistory(file))];
        return RecordedExecutions.Read([.. files.Select(file => new RecordFile(Path.GetFileName(file), File.ReadAllText(file)))]);
    }

    private static T Reading<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (RecordException e)
        {
            throw new WorkflowAssertionException(e.Message);
        }
    }

    private static IEnumerable<string> FilesIn(string folder) => !Directory.Exists(folder)
        ? throw new WorkflowAssertionException($"{folder}: There is no such folder.")
        : RecordFile.In(folder);

    /// <summary>Whether a file has events; what cannot be read is taken for a history, so that its replay says why.</summary>
    private static bool IsHistory(string file)
    {
        try
        {
            return HistoryDocuments.Of(new RecordFile(file, File.ReadAllText(file))).Pages.Count > 0;
        }
        catch (RecordException)
        {
            return true;
        }
    }
}
