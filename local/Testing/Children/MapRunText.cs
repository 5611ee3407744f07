using Stateside.Engine.Execution;

namespace Stateside.Testing;

/// <summary>Says how a map run stands.</summary>
internal static class MapRunText
{
    /// <summary>
    /// The counts of its items and the errors of those that failed, such as <c>6 items: 3 succeeded, 3 failed (Bad.Row)</c>.
    /// </summary>
    public static string Of(MapRunCounts counts)
    {
        var (items, executions) = (counts.Items, counts.Executions);
        var batches = executions.Total == items.Total ? "" : $" in {Count(executions.Total, "batch", "batches")}";
        (long Count, string How)[] parts =
        [
            (items.Succeeded, "succeeded"), (items.Failed, $"failed{Errors(counts.Failures)}"), (items.TimedOut, "timed out"),
            (items.Aborted, "stopped"), (items.Running, "running"), (items.Pending, "pending"), (items.PendingRedrive, "to be redriven"),
        ];
        var told = parts.Where(part => part.Count > 0).Select(part => $"{part.Count} {part.How}").ToList();
        return $"{Count(items.Total, "item", "items")}{batches}{(told.Count == 0 ? "" : ": ")}{string.Join(", ", told)}";
    }

    private static string Errors(IReadOnlyList<MapRunFailure> failures) => failures switch
    {
        [] => "",
        [var only] => $" ({Name(only)})",
        _ => $" ({string.Join(", ", failures.Select(failure => $"{Name(failure)} {failure.Count}"))})",
    };

    private static string Name(MapRunFailure failure) => failure.Error switch
    {
        null => "others",
        "" => "no error name",
        var error => error,
    };

    private static string Count(long count, string one, string many) => $"{count} {(count == 1 ? one : many)}";
}
