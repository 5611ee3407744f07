using Stateside.Language.Json;

namespace Stateside.Bench;

/// <summary>The document and the expressions that JSONata is measured with.</summary>
public static class JsonataInput
{
    /// <summary>The expressions by name.</summary>
    public static JsonObject Expressions { get; } =
        (JsonObject)JsonReader.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "jsonata-expressions.json")));

    /// <summary>About 100 KB of orders.</summary>
    public static JsonObject Document { get; } = MakeDocument(100_000);

    private static JsonObject MakeDocument(int bytes)
    {
        var orders = new List<JsonValue>();
        for (var (i, size) = (0, 20); size < bytes; i++)
        {
            var order = JsonReader.Parse($$"""
                {"id":{{i}},"customer":"customer-{{i % 97}}","qty":{{1 + (i % 7)}},"price":{{100 + (i * 37 % 900)}},"status":"{{(i % 3 == 0 ? "open" : "paid")}}","tags":["a","t{{i % 11}}"]}
                """);
            orders.Add(order);
            size += order.CompactLength + 1;
        }

        return JsonObject.Of(("orders", JsonArray.Of([.. orders])));
    }
}
