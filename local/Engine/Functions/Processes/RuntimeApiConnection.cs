using System.Globalization;
using System.Text;

namespace Stateside.Engine.Functions.Processes;

/// <summary>
/// The part of HTTP/1.1 that clients of the runtime API use: requests one after another, bodies of a known length or in chunks,
/// 100-continue. See https://www.rfc-editor.org/rfc/rfc9112.
/// </summary>
internal sealed class RuntimeApiConnection(Stream stream, string address) : IDisposable
{
    private const int MaximumHead = 64 * 1024;
    private const long MaximumDrained = 256L << 20;
    private static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;

    public void Dispose() => stream.Dispose();

    /// <summary>The next request; null where the other side has closed, or asks what only a web page would.</summary>
    public async Task<RuntimeApiRequest?> ReadAsync()
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf(HeadEnd)) < 0)
        {
            if (_end - _start > MaximumHead)
                throw new InvalidDataException("The head of the request is too long.");
            if (!await FillAsync().ConfigureAwait(false))
                return null;
        }

        var lines = Encoding.Latin1.GetString(_buffer, _start, length).Split("\r\n");
        _start += length + HeadEnd.Length;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
                headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        // A page in a browser may send requests to any port of this machine; a runtime sends none of these.
        if (lines[0].Split(' ') is not [var method, var target, var version] || headers.ContainsKey("Origin")
            || headers.ContainsKey("Sec-Fetch-Site") || !IsForUs(headers.GetValueOrDefault("Host")))
        {
            return null;
        }

        if (headers.GetValueOrDefault("Expect")?.Equals("100-continue", StringComparison.OrdinalIgnoreCase) == true)
            await stream.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray()).ConfigureAwait(false);
        var body = new Body();
        if (headers.GetValueOrDefault("Transfer-Encoding")?.EndsWith("chunked", StringComparison.OrdinalIgnoreCase) == true)
            await ReadChunksAsync(body).ConfigureAwait(false);
        else if (headers.TryGetValue("Content-Length", out var text))
            await ReadBodyAsync(body, ParseLength(text, NumberStyles.None)).ConfigureAwait(false);
        var connection = headers.GetValueOrDefault("Connection");
        var isLast = connection?.Equals("close", StringComparison.OrdinalIgnoreCase)
            ?? version.Equals("HTTP/1.0", StringComparison.Ordinal);
        return new RuntimeApiRequest(method, target, headers, body.Kept, body.Length, isLast);
    }

    public async Task WriteAsync(RuntimeApiResponse response)
    {
        var head = new StringBuilder(256);
        head.Append(CultureInfo.InvariantCulture, $"HTTP/1.1 {response.Status} {Reason(response.Status)}\r\n");
        head.Append(CultureInfo.InvariantCulture, $"Content-Type: application/json\r\nContent-Length: {response.Body.Length}\r\n");
        foreach (var (name, value) in response.Headers)
            head.Append(name).Append(": ").Append(Printable(value)).Append("\r\n");
        head.Append("\r\n");

        // In one piece, so that a small answer is one packet.
        var bytes = new byte[head.Length + response.Body.Length];
        var length = Encoding.Latin1.GetBytes(head.ToString(), bytes);
        response.Body.CopyTo(bytes.AsMemory(length));
        await stream.WriteAsync(bytes).ConfigureAwait(false);
    }

    /// <summary>A value that is one header and no more, whatever is in it.</summary>
    private static string Printable(string value) => value.AsSpan().ContainsAnyExceptInRange(' ', '~')
        ? string.Concat(value.Select(character => character is >= ' ' and <= '~' ? character : ' '))
        : value;

    private bool IsForUs(string? host) =>
        host is null || host == address || host.StartsWith("localhost:", StringComparison.OrdinalIgnoreCase);

    private async Task ReadChunksAsync(Body body)
    {
        while (true)
        {
            var line = await ReadLineAsync().ConfigureAwait(false);
            var length = ParseLength(line.Split(';')[0].Trim(), NumberStyles.AllowHexSpecifier);
            if (length == 0)
                break;
            await ReadBodyAsync(body, length).ConfigureAwait(false);
            await ReadLineAsync().ConfigureAwait(false);
        }

        // Trailers, which tell of a failure in the middle of a streamed response; those are buffered invocations here.
        while ((await ReadLineAsync().ConfigureAwait(false)).Length > 0)
        {
        }
    }

    private async Task ReadBodyAsync(Body body, long length)
    {
        if (body.Length + length > MaximumDrained)
            throw new InvalidDataException("The body of the request is too long.");
        while (length > 0)
        {
            if (_start == _end && !await FillAsync().ConfigureAwait(false))
                throw new EndOfStreamException();
            var part = (int)Math.Min(length, _end - _start);
            body.Add(_buffer.AsSpan(_start, part), length);
            _start += part;
            length -= part;
        }
    }

    private async Task<string> ReadLineAsync()
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n')) < 0)
        {
            if (_end - _start > MaximumHead)
                throw new InvalidDataException("A line of the request is too long.");
            if (!await FillAsync().ConfigureAwait(false))
                throw new EndOfStreamException();
        }

        var line = Encoding.Latin1.GetString(_buffer, _start, length).TrimEnd('\r');
        _start += length + 1;
        return line;
    }

    private async Task<bool> FillAsync()
    {
        if (_start == _end)
            _start = _end = 0;
        if (_end == _buffer.Length && _start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 4);
        var read = await stream.ReadAsync(_buffer.AsMemory(_end)).ConfigureAwait(false);
        _end += read;
        return read > 0;
    }

    private static long ParseLength(string text, NumberStyles style) =>
        long.TryParse(text, style, CultureInfo.InvariantCulture, out var length) && length >= 0
            ? length
            : throw new InvalidDataException("The length of the request's body is no number.");

    private static string Reason(int status) => status switch
    {
        200 => "OK",
        202 => "Accepted",
        400 => "Bad Request",
        404 => "Not Found",
        413 => "Request Entity Too Large",
        _ => "Forbidden",
    };

    /// <summary>A body, of which no more is kept than a result may have.</summary>
    private sealed class Body
    {
        private byte[] _bytes = [];
        private int _kept;

        public long Length { get; private set; }

        public ReadOnlyMemory<byte> Kept => _bytes.AsMemory(0, _kept);

        public void Add(ReadOnlySpan<byte> part, long expected)
        {
            Length += part.Length;
            var room = Math.Min(part.Length, InvocationErrors.MaximumResult - _kept);
            if (room <= 0)
                return;
            if (_kept + room > _bytes.Length)
            {
                var wanted = Math.Max(_kept + expected, 2L * _bytes.Length);
                Array.Resize(ref _bytes, (int)Math.Max(_kept + room, Math.Min(wanted, InvocationErrors.MaximumResult)));
            }

            part[..room].CopyTo(_bytes.AsSpan(_kept));
            _kept += room;
        }
    }
}
