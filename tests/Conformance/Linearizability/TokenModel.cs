namespace Stateside.Conformance.Linearizability;

/// <summary>What a task token has been answered with.</summary>
/// <param name="Result">The answer; null while it is waited for.</param>
internal sealed record TokenState(string? Result);

/// <summary>
/// A task token, of which the first answer counts. Answers: <c>SUCCEEDED</c>, <c>FAILED</c> and <c>beat</c> that they are <c>taken</c> or an error,
/// <c>describe</c> the status and what came of it.
/// </summary>
internal sealed class TokenModel : Model<TokenState>
{
    public override TokenState Initial { get; } = new((string?)null);

    public override IEnumerable<TokenState> After(TokenState state, Call call) => (call.Operation, call.Answer) switch
    {
        ("describe", "RUNNING") => If(state.Result is null, state),
        ("describe", var answer) => If(state.Result == answer, state),
        (_, "TaskTimedOut") => If(state.Result is not null, state),
        ("beat", "taken") => If(state.Result is null, state),
        ("beat", _) => [],
        (var status, null or "taken") => If(state.Result is null, new TokenState($"{status} {call.Argument}")),
        _ => [],
    };

    private static IEnumerable<TokenState> If(bool can, TokenState state) => can ? [state] : [];
}
