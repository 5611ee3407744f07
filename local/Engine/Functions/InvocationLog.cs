using System.Globalization;
using System.Text;

namespace Stateside.Engine.Functions;

/// <summary>
/// What one invocation writes, in the lines that Lambda's .NET runtime makes of it: time, request id, level and message with tabs
/// between. See https://docs.aws.amazon.com/lambda/latest/dg/csharp-logging.html.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="function">The function.</param>
/// <param name="requestId">The request's id; empty in the init phase.</param>
/// <param name="heard">Hears each line with the function's name.</param>
/// <param name="output">Where everything goes in place of memory: a handler process's standard output; null to keep it.</param>
internal sealed class InvocationLog(
    TimeProvider time, FunctionConfiguration function, string requestId, Action<string, string>? heard, TextWriter? output = null)
{
    public const string LevelVariable = "AWS_LAMBDA_HANDLER_LOG_LEVEL";
    public const string FormatVariable = "AWS_LAMBDA_HANDLER_LOG_FORMAT";
    private const int MaximumLength = 256 * 1024;
    private static readonly string[] Levels = ["Trace", "Debug", "Information", "Warning", "Error", "Critical"];
    private static readonly string[] Labels = ["trce", "dbug", "info", "warn", "fail", "crit"];

    private readonly Lock _lock = new();
    private StringBuilder? _text;

    /// <summary>The environment in this process that runs the invocation; null before, and where another process runs it.</summary>
    public FunctionEnvironment? Environment { get; set; }

    /// <summary>Where its handler's requests to AWS's own hosts go, see <see cref="FunctionHostOptions.AwsAddress"/>; null to let them go.</summary>
    public Uri? AwsAddress { get; init; }

    /// <summary>Whether it says already that such a request was not sent.</summary>
    public bool ToldOfAws { get; set; }

    /// <summary>Everything written so far, or the end of it where that is a lot.</summary>
    public string Text
    {
        get
        {
            if (_text is null)
                return "";
            lock (_lock)
                return _text.ToString(Math.Max(0, _text.Length - MaximumLength), Math.Min(_text.Length, MaximumLength));
        }
    }

    /// <summary>Adds text as it is.</summary>
    public void Write(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return;
        if (output is not null)
        {
            lock (output)
                output.Write(text);
            return;
        }

        lock (_lock)
        {
            _text ??= new StringBuilder();
            _text.Append(text.Length > MaximumLength ? text[^MaximumLength..] : text);

            // Cut now and then, not at every line.
            if (_text.Length > 2 * MaximumLength)
                _text.Remove(0, _text.Length - MaximumLength);
        }

        heard?.Invoke(function.Name, text.TrimEnd("\r\n").ToString());
    }

    /// <summary>Adds a line with a level, which may be null; levels below the function's own are left out.</summary>
    public void WriteLine(string? level, string? message, Exception? exception = null)
    {
        var rank = RankOf(level);
        if (rank >= 0 && rank < MinimumRank())
            return;
        var line = new StringBuilder();
        if (!IsUnformatted())
        {
            line.Append(time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            line.Append('\t').Append(requestId).Append('\t');
            if (!string.IsNullOrEmpty(level))
                line.Append(rank >= 0 ? Labels[rank] : level).Append('\t');
        }

        line.Append(message);
        if (exception is not null)
            line.Append(string.IsNullOrEmpty(message) ? "" : "\n").Append(exception);
        Write(line.Append('\n').ToString());
    }

    /// <summary>Adds a line whose message names its arguments in braces, by position.</summary>
    public void WriteLine(string? level, string? message, Exception? exception, object?[]? arguments) =>
        WriteLine(level, arguments is { Length: > 0 } && message is not null ? Fill(message, arguments) : message, exception);

    /// <summary>Takes an exception that nobody can catch, thrown by something that this invocation or its init phase started.</summary>
    /// <returns>Whether it is dealt with; else it ends the process, as it should in a process of the handler's own.</returns>
    public bool TakeStray(Exception exception)
    {
        if (output is not null)
            return false;
        WriteLine("Error", "Unhandled exception.", exception);

        // Not here, in the midst of the throw: what waits for the result may run on at once.
        if (Environment is { } environment)
            ThreadPool.UnsafeQueueUserWorkItem(static broken => broken.Break(), environment, preferLocal: false);
        return true;
    }

    private int MinimumRank()
    {
        var rank = RankOf(function.Variables.GetValueOrDefault(LevelVariable));
        return rank < 0 ? RankOf("Information") : rank;
    }

    private static int RankOf(string? level) => Array.FindIndex(Levels, name => name.Equals(level, StringComparison.OrdinalIgnoreCase));

    private bool IsUnformatted() =>
        "Unformatted".Equals(function.Variables.GetValueOrDefault(FormatVariable), StringComparison.OrdinalIgnoreCase);

    // "{name}", "{@name}" and "{0:format}" take the arguments one after another; "{{" is a brace.
    private static string Fill(string message, object?[] arguments)
    {
        var text = new StringBuilder(message.Length + 32);
        var next = 0;
        for (var i = 0; i < message.Length; i++)
        {
            var c = message[i];
            if (c is '{' or '}' && i + 1 < message.Length && message[i + 1] == c)
            {
                text.Append(c);
                i++;
                continue;
            }

            var end = c == '{' ? message.IndexOf('}', i) : -1;
            if (end < 0 || next >= arguments.Length)
            {
                text.Append(c);
                continue;
            }

            var colon = message.IndexOf(':', i, end - i);
            var format = colon < 0 ? null : message[(colon + 1)..end];
            var argument = arguments[next++];
            text.Append(argument is IFormattable formattable
                ? formattable.ToString(format, CultureInfo.InvariantCulture)
                : argument?.ToString() ?? "(null)");
            i = end;
        }

        return text.ToString();
    }
}
