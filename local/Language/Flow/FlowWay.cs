using Stateside.Language.Shapes;

namespace Stateside.Language.Flow;

/// <summary>How an execution comes to a state.</summary>
internal enum FlowEdgeKind
{
    /// <summary>The machine begins with it.</summary>
    Start,

    /// <summary>Next.</summary>
    Next,

    /// <summary>A rule of a Choice.</summary>
    ChoiceRule,

    /// <summary>A Choice's Default.</summary>
    Default,

    /// <summary>A catcher.</summary>
    Catcher,

    /// <summary>A branch of a Parallel begins with it.</summary>
    Branch,

    /// <summary>An iteration of a Map begins with it.</summary>
    Iteration,
}

/// <summary>An edge of the machine.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="From">The state that it leaves; null where the machine begins.</param>
/// <param name="Index">Which rule, catcher or branch; 0 of all else.</param>
internal sealed record FlowEdge(FlowEdgeKind Kind, string? From, int Index = 0)
{
    /// <summary>As a sentence goes on: <c>on the way from 'Pay' by Catch[1]</c>.</summary>
    public override string ToString() => Kind switch
    {
        FlowEdgeKind.Start => "at the start",
        FlowEdgeKind.ChoiceRule => $"on the way from '{From}' by Choices[{Index}]",
        FlowEdgeKind.Default => $"on the way from '{From}' by Default",
        FlowEdgeKind.Catcher => $"on the way from '{From}' by Catch[{Index}]",
        FlowEdgeKind.Branch => $"at the start of Branches[{Index}]",
        FlowEdgeKind.Iteration => $"at the start of an iteration of '{From}'",
        _ => $"on the way from '{From}'",
    };
}

/// <summary>What is known of the data that comes to a state, or leaves it, by an edge.</summary>
/// <param name="Edge">The edge.</param>
/// <param name="Data">The state's input, or output.</param>
/// <param name="Variables">The variables in sight.</param>
internal sealed record FlowWay(FlowEdge Edge, Shape Data, IReadOnlyDictionary<string, Shape> Variables)
{
    /// <summary>Of a way out: the state that it leads to; null where the machine, the branch or the iteration ends.</summary>
    public string? To { get; init; }
}
