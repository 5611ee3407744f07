using System.CommandLine;
using Stateside.Engine.Logs;
using Stateside.Engine.Tasks;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Options;

/// <summary>Where the events of state machines with a logging configuration go.</summary>
internal sealed class LogOption(CommandHost host)
{
    private const string Off = "off";

    private readonly CommandOption<string?> _logs = CommandOption.Text(
        "--logs", "FOLDER|-|off",
        "Where state machines that log have their events written: to a file per log group in a folder, or to standard output with '-'. "
        + "Unless given, to CloudWatch Logs where --endpoint-url, AWS_ENDPOINT_URL_LOGS or AWS_ENDPOINT_URL says where that is, else to .stateside/logs.",
        variables: "STATESIDE_LOGS");

    /// <summary>The option.</summary>
    public Option Option => _logs.Option;

    /// <summary>What was asked for; null for nowhere.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="region">The region of CloudWatch Logs.</param>
    /// <param name="endpoint">Where other AWS services are; null when nobody said.</param>
    /// <param name="folder">The folder for files when nobody named one; null to write none.</param>
    /// <param name="ownPort">The port that this service itself is to listen on.</param>
    public ILogDestination? Destination(ParseResult parsed, string region, Uri? endpoint, string? folder, int ownPort) => _logs.Value(parsed) switch
    {
        Off => null,
        "-" => new LogWriter(host.Output),
        { Length: > 0 } named => new LogFiles(Path.GetFullPath(named)),
        _ when Endpoint(endpoint, ownPort) is { } url => new CloudWatchLogs(url, new RequestSigner(host.Time, region), host.Time),
        _ => folder is null ? null : new LogFiles(Path.Combine(folder, "logs")),
    };

    /// <summary>The folder that was named for files; null for none.</summary>
    public string? Folder(ParseResult parsed) => _logs.Value(parsed) is { Length: > 0 } named and not (Off or "-") ? named : null;

    private static Uri? Endpoint(Uri? endpoint, int ownPort)
    {
        var url = CommandOption.Variable("AWS_ENDPOINT_URL_LOGS", CommandOption.Url) ?? endpoint ?? CommandOption.Variable("AWS_ENDPOINT_URL", CommandOption.Url);

        // Clients are pointed at this very service with the same variable: it takes no log lines.
        return url is { IsLoopback: true } && url.Port == ownPort ? null : url;
    }
}
