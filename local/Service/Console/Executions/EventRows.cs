using Stateside.Engine.History;
using Stateside.Language.Json;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Executions;

/// <summary>The rows of the events' table: one line for each event.</summary>
internal static class EventRows
{
    private const int MostText = 200;

    /// <summary>The rows of some events.</summary>
    /// <returns>For each its number, time, kind, state, visit, place, text and whether it tells of a failure.</returns>
    public static IReadOnlyList<object?[]> Of(ConsoleServices services, ExecutionViews views, string arn, IReadOnlyList<int> ids)
    {
        var events = new List<HistoryEvent>(ids.Count);
        for (var i = 0; i < ids.Count;)
        {
            // Runs without gaps are read at once.
            var count = 1;
            while (i + count < ids.Count && ids[i + count] == ids[i] + count)
                count++;
            events.AddRange(services.ReadHistory(arn, ids[i], count));
            i += count;
        }

        return views.Read(arn, view => events.Where(e => e.Id <= view.LastEventId).Select(e => Row(e, view.PlaceOf(e.Id))).ToList()).Result;
    }

    /// <summary>Where a visit is: the Map and Parallel states around it with the item or branch, outermost first.</summary>
    public static string? Place(Visit? visit)
    {
        string? place = null;
        for (; visit?.Outer is { } outer; visit = outer)
        {
            var step = visit.Iteration is { } iteration ? $"{outer.Name} [{iteration.Index}]" : visit.Branch >= 0 ? $"{outer.Name} #{visit.Branch + 1}" : outer.Name;
            place = place is null ? step : $"{step} › {place}";
        }

        return place;
    }

    /// <summary>What an event says in one line.</summary>
    public static string Text(HistoryEvent e)
    {
        if (e["error"] is not null || e["cause"] is not null)
            return Line(string.Join(": ", new[] { e["error"] as string, e["cause"] as string }.OfType<string>()));
        if (e["output"] is JsonValue output)
            return Line(output.Text);
        if (e["resource"] is string resource)
            return Line(e["resourceType"] is string service ? $"{service}:{resource}" : resource);
        if (e["input"] is JsonValue input)
            return Line(input.Text);
        if (e["length"] is long length)
            return length == 1 ? "1 item" : $"{length} items";
        if (e["index"] is long index)
            return $"item {index}";
        return e["mapRunArn"] as string ?? e["workerName"] as string ?? (e["redriveCount"] is long count ? $"redrive {count}" : "");
    }

    /// <summary>A text in one line, cut where it is long.</summary>
    public static string Line(string text)
    {
        var cut = text.Length > MostText;
        var line = (cut ? text[..MostText] : text).ReplaceLineEndings(" ");
        return cut ? line + "…" : line;
    }

    private static object?[] Row(HistoryEvent e, Place place) =>
    [
        e.Id, ViewUpdate.Milliseconds(e.Timestamp), e.Type.Name(), place.Visit?.Name, place.Visit?.Id, Place(place.Visit), Text(e), e.Kind.IsFailure ? 1 : 0,
    ];
}
