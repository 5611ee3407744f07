using Stateside.Engine.Execution.Running;
using Stateside.Engine.Store;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Progress;

/// <summary>Writes what becomes of executions: failures as a rule, everything at the level debug.</summary>
internal sealed class ExecutionReporter(ExecutionEngine engine, ServeLog log)
{
    /// <summary>Begins to write, where anything of it is wanted.</summary>
    public void Start()
    {
        if (log.IsEnabled(LogLevel.Warning))
            engine.TurnSaved += Take;
    }

    private void Take(string arn, IReadOnlyList<HistoryEvent> events)
    {
        if (events[0].Type is HistoryEventType.ExecutionStarted or HistoryEventType.ExecutionRedriven && log.IsEnabled(LogLevel.Debug))
            log.Write(LogLevel.Debug, $"{Name(arn)} started.", ("executionArn", arn), ("status", "RUNNING"));
        var last = events[^1];
        switch (last.Type)
        {
            case HistoryEventType.ExecutionSucceeded when log.IsEnabled(LogLevel.Debug):
                log.Write(LogLevel.Debug, $"{Name(arn)} SUCCEEDED{Duration(arn)}.", ("executionArn", arn), ("status", "SUCCEEDED"));
                break;
            case HistoryEventType.ExecutionFailed:
                Ended(arn, "FAILED", last);
                break;
            case HistoryEventType.ExecutionTimedOut:
                Ended(arn, "TIMED_OUT", last);
                break;
            case HistoryEventType.ExecutionAborted:
                Ended(arn, "ABORTED", last);
                break;
        }
    }

    private void Ended(string arn, string status, HistoryEvent end)
    {
        var (error, cause) = (end["error"] as string, end["cause"] as string);
        var why = string.Join(": ", new[] { error, cause }.Where(text => text is not null));
        log.Warn($"{Name(arn)} {status}{Duration(arn)}{(why.Length == 0 ? "." : $": {why}")}", ("executionArn", arn), ("status", status), ("error", error), ("cause", cause));
    }

    private string Duration(string arn) =>
        engine.Describe(arn) is { StopDate: { } stop } execution ? $" in {Durations.Show(stop - execution.StartDate)}" : "";

    /// <summary>What tells executions apart: the machine's name and theirs.</summary>
    private static string Name(string arn) => arn.Split(':', 7)[^1];
}
