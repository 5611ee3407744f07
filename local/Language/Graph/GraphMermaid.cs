using System.Globalization;
using System.Text;

namespace Stateside.Language.Graph;

/// <summary>Writes a graph in the language of Mermaid, which lays it out itself: for Markdown pages that draw it.</summary>
internal static class GraphMermaid
{
    /// <summary>Writes a flowchart.</summary>
    /// <returns>The text, without the fence around it.</returns>
    public static string Write(StateGraph graph)
    {
        ArgumentNullException.ThrowIfNull(graph);
        var writer = new MermaidWriter();
        writer.Write(graph.Root);
        return writer.ToString();
    }

    private sealed class MermaidWriter
    {
        private readonly StringBuilder _out = new("flowchart TD\n");
        private readonly Dictionary<GraphNode, string> _ids = [];

        public override string ToString() => _out.ToString();

        public void Write(GraphScope root)
        {
            WriteScope(root, 1);
            _out.Append("    classDef fail stroke:#b91c1c,stroke-width:2px\n    classDef succeed stroke:#15803d,stroke-width:2px\n");
            _out.Append("    classDef missing stroke:#b91c1c,stroke-dasharray:5 4\n");
        }

        private void WriteScope(GraphScope scope, int depth)
        {
            foreach (var node in scope.Nodes)
                WriteNode(node, depth);
            foreach (var edge in scope.Edges)
            {
                var arrow = edge.Kind == GraphEdgeKind.Catch ? "-.->" : "-->";
                Line(depth, $"{_ids[edge.From]} {arrow}{(string.IsNullOrEmpty(edge.Label) ? "" : $"|{Quoted(edge.Label)}|")} {_ids[edge.To]}");
            }
        }

        private void WriteNode(GraphNode node, int depth)
        {
            var id = "s" + _ids.Count.ToString(CultureInfo.InvariantCulture);
            _ids.Add(node, id);
            if (node.Inner.Count > 0)
            {
                Line(depth, $"subgraph {id}[{Quoted(node.Name, node.Detail)}]");
                for (var i = 0; i < node.Inner.Count; i++)
                    WriteInner(node, i, id, depth + 1);
                Line(depth, "end");
                return;
            }

            Line(depth, id + (node.Kind, node.Type) switch
            {
                (GraphNodeKind.Start, _) => "([\"Start\"])",
                (GraphNodeKind.End, _) => "([\"End\"])",
                (GraphNodeKind.Missing, _) => $"[{Quoted(node.Name, node.Detail)}]:::missing",
                (_, "Choice") => $"{{{Quoted(node.Name)}}}",
                (_, "Succeed") => $"([{Quoted(node.Name)}]):::succeed",
                (_, "Fail") => $"([{Quoted(node.Name, node.Detail)}]):::fail",
                _ => $"[{Quoted(node.Name, node.Detail)}]",
            });
        }

        private void WriteInner(GraphNode node, int index, string id, int depth)
        {
            if (node.Type != "Parallel")
            {
                WriteScope(node.Inner[index], depth);
                return;
            }

            var number = (index + 1).ToString(CultureInfo.InvariantCulture);
            Line(depth, $"subgraph {id}b{number}[\"Branch {number}\"]");
            WriteScope(node.Inner[index], depth + 1);
            Line(depth, "end");
        }

        private void Line(int depth, string text) => _out.Append(' ', depth * 4).Append(text).Append('\n');

        /// <summary>A text between quotation marks, with a number for each sign that Mermaid or a browser would read as more than itself.</summary>
        private static string Quoted(string text, string detail = "")
        {
            var quoted = new StringBuilder("\"");
            Append(quoted, text.Length == 0 ? " " : text);
            if (detail.Length > 0 && detail != text)
                Append(quoted.Append("<br/>"), detail);
            return quoted.Append('"').ToString();
        }

        private static void Append(StringBuilder quoted, string text)
        {
            foreach (var rune in Characters.Visible(text).EnumerateRunes())
            {
                if (Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '.' or ',' or '-' or '_' or ':' or '$' or '=' or '(' or ')' || rune.Value > 0x9F)
                    quoted.Append(rune.ToString());
                else
                    quoted.Append('#').Append(rune.Value.ToString(CultureInfo.InvariantCulture)).Append(';');
            }
        }
    }
}
