using System.Text;

namespace Stateside.Engine.Functions;

/// <summary>
/// Takes what handlers write to the console to the log of the invocation that wrote it, and leaves alone what anybody else writes.
/// The console belongs to the process, so this is the one thing in the host that does too: it is put in place once, and finds the
/// invocation by the flow of execution.
/// </summary>
internal sealed class ConsoleCapture : TextWriter
{
    private static readonly AsyncLocal<InvocationLog?> CurrentLog = new();
    private static readonly Lock Installing = new();
    private static TextWriter? _output;
    private static TextWriter? _error;

    private readonly TextWriter _console;
    private readonly string _level;

    private ConsoleCapture(TextWriter console, string level)
        : base(console.FormatProvider)
    {
        _console = console;
        _level = level;
    }

    /// <summary>The log that this flow of execution writes to; null where no handler runs.</summary>
    public static InvocationLog? Current
    {
        get => CurrentLog.Value;
        set => CurrentLog.Value = value;
    }

    public override Encoding Encoding => _console.Encoding;

    /// <summary>Puts the capture in place, again where somebody has since replaced the console's writers.</summary>
    public static void Install()
    {
        lock (Installing)
        {
            // The console wraps what it is given, so what it shows afterwards is what to remember.
            if (!ReferenceEquals(Console.Out, _output))
            {
                Console.SetOut(new ConsoleCapture(Console.Out, "Information"));
                _output = Console.Out;
            }

            if (!ReferenceEquals(Console.Error, _error))
            {
                Console.SetError(new ConsoleCapture(Console.Error, "Error"));
                _error = Console.Error;
            }
        }
    }

    public override void Write(char value) => Write([value]);

    public override void Write(char[] buffer, int index, int count) => Write(buffer.AsSpan(index, count));

    public override void Write(ReadOnlySpan<char> buffer)
    {
        if (Current is { } log)
            log.Write(buffer);
        else
            _console.Write(buffer);
    }

    public override void Write(string? value) => Write(value.AsSpan());

    // Lambda's runtime puts time, request id and level before whole lines only. The other overloads come down to these.
    public override void WriteLine() => WriteLine("");

    public override void WriteLine(string? value)
    {
        if (Current is { } log)
            log.WriteLine(_level, value);
        else
            _console.WriteLine(value);
    }

    public override void WriteLine(ReadOnlySpan<char> buffer) => WriteLine(buffer.ToString());

    public override void WriteLine(char[] buffer, int index, int count) => WriteLine(new string(buffer, index, count));

    public override void WriteLine(char[]? buffer) => WriteLine(new string(buffer));

    public override void WriteLine(char value) => WriteLine(value.ToString());

    public override void WriteLine(bool value) => WriteLine(value.ToString());

    public override void WriteLine(int value) => WriteLine(value.ToString(FormatProvider));

    public override void WriteLine(uint value) => WriteLine(value.ToString(FormatProvider));

    public override void WriteLine(long value) => WriteLine(value.ToString(FormatProvider));

    public override void WriteLine(ulong value) => WriteLine(value.ToString(FormatProvider));

    public override void WriteLine(float value) => WriteLine(value.ToString(FormatProvider));

    public override void WriteLine(double value) => WriteLine(value.ToString(FormatProvider));

    public override void WriteLine(decimal value) => WriteLine(value.ToString(FormatProvider));

    public override void WriteLine(object? value) =>
        WriteLine(value is IFormattable formattable ? formattable.ToString(null, FormatProvider) : value?.ToString());

    public override void WriteLine(string format, object? arg0) => WriteLine(string.Format(FormatProvider, format, arg0));

    public override void WriteLine(string format, object? arg0, object? arg1) =>
        WriteLine(string.Format(FormatProvider, format, arg0, arg1));

    public override void WriteLine(string format, object? arg0, object? arg1, object? arg2) =>
        WriteLine(string.Format(FormatProvider, format, arg0, arg1, arg2));

    public override void WriteLine(string format, params object?[] arg) => WriteLine(string.Format(FormatProvider, format, arg));

    public override Task WriteAsync(char value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteAsync(string? value)
    {
        Write(value);
        return Task.CompletedTask;
    }

    public override Task WriteLineAsync(string? value)
    {
        WriteLine(value);
        return Task.CompletedTask;
    }

    public override void Flush()
    {
        if (Current is null)
            _console.Flush();
    }
}
