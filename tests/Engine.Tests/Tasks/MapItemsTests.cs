using System.IO.Compression;
using System.Text;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Tasks;

public sealed class MapItemsTests
{
    private static string Read(string content, string configuration, long most = long.MaxValue) =>
        MapItems.Read(Encoding.UTF8.GetBytes(content), (JsonObject)JsonReader.Parse(configuration), most).Text;

    private static ServiceResponse.Answered Answer(string body) => new(200, [], (JsonObject)JsonReader.Parse(body), "r-1");

    private static string Machine(string fields, string item = """{"Type":"Pass","End":true}""") => $$$"""
        {"StartAt":"M","States":{"M":{"Type":"Map",{{{fields}}},
          "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"I","States":{"I":{{{item}}} } },"End":true} } }
        """;

    [Theory]
    [InlineData("a,b\r\n1,\"x, \"\"y\"\"\"\r\n\r\n2\r\n3,4,5", """{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}""", """[{"a":"1","b":"x, \"y\""},{"a":"2","b":""},{"a":"3","b":"4"}]""")]
    [InlineData("1|2", """{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["a","b"],"CSVDelimiter":"PIPE"}""", """[{"a":"1","b":"2"}]""")]
    [InlineData("", """{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}""", "[]")]
    [InlineData("{\"a\":1}\n\n[2]\n", """{"InputType":"JSONL"}""", """[{"a":1},[2]]""")]
    [InlineData("""{"in":{"x/y":[1,2]}}""", """{"InputType":"JSON","ItemsPointer":"/in/x~1y"}""", "[1,2]")]
    public void Items_are_read_from(string content, string configuration, string items) => Assert.Equal(items, Read(content, configuration));

    [Fact]
    public void No_more_items_are_taken_than_asked_for() => Assert.Equal("[1,2]", Read("[1,2,3]", "{}", most: 2));

    [Fact]
    public void Packed_content_is_unpacked()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
            gzip.Write("[1]"u8);

        Assert.Equal("[1]", MapItems.Read(packed.ToArray(), JsonObject.Empty, long.MaxValue).Text);
    }

    [Theory]
    [InlineData("{}", "{}", "Attempting to map over non-iterable node.")]
    [InlineData("a,a\n1,2", """{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}""", "CSV headers cannot contain duplicates.")]
    [InlineData("x", """{"InputType":"PARQUET"}""", "Stateside does not read items of the InputType PARQUET.")]
    [InlineData("[", "{}", "Could not parse the item source as JSON")]
    public void What_is_no_source_of_items_is_told(string content, string configuration, string problem) =>
        Assert.StartsWith(problem, Assert.Throws<MapItemsException>(() => Read(content, configuration)).Message);

    [Fact]
    public async Task Items_that_are_read_run_in_batches()
    {
        await using var tasks = new TaskFixture(services: _ => Answer("{}") with { Content = "[1,2,3]"u8.ToArray() });

        var execution = await tasks.RunAsync(Machine(
            """
            "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{"Bucket":"b","Key.$":"$.key"},"ReaderConfig":{"InputType":"JSON"} },
            "ItemSelector":{"n.$":"$$.Map.Item.Value"},"ItemBatcher":{"MaxItemsPerBatch":2,"BatchInput":{"all":true} }
            """),
            """{"key":"k"}""");

        Assert.Equal(("GetObject", """{"Bucket":"b","Key":"k"}"""), (tasks.Services.Calls[0].Action, tasks.Services.Calls[0].Parameters.Text));
        Assert.Equal("""[{"BatchInput":{"all":true},"Items":[{"n":1},{"n":2}]},{"BatchInput":{"all":true},"Items":[{"n":3}]}]""", execution.Output!.Text);
        Assert.Equal(
            ["MapStateStarted", "MapRunStarted", "MapRunSucceeded", "MapStateSucceeded"],
            tasks.Kinds(execution).Where(kind => kind.Contains("Map") && !kind.Contains("Entered") && !kind.Contains("Exited")));
    }

    [Fact]
    public async Task Objects_are_listed_through_all_pages()
    {
        await using var tasks = new TaskFixture(services: call => call.Parameters.ContainsKey("ContinuationToken")
            ? Answer("""{"Contents":[{"Key":"2","Size":1}]}""")
            : Answer("""{"Contents":[{"Key":"1","Size":1,"ETag":"e","LastModified":"2026-01-31T09:30:00Z"}],"NextContinuationToken":"t"}"""));

        var execution = await tasks.RunAsync(Machine(
            """ "ItemReader":{"Resource":"arn:aws:states:::s3:listObjectsV2","Parameters":{"Bucket":"b"} } """));

        Assert.Equal("""[{"Etag":"e","LastModified":1769851800,"Key":"1","Size":1},{"Key":"2","Size":1}]""", execution.Output!.Text);
    }

    [Fact]
    public async Task A_reader_that_fails_can_be_caught()
    {
        await using var tasks = new TaskFixture(services: _ => new ServiceResponse.Refused(new ServiceError("NoSuchKey", "gone", 404, "r-1")));

        var execution = await tasks.RunAsync(Machine(
            """
            "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{"Bucket":"b","Key":"k"} },
            "Catch":[{"ErrorEquals":["States.ItemReaderFailed"],"Next":"M2"}]
            """).Replace("\"States\":{\"M\"", "\"States\":{\"M2\":{\"Type\":\"Pass\",\"End\":true},\"M\"", StringComparison.Ordinal));

        Assert.Equal("""{"Error":"States.ItemReaderFailed","Cause":"gone (Service: S3, Status Code: 404, Request ID: r-1)"}""", execution.Output!.Text);
        Assert.Contains("MapRunFailed", tasks.Kinds(execution));
    }

    [Fact]
    public async Task Results_are_written_with_a_manifest()
    {
        await using var tasks = new TaskFixture(services: _ => Answer("{}"));

        var execution = await tasks.RunAsync(
            Machine(""" "ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"b","Prefix":"runs"},"WriterConfig":{"Transformation":"COMPACT","OutputType":"JSON"} } """),
            "[1,2]");

        var output = (JsonObject)execution.Output!;
        var id = output.Text("MapRunArn")!.Split(':')[^1];
        Assert.Equal($$"""{"Bucket":"b","Key":"runs/{{id}}/manifest.json"}""", output["ResultWriterDetails"]!.Text);
        Assert.Equal([$"runs/{id}/SUCCEEDED_0.json", $"runs/{id}/manifest.json"], tasks.Services.Calls.Select(call => call.Parameters.Text("Key")));
        Assert.Equal("[1,2]", Encoding.UTF8.GetString(tasks.Services.Calls[0].Content!.Value.Span));
    }
}
