using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Lambda.Serialization.SystemTextJson;

namespace Shipping;

/// <summary>What is to be sent.</summary>
public sealed record Shipment(string OrderId, string Country, IReadOnlyList<Item> Items);

/// <summary>One thing to be sent.</summary>
public sealed record Item(string Sku, decimal WeightKg);

/// <summary>What goes into which parcel.</summary>
public sealed record Packing(string OrderId, string Country, IReadOnlyList<Parcel> Parcels);

/// <summary>One parcel.</summary>
public sealed record Parcel(int Number, decimal WeightKg, IReadOnlyList<string> Skus);

/// <summary>The labels of an order's parcels.</summary>
public sealed record Labels(string OrderId, IReadOnlyList<string> Codes);

/// <summary>Labels with their checksum.</summary>
public sealed record SealedManifest(string Checksum, Labels Manifest);

[JsonSerializable(typeof(Shipment))]
[JsonSerializable(typeof(Packing))]
[JsonSerializable(typeof(Labels))]
[JsonSerializable(typeof(SealedManifest))]
public sealed partial class ShippingJson : JsonSerializerContext;

/// <summary>The package makes the context with options of its own, so the names' case is set here.</summary>
public sealed class ShippingSerializer() : SourceGeneratorLambdaJsonSerializer<ShippingJson>(
    options => options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase);
