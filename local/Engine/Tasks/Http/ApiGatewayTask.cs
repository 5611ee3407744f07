using System.Globalization;
using System.Text;
using Stateside.Engine.Execution;
using Stateside.Engine.Tasks.Services;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Http;

/// <summary>
/// Calls APIs of API Gateway: <c>apigateway:invoke</c>. One of AWS's hosts is asked for at the endpoint that is configured for API Gateway,
/// with its own name as the request's host, since emulators tell APIs apart by it; any other as an HTTP task would ask it.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/connect-api-gateway.html.
/// </summary>
/// <param name="http">The HTTP task, whose connections and addresses these are.</param>
/// <param name="endpoints">Where services are.</param>
/// <param name="signer">Signs what calls with the machine's role.</param>
internal sealed class ApiGatewayTask(HttpTask http, ServiceEndpoints endpoints, RequestSigner signer) : ITaskHandler
{
    private const string Service = "execute-api";
    private const string Variable = "API_GATEWAY";

    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"];

    public async ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var parameters = request.Payload as JsonObject ?? JsonObject.Empty;
        if (Problem(parameters) is { } problem)
            return TaskParameters.Unusable(parameters, problem);
        var (address, host, refusal) = Address(parameters);
        if (address is null)
            return TaskFailures.Of($"ApiGateway.{ServiceError.NotSent}", refusal);
        try
        {
            using var message = new HttpRequestMessage(RequestHeaders.Method(parameters.Text("Method")!), address);
            var body = Write(message, parameters);
            message.Headers.Host = host;

            // Whose host it is only a definition or its input says: without leave it learns nothing of the user's credentials.
            var mayKnowWho = host is not null || address.IsLoopback || endpoints.AllowsAws;
            if (mayKnowWho && parameters.Text("AuthType") is "IAM_ROLE" or "RESOURCE_POLICY")
                await signer.SignAsync(message, body, Service, cancellationToken).ConfigureAwait(false);
            using var answer = await http.SendAsync(message, isConfigured: host is not null, cancellationToken).ConfigureAwait(false);
            var outcome = Outcome(answer, await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
            return outcome is TaskOutcome.Completed completed && request.Resource.Pattern == IntegrationPattern.WaitForTaskToken
                ? new TaskOutcome.Waiting(completed.Output)
                : outcome;
        }
        catch (Exception e) when (HttpValues.Unanswered(e, "apigateway", "ApiGateway", cancellationToken) is { } failure)
        {
            return failure;
        }
    }

    /// <summary>What is wrong with the parameters beyond what <see cref="IntegrationRequest"/> finds; null for nothing.</summary>
    private static string? Problem(JsonObject parameters)
    {
        foreach (var (name, values) in parameters["Headers"] as JsonObject ?? JsonObject.Empty)
        {
            if (RequestHeaders.Problem(name, HttpValues.Joined(values as JsonArray ?? JsonArray.Empty)) is { } problem)
                return problem;
        }

        if (parameters.Text("ApiEndpoint") is null)
            return "The value of the field 'ApiEndpoint' has an invalid format";
        if (!Methods.Contains(parameters.Text("Method")))
            return "The value of the field 'Method' has an invalid format";
        return parameters["AuthType"] is null or JsonNull || parameters.Text("AuthType") is "NO_AUTH" or "IAM_ROLE" or "RESOURCE_POLICY"
            ? null
            : "The value of the field 'AuthType' has an invalid format";
    }

    /// <summary>Where the request goes, and the host it names where that is another; or why it goes nowhere.</summary>
    private (Uri? Address, string? Host, string? Refusal) Address(JsonObject parameters)
    {
        var text = parameters.Text("ApiEndpoint")!;
        var isHost = !text.Contains("://", StringComparison.Ordinal);
        if (text.AsSpan().ContainsAny("@?#\\") || !Uri.TryCreate(isHost ? $"https://{text}" : text, UriKind.Absolute, out var uri))
            return (null, null, $"The ApiEndpoint '{text}' is no host.");
        var address = new UriBuilder(uri);
        string? host = null;
        if (AwsLocation.IsAws(uri) && endpoints.Configured(Variable) is { } configured && !AwsLocation.IsAws(configured))
        {
            host = uri.Authority;
            address = new UriBuilder(configured);
        }
        else if (isHost && uri.IsLoopback)
        {
            // Nothing on this machine has a certificate for its name.
            address = new UriBuilder(Uri.UriSchemeHttp, uri.Host, text.Contains(':', StringComparison.Ordinal) ? uri.Port : 80);
        }

        if (host is null && AwsLocation.IsAws(uri) && !endpoints.AllowsAws)
        {
            return (null, null, $"The ApiEndpoint '{text}' is AWS itself, {ServiceEndpoints.NotReached(Variable)}");
        }

        if (host is null && http.Refusal(address.Uri) is { } refusal)
            return (null, null, $"The ApiEndpoint '{text}' {refusal}");
        address.Path = string.Join('/', new[] { address.Path, parameters.Text("Stage"), parameters.JsonText("Path") }
            .Select(part => part?.Trim('/')).Where(part => !string.IsNullOrEmpty(part)));
        address.Query = HttpValues.Query(parameters["QueryParameters"]);
        return (address.Uri, host, null);
    }

    /// <summary>Writes headers and body; the body is JSON, a text with its quotation marks.</summary>
    private static byte[] Write(HttpRequestMessage message, JsonObject parameters)
    {
        var keepsNulls = parameters["AllowNullValues"] is JsonBoolean { Value: true };
        byte[] body = [];
        if (parameters["RequestBody"] is { } given && (keepsNulls || given is not JsonNull))
        {
            body = Encoding.UTF8.GetBytes(JsonWriter.Compact(keepsNulls ? given : WithoutNulls(given)));
            message.Content = new ByteArrayContent(body);
            RequestHeaders.Set(message, "Content-Type", "application/json");
        }

        foreach (var (name, values) in parameters["Headers"] as JsonObject ?? JsonObject.Empty)
            RequestHeaders.Set(message, name, HttpValues.Joined(values as JsonArray ?? JsonArray.Empty));
        return body;
    }

    private static JsonValue WithoutNulls(JsonValue value) => value switch
    {
        JsonObject members => JsonObject.Of(
            [.. members.Where(member => member.Value is not JsonNull).Select(member => (member.Key, WithoutNulls(member.Value)))]),
        JsonArray items => JsonArray.Of(items.Select(WithoutNulls)),
        _ => value,
    };

    private static TaskOutcome Outcome(HttpResponseMessage answer, byte[] content)
    {
        var status = (int)answer.StatusCode;
        var text = Encoding.UTF8.GetString(content);
        if (!answer.IsSuccessStatusCode)
            return TaskFailures.Of($"ApiGateway.{status.ToString(CultureInfo.InvariantCulture)}", text);
        var headers = answer.Headers.NonValidated.Concat(answer.Content.Headers.NonValidated)
            .OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase)
            .Select(header => (header.Key, (JsonValue)JsonArray.Of(header.Value.Select(value => JsonValue.From(value)))));
        return new TaskOutcome.Completed(JsonObject.Of(
            ("Headers", JsonObject.Of([.. headers])),
            ("ResponseBody", HttpValues.Body(text)),
            ("StatusCode", JsonValue.From(status)),
            ("StatusText", JsonValue.From(answer.ReasonPhrase ?? ""))));
    }
}
