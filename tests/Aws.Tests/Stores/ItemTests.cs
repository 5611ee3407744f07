namespace Stateside.Aws.Tests.Stores;

/// <summary>Getting, putting and deleting items, and what DynamoDB refuses to store.</summary>
public sealed class ItemTests : IDisposable
{
    private readonly Tables _tables = new();

    public void Dispose() => _tables.Dispose();

    [Fact]
    public void Values_of_all_types_come_back()
    {
        const string Item = "{'id':{'S':'a'},'s':{'S':''},'n':{'N':'1'},'b':{'B':'AQI='},'yes':{'BOOL':true},'no':{'NULL':true},'ss':{'SS':['x','y']},"
            + "'ns':{'NS':['1','2.5']},'bs':{'BS':['AQ==']},'l':{'L':[{'N':'1'},{'L':[]}]},'m':{'M':{'k':{'M':{}}}}}";

        _tables.Put(Item);

        Assert.Equal(Item, _tables.Get("a"));
    }

    [Fact]
    public void An_item_that_is_not_there_gives_an_empty_answer() =>
        Assert.Empty(_tables.Do("GetItem", "{'TableName': 'plain', 'Key': {'id': {'S': 'none'}}}"));

    [Fact]
    public void Putting_replaces_the_whole_item_and_can_return_the_former()
    {
        _tables.Put("{'id': {'S': 'a'}, 'x': {'N': '1'}}");

        var answer = _tables.Do("PutItem", "{'TableName': 'plain', 'Item': {'id': {'S': 'a'}, 'y': {'N': '2'}}, 'ReturnValues': 'ALL_OLD'}");

        Assert.Equal("""{"Attributes":{"id":{"S":"a"},"x":{"N":"1"}}}""", answer.Text);
        Assert.Equal("{'id':{'S':'a'},'y':{'N':'2'}}", _tables.Get("a"));
    }

    [Fact]
    public void Deleting_can_return_the_item_and_succeeds_where_there_is_none()
    {
        _tables.Put("{'id': {'S': 'a'}, 'x': {'N': '1'}}");
        const string Delete = "{'TableName': 'plain', 'Key': {'id': {'S': 'a'}}, 'ReturnValues': 'ALL_OLD'}";

        Assert.Equal("""{"Attributes":{"id":{"S":"a"},"x":{"N":"1"}}}""", _tables.Do("DeleteItem", Delete).Text);
        Assert.Equal("{}", _tables.Do("DeleteItem", Delete).Text);
    }

    [Fact]
    public void A_projection_takes_members_and_elements_apart()
    {
        _tables.Put("{'id': {'S': 'a'}, 'm': {'M': {'x': {'N': '1'}, 'y': {'N': '2'}}}, 'l': {'L': [{'N': '0'}, {'N': '1'}, {'N': '2'}]}}");

        var answer = _tables.Do("GetItem", "{'TableName': 'plain', 'Key': {'id': {'S': 'a'}}, 'ProjectionExpression': 'm.y, l[2], l[0], nothing'}");

        Assert.Equal("""{"Item":{"m":{"M":{"y":{"N":"2"}}},"l":{"L":[{"N":"0"},{"N":"2"}]}}}""", answer.Text);
    }

    [Theory]
    [InlineData("{'x': {'N': '1'}}", "One or more parameter values were invalid: Missing the key id in the item")]
    [InlineData("{'id': {'N': '1'}}", "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N")]
    [InlineData("{'id': {'S': 'a'}, 'x': {'SS': []}}", "One or more parameter values were invalid: An string set  may not be empty")]
    [InlineData("{'id': {'S': 'a'}, 'x': {'NS': []}}", "One or more parameter values were invalid: An number set  may not be empty")]
    [InlineData("{'id': {'S': 'a'}, 'x': {'BS': []}}", "One or more parameter values were invalid: Binary sets should not be empty")]
    [InlineData("{'id': {'S': 'a'}, 'x': {'SS': ['b', 'c', 'b']}}", "One or more parameter values were invalid: Input collection [b, c, b] contains duplicates.")]
    [InlineData("{'id': {'S': 'a'}, 'x': {'NS': ['1', '1.0']}}", "Input collection contains duplicates")]
    [InlineData("{'id': {'S': 'a'}, 'x': {'NULL': false}}", "One or more parameter values were invalid: Null attribute value types must have the value of true")]
    [InlineData("{'id': {'S': 'a'}, 'x': {}}", "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")]
    [InlineData("{'id': {'S': 'a'}, 'x': {'S': 'a', 'N': '1'}}", "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")]
    public void An_item_that_breaks_a_rule_is_refused(string item, string message) =>
        Assert.Equal(message, _tables.Invalid("PutItem", $"{{'TableName': 'plain', 'Item': {item}}}"));

    [Theory]
    [InlineData("{'id': {'S': 'a'}, 'more': {'S': 'b'}}", "The provided key element does not match the schema")]
    [InlineData("{'other': {'S': 'a'}}", "The provided key element does not match the schema")]
    [InlineData("{'id': {'N': '1'}}", "The provided key element does not match the schema")]
    [InlineData("{'id': {'S': ''}}", "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id")]
    public void A_key_that_is_not_the_table_s_is_refused(string key, string message) =>
        Assert.Equal(message, _tables.Invalid("GetItem", $"{{'TableName': 'plain', 'Key': {key}}}"));

    [Fact]
    public void Sizes_of_keys_and_items_are_bounded()
    {
        static string Item(int key, int value) => $"{{'TableName': 'plain', 'Item': {{'id': {{'S': '{new string('k', key)}'}}, 'x': {{'S': '{new string('x', value)}'}}}}}}";

        _tables.Do("PutItem", Item(2048, 1));
        Assert.Equal("One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes", _tables.Invalid("PutItem", Item(2049, 1)));
        _tables.Do("PutItem", Item(1, (400 * 1024) - 4));
        Assert.Equal("Item size has exceeded the maximum allowed size", _tables.Invalid("PutItem", Item(1, (400 * 1024) - 3)));
    }

    [Fact]
    public void A_table_that_is_not_declared_is_not_found()
    {
        var refusal = _tables.Refused("GetItem", "{'TableName': 'none', 'Key': {'id': {'S': 'a'}}}");

        Assert.Equal(("ResourceNotFoundException", "Requested resource not found"), (refusal.Code, refusal.Message));
    }

    [Theory]
    [InlineData("GetItem", "{'Key': {}}", "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null")]
    [InlineData("GetItem", "{'TableName': 'plain'}", "1 validation error detected: Value null at 'key' failed to satisfy constraint: Member must not be null")]
    [InlineData("PutItem", "{'TableName': 'plain', 'Item': {'id': {'S': 'a'}}, 'ReturnValues': 'SOME'}",
        "1 validation error detected: Value 'SOME' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [NONE, ALL_NEW, UPDATED_OLD, ALL_OLD, UPDATED_NEW]")]
    [InlineData("PutItem", "{'TableName': 'plain', 'Item': {'id': {'S': 'a'}}, 'ReturnValues': 'ALL_NEW'}", "Return values set to invalid value")]
    public void A_request_that_breaks_a_rule_is_refused(string action, string request, string message) => Assert.Equal(message, _tables.Invalid(action, request));

    [Theory]
    [InlineData("PutItem", "{'TableName': 'plain', 'Item': {'id': {'S': 'a'}}, 'Expected': {}}", "the legacy parameter Expected; ConditionExpression says the same")]
    [InlineData("UpdateItem", "{'TableName': 'plain', 'Key': {'id': {'S': 'a'}}, 'AttributeUpdates': {}}", "the legacy parameter AttributeUpdates; UpdateExpression says the same")]
    [InlineData("UpdateTable", "{'TableName': 'plain'}", "UpdateTable: it covers GetItem")]
    public void What_is_not_covered_names_the_remedy(string action, string request, string what)
    {
        var refusal = _tables.Refused(action, request);

        Assert.Equal(("SdkClientException", 0), (refusal.Code, refusal.StatusCode));
        Assert.Contains($"The embedded DynamoDB does not cover {what}", refusal.Message, StringComparison.Ordinal);
        Assert.EndsWith("name its endpoint: AWS_ENDPOINT_URL_DYNAMODB=http://127.0.0.1:8000", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Capacity_is_told_when_it_is_asked_for()
    {
        var put = _tables.Do("PutItem", $"{{'TableName': 'plain', 'Item': {{'id': {{'S': 'a'}}, 'x': {{'S': '{new string('x', 3000)}'}}}}, 'ReturnConsumedCapacity': 'TOTAL'}}");
        var get = _tables.Do("GetItem", "{'TableName': 'plain', 'Key': {'id': {'S': 'a'}}, 'ReturnConsumedCapacity': 'INDEXES'}");

        Assert.Equal("""{"ConsumedCapacity":{"TableName":"plain","CapacityUnits":3}}""", put.Text);
        Assert.Equal("""{"TableName":"plain","CapacityUnits":0.5,"Table":{"CapacityUnits":0.5}}""", get["ConsumedCapacity"]!.Text);
    }

    [Fact]
    public void Items_are_there_again_when_the_file_is_opened_again()
    {
        var folder = Directory.CreateTempSubdirectory("stateside-stores-");
        var path = Path.Combine(folder.FullName, "deep", "stores.db");
        using (var tables = new Tables(path))
            tables.Put("{'id': {'S': 'a'}}");
        using (var tables = new Tables(path))
            Assert.Equal("{'id':{'S':'a'}}", tables.Get("a"));
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Two_processes_may_write_to_one_file()
    {
        var folder = Directory.CreateTempSubdirectory("stateside-stores-");
        using (var one = new Tables(Path.Combine(folder.FullName, "stores.db")))
        using (var two = new Tables(Path.Combine(folder.FullName, "stores.db")))
        {
            Parallel.ForEach(new[] { one, two, one, two }, tables =>
            {
                for (var i = 0; i < 50; i++)
                    tables.Do("UpdateItem", "{'TableName': 'plain', 'Key': {'id': {'S': 'a'}}, 'UpdateExpression': 'ADD n :one', 'ExpressionAttributeValues': {':one': {'N': '1'}}}");
            });
            Assert.Equal("{'id':{'S':'a'},'n':{'N':'200'}}", one.Get("a"));
        }

        folder.Delete(recursive: true);
    }
}
