using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>A task that waits for the test: for its callback, or for the activity's worker that the test plays. Virtual time stands meanwhile.</summary>
public sealed class PendingTask
{
    private readonly WorkflowTest _test;
    private readonly TaskRequest _request;

    internal PendingTask(WorkflowTest test, TaskRequest request)
    {
        _test = test;
        _request = request;
        Payload = TaskPayload.Of(request.Resource, request.Payload);
    }

    /// <summary>The state that waits.</summary>
    public string State => _request.StateName;

    /// <summary>The task token.</summary>
    public string Token => _request.Token;

    /// <summary>What was sent: of a Lambda function its event, of an activity the worker's input, of any other task its arguments.</summary>
    public JsonValue Payload { get; }

    /// <summary>The execution that waits, as it stood.</summary>
    public ExecutionDescription Execution => _request.Execution;

    /// <summary>Whether it still waits.</summary>
    public bool IsOpen => _test.Service.Engine.IsOpen(Token);

    /// <summary>The payload as an object.</summary>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <returns>The object.</returns>
    public T Input<T>() => TestJson.To<T>(Payload, _test.Options.Serializer, $"What {State} sent");

    /// <summary>Finishes it, as SendTaskSuccess does.</summary>
    /// <param name="output">Its output: JSON text or anything that can be serialized.</param>
    /// <returns>Completes when the execution has gone as far as it goes by itself at this time.</returns>
    public Task SucceedAsync(object? output = null)
    {
        var json = TestJson.Of(output ?? JsonObject.Empty, _test.Options.Serializer, $"What {State} is answered");
        return BringAsync(engine => engine.CompleteTaskAsync(Token, json));
    }

    /// <summary>Has it fail, as SendTaskFailure does.</summary>
    /// <param name="error">The error name.</param>
    /// <param name="cause">The cause; null for none.</param>
    /// <returns>Completes when the execution has gone as far as it goes by itself at this time.</returns>
    public Task FailAsync(string error, string? cause = null) =>
        BringAsync(engine => engine.CompleteTaskAsync(Token, null, new TaskFailure(error, cause)));

    /// <summary>Says that whoever works on it is alive, as SendTaskHeartbeat does.</summary>
    /// <returns>Completes when the execution knows.</returns>
    public Task HeartbeatAsync() => BringAsync(engine => engine.HeartbeatAsync(Token));

    private async Task BringAsync(Func<ExecutionEngine, ValueTask<TokenResult>> bring)
    {
        FailingTest.GoesOn();
        FailingTest.Leave();
        if (await bring(_test.Service.Engine).ConfigureAwait(false) != TokenResult.Accepted)
            throw new WorkflowAssertionException($"Nobody waits any more for the task of the state '{State}': it was answered, it timed out, or its execution ended.");
        await _test.SettleAsync().ConfigureAwait(false);
    }
}
