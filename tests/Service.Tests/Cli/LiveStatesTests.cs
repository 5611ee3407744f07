using Spectre.Console;
using Stateside.Service.Cli.Progress;

namespace Stateside.Service.Tests.Cli;

public sealed class LiveStatesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly LiveStates _states = new();

    [Fact]
    public void A_state_that_works_shows_the_time_since_it_was_entered()
    {
        Enter("Ship");

        Assert.Equal(["  * Ship  2.00 s"], Lines(now: Start.AddSeconds(2)));
    }

    [Fact]
    public void Iterations_share_a_line_under_their_map()
    {
        var map = Enter("Parcels");
        var packs = Enumerable.Range(0, 60).Select(_ => Enter("Pack", map)).ToList();
        foreach (var pack in packs.Take(52))
            Leave(pack);

        Assert.Equal(["  * Parcels  0.0 ms", "    * Pack  52 done, 8 working"], Lines());
    }

    [Fact]
    public void What_a_parallel_ended_with_a_caught_error_does_not_work_any_more()
    {
        var both = Enter("Both");
        Enter("Slow", both);
        Leave(both, Start.AddSeconds(1));
        Enter("Mend");

        Assert.Equal(["  v Both  1.00 s", "    - Slow  1.00 s", "  * Mend  9.00 s"], Lines(now: Start.AddSeconds(9)));
    }

    [Fact]
    public void Nothing_works_any_more_when_the_execution_failed()
    {
        var both = Enter("Both");
        Enter("Slow", both);
        _states.Change(Enter("Bad", both), StateVisits.Change.Failed, Start.AddSeconds(1));

        Assert.DoesNotContain(Lines(now: Start.AddSeconds(9)), line => line.Contains('*') || line.Contains("9.00", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_more_states_than_the_window_has_lines_the_working_and_the_latest_are_shown()
    {
        var map = Enter("Map");
        foreach (var name in Enumerable.Range(1, 40))
            Leave(Enter($"W{name}", map));

        Assert.Equal(["  … 38 more", "  * Map  0.0 ms", "    v W39  0.0 ms", "    v W40  0.0 ms"], Lines(height: 4));
    }

    [Fact]
    public void Every_line_fits_the_width_whatever_names_and_errors_hold()
    {
        var visit = Enter("注文を検証する [red]と\u001b[2Jとても長い名前の状態");
        visit.Error = "[bold]An.Error.With.A.Long.Name.That.Never.Ends\u0007";
        _states.Change(visit, StateVisits.Change.AttemptFailed, Start);

        foreach (var width in Enumerable.Range(30, 60))
        {
            var line = Assert.Single(Lines(width));
            Assert.True(line.GetCellWidth() <= width, line);
            Assert.DoesNotContain(line, char.IsControl);
        }
    }

    private StateVisit Enter(string name, StateVisit? outer = null)
    {
        var visit = new StateVisit { Name = name, Type = "Task", Outer = outer, Entered = Start };
        _states.Add(visit);
        return visit;
    }

    private void Leave(StateVisit visit, DateTimeOffset? at = null)
    {
        visit.Left = at ?? Start;
        _states.Change(visit, StateVisits.Change.Left, visit.Left.Value);
    }

    private string[] Lines(int width = 80, int height = 24, DateTimeOffset? now = null) =>
        [.. _states.Lines(width, height, now ?? Start).Select(Markup.Remove)];
}
