using System.Reflection;
using System.Text;
using Stateside.Engine;
using Stateside.Engine.Execution;
using Stateside.Engine.Functions;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services;
using Stateside.Engine.Template;
using Stateside.Language.Json;

// A process has one value for an environment variable, and these tests deploy the same functions with several.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Stateside.Workflow.Tests;

/// <summary>One execution at its end.</summary>
internal sealed record Run(ExecutionDescription Execution, IReadOnlyList<HistoryEvent> Events)
{
    public JsonObject Output => Assert.IsType<JsonObject>(Execution.Output);

    public string[] Problems => [.. Assert.IsType<JsonArray>(Output["problems"]).Select(problem => ((JsonString)problem).Value)];

    /// <summary>The states in the order in which they were entered.</summary>
    public string[] States => [.. Events.Where(e => e.Type.Name().EndsWith("StateEntered", StringComparison.Ordinal)).Select(e => (string)e["name"]!)];
}

/// <summary>A machine of a template with its handlers, in virtual time; some functions may be answered for.</summary>
internal sealed class Workflow : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Hung = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stateside-workflow-");
    private readonly LocalService _service;
    private readonly StateMachine _machine;
    private readonly List<Exception> _defects = [];

    /// <summary>Deploys a template.</summary>
    /// <param name="template">The template's path below the repository, or any other.</param>
    /// <param name="machine">The machine to run.</param>
    /// <param name="answer">Answers for functions.</param>
    /// <param name="parameters">The template's parameters.</param>
    /// <param name="time">The clock of executions.</param>
    /// <param name="services">Answers for AWS services.</param>
    public Workflow(
        string template, string machine, Answer? answer = null, Dictionary<string, string>? parameters = null, TimeProvider? time = null,
        ServiceAnswer? services = null)
    {
        var model = TemplateReader.Read(new TemplateRequest(Path.Combine(RepoRoot, template)) { Parameters = parameters ?? [] });
        var found = model.FindStateMachine(machine);
        Assert.Empty(model.ErrorsFor(found));
        _service = new LocalService(new LocalServiceOptions
        {
            Time = time ?? new VirtualTime(Start),
            HandlerTime = TimeProvider.System,
            Seed = 1,
            Functions = new FunctionHostOptions { StateDirectory = _folder.FullName, Build = false },
            WrapInvoker = answer is null ? null : functions => new AnsweredFunctions(functions, answer),
            WrapServices = services is null ? null : inner => new AnsweredServices(inner, services),
        });
        _service.Engine.Defect += (_, e) => _defects.Add(e);
        Assert.Empty(_service.LoadAsync(model).AsTask().GetAwaiter().GetResult());
        _machine = _service.Catalog.FindCurrent(found.Arn)!;
    }

    /// <summary>The table and the bucket of order intake, which have no names but their logical ids before a deployment.</summary>
    public const string Table = "OrdersTable";

    public const string Bucket = "invoicebucket";

    public static string RepoRoot { get; } = typeof(Workflow).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(attribute => attribute.Key == "RepoRoot").Value!;

    /// <summary>The repository's own workflow.</summary>
    public static Workflow OrderIntake(
        Answer? answer = null, Dictionary<string, string>? parameters = null, TimeProvider? time = null, ServiceAnswer? services = null) =>
        new("serverless.template", "OrderIntake", answer, parameters, time, services);

    /// <summary>Asks a service past all answers that were put in.</summary>
    public ValueTask<ServiceResponse> AskAsync(string service, string action, JsonObject parameters) =>
        _service.Services.SendAsync(new ServiceCall(service, action, parameters, "00000000-0000-4000-8000-000000000000"), TestContext.Current.CancellationToken);

    public async Task<Run> RunAsync(string input, string? name = null)
    {
        var (started, _) = await _service.Engine.StartAsync(new StartRequest(_machine, JsonReader.Parse(input, keepText: true)) { Name = name });
        var ended = await _service.Engine.WhenEndedAsync(started.Arn, TestContext.Current.CancellationToken).WaitAsync(Hung);
        Assert.Empty(_defects);
        return new Run(ended, _service.Engine.ReadHistory(started.Arn)!.Events);
    }

    public async ValueTask DisposeAsync()
    {
        await _service.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private sealed class AnsweredFunctions(IFunctionInvoker functions, Answer answer) : IFunctionInvoker
    {
        public async ValueTask<FunctionResponse> InvokeAsync(FunctionRequest request, CancellationToken cancellationToken) =>
            await answer(request, cancellationToken) ?? await functions.InvokeAsync(request, cancellationToken);
    }

    private sealed class AnsweredServices(IServiceClient services, ServiceAnswer answer) : IServiceClient
    {
        public async ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken) =>
            await answer(call, services) ?? await services.SendAsync(call, cancellationToken);
    }
}

/// <summary>Answers for a service, which is given too; null lets it answer itself.</summary>
internal delegate ValueTask<ServiceResponse?> ServiceAnswer(ServiceCall call, IServiceClient services);

/// <summary>Answers for a function; null lets the function itself answer.</summary>
internal delegate ValueTask<FunctionResponse?> Answer(FunctionRequest request, CancellationToken cancellationToken);

/// <summary>What Lambda answers when it is not well.</summary>
internal static class Answers
{
    /// <summary>Has the invocations of a function that begin with the first refused one after another; the rest reach it.</summary>
    public static Answer Refuse(string function, params IReadOnlyList<ServiceError> errors)
    {
        var refused = 0;
        return (request, _) => ValueTask.FromResult<FunctionResponse?>(
            request.FunctionName.Contains(function, StringComparison.Ordinal) && refused < errors.Count
                ? new FunctionResponse.Refused(errors[refused++])
                : null);
    }

    /// <summary>Refuses every invocation of a function.</summary>
    public static Answer RefuseAlways(string function, ServiceError error) => (request, _) => ValueTask.FromResult<FunctionResponse?>(
        request.FunctionName.Contains(function, StringComparison.Ordinal) ? new FunctionResponse.Refused(error) : null);

    /// <summary>Has every invocation of a function fail.</summary>
    public static Answer Fail(string function, string errorJson) => (request, _) => ValueTask.FromResult<FunctionResponse?>(
        request.FunctionName.Contains(function, StringComparison.Ordinal)
            ? new FunctionResponse.Answered(200, Encoding.UTF8.GetBytes(errorJson), request.RequestId) { FunctionError = "Unhandled" }
            : null);
}
