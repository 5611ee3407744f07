using System.Text.Json;

namespace Stateside.Workflow.Tests;

public sealed class OrderIntakeTests
{
    [Fact]
    public async Task A_good_order_is_invoiced_to_the_penny()
    {
        await using var test = OrderIntake.Test();

        var run = await test.RunAsync(OrderIntake.Good);

        run.ShouldFollow("ValidateOrder", "DecideOutcome", "ClaimOrder", "InvoiceOrder", "StoreOrderAndInvoice", "StoreOrder", "StoreInvoice", "OrderInvoiced")
            .ShouldAssign("record", "order/536365").ShouldGive("$.outcome", "INVOICED").ShouldTake(TimeSpan.Zero);
        var invoice = run.Output<Invoiced>().Invoice;
        Assert.Equal(("INV-536365", "GBP", 139.12m, 20m, 27.82m, 166.94m), (invoice.Number, invoice.Currency, invoice.Net, invoice.TaxPercent, invoice.Tax, invoice.Total));
    }

    [Fact]
    public async Task An_order_in_yen_is_invoiced_in_whole_yen_with_equal_lines_merged()
    {
        await using var test = OrderIntake.Test();

        var invoice = (await test.RunAsync(OrderIntake.Sample("yen.json"))).Output<Invoiced>().Invoice;

        Assert.Equal(("INV-JP-1001", "JPY", 6849m, 10m, 685m, 7534m), (invoice.Number, invoice.Currency, invoice.Net, invoice.TaxPercent, invoice.Tax, invoice.Total));
        Assert.Equal([new("TEA-SENCHA", 305, 3889), new("CUP", 2, 2960), new("SAMPLE", 1, 0)], invoice.Lines);
    }

    [Fact]
    public async Task An_order_that_breaks_rules_is_rejected_with_all_of_its_problems()
    {
        await using var test = OrderIntake.Test();

        var run = await test.RunAsync(OrderIntake.Sample("problems.json"));

        run.ShouldCatch("ValidateOrder", "InvalidOrderException", "ReadProblems")
            .ShouldFollow("ValidateOrder", "ReadProblems", "ListProblems", "DecideOutcome", "OrderRejected");
        var rejected = run.Output<Rejected>();
        Assert.Equal(("REJECTED", "C536379"), (rejected.Outcome, rejected.OrderId));
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
            rejected.Problems);
    }

    [Theory]
    [InlineData("[]", "order: a list is not an object")]
    [InlineData("null", "order: is missing")]
    [InlineData("\"an order\"", "order: \"an order\" is not an object")]
    [InlineData("""{"placedAt": "2026-05-01T12:00:00Z", "currency": "EUR", "customer": {"country": "Germany"}, "lines": []}""", "orderId: is missing", "lines: 0 lines, where an order has 1 to 1000")]
    public async Task What_has_no_order_id_is_rejected_under_none(string input, params string[] problems)
    {
        await using var test = OrderIntake.Test();

        var run = await test.RunAsync(input);

        run.ShouldVisit("NamelessOrderRejected").ShouldGive(new { outcome = "REJECTED", orderId = (string?)null, problems });
    }

    [Fact]
    public async Task Six_hundred_bad_lines_are_rejected_with_the_first_hundred()
    {
        await using var test = OrderIntake.Test();
        var lines = Enumerable.Range(0, 600).Select(i => new { sku = $"S{i}", quantity = -i - 1, unitPrice = 1.5 });

        var run = await test.RunAsync(new { orderId = "L-600", placedAt = "2026-05-01T12:00:00Z", currency = "EUR", customer = new { country = "Germany" }, lines });

        var problems = run.ShouldVisit("OrderRejected").Output<Rejected>().Problems;
        Assert.Equal(101, problems.Length);
        Assert.Equal("lines[0].quantity: -1 is not a positive quantity", problems[0]);
        Assert.Equal("lines[99].quantity: -100 is not a positive quantity", problems[99]);
        Assert.Equal("and 500 more", problems[100]);
    }

    [Fact]
    public async Task An_sku_that_forges_lines_stays_one_problem()
    {
        await using var test = OrderIntake.Test();
        var line = new { sku = "x\"\nlines[7].sku: is blank\r\n\u2028y", quantity = 1, unitPrice = 1.5 };

        var run = await test.RunAsync(new { orderId = "F-1", placedAt = "2026-05-01T12:00:00Z", currency = "EUR", customer = new { country = "Germany" }, lines = new[] { line } });

        Assert.Equal(["""lines[0].sku: "x\"\nlines[7].sku: is blank\r\n\u2028y" holds a control character"""], run.Output<Rejected>().Problems);
    }

    [Fact]
    public async Task A_valid_order_that_cannot_be_invoiced_fails_with_the_cause_kept()
    {
        // A rate that the template's pattern lets through and InvoiceOrder refuses.
        await using var test = OrderIntake.Test(taxRates: "United Kingdom=200");

        var run = await test.RunAsync(OrderIntake.Good);

        run.ShouldFail("OrderIntakeFailed").ShouldCatch("InvoiceOrder", "FormatException", "RecordFailure")
            .ShouldFollow("ValidateOrder", "DecideOutcome", "ClaimOrder", "InvoiceOrder", "RecordFailure", "OrderIntakeFailed");
        Assert.StartsWith("FormatException: ", run.Cause, StringComparison.Ordinal);
        var cause = JsonSerializer.Deserialize<LambdaError>(run.Cause!["FormatException: ".Length..], JsonSerializerOptions.Web)!;
        Assert.Equal("FormatException", cause.ErrorType);
        Assert.Contains("has no percentage from 0 to 100", cause.ErrorMessage, StringComparison.Ordinal);
        Assert.NotEmpty(cause.StackTrace);
    }

    [Fact]
    public async Task A_function_that_ran_out_of_time_is_not_retried()
    {
        await using var test = OrderIntake.Test();
        test.Function("ValidateOrderFunction").Fails("Sandbox.Timedout", OrderIntake.TimedOut);

        var run = await test.RunAsync(OrderIntake.Good);

        run.ShouldFail("OrderIntakeFailed", "Sandbox.Timedout: " + OrderIntake.TimedOut).ShouldFollow("ValidateOrder", "RecordFailure", "OrderIntakeFailed");
    }

    [Theory]
    [InlineData("ValidateOrder")]
    [InlineData("InvoiceOrder")]
    public async Task An_answer_that_never_comes_is_given_up_after_the_task_s_timeout(string state)
    {
        await using var test = OrderIntake.Test();
        test.Task(state).NeverAnswers();

        var run = await test.RunAsync(OrderIntake.Good);

        run.ShouldFail("OrderIntakeFailed", "States.Timeout: ").ShouldCatch(state, "States.Timeout", "RecordFailure").ShouldTake(TimeSpan.FromSeconds(30));
    }
}
