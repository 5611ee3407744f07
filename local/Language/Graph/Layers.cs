namespace Stateside.Language.Graph;

/// <summary>Which layer each node of a scope is in, and which edges lead back up. Found from the start, in the order of writing.</summary>
internal sealed class Layers
{
    private readonly List<GraphEdge>[] _out;
    private readonly Dictionary<GraphNode, int> _index = [];
    private readonly HashSet<GraphEdge> _back = [];
    private readonly int[] _layer;
    private readonly GraphScope _scope;

    public Layers(GraphScope scope)
    {
        _scope = scope;
        for (var i = 0; i < scope.Nodes.Count; i++)
            _index[scope.Nodes[i]] = i;
        _out = new List<GraphEdge>[scope.Nodes.Count];
        for (var i = 0; i < _out.Length; i++)
            _out[i] = [];
        foreach (var edge in scope.Edges)
            _out[_index[edge.From]].Add(edge);
        _layer = new int[scope.Nodes.Count];
        Assign(TopologicalOrder());
    }

    /// <summary>The layer of a node, from 0 at the top.</summary>
    public int this[GraphNode node] => _layer[_index[node]];

    /// <summary>Whether an edge leads to its own layer or above.</summary>
    public bool IsBack(GraphEdge edge) => _back.Contains(edge);

    /// <summary>The nodes so that every edge but those that lead back goes forward. A search in depth finds both.</summary>
    private List<int> TopologicalOrder()
    {
        var state = new byte[_out.Length];
        var finished = new List<int>(_out.Length);
        var path = new Stack<(int Node, int Edge)>();
        foreach (var root in Roots())
        {
            if (state[root] != 0)
                continue;
            state[root] = 1;
            path.Push((root, 0));
            while (path.TryPop(out var top))
            {
                if (top.Edge == _out[top.Node].Count)
                {
                    state[top.Node] = 2;
                    finished.Add(top.Node);
                    continue;
                }

                path.Push((top.Node, top.Edge + 1));
                var edge = _out[top.Node][top.Edge];
                var to = _index[edge.To];
                if (state[to] == 1)
                {
                    _back.Add(edge);
                }
                else if (state[to] == 0)
                {
                    state[to] = 1;
                    path.Push((to, 0));
                }
            }
        }

        finished.Reverse();
        return finished;
    }

    /// <summary>Where to begin: the start, then what nothing leads to, then whatever is left: loops that nothing leads to.</summary>
    private IEnumerable<int> Roots()
    {
        var isLedTo = new bool[_out.Length];
        foreach (var edge in _scope.Edges)
            isLedTo[_index[edge.To]] |= edge.From != edge.To;
        for (var i = 0; i < _out.Length; i++)
        {
            if (!_scope.Nodes[i].IsUnreachable && !isLedTo[i])
                yield return i;
        }

        for (var i = 0; i < _out.Length; i++)
        {
            if (!isLedTo[i])
                yield return i;
        }

        for (var i = 0; i < _out.Length; i++)
            yield return i;
    }

    private void Assign(List<int> order)
    {
        var hasUpper = new bool[_out.Length];
        foreach (var node in order)
        {
            foreach (var edge in _out[node])
            {
                if (_back.Contains(edge))
                    continue;
                var to = _index[edge.To];
                hasUpper[to] = true;
                _layer[to] = Math.Max(_layer[to], _layer[node] + 1);
            }
        }

        // What nothing leads to stands right above what it leads to, not at the top.
        for (var i = order.Count - 1; i >= 0; i--)
        {
            var node = order[i];
            if (hasUpper[node] || !_scope.Nodes[node].IsUnreachable)
                continue;
            var nearest = int.MaxValue;
            foreach (var edge in _out[node])
            {
                if (!_back.Contains(edge))
                    nearest = Math.Min(nearest, _layer[_index[edge.To]] - 1);
            }

            if (nearest != int.MaxValue)
                _layer[node] = Math.Max(_layer[node], nearest);
        }
    }
}
