using Stateside.Language.Json;

namespace Stateside.Engine.Replay;

/// <summary>What came of a replay.</summary>
/// <param name="Setup">What was replayed on what.</param>
/// <param name="Divergences">What today's definition does in another way, in recorded order; empty when it does the same.</param>
internal sealed record ReplayResult(ReplaySetup Setup, IReadOnlyList<Finding> Divergences)
{
    /// <summary>What differs and may: it comes from chance or the clock, and was taken from the record.</summary>
    public IReadOnlyList<Finding> Tolerated { get; init; } = [];

    /// <summary>What cannot be told, and why: a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Where it goes another way first; null when it goes the same.</summary>
    public Finding? First => Divergences.Count > 0 ? Divergences[0] : null;
}

/// <summary>
/// Runs today's definition with what was recorded. What comes from chance and the clock is told by running it again with others: what
/// differs from the record, and differs from run to run too, is no divergence.
/// </summary>
internal static class Replayer
{
    /// <summary>So often it is run before two runs that say the same are believed: a coin falls the same way twice.</summary>
    private const int MostPasses = 8;

    private const string WithoutData =
        "The record has no data: states are compared by the ways that were taken, and what they were given and gave cannot be told.";

    /// <summary>Replays a record.</summary>
    /// <param name="setup">The record and today's machine.</param>
    public static ReplayResult Run(ReplaySetup setup)
    {
        if (!setup.Record.HasData)
            return new ReplayResult(setup, WayCheck.Of(setup)) { Notes = [WithoutData] };
        var first = ReplayPass.Run(setup, 1, TimeSpan.Zero);
        var certain = first.Findings;
        for (var pass = 1; pass < MostPasses && certain.Count > 0; pass++)
        {
            var another = ReplayPass.Run(setup, (ulong)pass + 1, (TimeSpan.FromDays(37) * pass) + TimeSpan.FromMilliseconds(41_027_123));
            var others = another.Findings.GroupBy(finding => finding.Key).ToDictionary(same => same.Key, same => same.First());
            certain = [.. certain.Select(finding => Certain(finding, others.GetValueOrDefault(finding.Key))).OfType<Finding>()];
        }

        var keys = certain.Select(finding => finding.Key).ToHashSet();
        return new ReplayResult(setup, certain)
        {
            Tolerated = [.. first.Findings.Where(finding => !keys.Contains(finding.Key))],
            Notes = first.Notes,
        };
    }

    /// <summary>What another run says too; null for nothing.</summary>
    private static Finding? Certain(Finding finding, Finding? other)
    {
        if (other is null)
            return null;
        if (finding.Differences.Count == 0)
            return finding.Now == other.Now ? finding : null;
        var theirs = other.Differences.ToDictionary(difference => difference.Path);
        IReadOnlyList<ValueDifference> differences =
            [.. finding.Differences.Where(difference => theirs.TryGetValue(difference.Path, out var again) && Equals(difference.One, again.One))];
        return differences.Count == 0 ? null : finding with { Differences = differences };
    }
}
