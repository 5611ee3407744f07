using Spectre.Console;
using Stateside.Engine.History;
using Stateside.Language.Definitions;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Progress;

/// <summary>
/// The live view's lines: one for each state that was entered, under the Parallel or Map around it. Visits of the same state, by
/// iterations or in a loop, share a line, so that the lines are never more than the definition's states.
/// </summary>
internal sealed class LiveStates
{
    private readonly List<Row> _rows = [];
    private readonly Dictionary<State, Row> _byState = new(ReferenceEqualityComparer.Instance);

    /// <summary>Takes an event that the timeline has taken.</summary>
    public void Take(ExecutionTimeline timeline, HistoryEvent e)
    {
        if (e.Kind.EndsExecution)
            End(timeline.LastVisit(e));
        if (timeline.PlaceOf(e.Id).Visit is not { } visit || timeline.Places.Find(visit.Name) is not { } place)
            return;
        if (e.Says == EventSays.Entered)
        {
            var row = RowOf(place);
            row.Last = visit;
            row.Visits++;
            row.Working.Add(visit);
        }
        else if (e is { Subject: EventSubject.Task or EventSubject.Evaluation, Kind.IsFailure: true })
        {
            var row = RowOf(place);
            row.Failures++;
            row.Error = visit.Error;
        }
    }

    /// <summary>The lines as markup, each within the width, and no more of them than the height has room for.</summary>
    /// <param name="width">Columns.</param>
    /// <param name="height">Lines; those of states that work are the last to be left out.</param>
    /// <param name="now">The time.</param>
    /// <param name="below">What stands below a Map whose run is under way, by the run and its depth, where there is room; null for nothing.</param>
    /// <returns>The lines.</returns>
    public IReadOnlyList<string> Lines(int width, int height, DateTimeOffset now, Func<MapRun, int, IReadOnlyList<string>>? below = null)
    {
        foreach (var row in _rows)
            row.Settle();
        var shown = _rows;
        if (_rows.Count > height)
        {
            // States that work, and the last that ended; of both the latest.
            var room = Math.Max(1, height - 1);
            shown = [.. _rows.Index()
                .OrderByDescending(row => row.Item.IsFailed || row.Item.Working.Count > 0).ThenByDescending(row => row.Index)
                .Take(room).OrderBy(row => row.Index).Select(row => row.Item)];
        }

        var left = height - shown.Count;
        var lines = shown.SelectMany(row =>
        {
            var more = left <= 0 || below is null ? [] : row.Working.Where(visit => visit.MapRun is { Ended: null }).SelectMany(visit => below(visit.MapRun!, row.Depth + 1)).Take(left).ToList();
            left -= more.Count;
            return more.Prepend(Line(row, width, now));
        });
        return shown.Count == _rows.Count ? [.. lines] : [$"  [grey]… {_rows.Count - shown.Count} more[/]", .. lines];
    }

    private Row RowOf(StatePlace place)
    {
        if (_byState.TryGetValue(place.State, out var row))
            return row;
        var outer = place.Outer is null ? null : _byState.GetValueOrDefault(place.Outer);
        row = new Row { Name = Plain.Line(place.State.Name), Outer = outer };
        _byState.Add(place.State, row);
        _rows.Insert(outer is null ? _rows.Count : EndOf(outer), row);
        return row;
    }

    /// <summary>Marks the state in which the execution ended, and what failed with it; what failed elsewhere was caught or tolerated.</summary>
    private void End(Visit? last)
    {
        foreach (var row in _rows)
            row.IsFailed |= row.Working.Any(visit => (visit == last && visit.ExitedEventId is null) || HasFailed(visit));

        static bool HasFailed(Visit? visit) => visit is null || (visit.Status == VisitStatus.Failed && HasFailed(visit.Outer));
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
            ? Durations.Show((row.Last!.Ended ?? now) - row.Last.Entered)
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

        public Visit? Last { get; set; }

        /// <summary>The visits that were under way when the lines were last asked for, and those that began since.</summary>
        public HashSet<Visit> Working { get; } = [];

        public int Visits { get; set; }

        public int Failures { get; set; }

        public string? Error { get; set; }

        public bool IsFailed { get; set; }

        /// <summary>Visits that ended without being left.</summary>
        public int Stopped { get; private set; }

        public int Depth => Outer is null ? 0 : Outer.Depth + 1;

        public void Settle()
        {
            Stopped += Working.Count(visit => visit is { IsRunning: false, ExitedEventId: null });
            Working.RemoveWhere(visit => !visit.IsRunning);
        }
    }
}
