using System.Collections.Concurrent;

namespace Stateside.Engine.Store;

/// <summary>The state machines by ARN, each at its current revision.</summary>
public sealed class StateMachineStore
{
    private readonly ConcurrentDictionary<string, StateMachine> _machines = new(StringComparer.Ordinal);

    /// <summary>The machine of that ARN at its current revision; null when there is none.</summary>
    /// <param name="arn">The ARN.</param>
    /// <returns>The machine.</returns>
    public StateMachine? Find(string arn) => _machines.GetValueOrDefault(arn);

    /// <summary>Adds a machine unless its ARN is taken.</summary>
    /// <param name="machine">The machine.</param>
    /// <returns>The machine that has the ARN now: the given one, or the one that was there.</returns>
    public StateMachine GetOrAdd(StateMachine machine) => _machines.GetOrAdd(machine.Arn, machine);

    /// <summary>Makes a revision the current one.</summary>
    /// <param name="machine">The revision.</param>
    public void Set(StateMachine machine) => _machines[machine.Arn] = machine;

    /// <summary>Takes a machine away; its executions keep the revision they run.</summary>
    /// <param name="arn">The ARN.</param>
    public void Remove(string arn) => _machines.TryRemove(arn, out _);

    /// <summary>All machines, oldest first.</summary>
    /// <returns>The machines.</returns>
    public IReadOnlyList<StateMachine> List() => [.. _machines.Values.OrderBy(machine => machine.CreationDate).ThenBy(machine => machine.Arn, StringComparer.Ordinal)];
}
