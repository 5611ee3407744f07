using Stateside.Engine.Execution.Turns;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.StateTests;

/// <summary>
/// One state to be tested by itself, with what it is to find around it. Made by <see cref="StateTestReader"/>, which has checked that
/// it all fits together.
/// </summary>
internal sealed record StateTest
{
    /// <summary>The state, under the name that it is to have.</summary>
    public required State State { get; init; }

    /// <summary>The state's input.</summary>
    public required JsonValue Input { get; init; }

    /// <summary>The role that the context object names; null for none.</summary>
    public string? RoleArn { get; init; }

    /// <summary>The variables that are set.</summary>
    public JsonObject Variables { get; init; } = JsonObject.Empty;

    /// <summary>The context object; null makes one up.</summary>
    public JsonObject? ContextObject { get; init; }

    /// <summary>The item that the state finds in the context object; null outside of a Map.</summary>
    public ContextItem? MapItem { get; init; }

    /// <summary>Whether what an HTTP task sent is shown with what its connection added.</summary>
    public bool RevealsSecrets { get; init; }

    /// <summary>What is to be taken for the outcome of the state's work; null when the work is to be done.</summary>
    public StateMock? Mock { get; init; }

    /// <summary>How often the state was tried again already.</summary>
    public int RetryCount { get; init; }

    /// <summary>How many iterations of a Map failed.</summary>
    public int FailedIterations { get; init; }

    /// <summary>The items that a Map's reader read; null for none.</summary>
    public JsonArray? ReaderItems { get; init; }
}

/// <summary>An outcome that was made up: a result, or else an error and a cause.</summary>
/// <param name="Result">The result; null when the work is to have failed.</param>
/// <param name="Error">The error name.</param>
/// <param name="Cause">The cause.</param>
internal sealed record StateMock(JsonValue? Result, string? Error = null, string? Cause = null);

/// <summary>How the test of a state ended.</summary>
public enum StateTestStatus
{
    /// <summary>The state was left well.</summary>
    Succeeded,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>It failed and a retrier would try it again.</summary>
    Retriable,

    /// <summary>It failed and a catcher caught the error.</summary>
    CaughtError,
}

/// <summary>What came of testing a state.</summary>
public sealed record StateTestResult
{
    /// <summary>How it ended.</summary>
    public required StateTestStatus Status { get; init; }

    /// <summary>What it gives on; null when it failed.</summary>
    public JsonValue? Output { get; init; }

    /// <summary>The error name, also of an error that was caught or is to be retried.</summary>
    public string? Error { get; init; }

    /// <summary>The cause.</summary>
    public string? Cause { get; init; }

    /// <summary>The state that comes next; null when none does.</summary>
    public string? NextState { get; init; }

    /// <summary>What the data was at each stage.</summary>
    public required Inspection Inspection { get; init; }

    /// <summary>The index of the retrier that was for the error.</summary>
    public int? RetryIndex { get; init; }

    /// <summary>How long that retrier would pause; null when it had no attempts left.</summary>
    public TimeSpan? RetryPause { get; init; }

    /// <summary>The index of the catcher that caught the error.</summary>
    public int? CatchIndex { get; init; }

    /// <summary>What an HTTP task sent and was answered; null of any other state, and of one that was mocked.</summary>
    internal HttpExchange? Exchange { get; init; }

    /// <summary>The transitions it took, in order.</summary>
    public IReadOnlyList<Transition> Transitions { get; init; } = [];
}

/// <summary>A test that cannot be made, with the API error that says so.</summary>
/// <param name="code">The exception's name in the API model, such as ValidationException.</param>
/// <param name="message">The message, in AWS's words where they are known.</param>
internal sealed class StateTestException(string code, string message) : Exception(message)
{
    /// <summary>The exception's name in the API model.</summary>
    public string Code { get; } = code;
}
