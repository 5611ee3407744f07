using Spectre.Console;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Progress;

/// <summary>
/// The live view's lines: one for each state that was entered, under the Parallel or Map around it. Visits of the same state, by
/// iterations or in a loop, share a line, so that the lines are never more than the definition's states.
/// </summary>
internal sealed class LiveStates
{
    private readonly List<Row> _rows = [];
    private readonly Dictionary<(Row? Outer, string Name), Row> _byPlace = [];
    private readonly Dictionary<StateVisit, Row> _byVisit = [];

    /// <summary>Takes a visit that has begun.</summary>
    public void Add(StateVisit visit)
    {
        var outer = visit.Outer is null ? null : _byVisit.GetValueOrDefault(visit.Outer);
        if (!_byPlace.TryGetValue((outer, visit.Name), out var row))
        {
            row = new Row { Name = Plain.Line(visit.Name), Outer = outer, Last = visit };
            _byPlace.Add((outer, visit.Name), row);
            _rows.Insert(outer is null ? _rows.Count : EndOf(outer), row);
        }

        row.Last = visit;
        row.Visits++;
        row.Working.Add(visit);
        _byVisit.Add(visit, row);
    }

    /// <summary>Takes what changed in a visit.</summary>
    /// <param name="visit">The visit.</param>
    /// <param name="change">What changed.</param>
    /// <param name="at">When.</param>
    public void Change(StateVisit visit, StateVisits.Change change, DateTimeOffset at)
    {
        if (!_byVisit.TryGetValue(visit, out var row))
        {
            if (change == StateVisits.Change.Failed)
                End(at);
            return;
        }

        if (change == StateVisits.Change.AttemptFailed)
        {
            row.Failures++;
            row.Error = visit.Error;
        }
        else if (change == StateVisits.Change.Left)
        {
            Stop(inner => inner.IsWithin(visit), at);

            // Later visits ask for the rows of Parallel and Map visits only while those work.
            row.Working.Remove(visit);
            _byVisit.Remove(visit);
        }
        else if (change == StateVisits.Change.Failed)
        {
            row.IsFailed = true;
            End(at);
        }
    }

    /// <summary>Takes the execution's end: what still works was stopped.</summary>
    public void End(DateTimeOffset at) => Stop(_ => true, at);

    /// <summary>The lines as markup, each within the width, and no more of them than the height has room for.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Lines; those of states that work are the last to be left out.</param>
    /// <param name="now">The time.</param>
    /// <returns>The lines.</returns>
    public IReadOnlyList<string> Lines(int width, int height, DateTimeOffset now)
    {
        var shown = _rows;
        if (_rows.Count > height)
        {
            // States that work, and the last that ended; of both the latest.
            var room = Math.Max(1, height - 1);
            shown = [.. _rows.Index()
                .OrderByDescending(row => row.Item.IsFailed || row.Item.Working.Count > 0).ThenByDescending(row => row.Index)
                .Take(room).OrderBy(row => row.Index).Select(row => row.Item)];
        }

        var lines = shown.Select(row => Line(row, width, now));
        return shown.Count == _rows.Count ? [.. lines] : [$"  [grey]… {_rows.Count - shown.Count} more[/]", .. lines];
    }

    // What another's failure ended is never left.
    private void Stop(Func<StateVisit, bool> which, DateTimeOffset at)
    {
        foreach (var row in _rows)
        {
            var stopped = row.Working.RemoveWhere(visit => which(visit) && _byVisit.Remove(visit));
            if (stopped == 0)
                continue;
            row.Stopped += stopped;
            row.StoppedAt = at;
        }
    }

    // After the last line under this one.
    private int EndOf(Row row)
    {
        var at = _rows.IndexOf(row) + 1;
        while (at < _rows.Count && _rows[at].Depth > row.Depth)
            at++;
        return at;
    }

    private static string Line(Row row, int width, DateTimeOffset now)
    {
        var (sign, color) = row switch
        {
            { IsFailed: true } => ("x", "red"),
            { Working.Count: > 0 } => ("*", "yellow"),
            { Stopped: > 0 } => ("-", "grey"),
            { Failures: > 0 } => ("v", "olive"),
            _ => ("v", "green"),
        };
        var indent = new string(' ', 2 + (row.Depth * 2));
        var fact = row.Visits == 1
            ? Durations.Show((row.Last.Left ?? row.StoppedAt ?? now) - row.Last.Entered)
            : Counts(row);
        var note = row.Failures == 0 ? "" : $"{Plain.Line(row.Error ?? "failed")}{(row.Failures > 1 ? $" x{row.Failures}" : "")}";

        // What is said of a state is worth more than the end of a long name, and the error's end less than the name.
        var room = width - indent.Length - "v ".Length - "  ".Length - fact.Length - 1;
        var name = Plain.Cut(row.Name, Math.Max(8, note.Length == 0 ? room : Math.Max(room / 2, room - note.Length - 2)));
        var left = room - name.GetCellWidth() - "  ".Length;
        note = note.Length == 0 || left < 4 ? "" : $"  [{color}]{Markup.Escape(Plain.Cut(note, left))}[/]";
        return $"{indent}[{color}]{sign}[/] {Markup.Escape(name)}  [grey]{fact}[/]{note}";
    }

    private static string Counts(Row row)
    {
        var text = $"{row.Visits - row.Working.Count - row.Stopped} done";
        if (row.Working.Count > 0)
            text += $", {row.Working.Count} working";
        return row.Stopped > 0 ? $"{text}, {row.Stopped} stopped" : text;
    }

    private sealed class Row
    {
        public required string Name { get; init; }

        public required Row? Outer { get; init; }

        public required StateVisit Last { get; set; }

        public HashSet<StateVisit> Working { get; } = [];

        public int Visits { get; set; }

        public int Failures { get; set; }

        public string? Error { get; set; }

        public bool IsFailed { get; set; }

        /// <summary>Visits that ended without being left.</summary>
        public int Stopped { get; set; }

        public DateTimeOffset? StoppedAt { get; set; }

        public int Depth => Outer is null ? 0 : Outer.Depth + 1;
    }
}
