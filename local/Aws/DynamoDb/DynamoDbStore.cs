using Stateside.Aws.DynamoDb.Values;
using Stateside.Aws.Services;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Aws.DynamoDb;

/// <summary>
/// DynamoDB's actions on items, for the tables that a template declares. Each action is one transaction.
/// See https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html.
/// </summary>
internal sealed partial class DynamoDbStore(StoreFile file, TimeProvider time, AwsLocation location)
{
    private static readonly string[] Covered =
    [
        "GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem", "TransactGetItems", "TransactWriteItems",
        "DescribeTable", "ListTables",
    ];

    private readonly ItemFile _items = new(file);
    private volatile Dictionary<string, TableSchema> _tables = new(StringComparer.Ordinal);

    /// <summary>Says which tables there are.</summary>
    public void Declare(IEnumerable<TableSchema> tables) => _tables = tables.ToDictionary(table => table.Name, StringComparer.Ordinal);

    /// <summary>Whether any table is declared.</summary>
    public bool HasAny => _tables.Count > 0;

    /// <summary>Whether a table is declared.</summary>
    /// <param name="table">Its name or its ARN.</param>
    public bool Has(string table) => _tables.ContainsKey(NameOf(table));

    /// <summary>The key of a table that is declared.</summary>
    public KeySchema KeyOf(string table) => Table(table).Key;

    /// <summary>How many items a table has that is declared.</summary>
    public long Count(string table) => file.InTransaction(() => _items.Count(Table(table)), writes: false);

    /// <summary>Does what a request asks for.</summary>
    /// <param name="action">The action, such as GetItem.</param>
    /// <param name="request">The request's body.</param>
    /// <returns>The answer's body.</returns>
    /// <exception cref="StoreRefusal">DynamoDB would refuse, or the store does not cover it.</exception>
    public JsonObject Execute(string action, JsonObject request) => action switch
    {
        "GetItem" => Read(() => GetItem(request)),
        "PutItem" => Write(() => Put(request, ItemWrite.Put)),
        "DeleteItem" => Write(() => Put(request, ItemWrite.Delete)),
        "UpdateItem" => Write(() => Update(request)),
        "Query" => Read(() => Query(request)),
        "Scan" => Read(() => Scan(request)),
        "BatchGetItem" => Read(() => BatchGetItem(request)),
        "BatchWriteItem" => Write(() => BatchWriteItem(request)),
        "TransactGetItems" => Read(() => TransactGetItems(request)),
        "TransactWriteItems" => Write(() => TransactWriteItems(request)),
        "DescribeTable" => Read(() => DescribeTable(request)),
        "ListTables" => ListTables(request),
        _ => throw StoreCoverage.NotCovered("DynamoDB", $"{action}: it covers {string.Join(", ", Covered)}"),
    };

    private JsonObject Read(Func<JsonObject> work) => file.InTransaction(work, writes: false);

    private JsonObject Write(Func<JsonObject> work) => file.InTransaction(work, writes: true);

    private TableSchema TableOf(JsonObject request) => Table(Requests.Needed(request.Text("TableName"), "TableName"));

    private TableSchema Table(string name) => _tables.TryGetValue(NameOf(name), out var table) ? table : throw Refusals.NoTable();

    private static string NameOf(string table)
    {
        var at = table.StartsWith("arn:", StringComparison.Ordinal) ? table.IndexOf(":table/", StringComparison.Ordinal) : -1;
        return at < 0 ? table : table[(at + ":table/".Length)..];
    }
}
