namespace Stateside.Testing.Tests;

public sealed class SnapshotFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stateside-snapshots-");

    private string Stored => Path.Combine(_folder.FullName, "Snapshots", "Orders.Pays.txt");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_first_run_writes_the_file_beside_the_test_and_the_second_agrees()
    {
        var path = SnapshotFile.PathOf(Path.Combine(_folder.FullName, "Orders.cs"), "Pays", null);
        Assert.Equal(Stored, path);
        new SnapshotFile(path, SnapshotMode.Check).Compare("one\ntwo\n");
        Assert.Equal("one\ntwo\n", File.ReadAllText(path));
        File.WriteAllText(path, "one\r\ntwo\r\n");
        new SnapshotFile(path, SnapshotMode.CheckOnly).Compare("one\ntwo\n");
    }

    [Fact]
    public void Several_snapshots_of_a_test_have_names() => Assert.Equal(
        "Orders.Pays.in-euro.txt", Path.GetFileName(SnapshotFile.PathOf(Path.Combine(_folder.FullName, "Orders.cs"), "Pays", "in euro")));

    [Theory]
    [InlineData("/_/tests/Testing.Tests/SnapshotFileTests.cs")]
    [InlineData("/_1/Testing.Tests/SnapshotFileTests.cs")]
    [InlineData("/src/SnapshotFileTests.cs")]
    [InlineData("Q:\\agent\\work\\Testing.Tests\\SnapshotFileTests.cs")]
    public void A_source_whose_path_the_build_has_mapped_is_found_around_the_tests(string mapped) =>
        Assert.Equal(SnapshotFile.PathOf(ThisFile(), "Pays", null), SnapshotFile.PathOf(mapped, "Pays", null));

    [Fact]
    public void A_source_that_lies_nowhere_is_told_instead_of_a_snapshot_written_anywhere() => Assert.StartsWith(
        "The snapshot belongs beside /_/none/Orders.cs",
        Assert.Throws<WorkflowAssertionException>(() => SnapshotFile.PathOf("/_/none/Orders.cs", "Pays", null)).Message,
        StringComparison.Ordinal);

    private static string ThisFile([System.Runtime.CompilerServices.CallerFilePath] string path = "") => path;

    [Fact]
    public void A_build_server_writes_none_and_says_what_to_do()
    {
        var e = Assert.Throws<WorkflowAssertionException>(() => new SnapshotFile(Stored, SnapshotMode.CheckOnly).Compare("one\n"));
        Assert.Contains($"There is no snapshot {Stored} yet", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Stored));
    }

    [Fact]
    public void A_difference_is_shown_with_the_file_and_the_remedy()
    {
        var stored = string.Concat(Enumerable.Range(1, 20).Select(i => $"line {i}\n"));
        new SnapshotFile(Stored, SnapshotMode.Check).Compare(stored);
        var actual = stored.Replace("line 3\n", "line three\n", StringComparison.Ordinal).Replace("line 18\n", "", StringComparison.Ordinal);
        var e = Assert.Throws<WorkflowAssertionException>(() => new SnapshotFile(Stored, SnapshotMode.Check).Compare(actual));
        Assert.Equal(
            $"""
            The run differs from its snapshot (- stored, + now):

                line 1
                line 2
              - line 3
              + line three
                line 4
                line 5
                …
                line 16
                line 17
              - line 18
                line 19
                line 20

            The snapshot is {Stored}. Where the change is right, run the test with STATESIDE_SNAPSHOTS=accept, which stores what is now, and commit the file.
            """,
            e.Message,
            ignoreLineEndingDifferences: true);
        Assert.Equal(stored, File.ReadAllText(Stored));
        new SnapshotFile(Stored, SnapshotMode.Accept).Compare(actual);
        Assert.Equal(actual, File.ReadAllText(Stored));
    }

    [Fact]
    public void Of_many_differences_the_first_are_shown()
    {
        var stored = string.Concat(Enumerable.Range(1, 5000).Select(i => $"line {i}\n"));
        var difference = SnapshotDifference.Of(stored, stored.Replace("line", "row", StringComparison.Ordinal));
        Assert.InRange(difference.Split('\n').Length, 10, 50);
        Assert.EndsWith("… and more\n", difference, StringComparison.Ordinal);
    }
}
