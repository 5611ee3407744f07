using System.Globalization;
using Stateside.Aws.Services;
using Stateside.Engine.Tasks;
using Stateside.Engine.Template;
using Stateside.Language.Json;

namespace Stateside.Aws.S3;

/// <summary>S3 for the buckets that a template declares.</summary>
internal sealed class S3Service(S3Store store, TimeProvider time) : IEmbeddedService
{
    /// <summary>Behind so many bytes an object comes bit by bit.</summary>
    private const int MostAtOnce = 8 * 1024 * 1024;

    /// <summary>The types of what a template declares of it.</summary>
    public static readonly string[] Types = ["AWS::S3::Bucket"];

    public S3Store Store => store;

    public bool HasAny => store.HasAny;

    public bool Holds(ServiceCall call) => call.Action == "ListBuckets" ? store.HasAny : call.Parameters["Bucket"] is JsonString bucket && store.Has(bucket.Value);

    public void Declare(TemplateModel template) => store.Declare(template.Resources
        .Where(resource => resource is { PhysicalId: not null, Type: "AWS::S3::Bucket" })
        .Select(resource => resource.PhysicalId!));

    public ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        // On a thread of its own: one long object after the other goes into the file, and those that wait keep none from other requests.
        return call.Content?.Length > MostAtOnce
            ? new(Task.Factory.StartNew<ServiceResponse>(() => Send(call), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))
            : new(Send(call));
    }

    private ServiceResponse.Answered Send(ServiceCall call)
    {
        // A client reads an object as it comes; within the process it is one value.
        var answer = store.Execute(call.Action, call.Parameters, call.Content ?? default, call.Here is null ? null : MostAtOnce);
        KeyValuePair<string, string>[] headers =
        [
            new("x-amz-request-id", call.RequestId),
            new("Date", time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture)),
        ];
        return new ServiceResponse.Answered(answer.StatusCode, headers, answer.Body, call.RequestId) { Content = answer.Content, Rest = answer.Rest };
    }
}
