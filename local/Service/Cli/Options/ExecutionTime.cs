using System.CommandLine;
using System.Globalization;
using Stateside.Engine.Execution;

namespace Stateside.Service.Cli.Options;

/// <summary>How the time of executions goes by; handlers always live in real time.</summary>
/// <param name="Clock">The clock of executions.</param>
/// <param name="WaitScale">What waits are multiplied by.</param>
internal sealed record ExecutionTime(TimeProvider Clock, double WaitScale)
{
    private const string Skip = "skip";
    private const string Real = "real";

    /// <summary>The greatest factor: the longest wait there is, 68 years, stays within the calendar.</summary>
    private const double MaxScale = 100;

    /// <summary>The option that chooses it. Step Functions Local reads the factor alone from WAIT_TIME_SCALE.</summary>
    public static CommandOption<string> Option()
    {
        var option = CommandOption.Of(
            "--time", "MODE",
            "How waits and retry pauses pass: real; skip (at once, when nothing else is to be done); scale=N (N times as long, such as scale=0.01).",
            Mode, Real, null, [("STATESIDE_TIME", Mode), ("WAIT_TIME_SCALE", text => Mode("scale=" + text))]);
        option.Option.CompletionSources.Add(Real, Skip, "scale=0.01");
        return option;
    }

    /// <summary>The time that an option's value means, over the real clock.</summary>
    public static ExecutionTime Of(string mode, TimeProvider real) => mode switch
    {
        Skip when real is VirtualTime => new(real, 1),
        Skip => new(new VirtualTime(real), 1),
        Real => new(real, 1),
        _ => new(real, Factor(mode)!.Value),
    };

    private static string Mode(string text) => text is Real or Skip || Factor(text) is not null
        ? text
        : throw new FormatException($"this must be real, skip or scale=N with N more than 0 and at most {MaxScale}, such as scale=0.01.");

    private static double? Factor(string text) =>
        text.StartsWith("scale=", StringComparison.Ordinal)
        && double.TryParse(text["scale=".Length..], NumberStyles.Float, CultureInfo.InvariantCulture, out var factor) && factor is > 0 and <= MaxScale
            ? factor
            : null;
}
