using System.CommandLine;
using Spectre.Console;
using Stateside.Aws.Endpoint;
using Stateside.Engine;
using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks.Mocks;
using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Services;
using Stateside.Service.Cli.Options;
using Stateside.Service.Cli.Progress;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Commands;

/// <summary><c>stateside run</c>: one execution, or one per line of a file, of a state machine of a template.</summary>
internal sealed class RunCommand(CommandHost host)
{
    private static readonly int DefaultConcurrency = Math.Max(4, Environment.ProcessorCount * 2);

    private readonly Argument<string?> _machine = new("machine")
    {
        Description = "The state machine: its logical id or its name. May be left out when the template has only one.",
        HelpName = "machine",
        Arity = ArgumentArity.ZeroOrOne,
        Validators = { Arguments.NoOption },
    };

    private readonly CommandOption<string?> _input = CommandOption.Input("A file with the input, or - for standard input. Without it the input is {}.");

    private readonly CommandOption<string?> _each = CommandOption.Path(
        "--each", "FILE", "A file with one input per line: runs one execution for each, several at a time.");

    private readonly CommandOption<string?> _output = CommandOption.Output(
        "Where to write the output (with --each: one result per line, in the order of the input).");

    private readonly CommandOption<string?> _name = CommandOption.Text("--name", "NAME", "The execution's name.");

    private readonly CommandOption<int> _concurrency = CommandOption.Of(
        "--concurrency", "N", $"With --each: how many executions run at a time; {DefaultConcurrency} unless given.",
        CommandOption.Number("a whole number", 1, int.MaxValue), DefaultConcurrency);

    private readonly CommandOption<bool> _timeouts = CommandOption.Flag(
        "--timeouts", "Let timeouts and heartbeats run while a debugger is attached; else they stand still.");

    private readonly CommandOption<string?> _testCase = CommandOption.Text("--test-case", "NAME", "The test case of the mock file that answers for tasks.");

    private readonly CommandOption<bool> _quiet = CommandOption.Flag("--quiet", "Show no progress.", "-q");

    private readonly ServiceOptions _service = new();

    private readonly SeedOption _seed = new();

    private readonly TemplateOptions _template = new();

    /// <summary>The command.</summary>
    public Command Build()
    {
        var command = new Command(
            "run",
            $"""
            Run a state machine of a template with its handlers, on this machine. The output goes to standard output, progress to standard error.

              stateside run --input event.json
              stateside run OrderIntake -t ../shop -i event.json -p Stage=test
              stateside run --each events.ndjson --output results.ndjson
              stateside run --input event.json --time skip

            Exit code: 0 succeeded, 1 failed, 2 a mistake in what was given, 130 ended by Ctrl+C.

            {CommandOption.VariablesHelp}
            """)
        {
            _machine, _input.Option, _each.Option, _output.Option, _name.Option, _concurrency.Option, _timeouts.Option, _testCase.Option, _quiet.Option,
        };
        _service.AddTo(command);
        _seed.AddTo(command);
        _template.AddTo(command);
        _machine.CompletionSources.Add(context => _template.MachineNames(context.ParseResult));
        command.SetAction((parsed, cancellationToken) => host.GuardAsync(() => RunAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var each = _each.Value(parsed);
        if (each is not null && _input.Value(parsed) is not null)
            throw new UserException("--input and --each cannot stand together: give one input, or a file of many.");
        if (_name.Value(parsed) is { } name)
            CheckName(name, each);
        var concurrency = _concurrency.Value(parsed);
        var path = _template.Find(parsed);
        var location = _template.Location(parsed, path, () => _service.KeptLocation(parsed, path));
        var template = _template.Read(parsed, path, location);
        var machine = Choose(template, parsed.GetValue(_machine));
        var input = each is null && _input.Value(parsed) is { } file ? InputFiles.ReadJson(file) : JsonObject.Empty;
        var options = _service.Read(parsed, host, path, location);
        var testCase = _testCase.Value(parsed);
        CheckTestCase(testCase, options.Mocks, template, machine.Name);
        var mocked = testCase is null ? null : options.Mocks?.States(machine.Name, testCase);
        foreach (var diagnostic in template.FindingsFor(machine, TemplateSeverity.Error, mocked))
            throw new UserException(diagnostic.ToString());
        if (_output.Value(parsed) is { } output)
            CommandHost.CheckOutput(output);
        var console = host.ErrorConsole();
        var quiet = _quiet.Value(parsed);
        var live = console.Profile.Capabilities is { Interactive: true, Ansi: true } && console.Profile.Out.IsTerminal && !quiet;
        var progress = new RunProgress(console, live && each is null, () => options.Time.GetUtcNow());
        foreach (var diagnostic in quiet ? [] : template.FindingsFor(machine, TemplateSeverity.Warning, mocked))
            progress.Say(diagnostic.ToString());
        await using var address = new LoopbackAddress();
        await using var service = new LocalService(options with
        {
            Address = address.Url,
            Trouble = progress.Say,
            Functions = options.Functions with
            {
                TimeoutsWhileDebugging = _timeouts.Value(parsed),
                Progress = progress.Say,
                LogLine = quiet || each is not null ? null : progress.TakeLog,
            },
            Data = _service.Data.Open(
                parsed, options.Functions.StateDirectory, location, () => _template.Origin(parsed, path),
                held => progress.Say($"{held} This run is kept in memory only.")),
        });
        service.Engine.Defect += host.ReportDefect;
        address.Serve((socket, token) => AwsEndpoint.ServeAsync(socket, service, e => host.ReportDefect("API", e), token), e => host.ReportDefect("API", e));
        if (location != AwsLocation.Default && !quiet)
            progress.Say($"Every ARN is of {location}.");
        if (service.EndpointOfAll is { } elsewhere && !quiet)
            progress.Say(elsewhere);
        await using var telemetry = Telemetry.Start(service.Engine);
        var problems = (await service.LoadAsync(template)).Where(problem => problem.MachineArn == machine.Arn).Select(problem => problem.Problem);
        var revision = service.Catalog.FindCurrent(machine.Arn) ?? throw new UserException(string.Join(Environment.NewLine, problems));
        if (!quiet && mocked is not null)
        {
            var tasks = revision.Definition.AllStates().OfType<TaskState>().Select(task => task.Name).ToList();
            foreach (var state in mocked.Except(tasks))
                progress.Say($"--test-case {testCase}: {machine.Name} has no Task state '{state}', so that its mock answers for nothing. Its Task states: {string.Join(", ", tasks)}.");
        }

        _seed.Fill(parsed, service, template, progress.Say);
        if (await service.PrepareFunctionsAsync(template, machine, testCase, cancellationToken) is [var problem, ..])
            throw new UserException(problem);
        if (service.TimeoutsStandStill)
            progress.Say("A debugger is attached: timeouts and heartbeats stand still. --timeouts lets them run.");

        if (each is not null)
        {
            var run = new EachRun(console, live, host.Time, each, _output.Value(parsed), concurrency);
            return await run.RunAsync(
                async (value, token) =>
                {
                    var (started, _) = await service.Engine.StartAsync(new StartRequest(revision, value) { TestCase = testCase });
                    return await service.Engine.WhenEndedAsync(started.Arn, token);
                },
                cancellationToken);
        }

        return await RunOneAsync(parsed, service, new StartRequest(revision, input) { Name = _name.Value(parsed), TestCase = testCase }, progress, quiet, cancellationToken);
    }

    private async Task<int> RunOneAsync(
        ParseResult parsed, LocalService service, StartRequest request, RunProgress progress, bool quiet, CancellationToken cancellationToken)
    {
        if (!quiet)
        {
            Func<string, Definition?> definition = arn => service.Engine.Describe(arn)?.StateMachine.Definition;
            progress.ShowMapRuns(service.Engine.DescribeMapRun, host.Time);
            service.Engine.TurnSaved += (arn, events) => progress.Take(arn, definition, events);
        }

        var (started, isNew) = await service.Engine.StartAsync(request);
        if (!isNew)
            throw new UserException($"--name {request.Name}: an execution of that name was started before ({started.StartDate:u}). Give another name.");
        var ended = EndedAsync();
        if (!quiet)
            await progress.ShowAsync(ended);
        var execution = await ended;
        if (!quiet || execution.Status != ExecutionStatus.Succeeded)
            progress.ShowEnd(execution, quiet ? [] : service.Engine.MapRunsOf(execution.Arn));
        if (execution.Output is null)
            return cancellationToken.IsCancellationRequested ? ExitCodes.Canceled : ExitCodes.Failed;
        host.WriteOutput(_output.Value(parsed), JsonWriter.Indented(execution.Output));
        return ExitCodes.Success;

        async Task<ExecutionDescription> EndedAsync()
        {
            try
            {
                return await service.Engine.WhenEndedAsync(started.Arn, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return await service.Engine.StopAsync(started.Arn, "Stateside.Canceled", "Ended by Ctrl+C.");
            }
        }
    }

    private static void CheckTestCase(string? testCase, MockFile? mocks, TemplateModel template, string machine)
    {
        foreach (var declared in template.StateMachines)
            mocks?.Know(declared.Name, declared.LogicalId);
        if (testCase is not null && mocks?.Has(machine, testCase) != true)
        {
            throw new UserException(mocks is null
                ? $"--test-case {testCase}: there is no mock file; give one with --mocks."
                : $"--test-case {testCase}: the mock file has no such test case of {machine}. {mocks.Instead(machine)}");
        }
    }

    // See https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html.
    private static void CheckName(string name, string? each)
    {
        if (each is not null)
            throw new UserException("--name and --each cannot stand together: executions have names of their own.");
        if (!ResourceName.IsValid(name))
            throw new UserException($"--name {name}: a name has 1 to 80 characters, without blanks, control characters and any of < > {{ }} [ ] ? * \" # % \\ ^ | ~ ` $ & , ; : /");
    }

    private static TemplateStateMachine Choose(TemplateModel template, string? name)
    {
        if (name is not null)
            return template.FindStateMachine(name);
        return template.StateMachines.Count switch
        {
            1 => template.StateMachines[0],
            0 => throw new UserException($"{template.Path}: it has no state machine. Add an AWS::Serverless::StateMachine, or name another template with --template."),
            _ => throw new UserException(
                $"{template.Path}: it has several state machines; name one: {string.Join(", ", template.StateMachines.Select(machine => machine.LogicalId))}."),
        };
    }
}
