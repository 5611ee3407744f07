namespace Stateside.Testing;

/// <summary>What a state that is tested alone finds around it, and what is taken for the outcome of its work.</summary>
public sealed record StateTestSetup
{
    /// <summary>The variables that are set: JSON text of an object, or anything that is serialized to one.</summary>
    public object? Variables { get; init; }

    /// <summary>The context object; null makes one up.</summary>
    public object? Context { get; init; }

    /// <summary>What the state's work gives: of a Task its result, of a Parallel or a Map an array. Null where the work is done or fails.</summary>
    public object? Result { get; init; }

    /// <summary>The error name that the state's work fails with; null where it does not.</summary>
    public string? Error { get; init; }

    /// <summary>The cause beside it.</summary>
    public string? Cause { get; init; }

    /// <summary>How often the state was tried again already.</summary>
    public int RetryCount { get; init; }

    /// <summary>How many iterations of a Map failed already.</summary>
    public int FailedIterations { get; init; }
}
