using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks.Services;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Http;

/// <summary>
/// Jobs on clusters that Tasks wait for: <c>eks:runJob.sync</c>.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/connect-eks.html#connect-eks-kubernetes-apis.
/// </summary>
internal sealed class EksJobTask(EksTask clusters, ExecutionEngine engine) : JobTask(engine)
{
    protected override ValueTask<TaskOutcome> BeginAsync(TaskRequest request, CancellationToken cancellationToken) =>
        clusters.StartAsync(request, cancellationToken);

    protected override IWatchedJob Find(TaskRequest request, JsonObject submitted) =>
        new Job(clusters, (JsonObject)request.Payload, TextAt(submitted, "ResponseBody.metadata.name"));

    private static string TextAt(JsonValue value, string path) => (ServiceJob.At(value, path) as JsonString)?.Value ?? "";

    /// <summary>One job, by the name that the cluster gave it.</summary>
    private sealed class Job(EksTask clusters, JsonObject parameters, string name) : IWatchedJob
    {
        private readonly string _path = $"{EksTask.JobsPath(parameters)}/{Uri.EscapeDataString(name)}";
        private readonly JsonObject _logOptions = parameters["LogOptions"] as JsonObject ?? JsonObject.Empty;

        public async ValueTask<JobProgress> DescribeAsync(CancellationToken cancellationToken)
        {
            var (body, failure) = await SendAsync(new ClusterRequest("GET", _path), cancellationToken).ConfigureAwait(false);
            if (failure is not null)
                return Progress(failure);
            var job = body as JsonObject ?? JsonObject.Empty;
            if (Objects((job["status"] as JsonObject)?["conditions"]).FirstOrDefault(IsEnd) is not { } end)
                return new JobProgress.Running();
            if (_logOptions.JsonText("RetrieveLogs") == "true")
                job = job.With("logs", await LogsAsync(cancellationToken).ConfigureAwait(false));
            return end.Text("type") == "Complete"
                ? new JobProgress.Succeeded(job)
                : new JobProgress.Failed(TaskFailures.Of(ErrorNames.TaskFailed, JsonWriter.Compact(job)).Failure);
        }

        /// <summary>Its pods go with it.</summary>
        public async ValueTask StopAsync()
        {
            var request = new ClusterRequest("DELETE", _path) { Query = Query("propagationPolicy", "Foreground") };
            await SendAsync(request, CancellationToken.None).ConfigureAwait(false);
        }

        /// <summary>See https://kubernetes.io/docs/concepts/workloads/controllers/job/#terminal-job-conditions.</summary>
        private static bool IsEnd(JsonObject condition) =>
            condition.Text("type") is "Complete" or "Failed" && condition.Text("status") == "True";

        /// <summary>A cluster may be out of reach for a moment, or not know yet what it was told.</summary>
        private static JobProgress Progress(TaskFailure failure) => failure.Error switch
        {
            "EKS.429" => new JobProgress.Throttled(),
            "EKS.404" or $"EKS.{ServiceError.NotSent}" => new JobProgress.Unknown(failure),
            { } error when error.StartsWith("EKS.5", StringComparison.Ordinal) => new JobProgress.Unknown(failure),
            _ => new JobProgress.Failed(failure),
        };

        /// <summary>What the containers of all its pods wrote, as far as it can be had.</summary>
        private async ValueTask<JsonObject> LogsAsync(CancellationToken cancellationToken)
        {
            var path = EksTask.PodsPath(parameters);
            var request = new ClusterRequest("GET", path) { Query = Query("labelSelector", $"job-name={name}") };
            var (list, failure) = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (failure is not null)
                return Unread(failure);
            var pods = new JsonObject.Builder();
            foreach (var pod in Objects((list as JsonObject)?["items"]))
            {
                var podName = TextAt(pod, "metadata.name");
                var containers = new JsonObject.Builder();
                foreach (var container in Objects((pod["spec"] as JsonObject)?["containers"]))
                {
                    var containerName = TextAt(container, "name");
                    var logPath = $"{path}/{Uri.EscapeDataString(podName)}/log";
                    containers.Set(containerName, await LogAsync(logPath, containerName, cancellationToken).ConfigureAwait(false));
                }

                pods.Set(podName, JsonObject.Of(("containers", containers.ToObject())));
            }

            return JsonObject.Of(("pods", pods.ToObject()));
        }

        private async ValueTask<JsonObject> LogAsync(string path, string container, CancellationToken cancellationToken)
        {
            var query = _logOptions["LogParameters"] as JsonObject ?? JsonObject.Empty;
            var request = new ClusterRequest("GET", path)
            {
                Query = query.With("container", JsonArray.Of(JsonValue.From(container))),
                WantsText = _logOptions.JsonText("RawLogs") == "true",
            };
            var (log, failure) = await SendAsync(request, cancellationToken).ConfigureAwait(false);
            return failure is null ? JsonObject.Of(("log", log!)) : Unread(failure);
        }

        private async ValueTask<(JsonValue? Body, TaskFailure? Failure)> SendAsync(
            ClusterRequest request, CancellationToken cancellationToken) =>
            await clusters.SendAsync(parameters, request, cancellationToken).ConfigureAwait(false) switch
            {
                TaskOutcome.Completed { Output: JsonObject answer } => (answer["ResponseBody"], null),
                TaskOutcome.Failed failed => (null, failed.Failure),
                var other => throw new InvalidOperationException($"A cluster does not answer {other}."),
            };

        private static IEnumerable<JsonObject> Objects(JsonValue? list) => (list as JsonArray ?? JsonArray.Empty).OfType<JsonObject>();

        private static JsonObject Query(string name, string value) => JsonObject.Of((name, JsonArray.Of(JsonValue.From(value))));

        private static JsonObject Unread(TaskFailure failure) =>
            JsonObject.Of(("error", JsonValue.From(failure.Error ?? "")), ("cause", JsonValue.From(failure.Cause ?? "")));
    }
}
