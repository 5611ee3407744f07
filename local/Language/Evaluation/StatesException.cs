namespace Stateside.Language.Evaluation;

/// <summary>
/// The evaluation of a field failed with an error that Retry and Catch may name. Thrown while a state's data is worked out and
/// turned into the state's outcome at one place, the step.
/// </summary>
/// <param name="error">The error name, such as States.ParameterPathFailure.</param>
/// <param name="cause">
/// One sentence in AWS's words, without the leading "An error occurred while executing the state …", which the step adds.
/// </param>
internal sealed class StatesException(string error, string cause) : Exception(cause)
{
    /// <summary>The error name.</summary>
    public string Error { get; } = error;

    /// <summary>What happened, in AWS's words.</summary>
    public string Cause => Message;

    /// <summary>For a failed JSONata expression: the field it stands in, such as Arguments or Choices[0]/Condition; else null.</summary>
    public string? Location { get; init; }
}
