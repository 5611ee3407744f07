using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Stateside.Engine;
using Stateside.Engine.Functions;
using Stateside.Service.Api;

namespace Stateside.Service.Cli;

/// <summary><c>stateside serve</c>: Step Functions' HTTP API on loopback.</summary>
internal sealed class ServeCommand(Host host)
{
    private readonly Option<int> _port = new("--port")
    {
        Description = "The port on 127.0.0.1 to listen on; 0 takes a free one.",
        HelpName = "N",
        CustomParser = Parsers.Number,
        DefaultValueFactory = _ => 8083,
    };

    private readonly Option<bool> _inMemory = new("--in-memory") { Description = "Keep nothing on disk. For now this is the only way." };

    private readonly Option<Uri?> _lambda = new("--lambda-endpoint")
    {
        Description = "Where to invoke functions, such as http://127.0.0.1:3001. Also LAMBDA_ENDPOINT.",
        HelpName = "URL",
        CustomParser = Parsers.Url,
    };

    private readonly Option<Uri?> _endpoint = new("--endpoint-url")
    {
        Description = "Where other AWS services are. Accepted for scripts; no other service is called yet.",
        HelpName = "URL",
        CustomParser = Parsers.Url,
    };

    private readonly TemplateOptions _template = new();

    /// <summary>The command.</summary>
    public Command Build()
    {
        var command = new Command(
            "serve",
            """
            Serve the Step Functions API to the AWS CLI and SDKs, with the state machines of the template if there is one. Ctrl+C ends it.

              stateside serve
              aws stepfunctions list-state-machines --endpoint-url http://127.0.0.1:8083
            """)
        {
            _port, _inMemory, _lambda, _endpoint,
        };
        _template.AddTo(command);
        command.SetAction((parsed, cancellationToken) => host.GuardAsync(() => RunAsync(parsed, cancellationToken)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var port = parsed.GetValue(_port);
        if (port is < 0 or > IPEndPoint.MaxPort)
            throw new UserException($"--port {port}: this must be a port from 0 to {IPEndPoint.MaxPort}.");
        var template = _template.ReadIfAny(parsed);
        await using var service = new LocalService(new LocalServiceOptions
        {
            Time = host.Time,
            Seed = host.Seed,
            LambdaEndpoint = parsed.GetValue(_lambda) ?? Parsers.UrlOf("LAMBDA_ENDPOINT"),
            Functions = new FunctionHostOptions
            {
                StateDirectory = Path.Combine(Path.GetDirectoryName(template?.Path) ?? Directory.GetCurrentDirectory(), ".stateside"),
                OutputDirectory = null,
                Progress = line => host.Error.WriteLine(Plain.Lines(line, "  ")),
            },
        });
        service.Engine.Defect += host.ReportDefect;
        foreach (var (_, problem) in template is null ? [] : service.Load(template))
            await host.Error.WriteLineAsync($"left out: {Plain.Lines(problem.ToString(), "  ")}");
        await using var app = Build(service, port);
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw new UserException($"127.0.0.1:{port}: cannot listen there: {e.Message} Choose another with --port.");
        }

        await host.Error.WriteLineAsync($"Stateside listens on {app.Urls.Single()}. Try: aws stepfunctions list-state-machines --endpoint-url {app.Urls.Single()}");
        foreach (var machine in service.StateMachines.List())
            await host.Error.WriteLineAsync($"  {Plain.Line(machine.Arn)}");
        await app.WaitForShutdownAsync(cancellationToken);
        return ExitCodes.Success;
    }

    private WebApplication Build(LocalService service, int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.AddServerHeader = false;
        });
        var app = builder.Build();
        var api = new ApiEndpoint(new Operations(new ServiceState(service)), e => host.ReportDefect("API", e));
        app.Run(api.HandleAsync);
        return app;
    }
}
