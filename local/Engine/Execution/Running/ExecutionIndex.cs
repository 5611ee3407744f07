using System.Collections.Concurrent;
using Stateside.Engine.History;

namespace Stateside.Engine.Execution.Running;

/// <summary>The executions in memory by the machine or map run they belong to, in the order in which they began.</summary>
internal sealed class ExecutionIndex
{
    private readonly ConcurrentDictionary<string, Owned> _owners = new(StringComparer.Ordinal);
    private long _numbers;

    /// <summary>What an execution carries of its place here: within it, since there may be a million.</summary>
    public struct Place
    {
        /// <summary>Whether it was let go of after its end.</summary>
        public bool IsForgotten;

        /// <summary>How it stands as it was counted.</summary>
        public ExecutionStatus CountedAs;
    }

    /// <summary>The highest number given to an execution.</summary>
    public long LastNumber
    {
        get => Volatile.Read(ref _numbers);
        set => Volatile.Write(ref _numbers, value);
    }

    /// <summary>Takes an execution in, and numbers it unless it has a number from before.</summary>
    public void Add(ExecutionActor actor)
    {
        while (true)
        {
            var owned = _owners.GetOrAdd(Owner(actor), _ => new Owned());
            lock (owned)
            {
                if (owned.IsGone)
                    continue;
                if (actor.InIndex.IsForgotten)
                {
                    // It goes on after its end; where it has not left yet, it stays.
                    actor.InIndex.IsForgotten = false;
                    if (owned.Actors.Contains(actor))
                    {
                        owned.Forgotten--;
                        owned.Count(actor, 1);
                        return;
                    }
                }

                if (actor.Execution.Number == 0)
                    actor.Execution.Number = Interlocked.Increment(ref _numbers);
                owned.Actors.Add(actor);
                owned.Count(actor, 1);
                return;
            }
        }
    }

    /// <summary>Takes note of how an execution now stands: that it ended, or that it goes on.</summary>
    /// <param name="actor">The execution.</param>
    /// <param name="keepsNewest">Whether it is held back here where it is the newest that ended of its machine.</param>
    /// <returns>What is not held back here any more: the execution, or the one whose place it takes; null for none.</returns>
    public ExecutionActor? Restate(ExecutionActor actor, bool keepsNewest)
    {
        if (!_owners.TryGetValue(Owner(actor), out var owned))
            return actor;
        lock (owned)
        {
            if (actor.InIndex.IsForgotten)
                return actor;
            owned.Count(actor, -1);
            owned.Count(actor, 1);
            var newest = owned.Newest;
            if (newest == actor)
            {
                // Where it goes on after its end, it counts as one that runs.
                actor.Count(!keepsNewest);
                return null;
            }

            if (!keepsNewest || newest?.Execution.Number > actor.Execution.Number)
                return actor;

            // Here, so that what is counted is what is held back, whichever ends at the same moment.
            owned.Newest = actor;
            actor.Count(false);
            newest?.Count(true);
            return newest;
        }
    }

    /// <summary>Holds no execution of a machine back any more.</summary>
    /// <returns>The one that was; null for none.</returns>
    public ExecutionActor? LetGo(string machineArn)
    {
        if (!_owners.TryGetValue(machineArn, out var owned))
            return null;
        lock (owned)
        {
            var newest = owned.Newest;
            owned.Newest = null;
            newest?.Count(true);
            return newest;
        }
    }

    public void Remove(ExecutionActor actor)
    {
        if (!_owners.TryGetValue(Owner(actor), out var owned))
            return;
        lock (owned)
        {
            if (actor.InIndex.IsForgotten)
                return;
            actor.InIndex.IsForgotten = true;
            owned.Count(actor, -1);
            owned.Forgotten++;

            // Map runs are many: one of which nothing is left must leave nothing.
            if (owned.Forgotten == owned.Actors.Count)
            {
                owned.IsGone = true;
                _owners.TryRemove(KeyValuePair.Create(Owner(actor), owned));
                return;
            }

            // Forgotten ones leave together, so that each costs little.
            if (owned.Forgotten > 32 + (owned.Actors.Count / 2))
            {
                owned.Actors.RemoveAll(other => other.InIndex.IsForgotten);
                owned.Forgotten = 0;
            }
        }
    }

    public IReadOnlyList<ExecutionActor> All(string owner)
    {
        if (!_owners.TryGetValue(owner, out var owned))
            return [];
        lock (owned)
            return [.. owned.Actors.Where(actor => !actor.InIndex.IsForgotten)];
    }

    public IReadOnlyDictionary<ExecutionStatus, long> Count(string owner)
    {
        if (!_owners.TryGetValue(owner, out var owned))
            return new Dictionary<ExecutionStatus, long>();
        lock (owned)
            return owned.Counts.Select((count, status) => KeyValuePair.Create((ExecutionStatus)status, (long)count)).ToDictionary();
    }

    public IReadOnlyList<ExecutionDescription> List(ExecutionQuery query)
    {
        var found = new List<ExecutionDescription>();
        if (!_owners.TryGetValue(query.Arn, out var owned))
            return found;
        lock (owned)
        {
            var from = owned.Actors.Count - 1;
            if (query.Before is { } before)
                from = FirstFrom(owned.Actors, before) - 1;

            // Of a hundred thousand that ended few may run: nobody looks for more than there are.
            var left = query.Status is { } status ? owned.Counts[(int)status] : int.MaxValue;
            for (var i = from; i >= 0 && left > 0 && found.Count < query.Limit; i--)
            {
                var actor = owned.Actors[i];
                if (actor.InIndex.IsForgotten || (query.Status is not null && actor.Status != query.Status))
                    continue;
                left--;
                if (actor.Describe() is var description && query.Takes(description))
                    found.Add(description);
            }
        }

        return found;
    }

    /// <summary>The place of the first execution whose number is at least the given one.</summary>
    private static int FirstFrom(List<ExecutionActor> actors, long number)
    {
        var (low, high) = (0, actors.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (actors[middle].Execution.Number < number)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }

    private static string Owner(ExecutionActor actor) => actor.Execution.Parent?.MapRunArn ?? actor.Execution.StateMachine.Arn;

    private sealed class Owned
    {
        public List<ExecutionActor> Actors { get; } = [];

        public int Forgotten { get; set; }

        /// <summary>Of those that ended the one that began last, which is not forgotten where it is held back.</summary>
        public ExecutionActor? Newest { get; set; }

        /// <summary>How many stand how, those that were forgotten left out.</summary>
        public int[] Counts { get; } = new int[(int)ExecutionStatus.Aborted + 1];

        public void Count(ExecutionActor actor, int change)
        {
            if (change > 0)
                actor.InIndex.CountedAs = actor.Execution.Status;
            Counts[(int)actor.InIndex.CountedAs] += change;
        }

        /// <summary>Whether it was taken out; who still holds it looks for the new one.</summary>
        public bool IsGone { get; set; }
    }
}
