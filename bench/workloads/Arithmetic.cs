using System.Text.Json.Serialization;
using Amazon.Lambda.Core;
using Amazon.Lambda.Serialization.SystemTextJson;

[assembly: LambdaSerializer(typeof(DefaultLambdaJsonSerializer))]

namespace Workloads;

/// <summary>What the two functions of the measurements take and give.</summary>
public sealed record Value([property: JsonPropertyName("n")] long N);

/// <summary>Two functions that cost next to nothing, so that what is measured is the way to them.</summary>
public sealed class Arithmetic
{
    /// <summary>Doubles a number.</summary>
    public Value Double(Value value) => new(value.N * 2);

    /// <summary>Adds one to a number.</summary>
    public Value Increment(Value value) => new(value.N + 1);
}
