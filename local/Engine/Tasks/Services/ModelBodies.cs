using System.Text;
using Stateside.Engine.Execution;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// What <c>bedrock:invokeModel</c> does besides its request: its input may lie in S3, and its output may go there.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/connect-bedrock.html.
/// </summary>
internal sealed class ModelBodies(IServiceClient services)
{
    /// <summary>Parameters whose body was read from where their Input says; it is JSON where nothing else is said.</summary>
    public async ValueTask<(JsonObject Parameters, TaskOutcome? Failure)> WithInputAsync(
        JsonObject parameters, TaskRequest request, CancellationToken cancellationToken)
    {
        var type = "application/json";
        if (S3Place(parameters, "Input") is { } place)
        {
            var call = new ServiceCall("s3", "GetObject", JsonObject.Of(("Bucket", place.Bucket), ("Key", place.Key)), RequestIds.Of(request, "input"));
            var response = await services.SendAsync(call, cancellationToken).ConfigureAwait(false);
            if (response is not ServiceResponse.Answered { Content: { } content } answer)
                return (parameters, NotThere(response, UriOf(parameters, "Input")!));
            parameters = parameters.With("Body", JsonValue.From(Encoding.UTF8.GetString(content.Span)));
            type = answer.Body.Text("ContentType") ?? type;
        }

        foreach (var (name, value) in new[] { ("ContentType", type), ("Accept", "application/json") })
        {
            if (parameters[name] is null or JsonNull)
                parameters = parameters.With(name, JsonValue.From(value));
        }

        return (parameters, null);
    }

    /// <summary>What comes of an answer: where the parameters' Output says so its body is written there, and the place stands in the result.</summary>
    public async ValueTask<TaskOutcome> WriteOutputAsync(
        JsonObject output, JsonObject parameters, TaskRequest request, CancellationToken cancellationToken)
    {
        if (S3Place(parameters, "Output") is not { } place)
            return new TaskOutcome.Completed(output);
        var uri = UriOf(parameters, "Output")!;
        var call = new ServiceCall("s3", "PutObject", JsonObject.Of(("Bucket", place.Bucket), ("Key", place.Key)), RequestIds.Of(request, "output"))
        {
            Content = Encoding.UTF8.GetBytes(output.JsonText("Body") ?? ""),
        };
        var response = await services.SendAsync(call, cancellationToken).ConfigureAwait(false);
        return response is ServiceResponse.Answered
            ? new TaskOutcome.Completed(output.With("Body", JsonValue.From(uri)))
            : NotThere(response, uri);
    }

    private static TaskOutcome.Failed NotThere(ServiceResponse response, string uri) => response is ServiceResponse.Refused { Error: var error }
        ? ServiceFailures.Of(ServiceModels.Find("s3")!, error)
        : TaskFailures.Of(ErrorNames.Runtime, $"{uri} has no content.");

    /// <summary>The bucket and key of an S3 URI in the parameters; null where there is none.</summary>
    private static (JsonValue Bucket, JsonValue Key)? S3Place(JsonObject parameters, string name)
    {
        const string scheme = "s3://";
        if (UriOf(parameters, name) is not { } uri || !uri.StartsWith(scheme, StringComparison.Ordinal))
            return null;
        var parts = uri[scheme.Length..].Split('/', 2);
        return parts is [var bucket, var key] ? (JsonValue.From(bucket), JsonValue.From(key)) : null;
    }

    private static string? UriOf(JsonObject parameters, string name) => (parameters[name] as JsonObject)?.Text("S3Uri");
}
