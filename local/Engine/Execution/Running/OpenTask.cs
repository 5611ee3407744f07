using Stateside.Engine.Execution.Turns;

namespace Stateside.Engine.Execution.Running;

/// <summary>A task that ends by its token.</summary>
internal sealed class OpenTask(ExecutionActor actor, Frame frame, TaskKey key)
{
    private readonly Lock _lock = new();
    private Frame? _frame = frame;
    private Action? _end;
    private bool _isEnded;
    private int _isClosed;

    /// <summary>1 while an outsider owes the answer, and virtual time waits for it.</summary>
    public int Owed;

    public ExecutionActor Actor { get; } = actor;

    public TaskKey Key { get; } = key;

    /// <summary>The answer that closed it, where its bearer was told that it waits to be saved; null of every other.</summary>
    public TaskMessage? Unheard { get; set; }

    /// <summary>Completes when the answer that closed it is saved.</summary>
    public Task Closing { get; set; } = Task.CompletedTask;

    /// <summary>Whether the execution waits for it.</summary>
    public bool IsAwaited => _frame is { } frame && Actor.IsWorking(frame, Key);

    /// <summary>Whether news may still be brought: the first that closes the task is its last, though its turn is yet to come.</summary>
    public bool TryPresent(bool closes) =>
        closes ? Interlocked.Exchange(ref _isClosed, 1) == 0 : Volatile.Read(ref _isClosed) == 0;

    /// <summary>The task has begun; <paramref name="end"/> ends its work when nobody waits for it any more.</summary>
    public void Begin(Action? end)
    {
        lock (_lock)
        {
            _end = end;
            if (!_isEnded)
                return;
        }

        end?.Invoke();
    }

    /// <summary>Nothing more is to come by the token, which is known for long after.</summary>
    public void Close() => _frame = null;

    /// <summary>Nobody waits for the task any more.</summary>
    public void End()
    {
        Action? end;
        lock (_lock)
        {
            end = _end;
            _isEnded = true;
            Close();
        }

        end?.Invoke();
    }
}
