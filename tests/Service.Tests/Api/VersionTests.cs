namespace Stateside.Service.Tests.Api;

public sealed class VersionTests(RunningServer server) : IClassFixture<RunningServer>
{
    [Fact]
    public async Task A_revision_is_published_once_and_a_number_is_never_used_again()
    {
        var arn = await server.CreateAsync("Numbers");
        async Task<string> Publish() => (await server.CallAsync("PublishStateMachineVersion", new { stateMachineArn = arn })).Text("stateMachineVersionArn");

        Assert.Equal($"{arn}:1", await Publish());
        Assert.Equal($"{arn}:1", await Publish());
        await server.CallAsync("DeleteStateMachineVersion", new { stateMachineVersionArn = $"{arn}:1" });
        Assert.Equal($"{arn}:2", await Publish());
        var listed = await server.CallAsync("ListStateMachineVersions", new { stateMachineArn = arn });
        Assert.Equal([$"{arn}:2"], listed.GetProperty("stateMachineVersions").Texts("stateMachineVersionArn"));
    }

    [Fact]
    public async Task Only_the_revision_that_the_publisher_means_is_published()
    {
        var arn = await server.CreateAsync("Meant");
        await server.CallAsync("PublishStateMachineVersion", new { stateMachineArn = arn, revisionId = "INITIAL" });
        var revision = (await server.CallAsync("UpdateStateMachine", new { stateMachineArn = arn, definition = ApiCalls.Wait })).Text("revisionId");

        var (code, message) = await server.RefusedAsync("PublishStateMachineVersion", new { stateMachineArn = arn, revisionId = "INITIAL" });

        Assert.Equal("ConflictException", code);
        Assert.Contains(revision, message, StringComparison.Ordinal);
        await server.CallAsync("PublishStateMachineVersion", new { stateMachineArn = arn, revisionId = revision });
    }

    [Fact]
    public async Task An_execution_of_a_version_runs_what_was_published_and_says_so()
    {
        var arn = await server.CreateAsync("Published", publish: true);
        await server.CallAsync("UpdateStateMachine", new { stateMachineArn = arn, definition = ApiCalls.Wait });

        var execution = await server.EndedAsync(await server.StartAsync($"{arn}:1"));

        Assert.Equal(("SUCCEEDED", arn, $"{arn}:1"), (execution.Text("status"), execution.Text("stateMachineArn"), execution.Text("stateMachineVersionArn")));
        Assert.False(execution.Has("stateMachineAliasArn"));
    }

    [Fact]
    public async Task An_alias_leads_to_its_version_and_moves_to_another()
    {
        var arn = await server.CreateAsync("Led", publish: true);
        await server.CallAsync("UpdateStateMachine", new { stateMachineArn = arn, definition = ApiCalls.Pass + " ", publish = true });
        var alias = (await server.CallAsync(
            "CreateStateMachineAlias", new { name = "live", routingConfiguration = new[] { new { stateMachineVersionArn = $"{arn}:1", weight = 100 } } })).Text("stateMachineAliasArn");
        var before = await server.EndedAsync(await server.StartAsync(alias));
        await server.CallAsync(
            "UpdateStateMachineAlias",
            new { stateMachineAliasArn = alias, routingConfiguration = new[] { new { stateMachineVersionArn = $"{arn}:2", weight = 100 } } });
        var after = await server.EndedAsync(await server.StartAsync(alias));

        Assert.Equal((alias, $"{arn}:1"), (before.Text("stateMachineAliasArn"), before.Text("stateMachineVersionArn")));
        Assert.Equal((alias, $"{arn}:2"), (after.Text("stateMachineAliasArn"), after.Text("stateMachineVersionArn")));
        var listed = await server.CallAsync("ListExecutions", new { stateMachineArn = alias });
        Assert.Equal([after.Text("executionArn"), before.Text("executionArn")], listed.GetProperty("executions").Texts("executionArn"));
    }

    [Fact]
    public async Task A_version_that_an_alias_leads_to_is_not_deleted()
    {
        var arn = await server.CreateAsync("Needed", publish: true);
        await server.CallAsync(
            "CreateStateMachineAlias", new { name = "live", routingConfiguration = new[] { new { stateMachineVersionArn = $"{arn}:1", weight = 100 } } });

        Assert.Equal(
            ("ConflictException", "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [live]"),
            await server.RefusedAsync("DeleteStateMachineVersion", new { stateMachineVersionArn = $"{arn}:1" }));
    }

    [Theory]
    [InlineData("Other:1", 100, null, 0, "Routing configuration must contain state machine version ARNs. Received", false)]
    [InlineData(":1", 60, ":2", 60, "Sum of routing configuration weights must equal 100. Received: [60, 60]", true)]
    [InlineData(":1", 50, ":1", 50, "Routing configuration must contain distinct state machine version ARNs. Received", true)]
    public async Task A_routing_configuration_holds_versions_of_one_machine_that_share_a_hundred(
        string first, int weight, string? second, int otherWeight, string message, bool isOwn)
    {
        var arn = await server.CreateAsync("Routed", publish: true);
        var routes = new List<object> { new { stateMachineVersionArn = isOwn ? arn + first : arn, weight } };
        if (second is not null)
            routes.Add(new { stateMachineVersionArn = arn + second, weight = otherWeight });

        var refused = await server.RefusedAsync("CreateStateMachineAlias", new { name = "live", routingConfiguration = routes });

        Assert.Equal("ValidationException", refused.Code);
        Assert.StartsWith(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tags_are_merged_by_key_and_belong_to_the_machine_alone()
    {
        var arn = await server.CreateAsync("Tagged", publish: true);
        await server.CallAsync("TagResource", new { resourceArn = arn, tags = new[] { new { key = "a", value = "1" }, new { key = "b", value = "2" } } });
        await server.CallAsync("TagResource", new { resourceArn = arn, tags = new[] { new { key = "a", value = "3" } } });
        await server.CallAsync("UntagResource", new { resourceArn = arn, tagKeys = new[] { "b", "never there" } });

        var tags = (await server.CallAsync("ListTagsForResource", new { resourceArn = arn })).GetProperty("tags");

        Assert.Equal("""[{"key":"a","value":"3"}]""", tags.GetRawText());
        Assert.Equal(
            ("ResourceNotFound", $"Resource not found: '{arn}:1'"),
            await server.RefusedAsync("TagResource", new { resourceArn = $"{arn}:1", tags = Array.Empty<object>() }));
    }
}
