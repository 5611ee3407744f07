namespace Stateside.Conformance.Linearizability;

/// <summary>One request as its client saw it.</summary>
/// <param name="Operation">What was asked.</param>
/// <param name="Argument">With what.</param>
/// <param name="Answer">What was answered; null when the connection was lost before that, so that it may have been done or not.</param>
/// <param name="Begin">When it was sent.</param>
/// <param name="End">When the answer came, or the connection was lost.</param>
internal sealed record Call(string Operation, string Argument, string? Answer, long Begin, long End)
{
    /// <summary>Of one without an answer: until when it may have been done.</summary>
    public long Latest { get; init; } = long.MaxValue;

    /// <summary>The same, known the service's ends: what it has not done by its end it never does.</summary>
    /// <param name="kills">When it was dead, in order.</param>
    public Call Until(IReadOnlyList<long> kills) => Answer is null ? this with { Latest = kills.FirstOrDefault(kill => kill >= End, long.MaxValue) } : this;

    public override string ToString() => $"{Operation} {Argument} -> {Answer ?? "?"} [{Begin}, {(Answer is null ? "" : End)}]";
}
