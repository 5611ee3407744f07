namespace Stateside.Conformance.Simulation;

/// <summary>A fault that is planted, so that the simulation shows that it would find it.</summary>
internal enum Plant
{
    None,

    /// <summary>Effects of a turn leave before its commit is made.</summary>
    EffectBeforeCommit,

    /// <summary>A timer that is set never fires.</summary>
    DroppedDueTime,

    /// <summary>A start is acknowledged before it is saved.</summary>
    NameBeforeSave,
}
