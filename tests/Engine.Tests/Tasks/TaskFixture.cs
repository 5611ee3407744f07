using System.Text;
using Amazon.Runtime;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Execution.StateTests;
using Stateside.Engine.History;
using Stateside.Engine.Operations;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Http;
using Stateside.Engine.Tasks.Mocks;
using Stateside.Engine.Tasks.Services;
using Stateside.Engine.Tests.Execution;
using Stateside.Language.Json;
using Stateside.Language.Services;
using Stateside.Language.Validation;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>An engine in virtual time with all its task handlers, and functions that a test makes up.</summary>
internal sealed class TaskFixture : IAsyncDisposable
{
    public const string FunctionArn = "arn:aws:lambda:us-east-1:123456789012:function:Ship";

    public TaskFixture(
        Func<FunctionRequest, FunctionResponse>? answer = null, TimeProvider? time = null, Func<ServiceCall, ServiceResponse>? services = null,
        MockFile? mocks = null, bool allowLoopbackHttp = true, DataStore? data = null, Uri? endpoint = null)
    {
        Functions = new MadeUpFunctions(answer ?? (request => Answer(Encoding.UTF8.GetString(request.Payload.Span))));
        Catalog = new ResourceCatalog(new CatalogOptions
        {
            Time = TimeProvider.System,
            HasRunningExecutions = arn => Engine!.List(new ExecutionQuery(arn) { Status = ExecutionStatus.Running, Limit = 1 }).Count > 0,
        });
        Activities = new ActivityQueue(Catalog, time ?? TimeProvider.System);
        Services = new MadeUpServices(services ?? (_ => throw new InvalidOperationException("No service is to be asked.")));
        Connections = new HttpConnections(Services);
        Http = new HttpTask(Connections, "us-east-1", allowLoopbackHttp, allowAws: false);
        var endpoints = new ServiceEndpoints(endpoint, allowAws: false, AwsLocation.Default, _ => null);
        var apiGateway = new ApiGatewayTask(Http, endpoints, new RequestSigner(TimeProvider.System, "us-east-1", _ => new BasicAWSCredentials("id", "secret")));
        var eks = new EksTask(Http, new RequestSigner(TimeProvider.System, "us-east-1", EksTask.Credentials), AwsLocation.Default);
        Handlers = new TaskHandlers(Functions, Activities, Catalog, Services, Http, apiGateway, eks, time ?? TimeProvider.System, mocks);
        var options = new EngineOptions
        {
            Time = new VirtualTime(new DateTimeOffset(2026, 1, 31, 9, 30, 0, TimeSpan.Zero)),
            HandlerOf = Handlers.Find,
            Data = data,
            ActivityExists = arn => mocks is not null || Catalog.FindActivity(arn) is not null,
        };
        Engine = new ExecutionEngine(options);
        Engine.Defect += (_, e) => Defects.Add(e);
        var service = new ServiceState(AwsLocation.Default)
        {
            Engine = Engine,
            StateTests = StateTests = new StateTester(options),
            Catalog = Catalog,
            Activities = Activities,
            Children = new ChildWatch(Engine),
            Mocks = mocks,
        };
        Operations = new OperationTable(service);
        Handlers.Serve(service, Operations);
    }

    public ExecutionEngine Engine { get; }

    public TaskHandlers Handlers { get; }

    public OperationTable Operations { get; }

    public StateTester StateTests { get; }

    public ResourceCatalog Catalog { get; }

    public ActivityQueue Activities { get; }

    public MadeUpFunctions Functions { get; }

    public MadeUpServices Services { get; }

    public HttpConnections Connections { get; }

    private HttpTask Http { get; }

    public List<Exception> Defects { get; } = [];

    /// <summary>A machine of one Task state.</summary>
    public static string TaskMachine(string resource, string? fields = null) =>
        $$$"""{"StartAt":"Do","States":{"Do":{"Type":"Task","Resource":"{{{resource}}}"{{{(fields is null ? "" : "," + fields)}}},"End":true} } }""";

    public static FunctionResponse.Answered Answer(string payload, string? error = null) => new(200, Encoding.UTF8.GetBytes(payload), "3f1c")
    {
        FunctionError = error,
        ExecutedVersion = "$LATEST",
        Headers = [new("X-Amz-Executed-Version", "$LATEST"), new("Content-Length", payload.Length.ToString())],
    };

    public StateMachine Create(string definition, string name = "Orders", StateMachineType type = StateMachineType.Standard)
    {
        var parsed = DefinitionParser.Parse(definition, type == StateMachineType.Express ? DefinitionOptions.ExpressMachine : null);
        Assert.True(parsed.IsValid, parsed.InvalidDefinitionMessage);
        var arn = $"arn:aws:states:us-east-1:123456789012:stateMachine:{name}";
        var revision = new StateMachine
        {
            Arn = arn,
            Name = name,
            Type = type,
            RoleArn = "arn:aws:iam::123456789012:role/Orders",
            DefinitionText = definition,
            Definition = parsed.Definition!,
            RevisionId = "",
        };
        AtOnce.Done(Catalog.DeclareAsync(revision, []));
        return Catalog.FindCurrent(arn)!;
    }

    public Activity CreateActivity(string name) => AtOnce.Done(Catalog.CreateActivityAsync(name));

    public ExecutionDescription Start(string definition, string input = "{}") =>
        Engine.Start(new StartRequest(Create(definition), JsonReader.Parse(input, keepText: true)) { Name = "parent" }).Execution;

    public async Task<ExecutionDescription> RunAsync(string definition, string input = "{}") => await EndAsync(Start(definition, input));

    public async Task<ExecutionDescription> EndAsync(ExecutionDescription execution)
    {
        var ended = await Engine.WhenEndedAsync(execution.Arn, TestContext.Current.CancellationToken);
        Assert.Empty(Defects);
        return ended;
    }

    public IReadOnlyList<HistoryEvent> History(ExecutionDescription execution) =>
        Engine.ReadHistory(execution.Arn)!.Events;

    public HistoryEvent Event(ExecutionDescription execution, HistoryEventType type) => History(execution).Single(e => e.Type == type);

    /// <summary>The kinds of the events, in order.</summary>
    public IEnumerable<string> Kinds(ExecutionDescription execution) => History(execution).Select(e => e.Type.ToString());

    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        Http.Dispose();
    }
}

/// <summary>Functions that answer as a test says, and remember what they were asked.</summary>
internal sealed class MadeUpFunctions(Func<FunctionRequest, FunctionResponse> answer) : IFunctionInvoker
{
    public List<FunctionRequest> Requests { get; } = [];

    public string LastPayload => Encoding.UTF8.GetString(Requests[^1].Payload.Span);

    public ValueTask<FunctionResponse> InvokeAsync(FunctionRequest request, CancellationToken cancellationToken)
    {
        lock (Requests)
            Requests.Add(request);
        return ValueTask.FromResult(answer(request));
    }
}

/// <summary>Services that answer as a test says, and remember what they were asked.</summary>
internal sealed class MadeUpServices(Func<ServiceCall, ServiceResponse> answer) : IServiceClient
{
    public List<ServiceCall> Calls { get; } = [];

    public ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        lock (Calls)
            Calls.Add(call);
        return ValueTask.FromResult(answer(call));
    }
}
