using Spectre.Console;
using Stateside.Engine.History;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Validation;
using Stateside.Service.Cli.Progress;

namespace Stateside.Service.Tests.Cli;

public sealed class LiveStatesTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly LiveStates _states = new();
    private Definition _definition = DefinitionOf("""{"StartAt": "Ship", "States": {"Ship": {"Type": "Pass", "End": true}}}""");
    private ExecutionTimeline? _timeline;

    [Fact]
    public void A_state_that_works_shows_the_time_since_it_was_entered()
    {
        Enter("Ship");

        Assert.Equal(["  * Ship  2.00 s"], Lines(now: Start.AddSeconds(2)));
    }

    [Fact]
    public void Iterations_share_a_line_under_their_map()
    {
        _definition = MapOf("Parcels", "Pack");
        var map = Group(Enter("Parcels"));
        var packs = Enumerable.Range(0, 60).Select(index => Enter("Pack", Take(map, HistoryEvents.IterationStarted(State("Parcels"), index)))).ToList();
        foreach (var pack in packs.Take(52))
            Leave("Pack", pack);

        Assert.Equal(["  * Parcels  0.0 ms", "    * Pack  52 done, 8 working"], Lines());
    }

    [Fact]
    public void What_a_parallel_ended_with_a_caught_error_does_not_work_any_more()
    {
        _definition = Both;
        var both = Group(Enter("Both"));
        Enter("Slow", both);
        var failed = Take(Enter("Bad", both), HistoryEvents.GroupFailed(State("Both")), Start.AddSeconds(1));
        Enter("Mend", Leave("Both", failed, Start.AddSeconds(1)));

        Assert.Equal(
            ["  v Both  1.00 s", "    - Slow  1.00 s", "    - Bad  1.00 s", "  * Mend  9.00 s"], Lines(now: Start.AddSeconds(9)));
    }

    [Fact]
    public void Nothing_works_any_more_when_the_execution_failed()
    {
        _definition = Both;
        var both = Group(Enter("Both"));
        Enter("Slow", both);
        var failed = Take(Enter("Bad", both), HistoryEvents.GroupFailed(State("Both")));
        Take(failed, HistoryEvents.ExecutionFailed("Bad", null), Start.AddSeconds(1));

        Assert.Equal(["  x Both  1.00 s", "    - Slow  0.0 ms", "    x Bad  0.0 ms"], Lines(now: Start.AddSeconds(9)));
    }

    [Fact]
    public void Of_more_states_than_the_window_has_lines_the_working_and_the_latest_are_shown()
    {
        _definition = MapOf("Map", [.. Enumerable.Range(1, 40).Select(number => $"W{number}")]);
        var line = Take(Group(Enter("Map")), HistoryEvents.IterationStarted(State("Map"), 0));
        foreach (var name in Enumerable.Range(1, 40).Select(number => $"W{number}"))
            line = Leave(name, Enter(name, line));

        Assert.Equal(["  … 38 more", "  * Map  0.0 ms", "    v W39  0.0 ms", "    v W40  0.0 ms"], Lines(height: 4));
    }

    [Fact]
    public void Every_line_fits_the_width_whatever_names_and_errors_hold()
    {
        const string name = "注文を検証する [red]と\u001b[2Jとても長い名前の状態";
        _definition = DefinitionOf($$"""{"StartAt": {{JsonWriter.Quote(name)}}, "States": { {{JsonWriter.Quote(name)}}: {"Type": "Pass", "End": true} } }""");
        Take(Enter(name), HistoryEvents.EvaluationFailed("[bold]An.Error.With.A.Long.Name.That.Never.Ends\u0007", "", null, name));

        foreach (var width in Enumerable.Range(30, 60))
        {
            var line = Assert.Single(Lines(width));
            Assert.True(line.GetCellWidth() <= width, line);
            Assert.DoesNotContain(line, char.IsControl);
        }
    }

    private static Definition Both => DefinitionOf("""
        {"StartAt": "Both", "States": {
            "Both": {"Type": "Parallel", "Next": "Mend", "Branches": [
                {"StartAt": "Slow", "States": {"Slow": {"Type": "Pass", "End": true}}},
                {"StartAt": "Bad", "States": {"Bad": {"Type": "Pass", "End": true}}}]},
            "Mend": {"Type": "Pass", "End": true}}}
        """);

    private static Definition MapOf(string map, params string[] states)
    {
        var inner = states.Select((name, i) => $"\"{name}\": {{\"Type\": \"Pass\", {(i + 1 < states.Length ? $"\"Next\": \"{states[i + 1]}\"" : "\"End\": true")}}}");
        return DefinitionOf($$$"""
            {"StartAt": "{{{map}}}", "States": {"{{{map}}}": {"Type": "Map", "End": true,
                "ItemProcessor": {"StartAt": "{{{states[0]}}}", "States": { {{{string.Join(", ", inner)}}} } } } } }
            """);
    }

    private static Definition DefinitionOf(string text) => DefinitionParser.Parse(text).Definition!;

    private State State(string name) => _definition.AllStates().First(state => state.Name == name);

    private long Enter(string name, long previous = 0) => Take(previous, HistoryEvents.StateEntered(State(name), JsonValue.Null));

    private long Group(long entered) => Take(entered, State(_timeline!.FindVisit(entered)!.Name) is MapState ? HistoryEvents.MapStarted(60) : HistoryEvents.ParallelStarted());

    private long Leave(string name, long previous, DateTimeOffset? at = null) =>
        Take(previous, HistoryEvents.StateExited(State(name), JsonValue.Null, JsonObject.Empty), at);

    private long Take(long previous, EventContent content, DateTimeOffset? at = null)
    {
        _timeline ??= new ExecutionTimeline(_definition);
        var e = new HistoryEvent(_timeline.LastEventId + 1, previous, at ?? Start, content.Type, content.Details);
        _timeline.Take(e);
        _states.Take(_timeline, e);
        return e.Id;
    }

    private string[] Lines(int width = 80, int height = 24, DateTimeOffset? now = null) =>
        [.. _states.Lines(width, height, now ?? Start).Select(Markup.Remove)];
}
