namespace Stateside.Engine.Store.Data;

/// <summary>
/// What a simulation decides where otherwise a thread would write: the writer then has none, and whoever simulates calls
/// <see cref="DataWriter.WriteOnce"/> when it is to write.
/// </summary>
internal sealed record CommitDecisions
{
    /// <summary>Whether whoever brings a write makes its commit himself, where that would be quicker.</summary>
    public required Func<bool> AtOnce { get; init; }

    /// <summary>Why the commit that is about to be made fails; null where it does not.</summary>
    public required Func<Exception?> Failure { get; init; }
}
