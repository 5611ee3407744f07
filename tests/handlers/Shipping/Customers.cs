using Amazon.Lambda.Core;

namespace Shipping;

/// <summary>A handler that waits and gives no result.</summary>
public sealed class Customers
{
    [LambdaSerializer(typeof(ShippingSerializer))]
    public async Task NotifyAsync(SealedManifest manifest, ILambdaContext context)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(1));
        Console.WriteLine($"{manifest.Manifest.OrderId} is on its way ({context.FunctionName}, {manifest.Checksum})");
    }
}
