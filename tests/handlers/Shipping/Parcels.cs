using Amazon.Lambda.Core;

namespace Shipping;

/// <summary>Two handlers in one class, each with a serializer of its own.</summary>
public sealed class Parcels
{
    private readonly decimal _largest = decimal.Parse(
        Environment.GetEnvironmentVariable("LARGEST_PARCEL_KG") ?? "30", System.Globalization.CultureInfo.InvariantCulture);

    [LambdaSerializer(typeof(ShippingSerializer))]
    public Packing Pack(Shipment shipment)
    {
        var parcels = new List<Parcel>();
        foreach (var item in shipment.Items.OrderByDescending(item => item.WeightKg))
        {
            if (item.WeightKg > _largest)
                throw new ItemTooHeavyException(item, _largest);
            var index = parcels.FindIndex(parcel => parcel.WeightKg + item.WeightKg <= _largest);
            if (index < 0)
                parcels.Add(new Parcel(parcels.Count + 1, item.WeightKg, [item.Sku]));
            else
                parcels[index] = parcels[index] with { WeightKg = parcels[index].WeightKg + item.WeightKg, Skus = [.. parcels[index].Skus, item.Sku] };
        }

        return new Packing(shipment.OrderId, shipment.Country, parcels);
    }

    [LambdaSerializer(typeof(ShippingSerializer))]
    public static async Task<Labels> LabelAsync(Packing packing, ILambdaContext context)
    {
        await Task.Yield();
        context.Logger.LogLine($"{packing.Parcels.Count} labels for {packing.OrderId}");
        return new Labels(packing.OrderId, [.. packing.Parcels.Select(parcel => $"{packing.Country}-{packing.OrderId}-{parcel.Number}")]);
    }

    /// <summary>No handler: nothing says how to read its input.</summary>
    public static decimal Weigh(Parcel parcel) => parcel.WeightKg;
}

/// <summary>An item that no parcel can hold.</summary>
public sealed class ItemTooHeavyException(Item item, decimal largest)
    : Exception($"{item.Sku} weighs {item.WeightKg} kg, more than the {largest} kg a parcel may have");
