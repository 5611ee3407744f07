using System.CommandLine;
using Stateside.Aws;
using Stateside.Engine;
using Stateside.Engine.Functions;
using Stateside.Engine.Store.Data;
using Stateside.Engine.Tasks.Mocks;
using Stateside.Language.Services;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Options;

/// <summary>The options that say how a service runs executions and their tasks: the one place that makes its set-up of them.</summary>
internal sealed class ServiceOptions
{
    private readonly CommandOption<string> _time = ExecutionTime.Option();

    private readonly CommandOption<Uri?> _lambda = CommandOption.Of(
        "--lambda-endpoint", "URL", "Where to invoke functions that the template does not have, such as http://127.0.0.1:3001.", CommandOption.Url, null,
        variables: ["STATESIDE_LAMBDA_ENDPOINT", "LAMBDA_ENDPOINT"]);

    private readonly CommandOption<bool> _isolate = CommandOption.Flag(
        "--isolate", "Run every function in processes of its own, so that no handler can harm another or this one.");

    private readonly CommandOption<bool> _noBuild = CommandOption.Flag("--no-build", "Load the handlers as they were last built.");

    private readonly CommandOption<Uri?> _endpoint = CommandOption.Of(
        "--endpoint-url", "URL",
        "Where other AWS services are, such as http://127.0.0.1:4566. AWS_ENDPOINT_URL_<SERVICE> wins for its service, and AWS_ENDPOINT_URL serves where nothing else is given.",
        CommandOption.Url, null, variables: "STATESIDE_ENDPOINT_URL");

    private readonly CommandOption<bool> _allowAws = CommandOption.Flag(
        "--allow-aws",
        "Let tasks and handlers reach AWS itself, with the credentials that you have, where neither the template nor an endpoint serves them. Without it no task does, and no handler as you.");

    private readonly CommandOption<MockFile?> _mocks = CommandOption.Of<MockFile?>(
        "--mocks", "FILE",
        "A mock file of Step Functions Local: what tasks answer in test cases, which follow a state machine's ARN after #.",
        ReadMocks, null, variables: "SFN_MOCK_CONFIG");

    private readonly CommandOption<bool> _loopback = CommandOption.Flag(
        "--allow-loopback-http", "Let HTTP tasks call this machine, with http:// too. AWS would refuse that.");

    /// <summary>Where it keeps what is to outlive the command.</summary>
    public DataOptions Data { get; } = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_time.Option);
        AddHandlersTo(command);
        command.Add(_mocks.Option);
        command.Add(_loopback.Option);
        Data.AddTo(command);
    }

    /// <summary>Adds those that say how handlers are run to a command that asks nothing else of the service.</summary>
    public void AddHandlersTo(Command command)
    {
        command.Add(_lambda.Option);
        command.Add(_isolate.Option);
        command.Add(_noBuild.Option);
        command.Add(_endpoint.Option);
        command.Add(_allowAws.Option);
    }

    /// <summary>How the service is set up. Nothing is opened yet, so that what else is wrong can be told first.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="host">The world.</param>
    /// <param name="template">The template's path; null where there is none.</param>
    /// <param name="location">The region and the account of all that it has.</param>
    public LocalServiceOptions Read(ParseResult parsed, CommandHost host, string? template, AwsLocation location)
    {
        var time = ExecutionTime.Of(_time.Value(parsed), host.Time);
        var folder = StateFolder(template);
        return new LocalServiceOptions
        {
            Time = time.Clock,
            TimerThreads = time.Clock == host.Time,
            HandlerTime = host.Time,
            WaitScale = time.WaitScale,
            Seed = host.Seed,
            Location = location,
            LambdaEndpoint = _lambda.Value(parsed),
            EndpointUrl = _endpoint.Value(parsed),
            AllowAws = _allowAws.Value(parsed),
            AllowLoopbackHttp = _loopback.Value(parsed),
            Mocks = _mocks.Value(parsed),
            Embedded = service => new EmbeddedServices(Data.Folder(parsed, folder), service),
            Retention = Data.Retention(parsed),
            Functions = new FunctionHostOptions
            {
                StateDirectory = folder,
                Build = !_noBuild.Value(parsed),
                OutputDirectory = null,
                Isolate = _isolate.Value(parsed),
                OwnsProcess = host.OwnsProcess,
                OwnFolders = Data.Folder(parsed, folder) is { } data ? [data] : [],
            },
        };
    }

    /// <summary>The region and the account that the data folder was made with; null where nothing says so.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="template">The template's path; null where there is none.</param>
    public AwsLocation? KeptLocation(ParseResult parsed, string? template) =>
        Data.Folder(parsed, StateFolder(template)) is { } folder ? DataStore.LocationIn(folder) : null;

    /// <summary>Where what is kept of a template stands.</summary>
    /// <param name="template">The template's path; null where there is none.</param>
    public static string StateFolder(string? template) => Path.Combine(Path.GetDirectoryName(template) ?? Directory.GetCurrentDirectory(), ".stateside");

    private static MockFile ReadMocks(string path)
    {
        try
        {
            return MockFile.Read(path);
        }
        catch (MockFileException e)
        {
            throw new UserException(e.Message);
        }
    }
}
