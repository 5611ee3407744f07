using System.Collections.Concurrent;
using Stateside.Engine.History;

namespace Stateside.Engine.Execution.Running;

/// <summary>
/// The executions that are kept in memory after their end, as long as there is room. The oldest are forgotten first; heavy ones, and
/// children of map runs, each push out none but their like.
/// </summary>
/// <remarks>
/// Where nothing else keeps them, none is forgotten for its weight within <see cref="Grace"/>, so that whoever has just started it can ask
/// how it went. The newest of each machine is no part of this at all; see <see cref="ExecutionIndex.Restate"/>.
/// </remarks>
/// <param name="options">How many are kept, and how much they weigh.</param>
/// <param name="mostChildren">How many children of map runs are kept.</param>
/// <param name="forget">Lets go of one.</param>
internal sealed class EndedExecutions(EngineOptions options, int mostChildren, Action<ExecutionActor> forget)
{
    /// <summary>For so long after its end an execution is there for whoever asks.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>What weighs more is heavy: most have a few dozen events.</summary>
    private const long Heavy = 1_000;

    private readonly TimeProvider? _clock = options.Data is null ? options.EvaluationClock ?? options.Time : null;

    // The newest of a machine is one of them as a rule.
    private readonly Line _light = new(options.Data is null ? options.KeptExecutions - 1 : options.KeptExecutions, options.KeptEvents / 2);
    private readonly Line _heavy = new(options.KeptExecutions, options.KeptEvents / 4);
    private readonly Line _children = new(mostChildren, options.KeptEvents / 4);

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

    /// <summary>Lets go of what could not be let go of when it came, and can be now.</summary>
    public void MakeRoom()
    {
        MakeRoom(_light);
        MakeRoom(_heavy);
        MakeRoom(_children);
    }

    private void MakeRoom(Line line)
    {
        // Who comes while another does it leaves it to him.
        if (!line.IsOverfull || !line.Forgetting.TryEnter())
            return;
        try
        {
            while (line.IsOverfull && line.Kept.TryPeek(out var oldest) && (line.Kept.Count > line.Most || IsOver(oldest)))
            {
                line.Kept.TryDequeue(out _);
                if (oldest.Actor.IsMoving)
                {
                    // It may be about to go on after a redrive; whoever asked for it meanwhile would bring it back a second time.
                    line.Kept.Enqueue(oldest);
                    break;
                }

                Interlocked.Add(ref line.Weight, -oldest.Weight);

                // One that was redriven comes back when it ends again.
                if (oldest.Actor.Execution.Status != ExecutionStatus.Running)
                    forget(oldest.Actor);
            }
        }
        finally
        {
            line.Forgetting.Exit();
        }
    }

    private bool IsOver(Ended ended) => _clock is not { } clock || clock.GetElapsedTime(ended.At) >= Grace;

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
