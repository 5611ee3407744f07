using System.Text;
using Microsoft.Data.Sqlite;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store.Data;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Store;

public sealed class DataFileTests : IDisposable
{
    private const string Definition = """{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}""";
    private static readonly AwsLocation Frankfurt = new("eu-central-1", "210987654321");
    private readonly Durable _durable = new();

    public void Dispose() => _durable.Dispose();

    [Fact]
    public void A_second_process_is_told_who_has_the_file()
    {
        using var first = DataStore.Open(_durable.Folder);

        var e = Assert.Throws<DataFileHeldException>(() => DataStore.Open(_durable.Folder));

        Assert.Contains($"process {Environment.ProcessId}", e.Message, StringComparison.Ordinal);
        Assert.Contains("--data", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_a_newer_version_wrote_is_refused_and_left_as_it_is()
    {
        DataStore.Open(_durable.Folder).Dispose();
        Change("PRAGMA user_version = 99");

        var e = Assert.Throws<DataFileException>(() => DataStore.Open(_durable.Folder));

        Assert.Contains("a newer Stateside wrote this data file (format 99", e.Message, StringComparison.Ordinal);
        Change("SELECT * FROM execution");
    }

    [Fact]
    public void A_database_of_another_program_is_refused()
    {
        Change("CREATE TABLE theirs(a)");

        Assert.Contains("another program", Assert.Throws<DataFileException>(() => DataStore.Open(_durable.Folder)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("delete", "")]
    [InlineData("wal", "")]
    [InlineData("wal", "PRAGMA application_id = 1196444487; PRAGMA user_version = 7;")]
    public void Nothing_of_a_database_of_another_program_is_touched(string journal, string header)
    {
        // Taken away under a process that has it open, as a kill leaves it: with what the log has.
        var made = Directory.CreateDirectory(Path.Combine(_durable.Folder, "theirs")).FullName;
        using (var theirs = new SqliteConnection($"Data Source={Path.Combine(made, "stateside.db")};Pooling=False"))
        {
            theirs.Open();
            using var command = theirs.CreateCommand();
            command.CommandText = $"PRAGMA journal_mode = {journal}; {header} CREATE TABLE theirs(a); INSERT INTO theirs VALUES(1);";
            command.ExecuteNonQuery();
            foreach (var file in Directory.GetFiles(made).Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)))
                File.Copy(file, Path.Combine(_durable.Folder, Path.GetFileName(file)));
        }

        var before = Files();

        Assert.Contains("another program", Assert.Throws<DataFileException>(() => DataStore.Open(_durable.Folder)).Message, StringComparison.Ordinal);
        Assert.Null(DataStore.LocationIn(_durable.Folder));
        Assert.Equal(before, Files());

        IEnumerable<(string, string)> Files() =>
            [.. Directory.GetFiles(_durable.Folder, "stateside.db*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal).Select(file => (Path.GetFileName(file), Convert.ToHexString(File.ReadAllBytes(file))))];
    }

    [Theory]
    [InlineData("a folder")]
    [InlineData("100%?#")]
    public void A_folder_may_have_any_name(string name)
    {
        var folder = Path.Combine(_durable.Folder, OperatingSystem.IsWindows() ? name.Replace("?", "", StringComparison.Ordinal) : name);
        DataStore.Open(folder).Dispose();

        using var next = DataStore.Open(folder);

        Assert.Equal(2, next.TimesOpened);
    }

    [Fact]
    public void A_file_keeps_the_region_and_the_account_that_it_was_made_with()
    {
        DataStore.Open(_durable.Folder, Frankfurt).Dispose();

        DataStore.Open(_durable.Folder, Frankfurt).Dispose();
        Assert.Equal(Frankfurt, DataStore.LocationIn(_durable.Folder));
        Assert.Null(DataStore.LocationIn(Path.Combine(_durable.Folder, "elsewhere")));
    }

    [Fact]
    public void What_it_was_made_with_can_be_asked_while_another_process_has_it()
    {
        using var held = DataStore.Open(_durable.Folder, Frankfurt);

        Assert.Equal(Frankfurt, DataStore.LocationIn(_durable.Folder));
    }

    [Theory]
    [InlineData("us-east-1", "210987654321")]
    [InlineData("eu-central-1", "123456789012")]
    public void Another_region_or_account_is_refused_in_one_line_that_names_both_and_the_file_left_as_it_is(string region, string account)
    {
        DataStore.Open(_durable.Folder, Frankfurt).Dispose();
        var bytes = File.ReadAllBytes(Database);

        var e = Assert.Throws<DataFileElsewhereException>(() => DataStore.Open(_durable.Folder, new AwsLocation(region, account)));

        Assert.Equal(
            $"{Database}: this data file was made for region eu-central-1 and account 210987654321, not for region {region} and account {account}. "
            + "Give --region eu-central-1 --account 210987654321, name another folder with --data, or keep nothing with --in-memory.",
            e.Message);
        Assert.Equal(bytes, File.ReadAllBytes(Database));
    }

    [Fact]
    public async Task A_file_from_before_there_were_others_is_of_the_default_region_and_account_once_something_is_in_it()
    {
        DataStore.Open(_durable.Folder).Dispose();
        ToFormat2();
        DataStore.Open(_durable.Folder, Frankfurt).Dispose();
        Assert.Equal(Frankfurt, DataStore.LocationIn(_durable.Folder));

        File.Delete(Database);
        await using (var process = _durable.Open())
            await process.EndAsync(await process.StartAsync(Definition));
        ToFormat2();
        Assert.Equal(AwsLocation.Default, DataStore.LocationIn(_durable.Folder));
        Assert.Contains("us-east-1", Assert.Throws<DataFileElsewhereException>(() => DataStore.Open(_durable.Folder, Frankfurt)).Message, StringComparison.Ordinal);
        DataStore.Open(_durable.Folder).Dispose();

        void ToFormat2() => Change("DROP TABLE location; DROP TABLE map_run; DROP TABLE child; DROP INDEX execution_item; PRAGMA user_version = 2");
    }

    [Fact]
    public void What_is_no_database_is_reported_and_kept()
    {
        var bytes = new byte[8192];
        new Random(1).NextBytes(bytes);
        File.WriteAllBytes(Database, bytes);

        var e = Assert.Throws<DataFileException>(() => DataStore.Open(_durable.Folder));

        Assert.Contains($"{Database}: The data file is damaged", e.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(Database));
    }

    [Fact]
    public async Task A_damaged_page_is_found_when_the_file_is_opened()
    {
        await using (var process = _durable.Open())
        {
            for (var i = 0; i < 200; i++)
                await process.EndAsync(await process.StartAsync(Definition, name: $"n{i}"));
        }

        var bytes = await File.ReadAllBytesAsync(Database, TestContext.Current.CancellationToken);
        for (var page = 4096 * 12; page < bytes.Length; page += 4096)
            bytes.AsSpan(page, 512).Fill(0xAB);
        await File.WriteAllBytesAsync(Database, bytes, TestContext.Current.CancellationToken);

        Assert.Contains("damaged", Assert.Throws<DataFileException>(() => DataStore.Open(_durable.Folder)).Message, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Database, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_record_that_is_not_as_it_was_written_is_never_taken_for_good()
    {
        var writer = new RecordWriter();
        writer.Text("a text");
        writer.Number(-5);
        writer.Value(JsonReader.Parse("""{"a":[1.0,"b"]}"""));
        var record = writer.Take();

        var reader = new RecordReader(record);
        Assert.Equal(("a text", -5, """{"a":[1.0,"b"]}"""), (reader.Text(), reader.Number(), reader.Value()!.Text));
        for (var i = 0; i < record.Length; i++)
        {
            var damaged = record.ToArray();
            damaged[i] ^= 0x10;
            Assert.Throws<DataDamagedException>(() => new RecordReader(damaged));
        }
    }

    [Theory]
    [InlineData("""{"a":[1.0,"b\n\"é\u0001"],"z":null}""", false)]
    [InlineData("""{ "a" : [ 1.0, "b\n\"é\u0001" ] }""", true)]
    [InlineData("7", false)]
    [InlineData("\"x\"", true)]
    public void A_value_that_is_passed_on_unread_has_the_text_that_the_value_itself_has(string text, bool keepText)
    {
        var small = JsonReader.Parse(text, keepText);
        var large = JsonReader.Parse($"[ {text}, \"{new string('é', 2000)}\" ]", keepText);
        JsonValue[] values =
        [
            small, large, JsonArray.OfTexts([small, large, JsonArray.OfTexts([large, small])]),
            JsonArray.OfTexts([JsonValue.From(1), JsonReader.Parse("[ 2 ]", keepText: true)]),
        ];
        var kept = new List<byte[]>();
        var writer = new RecordWriter(value =>
        {
            var inner = new RecordWriter();
            inner.Value(value);
            kept.Add(inner.Take());
            return kept.Count - 1;
        });
        foreach (var value in values)
            writer.Value(value);
        writer.Value(null);
        var record = writer.Take();

        var read = new RecordReader(record, number => new RecordReader(kept[number]).Value()!);
        var passed = new RecordReader(record, findText: number => new RecordReader(kept[number]).ValueText()!);
        foreach (var value in values)
        {
            Assert.Equal(value.Text, read.Value()!.Text);
            Assert.Equal(value.Text, Encoding.UTF8.GetString(passed.ValueText()!.Utf8.Span));
        }

        Assert.Null(passed.ValueText());
        Assert.NotEmpty(kept);
    }

    [Fact]
    public async Task On_a_full_disk_nothing_new_begins_what_runs_is_kept_and_goes_on_when_there_is_room()
    {
        string arn;
        var saved = new List<string>();
        await using (var process = _durable.Open(_ => ValueTask.FromResult<TaskOutcome>(new TaskOutcome.Completed(JsonValue.From(new string('y', 3000)))), maxPages: 64))
        {
            var refused = 0;
            for (var i = 0; i < 400 && refused == 0; i++)
            {
                try
                {
                    saved.Add(await process.StartAsync(Definition, $"\"{new string('x', 3000)}\"", $"n{i}"));
                }
                catch (DataNotSavedException e)
                {
                    Assert.Contains("full", e.Message, StringComparison.Ordinal);
                    refused++;
                }
            }

            Assert.Equal(1, refused);
            Assert.NotNull(process.Data.Trouble);
            await Assert.ThrowsAsync<DataNotSavedException>(() => process.StartAsync(Definition, name: "other"));
            arn = saved[^1];
            Assert.Equal(ExecutionStatus.Succeeded, process.Engine.Describe(arn)!.Status);
        }

        await using var next = _durable.Open();
        Assert.Equal(0, next.Engine.Restore());
        Assert.All(saved, execution => Assert.Equal(ExecutionStatus.Succeeded, next.Engine.Describe(execution)!.Status));
        await next.EndAsync(await next.StartAsync(Definition, name: "other"));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_a_mistake_of_the_users()
    {
        var file = Path.Combine(_durable.Folder, "a file");
        File.WriteAllText(file, "");

        Assert.Contains("--data", Assert.Throws<DataFileException>(() => DataStore.Open(file)).Message, StringComparison.Ordinal);
    }

    private string Database => Path.Combine(_durable.Folder, "stateside.db");

    private void Change(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
