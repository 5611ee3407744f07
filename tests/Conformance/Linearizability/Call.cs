namespace Stateside.Conformance.Linearizability;

/// <summary>One request as its client saw it.</summary>
/// <param name="Operation">What was asked.</param>
/// <param name="Argument">With what.</param>
/// <param name="Answer">What was answered; null when the connection was lost before that, so that it may have been done, at any time from then on, or never.</param>
/// <param name="Begin">When it was sent.</param>
/// <param name="End">When the answer came.</param>
internal sealed record Call(string Operation, string Argument, string? Answer, long Begin, long End)
{
    public override string ToString() => $"{Operation} {Argument} -> {Answer ?? "?"} [{Begin}, {(Answer is null ? "" : End)}]";
}
