using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Flow;

/// <summary>What is known of the data of one definition: the machine, a branch or an item processor.</summary>
internal sealed class ScopeFlow
{
    private readonly Dictionary<string, StateFlow> _states = new(StringComparer.Ordinal);
    private readonly Dictionary<FlowEdge, int> _changes = [];
    private int _outputChanges;
    private int _contextChanges;

    /// <summary>A definition of whose data nothing is known yet.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="source">Its text as a value; null when that is not at hand.</param>
    /// <param name="place">Where it stands.</param>
    /// <param name="owner">The state that it is inside of, and where; null of the machine.</param>
    public ScopeFlow(Definition definition, JsonObject? source, JsonPlace place, (ScopeFlow Scope, State State)? owner)
    {
        Definition = definition;
        Owner = owner;
        foreach (var state in definition.States)
        {
            var at = place.Member("States").Member(state.Name);
            var text = (source?["States"] as JsonObject)?[state.Name] as JsonObject;
            _states[state.Name] = new StateFlow(state, at);
            Inner[state.Name] = state switch
            {
                ParallelState parallel => [.. parallel.Branches.Select((branch, index) => new ScopeFlow(
                    branch, (text?["Branches"] as JsonArray)?[index] as JsonObject, at.Member("Branches").Item(index), (this, state)))],
                MapState map when text?.ContainsKey("Iterator") == true =>
                    [new ScopeFlow(map.ItemProcessor, text["Iterator"] as JsonObject, at.Member("Iterator"), (this, state))],
                MapState map => [new ScopeFlow(map.ItemProcessor, text?["ItemProcessor"] as JsonObject, at.Member("ItemProcessor"), (this, state))],
                _ => [],
            };
            if (state is MapState)
                SelectorFields[state.Name] = text?.ContainsKey("ItemSelector") == false ? "Parameters" : "ItemSelector";
        }
    }

    /// <summary>The definition.</summary>
    public Definition Definition { get; }

    /// <summary>The state that it is inside of; null of the machine.</summary>
    public (ScopeFlow Scope, State State)? Owner { get; }

    /// <summary>The definitions inside its states, by the states' names.</summary>
    public Dictionary<string, IReadOnlyList<ScopeFlow>> Inner { get; } = new(StringComparer.Ordinal);

    /// <summary>How the field is spelled that says what an iteration is given, by the Maps' names.</summary>
    public Dictionary<string, string> SelectorFields { get; } = new(StringComparer.Ordinal);

    /// <summary>What the context object tells of; null while it is never begun.</summary>
    public ContextShape? Context { get; private set; }

    /// <summary>The output.</summary>
    public Shape Output { get; private set; } = Shape.Never;

    /// <summary>Its states, in the order in which they are written.</summary>
    public IEnumerable<StateFlow> States => Definition.States.Select(state => _states[state.Name]);

    /// <summary>A state of it.</summary>
    public StateFlow this[string name] => _states[name];

    /// <summary>Takes what comes to a state.</summary>
    /// <returns>Whether more may come than before.</returns>
    public bool Take(string state, FlowWay way)
    {
        var changes = _changes.GetValueOrDefault(way.Edge);
        var isMore = _states[state].Take(way, ref changes);
        _changes[way.Edge] = changes;
        return isMore;
    }

    /// <summary>Takes what it gives.</summary>
    /// <returns>Whether that may be more than before.</returns>
    public bool TakeOutput(Shape output)
    {
        var joined = Output.Join(output);
        if (joined.Equals(Output))
            return false;
        Output = Widening.Widen(joined, Widening.DepthAfter(++_outputChanges));
        return true;
    }

    /// <summary>Takes what the context object tells of.</summary>
    /// <returns>Whether that may be more than before.</returns>
    public bool TakeContext(ContextShape context)
    {
        if (Context is not { } before)
        {
            Context = context;
            return true;
        }

        var input = before.ExecutionInput.Join(context.ExecutionInput);
        var item = before.Item is null ? context.Item : context.Item is null ? before.Item : before.Item.Join(context.Item);
        if (input.Equals(before.ExecutionInput) && Equals(item, before.Item))
            return false;
        var depth = Widening.DepthAfter(++_contextChanges);
        Context = new ContextShape(Widening.Widen(input, depth), item is null ? null : Widening.Widen(item, depth));
        return true;
    }
}
