using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Stateside.Service.Cli.Terminal;

namespace Stateside.Service.Cli.Progress;

/// <summary>
/// What a running service has to say, on standard error: sentences for people, or one JSON object a line for programs. Texts of others
/// are made plain.
/// </summary>
internal sealed class ServeLog(TextWriter writer, TimeProvider time, bool json, LogLevel least)
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Lock _lock = new();

    /// <summary>Whether lines of that level are wanted: ask before making costly ones.</summary>
    public bool IsEnabled(LogLevel level) => level >= least;

    /// <summary>A line worth reading.</summary>
    public void Info(string message, params ReadOnlySpan<(string Name, string? Value)> fields) => Write(LogLevel.Information, message, fields);

    /// <summary>A line about something that is not as it should be.</summary>
    public void Warn(string message, params ReadOnlySpan<(string Name, string? Value)> fields) => Write(LogLevel.Warning, message, fields);

    /// <summary>A line.</summary>
    /// <param name="level">How much it matters.</param>
    /// <param name="message">The sentence.</param>
    /// <param name="fields">What programs look for; people find it in the sentence.</param>
    public void Write(LogLevel level, string message, params ReadOnlySpan<(string Name, string? Value)> fields)
    {
        if (!IsEnabled(level))
            return;
        var line = json ? Json(level, message, fields) : Plain.Lines(message, "  ");
        lock (_lock)
            writer.WriteLine(line);
    }

    /// <summary>Lines for people alone; a program needs no hints.</summary>
    public void Hint(string lines)
    {
        if (json || !IsEnabled(LogLevel.Information))
            return;
        lock (_lock)
            writer.WriteLine(Plain.Lines(lines, ""));
    }

    private string Json(LogLevel level, string message, ReadOnlySpan<(string Name, string? Value)> fields)
    {
        using var buffer = new MemoryStream();
        using (var line = new Utf8JsonWriter(buffer, Relaxed))
        {
            line.WriteStartObject();
            line.WriteString("time", time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            line.WriteString("level", level switch
            {
                LogLevel.Debug => "debug",
                LogLevel.Information => "info",
                LogLevel.Warning => "warn",
                _ => "error",
            });
            line.WriteString("message", message);
            foreach (var (name, value) in fields)
            {
                if (value is not null)
                    line.WriteString(name, value);
            }

            line.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
