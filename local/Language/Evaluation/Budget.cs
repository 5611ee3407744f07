namespace Stateside.Language.Evaluation;

/// <summary>
/// What evaluating the fields of one state may take, whatever its author writes: well above what AWS allows, whose own limits come
/// first, and well below what harms the others on a small machine.
/// </summary>
internal sealed record EvaluationLimits
{
    /// <summary>The limits, by no clock.</summary>
    public static EvaluationLimits Default { get; } = new();

    /// <summary>How many steps there may be: expressions evaluated, items looked at, nodes come by. It takes a second or two.</summary>
    public long Steps { get; init; } = 20_000_000;

    /// <summary>How many bytes may be made, of which most are gone again as a rule. AWS stops at some ten million of its own.</summary>
    public long Bytes { get; init; } = 256 << 20;

    /// <summary>How long it may take.</summary>
    public TimeSpan Time { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock that the time is measured by; null measures none.</summary>
    public TimeProvider? Clock { get; init; }

    /// <summary>How many steps an evaluation may take that others wait behind: a few milliseconds.</summary>
    public long LightSteps { get; init; } = 32_768;

    /// <summary>And how long it may take, where few steps take long.</summary>
    public TimeSpan LightTime { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Whether one that takes more than that may go on where it is; else it is put off (<see cref="EvaluationPutOffException"/>). Null
    /// where nobody waits behind it.
    /// </summary>
    public Func<bool>? MayTakeLong { get; init; }

    /// <summary>Breaks off every evaluation.</summary>
    public CancellationToken Ending { get; init; }
}

/// <summary>An evaluation takes too long for where it is. It has changed nothing, and begins anew elsewhere.</summary>
internal sealed class EvaluationPutOffException : OperationCanceledException;

/// <summary>What an evaluation has too little of.</summary>
internal enum Shortage
{
    /// <summary>Nothing: it may go on.</summary>
    None,

    /// <summary>Steps, or time.</summary>
    Time,

    /// <summary>Memory: what is to be made has no room.</summary>
    Memory,
}

/// <summary>
/// What is left of the limits. Steps are charged by the size of what they touch; memory is what the thread allocates, as AWS counts it.
/// One thread at a time works with it; any may interrupt.
/// </summary>
/// <param name="limits">The limits.</param>
internal sealed class Budget(EvaluationLimits limits)
{
    /// <summary>So many steps may pass between two looks at all the rest.</summary>
    public const int Stride = 4096;

    /// <summary>What has as many bytes is not made without a look.</summary>
    private const int Large = 65_536;

    private volatile object? _interruption;
    private long _steps;
    private long _unseen;
    private long _allocated = -1;
    private long _began;
    private bool _mayTakeLong = limits.MayTakeLong is null;

    /// <summary>How many steps were taken since it was made, whatever began anew.</summary>
    public long Steps { get; private set; }

    /// <summary>Begins anew, for the fields of another state.</summary>
    public void Begin()
    {
        Count(0);
        _steps = 0;
        _allocated = -1;
        _mayTakeLong = limits.MayTakeLong is null;
    }

    /// <summary>Lets the evaluation under way take long, wherever it is.</summary>
    public void LetTakeLong() => _mayTakeLong = true;

    /// <summary>Says that what comes next may take long, and cannot be asked meanwhile.</summary>
    /// <exception cref="EvaluationPutOffException">Others would wait behind it.</exception>
    public void ExpectLong()
    {
        if (!_mayTakeLong)
            PutOffUnlessAllowed();
    }

    /// <summary>Why what is evaluated is broken off; null as a rule.</summary>
    public object? Interruption => _interruption;

    /// <summary>Breaks off the evaluation under way, when it next looks here.</summary>
    /// <param name="why">Why.</param>
    public void Interrupt(object why) => _interruption = why;

    /// <summary>Takes steps, and looks whether it may go on once there are many.</summary>
    /// <param name="steps">How many were taken.</param>
    /// <param name="bytes">How many bytes are about to be made at one go.</param>
    /// <returns>What there is too little of.</returns>
    /// <exception cref="OperationCanceledException">The evaluation was broken off, or put off.</exception>
    public Shortage Take(long steps, long bytes = 0)
    {
        if (_unseen + steps >= Stride || bytes >= Large)
            return Look(steps, bytes);
        _unseen += steps;
        return Shortage.None;
    }

    /// <summary>Takes steps, and looks at once, as after what may have taken long.</summary>
    /// <inheritdoc cref="Take"/>
    public Shortage Look(long steps, long bytes = 0)
    {
        Count(steps);
        if (_interruption is not null)
            throw new OperationCanceledException();
        limits.Ending.ThrowIfCancellationRequested();
        if (_steps > limits.Steps)
            return Shortage.Time;
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        if (_allocated < 0)
        {
            _allocated = allocated;
            _began = limits.Clock?.GetTimestamp() ?? 0;
        }

        var left = limits.Bytes - (allocated - _allocated);

        // Many small things that came and went are the mark of a loop without end.
        if (left < 0 || bytes > left)
            return left < 0 ? Shortage.Time : Shortage.Memory;
        var elapsed = limits.Clock?.GetElapsedTime(_began) ?? TimeSpan.Zero;
        if (!_mayTakeLong && (_steps > limits.LightSteps || elapsed > limits.LightTime))
            PutOffUnlessAllowed();
        return elapsed > limits.Time ? Shortage.Time : Shortage.None;
    }

    private void PutOffUnlessAllowed()
    {
        _mayTakeLong = limits.MayTakeLong!();
        if (!_mayTakeLong)
            throw new EvaluationPutOffException();
    }

    private void Count(long steps)
    {
        Steps += _unseen + steps;
        _steps += _unseen + steps;
        _unseen = 0;
    }
}
