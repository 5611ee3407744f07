namespace Stateside.Engine.Execution;

/// <summary>The executions that were brought back when the service began.</summary>
/// <param name="Count">How many go on.</param>
/// <param name="Held">The ARNs of those that are held.</param>
/// <param name="GoOn">Lets all go on that are not held; to be called once.</param>
internal sealed record RestoredExecutions(int Count, IReadOnlyList<string> Held, Action GoOn);
