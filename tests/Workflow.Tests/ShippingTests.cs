using Stateside.Engine.Execution;
using Stateside.Language.Json;

namespace Stateside.Workflow.Tests;

/// <summary>A project of another shape, as it stands: YAML, DefinitionString, two handlers of one class, streams, no result.</summary>
public sealed class ShippingTests
{
    private const string Template = "tests/handlers/Shipping/template.yaml";

    [Fact]
    public async Task A_shipment_goes_through_all_four_handlers()
    {
        await using var workflow = new Workflow(Template, "Shipping");

        var run = await workflow.RunAsync("""{"orderId": "7", "country": "SE", "items": [{"sku": "A", "weightKg": 12}, {"sku": "B", "weightKg": 9.5}]}""");

        Assert.Equal(ExecutionStatus.Succeeded, run.Execution.Status);
        Assert.Equal(["Pack", "Label", "Seal", "Notify"], run.States);
        Assert.Equal("""{"orderId":"7","codes":["SE-7-1","SE-7-2"]}""", run.Output["manifest"]!.Text);
        Assert.Equal(12, Assert.IsType<JsonString>(run.Output["checksum"]).Value.Length);
    }

    [Fact]
    public async Task A_parameter_of_the_template_reaches_the_handler()
    {
        await using var workflow = new Workflow(Template, "Shipping", parameters: new() { ["LargestParcel"] = "22", ["Stage"] = "live" });

        var run = await workflow.RunAsync("""{"orderId": "7", "country": "SE", "items": [{"sku": "A", "weightKg": 12}, {"sku": "B", "weightKg": 9.5}]}""");

        Assert.Equal("""["SE-7-1"]""", ((JsonObject)run.Output["manifest"]!)["codes"]!.Text);
        Assert.Equal("shipping-live", run.Execution.StateMachine.Name);
    }

    [Fact]
    public async Task A_handler_s_exception_is_caught_by_its_name_and_its_cause_is_lambda_s_error()
    {
        await using var workflow = new Workflow(Template, "Shipping");

        var run = await workflow.RunAsync("""{"orderId": "8", "country": "SE", "items": [{"sku": "ANVIL", "weightKg": 75}]}""");

        Assert.Equal(["Pack", "TooHeavy"], run.States);
        Assert.Equal("Shipping.TooHeavy", run.Execution.Error);
        var cause = Assert.IsType<JsonObject>(JsonReader.Parse(run.Execution.Cause!));
        Assert.Equal("\"ItemTooHeavyException\"", cause["errorType"]!.Text);
        Assert.Equal("\"ANVIL weighs 75 kg, more than the 20 kg a parcel may have\"", cause["errorMessage"]!.Text);
    }
}
