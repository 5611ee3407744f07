using System.Text;
using System.Text.Json.Nodes;

namespace OrderIntake.Tests;

public sealed class ValidateOrderTests
{
    [Fact]
    public void A_good_order_comes_back_in_normal_form()
    {
        var order = Orders.Validate("""
            {
              "orderId": " 1001\n", "placedAt": "2026-03-14T09:30:00+01:00 ", "currency": " eur",
              "customer": {"id": " 7 ", "country": "\tGermany "},
              "lines": [
                {"sku": " a1 ", "description": " An apple ", "quantity": 2, "unitPrice": 1.50},
                {"sku": "b", "description": "", "quantity": 1, "unitPrice": 0},
                {"sku": "A1", "description": "Another name", "quantity": 3, "unitPrice": 1.5},
                {"sku": "A1", "quantity": 1, "unitPrice": 1.4}
              ]
            }
            """);

        Assert.Equal(("1001", "2026-03-14T09:30:00+01:00", "EUR"), (order.OrderId, order.PlacedAt, order.Currency));
        Assert.Equal(new Customer("7", "Germany"), order.Customer);
        Assert.Equal(
            [new OrderLine("A1", "An apple", 5, 1.5m), new OrderLine("B", null, 1, 0), new OrderLine("A1", null, 1, 1.4m)],
            order.Lines);
    }

    [Theory]
    [InlineData("customer.id", null)]
    [InlineData("customer.id", "null")]
    [InlineData("customer.id", "\"\"")]
    [InlineData("lines[0].description", null)]
    [InlineData("lines[0].description", "null")]
    [InlineData("lines[0].description", "\"two\\nlines\"")]
    [InlineData("lines[0].sku", "\"POST\"")]
    [InlineData("lines[0].quantity", "2147483647")]
    [InlineData("lines[0].quantity", "5.00")]
    [InlineData("lines[0].quantity", "1.2e1")]
    [InlineData("lines[0].quantity", "120E-1")]
    [InlineData("lines[0].unitPrice", "0")]
    [InlineData("lines[0].unitPrice", "-0.0")]
    [InlineData("lines[0].unitPrice", "0e999999999999")]
    [InlineData("lines[0].unitPrice", "0.0001")]
    [InlineData("lines[0].unitPrice", "1e-4")]
    [InlineData("lines[0].unitPrice", "1.250000000000000000000000000000000000000000000000")]
    [InlineData("lines[0].unitPrice", "999999999999.9999")]
    [InlineData("placedAt", "\"2024-02-29T23:59:59.123456789-09:30\"")]
    [InlineData("placedAt", "\"2024-02-29T23:59Z\"")]
    [InlineData("placedAt", "\"2024-02-29T23:59:59,5+0530\"")]
    [InlineData("currency", "\"clf\"")]
    public void What_the_rules_allow_is_accepted(string place, string? json) => Orders.Validate(Orders.GoodBut(place, json));

    [Theory]
    [InlineData("orderId", null, "orderId: is missing")]
    [InlineData("orderId", "null", "orderId: is missing")]
    [InlineData("orderId", "\" \\t\"", "orderId: is blank")]
    [InlineData("orderId", "12", "orderId: 12 is not text")]
    [InlineData("orderId", "\"\\ud800\"", "orderId: holds half a surrogate pair, which is no character")]
    [InlineData("orderId", "\"1\\n2\"", "orderId: \"1\\n2\" holds a control character")]
    [InlineData("placedAt", null, "placedAt: is missing")]
    [InlineData("placedAt", "\"yesterday\"", "placedAt: \"yesterday\" is not an ISO 8601 time with an offset")]
    [InlineData("placedAt", "\"2026-03-14T09:30:00\"", "placedAt: \"2026-03-14T09:30:00\" is not an ISO 8601 time with an offset")]
    [InlineData("placedAt", "\"2026-02-29T09:30:00Z\"", "placedAt: \"2026-02-29T09:30:00Z\" is not an ISO 8601 time with an offset")]
    [InlineData("placedAt", "\"2026-03-14 09:30:00Z\"", "placedAt: \"2026-03-14 09:30:00Z\" is not an ISO 8601 time with an offset")]
    [InlineData("placedAt", "\"2026-03-14T09:30.5Z\"", "placedAt: \"2026-03-14T09:30.5Z\" is not an ISO 8601 time with an offset")]
    [InlineData("currency", "\"GBX\"", "currency: \"GBX\" is not an ISO 4217 currency code")]
    [InlineData("currency", "\"XAU\"", "currency: \"XAU\" is not an ISO 4217 currency code")]
    [InlineData("currency", "\"\"", "currency: is blank")]
    [InlineData("customer", null, "customer: is missing")]
    [InlineData("customer", "\"me\"", "customer: \"me\" is not an object")]
    [InlineData("customer", "[]", "customer: a list is not an object")]
    [InlineData("customer.id", "true", "customer.id: true is not text")]
    [InlineData("customer.id", "\"a\\udc00\"", "customer.id: holds half a surrogate pair, which is no character")]
    [InlineData("customer.country", "\"\"", "customer.country: is blank")]
    [InlineData("lines", null, "lines: is missing")]
    [InlineData("lines", "{}", "lines: an object is not a list")]
    [InlineData("lines", "[]", "lines: 0 lines, where an order has 1 to 1000")]
    [InlineData("lines[0]", "3", "lines[0]: 3 is not an object")]
    [InlineData("lines[0]", "null", "lines[0]: is missing")]
    [InlineData("lines[0].sku", null, "lines[0].sku: is missing")]
    [InlineData("lines[0].sku", "\"\"", "lines[0].sku: is blank")]
    [InlineData("lines[0].description", "[1]", "lines[0].description: a list is not text")]
    [InlineData("lines[0].quantity", null, "lines[0].quantity: is missing")]
    [InlineData("lines[0].quantity", "-6", "lines[0].quantity: -6 is not a positive quantity")]
    [InlineData("lines[0].quantity", "0", "lines[0].quantity: 0 is not a positive quantity")]
    [InlineData("lines[0].quantity", "-0.5", "lines[0].quantity: -0.5 is not a positive quantity")]
    [InlineData("lines[0].quantity", "1.5", "lines[0].quantity: 1.5 is not a whole quantity")]
    [InlineData("lines[0].quantity", "1.00000000000000000000000000000001", "lines[0].quantity: 1.00000000000000000000000000000001 is not a whole quantity")]
    [InlineData("lines[0].quantity", "1e-400", "lines[0].quantity: 1e-400 is not a whole quantity")]
    [InlineData("lines[0].quantity", "2147483648", "lines[0].quantity: 2147483648 is more than 2147483647")]
    [InlineData("lines[0].quantity", "1e400", "lines[0].quantity: 1e400 is more than 2147483647")]
    [InlineData("lines[0].quantity", "\"6\"", "lines[0].quantity: \"6\" is not a number")]
    [InlineData("lines[0].quantity", "\"NaN\"", "lines[0].quantity: \"NaN\" is not a number")]
    [InlineData("lines[0].quantity", "\"\\ud800\"", "lines[0].quantity: \"\ufffd\" is not a number")]
    [InlineData("lines[0].unitPrice", null, "lines[0].unitPrice: is missing")]
    [InlineData("lines[0].unitPrice", "false", "lines[0].unitPrice: false is not a number")]
    [InlineData("lines[0].unitPrice", "-0.01", "lines[0].unitPrice: -0.01 is a negative price")]
    [InlineData("lines[0].unitPrice", "-1e400", "lines[0].unitPrice: -1e400 is a negative price")]
    [InlineData("lines[0].unitPrice", "0.00001", "lines[0].unitPrice: 0.00001 has more than 4 decimals")]
    [InlineData("lines[0].unitPrice", "1e-400", "lines[0].unitPrice: 1e-400 has more than 4 decimals")]
    [InlineData("lines[0].unitPrice", "-1e-400", "lines[0].unitPrice: -1e-400 is a negative price")]
    [InlineData("lines[0].unitPrice", "1e12", "lines[0].unitPrice: 1e12 is not below 1000000000000")]
    [InlineData("lines[0].unitPrice", "1E+99999999999", "lines[0].unitPrice: 1E+99999999999 is not below 1000000000000")]
    public void What_the_rules_forbid_is_named_with_its_place(string place, string? json, string problem) =>
        Assert.Equal([problem], Orders.ProblemsOf(Orders.GoodBut(place, json)));

    [Theory]
    [InlineData("[]", "order: a list is not an object")]
    [InlineData("null", "order: is missing")]
    [InlineData("\"order\"", "order: \"order\" is not an object")]
    public void What_is_no_object_is_no_order(string json, string problem) => Assert.Equal([problem], Orders.ProblemsOf(json));

    [Fact]
    public void All_problems_are_reported_at_once_in_the_order_of_the_document()
    {
        Assert.Equal(
            [
                "placedAt: \"yesterday\" is not an ISO 8601 time with an offset",
                "currency: \"GBX\" is not an ISO 4217 currency code",
                "customer.country: is blank",
                "lines[1].sku: is blank",
                "lines[1].quantity: \"2\" is not a number",
                """lines[2].sku: "POST\nlines[9].sku: \"forged\"" holds a control character""",
                "lines[2].unitPrice: 18.00005 has more than 4 decimals",
                "lines[3].quantity: -6 is not a positive quantity",
            ],
            Orders.ProblemsOf(Samples.Read("problems.json")));
    }

    [Fact]
    public void An_order_may_have_a_thousand_lines_and_no_more()
    {
        Assert.Equal(1000, Orders.Validate(WithLines(1000, index => Orders.Line($"S{index}", "1", "1"))).Lines.Count);
        Assert.Equal(
            ["lines: 1001 lines, where an order has 1 to 1000"],
            Orders.ProblemsOf(WithLines(1001, index => Orders.Line($"S{index}", "1", "1"))));
    }

    [Fact]
    public void Merged_quantities_do_not_overflow()
    {
        var order = Orders.Validate(WithLines(1000, _ => Orders.Line("S", "2147483647", "999999999999.9999")));

        Assert.Equal(2_147_483_647_000, Assert.Single(order.Lines).Quantity);
    }

    [Fact]
    public void After_a_hundred_problems_the_rest_is_counted()
    {
        var problems = Orders.ProblemsOf(WithLines(600, _ => Orders.Line("S", "-6", "1")));

        Assert.Equal(101, problems.Length);
        Assert.Equal("lines[99].quantity: -6 is not a positive quantity", problems[99]);
        Assert.Equal("and 500 more", problems[100]);
    }

    [Fact]
    public void Exactly_a_hundred_problems_are_all_shown()
    {
        var problems = Orders.ProblemsOf(WithLines(100, _ => Orders.Line("S", "-6", "1")));

        Assert.Equal(100, problems.Length);
        Assert.Equal("lines[99].quantity: -6 is not a positive quantity", problems[99]);
    }

    [Theory]
    [InlineData("\\")]
    [InlineData("\"")]
    [InlineData("\u0001")]
    [InlineData("語")]
    [InlineData("😀")]
    [InlineData("\u202e")]
    public void No_order_makes_a_message_that_overflows_a_cause(string character)
    {
        var sku = string.Concat(Enumerable.Repeat(character, 60)) + "\u0002";
        var message = string.Join('\n', Orders.ProblemsOf(WithLines(1000, _ => Orders.Line(sku, "-6", "1"))));

        var escapes = message.Count(character => character is '"' or '\\' or '\n');
        Assert.InRange(Encoding.UTF8.GetByteCount(message) + escapes, 1, (16 * 1024) + @"\nand 9999 more".Length);
        Assert.Matches("^and [0-9]+ more$", message.Split('\n')[^1]);
        Assert.All(message.Split('\n').SkipLast(1), line => Assert.StartsWith("lines[", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Values_are_cut_at_forty_characters()
    {
        var forty = new string('9', 40);

        Assert.Equal([$"customer: \"{forty}\" is not an object"], Orders.ProblemsOf(Orders.GoodBut("customer", $"\"{forty}\"")));
        Assert.Equal([$"customer: \"{forty}…\" is not an object"], Orders.ProblemsOf(Orders.GoodBut("customer", $"\"{forty}9\"")));
        Assert.Equal([$"customer: {forty} is not an object"], Orders.ProblemsOf(Orders.GoodBut("customer", forty)));
        Assert.Equal([$"customer: {forty}… is not an object"], Orders.ProblemsOf(Orders.GoodBut("customer", forty + "9")));
    }

    [Theory]
    [InlineData("\\u0000", @"\u0000")]
    [InlineData("\\r\\n", @"\r\n")]
    [InlineData("a\\tb", @"a\tb")]
    [InlineData("\\u0085", @"\u0085")]
    [InlineData("\\u2028\\u2029", @"\u2028\u2029")]
    [InlineData("\\u202E", @"\u202e")]
    [InlineData("\\\\n", @"\\n")]
    [InlineData("\\\"", "\\\"")]
    [InlineData("é語😀", "é語😀")]
    public void Quoted_values_cannot_forge_a_line(string posted, string quoted) =>
        Assert.Equal([$"customer: \"{quoted}\" is not an object"], Orders.ProblemsOf(Orders.GoodBut("customer", $"\"{posted}\"")));

    [Fact]
    public void A_name_that_is_half_a_surrogate_pair_is_a_problem() =>
        Assert.Equal(
            ["order: has a field whose name holds half a surrogate pair, which is no character"],
            Orders.ProblemsOf(Orders.Good().ToJsonString().Insert(1, "\"order\\ud800Id\": 1, ")));

    [Fact]
    public void The_log_says_what_became_of_the_order()
    {
        var context = new TestLambdaContext();

        Orders.Validate(Orders.Good().ToJsonString(), context);
        Assert.Throws<InvalidOrderException>(() => Orders.Validate("{}", context));

        Assert.Equal(["Accepted \"1001\" with 1 lines.", "Rejected with 5 problems."], context.Lines);
    }

    [Fact]
    public void Validation_ends_before_Lambda_would_end_it() =>
        Assert.ThrowsAny<OperationCanceledException>(() =>
            Orders.Validate(Orders.Good().ToJsonString(), new TestLambdaContext { RemainingTime = TimeSpan.FromMilliseconds(400) }));

    [Fact]
    public void A_debugger_that_stops_the_clock_leaves_all_the_time() =>
        Orders.Validate(Orders.Good().ToJsonString(), new TestLambdaContext { RemainingTime = TimeSpan.MaxValue });

    private static string WithLines(int count, Func<int, JsonObject> line)
    {
        var order = Orders.Good();
        order["lines"] = new JsonArray([.. Enumerable.Range(0, count).Select(line)]);
        return order.ToJsonString();
    }
}
