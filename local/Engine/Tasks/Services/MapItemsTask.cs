using Stateside.Engine.Execution;
using Stateside.Engine.Items;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// Reads a distributed Map's items from S3 and writes its results there, both bit by bit.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html and
/// https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html.
/// </summary>
/// <param name="services">Answers requests to S3.</param>
/// <param name="whyNotRedrivable">Why a child cannot be redriven; null when it can.</param>
/// <param name="time">The clock that requests are tried again by.</param>
internal sealed class MapItemsTask(IServiceClient services, Func<ExecutionDescription, string?> whyNotRedrivable, TimeProvider time) : ITaskHandler
{
    /// <summary>So often a request is made at most. See https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html.</summary>
    private const int MostAttempts = 3;

    /// <summary>The pause after the first attempt where S3 is asked too often; each one after it is twice as long.</summary>
    private static readonly TimeSpan WhereThrottled = TimeSpan.FromSeconds(1);

    /// <summary>The same where S3 has failed.</summary>
    private static readonly TimeSpan WhereFailed = TimeSpan.FromMilliseconds(100);

    public ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var asked = (JsonObject)request.Payload;
        var parameters = Members(asked, "Parameters");
        var storage = StorageFor(request);
        if (request.Resource.Action != "putObject")
        {
            var most = asked["MaxItems"] is JsonNumber number ? number.Int64 : default(long?);
            var items = ItemReading.ReadAsync(request.Resource, parameters, Members(asked, "ReaderConfig"), most, storage, cancellationToken);
            return new(new TaskOutcome.Reading(items, () => storage.ReadShare));
        }

        try
        {
            var writer = new ResultWriter(request.Resource, null, Members(asked, "WriterConfig"));
            return new(new TaskOutcome.Writing(MapResults.Of(writer, parameters, asked.Text("MapRunArn")!, storage, whyNotRedrivable)));
        }
        catch (MapItemsException e)
        {
            return new(TaskFailures.Of(ErrorNames.ResultWriterFailed, e.Message));
        }
    }

    private static JsonObject Members(JsonObject asked, string name) => asked[name] as JsonObject ?? JsonObject.Empty;

    private ObjectStorage StorageFor(TaskRequest request) => new(async (action, parameters, content, cancellationToken) =>
    {
        var call = new ServiceCall("s3", action, parameters, RequestIds.Of(request)) { Content = content };
        for (var attempt = 1; ; attempt++)
        {
            switch (await services.SendAsync(call, cancellationToken).ConfigureAwait(false))
            {
                case ServiceResponse.Answered answer:
                    return (answer.Body, answer.Content ?? default);
                case ServiceResponse.Refused { Error: var error } when attempt < MostAttempts && PauseAfter(error) is { } pause:
                    await Task.Delay(pause * (1 << (attempt - 1)), time, cancellationToken).ConfigureAwait(false);
                    break;
                case ServiceResponse.Refused { Error: var error }:
                    throw new MapItemsException(error.SdkCause("S3", attempt), error.Code);
                case var other:
                    throw new InvalidOperationException($"There is no response such as {other}.");
            }
        }
    });

    /// <summary>
    /// How long to wait before a request is made again: a run of many items is not to fail since S3 did once. Null where S3 refuses it for
    /// good, or did not answer for as long as may be waited for.
    /// </summary>
    private static TimeSpan? PauseAfter(ServiceError error) => error switch
    {
        { Code: "SlowDown" or "Throttling" or "ThrottlingException" or "RequestLimitExceeded" or "TooManyRequestsException" } or { StatusCode: 429 } => WhereThrottled,
        { StatusCode: 500 or 502 or 503 or 504 } or { Code: "RequestTimeout" or "InternalError" } => WhereFailed,
        _ => null,
    };
}
