namespace Stateside.Conformance.Linearizability;

/// <summary>What is known of an execution that ends only when it is stopped.</summary>
/// <param name="Input">What it was started with; null while it is not there.</param>
/// <param name="Started">When it was started; null where nobody has been told.</param>
/// <param name="IsStopped">Whether it was stopped.</param>
/// <param name="Stopped">When; null where nobody has been told.</param>
/// <param name="Redrives">How often it was redriven.</param>
internal sealed record ExecutionState(string? Input, string? Started, bool IsStopped, string? Stopped, int Redrives);

/// <summary>
/// The name of an execution and the execution itself. Answers: <c>start</c> and <c>stop</c> a date, <c>redrive</c> that it is <c>done</c>,
/// <c>describe</c> status, start, redrives and stop; each may answer an error.
/// </summary>
internal sealed class ExecutionModel : Model<ExecutionState>
{
    public override ExecutionState Initial { get; } = new(null, null, false, null, 0);

    public override IEnumerable<ExecutionState> After(ExecutionState state, Call call) => (call.Operation, call.Answer) switch
    {
        ("start", "ExecutionAlreadyExists") => If(state.Input is not null && (state.Input != call.Argument || state.IsStopped), state),
        ("start", null) => If(state.Input is null, state with { Input = call.Argument }),
        ("start", var date) => state.Input is null
            ? [state with { Input = call.Argument, Started = date }]
            : If(state.Input == call.Argument && !state.IsStopped && Agree(state.Started, date), state with { Started = date }),
        (_, "ExecutionDoesNotExist") => If(state.Input is null, state),
        ("describe", { } answer) => Described(state, answer.Split(' ')),
        ("stop", null) => If(state is { Input: not null, IsStopped: false }, state with { IsStopped = true, Stopped = null }),
        ("stop", var date) => If(state.Input is not null && (!state.IsStopped || Agree(state.Stopped, date)), state with { IsStopped = true, Stopped = date }),
        ("redrive", "ExecutionNotRedrivable") => If(state is { Input: not null, IsStopped: false }, state),
        ("redrive", null or "done") => If(state.IsStopped, state with { IsStopped = false, Stopped = null, Redrives = state.Redrives + 1 }),
        _ => [],
    };

    private static IEnumerable<ExecutionState> Described(ExecutionState state, string[] told) => told switch
    {
        ["RUNNING", var started, var redrives] =>
            If(state is { Input: not null, IsStopped: false } && Agree(state.Started, started) && redrives == $"{state.Redrives}", state with { Started = started }),
        ["ABORTED", var started, var redrives, var stopped] => If(
            state.IsStopped && Agree(state.Started, started) && redrives == $"{state.Redrives}" && Agree(state.Stopped, stopped),
            state with { Started = started, Stopped = stopped }),
        _ => [],
    };

    private static bool Agree(string? known, string told) => known is null || known == told;

    private static IEnumerable<ExecutionState> If(bool can, ExecutionState state) => can ? [state] : [];
}
