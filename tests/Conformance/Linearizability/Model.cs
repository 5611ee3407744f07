namespace Stateside.Conformance.Linearizability;

/// <summary>What one thing does when its requests come one after the other.</summary>
/// <typeparam name="TState">What is known of the thing; equal ones are the same.</typeparam>
internal abstract class Model<TState>
    where TState : IEquatable<TState>
{
    /// <summary>Before the first request.</summary>
    public abstract TState Initial { get; }

    /// <summary>What it may be after a request.</summary>
    /// <param name="state">What it was.</param>
    /// <param name="call">The request; one without an answer may have had any.</param>
    /// <returns>Nothing when it cannot have answered so.</returns>
    public abstract IEnumerable<TState> After(TState state, Call call);
}
