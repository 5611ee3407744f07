namespace Stateside.Conformance.Hostile;

/// <summary>Something that a client, a definition or a template does to the service which others use.</summary>
/// <param name="Name">What it is called in the table.</param>
/// <param name="RunAsync">Does it, and says how the service answered.</param>
internal sealed record Attack(string Name, Func<Target, Task<string>> RunAsync)
{
    /// <summary>Whether CI does it too.</summary>
    public bool IsShort { get; init; }

    /// <summary>Whether it is done to a service that keeps its data as well.</summary>
    public bool IsDurable { get; init; }

    /// <summary>The template that is served; null for none.</summary>
    public string? Template { get; init; }

    /// <summary>Whether edits of the template count.</summary>
    public bool IsReloaded { get; init; }

    /// <summary>How long it may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);
}

/// <summary>The service answered an attack as it should not.</summary>
internal sealed class UnfitAnswerException(string message) : Exception(message);
