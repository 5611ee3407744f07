namespace Stateside.Engine.Logs;

/// <summary>A stream of a log group.</summary>
internal readonly record struct LogStream(string Group, string Name);

/// <summary>One line of a log.</summary>
/// <param name="Time">When it was written, by the real clock.</param>
/// <param name="Message">The line.</param>
internal readonly record struct LogEntry(DateTimeOffset Time, string Message);

/// <summary>Where log lines go: CloudWatch Logs, files, standard output.</summary>
internal interface ILogDestination
{
    /// <summary>Writes lines to one stream, in their order.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="entries">The lines, oldest first.</param>
    /// <param name="cancellationToken">Fires when the service ends and waits no longer.</param>
    /// <returns>Completes when they are written.</returns>
    /// <exception cref="LogDeliveryException">They cannot be written.</exception>
    ValueTask WriteAsync(LogStream stream, IReadOnlyList<LogEntry> entries, CancellationToken cancellationToken);

    /// <summary>Whether a log group can be written to; one that is made when it is needed can.</summary>
    /// <param name="group">The group's name.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    ValueTask<bool> HasGroupAsync(string group, CancellationToken cancellationToken) => new(true);
}

/// <summary>Log lines could not be delivered and are lost.</summary>
/// <param name="message">Why, and what to do.</param>
internal sealed class LogDeliveryException(string message) : Exception(message);
