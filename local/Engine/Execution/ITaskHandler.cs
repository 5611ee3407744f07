using Stateside.Engine.Execution.Running;
using Stateside.Engine.Items;
using Stateside.Engine.Store;
using Stateside.Language.Definitions;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution;

/// <summary>
/// The code that performs one kind of resource: the one seam for work outside. A task that waits for something ends by a message
/// (<see cref="ExecutionEngine.CompleteTaskAsync"/>), never by a call that is held.
/// </summary>
public interface ITaskHandler
{
    /// <summary>
    /// Whether <see cref="StartAsync"/> gives its thread back at once whatever it is asked, so that it may be called on the engine's own.
    /// </summary>
    bool IsPrompt => false;

    /// <summary>Whether it starts an execution of this very service for a resource, of which only so many begin at a time.</summary>
    /// <param name="resource">The resource.</param>
    internal bool StartsExecution(TaskResource resource) => false;

    /// <summary>Starts one attempt.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="cancellationToken">Fires when nobody waits for the outcome any more.</param>
    /// <returns>What came of it.</returns>
    ValueTask<TaskOutcome> StartAsync(TaskRequest request, CancellationToken cancellationToken);
}

/// <summary>One attempt at one task.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Payload">What to send, evaluated.</param>
/// <param name="Token">The token that finishes it when it waits.</param>
/// <param name="Execution">The execution that asks.</param>
/// <param name="StateName">The state that asks.</param>
public sealed record TaskRequest(TaskResource Resource, JsonValue Payload, string Token, ExecutionDescription Execution, string StateName)
{
    /// <summary>The role to take on; null for the machine's own.</summary>
    public string? CredentialsRoleArn { get; init; }

    /// <summary>
    /// Of a job that was begun before a crash: what its request was answered with. The handler attaches to that job again and begins
    /// none; null of every new attempt.
    /// </summary>
    public JsonValue? Submitted { get; init; }

    /// <summary>
    /// Of an attempt that is made once more after a crash: since when its request may have been sent, so that what it left behind can be
    /// told from the work of others; null of every new attempt.
    /// </summary>
    public DateTimeOffset? SentBefore { get; init; }

    /// <summary>How long the attempt may take; null for no limit of the author's.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What is noted while code of others works on it in this process; 0 for nothing.</summary>
    internal long KeyUnderWay { get; init; }

    /// <summary>Takes down what goes to and fro over HTTP, where a test of the state asks for it; null otherwise.</summary>
    internal HttpExchange? Exchange { get; init; }
}

/// <summary>What came of starting a task.</summary>
public abstract record TaskOutcome
{
    private TaskOutcome()
    {
    }

    /// <summary>It is done.</summary>
    /// <param name="Output">What it gave.</param>
    public sealed record Completed(JsonValue Output) : TaskOutcome;

    /// <summary>It failed.</summary>
    /// <param name="Failure">Why.</param>
    public sealed record Failed(TaskFailure Failure) : TaskOutcome;

    /// <summary>It goes on elsewhere and ends by its token.</summary>
    /// <param name="Submitted">What the request was answered with; null where there was no request.</param>
    public sealed record Waiting(JsonValue? Submitted) : TaskOutcome
    {
        /// <summary>
        /// Ends the work when nobody waits for it any more: the execution was stopped, the task timed out, a sibling failed. Null when it
        /// cannot be ended. It must return at once.
        /// </summary>
        public Action? Cancel { get; init; }
    }

    /// <summary>Of a Map's reader: items, which are read as they are asked for.</summary>
    /// <param name="Items">The items; a <see cref="MapItemsException"/> says why there are no more.</param>
    /// <param name="Share">Which part of the object they come from is read by now; null where nothing tells.</param>
    internal sealed record Reading(IAsyncEnumerable<MapItem> Items, Func<double?>? Share = null) : TaskOutcome;

    /// <summary>Of a Map's writer: where results go.</summary>
    /// <param name="Results">Takes the results.</param>
    internal sealed record Writing(MapResults Results) : TaskOutcome;

    /// <summary>It takes its time: the outcome comes later by the engine's clock, in virtual time too.</summary>
    /// <param name="Outcome">The outcome.</param>
    /// <param name="After">How much later.</param>
    public sealed record Delayed(TaskOutcome Outcome, TimeSpan After) : TaskOutcome;
}
