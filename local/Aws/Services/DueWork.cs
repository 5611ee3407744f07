using Stateside.Engine;
using Stateside.Engine.Execution;
using Stateside.Engine.Store.Data;

namespace Stateside.Aws.Services;

/// <summary>
/// Work that nobody waits for, now or at a time of the executions' clock, such as another attempt. Virtual time stands while it is done,
/// and goes to what is due as it goes to the end of a Wait state.
/// </summary>
internal sealed class DueWork(LocalService service) : IDisposable
{
    private const double LongestPause = 86_400_000;

    private readonly Lock _lock = new();
    private PriorityQueue<Func<CancellationToken, Task>, (DateTimeOffset Due, long Number)>? _due;
    private readonly CancellationTokenSource _end = new();
    private readonly TimeProvider _time = service.Options.Time;
    private ITimer? _timer;
    private long _count;

    /// <summary>Begins work at once, on another thread.</summary>
    public void Begin(Func<CancellationToken, Task> work)
    {
        service.Engine.Enter();
        _ = Task.Run(() => DoAsync(work));
    }

    /// <summary>Has work begin after a pause.</summary>
    public void After(TimeSpan pause, Func<CancellationToken, Task> work)
    {
        Join();
        lock (_lock)
        {
            _due!.Enqueue(work, (service.Engine.SteadyNow + pause, _count++));
            Arm();
        }
    }

    /// <summary>Begins nothing more, and tells what is done to end.</summary>
    public void Dispose()
    {
        _end.Cancel();
        _timer?.Dispose();
    }

    private async Task DoAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            if (!_end.IsCancellationRequested)
                await work(_end.Token);
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
        catch (DataNotSavedException e)
        {
            service.Options.Trouble(e.Message);
        }
        catch (Exception e)
        {
            service.Options.Trouble($"Stateside has a defect: {e}");
        }
        finally
        {
            service.Engine.Leave();
        }
    }

    private void Join()
    {
        lock (_lock)
        {
            if (_due is not null)
                return;
            _due = new();
            if (_time is not VirtualTime { Flows: false })
                _timer = _time.CreateTimer(_ => BeginDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        service.Engine.JoinTime(Next, BeginDue);
    }

    private DateTimeOffset? Next()
    {
        lock (_lock)
            return _due!.TryPeek(out _, out var first) ? first.Due : null;
    }

    private void BeginDue()
    {
        var due = new List<Func<CancellationToken, Task>>();
        lock (_lock)
        {
            var now = service.Engine.SteadyNow;
            while (_due!.TryPeek(out var work, out var first) && first.Due <= now)
            {
                _due.Dequeue();
                due.Add(work);
            }

            Arm();
        }

        // The clock asks what is next while it is locked, so that nothing is begun under the other lock.
        due.ForEach(Begin);
    }

    private void Arm()
    {
        // A timer counts whole milliseconds: one more, so that it never fires early.
        if (_timer is null || !_due!.TryPeek(out _, out var first))
            return;
        var pause = Math.Clamp(Math.Ceiling((first.Due - service.Engine.SteadyNow).TotalMilliseconds), 0, LongestPause);
        _timer.Change(TimeSpan.FromMilliseconds(pause), Timeout.InfiniteTimeSpan);
    }
}
