using Stateside.Engine.Template.Parsing;

namespace Stateside.Engine.Template;

/// <summary>A Lambda function of a template, as a deployment would make it.</summary>
internal sealed record TemplateFunction
{
    /// <summary>Its key in the template.</summary>
    public required string LogicalId { get; init; }

    /// <summary>FunctionName, or the logical id.</summary>
    public required string Name { get; init; }

    /// <summary>Its ARN without a qualifier.</summary>
    public required string Arn { get; init; }

    /// <summary>Where the template declares it.</summary>
    public required TemplatePlace Place { get; init; }

    /// <summary>The handler, such as Assembly::Namespace.Type::Method; of an image its command. Null when it has none.</summary>
    public string? Handler { get; init; }

    /// <summary>The runtime, such as dotnet10; null for an image.</summary>
    public string? Runtime { get; init; }

    /// <summary>The full path of its code on this machine: a folder with the project or its build, or a package. Null when elsewhere.</summary>
    public string? CodePath { get; init; }

    /// <summary>Its code where that stands in the template itself; else null.</summary>
    public string? InlineCode { get; init; }

    /// <summary>How long an invocation may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The memory, in MiB.</summary>
    public int MemorySize { get; init; } = 128;

    /// <summary>The environment variables of its own.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>How many invocations may run at once; null where nothing is reserved.</summary>
    public int? ReservedConcurrency { get; init; }

    /// <summary>The alias that SAM publishes; null without one.</summary>
    public string? AutoPublishAlias { get; init; }

    /// <summary>What may stand after the name in an ARN: $LATEST, aliases, published versions.</summary>
    public IReadOnlyList<string> Qualifiers { get; init; } = ["$LATEST"];

    /// <summary>Whether the function is a container image.</summary>
    public bool IsImage { get; init; }

    /// <summary>The schemas of what it is given and gives.</summary>
    public TemplateSchemas Schemas { get; init; } = TemplateSchemas.None;

    /// <summary>Whether the function is .NET code: its runtime says so, or its handler has the form of one.</summary>
    public bool IsDotNet => Runtime?.StartsWith("dotnet", StringComparison.OrdinalIgnoreCase) ?? Handler?.Contains("::", StringComparison.Ordinal) ?? false;
}
