using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Operations;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Http;
using Stateside.Engine.Tasks.Mocks;
using Stateside.Engine.Tasks.Services;
using Stateside.Engine.Tasks.StepFunctions;
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
    private readonly EksTask _eks;
    private readonly ServiceTask _services;
    private readonly MockedTask? _mocked;
    private readonly TimeProvider _time;
    private ExecutionEngine? _engine;
    private StepFunctionsTask? _stepFunctions;
    private MapItemsTask? _mapItems;
    private ServiceJobTask? _jobs;
    private EksJobTask? _eksJobs;

    /// <summary>Handlers without an engine yet.</summary>
    /// <param name="functions">Invokes Lambda functions.</param>
    /// <param name="activities">The activities.</param>
    /// <param name="catalog">The state machines that tasks start, and the activities.</param>
    /// <param name="services">Answers requests to other AWS services.</param>
    /// <param name="http">Calls HTTPS APIs.</param>
    /// <param name="apiGateway">Calls APIs of API Gateway.</param>
    /// <param name="eks">Calls the Kubernetes APIs of clusters.</param>
    /// <param name="time">The clock of what is outside.</param>
    /// <param name="mocks">What tasks answer in test cases; null for no test cases.</param>
    public TaskHandlers(
        IFunctionInvoker functions, ActivityQueue activities, ResourceCatalog catalog, IServiceClient services, HttpTask http, ApiGatewayTask apiGateway,
        EksTask eks, TimeProvider time, MockFile? mocks = null)
    {
        _time = time;
        Activities = activities;
        _lambda = new LambdaTask(functions);
        _client = services;
        _http = http;
        _apiGateway = apiGateway;
        _eks = eks;
        _services = new ServiceTask(services);
        _mocked = mocks is null ? null : new MockedTask(mocks, () => _engine!, FindReal, arn => catalog.FindActivity(arn) is not null);
    }

    /// <summary>The activities.</summary>
    public ActivityQueue Activities { get; }

    /// <summary>Tells whose tasks these are; to be called once, before the first execution.</summary>
    /// <param name="service">The service with its engine.</param>
    /// <param name="operations">The operations of its API, which tasks call too.</param>
    public void Serve(ServiceState service, OperationTable operations)
    {
        var engine = service.Engine;
        _engine = engine;
        Activities.Serve(engine);
        _jobs = new ServiceJobTask(_services, engine);
        _eksJobs = new EksJobTask(_eks, engine);
        _mapItems = new MapItemsTask(_client, child => DescribedExecution.WhyNotRedrivable(child, service.Catalog, engine.Now), _time);
        _stepFunctions = new StepFunctionsTask(service, operations);
    }

    /// <summary>The code that performs a resource.</summary>
    /// <returns>The handler; null when there is none, which the engine turns into a failure that names the resource.</returns>
    public ITaskHandler? Find(TaskResource resource) => _mocked ?? FindReal(resource);

    private ITaskHandler? FindReal(TaskResource resource) => resource switch
    {
        { Kind: ResourceKind.LambdaFunction } => _lambda,
        { Kind: ResourceKind.Activity } => Activities,
        { Service: "lambda" or "aws-sdk:lambda", Action: "invoke" } => _lambda,
        _ when StepFunctionsTask.Performs(resource) => _stepFunctions,
        { Kind: ResourceKind.Optimized, Service: "http", Action: "invoke" } => _http,
        { Kind: ResourceKind.Optimized, Service: "apigateway", Action: "invoke" } => _apiGateway,
        { Kind: ResourceKind.Optimized, Service: "eks", Action: "runJob", Pattern: IntegrationPattern.RunJob } => _eksJobs,
        { Kind: ResourceKind.Optimized, Service: "eks", Action: "call" or "runJob" } => _eks,
        { Kind: ResourceKind.Optimized, Service: "s3" } => _mapItems,
        { Pattern: IntegrationPattern.RunJob } when OptimizedIntegrations.Find(resource) is { Job: not null } => _jobs,
        _ when ServiceIntegration.Find(resource) is not null => _services,
        _ => null,
    };
}
