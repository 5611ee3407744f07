using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Items;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Engine.Tests.Execution;

/// <summary>Where the results of a map run go, and how they look there.</summary>
public sealed class MapResultsTests
{
    private const string MapRun = "arn:aws:states:us-east-1:123456789012:mapRun:Orders/items:7f";
    private const string Folder = "runs/7f";

    private static readonly DateTimeOffset Start = new(2026, 1, 31, 9, 30, 0, 99, TimeSpan.Zero);
    private static readonly TaskResource PutObject = TaskResource.Parse("arn:aws:states:::s3:putObject")!;

    private static readonly StateMachine Orders = new()
    {
        Arn = "arn:aws:states:us-east-1:123456789012:stateMachine:Orders",
        Name = "Orders",
        RoleArn = "",
        DefinitionText = "",
        Definition = DefinitionParser.Parse("""{"StartAt":"P","States":{"P":{"Type":"Pass","End":true} } }""").Definition!,
        RevisionId = "r",
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private readonly MadeUpBucket _bucket = new();

    public static TheoryData<string?, string?, string, string> Files => new()
    {
        { "COMPACT", "JSON", """[[1,2],"a\nb"]""", "json" },
        { "COMPACT", "JSONL", "[1,2]\n\"a\\nb\"\n", "jsonl" },
        { "FLATTEN", "JSON", """[1,2,"a\nb"]""", "json" },
        { "FLATTEN", "JSONL", "1\n2\n\"a\\nb\"\n", "jsonl" },
        { "NONE", "JSON", $"[{Told(0, "[1,2]")},{Told(1, "\"a\\nb\"")}]", "json" },
        { "NONE", "JSONL", $"{Told(0, "[1,2]")}\n{Told(1, "\"a\\nb\"")}\n", "jsonl" },
        { null, null, $"[{Told(0, "[1,2]")},{Told(1, "\"a\\nb\"")}]", "json" },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Results_are_written_as_the_writer_wants_them(string? transformation, string? type, string content, string extension)
    {
        await using var results = Written(transformation, type);
        await results.AddAsync(Succeeded(0, "[1, 2]"), Token);
        await results.AddAsync(Succeeded(1, "\"a\\nb\""), Token);

        await results.FinishAsync(None, Token);

        Assert.Equal([$"{Folder}/SUCCEEDED_0.{extension}", $"{Folder}/manifest.json"], _bucket.Objects.Keys);
        Assert.Equal(content, _bucket.Text($"{Folder}/SUCCEEDED_0.{extension}"));
    }

    public static TheoryData<string?, string> Gathered => new()
    {
        { null, """[[1,2],{"Error":"E","Cause":"c"},{"a": 1}]""" },
        { "COMPACT", $$"""[[1,2],{{Failed}},{"a": 1}]""" },
        { "FLATTEN", $$"""[1,2,{{Failed}},{"a": 1}]""" },
        { "NONE", $"[{Told(0, "[1,2]")},{Failed},{Told(2, "{\"a\": 1}")}]" },
    };

    [Theory]
    [MemberData(nameof(Gathered))]
    public async Task Results_are_gathered_in_the_order_of_the_items(string? transformation, string result)
    {
        await using var results = Of(transformation is null ? null : new ResultWriter(null, null, Configuration(transformation, null)));
        foreach (var child in new[] { Succeeded(2, """{"a": 1}""", keepText: true), Ended(1, ExecutionStatus.Failed, "E", "c"), Succeeded(0, "[1,2]") })
            await results.AddAsync(child, Token);

        Assert.Equal(result, (await results.FinishAsync(None, Token))?.Text);
    }

    [Fact]
    public async Task What_is_gathered_may_have_as_many_bytes_as_a_payload_and_no_more()
    {
        const int Most = 262_144;
        await using var fitting = (GatheredResults)Of(null);
        await using var longer = (GatheredResults)Of(null);
        foreach (var (results, length) in new[] { (fitting, Most), (longer, Most + 1) })
        {
            await results.AddAsync(Succeeded(0, "1"), Token);
            await results.AddAsync(Succeeded(1, $"\"{new string('x', length - "[1,\"\"]".Length)}\""), Token);
        }

        Assert.Equal(Most, fitting.Buffered);
        Assert.NotNull(await fitting.FinishAsync(None, Token));
        Assert.Equal(0, longer.Buffered);
        Assert.Null(await longer.FinishAsync(None, Token));
    }

    [Fact]
    public async Task All_that_did_not_succeed_is_told_of_in_one_file_whatever_the_transformation()
    {
        await using var results = Written("FLATTEN", null);
        await results.AddAsync(Ended(0, ExecutionStatus.Failed, "E", "c"), Token);
        await results.AddAsync(Ended(1, ExecutionStatus.TimedOut, "States.Timeout", null), Token);
        await results.AddAsync(Ended(2, ExecutionStatus.Aborted, null, null), Token);

        var result = (JsonObject)(await results.FinishAsync(Pending("""{"n": 1}""", "2"), Token))!;

        var told = ((JsonArray)JsonReader.Parse(_bucket.Text($"{Folder}/FAILED_0.json"))).Cast<JsonObject>().ToList();
        Assert.Equal(["FAILED", "TIMED_OUT", "ABORTED"], told.Select(child => ((JsonString)child["Status"]!).Value));
        Assert.Equal(
            """{"Cause":"c","Error":"E","ExecutionArn":"arn:aws:states:us-east-1:123456789012:execution:Orders/items:0","Input":"0","InputDetails":{"Included":true},"Name":"0","OutputDetails":{"Included":true},"RedriveCount":0,"RedriveStatus":"REDRIVABLE_BY_MAP_RUN","StartDate":"2026-01-31T09:30:00.099Z","StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:Orders/items","Status":"FAILED","StopDate":"2026-01-31T09:30:01Z"}""",
            told[0].Text);
        Assert.Equal(
            """[{"Input":"{\"n\": 1}","InputDetails":{"Included":true},"Status":"PENDING"},{"Input":"2","InputDetails":{"Included":true},"Status":"PENDING"}]""",
            _bucket.Text($"{Folder}/PENDING_0.json"));
        Assert.Equal(
            $$$"""{"DestinationBucket":"b","MapRunArn":"{{{MapRun}}}","ResultFiles":{"FAILED":[{"Key":"{{{Folder}}}/FAILED_0.json","Size":{{{_bucket.Size($"{Folder}/FAILED_0.json")}}}}],"PENDING":[{"Key":"{{{Folder}}}/PENDING_0.json","Size":{{{_bucket.Size($"{Folder}/PENDING_0.json")}}}}],"SUCCEEDED":[]}}""",
            _bucket.Text($"{Folder}/manifest.json"));
        Assert.Equal($$$"""{"MapRunArn":"{{{MapRun}}}","ResultWriterDetails":{"Bucket":"b","Key":"{{{Folder}}}/manifest.json"}}""", result.Text);
    }

    [Fact]
    public async Task A_child_that_was_redriven_tells_of_it()
    {
        await using var results = Written(null, null);
        await results.AddAsync(Succeeded(0, "1") with { RedriveCount = 2, RedriveDate = Start, AliasArn = "alias", VersionArn = "version" }, Token);

        await results.FinishAsync(None, Token);

        Assert.Contains(
            """
            "RedriveCount":2,"RedriveDate":"2026-01-31T09:30:00.099Z","RedriveStatus":"NOT_REDRIVABLE","RedriveStatusReason":"Execution is SUCCEEDED and cannot be redriven"
            """.Trim(),
            _bucket.Text($"{Folder}/SUCCEEDED_0.json"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Results_stand_in_the_order_of_the_items_although_the_first_is_slow()
    {
        await using var results = Written("COMPACT", "JSONL");
        for (var i = 5_000; i > 0; i--)
            await results.AddAsync(Succeeded(i, $"{i}"), Token);
        await results.AddAsync(Succeeded(0, "0"), Token);

        await results.FinishAsync(None, Token);

        Assert.Equal(Enumerable.Range(0, 5_001).Select(i => $"{i}"), _bucket.Lines($"{Folder}/SUCCEEDED_0.jsonl"));
    }

    [Fact]
    public async Task Results_do_not_wait_for_an_earlier_one_beyond_ten_thousand()
    {
        await using var results = (WrittenResults)Written("COMPACT", "JSONL");
        for (var i = 1; i <= 10_002; i++)
            await results.AddAsync(Succeeded(i, $"{i}"), Token);
        await results.AddAsync(Succeeded(0, "0"), Token);

        await results.FinishAsync(None, Token);

        Assert.Equal([.. Enumerable.Range(1, 10_002).Select(i => $"{i}"), "0"], _bucket.Lines($"{Folder}/SUCCEEDED_0.jsonl"));
        Assert.Equal(0, results.Buffered);
    }

    [Fact]
    public async Task No_more_than_a_part_and_the_results_that_wait_are_in_memory()
    {
        var output = $"\"{new string('x', 100)}\"";
        await using var results = (WrittenResults)Written(null, "JSONL");
        var most = 0L;
        for (var i = 0; i < 100_000; i++)
        {
            // The first of each hundred ends last.
            await results.AddAsync(Succeeded(i % 100 == 99 ? i - 99 : i + 1, output), Token);
            most = Math.Max(most, results.Buffered);
        }

        await results.FinishAsync(None, Token);

        Assert.InRange(most, 1, 9 * 1024 * 1024);
        Assert.Equal(
            Enumerable.Range(0, 100_000).Select(i => $"\"Name\":\"{i}\""),
            _bucket.Lines($"{Folder}/SUCCEEDED_0.jsonl").Select(line => line[line.IndexOf("\"Name\"", StringComparison.Ordinal)..line.IndexOf(",\"Output\"", StringComparison.Ordinal)]));
        Assert.All(_bucket.PartSizes.SkipLast(1), size => Assert.InRange(size, 5 * 1024 * 1024, 8 * 1024 * 1024));
        Assert.Equal(_bucket.Size($"{Folder}/SUCCEEDED_0.jsonl"), _bucket.PartSizes.Sum());
    }

    [Theory]
    [InlineData("JSON", """["aaaa","bbbb"]""", """["cccc"]""")]
    [InlineData("JSONL", "\"aaaa\"\n\"bbbb\"\n", "\"cccc\"\n")]
    public async Task A_file_that_is_full_is_followed_by_another(string type, string first, string second)
    {
        await using var results = new WrittenResults(Form("COMPACT", type), Parameters("runs"), MapRun, _bucket.Storage, longestFile: 16);
        foreach (var (i, text) in new[] { "aaaa", "bbbb", "cccc" }.Index())
            await results.AddAsync(Succeeded(i, $"\"{text}\""), Token);

        await results.FinishAsync(None, Token);

        var extension = type.ToLowerInvariant();
        Assert.Equal((first, second), (_bucket.Text($"{Folder}/SUCCEEDED_0.{extension}"), _bucket.Text($"{Folder}/SUCCEEDED_1.{extension}")));
        Assert.Contains($$"""{"Key":"{{Folder}}/SUCCEEDED_1.{{extension}}","Size":{{second.Length}}}""", _bucket.Text($"{Folder}/manifest.json"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_arrays_leave_nothing_between_the_others()
    {
        await using var results = Written("FLATTEN", "JSON");
        foreach (var (i, output) in new[] { "[]", "[1]", "[]", "[2,3]" }.Index())
            await results.AddAsync(Succeeded(i, output), Token);

        await results.FinishAsync(None, Token);

        Assert.Equal("[1,2,3]", _bucket.Text($"{Folder}/SUCCEEDED_0.json"));
    }

    [Theory]
    [InlineData(null, "7f")]
    [InlineData("", "7f")]
    [InlineData("a/b/", "a/b/7f")]
    [InlineData("/größe €/", "/größe €/7f")]
    public async Task Files_lie_in_a_folder_of_the_run(string? prefix, string folder)
    {
        await using var results = new WrittenResults(Form("COMPACT", null), Parameters(prefix), MapRun, _bucket.Storage);
        await results.AddAsync(Succeeded(0, "1"), Token);

        await results.FinishAsync(None, Token);

        Assert.Equal([$"{folder}/SUCCEEDED_0.json", $"{folder}/manifest.json"], _bucket.Objects.Keys);
    }

    [Fact]
    public void A_writer_without_a_bucket_is_refused() =>
        Assert.Equal("The ResultWriter names no Bucket.", Assert.Throws<MapItemsException>(() => { _ = new WrittenResults(Form(null, null), JsonObject.Empty, MapRun, _bucket.Storage); }).Message);

    [Fact]
    public async Task A_bucket_that_is_not_there_is_told()
    {
        _bucket.Refuses = _ => true;
        await using var results = Written("COMPACT", null);
        await results.AddAsync(Succeeded(0, "1"), Token);

        await Assert.ThrowsAsync<MapItemsException>(async () => await results.FinishAsync(None, Token));
    }

    [Fact]
    public async Task A_part_that_is_refused_is_told_and_its_file_given_up()
    {
        _bucket.Refuses = call => call == "UploadPart 2";
        var results = Written(null, null);

        await Assert.ThrowsAsync<MapItemsException>(() => AddManyAsync(results, 30_000));
        await results.DisposeAsync();

        Assert.Equal(["CreateMultipartUpload", "UploadPart 1", "UploadPart 2", "AbortMultipartUpload"], _bucket.Calls);
        Assert.Empty(_bucket.Objects);
        Assert.Empty(_bucket.Uploads);
    }

    [Theory]
    [InlineData(10, "PutObject")]
    [InlineData(30_000, "CreateMultipartUpload")]
    [InlineData(30_000, "UploadPart 1")]
    [InlineData(30_000, "UploadPart 2")]
    [InlineData(30_000, "CompleteMultipartUpload")]
    [InlineData(30_000, "PutObject")]
    public async Task What_S3_refuses_is_written_after_a_redrive(int count, string refused)
    {
        _bucket.Refuses = call => call == refused;
        await using var results = Written("COMPACT", null);
        var output = $"\"{new string('x', 500)}\"";
        for (var i = 0; i < count; i++)
            await RefusedAsync(() => results.AddAsync(Succeeded(i, output), Token));
        await RefusedAsync(async () => await results.FinishAsync(None, Token));
        await RefusedAsync(() => results.TakeBackAsync(Token));
        _bucket.Refuses = _ => false;

        await results.TakeBackAsync(Token);
        await results.AddAsync(Succeeded(count, "1"), Token);
        await results.FinishAsync(None, Token);

        var files = _bucket.Objects.Keys.Where(key => key.Contains("SUCCEEDED", StringComparison.Ordinal));
        Assert.Equal(count + 1, files.Sum(file => ((JsonArray)JsonReader.Parse(_bucket.Text(file))).Count));
        Assert.Empty(_bucket.Uploads);

        static async Task RefusedAsync(Func<ValueTask> ask)
        {
            try
            {
                await ask();
            }
            catch (MapItemsException)
            {
            }
        }
    }

    [Fact]
    public async Task What_is_not_finished_is_given_up()
    {
        var results = Written(null, null);
        await AddManyAsync(results, 30_000);
        Assert.NotEmpty(_bucket.Uploads);

        await results.DisposeAsync();

        Assert.Empty(_bucket.Uploads);
    }

    [Fact]
    public async Task What_is_finished_stays()
    {
        var results = Written(null, null);
        await AddManyAsync(results, 30_000);
        await results.FinishAsync(None, Token);

        await results.DisposeAsync();

        Assert.DoesNotContain("AbortMultipartUpload", _bucket.Calls);
    }

    [Fact]
    public async Task What_a_killed_run_left_is_forgotten()
    {
        _bucket.Uploads["old"] = $"{Folder}/SUCCEEDED_0.json";
        _bucket.Uploads["other"] = "runs/8/SUCCEEDED_0.json";
        await using var results = Written(null, null);

        await results.ForgetEarlierAsync(Token);

        Assert.Equal(["other"], _bucket.Uploads.Keys);
    }

    [Fact]
    public async Task Who_may_not_list_uploads_may_write_results()
    {
        _bucket.Refuses = call => call == "ListMultipartUploads";
        await using var results = Written("COMPACT", null);

        await results.ForgetEarlierAsync(Token);
        await results.AddAsync(Succeeded(0, "1"), Token);
        await results.FinishAsync(None, Token);

        Assert.Equal("[1]", _bucket.Text($"{Folder}/SUCCEEDED_0.json"));
    }

    private static string Told(int i, string output) => $$"""
        {"ExecutionArn":"arn:aws:states:us-east-1:123456789012:execution:Orders/items:{{i}}","Input":"{{i}}","InputDetails":{"Included":true},"Name":"{{i}}","Output":{{JsonValue.From(output).Text}},"OutputDetails":{"Included":true},"RedriveCount":0,"RedriveStatus":"NOT_REDRIVABLE","RedriveStatusReason":"Execution is SUCCEEDED and cannot be redriven","StartDate":"2026-01-31T09:30:00.099Z","StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:Orders/items","Status":"SUCCEEDED","StopDate":"2026-01-31T09:30:01Z"}
        """;

    private static string Failed => """
        {"Cause":"c","Error":"E","ExecutionArn":"arn:aws:states:us-east-1:123456789012:execution:Orders/items:1","Input":"1","InputDetails":{"Included":true},"Name":"1","OutputDetails":{"Included":true},"RedriveCount":0,"RedriveStatus":"REDRIVABLE_BY_MAP_RUN","StartDate":"2026-01-31T09:30:00.099Z","StateMachineArn":"arn:aws:states:us-east-1:123456789012:stateMachine:Orders/items","Status":"FAILED","StopDate":"2026-01-31T09:30:01Z"}
        """;

    private static async Task AddManyAsync(MapResults results, int count)
    {
        var output = $"\"{new string('x', 500)}\"";
        for (var i = 0; i < count; i++)
            await results.AddAsync(Succeeded(i, output), Token);
    }

    private static ExecutionDescription Succeeded(int index, string output, bool keepText = false) =>
        Child(index, ExecutionStatus.Succeeded) with { Output = JsonReader.Parse(output, keepText) };

    private static ExecutionDescription Ended(int index, ExecutionStatus status, string? error, string? cause) =>
        Child(index, status) with { Error = error, Cause = cause };

    private static ExecutionDescription Child(int index, ExecutionStatus status) => new()
    {
        Arn = $"arn:aws:states:us-east-1:123456789012:execution:Orders/items:{index}",
        Name = $"{index}",
        StateMachine = Orders,
        Status = status,
        StartDate = Start,
        StopDate = Start.AddMilliseconds(901),
        Input = JsonValue.From(index),
        MapRunArn = MapRun,
        ItemIndex = index,
    };

    private static IAsyncEnumerable<JsonValue> None => Pending();

    private static IAsyncEnumerable<JsonValue> Pending(params string[] inputs) => inputs.Select(input => JsonReader.Parse(input, keepText: true)).ToAsyncEnumerable();

    private static JsonObject Configuration(string? transformation, string? type) => JsonObject.Of(
        [.. new[] { ("Transformation", transformation), ("OutputType", type) }.Where(field => field.Item2 is not null).Select(field => (field.Item1, JsonValue.From(field.Item2)))]);

    private static JsonObject Parameters(string? prefix) => prefix is null
        ? JsonObject.Of(("Bucket", JsonValue.From("b")))
        : JsonObject.Of(("Bucket", JsonValue.From("b")), ("Prefix", JsonValue.From(prefix)));

    private static ResultForm Form(string? transformation, string? type) =>
        new(new ResultWriter(PutObject, null, Configuration(transformation, type)), WhyNot);

    private static string? WhyNot(ExecutionDescription child) => child.WhyNotRedrivable(Start);

    private MapResults Written(string? transformation, string? type) =>
        Of(new ResultWriter(PutObject, null, Configuration(transformation, type)));

    private MapResults Of(ResultWriter? writer) => MapResults.Of(writer, Parameters("runs"), MapRun, _bucket.Storage, WhyNot);
}
