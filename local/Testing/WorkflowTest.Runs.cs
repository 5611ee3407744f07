using Stateside.Engine.Execution;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Testing;

public sealed partial class WorkflowTest
{
    private StateMachine? _machine;
    private volatile bool _hasRun;

    /// <summary>Runs the machine to its end.</summary>
    /// <param name="input">The input, JSON text.</param>
    /// <param name="name">The execution's name; null makes one up.</param>
    /// <param name="testCase">The test case of the mock file that answers for its tasks; null for none.</param>
    /// <returns>The execution at its end.</returns>
    public async Task<WorkflowRun> RunAsync(string input = "{}", string? name = null, string? testCase = null)
    {
        var execution = await StartAsync(input, name, testCase).ConfigureAwait(false);
        return await execution.EndAsync().ConfigureAwait(false);
    }

    /// <summary>Runs the machine to its end.</summary>
    /// <typeparam name="TInput">The input's type.</typeparam>
    /// <param name="input">The input.</param>
    /// <param name="name">The execution's name; null makes one up.</param>
    /// <param name="testCase">The test case of the mock file that answers for its tasks; null for none.</param>
    /// <returns>The execution at its end.</returns>
    public async Task<WorkflowRun> RunAsync<TInput>(TInput input, string? name = null, string? testCase = null)
    {
        var execution = await StartAsync(input, name, testCase).ConfigureAwait(false);
        return await execution.EndAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Runs the machine once for each input, all side by side: they begin at one virtual time, and time passes when all have begun, so
    /// that the same inputs again give the same histories to the tick.
    /// </summary>
    /// <typeparam name="TInput">The inputs' type.</typeparam>
    /// <param name="inputs">The inputs; a string is taken for JSON text.</param>
    /// <returns>The executions at their ends, in the order of their inputs.</returns>
    public async Task<IReadOnlyList<WorkflowRun>> RunAllAsync<TInput>(IEnumerable<TInput> inputs)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        var started = new List<WorkflowExecution>();
        using (_service?.Engine.HoldTime())
        {
            foreach (var input in inputs)
                started.Add(await StartAsync(input).ConfigureAwait(false));
        }

        var ended = new List<WorkflowRun>(started.Count);
        foreach (var execution in started)
            ended.Add(await execution.EndAsync().ConfigureAwait(false));
        return ended;
    }

    /// <summary>Starts the machine, for tests that do something while it runs.</summary>
    /// <param name="input">The input, JSON text.</param>
    /// <param name="name">The execution's name; null makes one up.</param>
    /// <param name="testCase">The test case of the mock file that answers for its tasks; null for none.</param>
    /// <returns>The execution under way.</returns>
    public Task<WorkflowExecution> StartAsync(string input = "{}", string? name = null, string? testCase = null) =>
        BeginAsync(TestJson.Of(input, Options.Serializer, "The input"), name, testCase);

    /// <summary>Starts the machine, for tests that do something while it runs.</summary>
    /// <typeparam name="TInput">The input's type.</typeparam>
    /// <param name="input">The input.</param>
    /// <param name="name">The execution's name; null makes one up.</param>
    /// <param name="testCase">The test case of the mock file that answers for its tasks; null for none.</param>
    /// <returns>The execution under way.</returns>
    public Task<WorkflowExecution> StartAsync<TInput>(TInput input, string? name = null, string? testCase = null) =>
        BeginAsync(TestJson.Of(input, Options.Serializer, "The input"), name, testCase);

    private Task<WorkflowExecution> BeginAsync(JsonValue input, string? name, string? testCase)
    {
        FailingTest.GoesOn();
        return StartedAsync(input, name, testCase);
    }

    private async Task<WorkflowExecution> StartedAsync(JsonValue input, string? name, string? testCase)
    {
        FailingTest.Leave();
        _hasRun = true;
        if (testCase is not null)
            NeedsLocal("a mock file");
        if (_deployed is not null)
            return new WorkflowExecution(this, await _deployed.StartAsync(input, name).ConfigureAwait(false), _deployed);
        if (testCase is not null && _mocks?.Has(Machine.Name, testCase) != true)
        {
            throw new WorkflowAssertionException(_mocks is null
                ? $"There is no test case '{testCase}' without a mock file: give WorkflowTestOptions.MockFile."
                : $"{Options.MockFile}: {Machine.Name} has no test case '{testCase}'. {_mocks.Instead(Machine.Name)}");
        }

        var (started, isNew) = await Service.Engine.StartAsync(new StartRequest(Machine, input) { Name = name, TestCase = testCase }).ConfigureAwait(false);
        if (!isNew)
            throw new WorkflowAssertionException($"An execution named '{name}' has run in this test already; names are unique.");
        Troubles.Begin(started.Arn);
        return new WorkflowExecution(this, started.Arn, null);
    }
}
