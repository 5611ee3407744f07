using Stateside.Engine.Execution;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks.Services;
using Stateside.Language.Json;

namespace Stateside.Workflow.Tests;

/// <summary>What order intake leaves in its table and its bucket, and that an order is invoiced once whatever happens.</summary>
public sealed class OrderStorageTests
{
    [Fact]
    public async Task An_invoiced_order_is_stored_with_its_invoice()
    {
        await using var workflow = Workflow.OrderIntake();

        var run = await workflow.RunAsync(OrderIntakePaths.Sample("good.json"));

        var item = await ItemAsync(workflow, "order/536365");
        Assert.Equal(
            ("INVOICED", run.Execution.Arn, "536365", "2010-12-01T08:26:00Z", "INV-536365", "GBP"),
            (Text(item, "status"), Text(item, "execution"), Text(item, "orderId"), Text(item, "placedAt"), Text(item, "invoiceNumber"), Text(item, "currency")));
        Assert.Equal("""{"N":"166.94"}""", item!["total"]!.Text);
        Assert.Equal(7, ((JsonArray)((JsonObject)JsonReader.Parse(Text(item, "order")!))["lines"]!).Count);
        Assert.Equal(run.Output["invoice"], await InvoiceAsync(workflow, "536365"));
    }

    [Fact]
    public async Task An_order_that_comes_again_is_recognized_and_not_invoiced_a_second_time()
    {
        await using var workflow = Workflow.OrderIntake();
        var first = await workflow.RunAsync(OrderIntakePaths.Sample("good.json"));
        var changed = OrderIntakePaths.Sample("good.json").Replace("\"quantity\": 6", "\"quantity\": 7", StringComparison.Ordinal);

        var second = await workflow.RunAsync(changed);

        Assert.Equal("""{"outcome":"ALREADY_INVOICED","orderId":"536365","invoiceNumber":"INV-536365"}""", second.Output.Text);
        Assert.Equal(["ValidateOrder", "DecideOutcome", "ClaimOrder", "ReadClaim", "DecideClaim", "AlreadyInvoiced"], second.States);
        Assert.Equal(first.Output["invoice"], await InvoiceAsync(workflow, "536365"));
        Assert.Equal(first.Execution.Arn, Text(await ItemAsync(workflow, "order/536365"), "execution"));
    }

    [Fact]
    public async Task Of_many_executions_of_one_order_at_once_one_invoices_it()
    {
        await using var workflow = Workflow.OrderIntake();

        var runs = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => workflow.RunAsync(OrderIntakePaths.Sample("good.json"))));

        Assert.All(runs, run => Assert.Equal(ExecutionStatus.Succeeded, run.Execution.Status));
        Assert.Single(runs, run => run.States.Contains("InvoiceOrder"));
        Assert.Equal(11, runs.Count(run => run.Output["outcome"]!.Text == "\"ALREADY_INVOICED\""));
    }

    [Fact]
    public async Task A_rejected_order_is_not_stored()
    {
        await using var workflow = Workflow.OrderIntake();

        await workflow.RunAsync(OrderIntakePaths.Sample("problems.json"));

        Assert.Equal("0", (await AskAsync(workflow, "dynamodb", "Scan", $$"""{"TableName":"{{Workflow.Table}}"}"""))["Count"]!.Text);
    }

    [Fact]
    public async Task A_failure_is_recorded_in_the_order_s_place_and_the_order_may_come_again()
    {
        await using var workflow = Workflow.OrderIntake(FailOnce("InvoiceOrder"));

        var failed = await workflow.RunAsync(OrderIntakePaths.Sample("good.json"));
        var record = await ItemAsync(workflow, "order/536365");
        var again = await workflow.RunAsync(OrderIntakePaths.Sample("good.json"));

        Assert.Equal("OrderIntakeFailed", failed.Execution.Error);
        Assert.Equal(
            ("FAILED", failed.Execution.Arn, "Sandbox.Timedout", OrderIntakePaths.TimedOut),
            (Text(record, "status"), Text(record, "execution"), Text(record, "error"), Text(record, "cause")));
        Assert.Equal("\"INVOICED\"", again.Output["outcome"]!.Text);
        Assert.Equal("INVOICED", Text(await ItemAsync(workflow, "order/536365"), "status"));
    }

    [Theory]
    [InlineData("StoreOrder", "DynamoDB.AmazonDynamoDBException")]
    [InlineData("StoreInvoice", "S3.S3Exception")]
    public async Task An_order_that_cannot_be_stored_fails_and_is_recorded(string state, string error)
    {
        await using var workflow = Workflow.OrderIntake(services: ServiceAnswers.RefuseAlways(state, Troubles.Denied));

        var run = await workflow.RunAsync(OrderIntakePaths.Sample("good.json"));

        Assert.Equal("OrderIntakeFailed", run.Execution.Error);
        Assert.StartsWith($"{error}: You may not.", run.Execution.Cause, StringComparison.Ordinal);
        var record = await ItemAsync(workflow, "order/536365");
        Assert.Equal(("FAILED", error), (Text(record, "status"), Text(record, "error")));
    }

    [Fact]
    public async Task A_failure_before_the_order_is_known_is_recorded_by_its_execution()
    {
        await using var workflow = Workflow.OrderIntake(Answers.Fail("ValidateOrder", OrderIntakePaths.TimedOut));

        await workflow.RunAsync(OrderIntakePaths.Sample("good.json"), "broken");

        Assert.Equal("FAILED", Text(await ItemAsync(workflow, "failure/broken"), "status"));
        Assert.Null(await ItemAsync(workflow, "order/536365"));
    }

    [Fact]
    public async Task A_failure_that_cannot_be_recorded_keeps_its_first_error()
    {
        await using var workflow = Workflow.OrderIntake(
            Answers.Fail("InvoiceOrder", OrderIntakePaths.TimedOut), services: ServiceAnswers.RefuseAlways("RecordFailure", Troubles.Denied));

        var run = await workflow.RunAsync(OrderIntakePaths.Sample("good.json"));

        Assert.Equal("OrderIntakeFailed", run.Execution.Error);
        Assert.Equal("Sandbox.Timedout: " + OrderIntakePaths.TimedOut, run.Execution.Cause);
    }

    [Theory]
    [InlineData("ClaimOrder")]
    [InlineData("StoreOrder")]
    [InlineData("StoreInvoice")]
    public async Task A_lost_answer_makes_no_execution_refuse_itself(string state)
    {
        await using var workflow = Workflow.OrderIntake(services: ServiceAnswers.LoseFirst(state));

        var run = await workflow.RunAsync(OrderIntakePaths.Sample("good.json"));

        Assert.Equal("\"INVOICED\"", run.Output["outcome"]!.Text);
        Assert.Single(run.States, "InvoiceOrder");
    }

    [Fact]
    public async Task An_order_is_taken_over_from_an_execution_that_failed_meanwhile()
    {
        var run = await OrderIntakePaths.TakenOverAsync();

        Assert.Equal("\"INVOICED\"", run.Output["outcome"]!.Text);
        Assert.Equal(2, run.States.Count(state => state == "AwaitOther"));
    }

    [Fact]
    public async Task An_order_that_another_execution_keeps_is_waited_for_as_long_as_the_machine_allows()
    {
        await using var workflow = Workflow.OrderIntake();
        await workflow.AskAsync("dynamodb", "PutItem", OrderIntakePaths.Claimed("CLAIMED"));

        var run = await workflow.RunAsync(OrderIntakePaths.Sample("good.json"));

        Assert.Equal(ExecutionStatus.TimedOut, run.Execution.Status);
        Assert.DoesNotContain("InvoiceOrder", run.States);
        Assert.Equal("another", Text(await ItemAsync(workflow, "order/536365"), "execution"));
    }

    [Theory]
    [InlineData("ClaimOrder")]
    [InlineData("ReadClaim")]
    [InlineData("StoreOrder")]
    [InlineData("StoreInvoice")]
    [InlineData("RecordFailure")]
    public async Task Troubles_of_a_service_that_pass_are_retried(string state)
    {
        var run = await OrderIntakePaths.ServiceRefusedAtFirstAsync(state);

        Assert.Equal(Troubles.Of(state).Length, run.Events.Count(e => e.Type == HistoryEventType.TaskFailed && (string)e["error"]! != "DynamoDB.ConditionalCheckFailedException"));
        Assert.Equal(state == "RecordFailure" ? ExecutionStatus.Failed : ExecutionStatus.Succeeded, run.Execution.Status);
    }

    private static Answer FailOnce(string function)
    {
        var fail = Answers.Fail(function, OrderIntakePaths.TimedOut);
        var hasFailed = false;
        return async (request, cancellationToken) =>
        {
            var answer = hasFailed ? null : await fail(request, cancellationToken);
            hasFailed |= answer is not null;
            return answer;
        };
    }

    private static async Task<JsonObject?> ItemAsync(Workflow workflow, string id) =>
        (await AskAsync(workflow, "dynamodb", "GetItem", $$$"""{"TableName":"{{{Workflow.Table}}}","Key":{"id":{"S":"{{{id}}}" } } }"""))["Item"] as JsonObject;

    private static async Task<JsonValue> InvoiceAsync(Workflow workflow, string orderId)
    {
        var parameters = JsonObject.Of(("Bucket", JsonValue.From(Workflow.Bucket)), ("Key", JsonValue.From($"invoices/{orderId}.json")));
        var answer = Assert.IsType<ServiceResponse.Answered>(await workflow.AskAsync("s3", "GetObject", parameters));
        Assert.Equal("\"application/json\"", answer.Body["ContentType"]!.Text);
        return JsonReader.Parse(answer.Content!.Value.Span);
    }

    private static async Task<JsonObject> AskAsync(Workflow workflow, string service, string action, string parameters) =>
        Assert.IsType<ServiceResponse.Answered>(await workflow.AskAsync(service, action, (JsonObject)JsonReader.Parse(parameters))).Body;

    private static string? Text(JsonObject? item, string name) => ((item?[name] as JsonObject)?["S"] as JsonString)?.Value;
}
