using System.Text;
using Stateside.Engine.Items;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Items;

public sealed class JsonDecoderTests
{
    private static string Pointed(string pointer) => $$"""{"InputType":"JSON","ItemsPointer":"{{pointer}}"}""";

    [Theory]
    [InlineData("{\"a\":1}\n\n[2]\r\n \t\n\"x\"", """[{"a":1},[2],"x"]""")]
    [InlineData("\uFEFF1.50\n1E3\n-0\n12345678901234567890123\n", "[1.50,1E3,-0,12345678901234567890123]")]
    [InlineData("", "[]")]
    public async Task Lines_are_read_from(string content, string items) =>
        Assert.Equal(items, await MemoryBucket.ItemsOfAsync(content, """{"InputType":"JSONL"}"""));

    [Theory]
    [InlineData("[]", "", "[]")]
    [InlineData("\uFEFF [1, {\"a\": [2.50]}, null, \"\\u00e4\"] ", "", """[1,{"a":[2.50]},null,"ä"]""")]
    [InlineData("""{"in":{"x/y":[1,2]}}""", "/in/x~1y", "[1,2]")]
    [InlineData("""{"a~b":[1]}""", "/a~0b", "[1]")]
    [InlineData("""{"no":{"in":[9]},"skip":[[1],{"in":2}],"in":[[8],{"x":[7]},3],"after":1}""", "/in/1/x", "[7]")]
    [InlineData("""{"":{"":[1]}}""", "//", "[1]")]
    [InlineData("""[[1],[2]]""", "/1", "[2]")]
    [InlineData("""{"i\u006e":[1]}""", "/in", "[1]")]
    public async Task Elements_are_read_from(string content, string pointer, string items) =>
        Assert.Equal(items, await MemoryBucket.ItemsOfAsync(content, pointer.Length == 0 ? "{}" : Pointed(pointer)));

    [Theory]
    [InlineData("{\"Hello\":\"world\"}", "")]
    [InlineData("1", "")]
    [InlineData("{\"a\":{\"b\":1}}", "/a/c")]
    [InlineData("{\"a\":{\"b\":1}}", "/a/b")]
    [InlineData("{\"a\":{\"b\":1}}", "/a/b/c")]
    [InlineData("{\"a\":[[1]]}", "/a/1")]
    [InlineData("{\"a\":[[1]]}", "/a/-1")]
    [InlineData("{\"a\":[]}", "/a/0")]
    [InlineData("{}", "/a")]
    public async Task Where_there_is_no_array_there_are_no_items(string content, string pointer)
    {
        var e = await Assert.ThrowsAsync<MapItemsException>(() => MemoryBucket.ItemsOfAsync(content, pointer.Length == 0 ? "{}" : Pointed(pointer)));

        Assert.Equal("Attempting to map over non-iterable node.", e.Message);
    }

    [Theory]
    [InlineData("", "{}")]
    [InlineData("[", "{}")]
    [InlineData("[1,", "{}")]
    [InlineData("[1 2]", "{}")]
    [InlineData("[\"\\ud800\"]", "{}")]
    [InlineData("""{"a":[1}""", """{"ItemsPointer":"/a"}""")]
    [InlineData("{\"a\":1}\n{", """{"InputType":"JSONL"}""")]
    public async Task What_is_no_json_is_refused(string content, string configuration) => Assert.StartsWith(
        "Could not parse the item source as JSON: ",
        (await Assert.ThrowsAsync<MapItemsException>(() => MemoryBucket.ItemsOfAsync(content, configuration))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task Too_deep_a_value_is_refused() => Assert.StartsWith(
        "Could not parse the item source as JSON",
        (await Assert.ThrowsAsync<MapItemsException>(() => MemoryBucket.ItemsOfAsync(new string('[', 5000), "{}"))).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"x\":[[],{\"in\":[0]}],\"in\":[12,\"ä€𝄞\",{\"a\":[1.0e5,true]},[]]} ", "/in")]
    public async Task Elements_are_the_same_wherever_the_pieces_of_a_document_are_torn_apart(string content, string pointer)
    {
        var read = new List<JsonValue>();
        await foreach (var element in JsonDecoder.ElementsAsync(new TornStream(Encoding.UTF8.GetBytes(content)), pointer, CancellationToken.None))
            read.Add(element);

        Assert.Equal("""[12,"ä€𝄞",{"a":[1.0e5,true]},[]]""", JsonArray.Of([.. read]).Text);
    }

    [Theory]
    [InlineData("""{"InputType":"JSONL"}""")]
    [InlineData("""{"InputType":"JSON"}""")]
    [InlineData("""{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}""")]
    public async Task An_item_as_large_as_its_file_is_refused_without_holding_it(string configuration)
    {
        using var content = new EndlessStream("[\"");
        var before = GC.GetAllocatedBytesForCurrentThread();

        var e = await Assert.ThrowsAsync<MapItemsException>(async () =>
        {
            await foreach (var _ in ItemReading.ReadAsync(content, new ReaderSettings((JsonObject)JsonReader.Parse(configuration)), CancellationToken.None))
            {
            }
        });

        Assert.Equal("An item of the item source is larger than 8 MB.", e.Message);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 * 1024 * 1024);
    }

    /// <summary>A file whose only item has no end.</summary>
    private sealed class EndlessStream(string beginning) : ReadingStream
    {
        private bool _isBegun;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!_isBegun)
            {
                _isBegun = true;
                return new(Encoding.UTF8.GetBytes(beginning, buffer.Span));
            }

            buffer.Span.Fill((byte)'x');
            return new(buffer.Length);
        }
    }
}
