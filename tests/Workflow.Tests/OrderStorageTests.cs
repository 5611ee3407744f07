using Stateside.Language.Json;
using Stateside.Testing;

namespace Stateside.Workflow.Tests;

/// <summary>What order intake leaves in its table and its bucket, and that an order is invoiced once whatever happens.</summary>
public sealed class OrderStorageTests
{
    [Fact]
    public async Task An_invoiced_order_is_stored_with_its_invoice()
    {
        await using var test = OrderIntake.Test();

        var run = await test.RunAsync(OrderIntake.Good);

        var record = (await test.RecordAsync("order/536365"))!;
        Assert.Equal(
            ("INVOICED", run.Execution.Arn, "536365", "2010-12-01T08:26:00Z", "INV-536365", "GBP", "166.94"),
            (record["status"], record["execution"], record["orderId"], record["placedAt"], record["invoiceNumber"], record["currency"], record["total"]));
        Assert.Equal(7, ((JsonArray)((JsonObject)JsonReader.Parse(record["order"]))["lines"]!).Count);
        run.ShouldGive("$.invoice", await test.InvoiceAsync("536365"));
    }

    [Fact]
    public async Task An_order_that_comes_again_is_recognized_and_not_invoiced_a_second_time()
    {
        await using var test = OrderIntake.Test();
        var first = await test.RunAsync(OrderIntake.Good);

        var second = await test.RunAsync(OrderIntake.Good.Replace("\"quantity\": 6", "\"quantity\": 7", StringComparison.Ordinal));

        second.ShouldFollow("ValidateOrder", "DecideOutcome", "ClaimOrder", "ReadClaim", "DecideClaim", "AlreadyInvoiced")
            .ShouldGive(new { outcome = "ALREADY_INVOICED", orderId = "536365", invoiceNumber = "INV-536365" });
        first.ShouldGive("$.invoice", await test.InvoiceAsync("536365"));
        Assert.Equal(first.Execution.Arn, (await test.RecordAsync("order/536365"))!["execution"]);
    }

    [Fact]
    public async Task Of_many_executions_of_one_order_at_once_one_invoices_it()
    {
        await using var test = OrderIntake.Test();

        var runs = await test.RunAllAsync(Enumerable.Repeat(OrderIntake.Good, 12));

        Assert.Single(runs, run => run.Path.Contains("InvoiceOrder"));
        Assert.Equal(11, runs.Count(run => run.ShouldSucceed().Path[^1] == "AlreadyInvoiced"));
    }

    [Fact]
    public async Task A_rejected_order_is_not_stored()
    {
        await using var test = OrderIntake.Test();

        await test.RunAsync(OrderIntake.Sample("problems.json"));

        Assert.Equal(0, await test.CountRecordsAsync());
    }

    [Fact]
    public async Task A_failure_is_recorded_in_the_order_s_place_and_the_order_may_come_again()
    {
        await using var test = OrderIntake.Test();
        test.Task("InvoiceOrder").Fails("Sandbox.Timedout", OrderIntake.TimedOut).CallsThrough();

        var failed = (await test.RunAsync(OrderIntake.Good)).ShouldFail("OrderIntakeFailed");
        var record = (await test.RecordAsync("order/536365"))!;
        var again = await test.RunAsync(OrderIntake.Good);

        Assert.Equal(
            ("FAILED", failed.Execution.Arn, "Sandbox.Timedout", OrderIntake.TimedOut),
            (record["status"], record["execution"], record["error"], record["cause"]));
        again.ShouldGive("$.outcome", "INVOICED");
        Assert.Equal("INVOICED", (await test.RecordAsync("order/536365"))!["status"]);
    }

    [Theory]
    [InlineData("StoreOrder", "DynamoDB.AmazonDynamoDBException")]
    [InlineData("StoreInvoice", "S3.NoSuchBucketException")]
    public async Task An_order_that_cannot_be_stored_fails_and_is_recorded(string state, string error)
    {
        await using var test = OrderIntake.Test();
        test.Task(state).Fails(error, "You may not.");

        var run = await test.RunAsync(OrderIntake.Good);

        run.ShouldFail("OrderIntakeFailed", $"{error}: You may not.").ShouldCatch("StoreOrderAndInvoice", error, "RecordFailure");
        var record = (await test.RecordAsync("order/536365"))!;
        Assert.Equal(("FAILED", error), (record["status"], record["error"]));
    }

    [Theory]
    [InlineData("ClaimOrder", "RecordFailure")]
    [InlineData("ReadClaim", "RecordFailure")]
    [InlineData("RecordFailure", "OrderIntakeFailed")]
    public async Task What_a_table_refuses_for_good_ends_in_failure_with_the_first_error(string state, string next)
    {
        await using var test = OrderIntake.Test();
        test.Task(state).Fails("DynamoDB.AmazonDynamoDBException", "You may not.");

        var run = await test.RunThroughAsync(state);

        run.ShouldFail("OrderIntakeFailed", state == "RecordFailure" ? "Sandbox.Timedout: " + OrderIntake.TimedOut : "You may not.")
            .ShouldCatch(state, "DynamoDB.AmazonDynamoDBException", next);
    }

    [Fact]
    public async Task A_failure_before_the_order_is_known_is_recorded_by_its_execution()
    {
        await using var test = OrderIntake.Test();
        test.Task("ValidateOrder").Fails("Sandbox.Timedout", OrderIntake.TimedOut);

        await test.RunAsync(OrderIntake.Good, name: "broken");

        Assert.Equal("FAILED", (await test.RecordAsync("failure/broken"))!["status"]);
        Assert.Null(await test.RecordAsync("order/536365"));
    }

    [Theory]
    [InlineData("ClaimOrder", "DynamoDB")]
    [InlineData("StoreOrder", "DynamoDB")]
    [InlineData("StoreInvoice", "S3")]
    public async Task A_lost_answer_makes_no_execution_refuse_itself(string state, string service)
    {
        await using var test = OrderIntake.Test();
        test.Task(state).Answers(async call =>
        {
            await call.CallThroughAsync();
            throw new TaskFailedException($"{service}.SdkClientException", "Unable to execute HTTP request: connection reset");
        }).CallsThrough();

        var run = await test.RunAsync(OrderIntake.Good);

        run.ShouldGive("$.outcome", "INVOICED").ShouldRetry(state, 1).ShouldVisit("InvoiceOrder", times: 1);
    }

    [Fact]
    public async Task An_order_is_taken_over_from_an_execution_that_failed_meanwhile()
    {
        await using var test = OrderIntake.Test();
        await test.PutRecordAsync("CLAIMED");
        test.Task("ReadClaim").CallsThrough().Answers(async call =>
        {
            var read = await call.CallThroughAsync();
            await test.PutRecordAsync("FAILED");
            return read;
        });

        var run = await test.RunAsync(OrderIntake.Good);

        run.ShouldGive("$.outcome", "INVOICED").ShouldVisit("AwaitOther", times: 2).ShouldTake(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task An_order_that_another_execution_keeps_is_waited_for_as_long_as_the_machine_allows()
    {
        await using var test = OrderIntake.Test();
        await test.PutRecordAsync("CLAIMED");

        var run = await test.RunAsync(OrderIntake.Good);

        run.ShouldTimeOut().ShouldTake(TimeSpan.FromMinutes(15)).ShouldNotVisit("InvoiceOrder").ShouldVisit("AwaitOther", times: 180);
        Assert.Equal("another", (await test.RecordAsync("order/536365"))!["execution"]);
    }
}
