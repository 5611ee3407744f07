using Stateside.Testing;

[assembly: AssemblyFixture(typeof(Stateside.Workflow.Tests.Coverage))]

namespace Stateside.Workflow.Tests;

/// <summary>
/// What these tests take of our workflows. CI sets a threshold in the environment, which a run of some of the tests alone would not reach.
/// </summary>
public sealed class Coverage() : WorkflowCoverage(new WorkflowCoverageOptions
{
    // That machine is made by a test to try handlers that fail.
    Includes = machine => machine.Name != "Machine",
});
