using System.Runtime.CompilerServices;

namespace Stateside.Testing;

public sealed partial class WorkflowRun
{
    /// <summary>Whether it ran on AWS, where time is no part of what a test decides.</summary>
    internal bool IsDeployed { get; init; }

    /// <summary>
    /// The run as a text that is the same for every run of the same behavior: what happened in order, with branches and iterations one
    /// after the other, times relative to the start, ids and tokens numbered, ARNs without region and account, and long values cut.
    /// </summary>
    /// <returns>The text, a line for each thing that happened.</returns>
    public string Story()
    {
#pragma warning disable RS0030 // Handlers live in real time, and what they take from it is to be recognized.
        return HistoryStory.Tell(this, TimeProvider.System.GetUtcNow());
#pragma warning restore RS0030
    }

    /// <summary>
    /// It did what it did when its snapshot was stored: its <see cref="Story"/> is that of the file <c>Snapshots/Class.Test.txt</c> beside
    /// the test's source. The first run writes the file, except on a build server; with the environment variable STATESIDE_SNAPSHOTS set
    /// to <c>accept</c> every run does. On AWS the test is skipped: a snapshot has virtual times.
    /// </summary>
    /// <param name="name">Tells the snapshots of one test apart, where it has several; null for none.</param>
    /// <param name="normalize">Takes out of the story what differs from run to run and is not known to; null for nothing.</param>
    /// <param name="source">The test's source, which the compiler fills in.</param>
    /// <param name="test">The test's name, which the compiler fills in.</param>
    /// <returns>This run.</returns>
    /// <exception cref="WorkflowAssertionException">It did something else. The message shows the lines that differ, the file and the remedy.</exception>
    public WorkflowRun ShouldMatchSnapshot(
        string? name = null, Func<string, string>? normalize = null, [CallerFilePath] string source = "", [CallerMemberName] string test = "")
    {
        if (IsDeployed)
            throw WorkflowTestSkippedException.Of("A snapshot has virtual times: it is compared where the test runs locally.");
        var story = Story();
        new SnapshotFile(SnapshotFile.PathOf(source, test, name), SnapshotFile.ModeOfEnvironment()).Compare(normalize?.Invoke(story) ?? story);
        return this;
    }
}
