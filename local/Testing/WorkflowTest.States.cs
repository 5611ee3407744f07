using Stateside.Engine.Execution;
using Stateside.Engine.Execution.StateTests;
using Stateside.Engine.History;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Testing;

public sealed partial class WorkflowTest
{
    /// <summary>
    /// Runs one state alone, as TestState does: what it makes of its input, which state comes next, which retrier or catcher its error
    /// meets. A Task's work is done by its stub, or for real; a Parallel or a Map needs <see cref="StateTestSetup.Result"/>.
    /// </summary>
    /// <typeparam name="TInput">The input's type.</typeparam>
    /// <param name="state">The state's name, wherever in the machine it stands.</param>
    /// <param name="input">The state's input: JSON text or anything that can be serialized.</param>
    /// <param name="setup">What it finds around it; null for nothing.</param>
    /// <returns>What came of it, with the data at each stage.</returns>
    public async Task<StateTestResult> TestStateAsync<TInput>(string state, TInput input, StateTestSetup? setup = null)
    {
        NeedsLocal("the test of a single state");
        setup ??= new StateTestSetup();
        var found = Machine.Definition.AllStates().FirstOrDefault(known => known.Name == state)
            ?? throw new WorkflowAssertionException(
                $"{Machine.Name} has no state '{state}'. {Stateside.Engine.Template.Parsing.Nearest.Hint(state, Machine.Definition.AllStates().Select(known => known.Name), "states", "Its machine")}");
        var isMocked = setup.Result is not null || setup.Error is not null;
        if (!isMocked && found is ParallelState or MapState)
            throw new WorkflowAssertionException($"The {found.Type} state '{state}' cannot be tested alone without StateTestSetup.Result or Error; to run what is in it, run the machine.");
        FailingTest.GoesOn();
        FailingTest.Leave();
        _hasRun = true;
        var result = await Service.StateTests.RunAsync(new StateTest
        {
            State = found,
            Input = TestJson.Of(input, Options.Serializer, "The input"),
            Variables = Object(setup.Variables, "Variables") ?? JsonObject.Empty,
            ContextObject = Object(setup.Context, "Context"),
            Mock = isMocked ? new StateMock(setup.Error is null ? TestJson.Of(setup.Result, Options.Serializer, "The result") : null, setup.Error, setup.Cause) : null,
            RetryCount = setup.RetryCount,
            FailedIterations = setup.FailedIterations,
        }).ConfigureAwait(false);
        Troubles.ThrowAll();
        _transitionsTaken?.Invoke(Machine, result.Transitions);
        return result;
    }

    /// <summary>
    /// Does what a task would do, past all stubs: to see what the workflow left in the template's tables and buckets, or to put
    /// something there before it runs.
    /// </summary>
    /// <typeparam name="TArguments">The arguments' type.</typeparam>
    /// <param name="resource">The resource, such as <c>arn:aws:states:::dynamodb:getItem</c> or a function's ARN.</param>
    /// <param name="arguments">The arguments, as a definition spells them: JSON text or anything that is serialized to it.</param>
    /// <returns>What it gives.</returns>
    /// <exception cref="TaskFailedException">It failed.</exception>
    public async Task<JsonValue> CallAsync<TArguments>(string resource, TArguments arguments)
    {
        FailingTest.GoesOn();
        FailingTest.Leave();
        NeedsLocal("a call to the template's own tables and buckets");
        var parsed = TaskResource.Parse(resource) ?? throw new WorkflowAssertionException($"'{resource}' is no resource of a Task, such as arn:aws:states:::dynamodb:getItem.");
        var caller = new ExecutionDescription
        {
            Arn = $"{Machine.Arn.Replace(":stateMachine:", ":execution:", StringComparison.Ordinal)}:test",
            Name = "test",
            StateMachine = Machine,
            Status = ExecutionStatus.Running,
            StartDate = Now,
            Input = JsonObject.Empty,
        };
        var request = new TaskRequest(parsed, TestJson.Of(arguments, Options.Serializer, "The arguments"), "test", caller, "test");
        return await _tasks.CallAsync(request).ConfigureAwait(false) switch
        {
            TaskOutcome.Completed completed => completed.Output,
            TaskOutcome.Failed { Failure: var failure } => throw new TaskFailedException(failure.Error ?? "", failure.Cause),
            _ => throw new WorkflowAssertionException($"{resource} ends by a token, so it gives nothing yet."),
        };
    }

    private JsonObject? Object(object? value, string what) => value is null ? null : TestJson.Of(value, Options.Serializer, what) as JsonObject
        ?? throw new WorkflowAssertionException($"{what} must be an object.");
}
