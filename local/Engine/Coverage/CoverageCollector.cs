using System.Collections.Concurrent;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;

namespace Stateside.Engine.Coverage;

/// <summary>
/// Counts which states and transitions of state machines executions take: over many engines, at the same time. What a machine is, is
/// told by its file; of one that comes from no file, by its name and its states.
/// </summary>
internal sealed class CoverageCollector
{
    private readonly ConcurrentDictionary<(string? File, string Name, string Text), MachineCounter?> _counters = new();

    /// <summary>Takes a definition into the report also if it is never run: then nothing of it is covered.</summary>
    /// <param name="definition">The definition; one that is not right is left out.</param>
    public void Add(CoveredDefinition definition) => CounterOf(definition);

    /// <summary>Listens to an engine.</summary>
    /// <param name="known">The definitions whose files are known. One of them comes into the report when it is run, as does any other.</param>
    /// <returns>What the engine is to tell, see <see cref="EngineOptions.TransitionsTaken"/>.</returns>
    public Action<StateMachine, IReadOnlyList<Transition>> Listen(params IEnumerable<CoveredDefinition> known)
    {
        var files = known.DistinctBy(definition => definition.Text).ToDictionary(definition => definition.Text, StringComparer.Ordinal);
        var counters = new ConcurrentDictionary<Definition, MachineCounter?>();
        return (machine, transitions) => counters.GetOrAdd(
            machine.Definition,
            _ => CounterOf(files.GetValueOrDefault(machine.DefinitionText) ?? new CoveredDefinition(machine.Name, machine.DefinitionText)))?.Count(transitions);
    }

    /// <summary>What was counted so far.</summary>
    public CoverageReport Report() => CoverageReport.Merge(_counters.Values.OfType<MachineCounter>().Select(counter => counter.Read()), isOneRun: true);

    private MachineCounter? CounterOf(CoveredDefinition definition) => _counters.GetOrAdd(
        (definition.File, definition.Name, definition.Text),
        _ => DefinitionWays.Read(definition) is { } states ? new MachineCounter(definition, states) : null);

    /// <summary>The counts of one definition.</summary>
    private sealed class MachineCounter
    {
        private readonly CoveredDefinition _definition;
        private readonly IReadOnlyList<StateCoverage> _states;
        private readonly Dictionary<Transition, int> _indexes = [];
        private readonly long[] _counts;

        public MachineCounter(CoveredDefinition definition, IReadOnlyList<StateCoverage> states)
        {
            _definition = definition;
            _states = states;
            foreach (var state in states)
            {
                _indexes.Add(new Transition(state.Name, TransitionKind.Entered), _indexes.Count);
                foreach (var way in state.Transitions)
                    _indexes.Add(new Transition(state.Name, way.Kind, way.Index), _indexes.Count);
            }

            _counts = new long[_indexes.Count];
        }

        public void Count(IReadOnlyList<Transition> transitions)
        {
            foreach (var transition in transitions)
            {
                var way = transition.Kind == TransitionKind.Iteration ? transition with { Index = 0 } : transition;
                if (_indexes.TryGetValue(way, out var index))
                    Interlocked.Increment(ref _counts[index]);
            }
        }

        public MachineCoverage Read()
        {
            var next = 0;
            var states = new List<StateCoverage>(_states.Count);
            foreach (var state in _states)
            {
                var entered = Volatile.Read(ref _counts[next++]);
                var ways = state.Transitions.Select(way => way with { Taken = Volatile.Read(ref _counts[next++]) }).ToList();
                states.Add(state with { Entered = entered, Transitions = ways });
            }

            var root = _definition.File is null ? null : ProjectFolder.Of(_definition.File);
            var file = root is null ? null : Path.GetRelativePath(root, _definition.File!).Replace('\\', '/');
            return new MachineCoverage(_definition.Name, file, root, _definition.Text, states);
        }
    }
}
