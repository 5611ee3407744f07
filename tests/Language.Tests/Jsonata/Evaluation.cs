using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Jsonata;
using Stateside.Language.Jsonata.Parsing;

namespace Stateside.Language.Tests.Jsonata;

/// <summary>Evaluates expressions for the tests of this folder.</summary>
internal static class Evaluation
{
    public const string Document = """
        {
          "name": "order-17",
          "lines": [
            {"sku": "a", "qty": 2, "price": 10.5, "tags": ["x", "y"]},
            {"sku": "b", "qty": 1, "price": 20, "tags": ["z"]},
            {"sku": "c", "qty": 5, "price": 3, "tags": []}
          ],
          "customer": {"name": "Ada", "emails": ["ada@example.com"], "vip": true},
          "notes": null,
          "matrix": [[1, 2], [3, 4]]
        }
        """;

    /// <summary>The text of an expression's value; null when it is undefined.</summary>
    public static string? Of(string expression, string? document = Document, JsonataDialect dialect = JsonataDialect.Standard) =>
        JsonataExpression.Parse(expression, dialect).Evaluate(new JsonataEnvironment
        {
            Input = document is null ? null : JsonReader.Parse(document),
            Chance = new Chance(1),
            Now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123),
        })?.Text;

    public static string? StepFunctions(string expression) => Of(expression, null, JsonataDialect.StepFunctions);

    public static JsonataException Error(string expression, string? document = Document) =>
        Assert.Throws<JsonataException>(() => Of(expression, document));
}
