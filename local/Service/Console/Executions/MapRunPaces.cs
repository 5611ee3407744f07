using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;

namespace Stateside.Service.Console.Executions;

/// <summary>A map run as it stands, and how fast it is.</summary>
/// <param name="Run">The run.</param>
/// <param name="Rate">Items a second; null while nobody knows.</param>
/// <param name="Left">How long it will take; null while nobody knows, and at its end.</param>
internal sealed record SeenMapRun(MapRunDescription Run, double? Rate, TimeSpan? Left);

/// <summary>How fast the map runs are that somebody looks at: each look counts for all who look.</summary>
/// <param name="engine">The engine.</param>
/// <param name="time">The real clock.</param>
internal sealed class MapRunPaces(ExecutionEngine engine, TimeProvider time)
{
    private const int MostPaces = 64;
    private readonly Lock _lock = new();

    // The one looked at last stands last.
    private readonly List<(string Arn, MapRunPace Pace)> _paces = [];

    /// <summary>A map run; null when there is none.</summary>
    public SeenMapRun? Look(string arn)
    {
        if (engine.DescribeMapRun(arn) is not { } run)
            return null;
        if (run.StopDate is { } stop)
            return new SeenMapRun(run, RateOf(run, stop), null);
        lock (_lock)
        {
            var at = _paces.FindIndex(other => other.Arn == arn);
            var pace = at < 0 ? new MapRunPace() : _paces[at].Pace;
            if (at >= 0)
                _paces.RemoveAt(at);
            else if (_paces.Count == MostPaces)
                _paces.RemoveAt(0);
            _paces.Add((arn, pace));
            pace.Look(run.Counts, time.GetUtcNow());
            return new SeenMapRun(run, pace.Rate, pace.Left);
        }
    }

    /// <summary>How fast it was in all. Of one that was redriven nobody knows how long it stood still.</summary>
    private static double? RateOf(MapRunDescription run, DateTimeOffset stop) =>
        run.RedriveCount == 0 && stop > run.StartDate ? run.Counts.Items.Over / (stop - run.StartDate).TotalSeconds : null;
}
