using System.Globalization;
using System.Text;
using Stateside.Engine.History;
using Stateside.Language.Json;

namespace Stateside.Engine.Replay;

/// <summary>Tells what came of a replay.</summary>
internal static class ReplayText
{
    private const int MostDifferences = 20;
    private const int MostStates = 12;

    /// <summary>The whole story: where it goes another way first, what it was given, what it would do and did; and what cannot be told.</summary>
    /// <param name="result">What came of it.</param>
    /// <param name="place">Where a finding's state stands, such as a file with line and column; null where nobody knows.</param>
    public static string Story(ReplayResult result, Func<Finding, string?> place)
    {
        var record = result.Setup.Record;
        var text = new StringBuilder();
        var of = record.Name is null ? record.Source : $"{record.Source} ({record.Name})";
        text.Append(of).Append(": ").Append(record.Status.Name()).Append(", ").Append(Count(record.Events.Count, "event"))
            .Append(record.StopDate is { } stop ? $" in {Seconds(stop - record.StartDate)}" : "").Append(". ");
        if (result.First is { } first)
        {
            text.Append("Today it goes another way.\n\n");
            Add(text, result, first, place);
            foreach (var also in result.Divergences.Skip(1).TakeWhile(other => IsWith(first, other)))
                AddDifference(text, also);
        }
        else
        {
            text.Append("Today it goes the same way.\n");
        }

        var later = result.Divergences.SkipWhile(other => IsWith(result.First!, other)).ToList();
        if (later.Count > 0)
        {
            text.Append("\nWith what was recorded up to there, it would go another way in ").Append(Count(later.Count, "more place")).Append(":\n");
            foreach (var other in later.Take(MostStates))
                text.Append("  ").Append(OneLine(other)).Append('\n');
            if (later.Count > MostStates)
                text.Append(CultureInfo.InvariantCulture, $"  and {later.Count - MostStates} more\n");
        }

        if (result.Tolerated.Count > 0)
        {
            text.Append("\nTaken from the record, since chance or the clock makes it: ")
                .AppendJoin("; ", result.Tolerated.Take(MostStates).Select(finding => $"'{finding.State}' {Taken(finding)}"))
                .Append(result.Tolerated.Count > MostStates ? $"; and {result.Tolerated.Count - MostStates} more" : "").Append(".\n");
        }

        if (result.Notes.Count > 0)
        {
            text.Append('\n');
            foreach (var note in result.Notes)
                text.Append(note).Append('\n');
        }

        return CSharpText.Visible(text.ToString().TrimEnd('\n'));
    }

    /// <summary>What handlers answer in another way.</summary>
    /// <param name="result">What came of asking them.</param>
    public static string Story(HandlerReplayResult result)
    {
        var text = new StringBuilder();
        text.Append("Handlers: ").Append(Count(result.Answers.Count, "recorded input")).Append(" of ")
            .Append(Count(result.Answers.Select(answer => answer.Function).Distinct().Count(), "function")).Append(", ")
            .Append(result.Others == 0 ? "each answered as then." : $"{result.Others} answered in another way.").Append('\n');
        foreach (var answer in result.Answers.Where(answer => answer.IsAnother))
        {
            var path = answer.Task.Path.Count == 0 ? "" : $" [{string.Join('/', answer.Task.Path)}]";
            text.Append("\n  ").Append(answer.Function).Append(" in '").Append(answer.Task.State).Append('\'').Append(path)
                .Append(answer.Attempt.Number > 1 ? $", attempt {answer.Attempt.Number}" : "")
                .Append(CultureInfo.InvariantCulture, $", event {answer.Attempt.Scheduled.Id}\n");
            text.Append("    was given    ").Append(Short(answer.Attempt.FunctionPayload)).Append('\n');
            if (answer.Error is { } error)
                text.Append("    fails with   ").Append(error).Append('\n');
            if (answer.Attempt.Error is { } then)
                text.Append("    failed with  ").Append(then).Append('\n');
            else if (answer.Error is not null)
                text.Append("    answered     ").Append(Short(answer.Attempt.FunctionAnswer)).Append('\n');
            foreach (var difference in answer.Differences.Take(MostDifferences))
            {
                text.Append("    ").Append(difference.Path).Append(" is ").Append(Short(difference.One))
                    .Append(answer.Attempt.Error is null ? $", was {Short(difference.Other)}" : "").Append('\n');
            }

            if (answer.Differences.Count > MostDifferences)
                text.Append(CultureInfo.InvariantCulture, $"    and {answer.Differences.Count - MostDifferences} more\n");
        }

        if (result.Missing.Count > 0)
            text.Append("\nNot here: ").AppendJoin(", ", result.Missing).Append(".\n");
        if (result.Untold > 0)
            text.Append('\n').Append(Count(result.Untold, "request")).Append(" cannot be compared: the function's own answer was not recorded.\n");
        return CSharpText.Visible(text.ToString().TrimEnd('\n'));
    }

    /// <summary>A finding in one line.</summary>
    public static string OneLine(Finding finding)
    {
        var differences = finding.Differences.Count == 0
            ? $"would {finding.Now}, did {finding.Then}"
            : string.Join("; ", finding.Differences.Take(3).Select(Told));
        return $"event {finding.EventId}, '{finding.State}'{PathOf(finding)}, {Aspect(finding.Kind)}: {differences}";
    }

    private static void Add(StringBuilder text, ReplayResult result, Finding finding, Func<Finding, string?> place)
    {
        var record = result.Setup.Record;
        var e = record[finding.EventId];
        text.Append("  ").Append(finding.State.Length == 0 ? "The execution" : $"'{finding.State}'").Append(PathOf(finding))
            .Append(place(finding) is { } at ? $" ({at})" : "")
            .Append(CultureInfo.InvariantCulture, $", event {finding.EventId}, {Seconds(e.Timestamp - record.StartDate)} after the start\n");
        var way = WayTo(record, e);
        if (way.Length > 0)
            text.Append("  the way there  ").Append(way).Append('\n');
        if (finding.Input is { } input)
            text.Append("  it was given   ").Append(Short(input)).Append('\n');
        AddDifference(text, finding);
    }

    /// <summary>Whether two findings are of one moment of one state, and told together.</summary>
    private static bool IsWith(Finding one, Finding other) => one.EventId == other.EventId && one.State == other.State;

    private static void AddDifference(StringBuilder text, Finding finding)
    {
        if (finding.Differences.Count == 0)
        {
            text.Append("  it would       ").Append(finding.Now).Append('\n').Append("  it did         ").Append(finding.Then).Append('\n');
            return;
        }

        text.Append("  other now      ").Append(Aspect(finding.Kind)).Append('\n');
        foreach (var difference in finding.Differences.Take(MostDifferences))
            text.Append("    ").Append(Told(difference)).Append('\n');
        if (finding.Differences.Count > MostDifferences)
            text.Append(CultureInfo.InvariantCulture, $"    and {finding.Differences.Count - MostDifferences} more\n");
    }

    /// <summary>The states that led to an event, the last of them at the end, each with how often it was tried.</summary>
    private static string WayTo(RecordedExecution record, HistoryEvent e)
    {
        var states = new List<string>();
        var tries = 0;
        for (var at = e; ; at = record[at.PreviousEventId])
        {
            if (at.Says == EventSays.Scheduled)
                tries++;
            if (at is { Subject: EventSubject.State, Says: EventSays.Entered })
            {
                states.Add($"{at["name"]}{(tries > 1 ? $" ({tries} attempts)" : "")}");
                tries = 0;
            }

            if (at is { Subject: EventSubject.Iteration, Says: EventSays.Started } && states.Count > 0)
                states.Add($"item {at["index"]}");
            if (at.PreviousEventId == 0)
                break;
        }

        states.Reverse();
        return states.Count > MostStates ? $"… → {string.Join(" → ", states.TakeLast(MostStates))}" : string.Join(" → ", states);
    }

    /// <summary>What of a visit a finding is about, in words.</summary>
    public static string Aspect(FindingKind kind) => kind switch
    {
        FindingKind.Input => "what it is given",
        FindingKind.Payload => "what its task is given",
        FindingKind.Resource => "whom it asks",
        FindingKind.Role => "the role of its task",
        FindingKind.Output => "what it gives on",
        FindingKind.Variables => "the variables it sets",
        FindingKind.Items => "how many items it has",
        FindingKind.Failure => "how it fails",
        FindingKind.Next => "where it leads",
        _ => "what it does",
    };

    private static string Taken(Finding finding) => finding.Differences.Count == 0
        ? Aspect(finding.Kind)
        : string.Join(", ", finding.Differences.Take(3).Select(difference => difference.Path));

    private static string PathOf(Finding finding) => finding.Path.Count == 0 ? "" : $" [{string.Join('/', finding.Path)}]";

    private static string Told(ValueDifference difference) => $"{difference.Path} would be {Short(difference.One)}, was {Short(difference.Other)}";

    private static string Short(JsonValue? value)
    {
        var text = value is null ? "missing" : JsonWriter.Compact(value);
        return text.Length <= 110 ? text : $"{text[..109]}…";
    }

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");

    private static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
