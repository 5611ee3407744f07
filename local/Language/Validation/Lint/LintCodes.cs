namespace Stateside.Language.Validation.Lint;

/// <summary>The codes of our own warnings, which go beyond what the service checks.</summary>
internal static class LintCodes
{
    /// <summary>No way leads from the start to a state.</summary>
    public const string UnreachableState = "UNREACHABLE_STATE";

    /// <summary>Earlier retriers match all errors that a retrier names.</summary>
    public const string RetrierNeverMatches = "RETRIER_NEVER_MATCHES";

    /// <summary>Earlier catchers match all errors that a catcher names.</summary>
    public const string CatcherNeverMatches = "CATCHER_NEVER_MATCHES";

    /// <summary>An error name that no such state ever reports, or that cannot be handled.</summary>
    public const string ErrorNeverReported = "ERROR_NEVER_REPORTED";

    /// <summary>A state leads to itself and has no other way out.</summary>
    public const string EndlessLoop = "ENDLESS_LOOP";

    /// <summary>A Task may wait for a year for someone who is gone.</summary>
    public const string MissingTimeout = "MISSING_TIMEOUT";

    /// <summary>A heartbeat that is not shorter than the timeout never strikes.</summary>
    public const string HeartbeatNotShorter = "HEARTBEAT_NOT_SHORTER";

    /// <summary>An object that SAM takes for an intrinsic function of CloudFormation.</summary>
    public const string SamIntrinsic = "SAM_INTRINSIC";

    /// <summary>A path into data whose shape is known and does not hold it.</summary>
    public const string PathNeverResolves = "PATH_NEVER_RESOLVES";

    /// <summary>A retrier that never retries has settings for its pauses.</summary>
    public const string RetrierWithoutEffect = "RETRIER_WITHOUT_EFFECT";

    /// <summary>A Choice without Default fails when no rule matches.</summary>
    public const string ChoiceWithoutDefault = "CHOICE_WITHOUT_DEFAULT";

    /// <summary>A field of an inline Map that only a distributed one uses.</summary>
    public const string DistributedMapOnly = "DISTRIBUTED_MAP_ONLY";
}
