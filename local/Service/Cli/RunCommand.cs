using System.CommandLine;
using Spectre.Console;
using Stateside.Engine;
using Stateside.Engine.Execution;
using Stateside.Engine.Functions;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Template;
using Stateside.Language.Json;

namespace Stateside.Service.Cli;

/// <summary><c>stateside run</c>: one execution, or one per line of a file, of a state machine of a template.</summary>
internal sealed class RunCommand(Host host)
{
    private readonly Argument<string?> _machine = new("machine")
    {
        Description = "The state machine: its logical id or its name. May be left out when the template has only one.",
        HelpName = "machine",
        Arity = ArgumentArity.ZeroOrOne,
        Validators = { Parsers.NoOption },
    };

    private readonly Option<string?> _input = new("--input", "-i")
    {
        Description = "A file with the input, or - for standard input. Without it the input is {}.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _each = new("--each")
    {
        Description = "A file with one input per line: runs one execution for each, several at a time.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "Where to write the output (with --each: one result per line, in the order of the input).",
        HelpName = "FILE",
    };

    private readonly Option<string?> _name = new("--name") { Description = "The execution's name.", HelpName = "NAME" };

    private readonly Option<int> _concurrency = new("--concurrency")
    {
        Description = "With --each: how many executions run at a time.",
        HelpName = "N",
        CustomParser = Parsers.Number,
        DefaultValueFactory = _ => Math.Max(4, Environment.ProcessorCount * 2),
    };

    private readonly TemplateOptions _template = new();

    private readonly DataOptions _data = new();

    private readonly Option<bool> _timeouts = new("--timeouts")
    {
        Description = "Let timeouts and heartbeats run while a debugger is attached; else they stand still.",
    };

    private readonly Option<bool> _isolate = new("--isolate")
    {
        Description = "Run every function in processes of its own, so that no handler can harm another or this one.",
    };

    private readonly Option<bool> _noBuild = new("--no-build") { Description = "Load the handlers as they were last built." };

    private readonly Option<Uri?> _lambda = new("--lambda-endpoint")
    {
        Description = "Where to invoke functions that the template does not have, such as http://127.0.0.1:3001. Also LAMBDA_ENDPOINT.",
        HelpName = "URL",
        CustomParser = Parsers.Url,
    };

    private readonly Setting<string> _time = ExecutionTime.Option();

    private readonly Option<string?> _testCase = new("--test-case")
    {
        Description = "The test case of the mock file that answers for tasks.",
        HelpName = "NAME",
    };

    private readonly ServiceOptions _services = new();

    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Show no progress." };

    /// <summary>The command.</summary>
    public Command Build()
    {
        var command = new Command(
            "run",
            """
            Run a state machine of a template with its handlers, on this machine. The output goes to standard output, progress to standard error.

              stateside run --input event.json
              stateside run OrderIntake -t ../shop -i event.json -p Stage=test
              stateside run --each events.ndjson --output results.ndjson
              stateside run --input event.json --time skip

            Exit code: 0 succeeded, 1 failed, 2 a mistake in what was given, 130 ended by Ctrl+C.
            """)
        {
            _machine, _input, _each, _output, _name, _concurrency, _timeouts, _isolate, _noBuild, _lambda, _time.Option, _testCase, _quiet,
        };
        _services.AddTo(command);
        _data.AddTo(command);
        _template.AddTo(command);
        _machine.CompletionSources.Add(context => _template.MachineNames(context.ParseResult));
        command.SetAction((parsed, cancellationToken) => host.GuardAsync(() => RunAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var each = parsed.GetValue(_each);
        if (each is not null && parsed.GetValue(_input) is not null)
            throw new UserException("--input and --each cannot stand together: give one input, or a file of many.");
        if (parsed.GetValue(_name) is { } name)
            CheckName(name, each);
        if (parsed.GetValue(_concurrency) < 1)
            throw new UserException("--concurrency must be 1 or more.");
        var template = _template.Read(parsed);
        var machine = Choose(template, parsed.GetValue(_machine));
        foreach (var diagnostic in template.ErrorsFor(machine))
            throw new UserException(diagnostic.ToString());
        var input = each is null && parsed.GetValue(_input) is { } path ? InputFiles.ReadJson(path) : JsonObject.Empty;

        var mocks = _services.Mocks(parsed);
        var testCase = parsed.GetValue(_testCase);
        if (testCase is not null && mocks?.Has(machine.Name, testCase) != true)
        {
            throw new UserException(mocks is null
                ? $"--test-case {testCase}: there is no mock file; give one with --mocks."
                : $"--test-case {testCase}: the mock file has no such test case of {machine.Name}. It has: {string.Join(", ", mocks.TestCases(machine.Name))}.");
        }

        if (parsed.GetValue(_output) is { } output)
            Host.CheckOutput(output);
        var console = host.ErrorConsole();
        var live = console.Profile.Capabilities is { Interactive: true, Ansi: true } && console.Profile.Out.IsTerminal && !parsed.GetValue(_quiet);
        var time = ExecutionTime.Of(_time.Value(parsed, "real"), host.Time);
        var progress = new RunProgress(console, live && each is null, () => time.Clock.GetUtcNow());
        var quiet = parsed.GetValue(_quiet);
        var stateFolder = Path.Combine(Path.GetDirectoryName(template.Path)!, ".stateside");
        await using var service = new LocalService(new LocalServiceOptions
        {
            Data = _data.Open(parsed, stateFolder, held => progress.Say($"{held} This run is kept in memory only.")),
            Retention = _data.Retention(parsed),
            Time = time.Clock,
            TimerThreads = time.Clock == host.Time,
            HandlerTime = host.Time,
            WaitScale = time.WaitScale,
            Seed = host.Seed,
            LambdaEndpoint = parsed.GetValue(_lambda) ?? Parsers.UrlOf("LAMBDA_ENDPOINT"),
            EndpointUrl = _services.Endpoint(parsed),
            AllowAws = _services.AllowsAws(parsed),
            AwsSdkFolder = _services.SdkFolder(parsed),
            AllowLoopbackHttp = _services.AllowsLoopbackHttp(parsed),
            Mocks = mocks,
            StoreFolder = _data.Folder(parsed, stateFolder),
            Functions = new FunctionHostOptions
            {
                StateDirectory = stateFolder,
                Build = !parsed.GetValue(_noBuild),
                OutputDirectory = null,
                Isolate = parsed.GetValue(_isolate),
                TimeoutsWhileDebugging = parsed.GetValue(_timeouts),
                Progress = progress.Say,
                LogLine = quiet || each is not null ? null : progress.TakeLog,
            },
        });
        service.Engine.Defect += host.ReportDefect;
        await using var telemetry = Telemetry.Start(service.Engine);
        var problems = (await service.LoadAsync(template)).Where(problem => problem.MachineArn == machine.Arn).Select(problem => problem.Problem);
        var revision = service.Catalog.FindCurrent(machine.Arn) ?? throw new UserException(string.Join(Environment.NewLine, problems));
        if (await service.PrepareFunctionsAsync(template, machine, cancellationToken) is [var problem, ..])
            throw new UserException(problem);
        if (service.TimeoutsStandStill)
            progress.Say("A debugger is attached: timeouts and heartbeats stand still. --timeouts lets them run.");

        if (each is not null)
        {
            var run = new EachRun(console, live, host.Time, each, parsed.GetValue(_output), parsed.GetValue(_concurrency));
            return await run.RunAsync(
                async (value, token) =>
                {
                    var (started, _) = await service.Engine.StartAsync(new StartRequest(revision, value) { TestCase = testCase });
                    return await service.Engine.WhenEndedAsync(started.Arn, token);
                },
                cancellationToken);
        }

        return await RunOneAsync(parsed, service, new StartRequest(revision, input) { Name = parsed.GetValue(_name), TestCase = testCase }, progress, quiet, cancellationToken);
    }

    private async Task<int> RunOneAsync(
        ParseResult parsed, LocalService service, StartRequest request, RunProgress progress, bool quiet, CancellationToken cancellationToken)
    {
        if (!quiet)
            service.Engine.TurnSaved += (arn, events) => progress.Take(arn, () => service.Engine.Describe(arn)?.StateMachine.Definition, events);
        var (started, _) = await service.Engine.StartAsync(request);
        var ended = EndedAsync();
        if (!quiet)
            await progress.ShowAsync(ended);
        var execution = await ended;
        if (!quiet || execution.Status != ExecutionStatus.Succeeded)
            progress.ShowEnd(execution);
        if (execution.Output is null)
            return cancellationToken.IsCancellationRequested ? ExitCodes.Canceled : ExitCodes.Failed;
        host.WriteOutput(parsed.GetValue(_output), JsonWriter.Indented(execution.Output));
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
