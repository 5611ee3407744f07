using System.Globalization;
using System.Xml.Linq;

namespace Stateside.Engine.Coverage;

/// <summary>
/// A report in Cobertura's XML, which most tools that show coverage read: a machine is a class, a state a method. Lines are those of
/// the file that the author edits. A state's line tells how often it was entered and, as its branches, how many of its ways were
/// taken; the line of a way tells how often that was. See https://github.com/cobertura/web/blob/master/htdocs/xml/coverage-04.dtd.
/// </summary>
internal static class CoberturaReport
{
    /// <summary>What the names of such files end in, for which tools look.</summary>
    public const string Extension = ".cobertura.xml";

    /// <summary>Writes a report.</summary>
    /// <param name="report">The report. What comes from no file is left out.</param>
    /// <param name="time">When it was made.</param>
    public static string Write(CoverageReport report, DateTimeOffset time)
    {
        var machines = report.Machines.Where(machine => machine.File is not null).ToList();
        var classes = machines.Select(machine => (Machine: machine, Lines: LinesOf(machine.States))).ToList();
        var all = classes.SelectMany(its => its.Lines.Values).ToList();
        var document = new XDocument(
            new XDocumentType("coverage", null, "http://cobertura.sourceforge.net/xml/coverage-04.dtd", null),
            new XElement(
                "coverage",
                Rates(all),
                Counts(all),
                new XAttribute("complexity", 0),
                new XAttribute("version", "1"),
                new XAttribute("timestamp", time.ToUnixTimeSeconds()),
                new XElement("sources", machines.Select(machine => machine.Root).Distinct().Select(root => new XElement("source", root))),
                new XElement(
                    "packages",
                    new XElement(
                        "package",
                        new XAttribute("name", "state machines"),
                        Rates(all),
                        new XAttribute("complexity", 0),
                        new XElement("classes", classes.Select(its => Class(its.Machine, its.Lines)))))));
        return $"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{document.ToString().ReplaceLineEndings("\n")}\n";
    }

    private static XElement Class(MachineCoverage machine, SortedDictionary<int, Line> lines) => new(
        "class",
        new XAttribute("name", machine.Name),
        new XAttribute("filename", machine.File!),
        Rates(lines.Values),
        new XAttribute("complexity", 0),
        new XElement("methods", machine.States.Select(Method)),
        new XElement("lines", lines.Select(Written)));

    private static XElement Method(StateCoverage state)
    {
        var lines = LinesOf([state]);
        return new XElement(
            "method",
            new XAttribute("name", state.Name),
            new XAttribute("signature", $"({state.Type})"),
            Rates(lines.Values),
            new XAttribute("complexity", state.Transitions.Count),
            new XElement("lines", lines.Select(Written)));
    }

    /// <summary>The lines where something stands that can be covered. What shares a line with others counts as a branch of it.</summary>
    private static SortedDictionary<int, Line> LinesOf(IEnumerable<StateCoverage> states)
    {
        var lines = new SortedDictionary<int, Line>();
        foreach (var state in states)
        {
            var its = Of(state.Line);
            its.Hits += state.Entered;
            if (state.Transitions.Count > 1)
                its.Ways.AddRange(state.Transitions.Select(way => way.Taken > 0));
            foreach (var ways in state.Transitions.Where(way => way.Line != state.Line).GroupBy(way => way.Line))
            {
                var line = Of(ways.Key);
                line.Hits += ways.Sum(way => way.Taken);
                if (ways.Count() > 1)
                    line.Ways.AddRange(ways.Select(way => way.Taken > 0));
            }
        }

        return lines;

        Line Of(int number) => lines.TryGetValue(number, out var line) ? line : lines[number] = new Line();
    }

    private static XElement Written(KeyValuePair<int, Line> numbered)
    {
        var (number, line) = numbered;
        var element = new XElement("line", new XAttribute("number", number), new XAttribute("hits", line.Hits), new XAttribute("branch", line.Ways.Count > 0));
        if (line.Ways.Count == 0)
            return element;
        var coverage = $"{100 * line.Taken / line.Ways.Count}%";
        element.Add(
            new XAttribute("condition-coverage", $"{coverage} ({line.Taken}/{line.Ways.Count})"),
            new XElement(
                "conditions",
                new XElement("condition", new XAttribute("number", 0), new XAttribute("type", "jump"), new XAttribute("coverage", coverage))));
        return element;
    }

    private static IEnumerable<XAttribute> Rates(IReadOnlyCollection<Line> lines)
    {
        yield return new XAttribute("line-rate", Rate(lines.Count(line => line.Hits > 0), lines.Count));
        yield return new XAttribute("branch-rate", Rate(lines.Sum(line => line.Taken), lines.Sum(line => line.Ways.Count)));
    }

    private static IEnumerable<XAttribute> Counts(IReadOnlyCollection<Line> lines)
    {
        yield return new XAttribute("lines-covered", lines.Count(line => line.Hits > 0));
        yield return new XAttribute("lines-valid", lines.Count);
        yield return new XAttribute("branches-covered", lines.Sum(line => line.Taken));
        yield return new XAttribute("branches-valid", lines.Sum(line => line.Ways.Count));
    }

    private static string Rate(int covered, int total) => (total == 0 ? 1 : (double)covered / total).ToString("0.####", CultureInfo.InvariantCulture);

    private sealed class Line
    {
        public long Hits { get; set; }

        public List<bool> Ways { get; } = [];

        public int Taken => Ways.Count(taken => taken);
    }
}
