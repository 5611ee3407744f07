using Stateside.Engine.History;

namespace Stateside.Service.Console.Executions;

/// <summary>
/// What of a view changed between two events, as its page is sent it: rows of plain values, since a history may have thousands. Whoever
/// has all updates up to an event has the view as that event left it or later.
/// </summary>
/// <param name="To">The event up to which the reader now knows the view.</param>
/// <param name="Total">How many events there are.</param>
/// <param name="Now">The executions' time, in milliseconds since 1970.</param>
/// <param name="States">Name, status, counts by status, superseded visits, retries.</param>
/// <param name="Passages">From, to, whether a catcher led there.</param>
/// <param name="Visits">Number, name, type, number of the visit around it, item or branch, number of the iteration, entered, ended, status, attempts, error, whether superseded, map run.</param>
/// <param name="Iterations">Number, number of the Map's visit, item, started, ended, status, whether superseded.</param>
internal sealed record ViewUpdate(
    long To,
    long Total,
    double Now,
    IReadOnlyList<object?[]> States,
    IReadOnlyList<object?[]> Passages,
    IReadOnlyList<object?[]> Visits,
    IReadOnlyList<object?[]> Iterations)
{
    /// <summary>The rows of the events' table for what came since, where that is little; null else.</summary>
    public IReadOnlyList<object?[]>? Rows { get; init; }

    /// <summary>So many events at most stand behind one update.</summary>
    private const long MostEvents = 4_000;

    /// <summary>What changed after an event, up to so many events further.</summary>
    /// <param name="view">The view.</param>
    /// <param name="since">The event up to which the reader knows it; 0 for nothing.</param>
    /// <param name="now">The executions' time.</param>
    public static ViewUpdate Of(ExecutionTimeline view, long since, DateTimeOffset now)
    {
        var to = Math.Min(view.LastEventId, since + MostEvents);
        bool IsNew(long changed) => changed > since && changed <= to;
        return new ViewUpdate(
            to,
            view.LastEventId,
            Milliseconds(now),
            [.. view.States.Where(state => IsNew(state.Changed)).Select(Row)],
            [.. view.Passages.Where(passage => IsNew(passage.Value)).Select(passage => new object?[] { passage.Key.From, passage.Key.To, passage.Key.IsCaught ? 1 : 0 })],
            [.. view.Visits.Where(visit => IsNew(visit.Changed)).Select(Row)],
            [.. view.Iterations.Where(iteration => IsNew(iteration.Changed)).Select(Row)]);
    }

    /// <summary>A moment in milliseconds since 1970, to the tenth of a microsecond.</summary>
    public static double Milliseconds(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / (double)TimeSpan.TicksPerMillisecond;

    private static double? Milliseconds(DateTimeOffset? time) => time is { } moment ? Milliseconds(moment) : null;

    private static object?[] Row(StateSummary state) =>
    [
        state.Name, state.Status is { } status ? (int)status : null, .. Enum.GetValues<VisitStatus>().Select(each => (object)state[each]), state.Superseded, state.Retries,
    ];

    private static object?[] Row(Visit visit) =>
    [
        visit.Id, visit.Name, visit.Type, visit.Outer?.Id ?? 0, visit.Iteration?.Index ?? visit.Branch, visit.Iteration?.Id ?? 0, Milliseconds(visit.Entered),
        Milliseconds(visit.Ended), (int)visit.Status, visit.Attempts.Count, visit.Error, visit.IsSuperseded ? 1 : 0, visit.MapRun?.Arn,
    ];

    private static object?[] Row(Iteration iteration) =>
    [
        iteration.Id, iteration.Map.Id, iteration.Index, Milliseconds(iteration.Started), Milliseconds(iteration.Ended), (int)iteration.Status, iteration.IsSuperseded ? 1 : 0,
    ];
}
