using System.Text;
using Stateside.Engine.Items;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tests.Functions;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Items;

public sealed class CsvDecoderTests
{
    private const string FirstRow = """{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}""";

    private static async Task<string> FieldsAsync(string row)
    {
        var read = (JsonArray)JsonReader.Parse(await MemoryBucket.ItemsOfAsync(row, """{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["A","B","C"]}"""));
        return string.Join(" / ", read.Select(item => string.Join('|', ((JsonObject)item).Values.ToArray().Select(field => ((JsonString)field).Value))));
    }

    [Theory]
    [InlineData("a,b\r\n1,\"x, \"\"y\"\"\"\r\n\r\n2\r\n3,4,5", FirstRow, """[{"a":"1","b":"x, \"y\""},{"a":"2","b":""},{"a":"3","b":"4"}]""")]
    [InlineData("id,\n1,2\n   \n", FirstRow, """[{"":"2","id":"1"},{"":"","id":"   "}]""")]
    [InlineData("1|2", """{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["a","b"],"CSVDelimiter":"PIPE"}""", """[{"a":"1","b":"2"}]""")]
    [InlineData("1;2", """{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["a","b"],"CSVDelimiter":"SEMICOLON"}""", """[{"a":"1","b":"2"}]""")]
    [InlineData("1 2", """{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["a","b"],"CSVDelimiter":"SPACE"}""", """[{"a":"1","b":"2"}]""")]
    [InlineData("1\t2", """{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["a","b"],"CSVDelimiter":"TAB"}""", """[{"a":"1","b":"2"}]""")]
    [InlineData("", FirstRow, "[]")]
    [InlineData("a,b", FirstRow, "[]")]
    [InlineData("\uFEFFa\r1\r2", FirstRow, """[{"a":"1"},{"a":"2"}]""")]
    public async Task Rows_are_read_from(string content, string configuration, string items) =>
        Assert.Equal(items, await MemoryBucket.ItemsOfAsync(content, configuration));

    [Fact]
    public async Task The_example_of_the_guide_is_read_as_it_says()
    {
        const string Row = "abc,123,\"This string contains commas, a double quotation marks (\"\"), and a newline (\n)\",{\"\"MyKey\"\":\"\"MyValue\"\"},\"[1,2,3]\"";

        var items = await MemoryBucket.ItemsOfAsync(
            Row, """{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["MyLetters","MyNumbers","MyString","MyObject","MyArray"]}""");

        var item = (JsonObject)((JsonArray)JsonReader.Parse(items))[0];
        Assert.Equal(
            ("abc", "123", "This string contains commas, a double quotation marks (\"), and a newline (\n)", """{"MyKey":"MyValue"}""", "[1,2,3]"),
            (item.Text("MyLetters"), item.Text("MyNumbers"), item.Text("MyString"), item.Text("MyObject"), item.Text("MyArray")));
    }

    [Theory]
    [InlineData("""C:\\Program Files\\MyApp.exe,6534512""", """C:\Program Files\MyApp.exe|6534512|""")]
    [InlineData("""\\server\\share,x\,y,\z""", """\server\share|x,y|z""")]
    [InlineData("""5\" pipe,"a \"b\" c",d""", """5" pipe|a "b" c|d""")]
    [InlineData("""a"b,c"d,e""", """ab,c"d|e|""")]
    [InlineData("x, \"y\" ,z", "x|y\" |z")]
    [InlineData("\"a\" b,\"\",\"\"\"\"", "a b||\"")]
    [InlineData("\"a\r\nb\",\"c\n\nd\"", "a\nb|c\n\nd|")]
    [InlineData("a\\\nb", "a|| / b||")]
    public async Task Quotation_marks_and_backslashes_mean_what_they_mean_to_opencsv(string row, string fields) => Assert.Equal(fields, await FieldsAsync(row));

    [Fact]
    public async Task Rows_are_those_of_opencsv()
    {
        var file = Path.Combine(HandlerFixtures.RepoRoot, "tests", "Engine.Tests", "Items", "Files", "opencsv.json");
        foreach (var known in ((JsonArray)JsonReader.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken))).Cast<JsonObject>())
        {
            var rows = await RowsAsync(known.Text("text")!, known.Text("delimiter")![0]);

            Assert.True(known["rows"]!.Equals(rows), $"{known}: {rows}");
        }
    }

    /// <summary>The fields of the rows; null of a file that ends within quotation marks.</summary>
    private static async Task<JsonValue> RowsAsync(string text, char delimiter)
    {
        var window = new ByteWindow(new MemoryStream(Encoding.UTF8.GetBytes(text)));
        var rows = new CsvRows(window, delimiter);
        var read = new List<JsonValue>();
        try
        {
            while (true)
            {
                if (rows.MoveNext())
                    read.Add(JsonArray.Of(Enumerable.Range(0, rows.Count).Select(i => JsonValue.From(rows[i]))));
                else if (window.IsFinal)
                    return JsonArray.Of(read);
                else
                    await window.FillAsync(CancellationToken.None);
            }
        }
        catch (MapItemsException)
        {
            return JsonValue.Null;
        }
    }

    [Fact]
    public async Task Headers_are_in_the_order_of_a_hash_map_of_java()
    {
        // The order in which a HashMap of Java 17 has the keys column0 to column13.
        int[] order = [1, 12, 0, 11, 10, 5, 4, 3, 2, 13, 9, 8, 7, 6];

        var items = await MemoryBucket.ItemsOfAsync(
            $"{string.Join(',', Enumerable.Range(0, 14).Select(i => $"column{i}"))}\n{string.Join(',', Enumerable.Range(0, 14))}", FirstRow);

        Assert.Equal($"[{{{string.Join(',', order.Select(i => $"\"column{i}\":\"{i}\""))}}}]", items);
    }

    [Theory]
    [InlineData("a,a\n1,2", FirstRow, "CSV headers cannot contain duplicates.")]
    [InlineData("1,2", """{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["a","a"]}""", "CSV headers cannot contain duplicates.")]
    [InlineData("a\n\"1\n2", FirstRow, "The CSV file ends within a field that a quotation mark opens.")]
    public async Task What_is_no_table_is_refused(string content, string configuration, string cause) =>
        Assert.Equal(cause, (await Assert.ThrowsAsync<MapItemsException>(() => MemoryBucket.ItemsOfAsync(content, configuration))).Message);

    [Fact]
    public async Task Headers_beyond_the_limit_of_aws_are_refused()
    {
        var headers = string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"c{i}"));

        Assert.Equal("The CSV headers are longer than 10 KB.", (await Assert.ThrowsAsync<MapItemsException>(() => MemoryBucket.ItemsOfAsync($"{headers}\n1", FirstRow))).Message);
    }

    [Fact]
    public async Task A_row_beyond_the_limit_of_aws_is_refused_and_one_within_it_is_read()
    {
        var within = new string('x', 7 * 1024 * 1024);

        Assert.Equal($$"""[{"a":"{{within}}"}]""", await MemoryBucket.ItemsOfAsync($"a\n{within}\n", FirstRow));
        Assert.Equal(
            "An item of the item source is larger than 8 MB.",
            (await Assert.ThrowsAsync<MapItemsException>(() => MemoryBucket.ItemsOfAsync($"a\n\"{within}{within}\"\n", FirstRow))).Message);
    }

    [Fact]
    public async Task Rows_are_the_same_wherever_the_pieces_of_a_file_are_torn_apart()
    {
        const string Text = "ä,\"b\"\"\"\r\nö€𝄞,\"x\r\ny\"\r\n\r\n\\,z,\"q\"\n€,€\r";
        var whole = await ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(Text)));

        Assert.Equal("""[{"b\"":"x\ny","ä":"ö€𝄞"},{"b\"":"q","ä":",z"},{"b\"":"€","ä":"€"}]""", whole);
        Assert.Equal(whole, await ReadAsync(new TornStream(Encoding.UTF8.GetBytes(Text))));
    }

    private static async Task<string> ReadAsync(Stream stream)
    {
        var rows = new List<JsonValue>();
        await foreach (var row in CsvDecoder.ReadAsync(stream, ',', null, CancellationToken.None))
            rows.Add(row);
        return JsonArray.Of([.. rows]).Text;
    }
}
