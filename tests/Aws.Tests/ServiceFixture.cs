using System.Collections.Concurrent;
using Stateside.Engine;
using Stateside.Engine.Execution;
using Stateside.Engine.Functions;
using Stateside.Engine.Tasks;
using Stateside.Engine.Template;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Json;

namespace Stateside.Aws.Tests;

/// <summary>A service in virtual time with what a template declares, in memory.</summary>
internal sealed class ServiceFixture : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("stateside-aws-").FullName;

    /// <summary>A service.</summary>
    /// <param name="template">The template.</param>
    /// <param name="time">Its clock, if it is not virtual time.</param>
    /// <param name="functions">What stands for the template's functions, if not their code.</param>
    /// <param name="address">Where handlers are told that its services answer; null for nowhere.</param>
    /// <param name="isKept">Whether what it has is kept in <see cref="Folder"/>.</param>
    /// <param name="endpoint">Where handlers and tasks are told that AWS's services are; null for nowhere.</param>
    public ServiceFixture(string template, TimeProvider? time = null, IFunctionInvoker? functions = null, Uri? address = null, Uri? endpoint = null, bool isKept = false)
    {
        var path = Path.Combine(_folder, "template.yaml");
        File.WriteAllText(path, template);
        Template = TemplateReader.Read(new TemplateRequest(path));
        Service = new LocalService(new LocalServiceOptions
        {
            Time = time ?? new VirtualTime(new DateTimeOffset(2026, 1, 31, 9, 30, 0, TimeSpan.Zero)),
            HandlerTime = TimeProvider.System,
            Address = address,
            EndpointUrl = endpoint,
            Trouble = Troubles.Enqueue,
            WrapInvoker = functions is null ? null : _ => functions,
            Embedded = service => Embedded = new EmbeddedServices(isKept ? Folder : null, service),
            Functions = new FunctionHostOptions { StateDirectory = _folder, Build = false },
        });
        Assert.Empty(Service.LoadAsync(Template).AsTask().GetAwaiter().GetResult());
    }

    /// <summary>The lines about what could not be done.</summary>
    public ConcurrentQueue<string> Troubles { get; } = new();

    /// <summary>Its folder, which ends with it.</summary>
    public string Folder => _folder;

    public TemplateModel Template { get; }

    public LocalService Service { get; }

    public EmbeddedServices Embedded { get; private set; } = null!;

    /// <summary>Runs the template's one machine to its end.</summary>
    public async Task<ExecutionDescription> RunAsync(string input = "{}")
    {
        var machine = Service.FindStateMachine(Template.StateMachines.Single().Arn)!;
        var started = (await Service.Engine.StartAsync(new StartRequest(machine, JsonReader.Parse(input, keepText: true)) { Name = "run" })).Execution;
        return await Service.Engine.WhenEndedAsync(started.Arn, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
