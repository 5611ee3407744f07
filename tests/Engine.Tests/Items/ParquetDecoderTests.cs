using Parquet;
using Parquet.Schema;
using Parquet.Serialization;
using Parquet.Serialization.Attributes;
using Stateside.Engine.Items;
using Stateside.Engine.Tests.Functions;

namespace Stateside.Engine.Tests.Items;

public sealed class ParquetDecoderTests
{
    private const string Parquet = """{"InputType":"PARQUET"}""";

    [Theory]
    [InlineData("snappy")]
    [InlineData("zstd")]
    public async Task A_file_of_another_writer_is_read(string compression)
    {
        var file = await File.ReadAllBytesAsync(
            Path.Combine(HandlerFixtures.RepoRoot, "tests", "Engine.Tests", "Items", "Files", $"arrow-{compression}.parquet"), TestContext.Current.CancellationToken);

        Assert.Equal(
            """
            [{"id":0,"name":"näme 0","ok":true,"amount":0.0,"day":"2024-01-01","at":1704074584000,"raw":"AP8=","tags":[],"place":{"city":"c0","at":[]},"grid":[],"counts":{}},
            {"id":10000000000,"name":"näme 1","ok":false,"amount":0.25,"day":"2024-01-02","at":1704074584001,"raw":"Af8=","tags":null,"place":{"city":"c1","at":[{"x":1}]},"grid":[[1]],"counts":{"a":1}},
            {"id":20000000000,"name":null,"ok":true,"amount":0.5,"day":"2024-01-03","at":1704074584002,"raw":"Av8=","tags":["t0",null],"place":{"city":"c2","at":[{"x":2},{"x":null}]},"grid":[[2],[]],"counts":{"a":2,"b":4}},
            {"id":30000000000,"name":"näme 1","ok":false,"amount":0.75,"day":"2024-01-04","at":1704074584003,"raw":"A/8=","tags":["t0",null,"t2"],"place":null,"grid":[[3],[],[3,4]],"counts":{"a":3,"b":6}},
            {"id":40000000000,"name":"näme 0","ok":true,"amount":1.0,"day":"2024-01-05","at":1704074584004,"raw":"BP8=","tags":["t0",null,"t2","t3"],"place":{"city":"c4","at":[{"x":4},{"x":null}]},"grid":[[4],[],[4,5]],"counts":{"a":4,"b":8}}]
            """.ReplaceLineEndings(""),
            await MemoryBucket.ItemsOfAsync(file, Parquet));
    }

    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Gzip)]
    [InlineData(CompressionMethod.Zstd)]
    public async Task Each_kind_of_value_is_read(CompressionMethod compression)
    {
        Row[] rows =
        [
            new Row
            {
                Small = 7, Large = ulong.MaxValue, Maybe = -1, Text = "ä\"", Flag = true, Double = 1e22, Single = 0.1f, Bytes = [1, 2, 255], Decimal = -12.340m,
                Whole = 12m, At = new DateTime(2024, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc), Micro = new DateTime(2024, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc),
                Day = new DateOnly(2024, 1, 2), Id = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
                List = [1, null, 3], Map = new() { ["a"] = 1, ["b"] = null }, Inner = new Inner { Name = "x", Deep = [new Leaf { N = 1 }, new Leaf { N = 2 }] },
                Old = [1, 2],
            },
            new Row { Double = double.NaN, Single = float.PositiveInfinity, List = [], Map = [], Inner = new Inner { Deep = [] } },
        ];

        Assert.Equal(
            """
            [{"Small":7,"Large":18446744073709551615,"Maybe":-1,"Text":"ä\"","Flag":true,"Double":1.0E22,"Single":0.1,"Bytes":"AQL/","Decimal":-12.340,"Whole":12,"At":1704164645678,"Micro":1704164645678,"Day":"2024-01-02","Id":"00112233-4455-6677-8899-aabbccddeeff","List":[1,null,3],"Map":{"a":1,"b":null},"Inner":{"Name":"x","Deep":[{"N":1},{"N":2}]},"Old":[1,2]},
            {"Small":0,"Large":0,"Maybe":null,"Text":null,"Flag":false,"Double":"NaN","Single":"Infinity","Bytes":null,"Decimal":0.000,"Whole":0,"At":-62135596800000,"Micro":-62135596800000,"Day":"0001-01-01","Id":"00000000-0000-0000-0000-000000000000","List":[],"Map":{},"Inner":{"Name":null,"Deep":[]},"Old":[]}]
            """.ReplaceLineEndings(""),
            await MemoryBucket.ItemsOfAsync(await WrittenAsync(rows, compression), Parquet));
    }

    [Fact]
    public async Task Times_of_day_and_long_decimals_are_read()
    {
        var (milli, micro, nano) = (
            new TimeDataField("milli", TimeUnitPrecision.Millis), new TimeDataField("micro", TimeUnitPrecision.Micros), new TimeDataField("nano", TimeUnitPrecision.Nanos));
        var large = new DecimalDataField("large", 38, 10);
        using var file = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(milli, micro, nano, large), file, cancellationToken: TestContext.Current.CancellationToken))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync<int>(milli, new[] { 11_045_006 }, cancellationToken: TestContext.Current.CancellationToken);
            await group.WriteAsync<long>(micro, new[] { 11_045_000_007 }, cancellationToken: TestContext.Current.CancellationToken);
            await group.WriteAsync<long>(nano, new[] { 11_045_000_000_100 }, cancellationToken: TestContext.Current.CancellationToken);
            await group.WriteAsync<decimal>(large, new[] { -1234567890123456.0000000001m }, cancellationToken: TestContext.Current.CancellationToken);
        }

        Assert.Equal(
            """[{"milli":"03:04:05.006","micro":"03:04:05.000007","nano":"03:04:05.0000001","large":-1234567890123456.0000000001}]""",
            await MemoryBucket.ItemsOfAsync(file.ToArray(), Parquet));
    }

    [Fact]
    public async Task Groups_of_rows_are_read_one_after_another_and_no_more_than_are_needed()
    {
        var numbers = await WrittenAsync(Enumerable.Range(0, 400_000).Select(i => new Numbers { N = i, Square = (long)i * i }), CompressionMethod.None, 50_000);
        var bucket = new MemoryBucket().With("b/k", numbers);
        var some = new MemoryBucket().With("b/k", numbers);

        var items = await bucket.ReadAsync("""{"Bucket":"b","Key":"k"}""", Parquet);
        var few = await some.ReadAsync("""{"Bucket":"b","Key":"k"}""", Parquet, most: 3);

        Assert.Equal(400_000, items.Count);
        Assert.Equal("""{"N":399999,"Square":159999200001}""", items[^1].Value.Text);
        Assert.Equal("""{"N":2,"Square":4}""", few[^1].Value.Text);
        Assert.All(bucket.Asked.Skip(1), asked => Assert.NotNull(asked.Parameters["IfMatch"]));
        Assert.True(some.Asked.Count < bucket.Asked.Count);
    }

    [Fact]
    public async Task The_files_of_a_manifest_may_be_parquet()
    {
        var one = await WrittenAsync([new Numbers { N = 1, Square = 1 }], CompressionMethod.Snappy);
        var bucket = new MemoryBucket().With("b/k", "s3://d/1\n").With("d/1", one)
            .With("b/i", """{"destinationBucket":"arn:aws:s3:::d","fileFormat":"Parquet","fileSchema":"message s3.inventory {}","files":[{"key":"1"}]}""");

        var named = await bucket.ReadAsync("""{"Bucket":"b","Key":"k"}""", """{"InputType":"PARQUET","ManifestType":"ATHENA_DATA"}""");
        var inventory = await bucket.ReadAsync("""{"Bucket":"b","Key":"i"}""", """{"ManifestType":"S3_INVENTORY"}""");
        var listed = await bucket.ReadAsync("""{"Bucket":"d"}""", """{"InputType":"PARQUET","Transformation":"LOAD_AND_FLATTEN"}""", action: "listObjectsV2");

        foreach (var items in (List<MapItem>[])[named, inventory, listed])
            Assert.Equal(("s3://d/1", """{"N":1,"Square":1}"""), (Assert.Single(items).Source, items[0].Value.Text));
    }

    [Fact]
    public async Task No_version_of_a_parquet_file_can_be_asked_for()
    {
        var e = await Assert.ThrowsAsync<MapItemsException>(() => new MemoryBucket().ReadAsync("""{"Bucket":"b","Key":"k","VersionId":"1"}""", Parquet));

        Assert.Equal("The field VersionId is not supported for the InputType PARQUET.", e.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("PAR1")]
    [InlineData("a,b\n1,2\n")]
    [InlineData("xxxx\u0001\u0000\u0000\u0000PAR1")]
    [InlineData("xxxx\u0000\u0000\u0000\u007fPAR1")]
    public async Task What_is_no_parquet_file_is_refused(string content) => Assert.StartsWith(
        "The item source cannot be read as a Parquet file: ",
        (await Assert.ThrowsAsync<MapItemsException>(() => MemoryBucket.ItemsOfAsync(content, Parquet))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_damaged_file_is_refused_or_read_and_nothing_worse()
    {
        var whole = await WrittenAsync([new Row { Text = "abc", List = [1, 2], Map = new() { ["a"] = 1 }, Inner = new Inner { Deep = [new Leaf()] } }], CompressionMethod.Snappy);
        for (var seed = 1; seed <= 300; seed++)
        {
            var damaged = whole.ToArray();
            damaged[(int)((uint)(seed * 2654435761) % (uint)(damaged.Length - 8))] ^= (byte)(1 << (seed % 8));
            try
            {
                await MemoryBucket.ItemsOfAsync(damaged, Parquet);
            }
            catch (MapItemsException)
            {
                // Told as what it is.
            }
        }
    }

    private static async Task<byte[]> WrittenAsync<T>(IEnumerable<T> rows, CompressionMethod compression, int? groupSize = null)
    {
        using var file = new MemoryStream();
        await ParquetSerializer.SerializeAsync(rows, file, new ParquetOptions { CompressionMethod = compression, RowGroupSize = groupSize });
        return file.ToArray();
    }

    private sealed class Numbers
    {
        public int N { get; set; }

        public long Square { get; set; }
    }

    private sealed class Row
    {
        public byte Small { get; set; }

        public ulong Large { get; set; }

        public int? Maybe { get; set; }

        public string? Text { get; set; }

        public bool Flag { get; set; }

        public double Double { get; set; }

        public float Single { get; set; }

        public byte[]? Bytes { get; set; }

        [ParquetDecimal(20, 3)]
        public decimal Decimal { get; set; }

        [ParquetDecimal(9, 0)]
        public decimal Whole { get; set; }

        public DateTime At { get; set; }

        [ParquetTimestamp(ParquetTimestampResolution.Microseconds)]
        public DateTime Micro { get; set; }

        public DateOnly Day { get; set; }

        public Guid Id { get; set; }

        public List<int?>? List { get; set; }

        public Dictionary<string, int?>? Map { get; set; }

        public Inner? Inner { get; set; }

        [ParquetSimpleRepeatable]
        public List<int>? Old { get; set; }
    }

    private sealed class Inner
    {
        public string? Name { get; set; }

        public List<Leaf>? Deep { get; set; }
    }

    private sealed class Leaf
    {
        public int N { get; set; }
    }
}
