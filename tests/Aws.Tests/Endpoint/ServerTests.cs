using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Stateside.Aws.Endpoint;

namespace Stateside.Aws.Tests.Endpoint;

public sealed class ServerTests
{
    [Fact]
    public async Task Connections_beyond_those_that_may_be_are_closed_and_the_others_go_on()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var socket = new ListeningSocket(new IPEndPoint(IPAddress.Loopback, 0));
        await using var server = await AwsServer.StartAsync(socket, http => http.Response.WriteAsync("well"), cancellation, mostConnections: 2);
        using var first = await ConnectAsync(socket.Address);
        using var second = await ConnectAsync(socket.Address);
        Assert.True(await IsServedAsync(first) && await IsServedAsync(second));

        using (var third = await ConnectAsync(socket.Address))
            Assert.False(await IsServedAsync(third));

        Assert.True(await IsServedAsync(first));
    }

    private static async Task<TcpClient> ConnectAsync(IPEndPoint address)
    {
        var client = new TcpClient();
        await client.ConnectAsync(address, TestContext.Current.CancellationToken);
        return client;
    }

    private static async Task<bool> IsServedAsync(TcpClient client)
    {
        try
        {
            await client.GetStream().WriteAsync("GET / HTTP/1.1\r\nHost: here\r\n\r\n"u8.ToArray(), TestContext.Current.CancellationToken);
            return await client.GetStream().ReadAsync(new byte[4096], TestContext.Current.CancellationToken) > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
