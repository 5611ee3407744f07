using Stateside.Language.Definitions;

namespace Stateside.Engine.History;

/// <summary>Where each state of a machine stands: names are unique in it.</summary>
internal sealed class StatePlaces
{
    private readonly Dictionary<string, StatePlace> _places = new(StringComparer.Ordinal);

    /// <summary>The places of a definition's states.</summary>
    public StatePlaces(Definition definition) => Add(definition, null, -1);

    /// <summary>The place of a state; null when the definition has none of that name.</summary>
    public StatePlace? Find(string name) => _places.GetValueOrDefault(name);

    private void Add(Definition definition, State? outer, int branch)
    {
        foreach (var state in definition.States)
        {
            _places[state.Name] = new StatePlace(state, definition, outer, branch);
            for (var i = 0; i < state.Inner.Count; i++)
                Add(state.Inner[i], state, state is ParallelState ? i : -1);
        }
    }
}

/// <summary>Where a state stands.</summary>
/// <param name="State">The state.</param>
/// <param name="Definition">The definition it is a state of: the machine, a branch or an item processor.</param>
/// <param name="Outer">The Parallel or Map around it; null for none.</param>
/// <param name="Branch">Which branch of a Parallel; -1 elsewhere.</param>
internal sealed record StatePlace(State State, Definition Definition, State? Outer, int Branch);
