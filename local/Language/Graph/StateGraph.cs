using Stateside.Language.Definitions;

namespace Stateside.Language.Graph;

/// <summary>What a node of a drawing stands for.</summary>
internal enum GraphNodeKind
{
    /// <summary>Where the machine begins.</summary>
    Start,

    /// <summary>A state.</summary>
    State,

    /// <summary>A name that a state leads to although the definition has no such state.</summary>
    Missing,

    /// <summary>Where the machine ends after a state that says so.</summary>
    End,
}

/// <summary>Why one state leads to another.</summary>
internal enum GraphEdgeKind
{
    /// <summary>From the start marker to the state of StartAt.</summary>
    Start,

    /// <summary>A state's Next.</summary>
    Next,

    /// <summary>A rule of a Choice.</summary>
    Rule,

    /// <summary>The Default of a Choice.</summary>
    Default,

    /// <summary>A catcher.</summary>
    Catch,

    /// <summary>From a state that ends the machine to its end marker.</summary>
    End,
}

/// <summary>
/// What there is to draw of a definition: its states and what leads where, with the texts that are shown. It says nothing of places;
/// <see cref="GraphLayout"/> finds those.
/// </summary>
/// <param name="Root">The whole machine.</param>
internal sealed record StateGraph(GraphScope Root)
{
    /// <summary>The graph of a definition, of a draft with mistakes in it too.</summary>
    /// <param name="definition">The definition.</param>
    /// <param name="folded">Names of Parallel and Map states whose inside is left out; null for none.</param>
    public static StateGraph Of(Definition definition, IReadOnlySet<string>? folded = null)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return new GraphReader(folded).Read(definition);
    }
}

/// <summary>The machine, a branch of a Parallel state or the item processor of a Map.</summary>
internal sealed class GraphScope
{
    /// <summary>The nodes: the start marker first, then states as they are written.</summary>
    public required IReadOnlyList<GraphNode> Nodes { get; init; }

    /// <summary>What leads where, by the order of the states and of what stands in them.</summary>
    public required IReadOnlyList<GraphEdge> Edges { get; init; }
}

/// <summary>Something that leads and is led to.</summary>
internal sealed class GraphNode
{
    /// <summary>What it stands for.</summary>
    public required GraphNodeKind Kind { get; init; }

    /// <summary>The state's name; of an end marker the state that it follows; empty for the start marker.</summary>
    public required string Name { get; init; }

    /// <summary>The state's type, such as Task; empty for what is no state.</summary>
    public string Type { get; init; } = "";

    /// <summary>What it does in a few words, such as <c>Lambda: ValidateOrder</c> or <c>Wait 5 s</c>.</summary>
    public string Detail { get; init; } = "";

    /// <summary>The service that does a Task's work, such as <c>sqs</c>; empty where there is none, or nobody can tell.</summary>
    public string Service { get; init; } = "";

    /// <summary>What the author says of it.</summary>
    public string? Comment { get; init; }

    /// <summary>How often it is tried again, in a word or two; null where it is not.</summary>
    public string? Retry { get; init; }

    /// <summary>The retriers in full, a line each; null where there are none.</summary>
    public string? RetryTitle { get; init; }

    /// <summary>Whether it is inside a Parallel or Map state.</summary>
    public bool IsInner { get; init; }

    /// <summary>Whether nothing leads here from the start.</summary>
    public bool IsUnreachable { get; init; }

    /// <summary>Whether there is an inside, shown or left out.</summary>
    public bool IsGroup { get; init; }

    /// <summary>The names of the states inside, where these are left out; else none.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>The branches of a Parallel state, the item processor of a Map; else, and where they are left out, none.</summary>
    public IReadOnlyList<GraphScope> Inner { get; init; } = [];
}

/// <summary>A way from one node to another.</summary>
internal sealed class GraphEdge
{
    /// <summary>Where it comes from.</summary>
    public required GraphNode From { get; init; }

    /// <summary>Where it leads.</summary>
    public required GraphNode To { get; init; }

    /// <summary>Why.</summary>
    public required GraphEdgeKind Kind { get; init; }

    /// <summary>Which rule or catcher it is, from 0; 0 for the other kinds.</summary>
    public int Index { get; init; }

    /// <summary>What is written beside it, short; null for nothing.</summary>
    public string? Label { get; init; }

    /// <summary>The whole text of the label.</summary>
    public string? Title { get; init; }
}
