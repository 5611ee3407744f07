using System.Text;
using System.Text.Json;
using Stateside.Engine.Tasks.Services;
using Stateside.Language.Json;

namespace Stateside.Workflow.Tests;

/// <summary>The ways through order intake: each runs one order from the template, on handlers that are real unless it says otherwise.</summary>
internal static class OrderIntakePaths
{
    public const string TimedOut = """{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: 1 Error: Task timed out after 15.00 seconds"}""";

    /// <summary>All of them, for what they visit together.</summary>
    public static readonly IReadOnlyList<Func<Task<Run>>> All =
    [
        GoodAsync,
        YenAsync,
        ProblemsAsync,
        NamelessAsync,
        LongAndBadAsync,
        ForgedAsync,
        ValidationTimesOutAsync,
        InvoicingFailsAsync,
        () => RefusedAtFirstAsync("ValidateOrder"),
        () => RefusedAtFirstAsync("InvoiceOrder"),
        .. Troubles.ServiceStates.Select(state => (Func<Task<Run>>)(() => ServiceRefusedAtFirstAsync(state))),
        .. Troubles.ServiceStates.Select(state => (Func<Task<Run>>)(() => ServiceRefusedForGoodAsync(state))),
        RepeatedAsync,
        TakenOverAsync,
    ];

    public static Task<Run> GoodAsync() => RunAsync(Sample("good.json"));

    public static Task<Run> YenAsync() => RunAsync(Sample("yen.json"));

    public static Task<Run> ProblemsAsync() => RunAsync(Sample("problems.json"));

    public static Task<Run> NamelessAsync() => RunAsync(
        """{"placedAt": "2026-05-01T12:00:00Z", "currency": "EUR", "customer": {"country": "Germany"}, "lines": []}""");

    /// <summary>600 lines, none of them right.</summary>
    public static Task<Run> LongAndBadAsync()
    {
        var lines = string.Join(',', Enumerable.Range(0, 600).Select(i => $$"""{"sku": "S{{i}}", "quantity": -{{i + 1}}, "unitPrice": 1.5}"""));
        return RunAsync($$"""{"orderId": "L-600", "placedAt": "2026-05-01T12:00:00Z", "currency": "EUR", "customer": {"country": "Germany"}, "lines": [{{lines}}]}""");
    }

    /// <summary>An SKU that would be three problems more, if its line breaks and quotes were taken for ours.</summary>
    public static Task<Run> ForgedAsync()
    {
        var sku = JsonSerializer.Serialize("x\"\nlines[7].sku: is blank\r\n\u2028y");
        return RunAsync(
            $$"""{"orderId": "F-1", "placedAt": "2026-05-01T12:00:00Z", "currency": "EUR", "customer": {"country": "Germany"}, "lines": [{"sku": {{sku}}, "quantity": 1, "unitPrice": 1.5}]}""");
    }

    public static Task<Run> ValidationTimesOutAsync() => RunAsync(Sample("good.json"), Answers.Fail("ValidateOrder", TimedOut));

    /// <summary>A rate that the template's pattern lets through and InvoiceOrder refuses.</summary>
    public static Task<Run> InvoicingFailsAsync() => RunAsync(
        Sample("good.json"), parameters: new Dictionary<string, string> { ["TaxRates"] = "United Kingdom=200" });

    /// <summary>Each of Lambda's passing troubles once, before the function itself answers.</summary>
    public static Task<Run> RefusedAtFirstAsync(string function) => RunAsync(Sample("good.json"), Answers.Refuse(function, Troubles.All));

    /// <summary>Each passing trouble of a state's service once, before it answers; on the way that leads through the state.</summary>
    public static Task<Run> ServiceRefusedAtFirstAsync(string state) => ThroughAsync(state, ServiceAnswers.Refuse(state, Troubles.Of(state)));

    /// <summary>A state's service refuses for a reason that stays.</summary>
    public static Task<Run> ServiceRefusedForGoodAsync(string state) => ThroughAsync(state, ServiceAnswers.RefuseAlways(state, Troubles.Denied));

    /// <summary>An order that came before.</summary>
    public static async Task<Run> RepeatedAsync()
    {
        await using var workflow = Workflow.OrderIntake();
        await workflow.RunAsync(Sample("good.json"));
        return await workflow.RunAsync(Sample("good.json"));
    }

    /// <summary>An order that another execution claimed, which fails while this one waits for it.</summary>
    public static async Task<Run> TakenOverAsync()
    {
        var reads = 0;
        await using var workflow = Workflow.OrderIntake(services: async (call, services) =>
        {
            if (ServiceAnswers.StateOf(call) == "ReadClaim" && ++reads == 2)
                await services.SendAsync(Claim(call, "FAILED"), default);
            return null;
        });
        await workflow.AskAsync("dynamodb", "PutItem", Claimed("CLAIMED"));
        return await workflow.RunAsync(Sample("good.json"));

        static ServiceCall Claim(ServiceCall call, string status) => call with { Action = "PutItem", Parameters = Claimed(status) };
    }

    /// <summary>The request that puts another execution's record of the good order.</summary>
    public static JsonObject Claimed(string status) => (JsonObject)JsonReader.Parse(
        $$$"""
        {"TableName": "{{{Workflow.Table}}}", "Item": {"id": {"S": "order/536365"}, "status": {"S": "{{{status}}}" }, "execution": {"S": "another"} } }
        """);

    public static string Sample(string name) => File.ReadAllText(Path.Combine(Workflow.RepoRoot, "samples", "orders", name), Encoding.UTF8);

    /// <summary>The good order on a way that leads through a state: once more for the states of repeated orders, failing for those of failures.</summary>
    private static async Task<Run> ThroughAsync(string state, ServiceAnswer services)
    {
        await using var workflow = Workflow.OrderIntake(state == "RecordFailure" ? Answers.Fail("InvoiceOrder", TimedOut) : null, services: services);
        var run = await workflow.RunAsync(Sample("good.json"));
        return state == "ReadClaim" ? await workflow.RunAsync(Sample("good.json")) : run;
    }

    private static async Task<Run> RunAsync(string order, Answer? answer = null, Dictionary<string, string>? parameters = null)
    {
        await using var workflow = Workflow.OrderIntake(answer, parameters);
        return await workflow.RunAsync(order);
    }
}
