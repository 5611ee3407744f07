using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Store;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Services;

/// <summary>A job that has begun.</summary>
internal interface IWatchedJob
{
    /// <summary>Asks how it stands.</summary>
    /// <param name="cancellationToken">Fires when nobody waits for it any more.</param>
    ValueTask<JobProgress> DescribeAsync(CancellationToken cancellationToken);

    /// <summary>Ends it, where it is one that can be ended.</summary>
    ValueTask StopAsync();
}

/// <summary>How a job stands.</summary>
internal abstract record JobProgress
{
    private JobProgress()
    {
    }

    /// <summary>It goes on.</summary>
    public sealed record Running : JobProgress;

    /// <summary>It has done its work.</summary>
    public sealed record Succeeded(JsonObject Result) : JobProgress;

    /// <summary>It is over without having done it, or nobody will say how it stands.</summary>
    public sealed record Failed(TaskFailure Failure) : JobProgress;

    /// <summary>Who knows does not say, for the moment.</summary>
    public sealed record Unknown(TaskFailure Failure) : JobProgress;

    /// <summary>Who knows has been asked too often.</summary>
    public sealed record Throttled : JobProgress;
}

/// <summary>
/// Jobs of optimized integrations, <c>.sync</c>: begins one, asks how it stands until it is over, and ends it when nobody waits for it any
/// more. A job that waits holds no thread.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html#connect-sync.
/// </summary>
#pragma warning disable CA1001 // A semaphore and a source without a timer have nothing to let go.
internal abstract class JobTask(ExecutionEngine engine) : ITaskHandler
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

    public async ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken)
    {
        if (request.Submitted is JsonObject before)
            return new Watch(this, request, Find(request, before)).Begin(null);
        switch (await BeginAsync(request, cancellationToken).ConfigureAwait(false))
        {
            case TaskOutcome.Failed { Failure: var failure }:
                return new TaskOutcome.Failed(failure with { Stage = TaskStage.Submit });
            case TaskOutcome.Completed { Output: JsonObject submitted }:
                return new Watch(this, request, Find(request, submitted)).Begin(submitted);
            case var other:
                throw new InvalidOperationException($"A job does not begin with {other}.");
        }
    }

    /// <summary>Begins a job.</summary>
    /// <returns>What it is submitted with, or why it cannot begin.</returns>
    protected abstract ValueTask<TaskOutcome> BeginAsync(TaskRequest request, CancellationToken cancellationToken);

    /// <summary>The job that has begun.</summary>
    /// <param name="request">The task.</param>
    /// <param name="submitted">What it was submitted with.</param>
    protected abstract IWatchedJob Find(TaskRequest request, JsonObject submitted);

    /// <summary>One job that somebody waits for.</summary>
    private sealed class Watch(JobTask tasks, TaskRequest request, IWatchedJob job)
    {
        private readonly ExecutionEngine _engine = tasks.Engine;
        private readonly DateTimeOffset _since = tasks.Engine.Now;
        private readonly CancellationTokenSource _cancellation = new();
        private int _troubles;

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
                await tasks._polls.WaitAsync(_cancellation.Token).ConfigureAwait(false);
                JobProgress progress;
                try
                {
                    progress = await job.DescribeAsync(_cancellation.Token).ConfigureAwait(false);
                }
                finally
                {
                    tasks._polls.Release();
                }

                Take(progress);
            }
            catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
            {
                // Nobody waits any more.
            }
            catch (Exception e)
            {
                _engine.ReportDefect(request.Execution.Arn, e);
                var cause = $"Stateside failed to ask how the job of {request.Resource.Text} stands: {e.Message}";
                Complete(null, TaskFailures.Of(ErrorNames.Runtime, cause).Failure);
            }
            finally
            {
                _engine.Leave();
            }
        }

        private void Take(JobProgress progress)
        {
            switch (progress)
            {
                case JobProgress.Succeeded { Result: var result }:
                    Complete(result, null);
                    break;
                case JobProgress.Failed { Failure: var failure }:
                    Complete(null, failure);
                    break;
                case JobProgress.Unknown { Failure: var failure } when ++_troubles > MaxTroubles:
                    Complete(null, failure);
                    break;
                case JobProgress.Unknown:
                    Wait(Clamp(FirstPause * Math.Pow(2, _troubles), FirstPause, LongestTrouble));
                    break;
                case JobProgress.Throttled:
                    Wait(Clamp((_engine.Now - _since) / 4, FirstPause * 4, LongestPause));
                    break;
                default:
                    _troubles = 0;
                    Wait(Clamp((_engine.Now - _since) / 8, FirstPause, LongestPause));
                    break;
            }
        }

        private void Complete(JsonObject? result, TaskFailure? failure) =>
            _ = _engine.CompleteTaskAsync(request.Token, result, failure).AsTask();

        private void Cancel()
        {
            _cancellation.Cancel();
            _engine.Enter();
            _ = Task.Run(StopAsync);
        }

        /// <summary>What comes of it nobody hears: the execution has gone on.</summary>
        private async Task StopAsync()
        {
            try
            {
                await tasks._polls.WaitAsync().ConfigureAwait(false);
                try
                {
                    await job.StopAsync().ConfigureAwait(false);
                }
                finally
                {
                    tasks._polls.Release();
                }
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

        private static TimeSpan Clamp(TimeSpan pause, TimeSpan least, TimeSpan most) => pause < least ? least : pause > most ? most : pause;
    }
}
#pragma warning restore CA1001
