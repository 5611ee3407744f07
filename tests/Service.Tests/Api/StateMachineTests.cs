namespace Stateside.Service.Tests.Api;

public sealed class StateMachineTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task A_machine_is_described_with_the_settings_it_was_given_and_defaults_for_the_others()
    {
        var arn = await server.CreateAsync("Defaults");

        var machine = await server.CallAsync("DescribeStateMachine", new { stateMachineArn = arn });

        Assert.Equal(("ACTIVE", "STANDARD", ApiCalls.Pass), (machine.Text("status"), machine.Text("type"), machine.Text("definition")));
        Assert.Equal("""{"level":"OFF","includeExecutionData":false}""", machine.GetProperty("loggingConfiguration").GetRawText());
        Assert.Equal("""{"enabled":false}""", machine.GetProperty("tracingConfiguration").GetRawText());
        Assert.False(machine.Has("revisionId") || machine.Has("encryptionConfiguration") || machine.Has("variableReferences"));
    }

    [Theory]
    [InlineData("roleArn", "\"arn:aws:iam::123456789012:role/Other\"")]
    [InlineData("tags", """[{"key":"other","value":"tag"}]""")]
    public async Task Creating_a_machine_again_gives_the_first_one_whatever_its_role_and_tags(string member, string value)
    {
        var arn = await server.CreateAsync("Twice");

        var (status, again) = await server.SendAsync(
            "AWSStepFunctions.CreateStateMachine",
            $$"""{"name":"Twice","definition":{{System.Text.Json.JsonSerializer.Serialize(ApiCalls.Pass)}},"roleArn":"{{ApiCalls.Role}}","{{member}}":{{value}} }""");

        Assert.Equal((200, arn), (status, again.Text("stateMachineArn")));
        Assert.Equal(ApiCalls.Role, (await server.CallAsync("DescribeStateMachine", new { stateMachineArn = arn })).Text("roleArn"));
    }

    [Fact]
    public async Task Creating_another_machine_under_the_name_is_refused()
    {
        var arn = await server.CreateAsync("Taken");
        async Task Refused(object more) => Assert.Equal(
            ("StateMachineAlreadyExists", $"State Machine Already Exists: '{arn}'"), await server.RefusedAsync("CreateStateMachine", more));

        await Refused(new { name = "Taken", definition = ApiCalls.Pass + " ", roleArn = ApiCalls.Role });
        await Refused(new { name = "Taken", definition = ApiCalls.Pass, roleArn = ApiCalls.Role, type = "EXPRESS" });
        await Refused(new { name = "Taken", definition = ApiCalls.Pass, roleArn = ApiCalls.Role, publish = true });
        await Refused(new { name = "Taken", definition = ApiCalls.Pass, roleArn = ApiCalls.Role, tracingConfiguration = new { enabled = true } });
    }

    [Fact]
    public async Task A_running_execution_keeps_its_revision_when_the_machine_is_updated()
    {
        var arn = await server.CreateAsync("Kept", ApiCalls.Wait);
        var execution = await server.StartAsync(arn);

        var update = await server.CallAsync("UpdateStateMachine", new { stateMachineArn = arn, definition = ApiCalls.Pass });

        var current = await server.CallAsync("DescribeStateMachine", new { stateMachineArn = arn });
        var kept = await server.CallAsync("DescribeStateMachineForExecution", new { executionArn = execution });
        Assert.Equal((ApiCalls.Pass, update.Text("revisionId")), (current.Text("definition"), current.Text("revisionId")));
        Assert.Equal(ApiCalls.Wait, kept.Text("definition"));
        Assert.False(kept.Has("revisionId"));
    }

    [Fact]
    public async Task A_machine_that_is_deleted_while_an_execution_runs_goes_when_that_has_ended()
    {
        var arn = await server.CreateAsync("Busy", ApiCalls.Wait);
        var execution = await server.StartAsync(arn);

        await server.CallAsync("DeleteStateMachine", new { stateMachineArn = arn });
        Assert.Equal("DELETING", (await server.CallAsync("DescribeStateMachine", new { stateMachineArn = arn })).Text("status"));
        Assert.Equal("StateMachineDeleting", (await server.RefusedAsync("StartExecution", new { stateMachineArn = arn })).Code);
        await server.CallAsync("StopExecution", new { executionArn = execution });

        Assert.Equal("StateMachineDoesNotExist", (await server.RefusedAsync("DescribeStateMachine", new { stateMachineArn = arn })).Code);
        Assert.Equal("ABORTED", (await server.CallAsync("DescribeExecution", new { executionArn = execution })).Text("status"));
    }

    [Theory]
    [InlineData("""{"level":"ALL"}""", "Must specify exactly one Log Destination.")]
    [InlineData("""{"level":"ERROR","destinations":[]}""", "Must specify exactly one Log Destination.")]
    [InlineData("""{"level":"OFF","destinations":[{"cloudWatchLogsLogGroup":{"logGroupArn":"arn:aws:logs:us-east-1:123456789012:log-group:a"}}]}""", "Log Group ARN must be provided with '*' qualifier.")]
    [InlineData("""{"level":"ALL","destinations":[{"cloudWatchLogsLogGroup":{"logGroupArn":"arn:aws:s3:::a"}}]}""", "Provided ARN is not CloudWatch Logs Log Group ARN.")]
    [InlineData("""{"level":"ALL","destinations":[{}]}""", "Must set valid CloudWatch Log Group ARN.")]
    public async Task A_logging_configuration_that_leads_nowhere_is_refused(string logging, string reason)
    {
        var (code, message) = await server.RefusedAsync(
            "CreateStateMachine",
            $$"""{"name":"Logged","definition":{{System.Text.Json.JsonSerializer.Serialize(ApiCalls.Pass)}},"roleArn":"{{ApiCalls.Role}}","loggingConfiguration":{{logging}} }""");

        Assert.Equal("InvalidLoggingConfiguration", code);
        Assert.StartsWith($"Invalid Logging Configuration: {reason}", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("k#", "v")]
    [InlineData("k", "v*")]
    [InlineData("aws:k", "v")]
    public async Task A_tag_that_the_service_does_not_take_is_refused(string key, string value)
    {
        var request = new { name = "Tagged", definition = ApiCalls.Pass, roleArn = ApiCalls.Role, tags = new[] { new { key, value } } };

        Assert.Equal("ValidationException", (await server.RefusedAsync("CreateStateMachine", request)).Code);
    }

    [Fact]
    public async Task A_versions_description_needs_a_version()
    {
        Assert.Equal(
            ("ValidationException", "Version description can only be set when publish is true"),
            await server.RefusedAsync("CreateStateMachine", new { name = "Described", definition = ApiCalls.Pass, roleArn = ApiCalls.Role, versionDescription = "x" }));
    }
}
