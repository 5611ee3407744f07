namespace Stateside.Testing;

/// <summary>Whether what a test waits for can come, where all stands still in its executions.</summary>
internal enum Outlook
{
    /// <summary>It can, from outside or once the test has begun.</summary>
    MayCome,

    /// <summary>Only if the test does something at the same time.</summary>
    ByTest,

    /// <summary>It cannot.</summary>
    Never,
}
