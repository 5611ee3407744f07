using System.Globalization;
using Spectre.Console;
using Stateside.Engine.Execution;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Progress;

/// <summary>What is said of the runs of distributed Map states: their children are too many to be told one by one.</summary>
/// <param name="find">Finds a run as it stands; null when there is none.</param>
/// <param name="time">The real clock, by which it is told how fast a run is.</param>
/// <param name="isUnicode">Whether the terminal shows more than ASCII.</param>
internal sealed class MapRunLines(Func<string, MapRunDescription?> find, TimeProvider time, bool isUnicode)
{
    private const int ShortestBar = 10;
    private const int LongestBar = 30;
    private const int MostErrors = 3;
    private readonly Dictionary<string, (MapRunPace Pace, long Told)> _paces = new(StringComparer.Ordinal);

    /// <summary>Takes note of a run that begins, with nothing done yet: so it is known later how fast it is.</summary>
    public void Begin(string arn)
    {
        var pace = new MapRunPace();
        pace.Look(new MapRunCounts(default, default, false, []), time.GetUtcNow());
        _paces[arn] = (pace, 0);
    }

    /// <summary>A bar for a run under way and, where something failed, a line for that, as markup within the width.</summary>
    public IReadOnlyList<string> Live(string arn, int width, int depth)
    {
        if (Look(arn) is not ({ } run, { } pace))
            return [];
        var indent = new string(' ', 2 + (depth * 2));
        var room = width - indent.Length - 1;
        var text = Plain.Cut(string.Join("  ", Words(run, pace)), room);
        string[] lines = [$"{indent}{Bar(run.Counts, Math.Min(LongestBar, room - text.Length - 2))}{Markup.Escape(text)}"];
        return run.Counts.Failures.Count == 0 ? lines : [.. lines, $"{indent}[red]{Markup.Escape(Plain.Cut(Failures(run.Counts), room))}[/]"];
    }

    /// <summary>The same in one plain line; null where nothing has ended since it was last told.</summary>
    public string? Told(string arn, string name)
    {
        if (Look(arn) is not ({ } run, { } pace) || run.Counts.Items.Over == _paces[arn].Told)
            return null;
        _paces[arn] = (pace, run.Counts.Items.Over);
        return $"= {Plain.Line(name)}  {string.Join(", ", [.. Words(run, pace), .. run.Counts.Failures.Count == 0 ? [] : (string[])[Failures(run.Counts)]])}";
    }

    /// <summary>What a run came to, in one line.</summary>
    public static string End(MapRunDescription run) => $"= {Plain.Line(run.MapName)}  {Numbers(run)}";

    /// <summary>The numbers that a run came to.</summary>
    public static string Numbers(MapRunDescription run)
    {
        var items = run.Counts.Items;
        var parts = new List<string> { items.Over == items.Total || !run.Counts.IsCounted ? Items(items.Over) : $"{Number(items.Over)} of {Items(items.Total)}" };
        if (items.Failed + items.TimedOut > 0)
            parts.Add($"{Number(items.Failed + items.TimedOut)} failed");
        if (items.Aborted > 0)
            parts.Add($"{Number(items.Aborted)} aborted");
        if (run.StopDate is { } stop)
        {
            parts.Add($"in {Durations.Show(stop - run.StartDate)}");
            if (stop > run.StartDate && run.RedriveCount == 0 && items.Over > 0)
                parts.Add(Rate(items.Over / (stop - run.StartDate).TotalSeconds));
        }

        if (run.Counts.Failures.Count > 0)
            parts.Add(Failures(run.Counts));
        if (run.ResultsIn is { } results)
            parts.Add($"results in {Plain.Line(results)}");
        return string.Join(", ", parts);
    }

    private (MapRunDescription Run, MapRunPace Pace)? Look(string arn)
    {
        if (find(arn) is not { } run)
            return null;
        if (!_paces.TryGetValue(arn, out var known))
            _paces[arn] = known = (new MapRunPace(), 0);
        known.Pace.Look(run.Counts, time.GetUtcNow());
        return (run, known.Pace);
    }

    private static List<string> Words(MapRunDescription run, MapRunPace pace)
    {
        var counts = run.Counts;
        var over = counts.Items.Over;
        var words = new List<string>(4);
        if (counts.ExpectedItems is { } expected)
        {
            expected = Math.Max(expected, over);
            words.Add($"{100 * over / Math.Max(1, expected)} %");
            words.Add($"{Number(over)} of {(counts.IsCounted ? "" : "about ")}{Items(expected)}");
        }
        else
        {
            words.Add($"{Items(over)}, more to be read");
        }

        if (pace.Rate is { } rate)
            words.Add(Rate(rate));
        if (pace.Left is { } left && left > TimeSpan.Zero)
            words.Add($"{Durations.Show(TimeSpan.FromSeconds(Math.Ceiling(left.TotalSeconds))).Replace(".00", "", StringComparison.Ordinal)} left");
        return words;
    }

    private string Bar(MapRunCounts counts, int length)
    {
        if (length < ShortestBar || counts.ExpectedItems is not { } expected)
            return "";
        var total = (double)Math.Max(1, Math.Max(expected, counts.Items.Over));
        var over = (int)(length * (counts.Items.Over / total));

        // A failure among many is to be seen.
        var failed = Math.Min(over, (int)Math.Ceiling(length * (counts.Items.Unsuccessful / total)));
        var (full, empty) = isUnicode ? ('█', '░') : ('#', '-');
        return $"[green]{new string(full, over - failed)}[/][red]{new string(full, failed)}[/][grey]{new string(empty, length - over)}[/]  ";
    }

    private static string Failures(MapRunCounts counts)
    {
        var failures = counts.Failures;
        var named = failures.Take(MostErrors).Select(failure => $"{(failure.Error is null ? "others" : failure.Error.Length == 0 ? "no error name" : Plain.Line(failure.Error))} {Number(failure.Count)}");
        var rest = failures.Skip(MostErrors).Sum(failure => failure.Count);
        return $"failures: {string.Join("; ", rest == 0 ? named : named.Append($"others {Number(rest)}"))}";
    }

    private static string Items(long count) => $"{Number(count)} {(count == 1 ? "item" : "items")}";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Rate(double rate) => string.Create(CultureInfo.InvariantCulture, $"{(rate < 10 ? Math.Round(rate, 1) : Math.Round(rate)):#,0.#}/s");
}
