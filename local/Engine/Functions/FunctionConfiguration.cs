namespace Stateside.Engine.Functions;

/// <summary>What the host needs to know of one Lambda function, as a template or a caller gives it.</summary>
internal sealed record FunctionConfiguration
{
    /// <summary>The variables in which Lambda tells every function its region; the AWS SDK goes by them.</summary>
    public static IReadOnlyList<string> RegionNames { get; } = ["AWS_REGION", "AWS_DEFAULT_REGION"];

    /// <summary>The function's name: the deployed one, or the logical id where a template gives none.</summary>
    public required string Name { get; init; }

    /// <summary>The function's ARN; handlers see it as the ARN they were invoked by.</summary>
    public required string Arn { get; init; }

    /// <summary>
    /// The handler as the runtime has it: <c>Assembly::Namespace.Type::Method</c> or the name of an executable assembly for .NET,
    /// <c>module.function</c> for Python and Node.js. A runtime of one's own may take anything.
    /// </summary>
    public required string Handler { get; init; }

    /// <summary>
    /// Where the code is: a project file, a folder that holds one, a folder of built output or scripts, a zip of either, or the template
    /// that <see cref="InlineCode"/> stands in.
    /// </summary>
    public required string CodePath { get; init; }

    /// <summary>The code itself, one file of Python or Node.js, which Lambda names index; null where it is at <see cref="CodePath"/>.</summary>
    public string? InlineCode { get; init; }

    /// <summary>The Lambda runtime, such as dotnet10, python3.13, nodejs22.x or provided.al2023.</summary>
    public string Runtime { get; init; } = "dotnet10";

    /// <summary>The function's environment variables.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>The variables that tell the region of its ARN; none where that names none.</summary>
    public IEnumerable<KeyValuePair<string, string>> RegionVariables => Arn.Split(':') is [_, _, _, { Length: > 0 } region, ..]
        ? RegionNames.Select(name => KeyValuePair.Create(name, region))
        : [];

    /// <summary>How long one invocation may take. Lambda's default is 3 seconds.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The memory in MB that the handler is told of. Only a process of its own is ended when it takes more.</summary>
    public int MemorySize { get; init; } = 128;

    /// <summary>How many invocations may run at once; null for the host's own figure, 0 to throttle every invocation.</summary>
    public int? ReservedConcurrency { get; init; }

    /// <summary>Two configurations are equal when every property is, variables compared one by one.</summary>
    public bool Equals(FunctionConfiguration? other) =>
        ReferenceEquals(this, other)
        || (other is not null && Name == other.Name && Arn == other.Arn && Handler == other.Handler && CodePath == other.CodePath
            && InlineCode == other.InlineCode && Runtime == other.Runtime && Timeout == other.Timeout && MemorySize == other.MemorySize
            && ReservedConcurrency == other.ReservedConcurrency && Variables.Count == other.Variables.Count
            && Variables.All(pair => other.Variables.TryGetValue(pair.Key, out var value) && value == pair.Value));

    public override int GetHashCode() => HashCode.Combine(Name, Handler, CodePath);
}
