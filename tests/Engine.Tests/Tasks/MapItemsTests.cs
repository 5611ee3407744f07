using System.Text;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.StateTests;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Tasks;

public sealed class MapItemsTests
{
    private static ServiceResponse.Answered Answer(string body) => new(200, [], (JsonObject)JsonReader.Parse(body), "r-1");

    private static string Machine(string fields, string item = """{"Type":"Pass","End":true}""") => $$$"""
        {"StartAt":"M","States":{"M":{"Type":"Map",{{{fields}}},
          "ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"I","States":{"I":{{{item}}} } },"End":true} } }
        """;

    /// <summary>The order in which a HashMap of Java 17 has the keys column0 to column13.</summary>
    private static readonly int[] ColumnsOfJava = [1, 12, 0, 11, 10, 5, 4, 3, 2, 13, 9, 8, 7, 6];

    public static TheoryData<string, string, string> Sources => new()
    {
        { "id,note\n1,x\n2\n3,y,left over\n", """ "InputType":"CSV","CSVHeaderLocation":"FIRST_ROW" """, """[{"note":"x","id":"1"},{"note":"","id":"2"},{"note":"y","id":"3"}]""" },
        { "id,\n1,2\n", """ "InputType":"CSV","CSVHeaderLocation":"FIRST_ROW" """, """[{"":"2","id":"1"}]""" },
        { "1|a\r\n2|b", """ "InputType":"CSV","CSVDelimiter":"PIPE","CSVHeaderLocation":"GIVEN","CSVHeaders":["id"] """, """[{"id":"1"},{"id":"2"}]""" },
        {
            "1,2,3", """ "InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["quantity","price","sku","carrier"] """,
            """[{"carrier":"","quantity":"1","price":"2","sku":"3"}]"""
        },
        {
            $"{string.Join(',', Enumerable.Range(0, 14).Select(i => $"column{i}"))}\n{string.Join(',', Enumerable.Range(0, 14))}",
            """ "InputType":"CSV","CSVHeaderLocation":"FIRST_ROW" """,
            $"[{{{string.Join(',', ColumnsOfJava.Select(i => $"\"column{i}\":\"{i}\""))}}}]"
        },
        { "\uFEFF{\"page\":{\"orders\":[1,{\"a\":2}]}}", """ "InputType":"JSON","ItemsPointer":"/page/orders" """, """[1,{"a":2}]""" },
        { "[1,2,3]", """ "MaxItems":2 """, "[1,2]" },
        { "[1,2,3]", """ "MaxItemsPath":"$.most" """, "[1]" },
        { "\"a\"\n\n[2]\n", """ "InputType":"JSONL" """, """["a",[2]]""" },
    };

    [Theory]
    [MemberData(nameof(Sources))]
    public async Task A_test_of_a_map_is_given_the_items_that_a_run_reads(string content, string configuration, string items)
    {
        var map = $$$"""
            "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{"Bucket":"b","Key":"k"},"ReaderConfig":{{{{configuration}}}} },
            "ItemSelector":{"i.$":"$$.Map.Item.Value"}
            """;
        await using var tasks = new TaskFixture(services: _ => Answer("{}") with { Content = Encoding.UTF8.GetBytes(content) });
        var execution = await tasks.RunAsync(Machine(map), """{"most":"1"}""");

        var tested = await TestAsync(map, content);

        Assert.Equal($"[{string.Join(',', ((JsonArray)JsonReader.Parse(items)).Select(item => $$"""{"i":{{item.Text}}}"""))}]", execution.Output?.Text);
        Assert.Equal(execution.Output?.Text, tested.Inspection.AfterItemSelector?.Text);
    }

    [Theory]
    [InlineData("a,a\n1,2", """ "InputType":"CSV","CSVHeaderLocation":"FIRST_ROW" """, "CSV headers cannot contain duplicates.")]
    [InlineData("1,2", """ "InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["a","a"] """, "CSV headers cannot contain duplicates.")]
    [InlineData("{}", """ "InputType":"JSON" """, "Attempting to map over non-iterable node.")]
    public async Task A_test_of_a_map_refuses_what_a_run_cannot_read(string content, string configuration, string problem)
    {
        var map = $$$"""
            "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{"Bucket":"b","Key":"k"},"ReaderConfig":{{{{configuration}}}} }
            """;
        await using var tasks = new TaskFixture(services: _ => Answer("{}") with { Content = Encoding.UTF8.GetBytes(content) });
        var execution = await tasks.RunAsync(Machine(map));

        var refusal = await Assert.ThrowsAsync<StateTestException>(() => TestAsync(map, content));

        Assert.Equal(("States.ItemReaderFailed", problem), (execution.Error, execution.Cause));
        Assert.EndsWith(problem, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PARQUET")]
    [InlineData("MANIFEST")]
    public async Task Items_of_a_kind_that_no_text_holds_take_no_part_in_a_test(string type)
    {
        var map = $$$"""
            "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{"Bucket":"b","Key":"k"},"ReaderConfig":{"InputType":"{{{type}}}"{{{(type == "MANIFEST" ? ",\"ManifestType\":\"ATHENA_DATA\",\"CSVHeaderLocation\":\"FIRST_ROW\"" : "")}}}} },
            "ItemSelector":{"i.$":"$$.Map.Item.Value"}
            """;
        Assert.Equal("[]", (await TestAsync(map, "x")).Inspection.AfterItemSelector?.Text);
    }

    private static async Task<StateTestResult> TestAsync(string fields, string data) => await new StateTester(new EngineOptions { Time = new VirtualTime(DateTimeOffset.UnixEpoch), HandlerOf = _ => null })
        .RunAsync(StateTestReader.Read(new StateTestRequest
        {
            Definition = Machine(fields),
            StateName = "M",
            Input = """{"most":"1"}""",
            MapItemReaderData = data,
            Mock = new StateMockRequest { Result = "[]" },
        }));

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

        Assert.Equal(("GetObject", """{"Bucket":"b","Key":"k","Range":"bytes=0-1048575"}"""), (tasks.Services.Calls[0].Action, tasks.Services.Calls[0].Parameters.Text));
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

        Assert.Equal("""[{"Etag":"e","Key":"1","LastModified":1.7698518E9,"Size":1},{"Key":"2","Size":1}]""", execution.Output!.Text);
    }

    [Fact]
    public async Task An_empty_object_of_s3_holds_no_items()
    {
        await using var tasks = new TaskFixture(services: _ => new ServiceResponse.Refused(new ServiceError("InvalidRange", "no such range", 416, "r-1")));

        var execution = await tasks.RunAsync(Machine(
            """
            "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{"Bucket":"b","Key":"k"},"ReaderConfig":{"InputType":"JSONL"} }
            """));

        Assert.Equal("[]", execution.Output?.Text);
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

        Assert.Equal("""{"Error":"States.ItemReaderFailed","Cause":"gone (Service: S3, Status Code: 404, Request ID: r-1) (SDK Attempt Count: 1)"}""", execution.Output!.Text);
        Assert.Contains("MapRunFailed", tasks.Kinds(execution));
    }

    [Theory]
    [InlineData("SlowDown", 503, 2, new[] { 1.0, 2.0 })]
    [InlineData("InternalError", 500, 2, new[] { 0.1, 0.2 })]
    [InlineData("SlowDown", 503, 9, new[] { 1.0, 2.0 })]
    [InlineData("AccessDenied", 403, 9, new double[0])]
    [InlineData("SdkClientException", 0, 9, new double[0])]
    public async Task What_S3_cannot_do_just_now_is_asked_three_times_with_pauses_that_grow(string code, int status, int refused, double[] pauses)
    {
        var asked = 0;
        var time = new HurriedTime();
        await using var tasks = new TaskFixture(time: time, services: _ => ++asked <= refused
            ? new ServiceResponse.Refused(new ServiceError(code, "not now", status, status == 0 ? null : "r-1"))
            : Answer("{}") with { Content = "[1]"u8.ToArray() });

        var execution = await tasks.RunAsync(Machine(""" "ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{"Bucket":"b","Key":"k"} } """));

        Assert.Equal(pauses, time.Pauses.Select(pause => pause.TotalSeconds));
        Assert.Equal(pauses.Length + 1, asked);
        Assert.Equal(refused < 3 ? null : "States.ItemReaderFailed", execution.Error);
        if (refused >= 3)
            Assert.EndsWith($" (SDK Attempt Count: {pauses.Length + 1})", execution.Cause, StringComparison.Ordinal);
    }

    /// <summary>A clock by which every pause is over at once.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public List<TimeSpan> Pauses { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Pauses.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
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

    [Fact]
    public async Task A_writer_that_fails_can_be_caught()
    {
        await using var tasks = new TaskFixture(services: _ => new ServiceResponse.Refused(new ServiceError("NoSuchBucket", "gone", 404, "r-1")));

        var execution = await tasks.RunAsync(
            Machine(
                """
                "ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"b"} },
                "Catch":[{"ErrorEquals":["States.ResultWriterFailed"],"Next":"M2"}]
                """).Replace("\"States\":{\"M\"", "\"States\":{\"M2\":{\"Type\":\"Pass\",\"End\":true},\"M\"", StringComparison.Ordinal),
            "[1]");

        Assert.Equal("States.ResultWriterFailed", ((JsonObject)execution.Output!).Text("Error"));
    }

    [Fact]
    public async Task A_child_that_failed_is_written_as_one_that_its_map_run_can_redrive()
    {
        await using var tasks = new TaskFixture(services: _ => Answer("{}"));

        await tasks.RunAsync(
            Machine(
                """ "Label":"items","ToleratedFailureCount":1,"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Parameters":{"Bucket":"b"} } """,
                """{"Type":"Fail","Error":"E"}"""),
            "[1]");

        var child = (JsonObject)((JsonArray)JsonReader.Parse(Encoding.UTF8.GetString(tasks.Services.Calls[0].Content!.Value.Span)))[0];
        Assert.Equal("REDRIVABLE_BY_MAP_RUN", child.Text("RedriveStatus"));
        Assert.Equal("arn:aws:states:us-east-1:123456789012:stateMachine:Orders/items", child.Text("StateMachineArn"));
    }
}
