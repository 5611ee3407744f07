using System.Collections.Concurrent;
using Stateside.Engine.History;

namespace Stateside.Engine.Execution.Running;

/// <summary>
/// The executions that are kept in memory after their end, as long as there is room. The oldest are forgotten first; heavy ones, and
/// children of map runs, each push out none but their like.
/// </summary>
/// <remarks>
/// Where nothing else keeps them, none is forgotten for its weight within <see cref="Grace"/>, so that whoever has just started it can ask
/// how it went; but before a new one is refused for want of memory. The newest of each machine is no part of this at all; see
/// <see cref="ExecutionIndex.Restate"/>.
/// </remarks>
/// <param name="options">How many are kept, and how much they weigh.</param>
/// <param name="mostChildren">How many children of map runs are kept.</param>
/// <param name="weight">What all executions in memory weigh, those that run too.</param>
/// <param name="forget">Lets go of one.</param>
internal sealed class EndedExecutions(EngineOptions options, int mostChildren, Func<long> weight, Action<ExecutionActor> forget)
{
    /// <summary>For so long after its end an execution is there for whoever asks.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>
    /// For so long one is there for the task or the request that started it and waits for its end, which looks for it at once, whatever
    /// memory there is.
    /// </summary>
    public static readonly TimeSpan ShortGrace = TimeSpan.FromSeconds(1);

    /// <summary>What weighs more is heavy: most have a few dozen events.</summary>
    private const long Heavy = 1_000;

    private readonly TimeProvider? _clock = options.Data is null ? options.EvaluationClock ?? options.Time : null;

    // The newest of a machine is one of them as a rule.
    private readonly Line _light = new(options.Data is null ? options.KeptExecutions - 1 : options.KeptExecutions, options.KeptEvents / 2);
    private readonly Line _heavy = new(options.KeptExecutions, options.KeptEvents / 4);
    private readonly Line _children = new(mostChildren, options.KeptEvents / 4);
    private readonly Lock _making = new();

    /// <summary>Keeps an execution for a while that has ended.</summary>
    /// <param name="actor">The execution.</param>
    /// <param name="isChild">Whether it is one of many children of a map run.</param>
    public void Keep(ExecutionActor actor, bool isChild)
    {
        var weight = actor.KeptEvents;
        var line = isChild ? _children : weight > Heavy ? _heavy : _light;
        line.Kept.Enqueue(new Ended(actor, weight, _clock?.GetTimestamp() ?? 0));
        Interlocked.Add(ref line.Weight, weight);
        MakeRoom(line);
    }

    /// <summary>Lets go of the oldest, however new they are, while all executions in memory weigh more than they may.</summary>
    /// <param name="most">What they may weigh.</param>
    public void MakeRoom(long most)
    {
        // Who comes while another does it waits, since he would be refused.
        lock (_making)
        {
            for (var left = _light.Kept.Count + _heavy.Kept.Count + _children.Kept.Count; left > 0 && weight() > most && Oldest() is { } line; left--)
            {
                lock (line.Forgetting)
                {
                    if (line.Kept.TryPeek(out var oldest))
                        TryForget(line, oldest);
                }
            }
        }
    }

    /// <summary>The line whose first ended before those of all others and can be let go of; null for none.</summary>
    private Line? Oldest()
    {
        Line? found = null;
        var at = long.MaxValue;
        foreach (var line in (ReadOnlySpan<Line>)[_light, _heavy, _children])
        {
            if (line.Kept.TryPeek(out var first) && first.At < at && (!first.Actor.IsAwaited || IsOver(first, ShortGrace)))
                (found, at) = (line, first.At);
        }

        return found;
    }

    private void MakeRoom(Line line)
    {
        // Who comes while another does it leaves it to him.
        if (!line.IsOverfull || !line.Forgetting.TryEnter())
            return;
        try
        {
            while (line.IsOverfull && line.Kept.TryPeek(out var oldest) && (line.Kept.Count > line.Most || IsOver(oldest, Grace))
                && TryForget(line, oldest))
            {
            }
        }
        finally
        {
            line.Forgetting.Exit();
        }
    }

    private bool TryForget(Line line, Ended oldest)
    {
        line.Kept.TryDequeue(out _);
        if (oldest.Actor.IsMoving)
        {
            // It may be about to go on after a redrive; whoever asked for it meanwhile would bring it back a second time.
            line.Kept.Enqueue(oldest);
            return false;
        }

        Interlocked.Add(ref line.Weight, -oldest.Weight);

        // One that was redriven comes back when it ends again.
        if (oldest.Actor.Execution.Status != ExecutionStatus.Running)
            forget(oldest.Actor);
        return true;
    }

    private bool IsOver(Ended ended, TimeSpan grace) => _clock is not { } clock || clock.GetElapsedTime(ended.At) >= grace;

    private readonly record struct Ended(ExecutionActor Actor, long Weight, long At);

    private sealed class Line(int most, long mostWeight)
    {
        public long Weight;

        public ConcurrentQueue<Ended> Kept { get; } = new();

        public Lock Forgetting { get; } = new();

        public int Most => most;

        public bool IsOverfull => Volatile.Read(ref Weight) > mostWeight || Kept.Count > most;
    }
}
