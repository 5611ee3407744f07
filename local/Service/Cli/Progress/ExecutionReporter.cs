using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.History;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Progress;

/// <summary>
/// Writes what becomes of executions: failures as a rule, everything at the level debug. Of children of map runs there may be a million:
/// as a rule the run's numbers are told at its end.
/// </summary>
internal sealed class ExecutionReporter(ExecutionEngine engine, ServeLog log)
{
    /// <summary>Begins to write, where anything of it is wanted.</summary>
    public void Start()
    {
        if (!log.IsEnabled(LogLevel.Warning))
            return;
        engine.TurnSaved += Take;
        engine.MapRunEnded += Take;
    }

    private void Take(string arn, IReadOnlyList<HistoryEvent> events)
    {
        var tellsAll = log.IsEnabled(LogLevel.Debug);
        if (tellsAll && events[0] is { Subject: EventSubject.Execution, Says: EventSays.Started or EventSays.Redriven })
            log.Write(LogLevel.Debug, $"{Name(arn)} started.", ("executionArn", arn), ("status", ExecutionStatus.Running.Name()));
        if (events[^1] is not { Kind: { EndsExecution: true, End: { } status } } end)
            return;
        if (status == ExecutionStatus.Succeeded && !tellsAll)
            return;
        var execution = engine.Describe(arn);
        var isChild = execution?.MapRunArn is not null;
        if (isChild && !tellsAll)
            return;
        var duration = execution?.StopDate is { } stop ? $" in {Durations.Show(stop - execution.StartDate)}" : "";
        if (status == ExecutionStatus.Succeeded)
            log.Write(LogLevel.Debug, $"{Name(arn)} {status.Name()}{duration}.", ("executionArn", arn), ("status", status.Name()));
        else
            Ended(isChild ? LogLevel.Debug : LogLevel.Warning, arn, status.Name(), duration, end);
    }

    private void Take(MapRunDescription run)
    {
        var level = run.Status == ExecutionStatus.Succeeded && run.Counts.Items.Unsuccessful == 0 ? LogLevel.Debug : LogLevel.Warning;
        log.Write(
            level, $"Map run {Name(run.Arn)} {run.Status.Name()}: {MapRunLines.Numbers(run)}.",
            ("mapRunArn", run.Arn), ("executionArn", run.ExecutionArn), ("status", run.Status.Name()));
    }

    private void Ended(LogLevel level, string arn, string status, string duration, HistoryEvent end)
    {
        var (error, cause) = (end["error"] as string, end["cause"] as string);
        var why = string.Join(": ", new[] { error, cause }.Where(text => text is not null));
        log.Write(
            level, $"{Name(arn)} {status}{duration}{(why.Length == 0 ? "." : $": {why}")}",
            ("executionArn", arn), ("status", status), ("error", error), ("cause", cause));
    }

    /// <summary>What tells executions apart: the machine's name and theirs.</summary>
    private static string Name(string arn) => arn.Split(':', 7)[^1];
}
