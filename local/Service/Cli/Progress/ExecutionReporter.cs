using Stateside.Engine.Execution.Running;
using Stateside.Engine.History;
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
        var tellsAll = log.IsEnabled(LogLevel.Debug);
        if (tellsAll && events[0] is { Subject: EventSubject.Execution, Says: EventSays.Started or EventSays.Redriven })
            log.Write(LogLevel.Debug, $"{Name(arn)} started.", ("executionArn", arn), ("status", ExecutionStatus.Running.Name()));
        if (events[^1] is not { Kind: { EndsExecution: true, End: { } status } } end)
            return;
        if (status != ExecutionStatus.Succeeded)
            Ended(arn, status.Name(), end);
        else if (tellsAll)
            log.Write(LogLevel.Debug, $"{Name(arn)} {status.Name()}{Duration(arn)}.", ("executionArn", arn), ("status", status.Name()));
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
