using System.IO.Compression;
using System.Text;
using Stateside.Engine.Items;
using Stateside.Engine.Tasks;
using ZstdSharp;

namespace Stateside.Engine.Tests.Items;

public sealed class ItemReadingTests
{
    private const string Object = """{"Bucket":"b","Key":"k"}""";

    private static byte[] GZip(string text)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionMode.Compress, leaveOpen: true))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return packed.ToArray();
    }

    private static byte[] Zstd(string text)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(Encoding.UTF8.GetBytes(text)).ToArray();
    }

    private static string Told(IEnumerable<MapItem> items) => string.Join(' ', items.Select(item => $"{item.Source}={item.Value.Text}"));

    [Fact]
    public async Task No_more_items_are_taken_than_asked_for()
    {
        Assert.Equal("[1,2]", await MemoryBucket.ItemsOfAsync("[1,2,3]", "{}", most: 2));
        Assert.Equal("[]", await MemoryBucket.ItemsOfAsync("[1,2,3]", "{}", most: 0));
    }

    [Theory]
    [InlineData("[1,2,x", "{}", "[1,2]")]
    [InlineData("1\n2\nx\n", """{"InputType":"JSONL"}""", "[1,2]")]
    [InlineData("a\n1\n2\n\"", """{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}""", """[{"a":"1"},{"a":"2"}]""")]
    public async Task What_is_behind_the_items_that_are_taken_is_not_looked_at(string content, string configuration, string items) =>
        Assert.Equal(items, await MemoryBucket.ItemsOfAsync(content, configuration, most: 2));

    [Fact]
    public async Task An_object_behind_the_items_that_are_taken_is_not_opened()
    {
        var bucket = new MemoryBucket().With("b/1", "[1,2]").With("b/2", "[3]");

        await bucket.ReadAsync("""{"Bucket":"b"}""", """{"InputType":"JSON","Transformation":"LOAD_AND_FLATTEN"}""", 2, "listObjectsV2");

        Assert.Equal(["", "1"], bucket.Asked.Select(asked => asked.Parameters.Text("Key") ?? ""));
    }

    [Fact]
    public async Task How_much_of_one_object_is_read_is_told_while_it_is()
    {
        var bucket = new MemoryBucket().With("b/k", string.Concat(Enumerable.Repeat("1\n", 1_000_000)));
        var read = 0;
        await foreach (var _ in bucket.Read(Object, """{"InputType":"JSONL"}""", null))
        {
            if (++read == 500_000)
                Assert.InRange(bucket.Storage!.ReadShare!.Value, 0.499, 0.501);
        }

        Assert.Equal(1, bucket.Storage!.ReadShare);
    }

    [Fact]
    public async Task What_was_read_ahead_of_the_items_does_not_count_as_read()
    {
        var bucket = new MemoryBucket().With("b/k", string.Concat(Enumerable.Repeat("1\n", 1000)));
        await using var items = bucket.Read(Object, """{"InputType":"JSONL"}""", null).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        for (var read = 0; read < 250; read++)
            Assert.True(await items.MoveNextAsync());

        Assert.InRange(bucket.Storage!.ReadShare!.Value, 0.24, 0.26);
    }

    [Fact]
    public async Task Of_several_objects_nobody_knows_how_much_is_read()
    {
        var bucket = new MemoryBucket().With("b/1", "[1]").With("b/2", "[2]");
        await bucket.ReadAsync("""{"Bucket":"b"}""", """{"InputType":"JSON","Transformation":"LOAD_AND_FLATTEN"}""", action: "listObjectsV2");

        Assert.Null(bucket.Storage!.ReadShare);
    }

    [Fact]
    public async Task An_empty_object_is_asked_for_and_holds_no_rows() =>
        Assert.Equal("[]", await MemoryBucket.ItemsOfAsync("", """{"InputType":"JSONL"}"""));

    [Fact]
    public async Task What_is_packed_is_unpacked()
    {
        var text = $"[{string.Join(',', Enumerable.Range(0, 100_000))}]";

        Assert.Equal(text, await MemoryBucket.ItemsOfAsync(GZip(text), "{}"));
        Assert.Equal(text, await MemoryBucket.ItemsOfAsync([.. GZip(text[..5000]), .. GZip(text[5000..])], "{}"));
        Assert.Equal(text, await MemoryBucket.ItemsOfAsync(Zstd(text), "{}"));
    }

    [Fact]
    public async Task What_is_packed_and_has_no_end_is_refused()
    {
        foreach (var packed in (byte[][])[GZip("{\"a\":1}\n{\"a\":2}\n"), Zstd("{\"a\":1}\n{\"a\":2}\n")])
        {
            for (var length = 5; length < packed.Length; length++)
            {
                var e = await Assert.ThrowsAsync<MapItemsException>(() => MemoryBucket.ItemsOfAsync(packed[..length], """{"InputType":"JSONL"}"""));
                Assert.StartsWith("The item source is compressed and cannot be unpacked: ", e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_large_object_is_read_in_pieces_of_the_object_that_it_was_at_first()
    {
        var bucket = new MemoryBucket().With("b/k", string.Concat(Enumerable.Range(0, 1_000_000).Select(i => $"{i}\n")));

        var items = await bucket.ReadAsync(Object, """{"InputType":"JSONL"}""");

        Assert.Equal(1_000_000, items.Count);
        Assert.Equal("999999", items[^1].Value.Text);
        Assert.Equal(
            [
                "bytes=0-1048575 ",
                .. Enumerable.Range(1, 6).Select(i => $"bytes={i * 1048576}-{Math.Min((i + 1) * 1048576, 6888890) - 1} \"0-6888890\""),
            ],
            bucket.Asked.Select(asked => $"{asked.Parameters.Text("Range")} {asked.Parameters.Text("IfMatch")}"));
    }

    [Fact]
    public async Task An_object_that_changes_while_it_is_read_is_refused()
    {
        var bucket = new MemoryBucket().With("b/k", string.Concat(Enumerable.Repeat("[1]\n", 3_000_000)));

        var e = await Assert.ThrowsAsync<MapItemsException>(async () =>
        {
            await foreach (var item in bucket.Read(Object, """{"InputType":"JSONL"}"""))
            {
                if (bucket.Asked.Count < 3)
                    bucket.With("b/k", "[2]");
                Assert.Equal("[1]", item.Value.Text);
            }
        });

        Assert.StartsWith("At least one of the pre-conditions", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Items_tell_the_object_that_they_are_from()
    {
        var bucket = new MemoryBucket().With("b/k", "[1,2]");

        Assert.Equal("s3://b/k=1 s3://b/k=2", Told(await bucket.ReadAsync(Object, "{}")));
    }

    [Fact]
    public async Task An_object_that_is_not_there_is_told_as_s3_tells_it()
    {
        var e = await Assert.ThrowsAsync<MapItemsException>(() => new MemoryBucket().ReadAsync(Object, "{}"));

        Assert.Equal("The specified key does not exist.", e.Message);
    }

    [Fact]
    public async Task Objects_are_listed_through_all_pages_and_tell_their_bucket()
    {
        var bucket = new MemoryBucket { PageSize = 1 }.With("b/p/1", "x").With("b/p/2", "yy").With("b/q", "z");

        var items = await bucket.ReadAsync("""{"Bucket":"b","Prefix":"p/"}""", "{}", action: "listObjectsV2");

        Assert.Equal(
            """
            s3://b={"Etag":"\"0-1\"","Key":"p/1","LastModified":1.789169822E9,"Size":1,"StorageClass":"STANDARD"} s3://b={"Etag":"\"1-2\"","Key":"p/2","LastModified":1.789169822E9,"Size":2,"StorageClass":"STANDARD"}
            """,
            Told(items));
        Assert.Equal(2, bucket.Asked.Count);
    }

    [Fact]
    public async Task No_more_pages_are_asked_for_than_items()
    {
        var bucket = new MemoryBucket { PageSize = 1 }.With("b/1", "").With("b/2", "").With("b/3", "");

        await bucket.ReadAsync("""{"Bucket":"b"}""", "{}", most: 1, action: "listObjectsV2");

        Assert.InRange(bucket.Asked.Count, 1, 2);
    }

    [Theory]
    [InlineData("""{"InputType":"JSON","Transformation":"LOAD_AND_FLATTEN"}""", "[1,2]", "[3]")]
    [InlineData("""{"InputType":"JSON","Transformation":"LOAD_AND_FLATTEN","ItemsPointer":"/i"}""", """{"i":[1,2]}""", """{"i":[3]}""")]
    [InlineData("""{"InputType":"JSONL","Transformation":"LOAD_AND_FLATTEN"}""", "1\n2", "3\n")]
    public async Task The_records_of_listed_objects_are_the_items(string configuration, string one, string two)
    {
        var bucket = new MemoryBucket().With("b/p/", "").With("b/p/one", one).With("b/p/two", GZip(two)).With("b/p0", "[4]");

        var items = await bucket.ReadAsync("""{"Bucket":"b","Prefix":"p/","ExpectedBucketOwner":"1"}""", configuration, action: "listObjectsV2");

        Assert.Equal("s3://b/p/one=1 s3://b/p/one=2 s3://b/p/two=3", Told(items));
        Assert.All(bucket.Asked, asked => Assert.Equal("1", asked.Parameters.Text("ExpectedBucketOwner")));
    }

    [Fact]
    public async Task Each_listed_table_has_headers_of_its_own()
    {
        var bucket = new MemoryBucket().With("b/1", "a\n1").With("b/2", "c\n2\n3");

        var items = await bucket.ReadAsync(
            """{"Bucket":"b"}""", """{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW","Transformation":"LOAD_AND_FLATTEN"}""", 2, "listObjectsV2");

        Assert.Equal("""s3://b/1={"a":"1"} s3://b/2={"c":"2"}""", Told(items));
    }

    [Theory]
    [InlineData("""{"ManifestType":"ATHENA_DATA","InputType":"JSONL"}""", "{\"a\":1}\n", "{\"a\":2}\n", """s3://data/x/1={"a":1} s3://other/2={"a":2}""")]
    [InlineData("""{"ManifestType":"ATHENA_DATA","InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["h"]}""", "1", "2", """s3://data/x/1={"h":"1"} s3://other/2={"h":"2"}""")]
    public async Task The_records_of_the_objects_in_an_athena_manifest_are_the_items(string configuration, string one, string two, string items)
    {
        var bucket = new MemoryBucket().With("b/k", "s3://data/x/1\ns3://other/2\n").With("data/x/1", GZip(one)).With("other/2", two);

        Assert.Equal(items, Told(await bucket.ReadAsync(Object, configuration)));
    }

    [Fact]
    public async Task A_manifest_of_athena_that_names_no_object_is_refused()
    {
        var bucket = new MemoryBucket().With("b/k", "data/x/1\n");

        var e = await Assert.ThrowsAsync<MapItemsException>(() => bucket.ReadAsync(Object, """{"ManifestType":"ATHENA_DATA","InputType":"JSONL"}"""));

        Assert.Equal("The Athena manifest has \"data/x/1\" where the address of an object such as s3://bucket/key is expected.", e.Message);
    }

    private static string Inventory(string format) => $$"""
        {
          "sourceBucket" : "source", "destinationBucket" : "arn:aws:s3:::inventory", "version" : "2016-11-30", "creationTimestamp" : "1668560400000",
          "fileFormat" : "{{format}}", "fileSchema" : "Bucket, Key, Size, LastModifiedDate",
          "files" : [ { "key" : "d/1.csv.gz", "size" : 1, "MD5checksum" : "x" }, { "key" : "d/2.csv.gz", "size" : 1, "MD5checksum" : "y" } ]
        }
        """;

    [Theory]
    [InlineData("""{"InputType":"MANIFEST"}""")]
    [InlineData("""{"ManifestType":"S3_INVENTORY"}""")]
    public async Task The_rows_of_an_inventory_are_the_items(string configuration)
    {
        var bucket = new MemoryBucket().With("b/k", Inventory("CSV"))
            .With("inventory/d/1.csv.gz", GZip("\"source\",\"csvDataset/\",\"0\",\"2022-11-16T00:27:19.000Z\"\n"))
            .With("inventory/d/2.csv.gz", GZip("\"source\",\"csvDataset/titles.csv\",\"3399671\",\"2022-11-16T00:29:32.000Z\"\n"));

        Assert.Equal(
            """
            s3://inventory/d/1.csv.gz={"LastModifiedDate":"2022-11-16T00:27:19.000Z","Bucket":"source","Size":"0","Key":"csvDataset/"} s3://inventory/d/2.csv.gz={"LastModifiedDate":"2022-11-16T00:29:32.000Z","Bucket":"source","Size":"3399671","Key":"csvDataset/titles.csv"}
            """,
            Told(await bucket.ReadAsync(Object, configuration)));
    }

    [Theory]
    [InlineData("[]", "The S3 inventory manifest is no JSON object.")]
    [InlineData("""{"fileFormat":"CSV"}""", "The S3 inventory manifest has no fileSchema.")]
    [InlineData("""{"fileFormat":"ORC"}""", "The S3 inventory has files of the format ORC. Only CSV and Parquet are read.")]
    public async Task An_inventory_that_cannot_be_read_is_refused(string manifest, string cause)
    {
        var bucket = new MemoryBucket().With("b/k", manifest);

        Assert.Equal(cause, (await Assert.ThrowsAsync<MapItemsException>(() => bucket.ReadAsync(Object, """{"InputType":"MANIFEST"}"""))).Message);
    }
}
