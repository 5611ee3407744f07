using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrderIntake.Tests;

/// <summary>Orders for tests: a good one, and what becomes of it with one thing changed.</summary>
internal static class Orders
{
    public static JsonObject Good() => JsonNode.Parse("""
        {
          "orderId": "1001", "placedAt": "2026-03-14T09:30:00Z", "currency": "EUR",
          "customer": {"id": "7", "country": "Germany"},
          "lines": [{"sku": "A", "description": "An apple", "quantity": 2, "unitPrice": 1.25}]
        }
        """)!.AsObject();

    public static JsonObject Line(string sku, string quantity, string unitPrice) =>
        new() { ["sku"] = sku, ["quantity"] = JsonNode.Parse(quantity), ["unitPrice"] = JsonNode.Parse(unitPrice) };

    /// <summary>The good order with the value at a place, such as customer.id or lines[0].sku, replaced by JSON text; without any, removed.</summary>
    public static string GoodBut(string place, string? json)
    {
        var order = Good();
        var owner = place.StartsWith("customer.", StringComparison.Ordinal) ? order["customer"]!.AsObject()
            : place.StartsWith("lines[0].", StringComparison.Ordinal) ? order["lines"]![0]!.AsObject()
            : order;
        const string Marker = "the value to replace";
        var name = place[(place.LastIndexOf('.') + 1)..];
        if (json is null)
            owner.Remove(name);
        else if (place == "lines[0]")
            order["lines"]![0] = Marker;
        else
            owner[name] = Marker;
        return order.ToJsonString().Replace($"\"{Marker}\"", json, StringComparison.Ordinal);
    }

    public static Order Validate(string json, TestLambdaContext? context = null)
    {
        using var posted = JsonDocument.Parse(json);
        return new ValidateOrder().Handle(posted.RootElement, context ?? new TestLambdaContext());
    }

    public static string[] ProblemsOf(string json) =>
        Assert.Throws<InvalidOrderException>(() => Validate(json)).Message.Split('\n');
}
