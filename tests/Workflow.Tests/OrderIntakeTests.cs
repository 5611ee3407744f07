using Stateside.Engine.Execution;
using Stateside.Language.Json;

namespace Stateside.Workflow.Tests;

public sealed class OrderIntakeTests
{
    [Fact]
    public async Task A_good_order_is_invoiced_to_the_penny()
    {
        var run = await OrderIntakePaths.GoodAsync();

        Assert.Equal(ExecutionStatus.Succeeded, run.Execution.Status);
        Assert.Equal(["ValidateOrder", "DecideOutcome", "ClaimOrder", "InvoiceOrder", "StoreOrderAndInvoice", "StoreOrder", "StoreInvoice", "OrderInvoiced"], run.States);
        Assert.Equal("\"INVOICED\"", run.Output["outcome"]!.Text);
        AssertInvoice(run, number: "INV-536365", currency: "GBP", net: "139.12", percent: "20", tax: "27.82", total: "166.94");
    }

    [Fact]
    public async Task An_order_in_yen_is_invoiced_in_whole_yen_with_equal_lines_merged()
    {
        var run = await OrderIntakePaths.YenAsync();

        AssertInvoice(run, number: "INV-JP-1001", currency: "JPY", net: "6849", percent: "10", tax: "685", total: "7534");
        var lines = (JsonArray)((JsonObject)run.Output["invoice"]!)["lines"]!;
        Assert.Equal(
            ["\"TEA-SENCHA\" 305 3889", "\"CUP\" 2 2960", "\"SAMPLE\" 1 0"],
            lines.Cast<JsonObject>().Select(line => $"{line["sku"]} {line["quantity"]} {line["net"]}"));
    }

    [Fact]
    public async Task An_order_that_breaks_rules_is_rejected_with_all_of_its_problems()
    {
        var run = await OrderIntakePaths.ProblemsAsync();

        Assert.Equal(ExecutionStatus.Succeeded, run.Execution.Status);
        Assert.Equal(["ValidateOrder", "ReadProblems", "ListProblems", "DecideOutcome", "OrderRejected"], run.States);
        Assert.Equal("\"REJECTED\"", run.Output["outcome"]!.Text);
        Assert.Equal("\"C536379\"", run.Output["orderId"]!.Text);
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
            run.Problems);
    }

    [Fact]
    public async Task An_order_without_an_id_is_rejected_under_none()
    {
        var run = await OrderIntakePaths.NamelessAsync();

        Assert.Equal("NamelessOrderRejected", run.States[^1]);
        Assert.Equal(JsonKind.Null, run.Output["orderId"]!.Kind);
        Assert.Equal(["orderId: is missing", "lines: 0 lines, where an order has 1 to 1000"], run.Problems);
    }

    [Theory]
    [InlineData("[]", "order: a list is not an object")]
    [InlineData("null", "order: is missing")]
    [InlineData("\"an order\"", "order: \"an order\" is not an object")]
    public async Task What_is_no_order_at_all_is_rejected_too(string input, string problem)
    {
        await using var workflow = Workflow.OrderIntake();

        var run = await workflow.RunAsync(input);

        Assert.Equal("NamelessOrderRejected", run.States[^1]);
        Assert.Equal([problem], run.Problems);
    }

    [Fact]
    public async Task Six_hundred_bad_lines_are_rejected_with_the_first_hundred()
    {
        var run = await OrderIntakePaths.LongAndBadAsync();

        Assert.Equal("OrderRejected", run.States[^1]);
        Assert.Equal(101, run.Problems.Length);
        Assert.Equal("lines[0].quantity: -1 is not a positive quantity", run.Problems[0]);
        Assert.Equal("lines[99].quantity: -100 is not a positive quantity", run.Problems[99]);
        Assert.Equal("and 500 more", run.Problems[100]);
    }

    [Fact]
    public async Task An_sku_with_line_breaks_and_quotes_stays_one_problem()
    {
        var run = await OrderIntakePaths.ForgedAsync();

        Assert.Equal(["""lines[0].sku: "x\"\nlines[7].sku: is blank\r\n\u2028y" holds a control character"""], run.Problems);
    }

    [Fact]
    public async Task A_valid_order_that_cannot_be_invoiced_fails_with_the_cause_kept()
    {
        var run = await OrderIntakePaths.InvoicingFailsAsync();

        Assert.Equal(ExecutionStatus.Failed, run.Execution.Status);
        Assert.Equal(["ValidateOrder", "DecideOutcome", "ClaimOrder", "InvoiceOrder", "RecordFailure", "OrderIntakeFailed"], run.States);
        Assert.Equal("OrderIntakeFailed", run.Execution.Error);
        const string Error = "FormatException: ";
        Assert.StartsWith(Error, run.Execution.Cause, StringComparison.Ordinal);
        var cause = Assert.IsType<JsonObject>(JsonReader.Parse(run.Execution.Cause![Error.Length..]));
        Assert.Equal("\"FormatException\"", cause["errorType"]!.Text);
        Assert.Contains("has no percentage from 0 to 100", ((JsonString)cause["errorMessage"]!).Value, StringComparison.Ordinal);
        Assert.NotEmpty(Assert.IsType<JsonArray>(cause["stackTrace"]));
    }

    [Fact]
    public async Task A_function_that_ran_out_of_time_is_not_retried()
    {
        var run = await OrderIntakePaths.ValidationTimesOutAsync();

        Assert.Equal(["ValidateOrder", "RecordFailure", "OrderIntakeFailed"], run.States);
        Assert.Equal("OrderIntakeFailed", run.Execution.Error);
        Assert.Equal("Sandbox.Timedout: " + OrderIntakePaths.TimedOut, run.Execution.Cause);
    }

    [Fact]
    public async Task The_paths_together_visit_every_state_transition_and_retry_of_the_definition()
    {
        var file = await File.ReadAllTextAsync(
            Path.Combine(Workflow.RepoRoot, "statemachine", "order-intake.asl.json"), TestContext.Current.CancellationToken);
        var missing = DefinitionMoves.Of((JsonObject)JsonReader.Parse(file)).ToHashSet(StringComparer.Ordinal);
        Assert.Contains("ValidateOrder -> DecideOutcome", missing);

        foreach (var path in OrderIntakePaths.All)
            missing.ExceptWith(DefinitionMoves.Of((await path()).Events));

        Assert.True(missing.Count == 0, "Not visited: " + string.Join("; ", missing));
    }

    private static void AssertInvoice(Run run, string number, string currency, string net, string percent, string tax, string total)
    {
        var invoice = Assert.IsType<JsonObject>(run.Output["invoice"]);
        Assert.Equal(
            (number, currency, net, percent, tax, total),
            (((JsonString)invoice["number"]!).Value, ((JsonString)invoice["currency"]!).Value,
                invoice["net"]!.Text, invoice["taxPercent"]!.Text, invoice["tax"]!.Text, invoice["total"]!.Text));
    }
}
