using Stateside.Aws.Contents;
using Stateside.Engine;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Operations;
using Stateside.Engine.Store;
using Stateside.Engine.Template;

namespace Stateside.Service.Console.Pages;

/// <summary>What the pages of the console work on; made when the first of them is asked for.</summary>
/// <param name="service">The service.</param>
/// <param name="template">The template as it was last taken over; null where there is none.</param>
/// <param name="time">The real clock.</param>
internal sealed class ConsoleServices(LocalService service, Func<TemplateModel?> template, TimeProvider time)
{
    public LocalService Service => service;

    public ExecutionEngine Engine => service.Engine;

    public ResourceCatalog Catalog => service.Catalog;

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
}
