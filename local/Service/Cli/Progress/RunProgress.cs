using Spectre.Console;
using Spectre.Console.Rendering;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Language.Definitions;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Progress;

/// <summary>Shows one execution while it runs: a live table in a terminal, a line per change elsewhere. All of it on standard error.</summary>
internal sealed class RunProgress(IAnsiConsole console, bool live, Func<DateTimeOffset> now)
{
    private readonly Lock _lock = new();

    // Of the executions under way: the one that was started, and those that it starts.
    private readonly Dictionary<string, ExecutionTimeline> _timelines = new(StringComparer.Ordinal);
    private readonly LiveStates _states = new();
    private readonly List<string> _logs = [];
    private MapRunLines? _mapRuns;
    private int _drawn;

    /// <summary>Where there is no terminal, a map run under way is told of so often.</summary>
    private static readonly TimeSpan Told = TimeSpan.FromSeconds(5);

    /// <summary>So many map runs are told of at the end.</summary>
    private const int MostEnds = 10;

    /// <summary>Lets it show map runs too.</summary>
    /// <param name="find">Finds a run as it stands; null when there is none.</param>
    /// <param name="time">The real clock.</param>
    public void ShowMapRuns(Func<string, MapRunDescription?> find, TimeProvider time) =>
        _mapRuns = new MapRunLines(find, time, console.Profile.Capabilities.Unicode);

    /// <summary>Takes the events of a turn.</summary>
    /// <param name="arn">The execution.</param>
    /// <param name="definition">Gives its machine's definition; null of an execution that is not known any more.</param>
    /// <param name="events">The events.</param>
    public void Take(string arn, Func<string, Definition?> definition, IReadOnlyList<HistoryEvent> events)
    {
        // Children of a map run, of which there may be a million: no other name has a slash.
        if (arn.Contains('/', StringComparison.Ordinal))
            return;
        lock (_lock)
        {
            if (!_timelines.TryGetValue(arn, out var timeline))
            {
                // What is redriven after its end is not followed: what went before is not known any more.
                if (events[0].Id != 1 || definition(arn) is not { } known)
                    return;
                _timelines.Add(arn, timeline = new ExecutionTimeline(known));
            }

            foreach (var e in events)
                Take(timeline, e);
            if (events[^1].Kind.EndsExecution)
                _timelines.Remove(arn);
        }
    }

    /// <summary>Takes a line that a handler wrote. In a terminal it scrolls by above the states.</summary>
    public void TakeLog(string function, string line)
    {
        var text = $"  | {Plain.Line(function)}: {Plain.Line(line)}";
        lock (_lock)
        {
            // The handler holds the console's own lock while it writes, so in a terminal this thread must not ask for it.
            if (live)
                _logs.Add(text);
            else
                console.WriteLine(text);
        }
    }

    /// <summary>Says something about the work around the execution, such as a build.</summary>
    public void Say(string line)
    {
        lock (_lock)
            console.WriteLine(Plain.Lines(line, "  "));
    }

    /// <summary>Shows the execution until it has ended.</summary>
    public async Task ShowAsync(Task ended)
    {
        if (!live)
        {
            while (await Task.WhenAny(ended, Task.Delay(Told)) != ended)
                TellMapRuns();
            await ended;
            return;
        }

        console.Cursor.Hide();
        try
        {
            do
            {
                Draw(console.Profile.Height - 2);
            }
            while (await Task.WhenAny(ended, Task.Delay(80)) != ended);
        }
        finally
        {
            // What stays on the screen is all of it, however long.
            Draw(int.MaxValue);
            console.Cursor.Show();
        }

        await ended;
    }

    /// <summary>Says how far the map runs under way are.</summary>
    public void TellMapRuns()
    {
        lock (_lock)
        {
            foreach (var run in _timelines.Values.SelectMany(timeline => timeline.MapRuns).Where(run => run.Ended is null))
            {
                if (_mapRuns?.Told(run.Arn, run.Map.Name) is { } line)
                    console.WriteLine(new string(' ', 2 + (run.Map.Depth * 2)) + line);
            }
        }
    }

    /// <summary>Says how the execution ended.</summary>
    /// <param name="execution">The execution.</param>
    /// <param name="mapRuns">The map runs that it began.</param>
    public void ShowEnd(ExecutionDescription execution, IReadOnlyList<MapRunDescription> mapRuns)
    {
        foreach (var run in mapRuns.TakeLast(MostEnds))
            console.WriteLine($"  {MapRunLines.End(run)}");
        if (mapRuns.Count > MostEnds)
            console.WriteLine($"  … and {mapRuns.Count - MostEnds} map runs before these");
        var duration = Durations.Show(execution.Duration(now()));
        var color = execution.Status == ExecutionStatus.Succeeded ? "green" : "red";
        console.MarkupLine($"[{color}]{execution.Status.Name()}[/] in {duration}");
        if (execution.Status == ExecutionStatus.Succeeded)
            return;
        console.WriteLine($"  error: {Plain.Line(execution.Error ?? "(none)")}");
        if (execution.Cause is not null)
            console.WriteLine($"  cause: {Plain.Lines(execution.Cause, "    ")}");
    }

    private void Take(ExecutionTimeline timeline, HistoryEvent e)
    {
        var visit = timeline.Take(e).Visit;
        if (e is { Subject: EventSubject.MapRun, Says: EventSays.Started } && visit?.MapRun is { } run)
            _mapRuns?.Begin(run.Arn);
        if (live)
        {
            _states.Take(timeline, e);
            return;
        }

        if (visit is null)
            return;
        var name = Plain.Line(visit.Name);
        var line = (e.Subject, e.Says) switch
        {
            (EventSubject.State, EventSays.Entered) => $"> {name}",
            (EventSubject.State, EventSays.Exited) => $"< {name}  {Durations.Show(e.Timestamp - visit.Entered)}",
            (EventSubject.Task, EventSays.Scheduled) when visit.Attempts.Count > 1 => $"~ {name}  retry {visit.Attempts.Count - 1}",
            (EventSubject.Task or EventSubject.Evaluation, _) when e.Kind.IsFailure => $"! {name}  {Plain.Line(visit.Error ?? "failed")}",
            _ => null,
        };
        if (line is not null)
            console.WriteLine(new string(' ', 2 + (visit.Depth * 2)) + line);
    }

    private void Draw(int height)
    {
        var width = console.Profile.Width;
        Drawing drawing;
        lock (_lock)
        {
            var lines = _states.Lines(width, height, now(), _mapRuns is null ? null : (run, depth) => _mapRuns.Live(run.Arn, width, depth));
            drawing = new Drawing(_drawn, [.. _logs], lines);
            _drawn = lines.Count;
            _logs.Clear();
        }

        console.Write(drawing);
    }

    /// <summary>
    /// The states drawn over those drawn before, with new log lines that stay above them. Ours, since Spectre's live view leaves old rows
    /// behind when something is written above it. Erases line by line: terminals keep what a larger erasure removes in their history.
    /// </summary>
    private sealed class Drawing(int drawn, IReadOnlyList<string> logs, IReadOnlyList<string> lines) : IRenderable
    {
        private const string EraseLine = "\u001b[2K";
        private const string EraseBelow = "\u001b[0J";

        public Measurement Measure(RenderOptions options, int maxWidth) => new(1, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
        {
            var rows = logs.Select(log => new Markup($"[grey]{Markup.Escape(log)}[/]")).Concat(lines.Select(line => new Markup(line)));
            var segments = rows.SelectMany(row => ((IRenderable)row).Render(options, maxWidth).Append(Segment.LineBreak)).ToList();
            if (segments.Count == 0)
                yield break;
            yield return Segment.Control(drawn == 0 ? "\r" + EraseLine : $"\r\u001b[{drawn}A{EraseLine}");
            foreach (var segment in segments)
            {
                yield return segment;
                if (segment.IsLineBreak)
                    yield return Segment.Control(EraseLine);
            }

            yield return Segment.Control(EraseBelow);
        }
    }
}
