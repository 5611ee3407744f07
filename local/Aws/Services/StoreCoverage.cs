using Stateside.Engine.Tasks;

namespace Stateside.Aws.Services;

/// <summary>Says what an embedded store leaves to the real service, and how to name one.</summary>
internal static class StoreCoverage
{
    /// <param name="service">The service's own name: DynamoDB, S3 or SQS.</param>
    /// <param name="what">What was asked for, to stand after "does not cover".</param>
    public static StoreRefusal NotCovered(string service, string what) => new(
        ServiceError.NotSent,
        $"The embedded {service} does not cover {what}. To use a real one, name its endpoint: AWS_ENDPOINT_URL_{service.ToUpperInvariant()}=http://127.0.0.1:{service switch { "S3" => 9000, "SQS" => 9324, _ => 8000 }}",
        0);
}
