using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Amazon.Runtime;
using Stateside.Engine.Execution;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Http;

/// <summary>
/// Calls the Kubernetes APIs of clusters, <c>eks:call</c>, and begins jobs there, <c>eks:runJob</c>. Clusters are reached as HTTP tasks
/// reach their APIs. See https://docs.aws.amazon.com/step-functions/latest/dg/connect-eks.html.
/// </summary>
/// <param name="http">The HTTP task, whose connections and addresses these are.</param>
/// <param name="signer">Signs what tells clusters who asks.</param>
/// <param name="location">The region of the clusters.</param>
internal sealed class EksTask(HttpTask http, RequestSigner signer, AwsLocation location) : ITaskHandler
{
    private const string ClusterHeader = "x-k8s-aws-id";

    /// <summary>As long as the AWS command line gives them.</summary>
    private static readonly TimeSpan TokensLast = TimeSpan.FromMinutes(1);

    private static readonly string[] Methods = ["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH"];
    private static readonly string[] OfAll = ["ClusterName", "CertificateAuthority", "Endpoint"];

    public async ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var parameters = request.Payload as JsonObject ?? JsonObject.Empty;
        var isCall = request.Resource.Action == "call";
        foreach (var name in OfAll.Concat(isCall ? ["Method", "Path"] : ["Job"]))
        {
            if (parameters.JsonText(name) is null)
                return TaskParameters.Missing(parameters, name);
        }

        if (Problem(parameters, isCall) is { } problem)
            return TaskParameters.Unusable(parameters, problem);
        var asked = isCall
            ? new ClusterRequest(parameters.Text("Method")!, parameters.Text("Path")!) { Query = parameters["QueryParameters"] }
            : new ClusterRequest("POST", JobsPath(parameters));
        asked = asked with { Body = parameters[isCall ? "RequestBody" : "Job"] };
        var outcome = await SendAsync(parameters, asked, cancellationToken).ConfigureAwait(false);
        return outcome is TaskOutcome.Completed completed && request.Resource.Pattern == IntegrationPattern.WaitForTaskToken
            ? new TaskOutcome.Waiting(completed.Output)
            : outcome;
    }

    /// <summary>The path of a namespace's jobs.</summary>
    public static string JobsPath(JsonObject parameters) => $"/apis/batch/v1/namespaces/{Namespace(parameters)}/jobs";

    /// <summary>The path of a namespace's pods.</summary>
    public static string PodsPath(JsonObject parameters) => $"/api/v1/namespaces/{Namespace(parameters)}/pods";

    /// <summary>
    /// What makes tokens: a token lets whoever has it ask every cluster of that name as the user, so those that are not for AWS are made
    /// of no credentials of the user's.
    /// </summary>
    public static AWSCredentials? Credentials(bool isAws) =>
        isAws ? RequestSigner.FindCredentials(isAws, EnvironmentKeys.Now()) : new BasicAWSCredentials("stateside", "stateside");

    /// <summary>Sends one request to a cluster.</summary>
    /// <param name="parameters">The parameters that say which cluster; they were looked at when the task began.</param>
    /// <param name="asked">The request.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer; or a failure, named by the answer's status.</returns>
    public async ValueTask<TaskOutcome> SendAsync(JsonObject parameters, ClusterRequest asked, CancellationToken cancellationToken)
    {
        var endpoint = new Uri(parameters.Text("Endpoint")!);
        if (http.Refusal(endpoint) is { } refusal)
            return TaskFailures.Of($"EKS.{ServiceError.NotSent}", $"The Endpoint '{parameters.Text("Endpoint")}' {refusal}");
        var address = new UriBuilder(endpoint) { Query = HttpValues.Query(asked.Query) };
        address.Path = $"{address.Path.TrimEnd('/')}/{asked.Path.TrimStart('/')}";
        try
        {
            using var message = new HttpRequestMessage(RequestHeaders.Method(asked.Method), address.Uri);
            if (asked.Body is { } body and not JsonNull)
            {
                message.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(HttpValues.Text(body)));
                RequestHeaders.Set(message, "Content-Type", ContentType(asked.Method, body));
            }

            if (await TokenAsync(parameters.Text("ClusterName")!, endpoint, cancellationToken).ConfigureAwait(false) is { } token)
                RequestHeaders.Set(message, "Authorization", $"Bearer {token}");
            using var answer = await http.SendAsync(message, Authority(parameters) ?? [], cancellationToken).ConfigureAwait(false);
            var text = Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false));
            var status = (int)answer.StatusCode;
            var output = JsonObject.Of(
                ("ResponseBody", asked.WantsText && answer.IsSuccessStatusCode ? JsonValue.From(text) : HttpValues.Body(text)),
                ("StatusCode", JsonValue.From(status)),
                ("StatusText", JsonValue.From(answer.ReasonPhrase ?? "")));
            return answer.IsSuccessStatusCode
                ? new TaskOutcome.Completed(output)
                : TaskFailures.Of($"EKS.{status.ToString(CultureInfo.InvariantCulture)}", JsonWriter.Compact(output));
        }
        catch (Exception e) when (HttpValues.Unanswered(e, "eks", "EKS", cancellationToken) is { } failure)
        {
            return failure;
        }
    }

    private static string Namespace(JsonObject parameters) => Uri.EscapeDataString(parameters.Text("Namespace") ?? "default");

    private static string? Problem(JsonObject parameters, bool isCall)
    {
        var wrong = OfAll.Concat(isCall ? ["Method", "Path"] : []).FirstOrDefault(name => parameters.Text(name) is null)
            ?? (Uri.TryCreate(parameters.Text("Endpoint"), UriKind.Absolute, out var endpoint) ? null : "Endpoint")
            ?? (endpoint!.Scheme == Uri.UriSchemeHttp || Authority(parameters) is not null ? null : "CertificateAuthority")
            ?? (isCall && !Methods.Contains(parameters.Text("Method")) ? "Method" : null)
            ?? (HttpValues.AreLists(parameters["QueryParameters"]) ? null : "QueryParameters")
            ?? (HttpValues.AreLists((parameters["LogOptions"] as JsonObject)?["LogParameters"]) ? null : "LogOptions.LogParameters");
        return wrong is null
            ? RequestHeaders.Problem(ClusterHeader, parameters.Text("ClusterName")!)
            : $"The value of the field '{wrong}' has an invalid format";
    }

    /// <summary>The certificates that the cluster's may come from; null where the parameter holds none.</summary>
    private static X509Certificate2Collection? Authority(JsonObject parameters)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(parameters.Text("CertificateAuthority")!)));
            return certificates.Count == 0 ? null : certificates;
        }
        catch (Exception e) when (e is FormatException or CryptographicException)
        {
            return null;
        }
    }

    /// <summary>
    /// Kubernetes takes no patch as plain JSON.
    /// See https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply.
    /// </summary>
    private static string ContentType(string method, JsonValue body) => (method, body) switch
    {
        ("PATCH", JsonArray) => "application/json-patch+json",
        ("PATCH", _) => "application/merge-patch+json",
        _ => "application/json",
    };

    /// <summary>
    /// A request to AWS that says who asks, which the cluster sends there itself.
    /// See https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster.
    /// </summary>
    private async ValueTask<string?> TokenAsync(string cluster, Uri endpoint, CancellationToken cancellationToken)
    {
        var question = new Uri($"https://sts.{location.Region}.{location.UrlSuffix}/?Action=GetCallerIdentity&Version=2011-06-15");
        var header = KeyValuePair.Create(ClusterHeader, cluster);
        var isForAws = AwsLocation.IsAws(endpoint);
        var signed = await signer.PresignAsync(question, header, "sts", TokensLast, isForAws, cancellationToken).ConfigureAwait(false);
        return signed is null ? null : $"k8s-aws-v1.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(signed))}";
    }
}

/// <summary>A request to the Kubernetes API of a cluster.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Path">The path under the cluster's endpoint.</param>
internal sealed record ClusterRequest(string Method, string Path)
{
    /// <summary>The query, a list of values under each name; null for none.</summary>
    public JsonValue? Query { get; init; }

    /// <summary>What is sent, a text as it is; null for nothing.</summary>
    public JsonValue? Body { get; init; }

    /// <summary>Whether the answer is text, even if it can be read as JSON.</summary>
    public bool WantsText { get; init; }
}
