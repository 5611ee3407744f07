using System.Collections.Concurrent;
using System.Text;
using Stateside.Engine.Execution;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Http;

/// <summary>How a connection of EventBridge authorizes a request.</summary>
/// <param name="Type">API_KEY, BASIC or OAUTH_CLIENT_CREDENTIALS.</param>
/// <param name="Parameters">Its AuthParameters, in EventBridge's members.</param>
internal sealed record HttpConnection(string Type, JsonObject Parameters);

/// <summary>
/// The connections of EventBridge that HTTP tasks name: those of the template, and those at the endpoint with their secrets in Secrets
/// Manager. See https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection.html.
/// </summary>
internal sealed class HttpConnections(IServiceClient services)
{
    /// <summary>A connection that cannot be used as it stands.</summary>
    public const string InvalidState = "InvalidConnectionState";

    private const string NotFound = "ResourceNotFound";

    private static readonly (string Name, string InSecret)[] Lists =
    [
        ("HeaderParameters", "header_parameters"), ("QueryStringParameters", "query_string_parameters"), ("BodyParameters", "body_parameters"),
    ];

    private readonly ConcurrentDictionary<string, HttpConnection> _declared = new(StringComparer.Ordinal);

    /// <summary>Takes over what a template declares.</summary>
    public void Declare(string name, JsonObject properties)
    {
        if (properties.Text("AuthorizationType") is { } type)
            _declared[name] = new HttpConnection(type, properties["AuthParameters"] as JsonObject ?? JsonObject.Empty);
    }

    /// <summary>Finds a connection.</summary>
    /// <param name="arn">Its ARN.</param>
    /// <param name="requestId">The id of requests that look for it.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    /// <returns>The connection, or why there is none.</returns>
    public async ValueTask<(HttpConnection? Connection, TaskOutcome.Failed? Problem)> FindAsync(string arn, string requestId, CancellationToken cancellationToken)
    {
        // arn:aws:events:region:account:connection/name/uuid
        var parts = arn.Split('/');
        if (parts.Length < 2 || !parts[0].EndsWith(":connection", StringComparison.Ordinal))
            return (null, Failure(NotFound, $"{arn} is not the ARN of a connection."));
        if (_declared.TryGetValue(parts[1], out var declared))
            return (declared, null);
        var (description, problem) = await AskAsync(
            "eventbridge", "DescribeConnection", JsonObject.Of(("Name", JsonValue.From(parts[1]))), requestId, cancellationToken).ConfigureAwait(false);
        if (description?.Text("SecretArn") is not { } secretArn)
            return (null, Failure(NotFound, $"The connection {arn} is neither in the template nor at an endpoint: {problem ?? "it has no secret."}"));
        if (description.Text("ConnectionState") is { } state and not ("AUTHORIZED" or "ACTIVE"))
            return (null, Failure(state == "AUTHORIZING" ? "AuthInProgress" : InvalidState, $"The connection {arn} is {state}."));
        var (secret, missing) = await AskAsync(
            "secretsmanager", "GetSecretValue", JsonObject.Of(("SecretId", JsonValue.From(secretArn))), requestId, cancellationToken).ConfigureAwait(false);
        if (secret?.Text("SecretString") is not { } text || !JsonReader.TryParse(text, out var json) || json is not JsonObject members)
        {
            return (null, Failure(
                "AccessDenied", $"The secret {secretArn} of the connection {arn} cannot be read: {missing ?? "it is no JSON object."}"));
        }

        var type = description.Text("AuthorizationType") ?? "API_KEY";
        return (new HttpConnection(type, OfSecret(type, members, description["AuthParameters"] as JsonObject ?? JsonObject.Empty)), null);
    }

    /// <summary>
    /// A connection is in the way of a request.
    /// See https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#connect-http-task-errors.
    /// </summary>
    public static TaskOutcome.Failed Failure(string kind, string cause) => TaskFailures.Of($"Events.ConnectionResource.{kind}", cause);

    /// <summary>EventBridge keeps the secret parts under names of its own; what is no secret its description tells too.</summary>
    private static JsonObject OfSecret(string type, JsonObject secret, JsonObject described)
    {
        JsonValue Of(string name) => secret[name] ?? JsonValue.From("");
        var parameters = type switch
        {
            "BASIC" => JsonObject.Of(("BasicAuthParameters", JsonObject.Of(("Username", Of("username")), ("Password", Of("password"))))),
            "OAUTH_CLIENT_CREDENTIALS" => JsonObject.Of(("OAuthParameters", JsonObject.Of(
                ("AuthorizationEndpoint", Of("authorization_endpoint")),
                ("HttpMethod", Of("http_method")),
                ("ClientParameters", JsonObject.Of(("ClientID", Of("client_id")), ("ClientSecret", Of("client_secret")))),
                ("OAuthHttpParameters", HttpParameters(
                    secret["oauth_http_parameters"] ?? (described["OAuthParameters"] as JsonObject)?["OAuthHttpParameters"]))))),
            _ => JsonObject.Of(("ApiKeyAuthParameters", JsonObject.Of(("ApiKeyName", Of("api_key_name")), ("ApiKeyValue", Of("api_key_value"))))),
        };
        return parameters.With(
            "InvocationHttpParameters", HttpParameters(secret["invocation_http_parameters"] ?? described["InvocationHttpParameters"]));
    }

    /// <summary>Parameters that a connection adds, from its secret or its description.</summary>
    private static JsonObject HttpParameters(JsonValue? parameters) => JsonObject.Of(
    [
        .. Lists.Select(list => (list.Name, (JsonValue)JsonArray.Of(
            ((parameters as JsonObject)?[list.InSecret] as JsonArray ?? (parameters as JsonObject)?[list.Name] as JsonArray ?? JsonArray.Empty)
            .OfType<JsonObject>()
            .Select(one => (JsonValue)JsonObject.Of(
                ("Key", one["key"] ?? one["Key"] ?? JsonValue.Null), ("Value", one["value"] ?? one["Value"] ?? JsonValue.Null)))))),
    ]);

    private async ValueTask<(JsonObject? Answer, string? Problem)> AskAsync(
        string service, string action, JsonObject parameters, string requestId, CancellationToken cancellationToken) =>
        await services.SendAsync(new ServiceCall(service, action, parameters, requestId), cancellationToken).ConfigureAwait(false) switch
        {
            ServiceResponse.Answered answer => (answer.Body, null),
            ServiceResponse.Refused refused => (null, refused.Error.Message),
            _ => (null, null),
        };

    /// <summary>The header that a connection without OAuth adds.</summary>
    /// <returns>The header; null when it has none.</returns>
    public static (string Name, string Value)? HeaderOf(HttpConnection connection)
    {
        var parameters = connection.Parameters;
        return connection.Type switch
        {
            "BASIC" when parameters["BasicAuthParameters"] is JsonObject basic =>
                ("Authorization", $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{basic.Text("Username")}:{basic.Text("Password")}"))}"),
            "API_KEY" when parameters["ApiKeyAuthParameters"] is JsonObject key && key.Text("ApiKeyName") is { } name =>
                (name, key.Text("ApiKeyValue") ?? ""),
            _ => null,
        };
    }

    /// <summary>Headers, query parameters or body fields that a connection adds to each request of a task.</summary>
    /// <param name="connection">The connection; null adds none.</param>
    /// <param name="list">HeaderParameters, QueryStringParameters or BodyParameters.</param>
    public static IEnumerable<(string Name, string Value)> Added(HttpConnection? connection, string list) =>
        connection is null ? [] : Added(connection.Parameters, "InvocationHttpParameters", list);

    /// <summary>Headers, query parameters or body fields that a connection adds to requests.</summary>
    /// <param name="parameters">What holds them: the connection's parameters, or those of OAuth.</param>
    /// <param name="kind">InvocationHttpParameters or OAuthHttpParameters.</param>
    /// <param name="list">HeaderParameters, QueryStringParameters or BodyParameters.</param>
    public static IEnumerable<(string Name, string Value)> Added(JsonObject parameters, string kind, string list) =>
        ((parameters[kind] as JsonObject)?[list] as JsonArray ?? JsonArray.Empty).OfType<JsonObject>()
        .Select(parameter => (parameter.Text("Key") ?? "", parameter.JsonText("Value") ?? ""));
}
