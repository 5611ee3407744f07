using Stateside.Language.Json;

namespace Stateside.Aws.Tests.Stores;

public sealed class QueryTests : IDisposable
{
    private readonly Tables _tables = new();

    public QueryTests()
    {
        foreach (var n in new[] { "10", "-2", "9", "0.5", "-30", "100" })
            _tables.Do("PutItem", $"{{'TableName': 'numbers', 'Item': {{'id': {{'S': 'a'}}, 'n': {{'N': '{n}'}}, 'kind': {{'S': '{(n.Length > 1 ? "long" : "short")}'}}, 'x': {{'S': 'x{n}'}}}}}}");
        _tables.Do("PutItem", "{'TableName': 'numbers', 'Item': {'id': {'S': 'b'}, 'n': {'N': '7'}}}");
    }

    public void Dispose() => _tables.Dispose();

    [Theory]
    [InlineData("", "-30 -2 0.5 9 10 100")]
    [InlineData(" AND n > :n", "10 100")]
    [InlineData(" AND n >= :n", "9 10 100")]
    [InlineData(" AND n < :n", "-30 -2 0.5")]
    [InlineData(" AND n = :n", "9")]
    [InlineData(" AND n BETWEEN :low AND :n", "-2 0.5 9")]
    public void A_query_gives_a_partition_in_the_order_of_numbers(string range, string expected) => Assert.Equal(expected, Numbers(Query(range)));

    [Fact]
    public void A_query_can_go_backward() => Assert.Equal("100 10 9 0.5 -2 -30", Numbers(Query("", ", 'ScanIndexForward': false")));

    [Theory]
    [InlineData("true", "-30 -2|0.5 9|10 100|")]
    [InlineData("false", "100 10|9 0.5|-2 -30|")]
    public void A_query_goes_on_where_a_page_ended(string forward, string expected)
    {
        var pages = new List<string>();
        var more = $", 'ScanIndexForward': {forward}, 'Limit': 2";
        var page = Query("", more);
        while (true)
        {
            pages.Add(Numbers(page));
            if (page["LastEvaluatedKey"] is not { } last)
                break;
            page = Query("", $"{more}, 'ExclusiveStartKey': {last.Text.Replace('"', '\'')}");
        }

        Assert.Equal(expected, string.Join('|', pages));
    }

    [Fact]
    public void A_filter_counts_what_it_leaves_and_what_it_looked_at()
    {
        var answer = Query("", ", 'FilterExpression': 'x = :x'", ", ':x': {'S': 'x9'}");

        Assert.Equal(("9", "1", "6"), (Numbers(answer), answer["Count"]!.Text, answer["ScannedCount"]!.Text));
    }

    [Fact]
    public void A_count_comes_without_items()
    {
        var answer = Query("", ", 'Select': 'COUNT'");

        Assert.Equal("""{"Count":6,"ScannedCount":6}""", answer.Text);
    }

    [Fact]
    public void Binaries_are_in_the_order_of_their_bytes()
    {
        foreach (var b in new[] { "/w==", "AQ==", "AQA=", "fw==" })
            _tables.Do("PutItem", $"{{'TableName': 'bytes', 'Item': {{'id': {{'S': 'a'}}, 'b': {{'B': '{b}'}}}}}}");

        var items = (JsonArray)_tables.Do("Query", "{'TableName': 'bytes', 'KeyConditionExpression': 'id = :id', 'ExpressionAttributeValues': {':id': {'S': 'a'}}}")["Items"]!;

        Assert.Equal(["AQ==", "AQA=", "fw==", "/w=="], items.Select(item => ((JsonString)((JsonObject)((JsonObject)item)["b"]!)["B"]!).Value));
    }

    [Fact]
    public void A_global_index_has_its_own_order_and_attributes()
    {
        var answer = _tables.Do("Query", "{'TableName': 'numbers', 'IndexName': 'by-kind', 'KeyConditionExpression': 'kind = :k AND n > :n', 'ExpressionAttributeValues': {':k': {'S': 'long'}, ':n': {'N': '-3'}}, 'Limit': 2}");

        Assert.Equal("-2 0.5", Numbers(answer));
        Assert.Equal(["id", "n", "kind"], ((JsonObject)((JsonArray)answer["Items"]!)[0]).Keys.ToArray());
        Assert.Equal("""{"id":{"S":"a"},"n":{"N":"0.5"},"kind":{"S":"long"}}""", answer["LastEvaluatedKey"]!.Text);
        Assert.Equal("10 100", Numbers(_tables.Do("Query", "{'TableName': 'numbers', 'IndexName': 'by-kind', 'KeyConditionExpression': 'kind = :k', 'ExpressionAttributeValues': {':k': {'S': 'long'}}, 'ExclusiveStartKey': {'id': {'S': 'a'}, 'n': {'N': '0.5'}, 'kind': {'S': 'long'}}}")));
    }

    [Theory]
    [InlineData("'KeyConditionExpression': 'n = :n', 'ExpressionAttributeValues': {':n': {'N': '1'}}", "Query condition missed key schema element: id")]
    [InlineData("'KeyConditionExpression': 'id > :v', 'ExpressionAttributeValues': {':v': {'S': 'a'}}", "Query key condition not supported")]
    [InlineData("'KeyConditionExpression': 'id = :v AND x = :v', 'ExpressionAttributeValues': {':v': {'S': 'a'}}", "Query condition missed key schema element: n")]
    [InlineData("'KeyConditionExpression': 'id = :v OR n = :v', 'ExpressionAttributeValues': {':v': {'S': 'a'}}", "Invalid operator used in KeyConditionExpression: OR")]
    [InlineData("'KeyConditionExpression': 'id = :v AND n = :v', 'ExpressionAttributeValues': {':v': {'S': 'a'}}", "One or more parameter values were invalid: Condition parameter type does not match schema type")]
    [InlineData("'KeyConditionExpression': 'id = :v', 'FilterExpression': 'n = :n', 'ExpressionAttributeValues': {':v': {'S': 'a'}, ':n': {'N': '1'}}",
        "Filter Expression can only contain non-primary key attributes: Primary key attribute: n")]
    [InlineData("'KeyConditionExpression': 'id = :v', 'Limit': 0, 'ExpressionAttributeValues': {':v': {'S': 'a'}}",
        "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1")]
    [InlineData("'KeyConditionExpression': 'id = :v', 'IndexName': 'none', 'ExpressionAttributeValues': {':v': {'S': 'a'}}", "The table does not have the specified index: none")]
    [InlineData("'KeyConditionExpression': 'id = :v', 'ExclusiveStartKey': {'id': {'S': 'a'}}, 'ExpressionAttributeValues': {':v': {'S': 'a'}}", "The provided starting key is invalid")]
    public void A_query_with_a_mistake_is_refused(string members, string message) =>
        Assert.Equal(message, _tables.Invalid("Query", $"{{'TableName': 'numbers', {members}}}"));

    [Fact]
    public void A_scan_finds_all_and_its_segments_share_them()
    {
        Assert.Equal("7", _tables.Do("Scan", "{'TableName': 'numbers'}")["Count"]!.Text);
        for (var i = 0; i < 40; i++)
            _tables.Put($"{{'id': {{'S': 'k{i}'}}}}");

        var counts = Enumerable.Range(0, 3).Select(segment =>
            ((JsonNumber)_tables.Do("Scan", $"{{'TableName': 'plain', 'Segment': {segment}, 'TotalSegments': 3}}")["Count"]!).Int64).ToList();

        Assert.Equal(40, counts.Sum());
        Assert.All(counts, count => Assert.InRange(count, 1, 39));
    }

    [Fact]
    public void A_page_ends_after_a_megabyte()
    {
        for (var i = 0; i < 5; i++)
            _tables.Put($"{{'id': {{'S': 'k{i}'}}, 'x': {{'S': '{new string('x', 300 * 1024)}'}}}}");

        var first = _tables.Do("Scan", "{'TableName': 'plain'}");
        var second = _tables.Do("Scan", $"{{'TableName': 'plain', 'ExclusiveStartKey': {first["LastEvaluatedKey"]!.Text.Replace('"', '\'')}}}");

        Assert.Equal(("4", "1", true), (first["Count"]!.Text, second["Count"]!.Text, second["LastEvaluatedKey"] is null));
    }

    private JsonObject Query(string range, string more = "", string values = "")
    {
        var used = string.Concat(new[] { ", ':n': {'N': '9'}", ", ':low': {'N': '-2'}" }.Where(value => range.Contains(value.Split('\'')[1], StringComparison.Ordinal)));
        return _tables.Do("Query", $"{{'TableName': 'numbers', 'KeyConditionExpression': 'id = :id{range}', 'ExpressionAttributeValues': {{':id': {{'S': 'a'}}{used}{values}}}{more}}}");
    }

    private static string Numbers(JsonObject answer) =>
        string.Join(' ', ((JsonArray)answer["Items"]!).Select(item => ((JsonString)((JsonObject)((JsonObject)item)["n"]!)["N"]!).Value));
}
