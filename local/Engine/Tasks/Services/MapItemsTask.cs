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
internal sealed class MapItemsTask(IServiceClient services, Func<ExecutionDescription, string?> whyNotRedrivable) : ITaskHandler
{
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
        return await services.SendAsync(call, cancellationToken).ConfigureAwait(false) switch
        {
            ServiceResponse.Answered answer => (answer.Body, answer.Content ?? default),
            ServiceResponse.Refused { Error: var error } => throw new MapItemsException(error.SdkCause("S3"), error.Code),
            var other => throw new InvalidOperationException($"There is no response such as {other}."),
        };
    });
}
