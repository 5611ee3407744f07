using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Execution.StateTests;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.Functions;
using Stateside.Engine.Functions.Hosting;
using Stateside.Engine.History;
using Stateside.Engine.Logs;
using Stateside.Engine.Operations;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Http;
using Stateside.Engine.Tasks.Mocks;
using Stateside.Engine.Tasks.Services;
using Stateside.Engine.Template;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Services;
using Stateside.Language.Validation;

namespace Stateside.Engine;

/// <summary>How a local service is set up.</summary>
public sealed record LocalServiceOptions
{
    /// <summary>The clock of executions; handlers always live in real time.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Whether threads wait for due times; only where <see cref="Time"/> goes as the machine's clock goes.</summary>
    public bool TimerThreads { get; init; }

    /// <summary>The clock of handlers; null when it is <see cref="Time"/>.</summary>
    public TimeProvider? HandlerTime { get; init; }

    /// <summary>What the time that an evaluation takes is measured by; null for the clock of handlers.</summary>
    internal TimeProvider? EvaluationClock { get; init; }

    /// <summary>What Wait states and the pauses before retries are multiplied by, such as 0.01.</summary>
    public double WaitScale { get; init; } = 1;

    /// <summary>
    /// Whether the outcomes of an execution's tasks that are under way together come together, in the order in which the tasks began,
    /// so that the same run again writes the same history. An outcome then waits for the slowest of them.
    /// </summary>
    public bool OrdersOutcomes { get; init; }

    /// <summary>What random numbers, ids and tokens derive from.</summary>
    public ulong Seed { get; init; }

    /// <summary>The region and the account in every ARN.</summary>
    public AwsLocation Location { get; init; } = AwsLocation.Default;

    /// <summary>Where to invoke functions that no template has; null for nowhere.</summary>
    public Uri? LambdaEndpoint { get; init; }

    /// <summary>Where the events of machines that log go; null for nowhere. Disposed with the service where it can be.</summary>
    internal ILogDestination? Logs { get; init; }

    /// <summary>Is told of log lines that are lost, one sentence each.</summary>
    internal Action<string> LogTrouble { get; init; } = _ => { };

    /// <summary>Is told of what does not go as it should though nobody asked for it, such as messages that no function takes: one sentence each.</summary>
    internal Action<string> Trouble { get; init; } = _ => { };

    /// <summary>The endpoint of every AWS service that has none of its own in an AWS_ENDPOINT_URL variable; null for none.</summary>
    public Uri? EndpointUrl { get; init; }

    /// <summary>Makes the services beside Step Functions that live in this process, for the service they belong to; null for none.</summary>
    internal Func<LocalService, IEmbeddedServices>? Embedded { get; init; }

    /// <summary>Whether tasks may reach AWS itself where no endpoint is configured.</summary>
    public bool AllowAws { get; init; }

    /// <summary>
    /// Where this service and the embedded ones answer, a loopback address: handlers' AWS SDKs are pointed at it. Null where nothing
    /// answers, and handlers find what the process has.
    /// </summary>
    internal Uri? Address { get; init; }

    /// <summary>What tells requests of this service's handlers from those of others at the same <see cref="Address"/>; null where it is alone there.</summary>
    internal string? Mark { get; init; }

    /// <summary>Where everything is kept that is to outlive the process; null for memory alone. The service closes it.</summary>
    public DataStore? Data { get; init; }

    /// <summary>How long an execution is kept in the data file after its end; null for ever.</summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>
    /// How many executions that have ended are kept in memory; without a data file these are all there are.
    /// </summary>
    public int KeptExecutions { get; init; } = 100_000;

    /// <summary>
    /// How much executions may weigh in memory, as <see cref="EngineOptions.MaxWeight"/> counts: as a rule what takes a third of the memory that
    /// the process may have, since as much again may be garbage.
    /// </summary>
    internal long MaxWeight { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 3 / KeptWeight.BytesPerEvent;

    /// <summary>Whether HTTP tasks may call this machine, with or without TLS; AWS would refuse that.</summary>
    public bool AllowLoopbackHttp { get; init; }

    /// <summary>What tasks answer in test cases instead of doing the real thing; null for no test cases.</summary>
    internal MockFile? Mocks { get; init; }

    /// <summary>Is told which transitions executions take; see <see cref="EngineOptions.TransitionsTaken"/>. Null asks for none.</summary>
    public Action<StateMachine, IReadOnlyList<Transition>>? TransitionsTaken { get; init; }

    /// <summary>What executions wait in for a thread; see <see cref="EngineOptions.Queue"/>.</summary>
    internal Action<IThreadPoolWorkItem>? Queue { get; init; }

    /// <summary>How handlers are built and hosted.</summary>
    public required FunctionHostOptions Functions { get; init; }

    /// <summary>
    /// A host of handlers that several services share, so that those started later find environments warm. It is not disposed of with
    /// the service. Null for a host of its own by <see cref="Functions"/>.
    /// </summary>
    internal FunctionHost? SharedHost { get; init; }

    /// <summary>
    /// Stands between tasks and functions, such as a double that answers for some of them. It is given the invoker that knows the
    /// template's functions and the Lambda endpoint; null for nothing in between.
    /// </summary>
    internal Func<IFunctionInvoker, IFunctionInvoker>? WrapInvoker { get; init; }

    /// <summary>
    /// Stands before the code that performs tasks, such as a double that answers for some states. It is given what finds that code for a
    /// resource, and gives what finds it from then on; null for nothing in between.
    /// </summary>
    public Func<Func<TaskResource, ITaskHandler?>, Func<TaskResource, ITaskHandler?>>? WrapTasks { get; init; }

    /// <summary>The same between tasks and AWS services; it is given what knows the embedded stores and the endpoints.</summary>
    internal Func<IServiceClient, IServiceClient>? WrapServices { get; init; }
}

/// <summary>
/// A whole local Step Functions: the engine with its machines, activities and task handlers, and the functions of a template in this
/// process. The command line, the HTTP service and tests all stand on it.
/// </summary>
public sealed class LocalService : IAsyncDisposable
{
    /// <summary>So many that have ended stay in memory beside a data file, for those who ask how it went.</summary>
    private const int CachedExecutions = 1000;

    /// <summary>And so much of their inputs and outputs, as <see cref="EngineOptions.KeptEvents"/> counts.</summary>
    private const long CachedEvents = 500_000;

    private readonly FunctionHost _host;
    private readonly ExecutionLog? _log;
    private readonly HttpFunctions? _http;
    private readonly TemplateFunctions _functions;
    private readonly IEmbeddedServices? _embedded;
    private readonly ServiceEndpoints _endpoints;
    private readonly ServiceRouter _services;
    private readonly HttpConnections _connections;
    private readonly HttpTask _httpTask;

    /// <summary>A service without machines or functions yet.</summary>
    /// <param name="options">How it is set up.</param>
    public LocalService(LocalServiceOptions options)
    {
        var time = SteadyTime.Over(options.Time);
        Options = options = options with { Time = time, HandlerTime = options.HandlerTime == options.Time ? time : options.HandlerTime };
        var handlerTime = options.HandlerTime ?? options.Time;
        var region = options.Location.Region;
        var endpoints = _endpoints = new ServiceEndpoints(
            options.EndpointUrl, options.AllowAws, options.Location, own: options.Address, declaredAs: service => _embedded?.DeclaredAs(service));
        _host = options.SharedHost ?? new FunctionHost(handlerTime, options.Functions with
        {
            AwsAddress = options.AllowAws ? null : options.Address,
            Surroundings = options.Address is { } address ? () => HandlerSurroundings.Of(address, endpoints, _embedded?.Declared ?? []) : options.Functions.Surroundings,
        });
        _http = options.LambdaEndpoint is null ? null : new HttpFunctions(options.LambdaEndpoint, new RequestSigner(handlerTime, region));
        _functions = new TemplateFunctions(_host, handlerTime, options.Location, _http, options.Mark, options.Data?.UnderWay);

        // The same seed again must not give the ids again that the file already has.
        var seed = options.Data is null ? options.Seed : Chance.Derive(options.Seed, "opened", options.Data.TimesOpened);
        Functions = options.WrapInvoker?.Invoke(_functions) ?? _functions;
        Catalog = new ResourceCatalog(new CatalogOptions
        {
            Location = options.Location,
            Time = options.Time,
            Seed = seed,
            Storage = options.Data,
            MachineRemoved = arn => Engine!.MachineRemoved(arn),
            HasRunningExecutions = arn => Engine!.List(new ExecutionQuery(arn) { Status = ExecutionStatus.Running, Limit = 1 }).Count > 0,
        });
        Activities = new ActivityQueue(Catalog, options.Time);
        _embedded = options.Embedded?.Invoke(this);
        _services = new ServiceRouter(endpoints, _embedded, handlerTime, region, new ServiceHttp());
        var services = options.WrapServices?.Invoke(_services) ?? _services;
        _connections = new HttpConnections(services);
        _httpTask = new HttpTask(_connections, region, options.AllowLoopbackHttp, options.AllowAws);
        var handlers = new TaskHandlers(
            Functions, Activities, Catalog, services, _httpTask,
            new ApiGatewayTask(_httpTask, endpoints, new RequestSigner(handlerTime, region)),
            new EksTask(_httpTask, new RequestSigner(handlerTime, region, EksTask.Credentials), options.Location), handlerTime, options.Mocks);
        var engineOptions = new EngineOptions
        {
            Time = options.Time,
            EvaluationClock = options.EvaluationClock ?? options.HandlerTime ?? (options.Time is VirtualTime ? null : options.Time),
            TimerThreads = options.TimerThreads,
            OrdersOutcomes = options.OrdersOutcomes,
            Seed = seed,
            Location = options.Location,
            HandlerOf = options.WrapTasks?.Invoke(handlers.Find) ?? handlers.Find,
            // A mocked activity need not be there; MockedTask looks for the others, and a double's tasks are its own affair.
            ActivityExists = arn => options.Mocks is not null || options.WrapTasks is not null || Catalog.FindActivity(arn) is not null,

            // Virtual time that stands does not pass while a debugger holds a handler, so that timeouts in it are what the workflow does.
            TimeoutsStandStill = options.Time is VirtualTime { Flows: false } ? () => false : () => _host.TimeoutsStandStill,
            WaitScale = options.WaitScale,
            TransitionsTaken = options.TransitionsTaken,
            Queue = options.Queue,
            Data = options.Data,
            Retention = options.Retention,
            FindRevision = Catalog.FindRevision,
            KeptExecutions = options.Data is null ? options.KeptExecutions : Math.Min(options.KeptExecutions, CachedExecutions),
            KeptEvents = Math.Min(options.Data is null ? 5_000_000 : CachedEvents, options.MaxWeight / 4),
            MaxWeight = options.MaxWeight,
        };
        Engine = new ExecutionEngine(engineOptions);
        StateTests = new StateTester(engineOptions, Engine.LongTurns);
        State = new ServiceState(options.Location)
        {
            Engine = Engine,
            StateTests = StateTests,
            Catalog = Catalog,
            Activities = Activities,
            Children = new ChildWatch(Engine),
            Mocks = options.Mocks,
            HasLogGroup = (arn, token) =>
                options.Logs is { } logs && ExecutionLog.GroupOf(arn) is { } group ? logs.HasGroupAsync(group, token) : new(true),
        };
        Operations = new OperationTable(State);
        handlers.Serve(State, Operations);
        _log = options.Logs is { } logs ? new ExecutionLog(Engine, logs, handlerTime, options.Seed, options.LogTrouble) : null;
    }

    /// <summary>How it is set up.</summary>
    public LocalServiceOptions Options { get; }

    /// <summary>The engine.</summary>
    public ExecutionEngine Engine { get; }

    /// <summary>Tests single states with the engine's task handlers.</summary>
    internal StateTester StateTests { get; }

    /// <summary>What the operations of the API work on.</summary>
    internal ServiceState State { get; }

    /// <summary>The operations of the API, which clients and Tasks call.</summary>
    internal OperationTable Operations { get; }

    /// <summary>The machines with all that belongs to them, and the activities.</summary>
    internal ResourceCatalog Catalog { get; }

    /// <summary>The services beside Step Functions that live in this process; null for none.</summary>
    internal IEmbeddedServices? Embedded => _embedded;

    /// <summary>The endpoint that is configured for a service, as resources spell it, so that none of it lives here; null for none.</summary>
    internal Uri? EndpointOf(string service) => ServiceModels.Find(service) is { } model ? _endpoints.Configured(model.VariableName) : null;

    /// <summary>Where Tasks and handlers ask though the command line does not say so: a sentence; null for nowhere else.</summary>
    internal string? EndpointOfAll => _endpoints.OfAll;

    /// <summary>What invokes functions: the template's, and those of a Lambda endpoint.</summary>
    internal IFunctionInvoker Functions { get; }

    /// <summary>What functions wrote of late for executions.</summary>
    internal FunctionLogs FunctionLogs => _functions.Logs;

    /// <summary>The queues that workers poll.</summary>
    internal ActivityQueue Activities { get; }

    /// <summary>Whether a debugger is attached and timeouts therefore stand still.</summary>
    public bool TimeoutsStandStill => _host.TimeoutsStandStill;

    /// <summary>
    /// Takes over what a template declares: its functions, its tables and buckets, its activities and every machine whose definition is right. A machine that
    /// is there already gets a new revision where the template has other settings for it, and is left alone else.
    /// </summary>
    /// <param name="template">The template.</param>
    /// <returns>What is wrong with machines that were left out, with file and place.</returns>
    public async ValueTask<IReadOnlyList<(string MachineArn, string Problem)>> LoadAsync(TemplateModel template)
    {
        _functions.Use(Led(template, template.Functions).Select(function => LocalFunctionOf(function, template.Path)));
        _embedded?.Declare(template);
        foreach (var connection in template.Resources.Where(resource => resource is { Type: "AWS::Events::Connection", PhysicalId: not null }))
            _connections.Declare(connection.PhysicalId!, connection.Properties);
        var problems = new List<(string, string)>();
        foreach (var activity in template.Resources.Where(resource => resource is { Type: "AWS::StepFunctions::Activity", PhysicalId: not null }))
        {
            if (Catalog.Damaged.Any(damage => damage.Subject == activity.PhysicalId))
                continue;
            await Catalog.DeclareActivityAsync(
                activity.PhysicalId!.Split(':')[^1], TagsOf(StateMachineReader.TagsOf(activity.Properties)),
                EncryptionOf(TemplateEncryption.Of(activity.Properties))).ConfigureAwait(false);
        }

        foreach (var machine in template.StateMachines)
        {
            Options.Mocks?.Know(machine.Name, machine.LogicalId);
            if (machine.Definition is not { } source)
                continue;
            var type = StateMachineTypes.Of(machine.Type);
            var parsed = type.Parse(source.Text);
            problems.AddRange(ProblemsOf(source, parsed).Select(problem => (machine.Arn, problem)));
            if (parsed.Definition is not { } definition)
                continue;
            var revision = new StateMachine
            {
                Arn = machine.Arn,
                Name = machine.Name,
                Type = type,
                RoleArn = machine.RoleArn ?? Options.Location.RoleArn($"{machine.LogicalId}Role"),
                DefinitionText = source.Text,
                Definition = definition,
                RevisionId = "",
                Logging = LoggingOf(machine.Logging),
                TracingEnabled = machine.IsTraced,
                Encryption = EncryptionOf(machine.Encryption),
            };
            try
            {
                await Catalog.DeclareAsync(revision, TagsOf(machine.Tags), VersionsOf(machine)).ConfigureAwait(false);
            }
            catch (RecordDamagedException e)
            {
                // What was kept of its versions and aliases is not to be lost by a start: whoever deletes it says so.
                problems.Add((machine.Arn, e.Message));
            }
        }

        return problems;
    }

    /// <summary>Takes over a machine as <see cref="LoadAsync"/> takes over those of a template.</summary>
    /// <param name="machine">The machine; its revision's id is set here.</param>
    /// <returns>The machine as executions run it.</returns>
    /// <exception cref="DataFileException">It cannot be kept.</exception>
    public async ValueTask<StateMachine> DeclareAsync(StateMachine machine)
    {
        var declared = await Catalog.DeclareAsync(machine, []).ConfigureAwait(false);
        return Catalog.FindRevision(declared.Arn, declared.RevisionId)!;
    }

    /// <summary>The machine of that ARN as executions that start now run it.</summary>
    /// <param name="arn">Its ARN.</param>
    /// <returns>The machine; null when there is none.</returns>
    public StateMachine? FindStateMachine(string arn) => Catalog.FindCurrent(arn);

    /// <summary>What <see cref="LoadAsync"/> would find wrong, without taking anything over.</summary>
    /// <param name="template">The template.</param>
    /// <returns>What is wrong with machines' definitions, with file and place.</returns>
    public static IReadOnlyList<string> Check(TemplateModel template) =>
        [.. template.StateMachines.Where(machine => machine.Definition is not null)
            .SelectMany(machine => ProblemsOf(machine.Definition!, StateMachineTypes.Of(machine.Type).Parse(machine.Definition!.Text)))];

    /// <summary>Builds and loads anew those functions that are loaded and whose code lies at one of the places that changed.</summary>
    /// <param name="template">The template.</param>
    /// <param name="changed">Tells of a source of code whether it changed.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The functions that have other code now, and what stands in the way of others, one sentence each.</returns>
    internal async Task<(IReadOnlyList<string> Reloaded, IReadOnlyList<string> Problems)> RefreshFunctionsAsync(
        TemplateModel template, Func<string, bool> changed, CancellationToken cancellationToken = default)
    {
        var loaded = Configurations(Led(template, template.Functions), template.Path)
            .Where(function => _host.LoadedFrom(function.Name) is not null && FunctionHost.SourcesOf(function).Any(changed)).ToList();
        var before = loaded.Select(function => _host.LoadedFrom(function.Name)).ToList();
        var problems = await _host.PrepareAsync(loaded, cancellationToken).ConfigureAwait(false);
        return (
            [.. loaded.Where((function, i) => _host.LoadedFrom(function.Name) != before[i]).Select(function => function.Name)],
            [.. problems.Select(problem => problem.Problem).Distinct()]);
    }

    /// <summary>Functions of a template with variables that lead them to what lives here, where their SDKs ask here for it.</summary>
    internal IReadOnlyList<TemplateFunction> Led(TemplateModel template, IEnumerable<TemplateFunction> functions)
    {
        var addresses = Options.Address is { } here && _embedded is not null
            ? _embedded.Addresses(template, here).Where(address => _endpoints.Configured(address.Service.ToUpperInvariant()) is null).ToList()
            : [];
        return addresses.Count == 0
            ? [.. functions]
            : [.. functions.Select(function => function with { Environment = HandlerSurroundings.Lead(function.Environment, addresses) })];
    }

    /// <summary>Where the code of a template's functions lies: what to watch for changes.</summary>
    /// <returns>Full paths of folders and of zips.</returns>
    internal static IReadOnlyCollection<string> CodeSources(TemplateModel template) =>
        [.. Configurations(template.Functions, template.Path).SelectMany(FunctionHost.SourcesOf).Distinct()];

    /// <summary>Builds and loads functions before the first of them is invoked.</summary>
    /// <param name="template">The template.</param>
    /// <param name="machine">The machine whose functions to prepare.</param>
    /// <param name="testCase">The test case that answers for some of its states; null for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>What stands in the way, one sentence each.</returns>
    public async Task<IReadOnlyList<string>> PrepareFunctionsAsync(
        TemplateModel template, TemplateStateMachine machine, string? testCase = null, CancellationToken cancellationToken = default)
    {
        var named = template.FunctionsOf(machine, testCase is null ? null : Options.Mocks?.States(machine.Name, testCase));
        var problems = await _host.PrepareAsync(Configurations(Led(template, named), template.Path), cancellationToken).ConfigureAwait(false);
        return [.. problems.Select(problem => problem.Problem.Contains($"unction {problem.Function.Name} ", StringComparison.Ordinal)
            ? problem.Problem
            : $"function {problem.Function.Name}: {problem.Problem}")];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync().ConfigureAwait(false);
        if (_log is not null)
            await _log.DisposeAsync().ConfigureAwait(false);
        (Options.Logs as IDisposable)?.Dispose();

        // They invoke functions, and so end before what runs them.
        if (_embedded is not null)
            await _embedded.DisposeAsync().ConfigureAwait(false);
        if (Options.SharedHost is null)
            await _host.DisposeAsync().ConfigureAwait(false);
        _http?.Dispose();
        _httpTask.Dispose();
        _services.Dispose();
        Options.Data?.Dispose();
    }

    private static IEnumerable<string> ProblemsOf(DefinitionSource source, ParsedDefinition parsed)
    {
        foreach (var diagnostic in parsed.Diagnostics.Where(d => d.Severity == Severity.Error))
        {
            var place = source.Locate(diagnostic.Line, diagnostic.Column);
            yield return $"{source.File}({place.Line},{place.Column}): {diagnostic.Code}: {diagnostic.Message}{(diagnostic.Location is null ? "" : $" at {diagnostic.Location}")}";
        }
    }

    private static LoggingConfiguration LoggingOf(TemplateLogging? logging) => logging is null ? LoggingConfiguration.Off : new LoggingConfiguration
    {
        Level = Enum.TryParse<LoggingLevel>(logging.Level, ignoreCase: true, out var level) ? level : LoggingLevel.Off,
        IncludeExecutionData = logging.IncludesExecutionData,
        LogGroupArns = logging.LogGroupArns,
    };

    private static EncryptionConfiguration? EncryptionOf(TemplateEncryption? encryption) =>
        encryption is null ? null : new EncryptionConfiguration(encryption.Type, encryption.KeyId, encryption.ReusePeriodSeconds);

    private static List<ResourceTag> TagsOf(IReadOnlyDictionary<string, string> tags) =>
        [.. tags.Select(tag => new ResourceTag(tag.Key, tag.Value))];

    private static DeclaredVersions? VersionsOf(TemplateStateMachine machine) => machine is { Version: null, Aliases.Count: 0 }
        ? null
        : new(machine.Version?.Description, [.. machine.Aliases.Select(alias => new DeclaredAlias(alias.Name, alias.Description, alias.Routes))]);

    /// <summary>How those functions are set up that can run here.</summary>
    private static IEnumerable<FunctionConfiguration> Configurations(IEnumerable<TemplateFunction> functions, string template) =>
        functions.Select(function => LocalFunctionOf(function, template).Configuration).OfType<FunctionConfiguration>();

    /// <summary>A template's function, and how it is run here where it can be.</summary>
    internal static LocalFunction LocalFunctionOf(TemplateFunction function, string template) => new(function.Name, function.Arn)
    {
        Qualifiers = function.Qualifiers,
        Problem = WhyNot(function),
        Configuration = WhyNot(function) is not null ? null : new FunctionConfiguration
        {
            Name = function.Name,
            Arn = function.Arn,
            Handler = function.Handler ?? "bootstrap",
            CodePath = function.CodePath ?? template,
            InlineCode = function.InlineCode,
            Runtime = function.Runtime ?? "dotnet10",
            Variables = function.Environment,
            Timeout = function.Timeout,
            MemorySize = function.MemorySize,
            ReservedConcurrency = function.ReservedConcurrency,
        },
    };

    private static string? WhyNot(TemplateFunction function)
    {
        if (function.IsImage)
            return "it is a container image; name an endpoint that runs it with --lambda-endpoint.";
        if (function.Runtime is { } runtime && !FunctionHost.IsKnown(runtime))
            return $"nothing here runs its runtime {runtime}; name an endpoint that does with --lambda-endpoint.";
        if (function.InlineCode is not null && !FunctionHost.MayStandInTemplate(function.Runtime ?? ""))
            return "its code stands in the template, where only that of Node.js and Python can; give Runtime, or CodeUri.";
        var needsHandler = function.Runtime?.StartsWith("provided", StringComparison.OrdinalIgnoreCase) != true;
        return (function.CodePath ?? function.InlineCode) is null || (function.Handler is null && needsHandler)
            ? "it has no handler or no local code; give Handler and CodeUri in the template."
            : null;
    }
}
