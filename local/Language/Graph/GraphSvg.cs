using System.Globalization;
using System.Text;
using Stateside.Language.Json;

namespace Stateside.Language.Graph;

/// <summary>Writes a laid out graph as SVG. The same layout and options give the same text, byte for byte.</summary>
internal static class GraphSvg
{
    /// <summary>Writes a drawing.</summary>
    /// <param name="layout">Where everything is.</param>
    /// <param name="options">What it shows; null for a picture by itself.</param>
    /// <returns>The SVG, without an XML declaration, so that it can stand in a page.</returns>
    public static string Write(GraphLayout layout, GraphSvgOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(layout);
        var writer = new SvgWriter(options ?? GraphSvgOptions.Standalone);
        writer.Write(layout);
        return writer.ToString();
    }

    /// <summary>One drawing.</summary>
    private sealed class SvgWriter(GraphSvgOptions options)
    {
        private const double Radius = 7;

        private readonly StringBuilder _out = new();

        public override string ToString() => _out.ToString();

        public void Write(GraphLayout layout)
        {
            _out.Append("<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"state-graph\" role=\"group\" aria-label=\"").AppendXml(options.Title);
            _out.Append("\" width=\"").Append(Text(layout.Width)).Append("\" height=\"").Append(Text(layout.Height));
            _out.Append("\" viewBox=\"0 0 ").Append(Text(layout.Width)).Append(' ').Append(Text(layout.Height)).Append("\">\n");
            if (!options.IsEmbedded)
            {
                _out.Append("<title>").AppendXml(options.Title).Append("</title>\n<style>\n").Append(GraphStyle.Css).Append("</style>\n");
                _out.Append("<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n");
            }

            WriteScope(layout.Root);
            _out.Append("</svg>");
        }

        private void WriteScope(PlacedScope scope)
        {
            foreach (var edge in scope.Edges)
                WriteEdge(edge);
            foreach (var edge in scope.Edges)
                WriteLabel(edge);
            foreach (var node in scope.Nodes)
                WriteNode(node);
        }

        private void WriteNode(PlacedNode placed)
        {
            var node = placed.Node;
            if (node.Kind is GraphNodeKind.Start or GraphNodeKind.End)
            {
                WriteMarker(placed);
                return;
            }

            var mark = node.Kind == GraphNodeKind.State ? options.MarkState?.Invoke(node) : null;
            var isGroup = placed.Inner.Count > 0;
            var (width, height) = (placed.Box.Width, placed.Box.Height);
            _out.Append("<g class=\"state state-").Append(node.Kind == GraphNodeKind.Missing ? "missing" : node.Type.ToLowerInvariant());
            if (isGroup)
                _out.Append(" is-group");
            if (node.IsUnreachable)
                _out.Append(" is-unreachable");
            if (node.LeftOut.Count > 0)
                _out.Append(" is-folded");
            AppendClasses(mark);
            _out.Append("\" data-state=\"").AppendXml(node.Name);
            if (node.LeftOut.Count > 0)
                _out.Append("\" data-inside=\"").AppendXml(JsonArray.Of([.. node.LeftOut.Select(name => new JsonString(name))]).Text);
            _out.Append("\" transform=\"translate(");
            _out.Append(Text(placed.Box.X)).Append(' ').Append(Text(placed.Box.Y)).Append(")\"");
            if (node.Kind == GraphNodeKind.State)
                _out.Append(options.IsEmbedded ? " tabindex=\"0\" role=\"button\"" : " role=\"img\"");
            _out.Append(" aria-label=\"").AppendXml(Spoken(node, mark)).Append("\">");
            _out.Append("<title>").AppendXml(Tooltip(node, mark)).Append("</title>");
            if (options.IsEmbedded && node.Kind == GraphNodeKind.State)
                WriteRing(width, height);
            _out.Append("<rect class=\"box\" width=\"").Append(Text(width)).Append("\" height=\"").Append(Text(height)).Append("\" rx=\"8\"/>");
            if (isGroup)
                WriteTitleBand(width);
            WriteIcon(node, isGroup ? NodeShape.TitleHeight : height);
            WriteTexts(placed, isGroup ? NodeShape.TitleHeight : height);
            if (node.Retry is not null)
                WriteRetry(node, width, isGroup ? NodeShape.TitleHeight : height);
            if (mark?.Badge is { Length: > 0 } badge)
                WriteBadge(badge, width - 10, 0);
            _out.Append("</g>\n");
            if (isGroup)
                WriteInside(placed);
            if (options.CanFold && node.IsGroup)
                WriteFold(placed);
        }

        private void WriteInside(PlacedNode placed)
        {
            // What is inside knows how the state around it stands: a style sheet may say of both at once.
            _out.Append("<g class=\"inside\">\n");
            foreach (var inner in placed.Inner)
            {
                if (placed.Node.Type == "Parallel")
                {
                    _out.Append("<rect class=\"branch\" x=\"").Append(Text(inner.Box.X)).Append("\" y=\"").Append(Text(inner.Box.Y));
                    _out.Append("\" width=\"").Append(Text(inner.Box.Width)).Append("\" height=\"").Append(Text(inner.Box.Height)).Append("\" rx=\"6\"/>\n");
                }

                WriteScope(inner);
            }

            _out.Append("</g>\n");
        }

        /// <summary>Around the state: what is chosen or has the focus, outside of the color that says how the state stands.</summary>
        private void WriteRing(double width, double height)
        {
            _out.Append("<rect class=\"ring\" x=\"-4\" y=\"-4\" width=\"").Append(Text(width + 8)).Append("\" height=\"");
            _out.Append(Text(height + 8)).Append("\" rx=\"12\"/>");
        }

        /// <summary>The button beside the state and not in it, since no button stands in another.</summary>
        private void WriteFold(PlacedNode placed)
        {
            var isFolded = placed.Node.LeftOut.Count > 0;
            _out.Append("<g class=\"fold\" data-fold=\"").AppendXml(placed.Node.Name).Append("\" tabindex=\"0\" role=\"button\" aria-expanded=\"");
            _out.Append(isFolded ? "false" : "true").Append("\" aria-label=\"What is inside ").AppendXml(placed.Node.Name).Append("\" transform=\"translate(");
            _out.Append(Text(placed.Box.Right - 27)).Append(' ').Append(Text(placed.Box.Y + 11)).Append(")\"><title>").Append(isFolded ? "Unfold" : "Fold");
            _out.Append("</title><rect width=\"18\" height=\"18\" rx=\"5\"/><path d=\"M5 9h8").Append(isFolded ? "M9 5v8" : "").Append("\"/></g>\n");
        }

        /// <summary>Behind the title of a Parallel or Map state.</summary>
        private void WriteTitleBand(double width)
        {
            _out.Append("<path class=\"band\" d=\"M1 ").Append(Text(NodeShape.TitleHeight)).Append("V8A7 7 0 0 1 8 1H").Append(Text(width - 8));
            _out.Append("A7 7 0 0 1 ").Append(Text(width - 1)).Append(" 8V").Append(Text(NodeShape.TitleHeight)).Append("Z\"/>");
        }

        private void WriteMarker(PlacedNode placed)
        {
            var isStart = placed.Node.Kind == GraphNodeKind.Start;
            _out.Append("<g class=\"marker marker-").Append(isStart ? "start" : "end").Append("\" transform=\"translate(");
            _out.Append(Text(placed.Box.X)).Append(' ').Append(Text(placed.Box.Y)).Append(")\"><rect width=\"").Append(Text(placed.Box.Width));
            _out.Append("\" height=\"").Append(Text(placed.Box.Height)).Append("\" rx=\"").Append(Text(placed.Box.Height / 2)).Append("\"/>");
            if (placed.Name.Count > 0)
            {
                _out.Append("<text x=\"").Append(Text(placed.Box.Width / 2)).Append("\" y=\"").Append(Text((placed.Box.Height / 2) + 4)).Append("\">");
                _out.Append(placed.Name[0]).Append("</text>");
            }

            _out.Append("</g>\n");
        }

        private void WriteIcon(GraphNode node, double height)
        {
            var y = (height / 2) - 14;
            var (path, kind) = GraphIcons.OfService(node.Service) ?? (GraphIcons.Path(node.Type), null);
            _out.Append("<g class=\"icon");
            if (kind is not null)
                _out.Append(" icon-").Append(kind);
            _out.Append("\" transform=\"translate(9 ").Append(Text(y)).Append(")\"><rect width=\"28\" height=\"28\" rx=\"6\"/><path d=\"");
            _out.Append(path).Append("\"/></g>");
        }

        private void WriteTexts(PlacedNode placed, double height)
        {
            var lines = placed.Name.Count + 1;
            var y = (height - (lines * NodeShape.LineHeight)) / 2 + 12.5;
            foreach (var line in placed.Name)
            {
                WriteText("name", NodeShape.TextX, y, line);
                y += NodeShape.LineHeight;
            }

            WriteText("detail", NodeShape.TextX, y - 0.5, placed.Detail);
        }

        private void WriteText(string kind, double x, double y, string text)
        {
            _out.Append("<text class=\"").Append(kind).Append("\" x=\"").Append(Text(x)).Append("\" y=\"").Append(Text(y)).Append("\">");
            _out.AppendXml(text).Append("</text>");
        }

        private void WriteRetry(GraphNode node, double width, double height)
        {
            _out.Append("<g class=\"retry\" transform=\"translate(").Append(Text(width - 40)).Append(' ').Append(Text(height - 18)).Append(")\">");
            _out.Append("<path d=\"M9 3.2A4 4 0 1 0 10 6M10 1v2.6H7.4\"/><text x=\"13\" y=\"9.5\">").AppendXml(node.Retry!).Append("</text></g>");
        }

        private void WriteBadge(string text, double right, double y)
        {
            var shown = Characters.Visible(text);
            var width = Math.Max(20, TextMetrics.Width(shown, 11, bold: true) + 12);
            _out.Append("<g class=\"badge\" transform=\"translate(").Append(Text(right - width)).Append(' ').Append(Text(y - 9)).Append(")\"><rect width=\"");
            _out.Append(Text(width)).Append("\" height=\"18\" rx=\"9\"/><text x=\"").Append(Text(width / 2)).Append("\" y=\"13\">");
            _out.AppendXml(shown).Append("</text></g>");
        }

        private void WriteEdge(PlacedEdge placed)
        {
            var edge = placed.Edge;
            OpenEdge(edge, "edge");
            if (edge.Title is { } title)
                _out.Append("<title>").AppendXml(title).Append("</title>");
            var tip = placed.Points[^1];
            _out.Append("<path class=\"line\" d=\"");
            AppendLine([.. placed.Points.Reverse()]);
            _out.Append("\"/><path class=\"arrow\" d=\"M").Append(Text(tip.X - 4)).Append(' ').Append(Text(tip.Y - 7)).Append('L').Append(Text(tip.X)).Append(' ');
            _out.Append(Text(tip.Y)).Append('L').Append(Text(tip.X + 4)).Append(' ').Append(Text(tip.Y - 7)).Append("Z\"/></g>\n");
        }

        private void WriteLabel(PlacedEdge placed)
        {
            if (placed.Label is not { } label)
                return;
            var mark = OpenEdge(placed.Edge, "label");
            var box = label.Box;
            _out.Append("<title>").AppendXml(placed.Edge.Title ?? placed.Edge.Label!);
            if (mark?.Title is { } more)
                _out.Append('\n').AppendXml(more);
            _out.Append("</title><rect x=\"").Append(Text(box.X)).Append("\" y=\"").Append(Text(box.Y)).Append("\" width=\"").Append(Text(box.Width));
            _out.Append("\" height=\"").Append(Text(box.Height)).Append("\" rx=\"4\"/>");
            var y = box.Y + 12.5;
            foreach (var line in label.Lines)
            {
                _out.Append("<text x=\"").Append(Text(box.X + (box.Width / 2))).Append("\" y=\"").Append(Text(y)).Append("\">").AppendXml(line).Append("</text>");
                y += NodeShape.LabelLine;
            }

            if (mark?.Badge is { Length: > 0 } badge)
                WriteBadge(badge, box.Right + 6, box.Y);
            _out.Append("</g>\n");
        }

        private GraphMark? OpenEdge(GraphEdge edge, string part)
        {
            var mark = options.MarkEdge?.Invoke(edge);
            var kind = Kind(edge.Kind);
            _out.Append("<g class=\"").Append(part).Append(' ').Append(part).Append('-').Append(kind);
            AppendClasses(mark);
            _out.Append("\" data-from=\"").AppendXml(edge.From.Name).Append("\" data-to=\"").AppendXml(edge.To.Kind == GraphNodeKind.End ? "" : edge.To.Name);
            _out.Append("\" data-kind=\"").Append(kind);
            if (edge.Kind is GraphEdgeKind.Rule or GraphEdgeKind.Catch)
                _out.Append("\" data-index=\"").Append(edge.Index);
            _out.Append("\">");
            return mark;
        }

        private static string Kind(GraphEdgeKind kind) => kind switch
        {
            GraphEdgeKind.Start => "start",
            GraphEdgeKind.Next => "next",
            GraphEdgeKind.Rule => "rule",
            GraphEdgeKind.Default => "default",
            GraphEdgeKind.Catch => "catch",
            _ => "end",
        };

        /// <summary>
        /// The line with its corners rounded, from the arrow back to the state: so the dashes of lines that run together lie on each other.
        /// </summary>
        private void AppendLine(IReadOnlyList<GraphPoint> points)
        {
            AppendPoint('M', points[0] with { Y = points[0].Y - 4 });
            for (var i = 1; i < points.Count - 1; i++)
            {
                var (before, corner, after) = (points[i - 1], points[i], points[i + 1]);
                var radius = Math.Min(Radius, Math.Min(Length(before, corner) / 2, Length(corner, after) / 2));
                if (radius < 0.5)
                {
                    AppendPoint('L', corner);
                    continue;
                }

                AppendPoint('L', Toward(corner, before, radius));
                AppendPoint('Q', corner);
                AppendPoint(' ', Toward(corner, after, radius));
            }

            AppendPoint('L', points[^1]);
        }

        private void AppendPoint(char command, GraphPoint point) => _out.Append(command).Append(Text(point.X)).Append(' ').Append(Text(point.Y));

        private static double Length(GraphPoint a, GraphPoint b) => Math.Abs(a.X - b.X) + Math.Abs(a.Y - b.Y);

        private static GraphPoint Toward(GraphPoint from, GraphPoint to, double distance)
        {
            var share = distance / Length(from, to);
            return new GraphPoint(from.X + ((to.X - from.X) * share), from.Y + ((to.Y - from.Y) * share));
        }

        private void AppendClasses(GraphMark? mark)
        {
            if (mark?.Classes is { Length: > 0 } classes)
                _out.Append(' ').AppendXml(classes);
        }

        private static string Spoken(GraphNode node, GraphMark? mark)
        {
            var text = node.Kind == GraphNodeKind.Missing ? $"{node.Name}: there is no such state" : $"{node.Name}, {node.Type} state";
            if (node.Detail.Length > 0 && node.Kind == GraphNodeKind.State && node.Detail != node.Type)
                text += $", {node.Detail}";
            if (node.IsUnreachable)
                text += ", unreachable";
            return mark?.Title is { } title ? $"{text}, {title}" : text;
        }

        private static string Tooltip(GraphNode node, GraphMark? mark)
        {
            var lines = new List<string> { node.Name, node.Detail };
            if (node.IsUnreachable)
                lines.Add("No state leads here.");
            if (mark?.Title is { } title)
                lines.Add(title);
            if (node.RetryTitle is { } retry)
                lines.Add(retry);
            if (node.Comment is { Length: > 0 } comment)
                lines.Add(comment);
            return string.Join('\n', lines.Where(line => line.Length > 0));
        }

        private static string Text(double value) => Math.Round(value, 1).ToString(CultureInfo.InvariantCulture);
    }
}
