namespace Stateside.Language.Services;

/// <summary>
/// A service with optimized integrations: whose actions they call, and how their errors are named. These integrations speak through the
/// first SDK for Java. See https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html.
/// </summary>
/// <param name="Name">The service as <c>aws-sdk:</c> resources call it.</param>
/// <param name="ErrorPrefix">What stands before the dot in error names.</param>
/// <param name="SdkName">The service as the SDK calls it in its texts.</param>
internal sealed record OptimizedService(string Name, string ErrorPrefix, string SdkName)
{
    /// <summary>The exception that stands for every error the SDK has no class for.</summary>
    public string Exception { get; init; } = $"{SdkName}Exception";

    /// <summary>Whether the output carries SdkHttpMetadata and SdkResponseMetadata.</summary>
    public bool HasMetadata { get; init; } = true;

    /// <summary>Whether the SDK has an empty list where the service says nothing of one.</summary>
    public bool ListsAreNeverAbsent { get; init; }
}
