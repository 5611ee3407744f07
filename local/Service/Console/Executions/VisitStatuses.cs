using Stateside.Service.Console.Pages;
using Stateside.Engine.History;

namespace Stateside.Service.Console.Executions;

/// <summary>How the status of a visit is shown.</summary>
internal static class VisitStatuses
{
    /// <summary>In words.</summary>
    public static string Text(VisitStatus status) => status == VisitStatus.Caught ? "Caught error" : status.ToString();

    /// <summary>The class that gives things its color.</summary>
    public static string Class(VisitStatus status) => $"is-{status.ToString().ToLowerInvariant()}";

    /// <summary>Word and shape together.</summary>
    public static Html Badge(VisitStatus status) => Html.Of($"""<span class="badge {Class(status)}">{Icon(status)}{Text(status)}</span>""");

    private static Html Icon(VisitStatus status) => status switch
    {
        VisitStatus.Running => Icons.Of(ExecutionStatus.Running),
        VisitStatus.Succeeded => Icons.Of(ExecutionStatus.Succeeded),
        VisitStatus.Caught => Icons.Warning,
        VisitStatus.Failed => Icons.Problem,
        _ => Icons.Of(ExecutionStatus.Aborted),
    };
}
