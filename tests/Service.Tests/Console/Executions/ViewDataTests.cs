using Stateside.Engine.History;
using Stateside.Engine.Tests.History;
using Stateside.Language.Json;
using Stateside.Service.Console.Executions;

namespace Stateside.Service.Tests.Console.Executions;

/// <summary>What pages are sent of a view: updates, filtered events, two executions side by side.</summary>
public sealed class ViewDataTests
{
    private const string Loop = """
        { "StartAt": "Add", "States": {
            "Add": { "Type": "Pass", "Parameters": { "n.$": "States.MathAdd($.n, 1)", "max.$": "$.max" }, "Next": "More?" },
            "More?": { "Type": "Choice", "Choices": [{ "Variable": "$.n", "NumericLessThanPath": "$.max", "Next": "Add" }], "Default": "End" },
            "End": { "Type": "Succeed" } } }
        """;

    [Fact]
    public async Task Updates_one_after_another_tell_everything_once_or_again_where_it_changed()
    {
        await using var machine = new ToldMachine(Loop);
        var view = await machine.RunAsync("""{"n":0,"max":3000}""");
        var visits = new HashSet<object?>();
        long since = 0;
        var updates = 0;
        ViewUpdate update;
        do
        {
            update = ViewUpdate.Of(view, since, DateTimeOffset.UnixEpoch);
            Assert.True(update.To > since);
            visits.UnionWith(update.Visits.Select(row => row[0]));
            since = update.To;
            updates++;
        }
        while (since < update.Total);

        Assert.True(updates > 1);
        Assert.Equal(view.Visits.Count, visits.Count);
        Assert.Empty(ViewUpdate.Of(view, since, DateTimeOffset.UnixEpoch).Visits);
    }

    [Fact]
    public async Task Events_pass_a_filter_by_kind_state_and_text()
    {
        await using var machine = new ToldMachine(Loop);
        var arn = await machine.StartAsync("""{"n":0,"max":3}""");
        await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken);

        Assert.Equal(["PassStateEntered", "PassStateEntered", "PassStateEntered"], Kinds(new EventFilter(1 << (int)EventGroup.Entered, "Add", null)));
        Assert.Equal(["ExecutionStarted", "ExecutionSucceeded"], Kinds(new EventFilter(1 << (int)EventGroup.Execution, null, null)));
        Assert.Equal(["PassStateExited", "ChoiceStateEntered", "ChoiceStateExited", "PassStateEntered"], Kinds(new EventFilter(0, null, "\"N\":2")));
        Assert.Empty(Kinds(new EventFilter(1 << (int)EventGroup.Failure, null, null)));

        IEnumerable<string> Kinds(EventFilter filter)
        {
            var view = machine.Tell(arn);
            var matches = new EventMatches(filter);
            matches.CatchUp(view, (from, count) => machine.Engine.ReadHistory(arn, from, count)!.Events);
            return matches.Ids.Select(id => view.Events[id - 1].Type.Name()).ToList();
        }
    }

    [Fact]
    public async Task A_filter_goes_on_where_the_history_grows()
    {
        await using var machine = new ToldMachine(Loop);
        var arn = await machine.StartAsync("""{"n":0,"max":3}""");
        await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken);
        var events = machine.Engine.ReadHistory(arn)!.Events;
        var view = new ExecutionTimeline(machine.Definition);
        var matches = new EventMatches(new EventFilter(0, "More?", "choice"));
        var counts = new List<int>();
        foreach (var e in events)
        {
            view.Take(e);
            matches.CatchUp(view, (from, count) => [.. events.Skip((int)from - 1).Take(count)]);
            counts.Add(matches.Ids.Count);
        }

        Assert.Equal(6, counts[^1]);
        Assert.Equal(counts.Order(), counts);
    }

    [Fact]
    public async Task A_state_that_failed_is_among_the_failures()
    {
        await using var machine = new ToldMachine("""{ "StartAt": "F", "States": { "F": { "Type": "Fail", "Error": "No" } } }""");
        var view = await machine.RunAsync();

        Assert.Equal(
            [HistoryEventType.FailStateEntered, HistoryEventType.ExecutionFailed],
            view.Events.Select(entry => entry.Type).Where(type => EventGroups.IsIn(EventKinds.Of(type), 1 << (int)EventGroup.Failure)));
    }

    [Fact]
    public async Task Executions_that_went_the_same_way_stand_side_by_side()
    {
        await using var machine = new ToldMachine(Loop);
        var rows = Compare(await machine.RunAsync("""{"n":0,"max":2}"""), await machine.RunAsync("""{"n":0,"max":2}"""));

        Assert.Equal(["Add", "Add", "More?", "More?", "End"], rows.Select(row => row.Name).OrderBy(name => name, StringComparer.Ordinal).OrderBy(name => name == "End"));
        Assert.All(rows, row => Assert.True(row is { Left: not null, Right: not null }));
    }

    [Fact]
    public async Task What_only_one_visited_stands_where_it_visited_it()
    {
        await using var machine = new ToldMachine("""
            { "StartAt": "Which?", "States": {
                "Which?": { "Type": "Choice", "Choices": [{ "Variable": "$.a", "IsPresent": true, "Next": "A" }], "Default": "Both" },
                "A": { "Type": "Pass", "Next": "End" },
                "Both": { "Type": "Parallel", "Next": "End", "Branches": [
                    { "StartAt": "L", "States": { "L": { "Type": "Pass", "End": true } } },
                    { "StartAt": "R", "States": { "R": { "Type": "Pass", "End": true } } }] },
                "End": { "Type": "Succeed" } } }
            """);

        var rows = Compare(await machine.RunAsync("""{"a":1}"""), await machine.RunAsync("""{"b":1}"""));

        Assert.Equal(
            ["Which? both", "A left", "Both right", "L right", "R right", "End both"],
            rows.Select(row => $"{row.Name} {(row.Left is null ? "right" : row.Right is null ? "left" : "both")}"));
        Assert.Equal([0, 0, 0, 1, 1, 0], rows.Select(row => row.Depth));
    }

    [Fact]
    public void Commands_quote_whatever_is_in_a_value() => Assert.Equal("""'it'\''s $(rm) `x` "y"'""", CommandText.Quote("""it's $(rm) `x` "y" """.TrimEnd()));

    [Fact]
    public void The_text_of_a_state_is_found_however_deep_it_is()
    {
        const string Text = """
            { "States": { "A": { "Type": "Parallel", "Branches": [{ "States": { "B": { "Type": "Map", "ItemProcessor": { "States": { "C": { "Type": "Pass", "Comment": "1.0" } } } } } }] } } }
            """;

        Assert.Equal("""{"Type":"Pass","Comment":"1.0"}""", JsonWriter.Compact(WrittenState.Find(Text, "C")!));
        Assert.Null(WrittenState.Find(Text, "D"));
        Assert.Null(WrittenState.Find("{", "D"));
    }

    private static IReadOnlyList<ComparedVisit> Compare(ExecutionTimeline left, ExecutionTimeline right) =>
        Comparison.Of(Comparison.VisitsOf(left), Comparison.VisitsOf(right));
}
