using Stateside.Engine.Tasks;

namespace Stateside.Aws.Services;

/// <summary>Says what an embedded store leaves to the real service, and how to name one.</summary>
internal static class StoreCoverage
{
    /// <param name="service">The service's own name, such as DynamoDB or Secrets Manager.</param>
    /// <param name="what">What was asked for, to stand after "does not cover".</param>
    public static StoreRefusal NotCovered(string service, string what) => new(
        ServiceError.NotSent,
        $"The embedded {service} does not cover {what}. To use a real one, name its endpoint: "
        + $"AWS_ENDPOINT_URL_{service.ToUpperInvariant().Replace(' ', '_')}=http://127.0.0.1:{PortOf(service)}",
        0);

    /// <summary>Where servers of other makers listen that stand for a service.</summary>
    private static int PortOf(string service) => service switch { "DynamoDB" => 8000, "S3" => 9000, "SQS" => 9324, _ => 4566 };
}
