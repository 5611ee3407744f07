using Spectre.Console;
using Spectre.Console.Rendering;
using Stateside.Engine.Execution;
using Stateside.Engine.Store;

namespace Stateside.Service.Cli;

/// <summary>Shows one execution while it runs: a live table in a terminal, a line per change elsewhere. All of it on standard error.</summary>
internal sealed class RunProgress(IAnsiConsole console, bool live, Func<DateTimeOffset> now)
{
    private const int MaxRows = 30;
    private readonly Lock _lock = new();
    private readonly StateVisits _visits = new();
    private readonly List<StateVisit> _rows = [];
    private readonly List<string> _logs = [];
    private int _hidden;

    /// <summary>Takes the events of a turn.</summary>
    public void Take(IReadOnlyList<HistoryEvent> events)
    {
        lock (_lock)
        {
            foreach (var e in events)
                Take(e);
        }
    }

    /// <summary>Takes a line that a handler wrote.</summary>
    public void TakeLog(string function, string line)
    {
        lock (_lock)
        {
            if (live)
                _logs.Add($"  [grey]{Markup.Escape(function)}: {Markup.Escape(line)}[/]");
            else
                console.WriteLine($"  | {function}: {line}");
        }
    }

    /// <summary>Says something about the work around the execution, such as a build.</summary>
    public void Say(string line)
    {
        lock (_lock)
            console.WriteLine(line);
    }

    /// <summary>Shows the execution until it has ended.</summary>
    public async Task ShowAsync(Task ended)
    {
        if (!live)
        {
            await ended;
            return;
        }

        await console.Live(Table()).AutoClear(false).StartAsync(async view =>
        {
            while (await Task.WhenAny(ended, Task.Delay(80)) != ended)
            {
                view.UpdateTarget(Table());
                view.Refresh();
            }

            view.UpdateTarget(Table());
            view.Refresh();
        });
        await ended;
    }

    /// <summary>Says how the execution ended.</summary>
    public void ShowEnd(ExecutionDescription execution)
    {
        var duration = Durations.Show(execution.Duration(now()));
        var status = execution.Status == ExecutionStatus.TimedOut ? "TIMED_OUT" : execution.Status.ToString().ToUpperInvariant();
        var color = execution.Status == ExecutionStatus.Succeeded ? "green" : "red";
        console.MarkupLine($"[{color}]{status}[/] in {duration}");
        if (execution.Status == ExecutionStatus.Succeeded)
            return;
        console.WriteLine($"  error: {execution.Error ?? "(none)"}");
        if (execution.Cause is not null)
            console.WriteLine($"  cause: {execution.Cause}");
    }

    private void Take(HistoryEvent e)
    {
        var (change, visit) = _visits.Take(e);
        if (visit is null || change == StateVisits.Change.None)
            return;
        if (live)
        {
            if (change == StateVisits.Change.Entered)
                AddRow(visit);
            return;
        }

        var indent = new string(' ', 2 + (visit.Depth * 2));
        var line = change switch
        {
            StateVisits.Change.Entered => $"> {visit.Name}",
            StateVisits.Change.Left => $"< {visit.Name}  {Durations.Show(visit.Left!.Value - visit.Entered)}",
            StateVisits.Change.AttemptFailed => $"! {visit.Name}  {visit.Error}",
            StateVisits.Change.Retried => $"~ {visit.Name}  retry {visit.Failures}",
            _ => null,
        };
        if (line is not null)
            console.WriteLine(indent + line);
    }

    private void AddRow(StateVisit visit)
    {
        _rows.Add(visit);
        if (_rows.Count <= MaxRows)
            return;

        // Make room: what was left first goes first; what still works stays in sight.
        var over = _rows.FindIndex(row => row.Left is not null);
        _rows.RemoveAt(over >= 0 ? over : 0);
        _hidden++;
    }

    private Rows Table()
    {
        lock (_lock)
        {
            var rows = new List<IRenderable>();
            if (_hidden > 0)
                rows.Add(new Markup($"  [grey]… {_hidden} more before[/]"));
            var time = now();
            rows.AddRange(_rows.Select(visit => new Markup(Line(visit, time))));
            rows.AddRange(_logs.TakeLast(8).Select(line => new Markup(line)));
            return new Rows(rows);
        }
    }

    private static string Line(StateVisit visit, DateTimeOffset time)
    {
        var (sign, color) = visit switch
        {
            { IsFailed: true } => ("x", "red"),
            { Left: null } => ("*", "yellow"),
            { Failures: > 0 } => ("v", "olive"),
            _ => ("v", "green"),
        };
        var duration = Durations.Show((visit.Left ?? time) - visit.Entered);
        var note = visit.Failures == 0 ? "" : $"  [{color}]{Markup.Escape(visit.Error ?? "failed")}{(visit.Failures > 1 ? $" x{visit.Failures}" : "")}[/]";
        return $"  {new string(' ', visit.Depth * 2)}[{color}]{sign}[/] {Markup.Escape(visit.Name)}  [grey]{duration}[/]{note}";
    }
}
