namespace Stateside.Testing;

/// <summary>
/// The test cannot be made where it runs, such as one with stubs on AWS. xunit v3 takes it for a skipped test by how its message begins;
/// for other frameworks <see cref="Reason"/> is there to be passed to their own way of skipping.
/// </summary>
/// <param name="reason">Why.</param>
public sealed class WorkflowTestSkippedException(string reason) : Exception($"$XunitDynamicSkip${reason}")
{
    /// <summary>Why.</summary>
    public string Reason { get; } = reason;
}
