using System.Text;

namespace Stateside.Engine.Functions.Processes;

/// <summary>
/// Takes what a handler process writes to its standard streams to the log of the invocation that runs in it.
/// </summary>
/// <remarks>
/// A result comes by another way than the log, and may come first. So our own bootstraps write a mark to the standard output before
/// they post it; until the mark is read, the log is not complete.
/// </remarks>
internal sealed class ProcessOutput
{
    /// <summary>Begins the mark at an invocation's end; the request id and a line's end follow. No text has this character in it.</summary>
    public const string Mark = "\u0001stateside-end ";

    // A line that has no end is passed on in parts of this size.
    private const int LongestLine = 64 * 1024;
    private static readonly byte[] MarkBytes = Encoding.ASCII.GetBytes(Mark);

    private readonly Lock _lock = new();
    private InvocationLog _log;
    private string? _marked;
    private TaskCompletionSource? _waiting;
    private string? _awaited;

    public ProcessOutput(Stream output, Stream error, InvocationLog log)
    {
        _log = log;
        Ended = Task.WhenAll(PumpAsync(output), PumpAsync(error));
    }

    /// <summary>Ends when both streams have: when the process and all that it started have ended.</summary>
    public Task Ended { get; }

    /// <summary>From now on everything belongs to this log.</summary>
    public void Use(InvocationLog log) => Volatile.Write(ref _log, log);

    /// <summary>Ends when the mark of a request was read.</summary>
    public Task MarkedAsync(string requestId)
    {
        lock (_lock)
        {
            if (_marked == requestId)
                return Task.CompletedTask;
            _awaited = requestId;
            _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _waiting.Task;
        }
    }

    private async Task PumpAsync(Stream stream)
    {
        var buffer = new byte[4096];
        var length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                {
                    if (length >= LongestLine)
                    {
                        Write(buffer.AsSpan(0, length));
                        length = 0;
                    }
                    else
                    {
                        Array.Resize(ref buffer, buffer.Length * 4);
                    }
                }

                var read = await stream.ReadAsync(buffer.AsMemory(length)).ConfigureAwait(false);
                if (read == 0)
                    break;
                length += read;
                var taken = TakeLines(buffer.AsSpan(0, length));
                buffer.AsSpan(taken, length - taken).CopyTo(buffer);
                length -= taken;
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The process was killed.
        }

        Write(buffer.AsSpan(0, length));
    }

    private int TakeLines(ReadOnlySpan<byte> bytes)
    {
        var taken = 0;
        while (bytes[taken..].IndexOf((byte)'\n') is >= 0 and var end)
        {
            var line = bytes.Slice(taken, end + 1);
            var mark = line.IndexOf(MarkBytes);
            if (mark < 0)
            {
                Write(line);
            }
            else
            {
                Write(line[..mark]);
                NoteMark(Encoding.ASCII.GetString(line[(mark + MarkBytes.Length)..^1]).TrimEnd('\r'));
            }

            taken += end + 1;
        }

        return taken;
    }

    private void NoteMark(string requestId)
    {
        TaskCompletionSource? waiting = null;
        lock (_lock)
        {
            _marked = requestId;
            if (_awaited == requestId)
            {
                waiting = _waiting;
                _waiting = null;
            }
        }

        waiting?.TrySetResult();
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.IsEmpty)
            Volatile.Read(ref _log).Write(Encoding.UTF8.GetString(bytes));
    }
}
