using Stateside.Aws.Contents;
using Stateside.Engine;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.History;
using Stateside.Engine.Operations;
using Stateside.Engine.Store;
using Stateside.Engine.Template;

namespace Stateside.Service.Console.Pages;

/// <summary>What the pages of the console work on; made when the first of them is asked for.</summary>
/// <param name="service">The service.</param>
/// <param name="template">The template as it was last taken over; null where there is none.</param>
/// <param name="opened">The executions that were opened from records of AWS.</param>
/// <param name="time">The real clock.</param>
internal sealed class ConsoleServices(LocalService service, Func<TemplateModel?> template, OpenedExecutions opened, TimeProvider time)
{
    private KnownData? _known;

    public LocalService Service => service;

    public ExecutionEngine Engine => service.Engine;

    public ResourceCatalog Catalog => service.Catalog;

    /// <summary>The executions that were opened from records of AWS.</summary>
    public OpenedExecutions Opened => opened;

    /// <summary>The execution of an ARN, or the opened one of a key; null where there is none.</summary>
    public ExecutionDescription? Describe(string arn) => OpenedExecutions.IsKey(arn) ? opened.Find(arn)?.Description : Engine.Describe(arn);

    /// <summary>Some events of the execution of an ARN, or of the opened one of a key.</summary>
    /// <param name="arn">The ARN or the key.</param>
    /// <param name="from">The number of the first event.</param>
    /// <param name="count">How many at most.</param>
    public IReadOnlyList<HistoryEvent> ReadHistory(string arn, long from = 1, int count = int.MaxValue) =>
        (OpenedExecutions.IsKey(arn) ? opened.Find(arn)?.Read(from, count) : Engine.ReadHistory(arn, from, count)?.Events) ?? [];

    /// <summary>For pages that do what an operation of the API does.</summary>
    public ServiceState State => service.State;

    /// <summary>The template as it was last taken over.</summary>
    public TemplateModel? Template => template();

    /// <summary>What the template's tables, buckets, queues and topics hold; null where there is no template.</summary>
    public TemplateContents? Contents => Template is { } declared ? new TemplateContents(service, declared) : null;

    /// <summary>The clock of whoever looks; executions may have another.</summary>
    public TimeProvider Time => time;

    public Assets Assets { get; } = new();

    public ExecutionChanges Changes { get; } = new(service.Engine);

    /// <summary>Tells what is known of the data of definitions.</summary>
    public KnownData Known => LazyInitializer.EnsureInitialized(ref _known, () => new KnownData(this));
}
