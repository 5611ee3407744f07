using Stateside.Aws.DynamoDb;
using Stateside.Aws.Services;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Aws.Tests.Stores;

/// <summary>An embedded DynamoDB with a few tables. JSON is written with single quotation marks.</summary>
internal sealed class Tables : IDisposable
{
    private const string Declarations = """
        {
          'plain': {'AttributeDefinitions': [{'AttributeName': 'id', 'AttributeType': 'S'}], 'KeySchema': [{'AttributeName': 'id', 'KeyType': 'HASH'}]},
          'numbers': {
            'AttributeDefinitions': [{'AttributeName': 'id', 'AttributeType': 'S'}, {'AttributeName': 'n', 'AttributeType': 'N'}, {'AttributeName': 'kind', 'AttributeType': 'S'}],
            'KeySchema': [{'AttributeName': 'id', 'KeyType': 'HASH'}, {'AttributeName': 'n', 'KeyType': 'RANGE'}],
            'GlobalSecondaryIndexes': [{'IndexName': 'by-kind', 'KeySchema': [{'AttributeName': 'kind', 'KeyType': 'HASH'}, {'AttributeName': 'n', 'KeyType': 'RANGE'}],
              'Projection': {'ProjectionType': 'KEYS_ONLY'}}]
          },
          'bytes': {
            'AttributeDefinitions': [{'AttributeName': 'id', 'AttributeType': 'S'}, {'AttributeName': 'b', 'AttributeType': 'B'}],
            'KeySchema': [{'AttributeName': 'id', 'KeyType': 'HASH'}, {'AttributeName': 'b', 'KeyType': 'RANGE'}]
          }
        }
        """;

    private readonly StoreFile _file;

    public Tables(string? path = null, TimeProvider? time = null)
    {
        _file = new StoreFile(path);
        Store = new DynamoDbStore(_file, time ?? TimeProvider.System, AwsLocation.Default);
        Store.Declare(LooseJson.Read(Declarations).Select(table => TableSchema.Read(table.Key, (JsonObject)table.Value, isSimple: false)!));
    }

    public DynamoDbStore Store { get; }

    public JsonObject Do(string action, string request) => Store.Execute(action, LooseJson.Read(request));

    /// <summary>What the store says when it refuses.</summary>
    public StoreRefusal Refused(string action, string request) => Assert.Throws<StoreRefusal>(() => Do(action, request));

    /// <summary>What it says of a request that breaks a rule.</summary>
    public string Invalid(string action, string request)
    {
        var refusal = Refused(action, request);
        Assert.Equal(("ValidationException", 400), (refusal.Code, refusal.StatusCode));
        return refusal.Message;
    }

    /// <summary>Puts an item into the plain table.</summary>
    public void Put(string item) => Do("PutItem", $"{{'TableName': 'plain', 'Item': {item}}}");

    /// <summary>The item of the plain table, as compact JSON with single quotation marks.</summary>
    public string? Get(string id) => Do("GetItem", $"{{'TableName': 'plain', 'Key': {{'id': {{'S': '{id}'}}}}}}")["Item"]?.Text.Replace('"', '\'');

    public void Dispose() => _file.Dispose();
}
