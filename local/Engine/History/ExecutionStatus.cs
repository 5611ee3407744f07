namespace Stateside.Engine.History;

/// <summary>How an execution stands.</summary>
// Their numbers stand in data files.
public enum ExecutionStatus
{
    /// <summary>Under way.</summary>
    Running,

    /// <summary>Ended with an output.</summary>
    Succeeded,

    /// <summary>Ended with an error.</summary>
    Failed,

    /// <summary>Ended because it ran too long.</summary>
    TimedOut,

    /// <summary>Ended by a caller.</summary>
    Aborted,
}

/// <summary>What the API calls them; it calls those of map runs the same.</summary>
internal static class ExecutionStatuses
{
    private static readonly string[] Spelled = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"];

    /// <summary>The names, in the order of the statuses.</summary>
    public static IReadOnlyList<string> Names => Spelled;

    /// <summary>The status as the API spells it.</summary>
    public static string Name(this ExecutionStatus status) => Spelled[(int)status];

    /// <summary>The status of a name, in whatever case.</summary>
    /// <returns>The status; null where it is none.</returns>
    public static ExecutionStatus? Of(string? name)
    {
        var number = Array.FindIndex(Spelled, other => other.Equals(name, StringComparison.OrdinalIgnoreCase));
        return number < 0 ? null : (ExecutionStatus)number;
    }
}
