using System.Text.Json;
using Stateside.Testing;

namespace Stateside.Workflow.Tests;

/// <summary>A project of another shape, as it stands: YAML, DefinitionString, two handlers of one class, streams, no result.</summary>
public sealed class ShippingTests
{
    private static readonly object Shipment = new { orderId = "7", country = "SE", items = new[] { new { sku = "A", weightKg = 12.0 }, new { sku = "B", weightKg = 9.5 } } };

    [Fact]
    public async Task A_shipment_goes_through_all_four_handlers()
    {
        await using var test = Test();

        var run = await test.RunAsync(Shipment);

        run.ShouldFollow("Pack", "Label", "Seal", "Notify").ShouldGive("$.manifest", new { orderId = "7", codes = new[] { "SE-7-1", "SE-7-2" } });
        Assert.Equal(12, run.Output<Shipped>().Checksum.Length);
    }

    [Fact]
    public async Task A_parameter_of_the_template_reaches_the_handler()
    {
        await using var test = Test(new() { ["LargestParcel"] = "22", ["Stage"] = "live" });

        var run = await test.RunAsync(Shipment);

        run.ShouldGive("$.manifest.codes", new[] { "SE-7-1" });
        Assert.Equal("shipping-live", test.Machine.Name);
    }

    [Fact]
    public async Task A_handler_s_exception_is_caught_by_its_name_and_its_cause_is_lambda_s_error()
    {
        await using var test = Test();

        var run = await test.RunAsync(new { orderId = "8", country = "SE", items = new[] { new { sku = "ANVIL", weightKg = 75 } } });

        run.ShouldFail("Shipping.TooHeavy").ShouldCatch("Pack", "ItemTooHeavyException", "TooHeavy");
        Assert.Equal("ANVIL weighs 75 kg, more than the 20 kg a parcel may have", JsonSerializer.Deserialize<LambdaError>(run.Cause!, JsonSerializerOptions.Web)!.ErrorMessage);
    }

    private static WorkflowTest Test(Dictionary<string, string>? parameters = null) =>
        WorkflowTest.FromTemplate(Path.Combine(OrderIntake.RepoRoot, "tests", "handlers", "Shipping"), "Shipping", new WorkflowTestOptions { Parameters = parameters ?? [] });

    private sealed record Shipped(string Checksum);
}
