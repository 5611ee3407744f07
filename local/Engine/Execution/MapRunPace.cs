namespace Stateside.Engine.Execution;

/// <summary>How fast a map run is, by how it stood whenever somebody looked. In real time, whatever time its executions live in.</summary>
internal sealed class MapRunPace
{
    /// <summary>What was seen longer ago says nothing of how fast it is now.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(8);

    /// <summary>Two looks closer together than this say nothing.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(200);

    private readonly Queue<(DateTimeOffset At, long Over)> _seen = new();
    private (DateTimeOffset At, long Over) _last;

    /// <summary>Items a second; null while nobody knows.</summary>
    public double? Rate { get; private set; }

    /// <summary>How long it will take; null while nobody knows.</summary>
    public TimeSpan? Left { get; private set; }

    /// <summary>Takes note of how it stands.</summary>
    /// <param name="counts">The counts.</param>
    /// <param name="now">The real time.</param>
    public void Look(MapRunCounts counts, DateTimeOffset now)
    {
        var over = counts.Items.Over;

        // A redrive takes back what failed.
        if (over < _last.Over)
            _seen.Clear();
        if (_seen.Count == 0 || now - _last.At >= Least)
        {
            _last = (now, over);
            _seen.Enqueue(_last);
        }

        while (_seen.Count > 2 && now - _seen.Peek().At > Window)
            _seen.Dequeue();
        var (since, before) = _seen.Peek();
        var seconds = (_last.At - since).TotalSeconds;
        Rate = seconds > 0 ? (_last.Over - before) / seconds : null;
        Left = Rate is > 0 and var rate && counts.ExpectedItems is { } expected
            ? TimeSpan.FromSeconds(Math.Min(Math.Max(0, expected - over) / rate, TimeSpan.FromDays(3650).TotalSeconds))
            : null;
    }
}
