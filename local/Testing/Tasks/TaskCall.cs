using Stateside.Engine.Execution;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Testing;

/// <summary>One attempt at a task, as whoever performs it is given it.</summary>
public sealed class TaskCall
{
    private readonly WorkflowTest _test;
    private readonly Func<CancellationToken, ValueTask<TaskOutcome>> _real;

    internal TaskCall(WorkflowTest test, TaskRequest request, int number, int attempt, Func<CancellationToken, ValueTask<TaskOutcome>> real)
    {
        _test = test;
        _real = real;
        Request = request;
        Number = number;
        Attempt = attempt;
        Time = test.Now;
        Payload = TaskPayload.Of(request.Resource, request.Payload);
    }

    /// <summary>The state that asks.</summary>
    public string State => Request.StateName;

    /// <summary>The resource, such as <c>arn:aws:states:::dynamodb:putItem</c>.</summary>
    public TaskResource Resource => Request.Resource;

    /// <summary>What is sent: of a Lambda function its event, of any other task its arguments.</summary>
    public JsonValue Payload { get; }

    /// <summary>All of the task's arguments: of <c>lambda:invoke</c> with the FunctionName beside the Payload.</summary>
    public JsonValue Arguments => Request.Payload;

    /// <summary>Which call to the stub it is, from 1.</summary>
    public int Number { get; }

    /// <summary>Which call of this state it is in its execution, from 1: over retries, visits and iterations.</summary>
    public int Attempt { get; }

    /// <summary>The virtual time.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The execution that asks, as it stood.</summary>
    public ExecutionDescription Execution => Request.Execution;

    internal TaskRequest Request { get; }

    /// <summary>The payload as an object.</summary>
    /// <typeparam name="T">The type to read.</typeparam>
    /// <returns>The object.</returns>
    public T Input<T>() => TestJson.To<T>(Payload, _test.Options.Serializer, $"What {State} was given");

    /// <summary>Does the real thing.</summary>
    /// <param name="cancellationToken">Fires when nobody waits for the answer any more.</param>
    /// <returns>What the task gives.</returns>
    /// <exception cref="TaskFailedException">It failed; what the stub then throws, the task fails with.</exception>
    public async Task<JsonValue> CallThroughAsync(CancellationToken cancellationToken = default) =>
        await _real(cancellationToken).ConfigureAwait(false) switch
        {
            TaskOutcome.Completed completed => completed.Output,
            TaskOutcome.Failed { Failure: var failure } => throw new TaskFailedException(failure.Error ?? "", failure.Cause),
            _ => throw new WorkflowAssertionException($"What {State} asks for ends by a token, so it has no answer yet that could be called through to."),
        };
}

/// <summary>Makes a stubbed task fail with an error name and a cause; thrown by a stub's code.</summary>
/// <param name="error">The error name, such as <c>DynamoDB.ConditionalCheckFailedException</c>.</param>
/// <param name="cause">The cause; null for none.</param>
public sealed class TaskFailedException(string error, string? cause = null) : Exception($"{error}: {cause}")
{
    /// <summary>The error name.</summary>
    public string Error { get; } = error;

    /// <summary>The cause; null for none.</summary>
    public string? Cause { get; } = cause;
}
