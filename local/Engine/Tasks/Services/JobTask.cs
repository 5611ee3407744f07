using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Store;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// Jobs of optimized integrations, <c>.sync</c>: starts one, asks how it stands until it is over, and ends it when nobody waits for it any
/// more. A job that waits holds no thread.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync.
/// </summary>
internal sealed class JobTask(ServiceTask services, ExecutionEngine engine) : ITaskHandler
{
    /// <summary>So many requests about jobs are under way at a time.</summary>
    private const int MaxPolls = 16;

    /// <summary>How often in a row a service may fail to say how a job stands: with the pauses between, for about two minutes.</summary>
    private const int MaxTroubles = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestTrouble = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _polls = new(MaxPolls);

    private ExecutionEngine Engine => engine;

    private ServiceTask Services => services;

    public async ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        var integration = ServiceIntegration.Find(request.Resource)!;
        var job = integration.Optimized!.Job!;
        if (request.Submitted is JsonObject before)
            return new Watch(this, request, integration, before).Begin(null);
        switch (await services.StartAsync(request, cancellationToken).ConfigureAwait(false))
        {
            case TaskOutcome.Failed { Failure: var failure }:
                return new TaskOutcome.Failed(failure with { Stage = TaskStage.Submit });
            case TaskOutcome.Completed { Output: JsonObject answer }:
                var submitted = job.Submitted(answer, request.Payload as JsonObject ?? JsonObject.Empty);
                return new Watch(this, request, integration, submitted).Begin(submitted);
            case var other:
                throw new InvalidOperationException($"A job does not begin with {other}.");
        }
    }

    /// <summary>One job that somebody waits for.</summary>
    private sealed class Watch(JobTask tasks, TaskRequest request, ServiceIntegration integration, JsonObject answer)
    {
        private readonly ServiceJob _job = integration.Optimized!.Job!;
        private readonly ExecutionEngine _engine = tasks.Engine;
        private readonly JsonObject _parameters = request.Payload as JsonObject ?? JsonObject.Empty;
        private readonly DateTimeOffset _since = tasks.Engine.Now;
        private readonly CancellationTokenSource _cancellation = new();
        private JsonObject? _last;
        private int _troubles;
        private int _requests;

        public TaskOutcome.Waiting Begin(JsonObject? submitted)
        {
            Wait(FirstPause);
            return new TaskOutcome.Waiting(submitted) { Cancel = Cancel };
        }

        private void Wait(TimeSpan pause) => _engine.Later(request.Token, pause, Poll);

        /// <summary>Called by whoever moves the clock, whom it must not keep: the request goes out on a thread of its own.</summary>
        private void Poll()
        {
            _engine.Enter();
            _ = Task.Run(PollAsync);
        }

        private async Task PollAsync()
        {
            try
            {
                var (output, error) = await SendAsync(_job.Describe, _cancellation.Token).ConfigureAwait(false);
                if (output is not null)
                    Take(output);
                else
                    Take(error!);
            }
            catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
            {
                // Nobody waits any more.
            }
            catch (Exception e)
            {
                _engine.ReportDefect(request.Execution.Arn, e);
                Fail(ErrorNames.Runtime, $"Stateside failed to ask how the job of {request.Resource.Text} stands: {e.Message}");
            }
            finally
            {
                _engine.Leave();
            }
        }

        private void Take(JsonObject output)
        {
            var described = _job.Subject.Length == 0 ? WithoutMetadata(output) : ServiceJob.At(output, _job.Subject) as JsonObject;
            if (described is null)
            {
                // It may not be known yet to all of the service.
                Retry(ErrorNames.TaskFailed, JsonWriter.Compact(output));
                return;
            }

            _troubles = 0;
            _last = described;
            var status = (ServiceJob.At(described, _job.Status) as JsonString)?.Value ?? "";
            var isDone = _job.Succeeded.Contains(status);
            if (isDone && _job.IsGood?.Invoke(described) != false)
            {
                var result = _job.Result(described, answer, _parameters);
                Succeed(_job.HasMetadata ? WithMetadata(result, output) : result);
            }
            else if (isDone || _job.Failed.Contains(status))
            {
                Fail(ErrorNames.TaskFailed, JsonWriter.Compact(_job.Result(described, answer, _parameters)));
            }
            else
            {
                Wait(Clamp((_engine.Now - _since) / 8, FirstPause, LongestPause));
            }
        }

        private void Take(ServiceError error)
        {
            var isGone = error.Code is "ResourceNotFoundException" or "ResourceNotFound";
            var failure = ServiceFailures.Of(integration, error).Failure;
            if (isGone && _job.EndsWhenGone)
                Succeed(_job.Result(_last ?? ServiceJob.At(answer, _job.Subject) as JsonObject ?? JsonObject.Empty, answer, _parameters));
            else if (IsThrottled(error))
                Wait(Clamp((_engine.Now - _since) / 4, FirstPause * 4, LongestPause));
            else if (isGone || error.StatusCode is 0 or >= 500)
                Retry(failure.Error, failure.Cause);
            else
                Fail(failure.Error, failure.Cause);
        }

        /// <summary>A service may be unreachable for a moment, and the job goes on.</summary>
        private void Retry(string? error, string? cause)
        {
            if (++_troubles > MaxTroubles)
                Fail(error, cause);
            else
                Wait(Clamp(FirstPause * Math.Pow(2, _troubles), FirstPause, LongestTrouble));
        }

        private void Succeed(JsonObject result) => _ = _engine.CompleteTaskAsync(request.Token, result).AsTask();

        private void Fail(string? error, string? cause) =>
            _ = _engine.CompleteTaskAsync(request.Token, null, TaskFailures.Of(error, cause).Failure).AsTask();

        private void Cancel()
        {
            _cancellation.Cancel();
            if (_job.Stop is null)
                return;
            _engine.Enter();
            _ = Task.Run(StopAsync);
        }

        /// <summary>What comes of it nobody hears: the execution has gone on.</summary>
        private async Task StopAsync()
        {
            try
            {
                await SendAsync(_job.Stop!, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                _engine.ReportDefect(request.Execution.Arn, e);
            }
            finally
            {
                _engine.Leave();
            }
        }

        private async ValueTask<(JsonObject? Output, ServiceError? Error)> SendAsync(JobRequest about, CancellationToken cancellationToken)
        {
            var action = integration.Action.Service.FindAction(about.Action)!;
            var members = new JsonObject.Builder();
            foreach (var (name, value) in ServiceJob.Members(about, answer, _parameters))
            {
                var isList = action.Input!.Members.First(member => member.OptimizedName == name).Shape.Kind == ShapeKind.List;
                members.Set(name, isList ? JsonArray.Of(value) : value);
            }

            var id = RequestIds.Of(request, $"{about.Action} {Interlocked.Increment(ref _requests)}");
            await tasks._polls.WaitAsync(cancellationToken).ConfigureAwait(false);
            try
            {
                var asked = integration with { Action = action };
                return await tasks.Services.SendAsync(asked, members.ToObject(), id, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                tasks._polls.Release();
            }
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

        private static TimeSpan Clamp(TimeSpan pause, TimeSpan least, TimeSpan most) => pause < least ? least : pause > most ? most : pause;
    }
}
