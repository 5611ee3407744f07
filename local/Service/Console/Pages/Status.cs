using Stateside.Engine.Execution.Turns;

namespace Stateside.Service.Console.Pages;

/// <summary>How the status of an execution is shown.</summary>
internal static class Status
{
    /// <summary>All of them, in the order in which they are shown.</summary>
    public static IReadOnlyList<ExecutionStatus> All { get; } =
        [ExecutionStatus.Running, ExecutionStatus.Succeeded, ExecutionStatus.Failed, ExecutionStatus.TimedOut, ExecutionStatus.Aborted];

    /// <summary>In words.</summary>
    public static string Text(ExecutionStatus status) => status == ExecutionStatus.TimedOut ? "Timed out" : status.ToString();

    /// <summary>As the API spells it, which addresses and scripts do too.</summary>
    public static string Word(ExecutionStatus status) => status == ExecutionStatus.TimedOut ? "TIMED_OUT" : status.ToString().ToUpperInvariant();

    /// <summary>The status of a word; null when it is none.</summary>
    public static ExecutionStatus? Of(string? word) =>
        All.Where(status => Word(status).Equals(word, StringComparison.OrdinalIgnoreCase)).Select(status => (ExecutionStatus?)status).FirstOrDefault();

    /// <summary>Word and shape together.</summary>
    public static Html Badge(ExecutionStatus status) =>
        Html.Of($"""<span class="badge {Class(status)}">{Icons.Of(status)}{Text(status)}</span>""");

    /// <summary>The class that gives things the color of a status.</summary>
    public static string Class(ExecutionStatus status) => $"is-{Word(status).ToLowerInvariant().Replace('_', '-')}";
}
