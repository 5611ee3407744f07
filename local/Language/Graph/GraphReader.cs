using Stateside.Language.Definitions;

namespace Stateside.Language.Graph;

/// <summary>Turns a definition into what there is to draw of it.</summary>
internal sealed class GraphReader(IReadOnlySet<string>? folded)
{
    public StateGraph Read(Definition definition) => new(Scope(definition, isRoot: true));

    private GraphScope Scope(Definition definition, bool isRoot)
    {
        var reachable = Reachable(definition);
        var nodes = new List<GraphNode>();
        var byName = new Dictionary<string, GraphNode>(StringComparer.Ordinal);
        foreach (var state in definition.States)
        {
            var node = Node(state, !isRoot, !reachable.Contains(state.Name));
            nodes.Add(node);
            byName.TryAdd(state.Name, node);
        }

        var edges = new List<GraphEdge>();
        if (isRoot || definition.States.Count > 1)
        {
            var start = new GraphNode { Kind = GraphNodeKind.Start, Name = "", IsInner = !isRoot };
            nodes.Insert(0, start);
            edges.Add(new GraphEdge { From = start, To = Find(definition.StartAt), Kind = GraphEdgeKind.Start });
        }

        foreach (var state in definition.States)
        {
            var from = byName[state.Name];
            foreach (var way in Ways(state))
            {
                edges.Add(new GraphEdge
                {
                    From = from,
                    To = Find(way.To),
                    Kind = way.Kind,
                    Index = way.Index,
                    Label = way.Label,
                    Title = way.Title,
                });
            }

            if (isRoot && state is { Next: null } and not (ChoiceState or SucceedState or FailState))
            {
                var end = new GraphNode { Kind = GraphNodeKind.End, Name = state.Name };
                nodes.Add(end);
                edges.Add(new GraphEdge { From = from, To = end, Kind = GraphEdgeKind.End });
            }
        }

        return new GraphScope { Nodes = nodes, Edges = edges };

        GraphNode Find(string name)
        {
            if (byName.TryGetValue(name, out var node))
                return node;
            node = new GraphNode { Kind = GraphNodeKind.Missing, Name = name, Detail = "no such state", IsInner = !isRoot };
            byName.Add(name, node);
            nodes.Add(node);
            return node;
        }
    }

    private GraphNode Node(State state, bool isInner, bool isUnreachable) => new()
    {
        IsGroup = state.Inner.Any(),
        LeftOut = IsFolded(state) ? [.. state.Inner.SelectMany(inner => inner.AllStates()).Select(inner => inner.Name)] : [],
        Kind = GraphNodeKind.State,
        Name = state.Name,
        Type = state.Type,
        Detail = StateText.Detail(state),
        Service = state is TaskState task ? StateText.Service(task.Resource) : "",
        Comment = state.Comment,
        Retry = state is WorkState { Retry.Count: > 0 } work ? StateText.Retry(work.Retry) : null,
        RetryTitle = state is WorkState { Retry.Count: > 0 } same ? StateText.RetryTitle(same.Retry) : null,
        IsInner = isInner,
        IsUnreachable = isUnreachable,
        Inner = IsFolded(state) ? [] : [.. state.Inner.Select(inner => Scope(inner, isRoot: false))],
    };

    private bool IsFolded(State state) => folded is not null && folded.Contains(state.Name);

    private static HashSet<string> Reachable(Definition definition)
    {
        var found = new HashSet<string>(StringComparer.Ordinal) { definition.StartAt };
        var byName = new Dictionary<string, State>(StringComparer.Ordinal);
        foreach (var state in definition.States)
            byName.TryAdd(state.Name, state);
        var open = new Stack<string>(found);
        while (open.TryPop(out var name))
        {
            if (!byName.TryGetValue(name, out var state))
                continue;
            foreach (var way in Ways(state))
            {
                if (found.Add(way.To))
                    open.Push(way.To);
            }
        }

        return found;
    }

    private static IEnumerable<(string To, GraphEdgeKind Kind, int Index, string? Label, string? Title)> Ways(State state)
    {
        if (state is ChoiceState choice)
        {
            for (var i = 0; i < choice.Choices.Count; i++)
            {
                var rule = choice.Choices[i];
                var text = ConditionText.Of(rule.Condition, state.QueryLanguage);
                yield return (rule.Next, GraphEdgeKind.Rule, i, text, rule.Comment is { Length: > 0 } ? $"{text}\n{rule.Comment}" : text);
            }

            if (choice.Default is not null)
                yield return (choice.Default, GraphEdgeKind.Default, 0, "Default", "Default: when no rule matches");
        }
        else if (state.Next is not null)
        {
            yield return (state.Next, GraphEdgeKind.Next, 0, null, null);
        }

        if (state is not WorkState work)
            yield break;
        for (var i = 0; i < work.Catch.Count; i++)
        {
            var catcher = work.Catch[i];
            var text = string.Join(", ", catcher.ErrorEquals);
            yield return (catcher.Next, GraphEdgeKind.Catch, i, text, catcher.Comment is { Length: > 0 } ? $"Catch {text}\n{catcher.Comment}" : $"Catch {text}");
        }
    }
}
