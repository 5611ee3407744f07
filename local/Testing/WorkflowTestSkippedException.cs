namespace Stateside.Testing;

/// <summary>
/// The test cannot be made where it runs, such as one with stubs on AWS. xunit v3 takes it for a skipped test by how its message begins.
/// Under NUnit, MSTest, TUnit and Xunit.SkippableFact their own exception for skipped tests is thrown in its place. For other frameworks
/// <see cref="Reason"/> is there to be passed to their own way of skipping.
/// </summary>
/// <param name="reason">Why.</param>
public sealed class WorkflowTestSkippedException(string reason) : Exception($"$XunitDynamicSkip${reason}")
{
    // Whichever framework runs the tests is in the process by the time that a test is skipped. None of them is referenced.
    private static readonly (string Assembly, string Type)[] Runners =
    [
        ("nunit.framework", "NUnit.Framework.IgnoreException"),
        ("MSTest.TestFramework", "Microsoft.VisualStudio.TestTools.UnitTesting.AssertInconclusiveException"),
        ("Microsoft.VisualStudio.TestPlatform.TestFramework", "Microsoft.VisualStudio.TestTools.UnitTesting.AssertInconclusiveException"),
        ("TUnit.Core", "TUnit.Core.Exceptions.SkipTestException"),
        ("Xunit.SkippableFact", "Xunit.SkipException"),
    ];

    /// <summary>Why.</summary>
    public string Reason { get; } = reason;

    /// <summary>What skips a test under the framework that runs it.</summary>
    /// <param name="reason">Why.</param>
    internal static Exception Of(string reason)
    {
        var loaded = AppDomain.CurrentDomain.GetAssemblies().ToLookup(assembly => assembly.GetName().Name ?? "", StringComparer.Ordinal);
        if (!loaded.Contains("xunit.v3.core"))
        {
            foreach (var (assembly, type) in Runners)
            {
                var found = loaded[assembly].Select(its => its.GetType(type)).OfType<Type>().FirstOrDefault();
                if (found?.GetConstructor([typeof(string)]) is { } constructor)
                    return (Exception)constructor.Invoke([reason]);
            }
        }

        return new WorkflowTestSkippedException(reason);
    }
}
