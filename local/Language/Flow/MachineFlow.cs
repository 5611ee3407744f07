using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Flow;

/// <summary>
/// What is known of a machine's data at every point before anything runs. What comes to a state is joined from all ways into it, round by
/// round, until nothing changes any more; then each state is looked at once more way by way for what is certain to go wrong.
/// </summary>
internal sealed class MachineFlow
{
    private readonly FlowSources _sources;
    private readonly CancellationToken _cancellation;
    private readonly ScopeFlow _machine;
    private readonly Queue<(ScopeFlow Scope, StateFlow State)> _waiting = new();
    private readonly HashSet<StateFlow> _isWaiting = [];

    private MachineFlow(Definition definition, FlowSources sources, JsonObject? source, CancellationToken cancellation)
    {
        _sources = sources;
        _cancellation = cancellation;
        _machine = new ScopeFlow(definition, source, JsonPlace.Root, null);
        Begin(_machine, new FlowWay(new(FlowEdgeKind.Start, null), sources.Input, new Dictionary<string, Shape>(StringComparer.Ordinal)), new ContextShape(sources.Input, null));
        while (_waiting.TryDequeue(out var next))
        {
            _isWaiting.Remove(next.State);
            Visit(next.Scope, next.State);
        }
    }

    /// <summary>The states of the machine and of the definitions inside it, outer before inner.</summary>
    public IEnumerable<StateFlow> States => All(_machine).Select(one => one.State);

    /// <summary>What the machine gives.</summary>
    public Shape Output => _machine.Output;

    /// <summary>What is known of a machine's data.</summary>
    /// <param name="definition">The machine.</param>
    /// <param name="sources">What is known from elsewhere.</param>
    /// <param name="source">Its text as a value, which tells how fields are spelled; null when that is not at hand.</param>
    /// <param name="cancellation">Stops the walk, and the search for findings.</param>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static MachineFlow Of(
        Definition definition, FlowSources sources, JsonObject? source = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(sources);
        return new MachineFlow(definition, sources, source, cancellation);
    }

    /// <summary>What goes wrong with the data as far as it is known, state by state.</summary>
    public IReadOnlyList<FlowFinding> Findings() => [.. All(_machine).SelectMany(one => FindingsOf(one.Scope, one.State))];

    /// <summary>What the fields of a state look at and give, whichever way it is come to, in the order in which they are evaluated.</summary>
    /// <param name="state">One of <see cref="States"/>.</param>
    public IReadOnlyList<FieldFlow> FieldsOf(StateFlow state)
    {
        ArgumentNullException.ThrowIfNull(state);
        var fields = new List<FieldFlow>();
        if (state.In.Count > 0)
        {
            var scope = All(_machine).First(one => ReferenceEquals(one.State, state)).Scope;
            StateVisit.Of(
                scope, state, state.Input, state.Variables, _sources, null, watch: (given, gives) => fields.Add(new(given.Place, given, gives)));
        }

        return fields;
    }

    /// <summary>What each path, call and expression of the machine gives, whichever way an execution comes to its state.</summary>
    /// <returns>The state, the text and the shape; a text as often as it is looked at.</returns>
    public IReadOnlyList<(StateFlow State, string Text, Shape Gives)> Found()
    {
        var found = new List<(StateFlow State, string Text, Shape Gives)>();
        foreach (var (scope, state) in All(_machine).Where(one => one.State.In.Count > 0))
            StateVisit.Of(scope, state, state.Input, state.Variables, _sources, null, found: (text, shape) => found.Add((state, text, shape)));
        return found;
    }

    private static IEnumerable<(ScopeFlow Scope, StateFlow State)> All(ScopeFlow scope)
    {
        foreach (var state in scope.States)
        {
            yield return (scope, state);
            foreach (var inner in scope.Inner[state.State.Name].SelectMany(All))
                yield return inner;
        }
    }

    private void Begin(ScopeFlow scope, FlowWay way, ContextShape context)
    {
        if (scope.TakeContext(context))
        {
            foreach (var (inner, state) in All(scope).Where(one => one.State.In.Count > 0))
                Wait(inner, state);
        }

        Come(scope, scope.Definition.StartAt, way);
    }

    private void Come(ScopeFlow scope, string state, FlowWay way)
    {
        _cancellation.ThrowIfCancellationRequested();
        if (scope.Take(state, way))
            Wait(scope, scope[state]);
    }

    private void Wait(ScopeFlow scope, StateFlow state)
    {
        if (_isWaiting.Add(state))
            _waiting.Enqueue((scope, state));
    }

    private void Visit(ScopeFlow scope, StateFlow state)
    {
        var visit = StateVisit.Of(scope, state, state.Input, state.Variables, _sources, null);
        (state.EffectiveInput, state.Arguments, state.Result, state.Out) = (visit.EffectiveInput, visit.Arguments, visit.Result, visit.Out);
        foreach (var (inner, way, context) in visit.Inner)
            Begin(inner, way, context);
        foreach (var way in visit.Out)
        {
            if (way.To is { } next)
                Come(scope, next, way);
            else if (scope.TakeOutput(way.Data) && scope.Owner is var (outer, owner))
                Wait(outer, outer[owner.Name]);
        }
    }

    private IEnumerable<FlowFinding> FindingsOf(ScopeFlow scope, StateFlow state)
    {
        var found = new Dictionary<(string Place, ShapeProblemKind Kind, string Text, int Offset), (ShapeProblem Problem, List<FlowEdge> Ways)>();
        foreach (var way in state.In)
        {
            _cancellation.ThrowIfCancellationRequested();
            StateVisit.Of(scope, state, way.Data, way.Variables, _sources, problem =>
            {
                var key = ((problem.Place ?? state.Place).ToString(), problem.Kind, problem.Text, problem.Offset);
                if (!found.TryGetValue(key, out var known))
                    found.Add(key, known = (problem, []));
                if (!known.Ways.Contains(way.Edge))
                    known.Ways.Add(way.Edge);
            });
        }

        foreach (var (problem, ways) in found.Values)
        {
            // That a rule holds on one way and not on another, or that something is there on one and not on another, is what it asks for.
            var isOnAll = ways.Count == state.In.Count;
            if (!isOnAll && problem.Kind is (ShapeProblemKind.NeverHolds or ShapeProblemKind.AlwaysHolds
                    or ShapeProblemKind.NeverCompares or ShapeProblemKind.PartNeverFound or ShapeProblemKind.PartNeverTaken))
            {
                continue;
            }

            yield return new FlowFinding(problem.Kind, state.State.Name, problem.Place ?? state.Place, problem.Offset, problem.Text, problem.Message)
            {
                Likely = problem.Likely,
                Origin = problem.Origin,
                Ways = isOnAll ? [] : ways,
            };
        }
    }
}
