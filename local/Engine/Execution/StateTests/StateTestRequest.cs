namespace Stateside.Engine.Execution.StateTests;

/// <summary>How strictly a mocked result is held against the API whose answer it stands for.</summary>
internal enum FieldValidation
{
    /// <summary>All required fields are there, and what is there is of the right shape.</summary>
    Strict,

    /// <summary>What is there is of the right shape.</summary>
    Present,

    /// <summary>Any JSON will do.</summary>
    None,
}

/// <summary>
/// A test of one state as a caller asks for it: texts, nothing read yet.
/// See https://docs.aws.amazon.com/step-functions/latest/apireference/API_TestState.html.
/// </summary>
internal sealed record StateTestRequest
{
    /// <summary>The state's definition, or a whole machine's when <see cref="StateName"/> is given.</summary>
    public required string Definition { get; init; }

    /// <summary>The state to test, wherever in the machine it stands.</summary>
    public string? StateName { get; init; }

    /// <summary>The state's input as JSON; null for <c>{}</c>.</summary>
    public string? Input { get; init; }

    /// <summary>The role.</summary>
    public string? RoleArn { get; init; }

    /// <summary>The variables as a JSON object.</summary>
    public string? Variables { get; init; }

    /// <summary>The context object as JSON.</summary>
    public string? Context { get; init; }

    /// <summary>Whether secrets of a connection are to be shown.</summary>
    public bool RevealSecrets { get; init; }

    /// <summary>The outcome that is made up; null when the state's work is to be done.</summary>
    public StateMockRequest? Mock { get; init; }

    /// <summary>How often the retrier for the mocked error was used already.</summary>
    public int? RetrierRetryCount { get; init; }

    /// <summary>The inner state that the mocked error of a Map or Parallel comes from.</summary>
    public string? ErrorCausedByState { get; init; }

    /// <summary>How many iterations of a Map failed.</summary>
    public int? MapIterationFailureCount { get; init; }

    /// <summary>What a Map's reader read, as it is found at its source.</summary>
    public string? MapItemReaderData { get; init; }
}

/// <summary>An outcome that is made up: a result or an error.</summary>
internal sealed record StateMockRequest
{
    /// <summary>The result as JSON.</summary>
    public string? Result { get; init; }

    /// <summary>Whether there is an error.</summary>
    public bool HasError { get; init; }

    /// <summary>The error name.</summary>
    public string? Error { get; init; }

    /// <summary>The cause.</summary>
    public string? Cause { get; init; }

    /// <summary>How strictly the result is looked at.</summary>
    public FieldValidation Validation { get; init; }
}
