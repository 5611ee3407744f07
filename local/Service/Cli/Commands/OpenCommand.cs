using System.CommandLine;
using System.Net;
using Stateside.Aws;
using Stateside.Engine;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Template;
using Stateside.Language.Services;
using Stateside.Language.Validation;
using Stateside.Service.Cli.Options;
using Stateside.Service.Cli.Progress;
using Stateside.Service.Cli.Serving;
using Stateside.Service.Cli.Terminal;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Cli.Commands;

/// <summary><c>stateside open</c>: shows executions that ran on AWS in the console.</summary>
internal sealed class OpenCommand(CommandHost host)
{
    private readonly RecordOptions _records = new(
        "The definition that they ran (ASL in JSON or YAML). Without it: the one beside them, or that of the template's state machine.",
        "The state machine of the template. Without it: the one that the record names, or the one that has its states.");

    private readonly CommandOption<int> _port = CommandOption.Of(
        "--port", "N", "The port of the console; a free one unless given.", CommandOption.Number("a port", 0, IPEndPoint.MaxPort), 0);

    private readonly ServiceOptions _service = new();

    private readonly SeedOption _seed = new();

    private readonly TemplateOptions _template = new();

    /// <summary>The command.</summary>
    public Command Build()
    {
        var command = new Command(
            "open",
            $"""
            Show executions that ran on AWS in the console: graph, timeline, events, data. Nothing of them is kept. Ctrl+C ends it.
            With a template their state machine is here too, and they can be started again with their input.

              aws stepfunctions get-execution-history --execution-arn ARN > history.json
              stateside open history.json
              stateside open history.json --definition order.asl.json
              stateside open recorded --template ../shop

            {CommandOption.VariablesHelp}
            """)
        {
            _port.Option,
        };
        _records.AddTo(command, _template);
        _service.AddHandlersTo(command);
        _seed.AddTo(command);
        _template.AddTo(command);
        command.SetAction((parsed, cancellationToken) => host.GuardAsync(() => RunAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var records = _records.Read(parsed);
        var given = Definition(parsed);
        var path = _template.FindIfAny(parsed);
        var location = _template.Location(parsed, path);
        var template = path is null ? null : _template.Read(parsed, path, location);
        var machine = Machine(parsed, template);
        var listening = Listening.At(IPAddress.Loopback, _port.Value(parsed));
        using var socket = WebServer.Open(listening);
        var log = new ServeLog(host.Error, host.Time, json: false, LogLevel.Information);
        await using var service = Service(parsed, path, location, socket.Url, log);
        service.Engine.Defect += host.ReportDefect;
        new ExecutionReporter(service.Engine, log).Start();
        using var served = template is null ? null : new ServedTemplate(service, () => _template.Read(parsed, path!, location), log, e => host.ReportDefect("reload", e));
        if (served is not null)
            await served.LoadAsync(template!);
        _seed.Fill(parsed, service, template, line => log.Warn(line));
        var opened = new OpenedExecutions(service.Catalog);
        var shown = Open(opened, records, given, machine is null ? null : service.Catalog.FindCurrent(machine.Arn));
        served?.Watch(host.Time);
        await using var server = await WebServer.StartAsync(socket, service, listening.Key, () => served?.Template, host, opened, cancellationToken);
        foreach (var each in shown)
            log.Info($"{each.Description.Name}: http://{socket.Address}{Links.Execution(each.Key)}");
        if (shown.Count > 1)
            log.Info($"All of them: http://{socket.Address}{Links.Opened}");
        await WebServer.WaitAsync(cancellationToken);
        return ExitCodes.Success;
    }

    private static IReadOnlyList<OpenedExecution> Open(
        OpenedExecutions opened, List<RecordedExecution> records, GivenDefinition? given, StateMachine? machine) =>
        RecordOptions.Reading(() => opened.Open(records, 0, given, machine));

    private GivenDefinition? Definition(ParseResult parsed)
    {
        if (_records.Definition(parsed) is not var (file, written))
            return null;
        var read = StateMachineType.Standard.ParseAccepted(written.Json);
        if (read.Definition is not null)
            return new GivenDefinition(file, written.Json);
        var first = read.Diagnostics.First(diagnostic => diagnostic.Severity == Severity.Error);
        var (line, column) = written.Locate(first.Line, first.Column);
        throw new UserException($"{file}({line},{column}): {first.Code}: {first.Message} 'stateside validate' tells more.");
    }

    private TemplateStateMachine? Machine(ParseResult parsed, TemplateModel? template)
    {
        if (_records.Machine(parsed) is not { } name)
            return null;
        return template is null
            ? throw new UserException($"--state-machine {name}: there is no template that could have it. Name one with --template.")
            : template.FindStateMachine(name);
    }

    /// <summary>What runs executions that are started again. It keeps nothing.</summary>
    private LocalService Service(ParseResult parsed, string? template, AwsLocation location, Uri address, ServeLog log)
    {
        var options = _service.Read(parsed, host, template, location);
        return new LocalService(options with
        {
            Address = address,
            Embedded = service => new EmbeddedServices(null, service),
            Trouble = line => log.Warn(line),
            Functions = options.Functions with
            {
                Progress = line => log.Info(line),
                LogLine = (function, line) => log.Info($"  | {function}: {line}"),
            },
        });
    }
}
