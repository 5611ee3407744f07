namespace Stateside.Service.Cli.Terminal;

/// <summary>A mistake of the user's: one plain line that names the thing, the place and the remedy. Exit code 2.</summary>
internal sealed class UserException(string message) : Exception(message);

/// <summary>What the program's exit codes mean.</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>An execution failed, or a definition has errors.</summary>
    public const int Failed = 1;

    /// <summary>The user's mistake.</summary>
    public const int Usage = 2;

    /// <summary>A defect of Stateside's own.</summary>
    public const int Defect = 70;

    /// <summary>Ended by Ctrl+C.</summary>
    public const int Canceled = 130;
}
