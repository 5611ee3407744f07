using System.Diagnostics;
using Stateside.Language.Flow;
using Stateside.Language.Shapes;

namespace Stateside.Conformance.Shapes;

/// <summary>Looks at every definition at hand that AWS accepts: what is said of it, of how much of it anything is known, how long that takes.</summary>
internal static class QuietAndKnown
{
    /// <summary>Runs the checks.</summary>
    /// <param name="folders">The folders.</param>
    /// <param name="show">Whether each finding is printed, to be read.</param>
    /// <returns>How many errors there are.</returns>
    public static int Run(IReadOnlyList<string> folders, bool show)
    {
        var (machines, states, errors, watch, slowest) = (0, 0, 0, Stopwatch.StartNew(), TimeSpan.Zero);
        var codes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var all = new KnownCount();
        foreach (var given in GivenDefinition.In(folders))
        {
            var began = watch.Elapsed;
            var flow = MachineFlow.Of(given.Parsed.Definition!, given.Sources, given.Parsed.Source);
            var findings = flow.Findings();
            if (watch.Elapsed - began > slowest)
                slowest = watch.Elapsed - began;
            machines++;
            states += flow.States.Count();
            errors += findings.Count(finding => finding.IsError);
            foreach (var finding in findings)
            {
                var kind = $"{(finding.IsError ? "error" : "warning")} {finding.Code}";
                codes[kind] = codes.GetValueOrDefault(kind) + 1;
                if (show || finding.IsError)
                    Console.WriteLine($"{given.Name}: {kind}: {finding.Sentence} [{finding.Place}] {finding.Text}");
            }

            if (flow.States.Any(state => !state.Result.IsAnything && !state.Result.IsNever && state.State.Type == "Task"))
                all.Add(flow);
        }

        Console.WriteLine($"shapes: {machines} definitions with {states} states, the slowest {slowest.TotalMilliseconds:0} ms; "
            + (codes.Count == 0 ? "nothing is said" : string.Join(", ", codes.Select(code => $"{code.Value} × {code.Key}"))));
        Console.WriteLine($"shapes: of those with a task whose answer is modelled {all}");
        return errors + (machines == 0 ? 1 : 0);
    }
}

/// <summary>Counts of how many paths, calls and expressions something is known.</summary>
internal sealed class KnownCount
{
    private readonly SortedDictionary<string, (int Known, int All)> _kinds = new(StringComparer.Ordinal);
    private readonly HashSet<string> _unknown = new(StringComparer.Ordinal);

    /// <summary>Of how many in a hundred something is known.</summary>
    public double Share => 100.0 * _kinds.Values.Sum(kind => kind.Known) / Math.Max(1, _kinds.Values.Sum(kind => kind.All));

    /// <summary>Those of which nothing is known, with their states.</summary>
    public IEnumerable<string> Unknown => _unknown;

    /// <summary>Counts those of a machine, each text of a state once.</summary>
    public void Add(MachineFlow flow)
    {
        foreach (var same in flow.Found().GroupBy(one => (one.State.State.Name, one.Text)))
        {
            var text = same.Key.Text;
            var kind = text.StartsWith("States.", StringComparison.Ordinal) ? "intrinsic functions"
                : text.StartsWith("$$", StringComparison.Ordinal) && !text.Contains('(', StringComparison.Ordinal) ? "paths into the context object"
                : text.StartsWith("$.", StringComparison.Ordinal) || text.StartsWith("$[", StringComparison.Ordinal) || text == "$" ? "paths into the data"
                : same.First().State.State.QueryLanguage == Language.Definitions.QueryLanguage.Jsonata ? "JSONata expressions" : "paths into variables";
            var isKnown = !same.All(one => one.Gives.IsAnything);
            var (known, all) = _kinds.GetValueOrDefault(kind);
            _kinds[kind] = (known + (isKnown ? 1 : 0), all + 1);
            if (!isKnown)
                _unknown.Add($"{same.Key.Name}: {text}");
        }
    }

    public override string ToString() =>
        $"{Share:0.0} % are known ({string.Join(", ", _kinds.Select(kind => $"{kind.Value.Known} of {kind.Value.All} {kind.Key}"))})";
}
