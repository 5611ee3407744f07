using Stateside.Testing;

// What these tests take of order intake. CI sets STATESIDE_COVERAGE_THRESHOLD, so that a run of some of them alone does not fail.
[assembly: AssemblyFixture(typeof(WorkflowCoverage))]
