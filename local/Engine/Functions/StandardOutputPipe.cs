using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;

namespace Stateside.Engine.Functions;

/// <summary>
/// Takes the process's standard output to the log of the invocation under way: what a handler writes there past the console's writers,
/// such as to <see cref="Console.OpenStandardOutput()"/> or in native code, belongs there, and standard output itself to whoever opened it
/// before. Where several invocations run, what is written belongs to the one that began last; where none does, to standard error.
/// </summary>
internal sealed class StandardOutputPipe
{
    private const int OutputDescriptor = 1;
    private const int WindowsOutput = -11;
    private const short Readable = 1;

    // What is read at an invocation's end at most; whoever writes on and on does not hold it up.
    private const int MostReads = 16;

    private readonly Lock _lock = new();
    private readonly AnonymousPipeServerStream _pipe;
    private readonly Stream _error = Console.OpenStandardError();
    private readonly List<InvocationLog> _running = [];
    private readonly byte[] _buffer = new byte[65_536];
    private readonly char[] _characters = new char[65_536 + 1];
    private readonly Decoder _decoder = new UTF8Encoding(false).GetDecoder();
    private readonly StringBuilder _line = new();

    private StandardOutputPipe(AnonymousPipeServerStream pipe) => _pipe = pipe;

    /// <summary>Puts the pipe in the place of standard output, for good.</summary>
    /// <returns>The pipe; null where the system refuses one.</returns>
    public static StandardOutputPipe? Open()
    {
        var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.None);
        var isSet = OperatingSystem.IsWindows()
            ? SetStdHandle(WindowsOutput, pipe.ClientSafePipeHandle)
            : dup2((int)pipe.ClientSafePipeHandle.DangerousGetHandle(), OutputDescriptor) >= 0;
        if (!isSet)
        {
            pipe.Dispose();
            return null;
        }

        // On Windows the handle itself is the standard output from now on.
        if (!OperatingSystem.IsWindows())
            pipe.DisposeLocalCopyOfClientHandle();
        Console.SetOut(new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true });
        var opened = new StandardOutputPipe(pipe);
        new Thread(opened.ReadOn) { IsBackground = true, Name = "Standard output" }.UnsafeStart();
        return opened;
    }

    /// <summary>An invocation or an init phase begins.</summary>
    public void Begin(InvocationLog log)
    {
        lock (_lock)
            _running.Add(log);
    }

    /// <summary>It ends: what was written before is in the log.</summary>
    public void End(InvocationLog log)
    {
        lock (_lock)
        {
            for (var reads = 0; reads < MostReads && Waits(0); reads++)
                Take(_pipe.Read(_buffer));
            if (_running.Count > 0 && ReferenceEquals(_running[^1], log))
                WriteLine();
            _running.Remove(log);
        }
    }

    private void ReadOn()
    {
        try
        {
            while (true)
            {
                // On Windows nobody tells that there is something before it is read, so its last part may come after the end.
                if (OperatingSystem.IsWindows())
                {
                    var read = _pipe.Read(_buffer);
                    lock (_lock)
                        Take(read);
                    continue;
                }

                Waits(-1);
                lock (_lock)
                {
                    if (Waits(0))
                        Take(_pipe.Read(_buffer));
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // Nobody writes any more.
        }
    }

    // The lock is held.
    private void Take(int count)
    {
        var text = _characters.AsSpan(0, _decoder.GetChars(_buffer.AsSpan(0, count), _characters, flush: false));
        while (text.IndexOf('\n') is >= 0 and var end)
        {
            _line.Append(text[..(end + 1)]);
            WriteLine();
            text = text[(end + 1)..];
        }

        _line.Append(text);
        if (_line.Length > _buffer.Length)
            WriteLine();
    }

    private void WriteLine()
    {
        if (_line.Length == 0)
            return;
        var line = _line.ToString();
        _line.Clear();
        if (_running.Count > 0)
            _running[^1].Write(line);
        else
            _error.Write(Encoding.UTF8.GetBytes(line));
    }

    private bool Waits(int milliseconds)
    {
        // The reader thread has it, see there.
        if (OperatingSystem.IsWindows())
            return false;
        var wanted = new Poll { Descriptor = (int)_pipe.SafePipeHandle.DangerousGetHandle(), Events = Readable };
        return poll(ref wanted, 1, milliseconds) > 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

#pragma warning disable IDE1006, SYSLIB1054 // As the systems call them; source generation would need unsafe code.
    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int dup2(int from, int to);

    [DllImport("libc"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int poll(ref Poll wanted, nuint count, int milliseconds);

    [DllImport("kernel32"), DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool SetStdHandle(int which, SafeHandle handle);
#pragma warning restore IDE1006, SYSLIB1054
}
