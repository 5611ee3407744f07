namespace Stateside.Conformance.Simulation;

/// <summary>What happened in runs, counted.</summary>
internal sealed record Tally
{
    public long Seeds { get; init; }

    public long Steps { get; init; }

    public long Executions { get; init; }

    public long Events { get; init; }

    public long Answers { get; init; }

    public long Commits { get; init; }

    public long FailedCommits { get; init; }

    public long Kills { get; init; }

    public long Ends { get; init; }

    public long Jumps { get; init; }

    public long HandlerFaults { get; init; }

    public static Tally operator +(Tally one, Tally other) => new()
    {
        Seeds = one.Seeds + other.Seeds,
        Steps = one.Steps + other.Steps,
        Executions = one.Executions + other.Executions,
        Events = one.Events + other.Events,
        Answers = one.Answers + other.Answers,
        Commits = one.Commits + other.Commits,
        FailedCommits = one.FailedCommits + other.FailedCommits,
        Kills = one.Kills + other.Kills,
        Ends = one.Ends + other.Ends,
        Jumps = one.Jumps + other.Jumps,
        HandlerFaults = one.HandlerFaults + other.HandlerFaults,
    };

    public override string ToString() =>
        $"{Seeds:N0} seeds, {Steps:N0} steps, {Executions:N0} executions, {Answers:N0} answers, {Events:N0} events checked, {Commits:N0} commits, "
        + $"{FailedCommits:N0} that failed, {Kills:N0} kills, {Ends:N0} ends in good order, {Jumps:N0} jumps of the clock, {HandlerFaults:N0} faults of handlers";
}
