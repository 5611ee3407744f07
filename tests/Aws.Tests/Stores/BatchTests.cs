using Stateside.Engine.Tests.Functions;
using Stateside.Language.Json;

namespace Stateside.Aws.Tests.Stores;

/// <summary>Batches and transactions.</summary>
public sealed class BatchTests : IDisposable
{
    private readonly Tables _tables = new();

    public void Dispose() => _tables.Dispose();

    [Fact]
    public void A_batch_writes_and_reads_items_of_several_tables()
    {
        _tables.Put("{'id': {'S': 'old'}}");

        var written = _tables.Do("BatchWriteItem", "{'RequestItems': {'plain': [{'PutRequest': {'Item': {'id': {'S': 'a'}}}}, {'DeleteRequest': {'Key': {'id': {'S': 'old'}}}}], 'numbers': [{'PutRequest': {'Item': {'id': {'S': 'a'}, 'n': {'N': '1'}}}}]}}");
        var read = _tables.Do("BatchGetItem", "{'RequestItems': {'plain': {'Keys': [{'id': {'S': 'a'}}, {'id': {'S': 'old'}}]}, 'numbers': {'Keys': [{'id': {'S': 'a'}, 'n': {'N': '1'}}], 'ProjectionExpression': 'n'}}}");

        Assert.Equal("""{"UnprocessedItems":{}}""", written.Text);
        Assert.Equal("""{"Responses":{"plain":[{"id":{"S":"a"}}],"numbers":[{"n":{"N":"1"}}]},"UnprocessedKeys":{}}""", read.Text);
    }

    [Theory]
    [InlineData("BatchGetItem", "{'RequestItems': {}}", "1 validation error detected: Value '{}' at 'requestItems' failed to satisfy constraint: Member must have length greater than or equal to 1")]
    [InlineData("BatchGetItem", "{'RequestItems': {'plain': {'Keys': [{'id': {'S': 'a'}}, {'id': {'S': 'a'}}]}}}", "Provided list of item keys contains duplicates")]
    [InlineData("BatchWriteItem", "{'RequestItems': {'plain': [{'PutRequest': {'Item': {'id': {'S': 'a'}}}}, {'DeleteRequest': {'Key': {'id': {'S': 'a'}}}}]}}", "Provided list of item keys contains duplicates")]
    public void A_batch_with_a_mistake_is_refused(string action, string request, string message) => Assert.Equal(message, _tables.Invalid(action, request));

    [Fact]
    public void Batches_are_bounded()
    {
        static string Keys(int count) => string.Join(", ", Enumerable.Range(0, count).Select(i => $"{{'id': {{'S': '{i}'}}}}"));
        var puts = string.Join(", ", Enumerable.Range(0, 26).Select(i => $"{{'PutRequest': {{'Item': {{'id': {{'S': '{i}'}}}}}}}}"));

        Assert.Equal("Too many items requested for the BatchGetItem call", _tables.Invalid("BatchGetItem", $"{{'RequestItems': {{'plain': {{'Keys': [{Keys(101)}]}}}}}}"));
        Assert.Equal("Too many items requested for the BatchWriteItem call", _tables.Invalid("BatchWriteItem", $"{{'RequestItems': {{'plain': [{puts}]}}}}"));
    }

    [Fact]
    public void A_transaction_does_all()
    {
        _tables.Put("{'id': {'S': 'counter'}, 'n': {'N': '1'}}");
        _tables.Put("{'id': {'S': 'old'}}");

        _tables.Do("TransactWriteItems", """
            {'TransactItems': [
              {'ConditionCheck': {'TableName': 'plain', 'Key': {'id': {'S': 'none'}}, 'ConditionExpression': 'attribute_not_exists(id)'}},
              {'Put': {'TableName': 'numbers', 'Item': {'id': {'S': 'a'}, 'n': {'N': '1'}}}},
              {'Update': {'TableName': 'plain', 'Key': {'id': {'S': 'counter'}}, 'UpdateExpression': 'ADD n :one', 'ExpressionAttributeValues': {':one': {'N': '1'}}}},
              {'Delete': {'TableName': 'plain', 'Key': {'id': {'S': 'old'}}}}]}
            """);

        Assert.Equal(("{'id':{'S':'counter'},'n':{'N':'2'}}", null, null), (_tables.Get("counter"), _tables.Get("old"), _tables.Get("none")));
        var read = _tables.Do("TransactGetItems", "{'TransactItems': [{'Get': {'TableName': 'numbers', 'Key': {'id': {'S': 'a'}, 'n': {'N': '1'}}}}, {'Get': {'TableName': 'plain', 'Key': {'id': {'S': 'old'}}}}]}");
        Assert.Equal("""{"Responses":[{"Item":{"id":{"S":"a"},"n":{"N":"1"}}},{}]}""", read.Text);
    }

    [Fact]
    public void A_transaction_does_all_or_nothing_and_tells_why()
    {
        _tables.Put("{'id': {'S': 'a'}, 's': {'S': 'text'}}");

        var refusal = _tables.Refused("TransactWriteItems", """
            {'TransactItems': [
              {'Put': {'TableName': 'plain', 'Item': {'id': {'S': 'b'}}}},
              {'Put': {'TableName': 'plain', 'Item': {'id': {'S': 'a'}}, 'ConditionExpression': 'attribute_not_exists(id)', 'ReturnValuesOnConditionCheckFailure': 'ALL_OLD'}},
              {'Update': {'TableName': 'plain', 'Key': {'id': {'S': 'c'}}, 'UpdateExpression': 'SET x.y = :v', 'ExpressionAttributeValues': {':v': {'N': '1'}}}}]}
            """);

        Assert.Equal(
            ("TransactionCanceledException", "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ValidationError]"),
            (refusal.Code, refusal.Message));
        Assert.Equal("""{"S":"text"}""", ((JsonObject)((JsonObject)((JsonArray)refusal.Details["CancellationReasons"]!)[1])["Item"]!)["s"]!.Text);
        Assert.Null(_tables.Get("b"));
    }

    [Fact]
    public void One_item_stands_once_in_a_transaction() => Assert.Equal(
        "Transaction request cannot include multiple operations on one item",
        _tables.Invalid("TransactWriteItems", "{'TransactItems': [{'Put': {'TableName': 'plain', 'Item': {'id': {'S': 'a'}}}}, {'Delete': {'TableName': 'plain', 'Key': {'id': {'S': 'a'}}}}]}"));

    [Fact]
    public void A_client_s_token_makes_a_repeated_transaction_one_for_ten_minutes()
    {
        var time = new ManualTime();
        using var tables = new Tables(time: time);
        const string Add = "{'ClientRequestToken': 't', 'TransactItems': [{'Update': {'TableName': 'plain', 'Key': {'id': {'S': 'a'}}, 'UpdateExpression': 'ADD n :n', 'ExpressionAttributeValues': {':n': {'N': '1'}}}}]}";

        tables.Do("TransactWriteItems", Add);
        tables.Do("TransactWriteItems", Add);
        Assert.Equal("{'id':{'S':'a'},'n':{'N':'1'}}", tables.Get("a"));
        Assert.Equal("IdempotentParameterMismatchException", tables.Refused("TransactWriteItems", Add.Replace("'N': '1'", "'N': '2'", StringComparison.Ordinal)).Code);

        time.Advance(TimeSpan.FromMinutes(11));
        tables.Do("TransactWriteItems", Add);
        Assert.Equal("{'id':{'S':'a'},'n':{'N':'2'}}", tables.Get("a"));
    }
}
