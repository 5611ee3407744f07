using System.Reflection;
using Stateside.Language.Json;
using Stateside.Testing;

namespace Stateside.Workflow.Tests;

/// <summary>Order intake under test, as the template declares it: real handlers, the table and the bucket, in virtual time.</summary>
internal static class OrderIntake
{
    public const string TimedOut = """{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 1 Error: Task timed out after 15.00 seconds"}""";

    /// <summary>The table and the bucket, which have no names but their logical ids before a deployment.</summary>
    private const string Table = "OrdersTable";
    private const string Bucket = "invoicebucket";

    public static readonly string RepoRoot = typeof(OrderIntake).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepoRoot").Value!;

    public static readonly string Good = Sample("good.json");

    /// <summary>The states that invoke a function, and those that ask another service, each with the errors that it retries.</summary>
    public static readonly TheoryData<string, string[]> Retried = new()
    {
        { "ValidateOrder", LambdaTroubles },
        { "InvoiceOrder", LambdaTroubles },
        { "ClaimOrder", DynamoDbTroubles },
        { "ReadClaim", DynamoDbTroubles },
        { "StoreOrder", DynamoDbTroubles },
        { "StoreInvoice", ["S3.S3Exception", "S3.SdkClientException"] },
        { "RecordFailure", DynamoDbTroubles },
    };

    private static string[] LambdaTroubles =>
        ["Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException", "Lambda.TooManyRequestsException"];

    private static string[] DynamoDbTroubles =>
        ["DynamoDB.InternalServerErrorException", "DynamoDB.ProvisionedThroughputExceededException", "DynamoDB.RequestLimitExceededException", "DynamoDB.SdkClientException"];

    /// <summary>Patient, since a test with other tax rates waits for those beside it: the environment is the whole process's.</summary>
    public static WorkflowTest Test(string? taxRates = null) => WorkflowTest.FromTemplate(RepoRoot, "OrderIntake", new WorkflowTestOptions
    {
        Parameters = taxRates is null ? [] : new Dictionary<string, string> { ["TaxRates"] = taxRates },
        Patience = TimeSpan.FromMinutes(5),
    });

    public static string Sample(string name) => File.ReadAllText(Path.Combine(RepoRoot, "samples", "orders", name));

    /// <summary>Leads the good order through a state: once more for the states of repeated orders, into failure for those of failures.</summary>
    public static async Task<WorkflowRun> RunThroughAsync(this WorkflowTest test, string state)
    {
        if (state == "ReadClaim")
            await test.RunAsync(Good);
        if (state == "RecordFailure")
            test.Task("InvoiceOrder").Fails("Sandbox.Timedout", TimedOut);
        return await test.RunAsync(Good);
    }

    /// <summary>Puts the good order's record as another execution would.</summary>
    public static Task<JsonValue> PutRecordAsync(this WorkflowTest test, string status) => test.CallAsync(
        "arn:aws:states:::dynamodb:putItem",
        new { TableName = Table, Item = new { id = new { S = "order/536365" }, status = new { S = status }, execution = new { S = "another" } } });

    /// <summary>An order's record: its text attributes; null when there is none.</summary>
    public static async Task<Dictionary<string, string>?> RecordAsync(this WorkflowTest test, string id)
    {
        var answer = (JsonObject)await test.CallAsync("arn:aws:states:::dynamodb:getItem", new { TableName = Table, Key = new { id = new { S = id } } });
        return (answer["Item"] as JsonObject)?.ToDictionary(member => member.Key, member => ((JsonString)((JsonObject)member.Value).Values[0]).Value);
    }

    public static async Task<int> CountRecordsAsync(this WorkflowTest test) =>
        (int)((JsonNumber)((JsonObject)await test.CallAsync("arn:aws:states:::aws-sdk:dynamodb:scan", new { TableName = Table }))["Count"]!).Double;

    public static async Task<JsonValue> InvoiceAsync(this WorkflowTest test, string orderId)
    {
        var answer = (JsonObject)await test.CallAsync("arn:aws:states:::aws-sdk:s3:getObject", new { Bucket, Key = $"invoices/{orderId}.json" });
        Assert.Equal("\"application/json\"", answer["ContentType"]!.Text);
        return JsonReader.Parse(((JsonString)answer["Body"]!).Value);
    }
}

/// <summary>What the caller of an invoiced order reads.</summary>
internal sealed record Invoiced(string Outcome, Invoice Invoice);

internal sealed record Invoice(string Number, string Currency, decimal Net, decimal TaxPercent, decimal Tax, decimal Total, IReadOnlyList<InvoiceLine> Lines);

internal sealed record InvoiceLine(string Sku, int Quantity, decimal Net);

/// <summary>What the caller of a rejected order reads.</summary>
internal sealed record Rejected(string Outcome, string? OrderId, string[] Problems);

/// <summary>Lambda's error JSON.</summary>
internal sealed record LambdaError(string ErrorType, string ErrorMessage, string[] StackTrace, LambdaError? Cause, LambdaError[]? Causes);
