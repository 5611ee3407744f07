using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Http;
using Stateside.Engine.Tasks.Mocks;
using Stateside.Engine.Tasks.Services;
using Stateside.Language.Definitions;
using Stateside.Language.Services;

namespace Stateside.Engine;

/// <summary>
/// The one place that says which code performs which resource. Handlers need the engine and the engine needs handlers: make these
/// first, give <see cref="Find"/> to the engine's options, and then call <see cref="Serve"/>.
/// </summary>
internal sealed class TaskHandlers
{
    private readonly LambdaTask _lambda;
    private readonly IServiceClient _client;
    private readonly HttpTask _http;
    private readonly ApiGatewayTask _apiGateway;
    private readonly ServiceTask _services;
    private readonly ResourceCatalog _catalog;
    private readonly MockedTask? _mocked;
    private ExecutionEngine? _engine;
    private NestedExecutionTask? _nested;
    private StepFunctionsSdkTask? _stepFunctions;
    private MapItemsTask? _mapItems;
    private JobTask? _jobs;

    /// <summary>Handlers without an engine yet.</summary>
    /// <param name="functions">Invokes Lambda functions.</param>
    /// <param name="activities">The activities.</param>
    /// <param name="catalog">The state machines that tasks start, and the activities.</param>
    /// <param name="services">Answers requests to other AWS services.</param>
    /// <param name="http">Calls HTTPS APIs.</param>
    /// <param name="apiGateway">Calls APIs of API Gateway.</param>
    /// <param name="mocks">What tasks answer in test cases; null for no test cases.</param>
    public TaskHandlers(
        IFunctionInvoker functions, ActivityQueue activities, ResourceCatalog catalog, IServiceClient services, HttpTask http, ApiGatewayTask apiGateway,
        MockFile? mocks = null)
    {
        Activities = activities;
        _lambda = new LambdaTask(functions);
        _client = services;
        _http = http;
        _apiGateway = apiGateway;
        _services = new ServiceTask(services);
        _mocked = mocks is null ? null : new MockedTask(mocks, () => _engine!, FindReal, arn => catalog.FindActivity(arn) is not null);
        _catalog = catalog;
    }

    /// <summary>The activities.</summary>
    public ActivityQueue Activities { get; }

    /// <summary>Tells whose tasks these are; to be called once, before the first execution.</summary>
    public void Serve(ExecutionEngine engine)
    {
        var starter = new ExecutionStarter(engine, _catalog);
        var children = new ChildWatch(engine);
        _engine = engine;
        Activities.Serve(engine);
        _nested = new NestedExecutionTask(engine, starter, children);
        _jobs = new JobTask(_services, engine);
        _mapItems = new MapItemsTask(_client, engine, _catalog);
        _stepFunctions = new StepFunctionsSdkTask(engine, starter, children, Activities, _catalog);
    }

    /// <summary>The code that performs a resource.</summary>
    /// <returns>The handler; null when there is none, which the engine turns into a failure that names the resource.</returns>
    public ITaskHandler? Find(TaskResource resource) => _mocked ?? FindReal(resource);

    private ITaskHandler? FindReal(TaskResource resource) => resource switch
    {
        { Kind: ResourceKind.LambdaFunction } => _lambda,
        { Kind: ResourceKind.Activity } => Activities,
        { Service: "lambda" or "aws-sdk:lambda", Action: "invoke" } => _lambda,
        { Service: "states", Action: "startExecution" } => _nested,
        { Service: "aws-sdk:sfn" } when StepFunctionsSdkTask.Performs(resource.Action) => _stepFunctions,
        { Kind: ResourceKind.Optimized, Service: "http", Action: "invoke" } => _http,
        { Kind: ResourceKind.Optimized, Service: "apigateway", Action: "invoke" } => _apiGateway,
        { Kind: ResourceKind.Optimized, Service: "s3" } => _mapItems,
        { Pattern: IntegrationPattern.RunJob } when OptimizedIntegrations.Find(resource) is { Job: not null } => _jobs,
        _ when ServiceIntegration.Find(resource) is not null => _services,
        _ => null,
    };
}
