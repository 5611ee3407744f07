using System.Text.Json;

namespace Stateside.Service.Tests.Cli;

public sealed class LogTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("stateside-logs-").FullName;

    [Fact]
    public async Task A_machine_that_logs_has_its_events_in_the_file_of_its_log_group()
    {
        string arn;
        await using (var serving = await Serving.StartAsync("--logs", _folder))
        {
            var machine = await serving.CallAsync("CreateStateMachine", new
            {
                name = "Logged",
                roleArn = "arn:aws:iam::123456789012:role/r",
                definition = """{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"Broken","Cause":"for good"}}}""",
                loggingConfiguration = new
                {
                    level = "ERROR",
                    includeExecutionData = true,
                    destinations = new[] { new { cloudWatchLogsLogGroup = new { logGroupArn = "arn:aws:logs:us-east-1:123456789012:log-group:/orders/log:*" } } },
                },
            });
            arn = (await serving.CallAsync("StartExecution", new { stateMachineArn = machine.GetProperty("stateMachineArn").GetString(), input = """{"a": 1}""" }))
                .GetProperty("executionArn").GetString()!;
            await serving.EndedAsync(arn);
        }

        var lines = await File.ReadAllLinesAsync(Path.Combine(_folder, "orders", "log.jsonl"), TestContext.Current.CancellationToken);
        var events = lines.Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(["FailStateEntered", "ExecutionFailed"], events.Select(e => e.GetProperty("type").GetString()));
        Assert.Equal(["2", "3"], events.Select(e => e.GetProperty("id").GetString()));
        Assert.All(events, e => Assert.Equal(arn, e.GetProperty("execution_arn").GetString()));
        Assert.Equal("""{"a": 1}""", events[0].GetProperty("details").GetProperty("input").GetString());
        Assert.Equal("for good", events[1].GetProperty("details").GetProperty("cause").GetString());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
