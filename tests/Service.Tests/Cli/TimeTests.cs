using Stateside.Engine.Execution;

namespace Stateside.Service.Tests.Cli;

/// <summary>Waits take as long as the user likes; everything else lives in real time.</summary>
public sealed class TimeTests : IDisposable
{
    private const string Waiting =
        """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Waiting:
            Type: AWS::Serverless::StateMachine
            Properties:
              Definition:
                StartAt: Pause
                States:
                  Pause: {Type: Wait, Seconds: 3600, Next: Until}
                  Until: {Type: Wait, TimestampPath: $.until, Next: Try}
                  Try:
                    Type: Task
                    Resource: arn:aws:lambda:us-east-1:123456789012:function:none
                    Retry: [{ErrorEquals: [States.ALL], IntervalSeconds: 1000, MaxAttempts: 1}]
                    Catch: [{ErrorEquals: [States.ALL], Next: Done}]
                    End: true
                  Done: {Type: Pass, Result: done, End: true}
        """;

    private readonly Project _project = new(Waiting);
    private readonly string _input;

    public TimeTests() => _input = _project.Write("input.json", """{"until": "2026-01-01T05:00:00Z"}""");

    public void Dispose() => _project.Dispose();

    // From midnight: 3,600 s, then what is left until five o'clock, then 1,000 s before the retry.
    [Fact]
    public async Task Waits_and_retry_pauses_are_multiplied()
    {
        var result = await RunAsync("--time", "scale=0.001");

        Assert.Contains("SUCCEEDED in 22.60 s", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_variable_of_Step_Functions_Local_counts_unless_the_option_is_given()
    {
        Environment.SetEnvironmentVariable("WAIT_TIME_SCALE", "0.5");
        try
        {
            Assert.Contains("SUCCEEDED in 2 h 53 min", (await RunAsync()).Error, StringComparison.Ordinal);
            Assert.Contains("SUCCEEDED in 5 h 16 min", (await RunAsync("--time", "real")).Error, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable("WAIT_TIME_SCALE", null);
        }
    }

    [Theory]
    [InlineData("fast")]
    [InlineData("scale=")]
    [InlineData("scale=0")]
    [InlineData("scale=-1")]
    [InlineData("scale=1e9")]
    public async Task What_is_no_mode_is_a_mistake(string mode)
    {
        var result = await RunAsync("--time", mode);

        Assert.Equal(2, result.Code);
        Assert.Equal(
            $"stateside: --time {mode}: this must be real, skip or scale=N with N more than 0 and at most 100, such as scale=0.01.",
            Assert.Single(result.ErrorLines));
    }

    [Fact]
    public async Task A_service_that_skips_time_runs_through_waits_and_its_clock_goes_on_from_there()
    {
        await using var server = await Serving.StartAsync("--template", _project.Template, "--time", "skip");

        var execution = await server.EndedAsync(await server.StartExecutionAsync("Waiting", """{"until": "2026-01-01T05:00:00Z"}"""));

        Assert.Equal("SUCCEEDED", execution.GetProperty("status").GetString());
        var took = execution.GetProperty("stopDate").GetDouble() - execution.GetProperty("startDate").GetDouble();
        Assert.True(took >= 4600, $"{took} s");
    }

    [Fact]
    public void A_clock_that_skips_runs_with_the_clock_below_it()
    {
        var below = new VirtualTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var time = new VirtualTime(below);

        time.AdvanceTo(below.GetUtcNow().AddHours(1));
        below.AdvanceTo(below.GetUtcNow().AddMinutes(10));
        time.AdvanceTo(new DateTimeOffset(2026, 1, 1, 0, 30, 0, TimeSpan.Zero));

        Assert.Equal(new DateTimeOffset(2026, 1, 1, 1, 10, 0, TimeSpan.Zero), time.GetUtcNow());
    }

    private Task<CommandResult> RunAsync(params string[] args) => _project.RunAsync(["--input", _input, .. args]);
}
