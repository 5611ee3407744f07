using System.Text;
using Stateside.Engine.Execution.Turns;

namespace Stateside.Engine.Coverage;

/// <summary>A report as a table for people, and the list of what was not covered, each with its file and line.</summary>
internal static class CoverageTable
{
    private static readonly (string Title, TransitionKind[] Kinds)[] Columns =
    [
        ("Next, End", [TransitionKind.Next, TransitionKind.End]),
        ("Rules", [TransitionKind.ChoiceRule, TransitionKind.Default]),
        ("Catchers", [TransitionKind.Catcher]),
        ("Retriers", [TransitionKind.Retrier]),
        ("Branches", [TransitionKind.Branch]),
        ("Items", [TransitionKind.Iteration, TransitionKind.NoItems]),
    ];

    /// <summary>Writes the table.</summary>
    /// <param name="report">The report.</param>
    /// <param name="most">How many lines to give at most to what was not covered; 0 for all.</param>
    /// <returns>The text; it ends in a line break.</returns>
    public static string Write(CoverageReport report, int most = 0)
    {
        if (report.Machines.Count == 0)
            return "No state machine was run or declared, so there is nothing to cover.\n";
        var rows = new List<string[]> { Header() };
        rows.AddRange(report.Machines.Select(machine => Row(machine.Name, machine.Entered, machine.Transitions, kinds => machine.Of(kinds))));
        if (report.Machines.Count > 1)
            rows.Add(Row("Total", report.Entered, report.Transitions, kinds => CoverageRatio.Sum(report.Machines.Select(machine => machine.Of(kinds)))));
        var text = new StringBuilder();
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
            text.Append(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd()).Append('\n');
        AppendMissed(text, report, most);
        return text.ToString();
    }

    /// <summary>What was not covered, a line each: file, line, state and way. A state that was not entered has one line for all.</summary>
    public static IReadOnlyList<string> Missed(CoverageReport report) =>
        [.. from machine in report.Machines from state in machine.States from line in Missed(machine, state) select line];

    private static string[] Header() => ["State machine", "Transitions", "", "States", .. Columns.Select(column => column.Title)];

    private static string[] Row(string name, CoverageRatio states, CoverageRatio transitions, Func<TransitionKind[], CoverageRatio> of) =>
    [
        name, transitions.PercentText.PadLeft(7), transitions.ToString(), states.ToString(),
        .. Columns.Select(column => of(column.Kinds) is { Total: > 0 } ratio ? ratio.ToString() : "-"),
    ];

    private static void AppendMissed(StringBuilder text, CoverageReport report, int most)
    {
        var missed = Missed(report);
        if (missed.Count == 0)
            return;
        text.Append("\nNot covered:\n");
        var shown = most > 0 && missed.Count > most ? most : missed.Count;
        foreach (var line in missed.Take(shown))
            text.Append("  ").Append(line).Append('\n');
        if (shown < missed.Count)
            text.Append($"  and {missed.Count - shown} more\n");
    }

    private static IEnumerable<string> Missed(MachineCoverage machine, StateCoverage state)
    {
        var file = machine.File ?? machine.Name;
        if (state.Entered == 0)
        {
            yield return $"{file}({state.Line}): {state.Name} was not entered";
            yield break;
        }

        foreach (var way in state.Transitions.Where(way => way.Taken == 0))
            yield return $"{file}({way.Line}): {state.Name}: {way.Text}";
    }
}
