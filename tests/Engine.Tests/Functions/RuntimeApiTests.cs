using System.Net;
using System.Net.Sockets;
using System.Text;
using Stateside.Engine.Functions;
using Stateside.Engine.Functions.Processes;

namespace Stateside.Engine.Tests.Functions;

/// <summary>The runtime API is for its own process, which is told of its invocation in headers of one line each.</summary>
public sealed class RuntimeApiTests
{
    private const string Next = "/2018-06-01/runtime/invocation/next";

    private static readonly FunctionConfiguration Function = HandlerFixtures.Shape("Signatures::Calls");

    [Fact]
    public async Task Whoever_does_not_know_its_path_gets_no_invocation()
    {
        using var api = new RuntimeApi(takesPath: true);
        _ = api.InvokeAsync("7"u8.ToArray(), new InvocationOptions("id"), Function, DateTimeOffset.UnixEpoch);

        Assert.Equal("", await AskAsync(api, Next));
        Assert.Equal("", await AskAsync(api, "/00000000000000000000000000000000" + Next));
        Assert.Equal("", await AskAsync(api, "/2018-06-01/runtime/invocation/id/response", "POST"));
        Assert.EndsWith("\r\n\r\n7", await AskAsync(api, api.Path + Next));
    }

    [Fact]
    public async Task A_process_that_takes_no_path_has_none()
    {
        using var api = new RuntimeApi(takesPath: false);
        _ = api.InvokeAsync("7"u8.ToArray(), new InvocationOptions("id"), Function, DateTimeOffset.UnixEpoch);

        Assert.Equal("", api.Path);
        Assert.EndsWith("\r\n\r\n7", await AskAsync(api, Next));
    }

    [Fact]
    public async Task What_callers_say_of_an_invocation_is_one_header_each()
    {
        using var api = new RuntimeApi(takesPath: true);
        var all = string.Concat(Enumerable.Range(0, 0xd800).Select(code => (char)code)) + "\r\nX-Own: 1";

        _ = api.InvokeAsync(
            "7"u8.ToArray(), new InvocationOptions("id") { TraceId = all, ClientContext = all, InvokedArn = all }, Function, DateTimeOffset.UnixEpoch);
        var answer = await AskAsync(api, api.Path + Next);

        var head = answer[..answer.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Split("\r\n");
        Assert.Equal(8, head.Length);
        Assert.All(head, line => Assert.DoesNotContain(line, character => char.IsControl(character) && character != '\t'));
    }

    /// <summary>What is answered to one request; nothing where the connection is closed instead.</summary>
    private static async Task<string> AskAsync(RuntimeApi api, string path, string method = "GET")
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(api.Address), TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }
}
