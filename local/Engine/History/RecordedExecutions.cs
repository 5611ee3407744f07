using Stateside.Language.Json;

namespace Stateside.Engine.History;

/// <summary>Puts the documents in files together to executions.</summary>
internal static class RecordedExecutions
{
    private const string AllPages = "Give all pages of the history: 'aws stepfunctions get-execution-history' without --max-items and --no-paginate.";

    /// <summary>So much times of the same may differ, since some tools round them.</summary>
    private static readonly TimeSpan Rounding = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The executions that files tell of. All pages of histories in them are one execution's, unless several begin: then each begins one,
    /// and what follows belongs to it. Of log lines each execution's are one. What describes an execution is found by its ARN, or by when
    /// it started.
    /// </summary>
    /// <param name="files">The files, in the order in which they were named.</param>
    /// <exception cref="RecordException">Something cannot be read, or is missing.</exception>
    public static IReadOnlyList<RecordedExecution> Read(IReadOnlyList<RecordFile> files)
    {
        var documents = files.Select(HistoryDocuments.Of).ToList();
        var histories = new List<(EventPage First, List<HistoryEvent> Events)>();
        var pages = documents.SelectMany(document => document.Pages).Where(page => page.Arn is null).ToList();
        foreach (var page in pages.Count(page => page.IsFirst) > 1 ? pages : [.. pages.OrderByDescending(page => page.IsFirst)])
        {
            if (page.IsFirst || histories.Count == 0)
            {
                histories.Add((page, [.. page.Events]));
                continue;
            }

            var (first, events) = histories[^1];
            first.GoesOnAfter = Math.Max(first.GoesOnAfter, page.GoesOnAfter);
            events.AddRange(page.Events);
        }

        foreach (var lines in documents.SelectMany(document => document.Pages).Where(page => page.Arn is not null).GroupBy(page => page.Arn))
            histories.Add((lines.First(), [.. lines.SelectMany(page => page.Events)]));
        if (histories.Count == 0)
            throw new RecordException($"{string.Join(", ", files.Select(file => file.Name))}: there is no event of a history.");
        var descriptions = documents.SelectMany(document => document.Descriptions.Select(json => (document.File, Json: json))).ToList();
        var definition = documents.SelectMany(document => document.Definitions).LastOrDefault();
        return [.. histories.Select(history => Of(history.First, history.Events, descriptions, definition, histories.Count == 1))];
    }

    private static RecordedExecution Of(
        EventPage first, List<HistoryEvent> events, List<(string File, JsonObject Json)> descriptions, string? definition, bool isOnly)
    {
        // Pages may overlap.
        var ordered = events.GroupBy(e => e.Id).Select(same => Same(first, same)).OrderBy(e => e.Id).ToArray();
        for (var i = 0; i < ordered.Length; i++)
        {
            if (ordered[i].Id < 1)
                throw new RecordException($"{first.File}: an event has the number {ordered[i].Id}; they count from 1.");
            if (ordered[i].Id != i + 1)
                throw new RecordException(MissingEvent(first, i + 1, ordered[i].Id - 1));
            if (ordered[i].PreviousEventId < 0 || ordered[i].PreviousEventId >= ordered[i].Id)
                throw new RecordException($"{first.File}: event {ordered[i].Id} points at event {ordered[i].PreviousEventId}, which does not come before it.");
        }

        if (first.GoesOnAfter == ordered.Length && !ordered[^1].Kind.EndsExecution)
            throw new RecordException($"{first.File}: the history goes on after event {ordered.Length}. {AllPages}");
        if (ordered[0] is not { Subject: EventSubject.Execution, Says: EventSays.Started } started)
            throw new RecordException($"{first.File}: the first event is {ordered[0].Type.Name()}; a history begins with ExecutionStarted.");
        if (ordered.Select(e => (Event: e, Lack: Lacks(e))).FirstOrDefault(each => each.Lack is not null) is ({ } placeless, var lack))
            throw new RecordException($"{first.File}: event {placeless.Id}, {placeless.Type.Name()}, has no {lack}.");
        var description = first.Arn is not null
            ? descriptions.Find(d => HistoryEventReader.Text(d.Json, "executionArn") == first.Arn).Json
            : isOnly && descriptions is [var only]
            ? Fitting(only.File, only.Json, first, started)
            : descriptions.Where(d => IsOf(d.Json, started)).OrderByDescending(d => IsNamedAfter(d.File, first.File)).FirstOrDefault().Json;
        var arn = first.Arn ?? (description is null ? null : HistoryEventReader.Text(description, "executionArn"));
        var input = started["input"] as JsonValue ?? Payload(description, "input");
        return new RecordedExecution(ordered)
        {
            Source = first.File,
            Arn = arn,
            Name = description is null ? NameIn(arn) : HistoryEventReader.Text(description, "name") ?? NameIn(arn),
            StateMachineArn = description is null ? null : HistoryEventReader.Text(description, "stateMachineArn"),
            DefinitionText = definition,
            MapRunArn = description is null ? null : HistoryEventReader.Text(description, "mapRunArn"),
            Input = input,
            HasData = started["input"] is not null,
            IsExpress = arn?.Contains(":express:", StringComparison.Ordinal) == true,
            Status = ordered[^1].Kind is { EndsExecution: true, End: { } end } ? end : ExecutionStatus.Running,
            Output = ordered[^1]["output"] as JsonValue ?? Payload(description, "output"),
            RedriveCount = ordered.Count(e => e is { Subject: EventSubject.Execution, Says: EventSays.Redriven }),
        };
    }

    /// <summary>What an event must have to be placed, and has not; null when it has it all.</summary>
    private static string? Lacks(HistoryEvent e) => e switch
    {
        { Subject: EventSubject.State, Says: EventSays.Entered or EventSays.Exited } when e["name"] is not string => "name",
        { Subject: EventSubject.Iteration } when e["name"] is not string => "name",
        { Subject: EventSubject.Iteration } when e["index"] is not long => "index",
        { Subject: EventSubject.Task, Says: EventSays.Scheduled } when e["resource"] is not string => "resource",
        { Subject: EventSubject.MapRun, Says: EventSays.Started } when e["mapRunArn"] is not string => "mapRunArn",
        _ => null,
    };

    private static HistoryEvent Same(EventPage page, IGrouping<long, HistoryEvent> same)
    {
        var one = same.First();
        return same.Any(other => other.Type != one.Type || other.PreviousEventId != one.PreviousEventId || (other.Timestamp - one.Timestamp).Duration() >= Rounding)
            ? throw new RecordException($"{page.File}: event {one.Id} stands there twice and not alike: these are events of several executions. Give each its own file.")
            : one;
    }

    private static string MissingEvent(EventPage page, long first, long last)
    {
        var which = first == last ? $"event {first} is missing" : $"events {first} to {last} are missing";
        return page.Arn is null
            ? $"{page.File}: {which}. {AllPages}"
            : $"{page.File}: of {page.Arn} {which}. The log must have all lines of the execution: the machine logs at level ALL, and the export begins before it.";
    }

    /// <summary>The only description of the only execution, which must have begun then.</summary>
    private static JsonObject Fitting(string file, JsonObject description, EventPage first, HistoryEvent started) =>
        HistoryEventReader.Time(HistoryEventReader.Member(description, "startDate")) is { } start && (start - started.Timestamp).Duration() >= Rounding
            ? throw new RecordException($"{file}: it describes another execution than {first.File} is the history of: one began at {start:O}, the other at {started.Timestamp:O}.")
            : description;

    /// <summary>Whether a description is that of the execution that began so.</summary>
    private static bool IsOf(JsonObject description, HistoryEvent started) =>
        HistoryEventReader.Time(HistoryEventReader.Member(description, "startDate")) is { } start
        && (start - started.Timestamp).Duration() < Rounding
        && (started["input"] is not JsonValue input || Payload(description, "input") is not { } described || described.Equals(input));

    /// <summary>Whether a file is called as a history is up to its first dot, as <c>a.describe.json</c> is beside <c>a.json</c>.</summary>
    private static bool IsNamedAfter(string file, string history) => file.StartsWith(history[..^Path.GetFileName(history).Length]
        + Path.GetFileName(history).Split('.')[0] + ".", StringComparison.Ordinal);

    private static JsonValue? Payload(JsonObject? description, string name) =>
        description is not null && HistoryEventReader.Member(description, name) is { } value ? HistoryEventReader.Payload(value) : null;

    private static string? NameIn(string? arn) => arn?.Split(':') is { Length: > 7 } parts ? parts[7] : null;
}
