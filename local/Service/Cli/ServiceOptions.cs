using System.CommandLine;
using Stateside.Engine.Tasks.Mocks;

namespace Stateside.Service.Cli;

/// <summary>The options that say where tasks find other AWS services.</summary>
internal sealed class ServiceOptions
{
    private readonly Setting<Uri?> _endpoint = new(
        "--endpoint-url", "URL",
        "Where other AWS services are, such as http://127.0.0.1:4566. AWS_ENDPOINT_URL_<SERVICE> wins for its service, and AWS_ENDPOINT_URL serves where nothing else is given.",
        SettingText.Url,
        "STATESIDE_ENDPOINT_URL");

    private readonly Option<bool> _allowAws = new("--allow-aws")
    {
        Description = "Let tasks reach AWS itself where no endpoint is named. Without it nothing does.",
    };

    private readonly Setting<string?> _sdk = new(
        "--aws-sdk", "FOLDER",
        "Where AWSSDK packages are, such as AWSSDK.Batch.dll with its AWSSDK.Core.dll, for services that are called through them. The build output of the template's functions is looked at anyway.",
        path => Directory.Exists(path) ? path : throw new FormatException($"there is no folder {Path.GetFullPath(path)}."),
        "STATESIDE_AWSSDK");

    private readonly Setting<MockFile?> _mocks = new(
        "--mocks", "FILE",
        "A mock file of Step Functions Local: what tasks answer in test cases, which follow a state machine's ARN after #.",
        path => MockFile.Read(path),
        "SFN_MOCK_CONFIG");

    private readonly Option<bool> _loopback = new("--allow-loopback-http")
    {
        Description = "Let HTTP tasks call this machine, with http:// too. AWS would refuse that.",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_endpoint.Option);
        command.Add(_allowAws);
        command.Add(_sdk.Option);
        command.Add(_mocks.Option);
        command.Add(_loopback);
    }

    /// <summary>The endpoint that is named; null when there is none.</summary>
    public Uri? Endpoint(ParseResult parsed) => _endpoint.Value(parsed, null);

    /// <summary>The folder with AWSSDK packages; null when none is named.</summary>
    public string? SdkFolder(ParseResult parsed) => _sdk.Value(parsed, null);

    /// <summary>The mock file; null when there is none.</summary>
    public MockFile? Mocks(ParseResult parsed)
    {
        try
        {
            return _mocks.Value(parsed, null);
        }
        catch (MockFileException e)
        {
            throw new UserException(e.Message);
        }
    }

    /// <summary>Whether HTTP tasks may call this machine.</summary>
    public bool AllowsLoopbackHttp(ParseResult parsed) => parsed.GetValue(_loopback);

    /// <summary>Whether tasks may reach AWS.</summary>
    public bool AllowsAws(ParseResult parsed) => parsed.GetValue(_allowAws);
}
