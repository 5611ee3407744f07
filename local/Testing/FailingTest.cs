namespace Stateside.Testing;

/// <summary>
/// Tells whether a test is failing when it disposes of its workflow: what is wrong besides must not take the place of why it fails. What is
/// thrown in a test's own flow of execution is what it fails with, unless the test goes on to ask something of its workflow.
/// </summary>
/// <remarks>
/// What is thrown in a process is told to the process, so this listens there, and knows its test by the flow of execution.
/// </remarks>
internal sealed class FailingTest
{
    private static readonly AsyncLocal<FailingTest?> Current = new();

    private volatile bool _isThrown;

    static FailingTest() => AppDomain.CurrentDomain.FirstChanceException += (_, _) =>
    {
        if (Current.Value is { } test)
            test._isThrown = true;
    };

    /// <summary>Whether something was thrown since the test last asked something.</summary>
    public bool IsThrown => _isThrown;

    /// <summary>The test of this flow of execution, from here on.</summary>
    public static FailingTest Begin() => Current.Value ??= new FailingTest();

    /// <summary>The test goes on.</summary>
    public static void GoesOn()
    {
        if (Current.Value is { } test)
            test._isThrown = false;
    }

    /// <summary>What this asynchronous method does from here on is ours and not the test's; its caller is not concerned.</summary>
    public static void Leave() => Current.Value = null;
}
