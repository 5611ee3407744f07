using Stateside.Aws.Services;
using Stateside.Engine;
using Stateside.Engine.Execution;

namespace Stateside.Aws.Sqs;

/// <summary>Somebody who waits for a message of a queue.</summary>
internal sealed class QueueWait(string queue)
{
    private readonly TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Queue { get; } = queue;

    /// <summary>When there will be something to receive; null for nobody knows.</summary>
    public DateTimeOffset? Due { get; set; }

    /// <summary>The time that virtual time may be moved to for it: when a message is there on which nobody works meanwhile.</summary>
    public DateTimeOffset? MovesTo { get; set; }

    public bool IsWoken { get; set; }

    public Task Woken => _woken.Task;

    public void Wake() => _woken.TrySetResult();
}

/// <summary>
/// Who waits for messages. Whoever is woken looks what there is, and virtual time stands until it has looked: the one who wakes has
/// counted that as work. To a message that is delayed, or that failed and comes again, virtual time goes as it does to the end of a Wait
/// state, also while a callback is out: the one who answers it may be the function that the message goes to. For a message that a client
/// has received and not deleted it does not, since that client works in real time.
/// </summary>
internal sealed class QueueWaits : IDisposable
{
    /// <summary>How often a file that others may write to is looked at.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private const double LongestPause = 86_400_000;

    private readonly Lock _lock = new();
    private readonly List<QueueWait> _waits = [];
    private readonly LocalService _service;
    private readonly StoreFile _file;
    private readonly TimeProvider _time;
    private readonly TimeProvider _realTime;
    private bool _isJoined;
    private ITimer? _timer;
    private ITimer? _look;

    public QueueWaits(LocalService service, StoreFile file)
    {
        _service = service;
        _file = file;
        _time = service.Options.Time;
        _realTime = service.Options.HandlerTime ?? _time;
    }

    /// <summary>Counts work that virtual time must not pass by.</summary>
    public void Enter() => _service.Engine.Enter();

    /// <summary>That work is over.</summary>
    public void Leave() => _service.Engine.Leave();

    /// <summary>Takes note of whoever comes next for a queue: before looking whether there is something, so that nothing is missed.</summary>
    public QueueWait Begin(string queue)
    {
        Join();
        var wait = new QueueWait(queue);
        lock (_lock)
            _waits.Add(wait);
        return wait;
    }

    /// <summary>Ends a wait; what woke it meanwhile wakes the next one.</summary>
    public void End(QueueWait wait)
    {
        lock (_lock)
        {
            _waits.Remove(wait);
            if (!wait.IsWoken)
                return;
        }

        Wake(wait.Queue);
        Leave();
    }

    /// <summary>Waits. The caller's work, which is counted before and after, does not count meanwhile.</summary>
    /// <param name="wait">The wait.</param>
    /// <param name="due">When there will be something; null for nobody knows.</param>
    /// <param name="movesTo">The time that virtual time may be moved to for it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task WaitAsync(QueueWait wait, DateTimeOffset? due, DateTimeOffset? movesTo, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            wait.Due = due;
            wait.MovesTo = movesTo;
            Arm();
        }

        Leave();
        try
        {
            await wait.Woken.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Enter();
            End(wait);
            throw;
        }
    }

    /// <summary>Wakes who waits longest for a queue.</summary>
    public void Wake(string queue)
    {
        Enter();
        QueueWait? wait;
        lock (_lock)
        {
            wait = _waits.Find(waiting => waiting.Queue == queue);
            if (wait is not null)
                Take(wait);
        }

        if (wait is null)
            Leave();
        else
            wait.Wake();
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _look?.Dispose();
    }

    private void Join()
    {
        lock (_lock)
        {
            if (_isJoined)
                return;
            _isJoined = true;
            if (_time is not VirtualTime { Flows: false })
                _timer = _time.CreateTimer(_ => WakeDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            if (_file.IsShared)
                _look = _realTime.CreateTimer(_ => WakeForOthers(), null, Look, Look);
        }

        _service.Engine.JoinTime(Next, WakeDue);
    }

    private DateTimeOffset? Next()
    {
        lock (_lock)
            return _waits.Min(wait => wait.MovesTo);
    }

    private void WakeDue()
    {
        List<QueueWait> due;
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            due = _waits.FindAll(wait => wait.Due <= now);
            due.ForEach(Take);
            Arm();
        }

        Wake(due);
    }

    private void WakeForOthers()
    {
        List<QueueWait> all;
        lock (_lock)
        {
            if (_waits.Count == 0 || _file.IsUntouched || !_file.HasOthersChanges())
                return;
            all = [.. _waits];
            all.ForEach(Take);
        }

        Wake(all);
    }

    private void Wake(List<QueueWait> waits)
    {
        foreach (var wait in waits)
        {
            Enter();
            wait.Wake();
        }
    }

    private void Take(QueueWait wait)
    {
        _waits.Remove(wait);
        wait.IsWoken = true;
    }

    private void Arm()
    {
        if (_timer is null || _waits.Min(wait => wait.Due) is not { } next)
            return;

        // A timer counts whole milliseconds: one more, so that it never fires early.
        var pause = Math.Clamp(Math.Ceiling((next - _time.GetUtcNow()).TotalMilliseconds), 0, LongestPause);
        _timer.Change(TimeSpan.FromMilliseconds(pause), Timeout.InfiniteTimeSpan);
    }
}
