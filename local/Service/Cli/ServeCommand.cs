using System.CommandLine;
using System.Net;
using Stateside.Engine;
using Stateside.Engine.Functions;
using Stateside.Engine.Template;
using Stateside.Service.Api;

namespace Stateside.Service.Cli;

/// <summary><c>stateside serve</c>: Step Functions' HTTP API.</summary>
internal sealed class ServeCommand(Host host)
{
    private const int DefaultPort = 8083;

    private readonly Setting<int> _port = new(
        "--port", "N", $"The port to listen on, {DefaultPort} unless given; 0 takes a free one.", SettingText.Number("a port", 0, IPEndPoint.MaxPort),
        "STATESIDE_PORT");

    private readonly Setting<IPAddress> _address = new(
        "--host", "ADDRESS", $"The address to listen on, 127.0.0.1 unless given; * is all. Elsewhere than on loopback requests must be signed with {Listening.KeyVariables}.",
        Listening.Parse, "STATESIDE_HOST");

    private readonly DataOptions _data = new();

    private readonly Setting<Uri?> _lambda = new(
        "--lambda-endpoint", "URL", "Where to invoke functions that the template does not have, such as http://127.0.0.1:3001.", SettingText.Url,
        "STATESIDE_LAMBDA_ENDPOINT", "LAMBDA_ENDPOINT");

    private readonly LogOption _logs = new(host);

    private readonly Setting<string> _time = ExecutionTime.Option();

    private readonly Option<bool> _noBuild = new("--no-build") { Description = "Load the handlers as they were last built." };

    private readonly Option<bool> _noReload = new("--no-reload") { Description = "Do not look for changes of the template, definitions and code." };

    private readonly Setting<string> _logFormat = new(
        "--log-format", "text|json", "What to write to standard error: sentences, or one JSON object a line.", SettingText.OneOf("text", "json"),
        "STATESIDE_LOG_FORMAT")
    {
        Words = ["text", "json"],
    };

    private readonly Setting<string> _logLevel = new(
        "--log-level", "LEVEL", "The least that is written: debug, info, warn or error; info unless given.", SettingText.OneOf("debug", "info", "warn", "error"),
        "STATESIDE_LOG_LEVEL")
    {
        Words = ["debug", "info", "warn", "error"],
    };

    private readonly Option<bool> _isolate = new("--isolate")
    {
        Description = "Run every function in processes of its own, so that no handler can harm another or this one.",
    };

    private readonly ServiceOptions _services = new();

    private readonly TemplateOptions _template = new();

    /// <summary>The command.</summary>
    public Command Build()
    {
        var command = new Command(
            "serve",
            """
            Serve the Step Functions API to the AWS CLI and SDKs, with the state machines and functions of the template if there is one.
            Edits of the template, a definition or a handler count at once; executions keep the revision they run. Ctrl+C ends it.

              stateside serve
              stateside serve --template ../shop --port 0 --time skip
              aws stepfunctions list-state-machines --endpoint-url http://127.0.0.1:8083

            Each option that names an environment variable may be given by it; the command line wins.
            """)
        {
            _port.Option, _address.Option, _time.Option, _lambda.Option, _logs.Option, _isolate, _noBuild, _noReload, _logFormat.Option, _logLevel.Option,
        };
        _services.AddTo(command);
        _data.AddTo(command);
        _template.AddTo(command);
        command.SetAction((parsed, cancellationToken) => host.GuardAsync(() => RunAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var begin = host.Time.GetTimestamp();
        var listening = Listening.At(_address.Value(parsed, IPAddress.Loopback), _port.Value(parsed, DefaultPort));
        var log = new ServeLog(host.Error, host.Time, _logFormat.Value(parsed, "text") == "json", LevelOf(_logLevel.Value(parsed, "info")));
        var template = _template.ReadIfAny(parsed);
        await using var service = new LocalService(Options(parsed, template, log));
        service.Engine.Defect += host.ReportDefect;
        await using var telemetry = Telemetry.Start(service.Engine);
        new ExecutionLog(service.Engine, log).Start();
        service.Options.Data?.OnTrouble(e => log.Warn($"{service.Options.Data.Path} cannot be written: {e.Message} Nothing new is begun until it can."));
        using var served = template is null ? null : new ServedTemplate(service, () => _template.Read(parsed), log, e => host.ReportDefect("reload", e));
        if (served is not null)
            await served.LoadAsync(template!);
        var restored = service.Engine.Restore();
        if (!parsed.GetValue(_noReload))
            served?.Watch(host.Time);
        await using var app = await WebServer.StartAsync(service, listening, () => served?.Template, host, cancellationToken);
        Welcome(log, app.Urls.Single(), listening.Key, service, template, host.Time.GetElapsedTime(begin));
        if (restored > 0)
            log.Info($"{restored} execution{(restored == 1 ? " goes" : "s go")} on from {service.Options.Data!.Path}.");
        await WebServer.WaitAsync(app, cancellationToken);
        return ExitCodes.Success;
    }

    private LocalServiceOptions Options(ParseResult parsed, TemplateModel? template, ServeLog log)
    {
        var time = ExecutionTime.Of(_time.Value(parsed, "real"), host.Time);
        var folder = Path.Combine(Path.GetDirectoryName(template?.Path) ?? Directory.GetCurrentDirectory(), ".stateside");
        return new LocalServiceOptions
        {
            Data = _data.Open(parsed, folder, null),
            Retention = _data.Retention(parsed),
            Logs = _logs.Destination(
                parsed, _services.Endpoint(parsed), _data.Folder(parsed, folder), _port.Value(parsed, DefaultPort)),
            LogTrouble = line => log.Warn(line),
            Time = time.Clock,
            TimerThreads = time.Clock == host.Time,
            HandlerTime = host.Time,
            WaitScale = time.WaitScale,
            Seed = host.Seed,
            LambdaEndpoint = _lambda.Value(parsed, null),
            EndpointUrl = _services.Endpoint(parsed),
            AllowAws = _services.AllowsAws(parsed),
            AwsSdkFolder = _services.SdkFolder(parsed),
            AllowLoopbackHttp = _services.AllowsLoopbackHttp(parsed),
            Mocks = _services.Mocks(parsed),
            StoreFolder = _data.Folder(parsed, folder),
            Functions = new FunctionHostOptions
            {
                StateDirectory = folder,
                OutputDirectory = null,
                Isolate = parsed.GetValue(_isolate),
                Build = !parsed.GetValue(_noBuild),
                Progress = line => log.Info(line),
                LogLine = (function, line) => log.Info($"  | {function}: {line}", ("function", function), ("line", line)),
            },
        };
    }

    private static void Welcome(ServeLog log, string url, AccessKey? key, LocalService service, TemplateModel? template, TimeSpan took)
    {
        log.Info($"Stateside listens on {url}. It was ready in {Durations.Show(took)}.", ("url", url));
        log.Hint(
            $"""
               Point AWS clients at it:  AWS_ENDPOINT_URL_SFN={url}
               Try:  aws stepfunctions list-state-machines --endpoint-url {url}{(key is null ? $"{Environment.NewLine}  Open the console:  {url}/console/" : "")}
             """);
        if (key is not null)
            log.Info($"Requests must be signed with the access key {key.Id}. They are not encrypted: put a proxy with TLS before it where others listen in.");
        if (template is not null)
            log.Info($"State machines of {template.Path}:");
        foreach (var machine in service.Catalog.List())
            log.Info($"  {machine.Arn}", ("stateMachineArn", machine.Arn));
    }

    private static LogLevel LevelOf(string word) => word switch
    {
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" => LogLevel.Warning,
        _ => LogLevel.Error,
    };
}
