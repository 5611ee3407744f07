using System.Text;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.History;
using Stateside.Engine.Items;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// Reads a distributed Map's items from S3 and writes its results there.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html.
/// </summary>
/// <param name="services">Answers requests to S3.</param>
/// <param name="engine">Knows the children.</param>
/// <param name="describe">Tells of a child what DescribeExecution answers.</param>
internal sealed class MapItemsTask(IServiceClient services, ExecutionEngine engine, Func<ExecutionDescription, JsonObject> describe) : ITaskHandler
{
    public async ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var asked = (JsonObject)request.Payload;
        var isWriting = request.Resource.Action == "putObject";
        try
        {
            return new TaskOutcome.Completed(isWriting
                ? await WriteAsync(request, asked, cancellationToken).ConfigureAwait(false)
                : await ReadAsync(request, asked, cancellationToken).ConfigureAwait(false));
        }
        catch (MapItemsException e)
        {
            return TaskFailures.Of(isWriting ? ErrorNames.ResultWriterFailed : ErrorNames.ItemReaderFailed, e.Message);
        }
    }

    private async ValueTask<JsonArray> ReadAsync(TaskRequest request, JsonObject asked, CancellationToken cancellationToken)
    {
        var parameters = asked["Parameters"] as JsonObject ?? JsonObject.Empty;
        var configuration = asked["ReaderConfig"] as JsonObject ?? JsonObject.Empty;
        var most = asked["MaxItems"] is JsonNumber number ? number.Int64 : default(long?);
        var storage = new ObjectStorage(async (action, members, content, cancellation) =>
        {
            var answer = await CallAsync(request, action, members, content?.ToArray(), cancellation).ConfigureAwait(false);
            return (answer.Body, answer.Content ?? default);
        });
        var items = new List<JsonValue>();
        await foreach (var item in ItemReading.ReadAsync(request.Resource, parameters, configuration, most, storage, cancellationToken).ConfigureAwait(false))
            items.Add(item.Value);
        return JsonArray.Of([.. items]);
    }

    private async ValueTask<JsonObject> WriteAsync(TaskRequest request, JsonObject asked, CancellationToken cancellationToken)
    {
        var parameters = asked["Parameters"] as JsonObject ?? JsonObject.Empty;
        var configuration = asked["WriterConfig"] as JsonObject ?? JsonObject.Empty;
        var mapRunArn = asked.Text("MapRunArn")!;
        var bucket = parameters.Text("Bucket") ?? throw new MapItemsException("The ResultWriter names no Bucket.");
        var prefix = parameters.Text("Prefix") is { Length: > 0 } given ? $"{given.TrimEnd('/')}/" : "";
        var folder = $"{prefix}{mapRunArn.Split(':')[^1]}";
        var files = new JsonObject.Builder(3);
        var children = engine.List(new ExecutionQuery(mapRunArn) { Limit = int.MaxValue }).OrderBy(child => child.ItemIndex).ToArray();
        foreach (var (name, statuses) in Groups)
        {
            var results = children.Where(child => statuses.Contains(child.Status)).ToArray();
            if (results.Length == 0)
            {
                files.Set(name, JsonArray.Empty);
                continue;
            }

            var isLines = configuration.Text("OutputType") == "JSONL";
            var key = $"{folder}/{name}_0.{(isLines ? "jsonl" : "json")}";
            var content = Encoding.UTF8.GetBytes(Text(results.SelectMany(child => Results(child, configuration)), isLines));
            await PutAsync(request, bucket, key, content, cancellationToken).ConfigureAwait(false);
            files.Set(name, JsonArray.Of(JsonObject.Of(("Key", JsonValue.From(key)), ("Size", JsonValue.From((long)content.Length)))));
        }

        var manifest = JsonObject.Of(("DestinationBucket", JsonValue.From(bucket)), ("MapRunArn", JsonValue.From(mapRunArn)), ("ResultFiles", files.ToObject()));
        await PutAsync(request, bucket, $"{folder}/manifest.json", Encoding.UTF8.GetBytes(JsonWriter.Compact(manifest)), cancellationToken).ConfigureAwait(false);
        return JsonObject.Of(
            ("MapRunArn", JsonValue.From(mapRunArn)),
            ("ResultWriterDetails", JsonObject.Of(("Bucket", JsonValue.From(bucket)), ("Key", JsonValue.From($"{folder}/manifest.json")))));
    }

    private static readonly (string Name, ExecutionStatus[] Statuses)[] Groups =
    [
        ("FAILED", [ExecutionStatus.Failed, ExecutionStatus.TimedOut, ExecutionStatus.Aborted]),
        ("PENDING", [ExecutionStatus.Running]),
        ("SUCCEEDED", [ExecutionStatus.Succeeded]),
    ];

    private static string Text(IEnumerable<JsonValue> results, bool isLines) => isLines
        ? string.Concat(results.Select(result => $"{JsonWriter.Compact(result)}\n"))
        : JsonWriter.Compact(JsonArray.Of(results));

    /// <summary>What a child leaves: all that is told of it, its output alone, or the items of its output.</summary>
    private JsonArray Results(ExecutionDescription child, JsonObject configuration)
    {
        if (child.Status != ExecutionStatus.Succeeded || configuration.Text("Transformation") is null or "NONE")
            return JsonArray.Of(describe(child));
        return configuration.Text("Transformation") == "FLATTEN" && child.Output is JsonArray items ? items : JsonArray.Of(child.Output!);
    }

    private async ValueTask PutAsync(TaskRequest request, string bucket, string key, byte[] content, CancellationToken cancellationToken) =>
        await CallAsync(
            request, "PutObject",
            JsonObject.Of(("Bucket", JsonValue.From(bucket)), ("Key", JsonValue.From(key)), ("ContentType", JsonValue.From("application/json"))),
            content, cancellationToken).ConfigureAwait(false);

    private async ValueTask<ServiceResponse.Answered> CallAsync(
        TaskRequest request, string action, JsonObject parameters, byte[]? content, CancellationToken cancellationToken)
    {
        var call = new ServiceCall("s3", action, parameters, RequestIds.Of(request))
        {
            Content = content is null ? default(ReadOnlyMemory<byte>?) : content,
            MostBytes = Array.MaxLength,
        };
        return await services.SendAsync(call, cancellationToken).ConfigureAwait(false) switch
        {
            ServiceResponse.Answered answer => answer,
            ServiceResponse.Refused { Error: var error } => throw new MapItemsException(error.SdkCause("S3"), error.Code),
            var other => throw new InvalidOperationException($"There is no response such as {other}."),
        };
    }
}
