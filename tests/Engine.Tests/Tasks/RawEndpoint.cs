using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>An endpoint on this machine that keeps the bytes it hears and answers each request with the same bytes.</summary>
internal sealed class RawEndpoint : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly StringBuilder _heard = new();
    private readonly Task _serving;

    public RawEndpoint(string answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", string? interim = null, bool closes = false)
    {
        _listener.Start();
        _serving = ServeAsync(Encoding.UTF8.GetBytes(answer), interim, closes);
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>All that was heard so far, in Latin-1: a character for each byte.</summary>
    public string Heard
    {
        get
        {
            lock (_heard)
                return _heard.ToString();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _serving;
        _listener.Stop();
        _end.Dispose();
    }

    private async Task ServeAsync(byte[] answer, string? interim, bool closes)
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                var stream = client.GetStream();
                var buffer = new byte[65_536];
                var pending = "";
                while (await stream.ReadAsync(buffer, _end.Token) is var read && read > 0)
                {
                    var text = Encoding.Latin1.GetString(buffer, 0, read);
                    lock (_heard)
                        _heard.Append(text);
                    pending += text;
                    var head = pending.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                    if (head >= 0 && interim is not null && pending.Contains("Expect: 100-continue", StringComparison.Ordinal) && pending.Length == head + 4)
                        await stream.WriteAsync(Encoding.UTF8.GetBytes(interim), _end.Token);
                    if (head < 0 || pending.Length - head - 4 < LengthIn(pending[..head]))
                        continue;
                    pending = "";
                    await stream.WriteAsync(answer, _end.Token);
                    if (closes)
                        break;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or IOException)
        {
            // The test is over, or the client has gone.
        }
    }

    private static int LengthIn(string head) => head.Split("\r\n")
        .Where(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase)).Select(line => int.Parse(line["Content-Length: ".Length..])).LastOrDefault();
}
