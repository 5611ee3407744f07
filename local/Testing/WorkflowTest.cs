using Stateside.Aws;
using Stateside.Engine;
using Stateside.Engine.Coverage;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.Functions;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks.Mocks;
using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;

namespace Stateside.Testing;

/// <summary>
/// A workflow under test: the state machines of a template or a definition on a Step Functions of their own in this process, with the
/// template's handlers, tables and buckets, in virtual time. Tasks may be stubbed; those that are not do the real thing. Tests do not
/// disturb each other, and thousands of executions may run in one.
/// </summary>
/// <remarks>
/// Where the environment variable <see cref="DeployedVariable"/> names a deployed state machine, executions run there instead, and a test
/// that needs what only this process has, such as a stub, is skipped with the reason.
/// </remarks>
public sealed partial class WorkflowTest : IAsyncDisposable
{
    /// <summary>
    /// The environment variable that sends tests to AWS: the ARN of a deployed state machine for all of them, or several as
    /// <c>Machine=arn;Other=arn</c> by the logical ids that tests give, or the names of their definition files.
    /// </summary>
    public const string DeployedVariable = "STATESIDE_TEST_ARN";

    private readonly LocalService? _service;
    private readonly DeployedMachine? _deployed;
    private readonly StubbedTasks _tasks;
    private readonly VirtualTime _time;
    private readonly EnvironmentTurn _environment;

    // Only handlers call: without functions nothing need be there.
    private readonly string? _mark;
    private readonly Dictionary<string, string?> _surroundings;
    private readonly MockFile? _mocks;
    private readonly TemplateModel? _template;
    private FailingTest? _failing;
    private readonly Action<StateMachine, IReadOnlyList<Transition>>? _transitionsTaken;

    private WorkflowTest(WorkflowTestOptions options, TemplateModel? template, string? machineName, CoveredDefinition? covered)
    {
        Options = options;
        _template = template;
        _time = new VirtualTime(options.Start);
        _mark = template is { Functions.Count: > 0 } ? HandlerAddress.NewMark() : null;
        _surroundings = _mark is null ? [] : HandlerAddress.Surroundings(options);
        _tasks = new StubbedTasks(this, template);
        _mocks = options.MockFile is null ? null : MockFile.Read(options.MockFile);
        _deployed = DeployedMachine.Find(options.DeployedArn ?? Environment.GetEnvironmentVariable(DeployedVariable), machineName, options);
        if (_deployed is not null)
        {
            _environment = NewTurn(template?.Functions ?? []);
            return;
        }

        _transitionsTaken = options.TransitionsTaken + WorkflowCoverage.Listen(options.Coverage, covered, template);
        _service = NewService();
        _environment = NewTurn(template is null ? [] : _service.Led(template, template.Functions));
        _service.Engine.Defect += Troubles.Add;
        if (_mark is not null)
            HandlerAddress.Add(_mark, _service, e => Troubles.Add("the services", e));
        _tasks.Serve(_service.Engine);

        // For good: what waits when the test ends goes no further.
        if (!options.SkipTime)
            _ = _service.Engine.HoldTime();
    }

    /// <summary>How it is set up.</summary>
    public WorkflowTestOptions Options { get; }

    /// <summary>What went wrong beyond the failures of executions.</summary>
    internal Troubles Troubles { get; } = new();

    /// <summary>What stands before the code that performs tasks.</summary>
    internal StubbedTasks Tasks => _tasks;

    /// <summary>The state machine under test. A test on AWS has none here.</summary>
    public StateMachine Machine => _machine ?? throw NotOnAws("the machine's definition");

    /// <summary>The virtual time.</summary>
    public DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>The service that runs it, for what these tests do not offer; a test on AWS has none.</summary>
    public LocalService Service => _service ?? throw NotOnAws("the local service");

    /// <summary>A state machine of a SAM or CloudFormation template with all that the template declares.</summary>
    /// <param name="path">
    /// The template's path, or that of its folder. A relative one is looked for in the current folder, in the program's, and in those above it.
    /// </param>
    /// <param name="machine">The machine's logical id or name; null where the template has only one.</param>
    /// <param name="options">How it is set up; null for the defaults.</param>
    /// <returns>The test, to be disposed of.</returns>
    public static WorkflowTest FromTemplate(string path, string? machine = null, WorkflowTestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new WorkflowTestOptions();
        try
        {
            var model = TemplateReader.Read(new TemplateRequest(TemplateFile.Find(SourceFile.Find(path)))
            {
                Parameters = options.Parameters,
                Settings = options.Settings,
                Location = options.Location,
            });
            if (machine is null && model.StateMachines.Count != 1)
            {
                var names = string.Join(", ", model.StateMachines.Select(declared => declared.LogicalId));
                throw new WorkflowAssertionException($"{model.Path} has {model.StateMachines.Count} state machines: say which one to test. They are: {names}.");
            }

            var found = machine is null ? model.StateMachines[0] : model.FindStateMachine(machine);
            if (model.ErrorsFor(found) is { Count: > 0 } errors)
                throw new WorkflowAssertionException($"The template cannot be tested.\n{string.Join('\n', errors)}");
            var test = new WorkflowTest(options, model, found.LogicalId, CoveredDefinition.Of(found));
            test.Load(model, found);
            return test.Begun();
        }
        catch (TemplateException e)
        {
            throw new WorkflowAssertionException(e.Message);
        }
    }

    /// <summary>A state machine whose definition is a file.</summary>
    /// <param name="path">
    /// The path of the definition in the Amazon States Language. A relative one is looked for in the current folder, in the program's, and in those above it.
    /// </param>
    /// <param name="options">How it is set up, with values for <c>${Name}</c> in the text; null for the defaults.</param>
    /// <returns>The test, to be disposed of. It has no functions: stub the tasks.</returns>
    public static WorkflowTest FromFile(string path, WorkflowTestOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        var file = SourceFile.Find(path);
        if (!File.Exists(file))
            throw new WorkflowAssertionException($"{file}: There is no such file. Give the path of a definition.");
        return FromText(File.ReadAllText(file), file, SourceFile.MachineName(file), options);
    }

    /// <summary>A state machine whose definition is at hand.</summary>
    /// <param name="definition">The definition in the Amazon States Language.</param>
    /// <param name="options">How it is set up, with values for <c>${Name}</c> in the text; null for the defaults.</param>
    /// <returns>The test, to be disposed of. It has no functions: stub the tasks.</returns>
    public static WorkflowTest FromDefinition(string definition, WorkflowTestOptions? options = null) =>
        FromText(definition, null, "StateMachine", options);

    /// <summary>
    /// Ends the test. It fails if nothing asked for a stub that is not said to be optional (<see cref="TaskStub.Optional"/>), or if nothing
    /// answered a task and the test has not heard of it yet; a test that fails already fails as it did.
    /// </summary>
    /// <returns>Completes when all is let go of.</returns>
    /// <exception cref="WorkflowAssertionException">It fails only now; the message says why.</exception>
    public async ValueTask DisposeAsync()
    {
        var isFailing = _failing?.IsThrown == true;
        var idle = "";
        FailingTest.Leave();
        if (_service is not null)
        {
            if (!isFailing && Troubles.HasBegun)
                await SettleOthersAsync().ConfigureAwait(false);
            idle = isFailing || !_hasRun ? "" : _tasks.IdleTexts();
            await _service.DisposeAsync().ConfigureAwait(false);
        }

        if (_mark is not null)
            HandlerAddress.Remove(_mark);
        _environment.Dispose();
        _deployed?.Dispose();
        WorkflowCoverage.TestEnded();
        if (isFailing)
            return;
        Troubles.ThrowAll();
        if (idle.Length > 0)
            throw new WorkflowAssertionException($"{idle}\nWhere a test may do without a stub, say so: .Optional().");
    }

    /// <summary>Waits for the process's environment variables to be free for the template's functions.</summary>
    internal Task TakeEnvironmentAsync(CancellationToken cancellationToken) => _environment.TakeAsync(cancellationToken);

    private static WorkflowTest FromText(string text, string? file, string name, WorkflowTestOptions? options)
    {
        ArgumentNullException.ThrowIfNull(text);
        options ??= new WorkflowTestOptions();
        text = new DefinitionSubstitutions(options.Substitutions).Apply(text, out var problem)
            ?? throw new WorkflowAssertionException($"{file ?? "the definition"}: the substitutions {problem}.");
        var type = options.IsExpress ? StateMachineType.Express : StateMachineType.Standard;
        var parsed = type.Parse(text);
        if (parsed.Definition is null)
        {
            var missing = DefinitionSubstitutions.Placeholders(text).Select(placeholder => placeholder.Name).Distinct().ToList();
            var remedy = missing.Count == 0 ? "" : $"\nGive values for {string.Join(", ", missing)} in WorkflowTestOptions.Substitutions.";
            throw new WorkflowAssertionException($"{file ?? "the definition"}: {parsed.InvalidDefinitionMessage}{remedy}");
        }

        var test = new WorkflowTest(options, null, file is null ? null : name, new CoveredDefinition(name, text) { File = file });
        test.Load(new StateMachine
        {
            Arn = options.Location.Arn("states", $"stateMachine:{name}"),
            Name = name,
            Type = type,
            RoleArn = options.Location.RoleArn($"{name}Role"),
            DefinitionText = text,
            Definition = parsed.Definition,
            RevisionId = "",
        });
        return test.Begun();
    }

    // Last, so that what was made for the test does not count for a part of it.
    private WorkflowTest Begun()
    {
        _failing = FailingTest.Begin();
        return this;
    }

    private EnvironmentTurn NewTurn(IReadOnlyCollection<TemplateFunction> functions) => new(functions, Options.Region, _surroundings);

    private LocalService NewService() => new(new LocalServiceOptions
    {
        Time = _time,
        HandlerTime = HandlerTime,
        EvaluationClock = new UndebuggedClock(HandlerTime, Options.IsDebugged),
        Seed = Options.Seed,
        Location = Options.Location,
        EndpointUrl = Options.ServiceEndpoint,

        // Also without functions: while others run, the variables that configure endpoints name it.
        Address = HandlerAddress.Url,
        Mark = _mark,
        OrdersOutcomes = true,
        Mocks = _mocks,
        TransitionsTaken = _transitionsTaken,
        WrapTasks = _tasks.Wrap,
        Functions = HostOptions(),
        Embedded = service => new EmbeddedServices(null, service),
        Trouble = Console.Error.WriteLine,
        SharedHost = Options is { FreshHandlers: false, HandlerLog: null, HandlerProcess: null } && _template is { Functions.Count: > 0 }
            ? WarmHandlers.Of(_template, HostOptions())
            : null,
    });

#pragma warning disable RS0030 // A test is the composition root, and handlers live in real time.
    private static TimeProvider HandlerTime => TimeProvider.System;
#pragma warning restore RS0030

    private FunctionHostOptions HostOptions() => new()
    {
        IsDebuggerAttached = Options.IsDebugged,
        StateDirectory = Path.Combine(AppContext.BaseDirectory, ".stateside"),
        Build = Options.BuildHandlers,
        LogLine = Options.HandlerLog,
        HandlerProcess = Options.HandlerProcess,
        Surroundings = () => _surroundings,
        AwsAddress = _mark is null ? null : HandlerAddress.Url,
    };

    private void Load(TemplateModel model, TemplateStateMachine found)
    {
        if (_service is null)
            return;
        var loading = _service.LoadAsync(model).AsTask();
        var problems = loading.GetAwaiter().GetResult().Where(problem => problem.MachineArn == found.Arn).ToList();
        if (problems.Count > 0)
            throw new WorkflowAssertionException($"{found.LogicalId} cannot be tested.\n{string.Join('\n', problems.Select(problem => problem.Problem))}");
        _machine = _service.FindStateMachine(found.Arn);
    }

    private void Load(StateMachine machine)
    {
        if (_service is null)
            return;
        _machine = _service.DeclareAsync(machine).AsTask().GetAwaiter().GetResult();
    }
}
