using System.CommandLine;
using System.Net;
using Stateside.Engine;
using Stateside.Engine.Execution;
using Stateside.Engine.Store.Data;
using Stateside.Engine.Template;
using Stateside.Aws.Api.Access;
using Stateside.Aws.Endpoint;
using Stateside.Language.Services;
using Stateside.Service.Cli.Options;
using Stateside.Service.Cli.Progress;
using Stateside.Service.Cli.Serving;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Commands;

/// <summary><c>stateside serve</c>: Step Functions' HTTP API.</summary>
internal sealed class ServeCommand(CommandHost host)
{
    private const int DefaultPort = 8083;

    private readonly CommandOption<int> _port = CommandOption.Of(
        "--port", "N", $"The port to listen on, {DefaultPort} unless given; 0 takes a free one.", CommandOption.Number("a port", 0, IPEndPoint.MaxPort),
        DefaultPort, variables: "STATESIDE_PORT");

    private readonly CommandOption<IPAddress> _address = CommandOption.Of(
        "--host", "ADDRESS", $"The address to listen on, 127.0.0.1 unless given; * is all. Elsewhere than on loopback requests must be signed with {Listening.KeyVariables}.",
        Listening.Parse, IPAddress.Loopback, variables: "STATESIDE_HOST");

    private readonly LogOption _logs = new(host);

    private readonly CommandOption<bool> _noReload = CommandOption.Flag("--no-reload", "Do not look for changes of the template, definitions and code.");

    private readonly CommandOption<bool> _logJson = CommandOption.OneOf(
        "--log-format", "What to write to standard error: sentences, or one JSON object a line", [("text", false), ("json", true)],
        variables: "STATESIDE_LOG_FORMAT");

    private readonly CommandOption<LogLevel> _logLevel = CommandOption.OneOf(
        "--log-level", "The least that is written: debug, info, warn or error",
        [("info", LogLevel.Information), ("debug", LogLevel.Debug), ("warn", LogLevel.Warning), ("error", LogLevel.Error)], "LEVEL", "STATESIDE_LOG_LEVEL");

    private readonly ServiceOptions _service = new();

    private readonly SeedOption _seed = new();

    private readonly TemplateOptions _template = new();

    /// <summary>The command.</summary>
    public Command Build()
    {
        var command = new Command(
            "serve",
            $"""
            Serve the Step Functions API to the AWS CLI and SDKs, with the state machines and functions of the template if there is one,
            and at the same address the tables, buckets, queues, topics, secrets and parameters that it declares.
            Edits of the template, a definition or a handler count at once; executions keep the revision they run. Ctrl+C ends it.

              stateside serve
              stateside serve --template ../shop --port 0 --time skip
              aws stepfunctions list-state-machines --endpoint-url http://127.0.0.1:8083
              AWS_ENDPOINT_URL=http://127.0.0.1:8083 aws dynamodb scan --table-name orders

            {CommandOption.VariablesHelp}
            """)
        {
            _port.Option, _address.Option, _logs.Option, _noReload.Option, _logJson.Option, _logLevel.Option,
        };
        _service.AddTo(command);
        _seed.AddTo(command);
        _template.AddTo(command);
        command.SetAction((parsed, cancellationToken) => host.GuardAsync(() => RunAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var begin = host.Time.GetTimestamp();
        var listening = Listening.At(_address.Value(parsed), _port.Value(parsed));
        var log = new ServeLog(host.Error, host.Time, _logJson.Value(parsed), _logLevel.Value(parsed));
        var path = _template.FindIfAny(parsed);
        var location = _template.Location(parsed, path, () => _service.KeptLocation(parsed, path));
        var template = path is null ? null : _template.Read(parsed, path, location);
        using var socket = WebServer.Open(listening);

        // Handlers sign with nobody's key: where others must sign with one, handlers have a way in of their own.
        await using var ownWay = listening.Key is null ? null : new LoopbackAddress();
        await using var service = new LocalService(Options(parsed, path, location, log) with { Address = ownWay?.Url ?? socket.Url });
        service.Engine.Defect += host.ReportDefect;
        ownWay?.Serve((own, token) => AwsEndpoint.ServeAsync(own, service, e => host.ReportDefect("API", e), token), e => host.ReportDefect("API", e));
        await using var telemetry = Telemetry.Start(service.Engine);
        new ExecutionReporter(service.Engine, log).Start();
        service.Options.Data?.OnTrouble(e =>
        {
            if (DataWriter.IsPassing(e))
                log.Warn($"{service.Options.Data.Path} cannot be written: {e.Message.TrimEnd('.')}. Nothing is acknowledged until it can.");
            else
                host.ReportDefect(service.Options.Data.Path, e);
        });
        service.Engine.Damaged += e => log.Warn(e.Message, ("subject", e.Subject));
        foreach (var damage in service.Catalog.Damaged)
            log.Warn(damage.Message, ("subject", damage.Subject));
        using var served = template is null ? null : new ServedTemplate(service, () => _template.Read(parsed, _template.Find(parsed), location), log, e => host.ReportDefect("reload", e));
        if (served is not null)
            await served.LoadAsync(template!);
        _seed.Fill(parsed, service, template, line => log.Warn(line));
        // Each can be asked for and stopped before any goes on: one of them may have ended the service.
        var restored = service.Engine.BringBack();
        if (!_noReload.Value(parsed))
            served?.Watch(host.Time);
        await using var server = await WebServer.StartAsync(socket, service, listening.Key, () => served?.Template, host, opened: null, cancellationToken);
        Welcome(log, $"http://{socket.Address}", listening.Key, service, template, host.Time.GetElapsedTime(begin));
        if (service.EndpointOfAll is { } elsewhere)
            log.Info(elsewhere);
        if (restored is not null)
            GoOn(log, restored, service.Options.Data!.Path);
        await WebServer.WaitAsync(cancellationToken);
        return ExitCodes.Success;
    }

    private LocalServiceOptions Options(ParseResult parsed, string? template, AwsLocation location, ServeLog log)
    {
        var options = _service.Read(parsed, host, template, location);
        return options with
        {
            Logs = _logs.Destination(parsed, location.Region, options.EndpointUrl, _service.Data.Folder(parsed, options.Functions.StateDirectory), _port.Value(parsed)),
            LogTrouble = line => log.Warn(line),
            Trouble = line => log.Warn(line),
            Functions = options.Functions with
            {
                OwnFolders = _logs.Folder(parsed) is { } logs ? [.. options.Functions.OwnFolders, logs] : options.Functions.OwnFolders,
                Progress = line => log.Info(line),
                LogLine = (function, line) => log.Info($"  | {function}: {line}", ("function", function), ("line", line)),
            },
            Data = _service.Data.Open(parsed, options.Functions.StateDirectory, location, () => _template.Origin(parsed, template), null),
        };
    }

    private static void GoOn(ServeLog log, RestoredExecutions restored, string path)
    {
        foreach (var arn in restored.Held)
        {
            log.Warn(
                $"{arn} does not go on. {ExecutionDescription.Held}. Stop it and redrive it, or let it go on in the console.",
                ("executionArn", arn));
        }

        if (restored.Count > 0)
            log.Info($"{restored.Count} execution{(restored.Count == 1 ? " goes" : "s go")} on from {path}.");
        restored.GoOn();
    }

    private static void Welcome(ServeLog log, string url, AccessKey? key, LocalService service, TemplateModel? template, TimeSpan took)
    {
        log.Info($"Stateside listens on {url}. It was ready in {Durations.Show(took)}.", ("url", url));
        log.Hint(
            $"""
               Point AWS clients at it:  AWS_ENDPOINT_URL={url}
               Try:  aws stepfunctions list-state-machines --endpoint-url {url}{(key is null ? $"{Environment.NewLine}  Open the console:  {url}/console/" : "")}
             """);
        if (key is not null)
            log.Info($"Requests must be signed with the access key {key.Id}. They are not encrypted: put a proxy with TLS before it where others listen in.");
        if (service.Options.Location is var location && location != AwsLocation.Default)
            log.Info($"Every ARN is of {location}.", ("region", location.Region), ("accountId", location.AccountId));
        var declared = template?.StateMachines.Select(machine => machine.Arn).ToHashSet(StringComparer.Ordinal) ?? [];
        var machines = service.Catalog.List().ToLookup(machine => declared.Contains(machine.Arn), machine => machine.Arn);
        if (template is not null)
            log.Info(machines[true].Any() ? $"State machines of {template.Path}:" : $"{template.Path} has no state machine that can be started.");
        List(machines[true]);
        if (machines[false].Any())
            log.Info(template is null ? "State machines:" : "Other state machines that are kept:");
        List(machines[false]);

        void List(IEnumerable<string> arns)
        {
            foreach (var arn in arns)
                log.Info($"  {arn}", ("stateMachineArn", arn));
        }
    }
}
