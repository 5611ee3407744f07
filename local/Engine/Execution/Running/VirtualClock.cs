using Stateside.Engine.Execution.Turns;

namespace Stateside.Engine.Execution.Running;

/// <summary>
/// Moves an engine's virtual time: to the next due time when nothing else is to be done, and as far as an outsider asks. Whoever
/// starts something does so before a jump or after it, never within.
/// </summary>
internal sealed class VirtualClock : IDisposable
{
    private readonly Lock _lock = new();
    private readonly VirtualTime _time;
    private readonly DueTimes _due;
    private readonly PriorityQueue<TaskCompletionSource, DateTimeOffset> _advances = new();
    private readonly PriorityQueue<(Func<bool> IsAwaited, Action Ring), (DateTimeOffset Due, long Execution, int FrameId, int Attempt)> _alarms = new();
    private readonly List<Func<DateTimeOffset?>> _outside = [];
    private List<(long Since, TaskCompletionSource<long> Completion)>? _stills;
    private Action? _moved;
    private long _begun;
    private int _active;
    private int _owed;
    private int _held;

    public VirtualClock(VirtualTime time, DueTimes due)
    {
        _time = time;
        _due = due;
        _time.Advanced += OnAdvanced;
    }

    /// <summary>Counts work that time must not pass by.</summary>
    public void Enter()
    {
        lock (_lock)
        {
            _active++;
            _begun++;
        }
    }

    /// <summary>That work is over.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            _active--;
            Pass();
        }
    }

    /// <summary>Counts an answer that an outsider owes.</summary>
    public void Owe()
    {
        lock (_lock)
            _owed++;
    }

    /// <summary>That answer has come, or nobody waits for it any more.</summary>
    public void Settle()
    {
        lock (_lock)
        {
            _owed--;
            Pass();
        }
    }

    /// <summary>Lets time pass by explicit advances alone.</summary>
    public void Hold()
    {
        lock (_lock)
            _held++;
    }

    /// <summary>Time may pass by itself again.</summary>
    public void LetGo()
    {
        lock (_lock)
        {
            _held--;
            Pass();
        }
    }

    /// <summary>
    /// Has something done at a time, unless nobody waits for it any more then: time does not pass for that. What is due at one time is
    /// done one after the other, in the order of the keys.
    /// </summary>
    public void Ring(DateTimeOffset due, ExecutionActor actor, TaskKey key, Action action, Func<bool> isAwaited)
    {
        lock (_lock)
            _alarms.Enqueue((isAwaited, action), (due, actor.Execution.Number, key.FrameId, key.Attempt));
    }

    /// <summary>The same for what an execution waits for without a task of its own.</summary>
    public void Ring(DateTimeOffset due, long execution, Action action, Func<bool> isAwaited)
    {
        lock (_lock)
            _alarms.Enqueue((isAwaited, action), (due, execution, 0, 0));
    }

    /// <summary>Adds what is due outside, and tells when time was moved.</summary>
    public void Join(Func<DateTimeOffset?> next, Action moved)
    {
        lock (_lock)
        {
            _outside.Add(next);
            _moved += moved;
        }
    }

    /// <summary>Moves through all due times up to the given one, each when what came before it is done.</summary>
    public Task AdvanceAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        var completion = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), completion);
        lock (_lock)
        {
            _advances.Enqueue(completion, time);
            Pass();
        }

        return WaitAsync(completion.Task, registration);
    }

    /// <summary>
    /// Waits until all stands still: nothing is under way, and time does not pass by itself, since nothing is due or an outsider owes an
    /// answer.
    /// </summary>
    /// <param name="since">What this gave before: something must have begun since then. Negative for never.</param>
    /// <returns>How much has begun so far, to ask again with.</returns>
    public Task<long> WhenStillAsync(long since)
    {
        var completion = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            (_stills ??= []).Add((since, completion));
            Pass();
        }

        return completion.Task;
    }

    public void Dispose() => _time.Advanced -= OnAdvanced;

    private static async Task WaitAsync(Task task, CancellationTokenRegistration registration)
    {
        await using (registration.ConfigureAwait(false))
            await task.ConfigureAwait(false);
    }

    private void OnAdvanced()
    {
        lock (_lock)
        {
            _due.Fire();
            _moved?.Invoke();
        }
    }

    private void Pass()
    {
        while (_active == 0)
        {
            var isAsked = _advances.TryPeek(out var completion, out var target);
            if (isAsked && completion!.Task.IsCompleted)
            {
                // Whoever asked has given up.
                _advances.Dequeue();
                continue;
            }

            var next = _due.Next;
            while (_alarms.TryPeek(out var first, out _) && !first.IsAwaited())
                _alarms.Dequeue();
            var isAlarm = _alarms.TryPeek(out var alarm, out var rings) && !(next < rings.Due);
            if (isAlarm)
                next = rings.Due;
            var outside = _outside.Count == 0 ? null : _outside.Min(due => due());
            var isOutside = outside is not null && !(next <= outside);
            if (isOutside)
                next = outside;
            if (isAsked && !(next <= target))
            {
                Move(target);
                _advances.Dequeue();
                completion!.TrySetResult();
                continue;
            }

            if (next is null || (!isAsked && (_held > 0 || (_owed > 0 && !isOutside))))
            {
                TellStill();
                return;
            }

            Move(next.Value);
            if (isOutside)
                continue;
            if (isAlarm)
            {
                _alarms.Dequeue();
                alarm.Ring();
            }
            else
            {
                _due.Fire();
            }
        }
    }

    private void TellStill()
    {
        if (_stills is not { Count: > 0 } waiting)
            return;
        for (var i = waiting.Count - 1; i >= 0; i--)
        {
            if (waiting[i].Since == _begun)
                continue;
            waiting[i].Completion.TrySetResult(_begun);
            waiting.RemoveAt(i);
        }
    }

    private void Move(DateTimeOffset time)
    {
        _time.MoveTo(time);
        _moved?.Invoke();
    }
}
