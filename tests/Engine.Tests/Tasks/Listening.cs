using System.Net.Sockets;
using System.Text;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>A server that hears one request.</summary>
internal static class Listening
{
    /// <summary>Answers the first request.</summary>
    /// <returns>The request as it came.</returns>
    public static async Task<string> AnswerOnceAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        var heard = new StringBuilder();
        var buffer = new byte[8192];
        while (true)
        {
            var read = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
            heard.Append(Encoding.UTF8.GetString(buffer, 0, read));
            var text = heard.ToString();
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            var length = text.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.Ordinal))?[16..];
            if (read == 0 || (end >= 0 && text.Length - end - 4 >= int.Parse(length ?? "0")))
                break;
        }

        await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), TestContext.Current.CancellationToken);
        return heard.ToString();
    }
}
