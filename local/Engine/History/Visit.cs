namespace Stateside.Engine.History;

/// <summary>How a visit to a state, an attempt or an iteration stands.</summary>
internal enum VisitStatus
{
    /// <summary>Under way.</summary>
    Running,

    /// <summary>Ended well.</summary>
    Succeeded,

    /// <summary>Ended with an error that a catcher took.</summary>
    Caught,

    /// <summary>Ended with an error that the state did not handle.</summary>
    Failed,

    /// <summary>Ended because something around it did.</summary>
    Aborted,
}

/// <summary>One visit to a state, as the history tells it. It holds the numbers of events, never their payloads.</summary>
internal sealed class Visit
{
    /// <summary>The number of the event of entering.</summary>
    public required long Id { get; init; }

    /// <summary>The event before it.</summary>
    public required long PreviousEventId { get; init; }

    /// <summary>The state's name.</summary>
    public required string Name { get; init; }

    /// <summary>Task, Pass, …</summary>
    public required string Type { get; init; }

    /// <summary>The Parallel or Map visit around it; null outside of one.</summary>
    public required Visit? Outer { get; init; }

    /// <summary>The iteration it belongs to; null outside of a Map.</summary>
    public required Iteration? Iteration { get; init; }

    /// <summary>Which branch it belongs to; -1 outside of a Parallel.</summary>
    public required int Branch { get; init; }

    /// <summary>When the state was entered.</summary>
    public required DateTimeOffset Entered { get; init; }

    /// <summary>When the visit ended; null while it is under way.</summary>
    public DateTimeOffset? Ended { get; set; }

    /// <summary>The number of the event that ended it, by leaving or otherwise; null while it is under way.</summary>
    public long? EndEventId { get; set; }

    /// <summary>How it stands.</summary>
    public VisitStatus Status { get; set; }

    /// <summary>The number of the event of leaving; null where there is none.</summary>
    public long? ExitedEventId { get; set; }

    /// <summary>The last error; null where there was none.</summary>
    public string? Error { get; set; }

    /// <summary>What was tried: of a Task each request, of a Parallel and a Map each round.</summary>
    public List<Attempt> Attempts { get; } = [];

    /// <summary>Of a Map how many items it has; null until that is known.</summary>
    public long? Length { get; set; }

    /// <summary>Of a distributed Map its run, the last where it was retried.</summary>
    public MapRun? MapRun { get; set; }

    /// <summary>Whether a later attempt of what is around it took its place.</summary>
    public bool IsSuperseded { get; set; }

    /// <summary>Of a Parallel or a Map: whether it has said that its present round failed.</summary>
    public bool HasFailed { get; set; }

    /// <summary>The number of the last event that changed anything here.</summary>
    public long Changed { get; set; }

    /// <summary>How many Parallel and Map visits are around it.</summary>
    public int Depth => Outer is null ? 0 : Outer.Depth + 1;

    /// <summary>Whether it is under way.</summary>
    public bool IsRunning => Status == VisitStatus.Running;

    /// <summary>Whether it is a state that can retry and catch.</summary>
    public bool IsWork => Type is "Task" or "Parallel" or "Map";

    /// <summary>Whether it happened inside that visit.</summary>
    public bool IsWithin(Visit visit)
    {
        for (var outer = Outer; outer is not null; outer = outer.Outer)
        {
            if (ReferenceEquals(outer, visit))
                return true;
        }

        return false;
    }

    /// <summary>Whether it happened inside that iteration.</summary>
    public bool IsWithin(Iteration iteration)
    {
        for (var visit = this; visit is not null; visit = visit.Outer)
        {
            if (ReferenceEquals(visit.Iteration, iteration))
                return true;
        }

        return false;
    }
}

/// <summary>One attempt of a visit.</summary>
internal sealed class Attempt
{
    /// <summary>Its number within the visit, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The event that began it: what was scheduled, or the round's start.</summary>
    public required long BeginEventId { get; init; }

    /// <summary>Whether it is a redrive's, and goes on with what the one before it had.</summary>
    public required bool IsRedrive { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Begun { get; init; }

    /// <summary>When somebody took the work; null before that.</summary>
    public DateTimeOffset? Started { get; set; }

    /// <summary>The event that says that the request was accepted; null where there is none.</summary>
    public long? SubmittedEventId { get; set; }

    /// <summary>The event with its result; null where there is none.</summary>
    public long? ResultEventId { get; set; }

    /// <summary>The event with its error; null where there is none.</summary>
    public long? FailureEventId { get; set; }

    /// <summary>When it ended; null while it is under way.</summary>
    public DateTimeOffset? Ended { get; set; }

    /// <summary>How it stands.</summary>
    public VisitStatus Status { get; set; }

    /// <summary>The error name; null where there was none.</summary>
    public string? Error { get; set; }
}

/// <summary>One iteration of an inline Map.</summary>
internal sealed class Iteration
{
    /// <summary>The number of the event that began it.</summary>
    public required long Id { get; init; }

    /// <summary>The visit to the Map.</summary>
    public required Visit Map { get; init; }

    /// <summary>Which item it is for.</summary>
    public required int Index { get; init; }

    /// <summary>Whether the Map began anew since.</summary>
    public bool IsSuperseded { get; set; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When it ended; null while it is under way.</summary>
    public DateTimeOffset? Ended { get; set; }

    /// <summary>The number of the event that ended it; null while it is under way.</summary>
    public long? EndEventId { get; set; }

    /// <summary>How it stands.</summary>
    public VisitStatus Status { get; set; }

    /// <summary>The number of the last event that changed anything here.</summary>
    public long Changed { get; set; }
}

/// <summary>One run of a distributed Map.</summary>
internal sealed class MapRun
{
    /// <summary>The number of the event that began it.</summary>
    public required long Id { get; init; }

    /// <summary>Its ARN.</summary>
    public required string Arn { get; init; }

    /// <summary>The visit to the Map.</summary>
    public required Visit Map { get; init; }

    /// <summary>How many items it has.</summary>
    public required long Length { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When it ended; null while it is under way.</summary>
    public DateTimeOffset? Ended { get; private set; }

    /// <summary>How it stands.</summary>
    public ExecutionStatus Status { get; private set; }

    /// <summary>How often it was redriven.</summary>
    public int RedriveCount { get; private set; }

    /// <summary>When it was redriven last; null for never.</summary>
    public DateTimeOffset? RedriveDate { get; private set; }

    public void Redrive(DateTimeOffset time)
    {
        (Status, Ended) = (ExecutionStatus.Running, null);
        (RedriveCount, RedriveDate) = (RedriveCount + 1, time);
    }

    public void End(ExecutionStatus status, DateTimeOffset time) => (Status, Ended) = (status, time);
}
