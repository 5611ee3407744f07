namespace Stateside.Testing;

/// <summary>
/// What a test expected of a workflow did not come about, or the test asks for what cannot be. Every test framework takes it for a
/// failure; the message says what was expected, what was, and the path that was taken.
/// </summary>
/// <param name="message">The message.</param>
public sealed class WorkflowAssertionException(string message) : Exception(message);
