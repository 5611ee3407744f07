using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Shapes;

namespace Stateside.Language.Flow;

/// <summary>What is known of the data of one state.</summary>
internal sealed class StateFlow(State state, JsonPlace place)
{
    private readonly List<FlowWay> _in = [];

    /// <summary>The state.</summary>
    public State State { get; } = state;

    /// <summary>Where it stands.</summary>
    public JsonPlace Place { get; } = place;

    /// <summary>The ways into it, with the input and the variables that come by each; none of a state that is never reached.</summary>
    public IReadOnlyList<FlowWay> In => _in;

    /// <summary>The input, whichever way it comes.</summary>
    public Shape Input => _in.Aggregate(Shape.Never, (all, way) => all.Join(way.Data));

    /// <summary>The variables in sight, whichever way it is come to.</summary>
    public IReadOnlyDictionary<string, Shape> Variables => _in.Count == 0
        ? new Dictionary<string, Shape>(StringComparer.Ordinal)
        : _in.Skip(1).Aggregate(_in[0].Variables, (all, way) => ShapeScope.JoinVariables(all, way.Variables));

    /// <summary>The input after InputPath.</summary>
    public Shape EffectiveInput { get; internal set; } = Shape.Never;

    /// <summary>What the Task is sent, the branches or an iteration are given; never, of other states.</summary>
    public Shape Arguments { get; internal set; } = Shape.Never;

    /// <summary>The result of its work; never, of states that do none.</summary>
    public Shape Result { get; internal set; } = Shape.Never;

    /// <summary>The ways out of it, with the output and the variables that go each.</summary>
    public IReadOnlyList<FlowWay> Out { get; internal set; } = [];

    /// <summary>The output, whichever way it goes but by a catcher.</summary>
    public Shape Output => Out.Where(way => way.Edge.Kind != FlowEdgeKind.Catcher).Aggregate(Shape.Never, (all, way) => all.Join(way.Data));

    /// <summary>Takes what comes by an edge.</summary>
    /// <returns>Whether more may come than before.</returns>
    internal bool Take(FlowWay way, ref int changes)
    {
        var at = _in.FindIndex(known => known.Edge == way.Edge);
        if (at < 0)
        {
            _in.Add(way);
            changes = 1;
            return true;
        }

        var before = _in[at];
        var data = before.Data.Join(way.Data);
        var variables = ShapeScope.JoinVariables(before.Variables, way.Variables);
        if (data.Equals(before.Data) && AreEqual(variables, before.Variables))
            return false;
        changes++;
        var depth = Widening.DepthAfter(changes);
        _in[at] = before with
        {
            Data = Widening.Widen(data, depth),
            Variables = depth is null ? variables : variables.ToDictionary(pair => pair.Key, pair => Widening.Widen(pair.Value, depth), StringComparer.Ordinal),
        };
        return true;
    }

    private static bool AreEqual(IReadOnlyDictionary<string, Shape> some, IReadOnlyDictionary<string, Shape> others) =>
        some.Count == others.Count && some.All(pair => others.TryGetValue(pair.Key, out var other) && pair.Value.Equals(other));
}

/// <summary>Lets what grows from round to round of a loop come to an end: less is told of it.</summary>
internal static class Widening
{
    /// <summary>How many levels are told of what has changed so often; null for all.</summary>
    public static int? DepthAfter(int changes) => changes switch { <= 8 => null, 9 => 8, 10 => 4, 11 => 1, _ => 0 };

    /// <summary>The shape with no more levels than that; with none it is anything.</summary>
    public static Shape Widen(Shape shape, int? depth) => depth switch
    {
        null => shape,
        0 => shape.MayBe(ShapeKinds.Nothing) ? Shape.Anything.OrNothing() : Shape.Anything,
        _ => shape.Cut(depth.Value),
    };
}
