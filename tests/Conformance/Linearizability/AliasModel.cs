namespace Stateside.Conformance.Linearizability;

/// <summary>What is known of an alias.</summary>
/// <param name="Value">What it was last set to.</param>
/// <param name="Updated">When; null where nobody has been told.</param>
internal sealed record AliasState(string Value, string? Updated);

/// <summary>An alias, which is set and read as a whole. Answers: <c>update</c> a date, <c>describe</c> the value and that date.</summary>
/// <param name="value">What it was made with.</param>
internal sealed class AliasModel(string value) : Model<AliasState>
{
    public override AliasState Initial { get; } = new(value, null);

    public override IEnumerable<AliasState> After(AliasState state, Call call) => (call.Operation, call.Answer) switch
    {
        ("update", var date) => [new AliasState(call.Argument, date)],
        ("describe", { } answer) => answer.Split(' ') is [var told, var date] && told == state.Value && (state.Updated is null || state.Updated == date)
            ? [state with { Updated = date }]
            : [],
        _ => [],
    };
}
