using System.Text.Json;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;

namespace Stateside.Engine.Tests.Store;

public sealed class CatalogTests
{
    private readonly CatalogFixture _fixture = new();

    private ResourceCatalog Catalog => _fixture.Catalog;

    [Fact]
    public async Task A_change_gives_a_new_revision_and_the_former_one_can_still_be_found()
    {
        await Catalog.CreateAsync(CatalogFixture.Machine());
        var first = Catalog.FindCurrent(CatalogFixture.Arn)!;

        var (second, _) = await Catalog.UpdateAsync(CatalogFixture.Arn, CatalogFixture.Definition("second"));

        Assert.NotEqual(first.RevisionId, second.RevisionId);
        Assert.Null(first.ShownRevisionId);
        Assert.Equal(second.RevisionId, second.ShownRevisionId);
        Assert.Same(second, Catalog.FindCurrent(CatalogFixture.Arn));
        Assert.Same(first, Catalog.FindRevision(CatalogFixture.Arn, first.RevisionId));
        Assert.Equal(first.CreationDate, second.CreationDate);
        Assert.True(second.UpdateDate > first.UpdateDate);
    }

    [Fact]
    public async Task An_update_that_changes_nothing_keeps_the_revision_and_saves_nothing()
    {
        await Catalog.CreateAsync(CatalogFixture.Machine());
        var before = Catalog.FindCurrent(CatalogFixture.Arn)!;
        _fixture.Storage.Changes.Clear();

        var (after, _) = await Catalog.UpdateAsync(
            CatalogFixture.Arn, CatalogFixture.Definition("first") with { RoleArn = before.RoleArn, Logging = new(), TracingEnabled = false });

        Assert.Same(before, after);
        Assert.Empty(_fixture.Storage.Changes);
    }

    [Fact]
    public async Task All_of_it_is_there_again_after_a_restart()
    {
        await Catalog.CreateAsync(CatalogFixture.Machine(), publish: true, versionDescription: "one", tags: [new("team", "shop")]);
        var first = Catalog.FindCurrent(CatalogFixture.Arn)!;
        await Catalog.UpdateAsync(CatalogFixture.Arn, CatalogFixture.Definition("second") with
        {
            Publish = true,
            Logging = new() { Level = LoggingLevel.Error, IncludeExecutionData = true, LogGroupArns = ["arn:aws:logs:us-east-1:123456789012:log-group:l:*"] },
            TracingEnabled = true,
            Encryption = new("CUSTOMER_MANAGED_KMS_KEY", "key", 300),
        });
        await Catalog.CreateAliasAsync(CatalogFixture.Arn, "live", "what customers see", [new(1, 90), new(2, 10)]);
        await Catalog.CreateActivityAsync("pack", [new("team", "depot")]);
        await Catalog.CreateAsync(CatalogFixture.Machine(name: "Younger", type: StateMachineType.Express));
        var (machines, activities, current) = (Catalog.List(), Catalog.ListActivities(), Catalog.FindCurrent(CatalogFixture.Arn)!);

        var reopened = _fixture.Reopen();

        Assert.Equal(Text(machines), Text(reopened.List()));
        Assert.Equal(Text(activities), Text(reopened.ListActivities()));
        var again = reopened.FindCurrent(CatalogFixture.Arn)!;
        Assert.True(again.IsSameAs(current));
        Assert.Equal((current.RevisionId, current.CreationDate, current.UpdateDate), (again.RevisionId, again.CreationDate, again.UpdateDate));
        Assert.Equal(first.DefinitionText, reopened.FindRevision(CatalogFixture.Arn, first.RevisionId)!.DefinitionText);
        Assert.Equal($"{CatalogFixture.Arn}:live", reopened.Resolve($"{CatalogFixture.Arn}:live")!.AliasArn);
        Assert.Equal(StateMachineType.Express, reopened.Find(CatalogFixture.Arn.Replace("Orders", "Younger", StringComparison.Ordinal))!.Type);
    }

    [Fact]
    public async Task What_is_created_after_a_restart_is_younger_than_what_was_there_before()
    {
        await Catalog.CreateAsync(CatalogFixture.Machine(name: "A"));
        await Catalog.CreateActivityAsync("b");

        await _fixture.Reopen().CreateAsync(CatalogFixture.Machine(name: "C"));
        await Catalog.CreateActivityAsync("a");

        Assert.Equal(["A", "C"], Catalog.List().Select(machine => machine.Name));
        Assert.Equal(["b", "a"], Catalog.ListActivities().Select(activity => activity.Name));
    }

    [Fact]
    public async Task A_revision_id_is_not_used_again_after_deletion_and_restart()
    {
        await Catalog.CreateAsync(CatalogFixture.Machine());
        var former = Catalog.FindCurrent(CatalogFixture.Arn)!;
        await Catalog.DeleteAsync(CatalogFixture.Arn);

        await _fixture.Reopen().CreateAsync(CatalogFixture.Machine("second"));

        Assert.NotEqual(former.RevisionId, Catalog.FindCurrent(CatalogFixture.Arn)!.RevisionId);
        Assert.Equal(former.DefinitionText, Catalog.FindRevision(CatalogFixture.Arn, former.RevisionId)!.DefinitionText);
    }

    [Fact]
    public async Task A_declared_machine_that_has_not_changed_keeps_its_revision_over_a_restart_and_one_that_has_gets_a_new_one()
    {
        await Catalog.DeclareAsync(CatalogFixture.Machine(), []);
        var first = Catalog.FindCurrent(CatalogFixture.Arn)!.RevisionId;

        await _fixture.Reopen().DeclareAsync(CatalogFixture.Machine(), []);
        Assert.Equal(first, Catalog.FindCurrent(CatalogFixture.Arn)!.RevisionId);

        await _fixture.Reopen().DeclareAsync(CatalogFixture.Machine("second"), [new("a", "b")]);
        Assert.NotEqual(first, Catalog.FindCurrent(CatalogFixture.Arn)!.RevisionId);
        Assert.Equal([new ResourceTag("a", "b")], Catalog.FindTags(CatalogFixture.Arn));
    }

    private static DeclaredVersions Live => new(null, [new("live", null, [(null, 100)])]);

    [Fact]
    public async Task A_declared_alias_leads_to_numbered_versions_where_they_are_and_else_to_what_is_published()
    {
        await Catalog.DeclareAsync(CatalogFixture.Machine(), [], new DeclaredVersions("one", []));
        await Catalog.DeclareAsync(CatalogFixture.Machine("second"), [], new DeclaredVersions("two", [new("live", "d", [(1, 30), (null, 20), (9, 50)])]));

        var machine = Catalog.Find(CatalogFixture.Arn)!;
        var alias = Assert.Single(machine.Aliases);
        Assert.Equal("d", alias.Description);
        Assert.Equal([new AliasRoute(1, 30), new AliasRoute(2, 70)], alias.Routes);
        Assert.Equal(["one", "two"], machine.Versions.Select(version => version.Description));
    }

    [Fact]
    public async Task An_activity_that_a_template_declares_has_its_tags_and_its_encryption()
    {
        var encryption = new EncryptionConfiguration("CUSTOMER_MANAGED_KMS_KEY", "alias/x", 300);
        var first = await Catalog.DeclareActivityAsync("pick", [], null);
        var changed = await Catalog.DeclareActivityAsync("pick", [new("a", "b")], encryption);

        Assert.Equal((first.Arn, encryption), (changed.Arn, changed.Encryption));
        Assert.Equal([new ResourceTag("a", "b")], Catalog.FindTags(first.Arn));
        Assert.Same(changed, await Catalog.DeclareActivityAsync("pick", [new("a", "b")], encryption));
    }

    [Fact]
    public async Task A_declared_alias_moves_to_a_version_of_what_is_declared_now()
    {
        await Catalog.DeclareAsync(CatalogFixture.Machine(), [], Live);
        await Catalog.DeclareAsync(CatalogFixture.Machine(), [], Live);
        var (first, _) = (Catalog.Resolve($"{CatalogFixture.Arn}:live")!, 0);
        await Catalog.DeclareAsync(CatalogFixture.Machine("second"), [], Live);

        Assert.Equal($"{CatalogFixture.Arn}:1", first.VersionArn);
        Assert.Equal($"{CatalogFixture.Arn}:2", Catalog.Resolve($"{CatalogFixture.Arn}:live")!.VersionArn);
        Assert.Equal(2, Catalog.Find(CatalogFixture.Arn)!.Versions.Count);
    }

    [Fact]
    public async Task A_change_is_done_only_when_the_storage_has_it_and_a_revision_is_kept_before_the_machine_that_names_it()
    {
        var gate = new TaskCompletionSource();
        _fixture.Storage.Gate = gate.Task;

        var created = Catalog.CreateAsync(CatalogFixture.Machine()).AsTask();

        Assert.False(created.IsCompleted);
        Assert.Equal(["revision", "stateMachine"], _fixture.Storage.Changes);
        gate.SetResult();
        await created;
    }

    [Fact]
    public async Task What_cannot_be_kept_is_not_done_and_nobody_sees_it()
    {
        await Catalog.CreateAsync(CatalogFixture.Machine(), publish: true);
        var (before, activity) = (Catalog.Find(CatalogFixture.Arn)!, await Catalog.CreateActivityAsync("pick"));
        _fixture.Storage.Trouble = new DataNotSavedException(new IOException("No space left on device."));

        await RefusedAsync(Catalog.CreateAsync(CatalogFixture.Machine(name: "Other")).AsTask());
        await RefusedAsync(Catalog.UpdateAsync(CatalogFixture.Arn, CatalogFixture.Definition("second")).AsTask());
        await RefusedAsync(Catalog.CreateAliasAsync(CatalogFixture.Arn, "live", null, [new AliasRoute(1, 100)]).AsTask());
        await RefusedAsync(Catalog.TagAsync(CatalogFixture.Arn, [new ResourceTag("a", "b")]).AsTask());
        await RefusedAsync(Catalog.DeleteAsync(CatalogFixture.Arn).AsTask());
        await RefusedAsync(Catalog.CreateActivityAsync("other").AsTask());
        await RefusedAsync(Catalog.DeleteActivityAsync(activity.Arn).AsTask());

        Assert.Same(before, Assert.Single(Catalog.List()));
        Assert.Same(activity, Assert.Single(Catalog.ListActivities()));
        _fixture.Storage.Trouble = null;
        Assert.Equal("second", (await Catalog.UpdateAsync(CatalogFixture.Arn, CatalogFixture.Definition("second"))).Revision.Definition.Comment);
        Assert.Equal("second", _fixture.Reopen().FindCurrent(CatalogFixture.Arn)!.Definition.Comment);

        static Task RefusedAsync(Task change) => Assert.ThrowsAsync<DataNotSavedException>(() => change);
    }

    [Fact]
    public async Task A_machine_whose_executions_run_goes_when_they_have_ended()
    {
        await Catalog.CreateAsync(CatalogFixture.Machine());
        _fixture.SetRunning(CatalogFixture.Arn);

        await Catalog.DeleteAsync(CatalogFixture.Arn);
        Assert.True(_fixture.Reopen().Find(CatalogFixture.Arn)!.IsDeleting);
        var refused = await Assert.ThrowsAsync<ApiException>(() => Catalog.CreateAsync(CatalogFixture.Machine()).AsTask());
        Assert.Equal("StateMachineDeleting", refused.Code);
        await Assert.ThrowsAsync<ApiException>(() => Catalog.UpdateAsync(CatalogFixture.Arn, CatalogFixture.Definition("second")).AsTask());

        _fixture.SetRunning(CatalogFixture.Arn, false);
        Assert.Null(Catalog.Find(CatalogFixture.Arn));
        Assert.Empty(Catalog.List());
        Assert.Null(_fixture.Reopen().Find(CatalogFixture.Arn));
    }

    [Fact]
    public async Task An_alias_sends_its_weights_share_of_executions_to_each_version_and_a_seed_repeats_the_choices()
    {
        await Catalog.CreateAsync(CatalogFixture.Machine(), publish: true);
        await Catalog.UpdateAsync(CatalogFixture.Arn, CatalogFixture.Definition("second") with { Publish = true });
        await Catalog.CreateAliasAsync(CatalogFixture.Arn, "live", null, [new(1, 80), new(2, 20)]);
        IEnumerable<string> Choices() => Enumerable.Range(0, 1000).Select(_ => Catalog.Resolve($"{CatalogFixture.Arn}:live")!.VersionArn![^1..]);

        var choices = Choices().ToList();
        _fixture.Reopen();

        Assert.Equal(choices, Choices());
        Assert.InRange(choices.Count(version => version == "1"), 750, 850);
    }

    [Theory]
    [InlineData(0, "2")]
    [InlineData(100, "1")]
    public async Task A_version_of_weight_0_is_never_chosen(int weight, string only)
    {
        await Catalog.CreateAsync(CatalogFixture.Machine(), publish: true);
        await Catalog.UpdateAsync(CatalogFixture.Arn, CatalogFixture.Definition("second") with { Publish = true });
        await Catalog.CreateAliasAsync(CatalogFixture.Arn, "live", null, [new(1, weight), new(2, 100 - weight)]);

        Assert.All(Enumerable.Range(0, 200), _ => Assert.EndsWith(only, Catalog.Resolve($"{CatalogFixture.Arn}:live")!.VersionArn, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Machines_activities_versions_aliases_and_tags_are_limited()
    {
        var catalog = new CatalogFixture(options => options with { MaxStateMachines = 1, MaxActivities = 1, MaxVersions = 1, MaxAliases = 1 }).Catalog;
        await catalog.CreateAsync(CatalogFixture.Machine(), publish: true);
        await catalog.CreateActivityAsync("pack");
        await catalog.CreateAliasAsync(CatalogFixture.Arn, "live", null, [new(1, 100)]);
        async Task Refused(string code, Func<Task> change) => Assert.Equal(code, (await Assert.ThrowsAsync<ApiException>(change)).Code);

        await Refused("StateMachineLimitExceeded", () => catalog.CreateAsync(CatalogFixture.Machine(name: "Other")).AsTask());
        await Refused("ActivityLimitExceeded", () => catalog.CreateActivityAsync("send").AsTask());
        await Refused("ServiceQuotaExceededException", () => catalog.UpdateAsync(CatalogFixture.Arn, CatalogFixture.Definition("second") with { Publish = true }).AsTask());
        await Refused("ServiceQuotaExceededException", () => catalog.CreateAliasAsync(CatalogFixture.Arn, "beta", null, [new(1, 100)]).AsTask());
        await Refused("TooManyTags", () => catalog.TagAsync(CatalogFixture.Arn, [.. Enumerable.Range(0, 51).Select(i => new ResourceTag($"k{i}", ""))]).AsTask());
        Assert.Equal("first", Comment(catalog.FindCurrent(CatalogFixture.Arn)!));
    }

    [Fact]
    public async Task Creations_at_the_same_time_make_one_machine()
    {
        var created = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => Task.Run(async () => (await Catalog.CreateAsync(CatalogFixture.Machine())).Machine)));

        Assert.Single(created.Distinct());
        Assert.Equal(["revision", "stateMachine"], _fixture.Storage.Changes);
    }

    private static string Text<T>(IReadOnlyList<T> things) => JsonSerializer.Serialize(things);

    private static string Comment(StateMachine machine) =>
        JsonDocument.Parse(machine.DefinitionText).RootElement.GetProperty("Comment").GetString()!;
}
