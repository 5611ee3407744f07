using Stateside.Engine.Execution;
using Stateside.Service.Console.Pages;
using Stateside.Engine.History;

namespace Stateside.Service.Console.Executions;

/// <summary>
/// The views of executions that somebody looks at, kept while they are looked at and for a while after, up to so many events in all. A
/// view is brought up to date from the history when it is read, so nothing is kept up to date that nobody reads.
/// </summary>
internal sealed class ExecutionViews(ConsoleServices services)
{
    private const int MostViews = 64;
    private const int LeastViews = 4;
    private const long MostEvents = 250_000;
    private const int EventsAtOnce = 2_000;

    private readonly Lock _lock = new();

    // The one read last stands last.
    private readonly List<Kept> _kept = [];

    /// <summary>Reads a view as the history now stands.</summary>
    /// <param name="arn">The execution.</param>
    /// <param name="read">Reads it; nobody else does meanwhile.</param>
    /// <returns>What was read, and the execution as it stands.</returns>
    /// <exception cref="ConsoleException">There is no such execution.</exception>
    public (ExecutionDescription Execution, T Result) Read<T>(string arn, Func<ExecutionTimeline, T> read)
    {
        var execution = Describe(arn);
        var kept = Find(execution);
        lock (kept)
        {
            CatchUp(kept.View, arn);
            return (execution, read(kept.View));
        }
    }

    /// <summary>Reads a list of the numbers of the events that pass a filter, in order.</summary>
    public IReadOnlyList<int> Matches(string arn, EventFilter filter)
    {
        var kept = Find(Describe(arn));
        lock (kept)
        {
            CatchUp(kept.View, arn);
            if (kept.Matches is null || kept.Matches.Filter != filter)
                kept.Matches = new EventMatches(filter);
            kept.Matches.CatchUp(kept.View, (from, count) => services.ReadHistory(arn, from, count));

            // A copy, since the list grows with the history.
            return [.. kept.Matches.Ids];
        }
    }

    /// <summary>The execution of an ARN.</summary>
    /// <exception cref="ConsoleException">There is none.</exception>
    public ExecutionDescription Describe(string arn) => services.Describe(arn)
        ?? throw ConsoleException.NotFound(OpenedExecutions.IsKey(arn)
            ? $"It is not open any more: {OpenedExecutions.Most} are at a time, until Stateside ends. Open its file again."
            : $"There is no execution {arn}. It may have been removed since, or Stateside keeps nothing of it: that is so of Express executions that ended.");

    private void CatchUp(ExecutionTimeline view, string arn)
    {
        while (services.ReadHistory(arn, view.LastEventId + 1, EventsAtOnce) is { Count: > 0 } events)
        {
            foreach (var e in events)
                view.Take(e);
            if (events.Count < EventsAtOnce)
                return;
        }
    }

    private Kept Find(ExecutionDescription execution)
    {
        lock (_lock)
        {
            // Another execution may have the name of one that was removed.
            var kept = _kept.Find(other => other.Arn == execution.Arn && other.Number == execution.Number)
                ?? new Kept(execution.Arn, execution.Number, new ExecutionTimeline(execution.StateMachine.Definition));
            _kept.Remove(kept);
            _kept.Add(kept);
            while (_kept.Count > MostViews || (_kept.Count > LeastViews && _kept.Sum(other => other.View.LastEventId) > MostEvents))
                _kept.RemoveAt(0);
            return kept;
        }
    }

    private sealed record Kept(string Arn, long Number, ExecutionTimeline View)
    {
        /// <summary>What passes the filter that was asked for last.</summary>
        public EventMatches? Matches { get; set; }
    }
}
