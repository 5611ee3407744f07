using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services;

/// <summary>Jobs of AWS services, as the table of optimized integrations describes them.</summary>
internal sealed class ServiceJobTask(ServiceTask services, ExecutionEngine engine) : JobTask(engine)
{
    protected override async ValueTask<TaskOutcome> BeginAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var outcome = await services.StartAsync(request, cancellationToken).ConfigureAwait(false);
        return outcome is TaskOutcome.Completed { Output: JsonObject answer }
            ? new TaskOutcome.Completed(ServiceIntegration.Find(request.Resource)!.Optimized!.Job!.Submitted(answer, Parameters(request)))
            : outcome;
    }

    protected override IWatchedJob Find(TaskRequest request, JsonObject submitted) =>
        new Job(services, request, ServiceIntegration.Find(request.Resource)!, submitted);

    private static JsonObject Parameters(TaskRequest request) => request.Payload as JsonObject ?? JsonObject.Empty;

    /// <summary>One job, with what its first request was answered with.</summary>
    private sealed class Job(ServiceTask services, TaskRequest request, ServiceIntegration integration, JsonObject answer) : IWatchedJob
    {
        private readonly ServiceJob _job = integration.Optimized!.Job!;
        private readonly JsonObject _parameters = Parameters(request);
        private JsonObject? _last;
        private int _requests;

        public async ValueTask<JobProgress> DescribeAsync(CancellationToken cancellationToken)
        {
            var (output, error) = await SendAsync(_job.Describe, cancellationToken).ConfigureAwait(false);
            return output is null ? Progress(error!) : Progress(output);
        }

        public async ValueTask StopAsync()
        {
            if (_job.Stop is not null)
                await SendAsync(_job.Stop, CancellationToken.None).ConfigureAwait(false);
        }

        private JobProgress Progress(JsonObject output)
        {
            var described = _job.Subject.Length == 0 ? WithoutMetadata(output) : ServiceJob.At(output, _job.Subject) as JsonObject;

            // It may not be known yet to all of the service.
            if (described is null)
                return new JobProgress.Unknown(TaskFailures.Of(ErrorNames.TaskFailed, JsonWriter.Compact(output)).Failure);
            _last = described;
            var status = (ServiceJob.At(described, _job.Status) as JsonString)?.Value ?? "";
            var isDone = _job.Succeeded.Contains(status);
            if (!isDone && !_job.Failed.Contains(status))
                return new JobProgress.Running();
            var result = _job.Result(described, answer, _parameters);
            if (!isDone || _job.IsGood?.Invoke(described) == false)
                return new JobProgress.Failed(TaskFailures.Of(ErrorNames.TaskFailed, JsonWriter.Compact(result)).Failure);
            return new JobProgress.Succeeded(_job.HasMetadata ? WithMetadata(result, output) : result);
        }

        private JobProgress Progress(ServiceError error)
        {
            var isGone = error.Code is "ResourceNotFoundException" or "ResourceNotFound";
            if (isGone && _job.EndsWhenGone)
            {
                var last = _last ?? ServiceJob.At(answer, _job.Subject) as JsonObject ?? JsonObject.Empty;
                return new JobProgress.Succeeded(_job.Result(last, answer, _parameters));
            }

            if (IsThrottled(error))
                return new JobProgress.Throttled();
            var failure = ServiceFailures.Of(integration, error).Failure;
            return isGone || error.StatusCode is 0 or >= 500 ? new JobProgress.Unknown(failure) : new JobProgress.Failed(failure);
        }

        private ValueTask<(JsonObject? Output, ServiceError? Error)> SendAsync(JobRequest about, CancellationToken cancellationToken)
        {
            var action = integration.Action.Service.FindAction(about.Action)!;
            var members = new JsonObject.Builder();
            foreach (var (name, value) in ServiceJob.Members(about, answer, _parameters))
            {
                var isList = action.Input!.Members.First(member => member.OptimizedName == name).Shape.Kind == ShapeKind.List;
                members.Set(name, isList ? JsonArray.Of(value) : value);
            }

            var id = RequestIds.Of(request, $"{about.Action} {Interlocked.Increment(ref _requests)}");
            return services.SendAsync(integration with { Action = action }, members.ToObject(), id, cancellationToken);
        }

        private static bool IsThrottled(ServiceError error) => error.StatusCode == 429
            || error.Code.Contains("Throttl", StringComparison.Ordinal)
            || error.Code is "TooManyRequestsException" or "RequestLimitExceeded" or "SlowDown";

        private static JsonObject WithoutMetadata(JsonObject output) => JsonObject.Of(
            [.. output.Where(member => !SdkMetadata.Names.Contains(member.Key)).Select(member => (member.Key, member.Value))]);

        private static JsonObject WithMetadata(JsonObject result, JsonObject output)
        {
            foreach (var name in SdkMetadata.Names)
            {
                if (output[name] is { } value)
                    result = result.With(name, value);
            }

            return ServiceValues.Sorted(result);
        }
    }
}
