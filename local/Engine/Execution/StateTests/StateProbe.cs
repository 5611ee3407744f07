using Stateside.Engine.Execution.Turns;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;

namespace Stateside.Engine.Execution.StateTests;

/// <summary>What is learnt of a state while it is tested, over the turns that the test takes.</summary>
internal sealed class StateProbe(StateTest test)
{
    /// <summary>The test: the state, and what it is to find around it.</summary>
    public StateTest Test { get; } = test;

    /// <summary>Gathers the stages of the state's data.</summary>
    public Inspection Inspection { get; } = new();

    /// <summary>How many iterations of a Map may fail.</summary>
    public long ToleratedFailures { get; set; }

    /// <summary>What the state gave on; null when it was not left.</summary>
    public Departure? Departure { get; set; }

    /// <summary>The state it leads to; null when it ends there.</summary>
    public string? Next { get; set; }

    /// <summary>The failure that a retrier or a catcher was asked about; null when there was none.</summary>
    public FrameFailure? Failure { get; set; }

    /// <summary>Which retrier was for the failure.</summary>
    public int? RetryIndex { get; set; }

    /// <summary>How long that retrier pauses; null when it has no attempts left.</summary>
    public TimeSpan? Pause { get; set; }

    /// <summary>Which catcher caught the failure.</summary>
    public int? CatchIndex { get; set; }
}
