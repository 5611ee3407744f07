using Stateside.Engine.Execution.Turns;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Execution;

/// <summary>How an engine is set up.</summary>
internal sealed record EngineOptions
{
    /// <summary>The region and the account in every ARN.</summary>
    public AwsLocation Location { get; init; } = AwsLocation.Default;

    /// <summary>The clock. A <see cref="VirtualTime"/> jumps to the next due time whenever nothing else is to be done.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>
    /// What the time that an evaluation takes is measured by, which is the computer's; null measures none.
    /// </summary>
    public TimeProvider? EvaluationClock { get; init; }

    /// <summary>
    /// Whether threads of the engine's own wait for due times, which wakes executions in time also when the service is busy. Only where
    /// <see cref="Time"/> goes as the machine's clock goes.
    /// </summary>
    public bool TimerThreads { get; init; }

    /// <summary>
    /// Whether the outcomes of an execution's tasks that are under way together come together, in the order in which the tasks began,
    /// so that the same run again writes the same history. An outcome then waits for the slowest of them.
    /// </summary>
    public bool OrdersOutcomes { get; init; }

    /// <summary>What random numbers, ids and tokens derive from: the same seed and names give the same run.</summary>
    public ulong Seed { get; init; }

    /// <summary>The code that performs a resource, or null when there is none.</summary>
    public required Func<TaskResource, ITaskHandler?> HandlerOf { get; init; }

    /// <summary>Whether an activity of that ARN exists.</summary>
    public Func<string, bool> ActivityExists { get; init; } = _ => false;

    /// <summary>What executions wait in for a thread to move on; null for the thread pool. A simulation says itself which goes next.</summary>
    public Action<IThreadPoolWorkItem>? Queue { get; init; }

    /// <summary>Whether timeouts and heartbeats stand still, as they do while a debugger holds the handlers.</summary>
    public Func<bool> TimeoutsStandStill { get; init; } = () => false;

    /// <summary>What Wait states and the pauses before retries are multiplied by, such as 0.01.</summary>
    public double WaitScale { get; init; } = 1;

    /// <summary>
    /// Is told after every turn which transitions it took, with the machine's revision; at the same time from several threads. A
    /// transition may be told twice after a crash, as effects are. Null asks for none, and costs nothing.
    /// </summary>
    public Action<StateMachine, IReadOnlyList<Transition>>? TransitionsTaken { get; init; }

    /// <summary>Where executions are kept; null for memory alone.</summary>
    public DataStore? Data { get; init; }

    /// <summary>The revision of a machine's ARN and a revision id, as the catalog has it; null when it has it no more.</summary>
    public Func<string, string, StateMachine?> FindRevision { get; init; } = (_, _) => null;

    /// <summary>How long an execution is kept in the file after its end; null for ever.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>
    /// How many executions may run at a time. See https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html.
    /// </summary>
    public int MaxRunningExecutions { get; init; } = 1_000_000;

    /// <summary>
    /// How much the executions in memory may weigh together, counted as <see cref="KeptEvents"/> are: beyond it none begins, as when too
    /// many run.
    /// </summary>
    public long MaxWeight { get; init; } = long.MaxValue;

    /// <summary>
    /// How many events the executions that have ended may have together in memory; the oldest are forgotten. Their payloads
    /// count as so many more as take the same memory.
    /// </summary>
    public long KeptEvents { get; init; } = 5_000_000;

    /// <summary>
    /// How many executions are kept once they have ended; the oldest are forgotten with their histories and tokens. What is saved can
    /// still be read from the file.
    /// </summary>
    public int KeptExecutions { get; init; } = 100_000;

    /// <summary>How many children of map runs are kept beside them.</summary>
    public int KeptChildren { get; init; } = 10_000;

    /// <summary>How many are where they are saved too: then this is only quicker, and Express ones have their history.</summary>
    public int KeptSavedChildren { get; init; } = 1_000;

    /// <summary>Of how many children that failed first in each map run each is kept as an execution is, however many come after it.</summary>
    public int KeptFailedChildren { get; init; } = 1_000;
}

/// <summary>What to start.</summary>
/// <param name="StateMachine">The revision to run.</param>
/// <param name="Input">The input.</param>
public sealed record StartRequest(StateMachine StateMachine, JsonValue Input)
{
    /// <summary>The name, unique among the machine's executions; null makes one up.</summary>
    public string? Name { get; init; }

    /// <summary>The trace header the caller sent.</summary>
    public string? TraceHeader { get; init; }

    /// <summary>The alias it was started through.</summary>
    public string? AliasArn { get; init; }

    /// <summary>The version it runs.</summary>
    public string? VersionArn { get; init; }

    /// <summary>The test case of a mock file that answers for its tasks; null for none.</summary>
    public string? TestCase { get; init; }

    /// <summary>Whether the caller waits for the end of an Express execution; such a one is never saved.</summary>
    public bool IsSynchronous { get; init; }

    /// <summary>
    /// Whether the start waits while nothing can be saved, as an execution's task does, which must not fail of a full disk; else the
    /// start is refused.
    /// </summary>
    public bool IsPatient { get; init; }

    /// <summary>Whether a task waits for the execution's end, and will look for it as soon as it has started.</summary>
    internal bool IsAwaited { get; init; }
}

/// <summary>As many executions run as may.</summary>
/// <param name="isBusy">Whether the service has more to do than it can just now, rather than more executions than it may have.</param>
public sealed class ExecutionLimitException(bool isBusy) : Exception(isBusy
    ? "Rate exceeded"
    : "The maximum number of running executions has been reached. Running executions must end or be stopped before a new execution can be started.")
{
    /// <summary>Whether trying again soon may help.</summary>
    public bool IsBusy { get; } = isBusy;
}

/// <summary>What was to reach an execution that is held, and would make it go on: whoever brings it may try again.</summary>
/// <param name="arn">The execution.</param>
internal sealed class ExecutionHeldException(string arn) : Exception($"The execution {arn} cannot take this now. {ExecutionDescription.Held}.");

/// <summary>What became of a token that an outsider presented.</summary>
public enum TokenResult
{
    /// <summary>It was taken.</summary>
    Accepted,

    /// <summary>There has never been such a token.</summary>
    Unknown,

    /// <summary>Nobody waits for that task any more.</summary>
    Closed,
}
