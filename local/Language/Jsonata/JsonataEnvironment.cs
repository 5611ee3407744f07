using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Language.Jsonata;

/// <summary>What one evaluation of an expression may look at, and the guards that stop it. Made anew for each evaluation.</summary>
public sealed class JsonataEnvironment
{
    /// <summary>The input document, named by <c>$$</c> and the top-level <c>$</c>; null when there is none, as in Step Functions.</summary>
    public JsonValue? Input { get; init; }

    /// <summary>
    /// Looks up a variable by its name without the dollar sign; null when there is none. Asked at most once a name and only for
    /// variables the evaluation comes across, so a costly value may be made when it is asked for. A variable hides a function of the
    /// same name.
    /// </summary>
    public Func<string, JsonValue?>? Variables { get; init; }

    /// <summary>Random numbers and ids for $random, $shuffle and $uuid.</summary>
    public Chance? Chance { get; init; }

    /// <summary>The instant that $now and $millis give throughout the evaluation.</summary>
    public DateTimeOffset Now
    {
        get => new(UtcNow, TimeSpan.Zero);
        init => UtcNow = value.UtcDateTime;
    }

    /// <summary>The same, in half the room.</summary>
    internal DateTime UtcNow { get; init; } = DateTime.UnixEpoch;

    /// <summary>
    /// How deeply expressions may be evaluated within each other; beyond it the error is U1001. Whatever the figure, an evaluation
    /// that would exhaust the thread's stack ends with that error too.
    /// </summary>
    public int MaxDepth { get; init; } = int.MaxValue;

    /// <summary>How many steps (expressions evaluated, items looked at) the evaluation may take; beyond it the error is U1001.</summary>
    public long MaxSteps { get; init; } = long.MaxValue;

    /// <summary>What evaluating a state's fields may take together; null of an evaluation by itself, which has the limits named here.</summary>
    internal Budget? Budget { get; init; }

    /// <summary>How long the evaluation may take by <see cref="Clock"/>; beyond it the error is U1001.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>The clock that <see cref="TimeLimit"/> is measured by; needed only with it.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>Stops the evaluation with <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken Cancellation { get; init; }
}
