using Stateside.Engine.Execution;
using Stateside.Engine.History;

namespace Stateside.Service.Console.Pages;

/// <summary>How the status of an execution is shown.</summary>
internal static class Status
{
    /// <summary>All of them, in the order in which they are shown.</summary>
    public static IReadOnlyList<ExecutionStatus> All { get; } =
        [ExecutionStatus.Running, ExecutionStatus.Succeeded, ExecutionStatus.Failed, ExecutionStatus.TimedOut, ExecutionStatus.Aborted];

    /// <summary>In words.</summary>
    public static string Text(ExecutionStatus status) => status == ExecutionStatus.TimedOut ? "Timed out" : status.ToString();

    /// <summary>Word and shape together.</summary>
    public static Html Badge(ExecutionStatus status) =>
        Html.Of($"""<span class="badge {Class(status)}">{Icons.Of(status)}{Text(status)}</span>""");

    /// <summary>What a status does not say: that an execution does not go on, or cannot be read; null as a rule.</summary>
    public static Html? Mark(ExecutionDescription execution) => execution.Damage is not null ? Html.Of($" <span class=\"tag\">damaged</span>")
        : execution.IsHeld ? Html.Of($" <span class=\"tag\">held</span>")
        : null;

    /// <summary>The class that gives things the color of a status.</summary>
    public static string Class(ExecutionStatus status) => $"is-{status.Name().ToLowerInvariant().Replace('_', '-')}";
}
