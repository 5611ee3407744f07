using System.Text.Json;
using System.Text.Json.Serialization;
using Amazon.Lambda.Core;
using Amazon.Lambda.Serialization.SystemTextJson;
using OrderIntake;

[assembly: LambdaSerializer(typeof(OrderIntakeSerializer))]

namespace OrderIntake;

/// <summary>Every type that crosses a handler's boundary; the generated code saves a cold start from reflection.</summary>
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Invoice))]
public sealed partial class OrderIntakeJsonContext : JsonSerializerContext;

/// <summary>Lambda's serializer, with camelCase names.</summary>
public sealed class OrderIntakeSerializer()
    : SourceGeneratorLambdaJsonSerializer<OrderIntakeJsonContext>((JsonSerializerOptions options) =>
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase);
