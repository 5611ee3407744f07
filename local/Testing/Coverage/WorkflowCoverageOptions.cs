using Stateside.Engine.Coverage;

namespace Stateside.Testing;

/// <summary>How the coverage of a test run is gathered. Every default stands here.</summary>
public sealed record WorkflowCoverageOptions
{
    /// <summary>
    /// The percentage of transitions that the tests must take of each state machine, else the run fails; null for what
    /// <see cref="WorkflowCoverage.ThresholdVariable"/> says, and without that for none.
    /// </summary>
    public double? Threshold { get; init; }

    /// <summary>
    /// The folder that reports are written to; null for what <see cref="WorkflowCoverage.FolderVariable"/> says, and without that for
    /// <c>TestResults</c> in the test project's folder.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>What the names of the reports begin with; null for the test project's name. Runs that end at the same time need several.</summary>
    public string? Name { get; init; }

    /// <summary>Which state machines belong to the report; all unless said otherwise.</summary>
    public Func<MachineCoverage, bool> Includes { get; init; } = _ => true;

    /// <summary>Takes the table at the end; null prints it.</summary>
    public Action<string>? Output { get; init; }

    /// <summary>
    /// Whether tests in this process are covered that name no coverage of their own in <see cref="WorkflowTestOptions.Coverage"/>.
    /// </summary>
    public bool CoversProcess { get; init; } = true;
}
