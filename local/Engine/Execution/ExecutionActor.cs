using Stateside.Engine.Store;

namespace Stateside.Engine.Execution;

/// <summary>
/// Carries one execution: takes its messages, lets the step work on them, saves the turn, releases its effects. Queued on the thread
/// pool only while there are messages; an execution that waits costs memory alone.
/// </summary>
internal sealed class ExecutionActor(ExecutionEngine engine, RunningExecution execution) : IThreadPoolWorkItem
{
    private readonly Lock _lock = new();
    private readonly List<HistorySegment> _history = [];
    private List<Message> _inbox = [];
    private List<Message> _taken = [];
    private bool _queued;
    private TaskCompletionSource? _ended;

    public RunningExecution Execution { get; } = execution;

    /// <summary>The due time this execution stands in the timer queue with.</summary>
    public DateTimeOffset? TimerDue { get; set; }

    /// <summary>What ends the tasks under way when nobody waits for them any more.</summary>
    public Dictionary<TaskKey, CancellationTokenSource> Cancellations { get; } = [];

    /// <summary>The tokens it has given out.</summary>
    public List<string> Tokens { get; } = [];

    /// <summary>Whether it was let go of after its end.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>Posts a message; completes when the turn that took it is saved.</summary>
    public Task PostAsync(Message message)
    {
        Post(message);
        return Task.CompletedTask;
    }

    public void Post(Message message)
    {
        lock (_lock)
        {
            _inbox.Add(message);
            if (_queued)
                return;
            _queued = true;
        }

        engine.Enter();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public void Execute()
    {
        try
        {
            RunTurn();
        }
        catch (Exception e)
        {
            // A defect of ours: the execution stays as it was saved, and whoever hosts the engine hears of it.
            engine.ReportDefect(Execution.Arn, e);
        }

        lock (_lock)
        {
            if (_inbox.Count == 0)
            {
                _queued = false;
            }
            else
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }
        }

        engine.Leave();
    }

    /// <summary>The execution as it stands.</summary>
    public ExecutionDescription Describe()
    {
        lock (_lock)
        {
            var e = Execution;
            return new ExecutionDescription
            {
                Arn = e.Arn,
                Name = e.Name,
                StateMachine = e.StateMachine,
                Status = e.Status,
                StartDate = e.StartDate,
                StopDate = e.StopDate,
                Input = e.Input,
                Output = e.Output,
                Error = e.Error,
                Cause = e.Cause,
                Number = e.Number,
                AliasArn = e.AliasArn,
                VersionArn = e.VersionArn,
                MapRunArn = e.Parent?.MapRunArn,
                ItemIndex = e.Parent?.Index,
                TraceHeader = e.TraceHeader,
                RedriveCount = e.RedriveCount,
            };
        }
    }

    /// <summary>The events so far.</summary>
    public IReadOnlyList<HistorySegment> ReadHistory()
    {
        lock (_lock)
            return [.. _history];
    }

    /// <summary>Whether the execution still waits for that attempt.</summary>
    public bool IsWorking(TaskKey key)
    {
        lock (_lock)
            return Execution.Status == ExecutionStatus.Running && Execution.FindFrame(key.FrameId) is { Task: { } task } && task.Key == key;
    }

    /// <summary>A task that ends when the execution has.</summary>
    public Task WhenEnded()
    {
        lock (_lock)
        {
            if (Execution.Status != ExecutionStatus.Running)
                return Task.CompletedTask;
            _ended ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _ended.Task;
        }
    }

    private void RunTurn()
    {
        TaskCompletionSource? ended = null;
        Turn turn;
        bool isEnd;
        lock (_lock)
        {
            (_inbox, _taken) = (_taken, _inbox);
            var wasRunning = Execution.Status == ExecutionStatus.Running;
            turn = Step.Run(Execution, _taken, engine.Facts, engine.Now);
            isEnd = wasRunning && Execution.Status != ExecutionStatus.Running;
            _taken.Clear();

            // An Express execution has no history to be asked for and no limit of events: what it says goes to observers.
            if (turn.Events is not null && (!Execution.IsExpress || turn.Events.FirstId <= Step.MaxEvents))
                _history.Add(turn.Events);
            if (Execution.Status != ExecutionStatus.Running)
            {
                ended = _ended;
                _ended = null;
            }
        }

        engine.Release(this, turn, isEnd);
        ended?.SetResult();
        if (turn.HasMore)
            Post(ContinueMessage.Instance);
    }
}
