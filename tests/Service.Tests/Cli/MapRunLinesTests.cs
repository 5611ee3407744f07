using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Service.Cli.Progress;

namespace Stateside.Service.Tests.Cli;

public sealed class MapRunLinesTests
{
    private const string Arn = "arn:aws:states:us-east-1:123456789012:mapRun:M/Rows:1";
    private readonly MovableTime _time = new();
    private readonly MapRunLines _lines;
    private MapRunDescription _run = RunOf(new MapRunTally(100, 0, 0, 0, 0, 0), isRead: true);

    public MapRunLinesTests()
    {
        _lines = new MapRunLines(_ => _run, _time, isUnicode: true);
        _lines.Begin(Arn);
    }

    [Fact]
    public void A_bar_has_share_count_rate_and_what_is_left_in_80_columns()
    {
        _run = RunOf(new MapRunTally(1_000_000, 10, 900_000, 99_990, 0, 0), isRead: true, new MapRunFailure("Row.Unlucky", 99_990));
        _time.Now += TimeSpan.FromSeconds(2);

        Assert.Equal(
            ["    [green]████████[/][red]██[/][grey]░░░░░░░░░░░[/]  49 %  999,990 of 2,000,000 items  499,995/s  3 s left", "    [red]failures: Row.Unlucky 99,990[/]"],
            _lines.Live(Arn, 81, 1));
        Assert.All(_lines.Live(Arn, 40, 1), line => Assert.InRange(Spectre.Console.Markup.Remove(line).Length, 1, 40));
    }

    [Fact]
    public void What_is_not_counted_yet_is_told_as_such()
    {
        _run = RunOf(new MapRunTally(5, 0, 10, 0, 0, 0), isRead: false);
        Assert.Equal(["    10 items, more to be read"], _lines.Live(Arn, 80, 1));

        _run = _run with { Counts = _run.Counts with { ExpectedItems = 40 } };
        Assert.Contains("25 %  10 of about 40 items", Assert.Single(_lines.Live(Arn, 80, 1)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_plain_line_is_told_only_where_something_has_ended_since()
    {
        _run = RunOf(new MapRunTally(50, 10, 40, 0, 0, 0), isRead: true);
        _time.Now += TimeSpan.FromSeconds(4);

        Assert.Equal("= Rows  40 %, 40 of 100 items, 10/s, 6 s left", _lines.Told(Arn, "Rows"));
        Assert.Null(_lines.Told(Arn, "Rows"));
    }

    [Fact]
    public void The_end_is_one_line_with_the_three_most_frequent_errors_and_where_results_are()
    {
        var run = RunOf(new MapRunTally(0, 0, 990, 8, 2, 0), isRead: true, new MapRunFailure("A", 5), new MapRunFailure("B", 2), new MapRunFailure("States.Timeout", 1), new MapRunFailure("", 1), new MapRunFailure("\u001b[2J", 1)) with
        {
            StopDate = _time.Now + TimeSpan.FromSeconds(4),
            ResultsIn = "s3://files/out/1/",
        };

        Assert.Equal(
            "= Rows  1,000 items, 10 failed, in 4.00 s, 250/s, failures: A 5; B 2; States.Timeout 1; others 2, results in s3://files/out/1/", MapRunLines.End(run));
    }

    [Fact]
    public void A_run_that_was_stopped_tells_how_far_it_came()
    {
        var run = RunOf(new MapRunTally(7, 0, 2, 0, 0, 1), isRead: true) with { StopDate = _time.Now };

        Assert.Equal("= Rows  3 of 10 items, 1 aborted, in 0.0 ms", MapRunLines.End(run));
    }

    [Fact]
    public void A_run_that_ended_before_all_was_read_tells_no_total_and_no_rate_of_nothing()
    {
        var run = RunOf(new MapRunTally(1476, 0, 54, 6, 0, 0), isRead: false) with { StopDate = _time.Now + TimeSpan.FromSeconds(4) };
        Assert.Equal("= Rows  60 items, 6 failed, in 4.00 s, 15/s", MapRunLines.End(run));

        run = RunOf(default, isRead: false) with { StopDate = _time.Now + TimeSpan.FromSeconds(4) };
        Assert.Equal("= Rows  0 items, in 4.00 s", MapRunLines.End(run));
    }

    [Fact]
    public void Nothing_is_left_once_all_is_done()
    {
        _run = RunOf(new MapRunTally(0, 0, 100, 0, 0, 0), isRead: true);
        _time.Now += TimeSpan.FromSeconds(4);

        Assert.Equal("= Rows  100 %, 100 of 100 items, 25/s", _lines.Told(Arn, "Rows"));
    }

    private static MapRunDescription RunOf(MapRunTally items, bool isRead, params MapRunFailure[] failures) => new(
        Arn, "e", "m", "Rows", ExecutionStatus.Running, MovableTime.Start, null, 0, null, null, 0, null, null,
        new MapRunCounts(items, items, isRead, failures) { ExpectedItems = isRead ? items.Total : null });

    private sealed class MovableTime : TimeProvider
    {
        public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public DateTimeOffset Now { get; set; } = Start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
