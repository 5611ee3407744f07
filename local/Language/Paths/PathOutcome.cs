namespace Stateside.Language.Paths;

/// <summary>What became of following steps.</summary>
internal enum PathOutcome
{
    /// <summary>They lead to a value, and be it an empty array.</summary>
    Found,

    /// <summary>They lead to nothing. A wildcard over an array passes over the item, a filter takes it as an answer.</summary>
    Missing,

    /// <summary>A step does not fit what it came to, such as an index of a text: the whole path fails, inside a filter too.</summary>
    Unfit,

    /// <summary>They lead to too much. The whole path fails.</summary>
    GivenUp,
}
