using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Stateside.Service.Tests.Cli;

/// <summary>What a running service says of its executions.</summary>
public sealed class ServeLogTests : IDisposable
{
    private readonly Project _project = new(
        """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Choosy:
            Type: AWS::Serverless::StateMachine
            Properties:
              Definition:
                StartAt: Decide
                States:
                  Decide: {Type: Choice, Choices: [{Variable: $.fail, IsPresent: true, Next: Refuse}], Default: Accept}
                  Accept: {Type: Succeed}
                  Refuse: {Type: Fail, Error: Refused, CausePath: $.fail}
        """);

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_failed_execution_is_a_line_that_its_cause_cannot_forge()
    {
        await using var server = await Serving.StartAsync("--template", _project.Template);

        var arn = await server.StartExecutionAsync("Choosy", """{"fail": "no\u001b[2J\rStateside listens on"}""");
        var line = await server.SaysAsync("FAILED");

        Assert.Matches($@"^Choosy:{arn.Split(':')[^1]} FAILED in [0-9.]+ m?s: Refused: no\\u001B\[2J", line);
    }

    [Fact]
    public async Task Programs_read_an_object_a_line()
    {
        await using var server = await Serving.StartAsync("--template", _project.Template, "--log-format", "json", "--log-level", "debug");

        var arn = await server.StartExecutionAsync("Choosy");
        var started = JsonDocument.Parse(await server.SaysAsync("started")).RootElement;
        var ended = JsonDocument.Parse(await server.SaysAsync("SUCCEEDED")).RootElement;

        Assert.Equal((arn, "debug", "RUNNING"), (Text(started, "executionArn"), Text(started, "level"), Text(started, "status")));
        Assert.Equal((arn, "SUCCEEDED"), (Text(ended, "executionArn"), Text(ended, "status")));
        Assert.All(server.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
    }

    [Fact]
    public async Task A_level_leaves_out_what_is_below()
    {
        await using var server = await Serving.StartAsync("--template", _project.Template, "--log-level", "info");

        await server.EndedAsync(await server.StartExecutionAsync("Choosy"));
        await server.StartExecutionAsync("Choosy", """{"fail": "no"}""");
        await server.SaysAsync("FAILED");

        Assert.DoesNotContain("SUCCEEDED", server.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("STANDARD", 0, "FAILED")]
    [InlineData("EXPRESS", 2, "SUCCEEDED")]
    public async Task Children_of_a_map_run_that_fail_are_told_by_their_number_alone(string type, int tolerated, string status)
    {
        using var project = new Project($$"""
            Transform: AWS::Serverless-2016-10-31
            Resources:
              Many:
                Type: AWS::Serverless::StateMachine
                Properties:
                  Definition:
                    StartAt: Each
                    States:
                      Each:
                        Type: Map
                        End: true
                        ToleratedFailureCount: {{tolerated}}
                        Label: Each
                        MaxConcurrency: 1
                        ItemProcessor:
                          ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: {{type}}}
                          StartAt: Refuse
                          States: {Refuse: {Type: Fail, Error: Refused} }
            """);
        await using var server = await Serving.StartAsync("--template", project.Template);

        await server.StartExecutionAsync("Many", "[1, 2]");
        var line = await server.SaysAsync("Map run");

        Assert.Matches($@"^Map run Many/Each:[-0-9a-f]+ {status}: (1 of )?2 items, {(tolerated == 0 ? 1 : 2)} failed, .*failures: Refused {(tolerated == 0 ? 1 : 2)}\.$", line);
        Assert.Equal(tolerated == 0 ? 1 : 0, server.Error.Split("FAILED in").Length - 1);
    }

    [Fact]
    public async Task A_caller_that_hangs_up_in_the_middle_of_a_request_is_no_defect()
    {
        var server = await Serving.StartAsync();
        using (var caller = new TcpClient())
        {
            var cancellation = TestContext.Current.CancellationToken;
            await caller.ConnectAsync(IPAddress.Loopback, server.Http.BaseAddress!.Port, cancellation);
            var stream = caller.GetStream();
            await stream.WriteAsync(
                "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AWSStepFunctions.ListStateMachines\r\nContent-Length: 100\r\n\r\n{"u8.ToArray(), cancellation);
            caller.Client.Shutdown(SocketShutdown.Send);

            // Until it has taken notice and ended the connection, one way or the other.
            await Record.ExceptionAsync(async () => await stream.ReadAtLeastAsync(new byte[1], 1, cancellationToken: cancellation));
        }

        Assert.Equal(0, await server.StopAsync());
        Assert.DoesNotContain("defect", server.Error, StringComparison.Ordinal);
        await server.DisposeAsync();
    }

    private static string? Text(JsonElement line, string name) => line.GetProperty(name).GetString();
}
