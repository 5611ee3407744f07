namespace Stateside.Service.Console.Pages;

/// <summary>Where each page is.</summary>
internal static class Links
{
    public const string Machines = "/console/machines";

    public const string Activities = "/console/activities";

    /// <summary>What the template's tables, buckets, queues and topics hold.</summary>
    public const string Contents = "/console/data";

    /// <summary>The executions that were opened from records of AWS.</summary>
    public const string Opened = $"{Machines}#opened";

    /// <summary>A machine, or one of its pages.</summary>
    /// <param name="arn">The machine's ARN.</param>
    /// <param name="page">The page, such as definition; null for the first.</param>
    public static string Machine(string arn, string? page = null) => $"{Machines}/{Part(arn)}{(page is null ? "" : $"/{page}")}";

    /// <summary>An execution, or what belongs to it.</summary>
    /// <param name="arn">The execution's ARN.</param>
    /// <param name="page">What of it, such as events; null for its page.</param>
    public static string Execution(string arn, string? page = null) => $"/console/executions/{Part(arn)}{(page is null ? "" : $"/{page}")}";

    /// <summary>The run of a distributed Map.</summary>
    public static string MapRun(string arn) => $"/console/map-runs/{Part(arn)}";

    /// <summary>A table, bucket, queue or topic, or one of its pages.</summary>
    /// <param name="kind">What it is: tables, buckets, queues or topics.</param>
    /// <param name="name">Its logical id.</param>
    /// <param name="page">The page, such as put; null for the first.</param>
    public static string Content(string kind, string name, string? page = null) => $"{Contents}/{kind}/{Part(name)}{(page is null ? "" : $"/{page}")}";

    /// <summary>A text as one part of a path. Colons may stand as they are, and ARNs are full of them.</summary>
    public static string Part(string text) => Uri.EscapeDataString(text).Replace("%3A", ":", StringComparison.Ordinal);
}
