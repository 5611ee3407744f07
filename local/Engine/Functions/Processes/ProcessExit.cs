using System.Globalization;

namespace Stateside.Engine.Functions.Processes;

/// <summary>How Lambda words the end of a process.</summary>
internal static class ProcessExit
{
    // In the order of their numbers, as on Linux, where Lambda runs.
    private static readonly string[] Signals =
    [
        "hangup", "interrupt", "quit", "illegal instruction", "trace/breakpoint trap", "aborted", "bus error", "floating point exception",
        "killed", "user defined signal 1", "segmentation fault", "user defined signal 2", "broken pipe", "alarm clock", "terminated",
    ];

    public const string Killed = "Runtime exited with error: signal: killed";

    public const string Aborted = "Runtime exited with error: signal: aborted";

    /// <summary>The sentence for an exit code. .NET gives 128 and the signal's number for a process that a signal ended.</summary>
    public static string Reason(int exitCode)
    {
        if (exitCode == 0)
            return "Runtime exited without providing a reason";
        var signal = exitCode - 128;
        return !OperatingSystem.IsWindows() && signal > 0 && signal <= Signals.Length
            ? "Runtime exited with error: signal: " + Signals[signal - 1]
            : "Runtime exited with error: exit status " + ((uint)exitCode).ToString(CultureInfo.InvariantCulture);
    }
}
