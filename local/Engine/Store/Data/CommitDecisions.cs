namespace Stateside.Engine.Store.Data;

/// <summary>
/// What a simulation decides where otherwise a thread would write: the writer then has none, and whoever simulates calls
/// <see cref="DataWriter.WriteOnce"/> when it is to write.
/// </summary>
internal sealed record CommitDecisions
{
    /// <summary>Whether whoever brings a write makes its commit himself, where that would be quicker.</summary>
    public required Func<bool> AtOnce { get; init; }

    /// <summary>Why the commit of facts that are written by now fails; null where it does not.</summary>
    public required Func<IReadOnlyList<IDataWrite>, Exception?> Failure { get; init; }
}
