using Stateside.Engine.Coverage;

namespace Stateside.Testing.Tests;

public sealed class WorkflowCoverageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stateside-coverage-");
    private readonly List<string> _printed = [];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_run_below_the_threshold_fails_with_what_is_missing()
    {
        var coverage = Coverage(threshold: 90);
        await RunAsync(coverage, fails: false);

        var e = Assert.Throws<WorkflowAssertionException>(coverage.Dispose);
        Assert.StartsWith("The tests take less than 90 % of the transitions of StateMachine (50 %).", e.Message, StringComparison.Ordinal);
        Assert.Contains("StateMachine(8): Remind: catcher 1 → GiveUp (States.ALL)", e.Message, StringComparison.Ordinal);
        Assert.Contains("StateMachine(7): Remind: retrier 1 (Sns.Busy)", e.Message, StringComparison.Ordinal);
        Assert.Contains("StateMachine(12): GiveUp was not entered", e.Message, StringComparison.Ordinal);
        Assert.EndsWith($"The reports are in {_folder.FullName}.", e.Message, StringComparison.Ordinal);

        // It was said; whoever disposes again hears nothing.
        coverage.Dispose();
    }

    [Fact]
    public async Task A_run_that_takes_every_transition_passes_and_leaves_its_reports()
    {
        var coverage = Coverage(threshold: 100);
        await Task.WhenAll(RunAsync(coverage, fails: false), RunAsync(coverage, fails: true));
        coverage.Dispose();

        Assert.Contains("100 %", Assert.Single(_printed), StringComparison.Ordinal);
        Assert.Equal(
            ["Orders.StateMachine.svg", "Orders.cobertura.xml", "Orders.coverage.txt", "Orders.stateside.json"],
            _folder.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal));
        var report = CoverageJson.Read(await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "Orders.stateside.json"), TestContext.Current.CancellationToken), "it");
        Assert.Equal(new CoverageRatio(6, 6), report.Transitions);
    }

    [Fact]
    public async Task A_state_that_is_tested_alone_is_covered_too()
    {
        var coverage = Coverage(threshold: null);
        await using var test = WorkflowTest.FromDefinition(Definitions.Order, new WorkflowTestOptions { Coverage = coverage });
        await test.TestStateAsync("IsDear", "{}", new StateTestSetup { Variables = new { total = 101 } });

        var state = coverage.Report().Machines.Single().States.Single(state => state.Name == "IsDear");
        Assert.Equal((1, "rule 1 → Approve"), (state.Entered, Assert.Single(state.Transitions, way => way.Taken > 0).Text));
    }

    [Fact]
    public async Task A_workflow_of_a_template_is_covered_by_its_file_and_its_unused_neighbors_are_not()
    {
        var coverage = Coverage(threshold: null);

        // Patient, since tests beside it have other tax rates, and the environment is the whole process's.
        var options = new WorkflowTestOptions { Coverage = coverage, Patience = TimeSpan.FromMinutes(5) };
        await using var test = WorkflowTest.FromTemplate("serverless.template", "OrderIntake", options);
        await test.RunAsync("{}");

        var machine = Assert.Single(coverage.Report().Machines);
        Assert.Equal(("OrderIntake", "statemachine/order-intake.asl.json"), (machine.Name, machine.File));
        var state = machine.States.Single(state => state.Name == "DecideOutcome");
        Assert.Equal(1, state.Entered);
        var written = await File.ReadAllLinesAsync(Path.Combine(machine.Root!, machine.File!), TestContext.Current.CancellationToken);
        Assert.All(machine.States, its => Assert.Contains($"\"{its.Name}\"", written[its.Line - 1], StringComparison.Ordinal));
        Assert.All(state.Transitions.Where(way => way.Taken > 0), way => Assert.Contains("Default", written[way.Line - 1], StringComparison.Ordinal));
    }

    private WorkflowCoverage Coverage(double? threshold) => WorkflowCoverage.Begin(new WorkflowCoverageOptions
    {
        Threshold = threshold,
        Folder = _folder.FullName,
        Name = "Orders",
        Output = _printed.Add,
        CoversProcess = false,
    });

    private static async Task RunAsync(WorkflowCoverage coverage, bool fails)
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Reminder, new WorkflowTestOptions { Coverage = coverage });
        if (fails)
            test.Task("Remind").Fails("Sns.Busy");
        else
            test.Task("Remind").Returns(new { messageId = "m-1" });
        await test.RunAsync(new { name = "Ada" });
    }
}
