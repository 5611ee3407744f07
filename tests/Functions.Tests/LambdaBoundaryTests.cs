using System.Text.Json.Nodes;
using Amazon.Lambda.Core;

namespace OrderIntake.Tests;

/// <summary>Bytes in, bytes out, through the handlers that the template names.</summary>
public sealed class LambdaBoundaryTests
{
    [Fact]
    public void An_order_in_bytes_becomes_an_invoice_in_bytes()
    {
        var order = LambdaInvocation.Invoke("ValidateOrderFunction", Samples.Read("yen.json"), new TestLambdaContext());
        Same("""
            {
              "orderId": "JP-1001", "placedAt": "2026-03-14T09:30:00+09:00", "currency": "JPY", "customer": {"country": "Japan"},
              "lines": [
                {"sku": "TEA-SENCHA", "description": "Sencha, per gram", "quantity": 305, "unitPrice": 12.75},
                {"sku": "CUP", "quantity": 2, "unitPrice": 1480},
                {"sku": "SAMPLE", "description": "A gift", "quantity": 1, "unitPrice": 0}
              ]
            }
            """, order);

        var invoice = LambdaInvocation.Invoke("InvoiceOrderFunction", order, new TestLambdaContext());
        Same("""
            {
              "number": "INV-JP-1001", "orderId": "JP-1001", "issuedAt": "2026-03-14T09:30:00+09:00", "currency": "JPY",
              "customer": {"country": "Japan"},
              "lines": [
                {"sku": "TEA-SENCHA", "description": "Sencha, per gram", "quantity": 305, "unitPrice": 12.75, "net": 3889},
                {"sku": "CUP", "quantity": 2, "unitPrice": 1480, "net": 2960},
                {"sku": "SAMPLE", "description": "A gift", "quantity": 1, "unitPrice": 0, "net": 0}
              ],
              "net": 6849, "taxPercent": 0, "tax": 0, "total": 6849
            }
            """, invoice);
    }

    [Fact]
    public void The_same_order_gives_the_same_bytes()
    {
        var order = LambdaInvocation.Invoke("ValidateOrderFunction", Samples.Read("good.json"), new TestLambdaContext());

        Assert.Equal(
            LambdaInvocation.Invoke("InvoiceOrderFunction", order, new TestLambdaContext()),
            LambdaInvocation.Invoke("InvoiceOrderFunction", order, new TestLambdaContext()));
    }

    [Fact]
    public void The_invoice_takes_its_rates_from_the_environment()
    {
        var order = LambdaInvocation.Invoke("ValidateOrderFunction", Samples.Read("good.json"), new TestLambdaContext());
        var context = new TestLambdaContext();
        Environment.SetEnvironmentVariable("TAX_RATES", "United Kingdom=20");
        try
        {
            var invoice = JsonNode.Parse(LambdaInvocation.Invoke("InvoiceOrderFunction", order, context))!;

            Assert.Equal((20m, 27.82m, 166.94m), ((decimal)invoice["taxPercent"]!, (decimal)invoice["tax"]!, (decimal)invoice["total"]!));
            Assert.Equal(["Issued \"INV-536365\" over 166.94 GBP."], context.Lines);
        }
        finally
        {
            Environment.SetEnvironmentVariable("TAX_RATES", null);
        }
    }

    [Fact]
    public void An_order_of_wrong_types_is_rejected_by_the_handler_not_by_the_serializer() =>
        Assert.Equal(
            "lines[0].quantity: \"2\" is not a number",
            Assert.Throws<InvalidOrderException>(() => LambdaInvocation.Invoke(
                "ValidateOrderFunction", Orders.GoodBut("lines[0].quantity", "\"2\""), new TestLambdaContext())).Message);

    [Fact]
    public void The_assembly_names_its_serializer() =>
        Assert.Contains(typeof(ValidateOrder).Assembly.GetCustomAttributesData(), attribute => attribute.AttributeType == typeof(LambdaSerializerAttribute));

    private static void Same(string expected, string actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(actual)), actual);
}
