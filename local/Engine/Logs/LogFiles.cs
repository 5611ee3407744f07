using System.Text;
using Stateside.Engine.Store;

namespace Stateside.Engine.Logs;

/// <summary>Writes log lines to files below a folder, one per log group: <c>/aws/vendedlogs/x</c> to <c>aws/vendedlogs/x.jsonl</c>.</summary>
/// <param name="folder">The folder; made when the first line comes.</param>
internal sealed class LogFiles(string folder) : ILogDestination
{
    public async ValueTask WriteAsync(LogStream stream, IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken)
    {
        var path = PathOf(stream.Group);
        try
        {
            OwnFolder.Create(Path.GetDirectoryName(path)!);
            var text = new StringBuilder();
            foreach (var entry in entries)
                text.Append(entry.Message).Append('\n');
            await File.AppendAllTextAsync(path, text.ToString(), new UTF8Encoding(false), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LogDeliveryException($"{path}: {e.Message} Name another folder with --logs.");
        }
    }

    /// <summary>The file of a log group.</summary>
    /// <returns>Its path; never outside the folder, whatever the name.</returns>
    public string PathOf(string group)
    {
        var segments = group.Split('/', StringSplitOptions.RemoveEmptyEntries)
            .Select(segment => string.Concat(segment.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '#' ? c : '_')))
            .Select(segment => segment.Trim('.').Length == 0 ? "_" : segment);
        return Path.Combine([folder, .. segments]) + ".jsonl";
    }
}

/// <summary>Writes log lines to a writer, such as standard output.</summary>
internal sealed class LogWriter(TextWriter writer) : ILogDestination
{
    public async ValueTask WriteAsync(LogStream stream, IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken)
    {
        foreach (var entry in entries)
            await writer.WriteLineAsync(entry.Message.AsMemory(), cancellationToken).ConfigureAwait(false);
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
    }
}
