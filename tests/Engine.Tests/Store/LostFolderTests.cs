using Microsoft.Data.Sqlite;
using Stateside.Engine.History;
using Stateside.Engine.Store.Data;

namespace Stateside.Engine.Tests.Store;

/// <summary>A data folder that is taken away under the service that has it open, which Windows does not allow.</summary>
public sealed class LostFolderTests : IDisposable
{
    private const string Definition = """{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}""";
    private readonly Durable _durable = new();

    public void Dispose()
    {
        Directory.CreateDirectory(_durable.Folder);
        _durable.Dispose();
    }

    [Fact]
    public async Task Of_a_folder_that_is_deleted_nothing_more_is_acknowledged_and_one_line_names_it_and_the_remedy()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps an open file where it is.");
        await using var process = _durable.Open();
        var told = new List<Exception>();
        process.Data.OnTrouble(told.Add);
        await process.EndAsync(await process.StartAsync(Definition));

        Directory.Delete(_durable.Folder, recursive: true);

        await Assert.ThrowsAsync<DataNotSavedException>(() => process.StartAsync(Definition, name: "other"));
        var line = Assert.IsType<DataMovedException>(Assert.Single(told)).Message;
        Assert.Contains($"the folder {_durable.Folder} ", line, StringComparison.Ordinal);
        Assert.Contains("start anew", line, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_durable.Folder));
    }

    [Fact]
    public async Task Of_a_file_that_is_deleted_or_replaced_nothing_more_is_acknowledged_though_its_folder_is_there()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps an open file where it is.");
        await using var process = _durable.Open();
        await process.EndAsync(await process.StartAsync(Definition));

        File.Delete(process.Data.Path);
        await File.WriteAllTextAsync(process.Data.Path, "", TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<DataNotSavedException>(() => process.StartAsync(Definition, name: "other"));
    }

    [Fact]
    public async Task Another_folder_in_its_place_gets_and_gives_nothing_and_all_goes_on_when_the_first_is_back()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps an open file where it is.");
        using var other = new Durable();
        DataStore.Open(other.Folder).Dispose();
        await using var process = _durable.Open();
        using var advance = process.Engine.HoldTime();
        var arn = await process.StartAsync("""{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":1,"Next":"B"},"B":{"Type":"Pass","End":true}}}""");
        Directory.Move(_durable.Folder, _durable.Folder + ".away");
        Directory.Move(other.Folder, _durable.Folder);

        await Assert.ThrowsAsync<DataNotSavedException>(() => process.StartAsync(Definition, name: "other"));

        Directory.Move(_durable.Folder, other.Folder);
        Directory.Move(_durable.Folder + ".away", _durable.Folder);
        advance.Dispose();
        Assert.Equal(ExecutionStatus.Succeeded, (await process.EndAsync(arn)).Status);
        Assert.Null(process.Data.Trouble);
        await process.EndAsync(await process.StartAsync(Definition, name: "other"));
    }

    [Fact]
    public void A_second_process_is_told_who_has_the_file_though_the_file_that_was_locked_is_gone()
    {
        using var first = DataStore.Open(_durable.Folder);
        File.Delete(first.Path + ".lock");

        var e = Assert.Throws<DataFileHeldException>(() => DataStore.Open(_durable.Folder));

        Assert.Contains($"process {Environment.ProcessId}", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_only_reads_the_file_while_nobody_has_it_finds_it_whole_and_keeps_nobody_out()
    {
        DataStore.Open(_durable.Folder).Dispose();
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(_durable.Folder, "stateside.db")};Mode=ReadOnly;Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT times FROM opened";
            Assert.Equal(1L, command.ExecuteScalar());
        }

        using var next = DataStore.Open(_durable.Folder);
        Assert.Equal(2, next.TimesOpened);
    }

    [Fact]
    public void What_is_made_is_readable_by_its_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows gives it the rights of the folder that it is in.");
        var (own, theirs) = (Path.Combine(_durable.Folder, "new", ".stateside"), Directory.CreateDirectory(Path.Combine(_durable.Folder, "theirs")).FullName);
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        using var first = DataStore.Open(own);
        using var second = DataStore.Open(theirs);

        Assert.Equal(UnixFileMode.None, ModeOf(own) & Others);
        Assert.Equal(UnixFileMode.None, ModeOf(Path.GetDirectoryName(own)!) & Others);
        Assert.All(
            Directory.GetFiles(own).Concat(Directory.GetFiles(theirs)), path => Assert.Equal(UnixFileMode.None, ModeOf(path) & Others));
        Assert.Equal(6, Directory.GetFiles(theirs).Length);

        static UnixFileMode ModeOf(string path) => OperatingSystem.IsWindows() ? UnixFileMode.None : File.GetUnixFileMode(path);
    }
}
