namespace Stateside.Engine.Execution.Turns;

/// <summary>What kind of move of an execution a <see cref="Transition"/> is.</summary>
public enum TransitionKind
{
    /// <summary>Into the state.</summary>
    Entered,

    /// <summary>Out of it to its Next.</summary>
    Next,

    /// <summary>Out of it to the end of its definition; of a Fail state, into failure.</summary>
    End,

    /// <summary>Out of a Choice by the rule of that index.</summary>
    ChoiceRule,

    /// <summary>Out of a Choice by its Default.</summary>
    Default,

    /// <summary>Out of it after an error, by the catcher of that index.</summary>
    Catcher,

    /// <summary>Back to its work after an error, by the retrier of that index.</summary>
    Retrier,

    /// <summary>Into the Parallel's branch of that index.</summary>
    Branch,

    /// <summary>Into the Map's item processor, with the item of that index.</summary>
    Iteration,

    /// <summary>Past the Map's item processor, since there are no items.</summary>
    NoItems,
}

/// <summary>
/// One move of an execution through its definition, as the step made it. A history tells which state came next, yet not which of
/// several rules, catchers or retriers led there.
/// </summary>
/// <param name="State">The name of the state, which is unique in its machine.</param>
/// <param name="Kind">What kind of move.</param>
/// <param name="Index">Which rule, catcher, retrier, branch or item, from 0; 0 for the other kinds.</param>
public readonly record struct Transition(string State, TransitionKind Kind, int Index = 0);
