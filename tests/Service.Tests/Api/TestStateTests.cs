using System.Text.Json;

namespace Stateside.Service.Tests.Api;

public sealed class TestStateTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Choice = """
        {"StartAt":"Big?","States":{
          "Big?":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericGreaterThan":9,"Next":"Big"}],"Default":"Small"},
          "Big":{"Type":"Succeed"},"Small":{"Type":"Succeed"}}}
        """;

    [Theory]
    [InlineData("INFO", false)]
    [InlineData("DEBUG", true)]
    public async Task A_state_of_a_machine_is_tested_and_shown_as_far_as_asked(string level, bool isInspected)
    {
        var answer = await server.CallAsync("TestState", new { definition = Choice, stateName = "Big?", input = """{"n": 10}""", inspectionLevel = level });

        Assert.Equal(("SUCCEEDED", "Big", """{"n": 10}"""), (Text(answer, "status"), Text(answer, "nextState"), Text(answer, "output")));
        Assert.Equal(isInspected, answer.TryGetProperty("inspectionData", out var data));
        if (isInspected)
            Assert.Equal("""{"n": 10}""", Text(data, "afterInputPath"));
    }

    [Fact]
    public async Task What_a_retrier_would_do_stands_in_the_error_details()
    {
        var answer = await server.CallAsync("TestState", new
        {
            definition = """{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Parameters":{"FunctionName":"f"},"Retry":[{"ErrorEquals":["States.ALL"],"IntervalSeconds":3}],"End":true}""",
            inspectionLevel = "DEBUG",
            mock = new { errorOutput = new { error = "Busy", cause = "later" } },
            stateConfiguration = new { retrierRetryCount = 1 },
        });

        Assert.Equal(("RETRIABLE", "Busy", "later"), (Text(answer, "status"), Text(answer, "error"), Text(answer, "cause")));
        Assert.Equal("""{"retryIndex":0,"retryBackoffIntervalSeconds":6}""", answer.GetProperty("inspectionData").GetProperty("errorDetails").GetRawText());
    }

    [Theory]
    [InlineData("""{"definition":"{\"Type\":\"Pass\",\"End\":true}","mock":{"result":"{}"}}""", "ValidationException", "State type 'Pass' is not supported when a mock is specified")]
    [InlineData("""{"definition":"{\"Type\":\"Pass\",\"End\":true}","inspectionLevel":"ALL"}""", "ValidationException",
        "1 validation error detected: Value 'ALL' at 'inspectionLevel' failed to satisfy constraint: Member must satisfy enum value set: [TRACE, INFO, DEBUG]")]
    [InlineData("""{"definition":"{\"Type\":\"Pass\",\"End\":true}","input":"{"}""", "InvalidExecutionInput", null)]
    [InlineData("""{"definition":"{\"Type\":\"Pass\"}"}""", "InvalidDefinition", null)]
    public async Task A_test_that_makes_no_sense_is_refused(string body, string code, string? message)
    {
        var (status, answer) = await server.SendAsync("AWSStepFunctions.TestState", body);

        Assert.Equal(400, status);
        Assert.EndsWith($"#{code}", Text(answer, "__type"), StringComparison.Ordinal);
        if (message is not null)
            Assert.Equal(message, Text(answer, "message"));
    }

    [Fact]
    public async Task A_definition_is_validated_with_as_many_findings_as_asked_for()
    {
        const string Wrong = """{"StartAt":"A","States":{"A":{"Type":"Task","End":true},"B":{"Type":"Choice"}}}""";

        var all = await server.CallAsync("ValidateStateMachineDefinition", new { definition = Wrong });
        var one = await server.CallAsync("ValidateStateMachineDefinition", new { definition = Wrong, maxResults = 1 });

        Assert.Equal("FAIL", Text(all, "result"));
        Assert.Equal(["/States/A", "/States/B", "/States/B"], all.GetProperty("diagnostics").EnumerateArray().Select(d => Text(d, "location")));
        Assert.False(all.GetProperty("truncated").GetBoolean());
        Assert.Equal(1, one.GetProperty("diagnostics").GetArrayLength());
        Assert.True(one.GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public async Task Warnings_are_told_when_asked_for_and_refuse_nothing()
    {
        const string Doubtful = """{"StartAt":"A","States":{"A":{"Type":"Pass","Parameters":{"id":"$.id"},"End":true}}}""";

        var errors = await server.CallAsync("ValidateStateMachineDefinition", new { definition = Doubtful });
        var warnings = await server.CallAsync("ValidateStateMachineDefinition", new { definition = Doubtful, severity = "WARNING" });

        Assert.Equal(0, errors.GetProperty("diagnostics").GetArrayLength());
        var warning = Assert.Single(warnings.GetProperty("diagnostics").EnumerateArray());
        Assert.Equal(("OK", "WARNING", "NO_DOLLAR"), (Text(warnings, "result"), Text(warning, "severity"), Text(warning, "code")));
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
