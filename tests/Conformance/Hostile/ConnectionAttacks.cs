using System.IO.Compression;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Stateside.Conformance.Hostile;

/// <summary>What a client can do on a connection that no client of AWS's would.</summary>
internal static class ConnectionAttacks
{
    private const string Head = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AWSStepFunctions.ListActivities\r\nContent-Type: application/x-amz-json-1.0\r\n";

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(6);

    public static IReadOnlyList<Attack> All { get; } =
    [
        new("500 connections that send a byte a second", SlowAsync) { IsShort = true },
        new("5,000 idle connections", IdleAsync),
        new("headers without end", target => EndlessAsync(target, Head, "X-More: " + new string('x', 1000) + "\r\n")),
        new("one header without end", target => EndlessAsync(target, Head + "X-More: ", new string('x', 1000))),
        new("a chunked body without end", target => EndlessAsync(target, Head + "Transfer-Encoding: chunked\r\n\r\n", "400\r\n" + new string(' ', 1024) + "\r\n")) { IsShort = true },
        new("a body that is as long as can be told", target => EndlessAsync(target, Head + "Content-Length: 9223372036854775807\r\n\r\n", new string(' ', 1024))),
        new("JSON nested 100,000 deep", target => BodyAsync(target, "{\"name\":" + Definitions.Times("[", 100_000) + Definitions.Times("]", 100_000) + "}", "SerializationException"))
        {
            IsShort = true,
        },
        new("an input nested 100,000 deep", NestedInputAsync),
        new("a body that unpacks to a gigabyte", PackedAsync),
        new("answers that nobody reads", UnreadAsync),
    ];

    private static async Task<string> SlowAsync(Target target)
    {
        var closed = 0;
        await Target.EachAsync(500, 500, async i =>
        {
            await using var connection = await target.ConnectAsync();
            try
            {
                // Half of them are slow in their headers, half in their bodies.
                await connection.WriteAsync(Target.Bytes(i % 2 == 0 ? Head : Head + "Content-Length: 1000\r\n\r\n"));
                for (var second = 0; second < Length.TotalSeconds; second++)
                {
                    await connection.WriteAsync(Target.Bytes("x"));
                    await Task.Delay(TimeSpan.FromSeconds(1));
                }
            }
            catch (IOException)
            {
                Interlocked.Increment(ref closed);
            }
        });
        return $"{closed} closed";
    }

    private static async Task<string> IdleAsync(Target target)
    {
        var connections = new List<NetworkStream>();
        try
        {
            for (var i = 0; i < 5000; i++)
                connections.Add(await target.ConnectAsync());
            await Task.Delay(Length);
            return $"{connections.Count} connected";
        }
        finally
        {
            foreach (var connection in connections)
                await connection.DisposeAsync();
        }
    }

    /// <summary>Four connections that never come to an end, until they are told to.</summary>
    private static async Task<string> EndlessAsync(Target target, string head, string part)
    {
        var statuses = new HashSet<string>();
        var (bytes, chunk) = (Target.Bytes(part), 0L);
        await Target.EachAsync(4, 4, async _ =>
        {
            await using var connection = await target.ConnectAsync();
            var answer = AnswerAsync(connection);
            try
            {
                await connection.WriteAsync(Target.Bytes(head));
                while (!answer.IsCompleted)
                {
                    await connection.WriteAsync(bytes);
                    Target.Require(Interlocked.Add(ref chunk, bytes.Length) < 4L << 30, "took 4 GB and said nothing");
                }
            }
            catch (IOException)
            {
                // The connection was closed, with an answer before that.
            }

            lock (statuses)
                statuses.Add(answer.Result);
        });
        Target.Require(statuses.All(status => status.StartsWith("HTTP/1.1 4", StringComparison.Ordinal) || status == "closed"), $"was answered with {string.Join(", ", statuses)}");
        return $"{string.Join(", ", statuses)} after {chunk / 4096} KB";
    }

    private static async Task<string> AnswerAsync(NetworkStream connection)
    {
        var buffer = new byte[2048];
        try
        {
            var count = await connection.ReadAsync(buffer);
            return count == 0 ? "closed" : System.Text.Encoding.ASCII.GetString(buffer, 0, count).Split('\r')[0];
        }
        catch (IOException)
        {
            return "closed";
        }
    }

    private static async Task<string> BodyAsync(Target target, string body, string error)
    {
        await Target.EachAsync(100, 10, async _ =>
        {
            using var message = Target.Request("CreateActivity", new StringContent(body));
            using var response = await target.Http.SendAsync(message);
            var answer = await response.Content.ReadAsStringAsync();
            Target.Require(answer.Contains(error, StringComparison.Ordinal), $"was answered with {(int)response.StatusCode} {Target.Start(answer)}");
        });
        return error;
    }

    private static async Task<string> NestedInputAsync(Target target)
    {
        var machine = await target.MachineAsync(Definitions.Single(new JsonObject { ["Type"] = "Pass" }));
        var input = Definitions.Times("[", 100_000) + Definitions.Times("]", 100_000);
        await Target.EachAsync(100, 10, async _ =>
        {
            var answer = await target.AskAsync("StartExecution", new JsonObject { ["stateMachineArn"] = machine, ["input"] = input });
            Target.Require(answer.Error == "InvalidExecutionInput", $"was answered with {Target.Start(answer.ToString())}");
        });
        return "InvalidExecutionInput";
    }

    private static async Task<string> PackedAsync(Target target)
    {
        using var packed = new MemoryStream();
        await using (var pack = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var spaces = new byte[1 << 20];
            spaces.AsSpan().Fill((byte)' ');
            for (var i = 0; i < 1024; i++)
                await pack.WriteAsync(spaces);
        }

        var status = 0;
        await Target.EachAsync(8, 8, async _ =>
        {
            using var message = Target.Request("ListActivities", new ByteArrayContent(packed.ToArray()) { Headers = { { "Content-Encoding", "gzip" } } });
            using var response = await target.Http.SendAsync(message);
            status = (int)response.StatusCode;
            Target.Require(status is >= 400 and < 500, $"was answered with {status}");
        });
        return $"HTTP {status}";
    }

    /// <summary>Clients that ask for large histories and read nothing of what comes.</summary>
    private static async Task<string> UnreadAsync(Target target)
    {
        var machine = await target.MachineAsync(Definitions.Single(new JsonObject { ["Type"] = "Pass" }));
        var execution = await target.StartAsync(machine, JsonValue.Create(new string('x', 250_000)).ToJsonString());
        await target.EndAsync(execution);
        var body = $$"""{"executionArn":"{{execution}}","maxResults":1000}""";
        var request = Target.Bytes($"{Head.Replace("ListActivities", "GetExecutionHistory", StringComparison.Ordinal)}Content-Length: {body.Length}\r\n\r\n{body}");
        var connections = new List<NetworkStream>();
        try
        {
            for (var i = 0; i < 500; i++)
            {
                connections.Add(await target.ConnectAsync());
                await connections[^1].WriteAsync(request);
            }

            await Task.Delay(Length);
            return "nobody reads";
        }
        finally
        {
            foreach (var connection in connections)
                await connection.DisposeAsync();
        }
    }
}
