using Stateside.Engine.Functions;

namespace Stateside.Engine.Tests.Functions;

/// <summary>The handlers of tests/handlers/Shipping one after another, as its state machine wires them.</summary>
public sealed class ShippingTests : IAsyncDisposable
{
    private readonly HandlerFixtures _handlers = new();

    public ValueTask DisposeAsync() => _handlers.DisposeAsync();

    [Fact]
    public async Task Two_handlers_of_one_class_a_stream_handler_and_one_without_result_work_together()
    {
        var packed = await InvokeAsync("Parcels::Pack", """
            {"orderId":"S1","country":"NO","items":[{"sku":"desk","weightKg":19.5},{"sku":"lamp","weightKg":1.5},{"sku":"clip","weightKg":0.5}]}
            """);
        Assert.Equal(
            """{"orderId":"S1","country":"NO","parcels":[{"number":1,"weightKg":20.0,"skus":["desk","clip"]},{"number":2,"weightKg":1.5,"skus":["lamp"]}]}""",
            packed.PayloadText);

        var labels = await InvokeAsync("Parcels::LabelAsync", packed.PayloadText);
        Assert.Equal("""{"orderId":"S1","codes":["NO-S1-1","NO-S1-2"]}""", labels.PayloadText);
        Assert.EndsWith("\tinfo\t2 labels for S1\n", labels.Log, StringComparison.Ordinal);

        var manifest = await InvokeAsync("Manifests::SealAsync", labels.PayloadText);
        Assert.EndsWith($"\"manifest\":{labels.PayloadText}}}", manifest.PayloadText, StringComparison.Ordinal);

        var notified = await InvokeAsync("Customers::NotifyAsync", manifest.PayloadText);
        Assert.Equal("null", notified.PayloadText);
        Assert.Contains("S1 is on its way (Customers-NotifyAsync, ", notified.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_item_that_fits_no_parcel_fails_by_name()
    {
        var result = await InvokeAsync("Parcels::Pack", """{"orderId":"S2","country":"NO","items":[{"sku":"anvil","weightKg":50}]}""");

        Assert.Equal("ItemTooHeavyException", result.ErrorType);
        Assert.Contains("anvil weighs 50 kg, more than the 20 kg a parcel may have", result.PayloadText, StringComparison.Ordinal);
    }

    private Task<InvocationResult> InvokeAsync(string handler, string payload) => _handlers.InvokeAsync(
        HandlerFixtures.Shape(handler) with
        {
            Handler = "Shipping::Shipping." + handler,
            CodePath = HandlerFixtures.Output("Shipping"),
            Variables = new Dictionary<string, string> { ["LARGEST_PARCEL_KG"] = "20" },
        },
        payload);
}
