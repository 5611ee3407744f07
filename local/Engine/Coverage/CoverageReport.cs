using System.Globalization;
using Stateside.Engine.Execution.Turns;

namespace Stateside.Engine.Coverage;

/// <summary>How much of something was covered.</summary>
/// <param name="Covered">How many were.</param>
/// <param name="Total">How many there are.</param>
public readonly record struct CoverageRatio(int Covered, int Total)
{
    /// <summary>The part that was covered, from 0 to 100; of nothing, 100.</summary>
    public double Percent => Total == 0 ? 100 : 100.0 * Covered / Total;

    /// <summary>The percentage as text, rounded down: 100 means all.</summary>
    public string PercentText => (Math.Floor(Percent * 10) / 10).ToString("0.#", CultureInfo.InvariantCulture) + " %";

    /// <inheritdoc/>
    public override string ToString() => $"{Covered}/{Total}";

    internal static CoverageRatio Sum(IEnumerable<CoverageRatio> ratios) =>
        ratios.Aggregate(default(CoverageRatio), (sum, next) => new(sum.Covered + next.Covered, sum.Total + next.Total));
}

/// <summary>One way out of a state, back to it or into it, and how often it was taken.</summary>
/// <param name="Kind">What kind of way; never <see cref="TransitionKind.Entered"/>.</param>
/// <param name="Index">Which rule, catcher, retrier or branch, from 0; else 0.</param>
/// <param name="Line">The line of the file where it is written.</param>
public sealed record TransitionCoverage(TransitionKind Kind, int Index, int Line)
{
    /// <summary>The state it leads to; null where it leads to none.</summary>
    public string? To { get; init; }

    /// <summary>The error names of a catcher or a retrier.</summary>
    public IReadOnlyList<string> Errors { get; init; } = [];

    /// <summary>How often it was taken.</summary>
    public long Taken { get; init; }

    /// <summary>Which way it is, such as <c>catcher 2 → RecordFailure (States.ALL)</c>.</summary>
    public string Text
    {
        get
        {
            var way = Kind switch
            {
                TransitionKind.ChoiceRule => $"rule {Index + 1}",
                TransitionKind.Catcher => $"catcher {Index + 1}",
                TransitionKind.Retrier => $"retrier {Index + 1}",
                TransitionKind.Branch => $"branch {Index + 1}",
                TransitionKind.Iteration => "items",
                TransitionKind.NoItems => "no items",
                _ => Kind.ToString(),
            };
            var errors = Errors.Count > 2 ? [Errors[0], $"{Errors.Count - 1} more"] : Errors;
            return way + (To is null ? "" : $" → {To}") + (errors.Count == 0 ? "" : $" ({string.Join(", ", errors)})");
        }
    }
}

/// <summary>One state, how often it was entered and which of its ways were taken.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type, such as Task.</param>
/// <param name="Line">The line of the file where it begins.</param>
public sealed record StateCoverage(string Name, string Type, int Line)
{
    /// <summary>How often it was entered.</summary>
    public long Entered { get; init; }

    /// <summary>Its ways.</summary>
    public required IReadOnlyList<TransitionCoverage> Transitions { get; init; }

    /// <summary>How many of its ways were taken.</summary>
    public CoverageRatio Ratio => new(Transitions.Count(transition => transition.Taken > 0), Transitions.Count);
}

/// <summary>The coverage of one state machine.</summary>
/// <param name="Name">Its name; several names where several machines run the same file.</param>
/// <param name="File">Its file below <paramref name="Root"/>, with forward slashes; null when it comes from no file.</param>
/// <param name="Root">The full path of the folder that the project lies in; null when it comes from no file.</param>
/// <param name="Definition">The text of its definition.</param>
/// <param name="States">Its states, those inside others too, outer before inner.</param>
public sealed record MachineCoverage(string Name, string? File, string? Root, string Definition, IReadOnlyList<StateCoverage> States)
{
    /// <summary>How many of its states were entered.</summary>
    public CoverageRatio Entered => new(States.Count(state => state.Entered > 0), States.Count);

    /// <summary>How many of its transitions were taken.</summary>
    public CoverageRatio Transitions => CoverageRatio.Sum(States.Select(state => state.Ratio));

    /// <summary>How many of its transitions of some kinds were taken.</summary>
    /// <param name="kinds">The kinds.</param>
    /// <returns>How many.</returns>
    public CoverageRatio Of(params TransitionKind[] kinds)
    {
        var ways = States.SelectMany(state => state.Transitions).Where(transition => kinds.Contains(transition.Kind)).ToList();
        return new CoverageRatio(ways.Count(transition => transition.Taken > 0), ways.Count);
    }

    /// <summary>What makes two reports speak of the same definition: all but where its folder lies and what was counted.</summary>
    internal string Shape => string.Join('\n', States.Select(state =>
        $"{state.Name}: {string.Join(", ", state.Transitions.Select(transition => transition.Text))}"));
}

/// <summary>The coverage of state machines over some executions.</summary>
/// <param name="Machines">The machines, by file and name.</param>
public sealed record CoverageReport(IReadOnlyList<MachineCoverage> Machines)
{
    /// <summary>How many states were entered.</summary>
    public CoverageRatio Entered => CoverageRatio.Sum(Machines.Select(machine => machine.Entered));

    /// <summary>How many transitions were taken. This is the figure that thresholds are about: whoever takes all of them enters all states.</summary>
    public CoverageRatio Transitions => CoverageRatio.Sum(Machines.Select(machine => machine.Transitions));

    /// <summary>Puts reports together, such as those of several test projects.</summary>
    /// <exception cref="CoverageException">Two of them speak of the same file, which had other states then.</exception>
    internal static CoverageReport Merge(IEnumerable<CoverageReport> reports) =>
        Merge(reports.SelectMany(report => report.Machines), isOneRun: false);

    /// <param name="machines">The machines.</param>
    /// <param name="isOneRun">Whether one process counted them all: then two states of a file are two things that were tested.</param>
    internal static CoverageReport Merge(IEnumerable<MachineCoverage> machines, bool isOneRun)
    {
        var merged = new List<MachineCoverage>();
        foreach (var machine in machines)
        {
            var at = merged.FindIndex(other => IsSame(machine, other, isOneRun));
            if (at < 0)
                merged.Add(machine);
            else
                merged[at] = Sum(merged[at], machine);
        }

        return new CoverageReport([.. merged.OrderBy(machine => machine.File, StringComparer.Ordinal).ThenBy(machine => machine.Name, StringComparer.Ordinal)]);
    }

    private static bool IsSame(MachineCoverage one, MachineCoverage other, bool isOneRun)
    {
        if (one.File != other.File)
            return false;
        if (one.File is null)
            return one.Name == other.Name && one.Shape == other.Shape;

        // A file may hold several machines, as a template does; a machine may be known by another name elsewhere.
        if (one.Shape == other.Shape && one.States[0].Line == other.States[0].Line)
            return true;
        return isOneRun || one.Name != other.Name ? false : throw new CoverageException(
            $"{one.File}: the state machine {one.Name} has other states, or the same ones at other lines, in one report than in another. "
            + "It was changed between the runs: delete the older report and run its tests again.");
    }

    private static MachineCoverage Sum(MachineCoverage one, MachineCoverage other) => one with
    {
        Name = string.Join(", ", one.Name.Split(", ").Union(other.Name.Split(", ")).Order(StringComparer.Ordinal)),
        States =
        [
            .. one.States.Zip(other.States, (state, its) => state with
            {
                Entered = state.Entered + its.Entered,
                Transitions = [.. state.Transitions.Zip(its.Transitions, (way, itsWay) => way with { Taken = way.Taken + itsWay.Taken })],
            }),
        ],
    };
}

/// <summary>A coverage report that cannot be had, with a sentence that says why and what to do.</summary>
internal sealed class CoverageException(string message) : Exception(message);
