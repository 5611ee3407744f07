using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Items;
using Stateside.Engine.Tests.Functions;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Store;

/// <summary>What becomes of a distributed Map's run when it fails, is stopped, is redriven, and when its process ends at any moment of it.</summary>
public sealed class MapRunTests
{
    public static TheoryData<Keeping, string> Everywhere
    {
        get
        {
            var everywhere = new TheoryData<Keeping, string>();
            foreach (var keeping in Enum.GetValues<Keeping>())
            {
                everywhere.Add(keeping, "STANDARD");
                everywhere.Add(keeping, "EXPRESS");
            }

            return everywhere;
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_run_that_failed_has_written_what_there_is_and_a_redrive_does_the_rest(Keeping keeping, string type)
    {
        await using var rig = new MapRunRig(keeping);
        rig.Broken.Add("2");
        await rig.StartAsync(MapRunRig.Writer + """ "MaxConcurrency":1, """, type, "[0,1,2,3,4]");

        Assert.Equal("States.ExceedToleratedFailureThreshold", (await rig.EndAsync()).Error);
        Assert.Equal(["0", "1"], rig.Results("SUCCEEDED"));
        Assert.StartsWith("s3://b/", rig.Run.ResultsIn, StringComparison.Ordinal);
        Assert.Single(rig.Results("FAILED"));
        Assert.Equal(["3", "4"], rig.Results("PENDING").Select(text => ((JsonString)((JsonObject)JsonReader.Parse(text))["Input"]!).Value));
        Assert.Equal(["0", "1", "2"], rig.TakeAsked());
        await rig.RestartAsync();
        Assert.Equal(new MapRunTally(2, 0, 2, 1, 0, 0), rig.Run.Counts.Items);
        var children = rig.Children.Select(child => child.Arn).ToList();

        rig.Broken.Clear();
        await rig.RedriveAsync();

        Assert.Equal(ExecutionStatus.Succeeded, (await rig.EndAsync()).Status);
        Assert.Equal(["2", "3", "4"], rig.TakeAsked());
        Assert.Equal(["0", "1", "2", "3", "4"], rig.Results("SUCCEEDED").Order());
        Assert.Empty(rig.Results("FAILED"));
        Assert.Empty(rig.Results("PENDING"));
        Assert.Empty(rig.Bucket.Uploads);
        Assert.Equal((ExecutionStatus.Succeeded, 1), (rig.Run.Status, rig.Run.RedriveCount));
        Assert.Equal(new MapRunTally(0, 0, 5, 0, 0, 0), rig.Run.Counts.Items);
        Assert.Subset(rig.Children.Select(child => child.Arn).ToHashSet(), children.ToHashSet());
        Assert.Equal(5, rig.Children.Count);
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Nothing_is_told_of_where_results_are_when_none_were_written(Keeping keeping, string type)
    {
        await using var rig = new MapRunRig(keeping);
        rig.Items = Torn;
        await rig.StartAsync(MapRunRig.Reader + MapRunRig.Writer, type);

        Assert.Equal("States.ItemReaderFailed", (await rig.EndAsync()).Error);
        await rig.RestartAsync();
        Assert.Null(rig.Run.ResultsIn);

        static async IAsyncEnumerable<MapItem> Torn()
        {
            await foreach (var item in MapRunRig.Numbers(2))
                yield return item;
            throw new MapItemsException("gone");
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task What_ended_well_is_not_done_again_however_often_a_run_is_redriven(Keeping keeping, string type)
    {
        await using var rig = new MapRunRig(keeping);
        var reads = 0;
        rig.Items = () => ++reads == 2 ? throw new MapItemsException("gone") : MapRunRig.Numbers(4);
        rig.Broken.Add("1");
        await rig.StartAsync(MapRunRig.Reader + """ "MaxConcurrency":1, """, type);
        await rig.EndAsync();
        Assert.Equal(["0", "1"], rig.TakeAsked());
        await rig.RestartAsync();
        await rig.RedriveAsync();
        Assert.Equal("States.ItemReaderFailed", (await rig.EndAsync()).Error);
        Assert.Empty(rig.TakeAsked());
        Assert.Equal((1L, 1L), (rig.Run.Counts.Items.Succeeded, rig.Run.Counts.Items.Failed));
        await rig.RestartAsync();
        await rig.RedriveAsync();
        Assert.Equal("States.ExceedToleratedFailureThreshold", (await rig.EndAsync()).Error);
        Assert.Equal(["1"], rig.TakeAsked());
        await rig.RestartAsync();
        rig.Broken.Clear();
        await rig.RedriveAsync();

        Assert.Equal("[0,1,2,3]", (await rig.EndAsync()).Output?.Text);
        Assert.Equal(["1", "2", "3"], rig.TakeAsked());
        Assert.Equal(3, rig.Run.RedriveCount);
        Assert.Equal(new MapRunTally(0, 0, 4, 0, 0, 0), rig.Run.Counts.Executions);
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_run_whose_execution_is_stopped_is_aborted_with_its_children_and_goes_on_after_a_redrive(Keeping keeping, string type)
    {
        await using var rig = new MapRunRig(keeping);
        rig.Held.UnionWith(["1", "2"]);
        await rig.StartAsync(""" "MaxConcurrency":2, """, type, "[0,1,2,3]");
        await rig.UntilRunningAsync(2);
        await MapRunRig.UntilAsync(() => rig.AskedCount == 3);
        rig.TakeAsked();

        await rig.Process.Engine.StopAsync(rig.Arn, "Enough", null);

        await MapRunRig.UntilAsync(() => rig.Run.Counts.Executions.Running == 0);
        Assert.Equal(ExecutionStatus.Aborted, rig.Run.Status);
        Assert.Equal(new MapRunTally(1, 0, 1, 0, 0, 2), rig.Run.Counts.Items);
        await rig.RestartAsync();
        Assert.Equal(new MapRunTally(1, 0, 1, 0, 0, 2), rig.Run.Counts.Items);
        rig.Held.Clear();
        await rig.RedriveAsync();
        Assert.Equal("[0,1,2,3]", (await rig.EndAsync()).Output?.Text);
        Assert.Equal(["1", "2", "3"], rig.TakeAsked());
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_run_whose_execution_timed_out_is_aborted(Keeping keeping, string type)
    {
        await using var rig = new MapRunRig(keeping);
        await rig.StartMachineAsync(
            MapRunRig.Definition(""" "MaxConcurrency":1, """, type)
                .Replace("{\"StartAt\":\"M\"", "{\"TimeoutSeconds\":9,\"StartAt\":\"M\"", StringComparison.Ordinal)
                .Replace("\"Type\":\"Task\",\"Resource\":\"arn:aws:lambda:us-east-1:123456789012:function:f\"", "\"Type\":\"Wait\",\"Seconds\":60", StringComparison.Ordinal),
            "[0,1]");

        Assert.Equal(ExecutionStatus.TimedOut, (await rig.EndAsync()).Status);
        await MapRunRig.UntilAsync(() => rig.Run.Counts.Executions.Running == 0);
        await rig.RestartAsync();
        Assert.Equal(ExecutionStatus.Aborted, rig.Run.Status);
        Assert.Equal(new MapRunTally(1, 0, 0, 0, 0, 1), rig.Run.Counts.Executions);
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Children_that_wait_for_their_redrive_are_counted_apart(Keeping keeping, string type)
    {
        await using var rig = new MapRunRig(keeping);
        rig.Broken.UnionWith(["0", "1"]);
        await rig.StartAsync(""" "MaxConcurrency":1,"ToleratedFailureCount":1, """, type, "[0,1,2]");
        await rig.EndAsync();
        await MapRunRig.UntilAsync(() => rig.Run.Counts.Items.Running == 0);
        Assert.Equal(new MapRunTally(1, 0, 0, 2, 0, 0), rig.Run.Counts.Items);
        await rig.RestartAsync();
        rig.Broken.Clear();
        rig.Held.Add("0");
        rig.TakeAsked();
        await rig.RedriveAsync();
        await rig.UntilRunningAsync(1);

        Assert.Equal(new MapRunTally(1, 1, 0, 0, 0, 0, PendingRedrive: 1), rig.Run.Counts.Items);
        Assert.Equal([false, true], rig.Children.OrderBy(child => child.ItemIndex).Select(rig.Process.Engine.IsPendingRedrive));
        await rig.Process.Engine.StopAsync(rig.Arn, null, null);
        await MapRunRig.UntilAsync(() => rig.Run.Counts.Items.Running == 0);
        Assert.Equal(new MapRunTally(1, 0, 0, 1, 0, 1), rig.Run.Counts.Items);
        Assert.DoesNotContain(rig.Children, rig.Process.Engine.IsPendingRedrive);
        await rig.RestartAsync();
        rig.Held.Clear();
        rig.TakeAsked();
        await rig.RedriveAsync();
        Assert.Equal("[0,1,2]", (await rig.EndAsync()).Output?.Text);
        Assert.Equal(["0", "1", "2"], rig.TakeAsked());
    }

    [Theory]
    [InlineData(Keeping.Memory)]
    [InlineData(Keeping.Folder)]
    public async Task More_failures_than_the_percentage_allows_fail_a_run_once_its_items_are_counted(Keeping keeping)
    {
        // More items than are read ahead, so that the last of them wait for room when it is known how many there are.
        const int Count = 1300;
        await using var rig = new MapRunRig(keeping);
        var last = new TaskCompletionSource();
        rig.Items = () => MapRunRig.Numbers(Count, Count - 1, last.Task);
        rig.Broken.Add("0");
        rig.Held.Add("1");
        await rig.StartAsync(MapRunRig.Reader + MapRunRig.Writer + """ "MaxConcurrency":1,"ToleratedFailurePercentage":0, """, "EXPRESS");
        await MapRunRig.UntilAsync(() => rig.AskedCount == 2);
        last.SetResult();
        await MapRunRig.UntilAsync(() => rig.Run.Counts.IsRead);
        rig.Release("1");

        Assert.Equal("States.ExceedToleratedFailureThreshold", (await rig.EndAsync()).Error);
        Assert.Equal(Count, rig.Results("SUCCEEDED").Count + rig.Results("FAILED").Count + rig.Results("PENDING").Count);
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task The_only_child_of_a_run_is_there_after_its_redrive(Keeping keeping, string type)
    {
        await using var rig = new MapRunRig(keeping);
        rig.Broken.Add("0");
        await rig.StartAsync("", type, "[0]");
        await rig.EndAsync();
        await rig.RestartAsync();
        rig.Broken.Clear();
        await rig.RedriveAsync();
        await rig.EndAsync();

        Assert.Equal(ExecutionStatus.Succeeded, Assert.Single(rig.Children).Status);
    }

    [Theory]
    [InlineData("STANDARD")]
    [InlineData("EXPRESS")]
    public async Task A_process_that_ends_while_items_are_read_leaves_the_next_one_to_read_them(string type)
    {
        await using var rig = new MapRunRig(Keeping.Restart);
        rig.Items = () => MapRunRig.Numbers(400, 300, new TaskCompletionSource().Task);
        await rig.StartAsync(MapRunRig.Reader + MapRunRig.Writer, type);
        await MapRunRig.UntilAsync(() => rig.AskedCount >= 300 && rig.Run.Counts.Executions is { Running: 0, Succeeded: 300 });
        Assert.Equal((false, 300L), (rig.Run.Counts.IsRead, rig.Run.Counts.Items.Total));

        rig.Items = () => MapRunRig.Numbers(400);
        await rig.RestartAsync();

        Assert.Equal(ExecutionStatus.Succeeded, (await rig.EndAsync()).Status);
        Assert.Equal(400, rig.TakeAsked().Distinct().Count());
        Assert.Equal(Enumerable.Range(0, 400), rig.Results("SUCCEEDED").Select(int.Parse).Order());
        Assert.Equal(new MapRunTally(0, 0, 400, 0, 0, 0), rig.Run.Counts.Items);
    }

    [Theory]
    [InlineData("STANDARD")]
    [InlineData("EXPRESS")]
    public async Task A_process_that_ends_while_children_run_leaves_the_next_one_what_did_not_end(string type)
    {
        await using var rig = new MapRunRig(Keeping.Restart);
        rig.Held.UnionWith(["2", "3"]);
        rig.Broken.Add("1");
        await rig.StartAsync(MapRunRig.Writer + """ "MaxConcurrency":2,"ToleratedFailureCount":1, """, type, "[0,1,2,3,4]");
        await MapRunRig.UntilAsync(() => rig.AskedCount == 4 && rig.Run.Counts.Executions is { Running: 2, Failed: 1 });
        rig.TakeAsked();
        rig.Held.Clear();
        await rig.RestartAsync();

        Assert.Equal(ExecutionStatus.Succeeded, (await rig.EndAsync()).Status);
        Assert.Equal(["2", "3", "4"], rig.TakeAsked());
        Assert.Equal(["0", "2", "3", "4"], rig.Results("SUCCEEDED"));
        Assert.Single(rig.Results("FAILED"));
        Assert.Equal(new MapRunTally(0, 0, 4, 1, 0, 0), rig.Run.Counts.Items);
    }

    [Theory]
    [InlineData("STANDARD", true)]
    [InlineData("EXPRESS", true)]
    [InlineData("STANDARD", false)]
    [InlineData("EXPRESS", false)]
    public async Task A_process_that_ends_while_results_are_written_leaves_the_next_one_to_write_them(string type, bool fails)
    {
        await using var rig = new MapRunRig(Keeping.Restart);
        if (fails)
            rig.Broken.Add("1");
        var never = new TaskCompletionSource();
        rig.WhenWritable = never.Task;
        await rig.StartAsync(MapRunRig.Writer + """ "MaxConcurrency":1, """, type, "[0,1,2]");
        await MapRunRig.UntilAsync(() => rig.AskedCount == (fails ? 2 : 3) && rig.Run.Counts.Executions.Running == 0);
        await MapRunRig.UntilAsync(() => rig.Process.Engine.List(new ExecutionQuery(rig.MapRunArn)).All(child => child.Status != ExecutionStatus.Running));
        rig.TakeAsked();
        await rig.RestartAsync(() => rig.WhenWritable = Task.CompletedTask);

        Assert.Equal(fails ? "States.ExceedToleratedFailureThreshold" : null, (await rig.EndAsync()).Error);
        Assert.Empty(rig.TakeAsked());
        Assert.Equal(fails ? ["0"] : ["0", "1", "2"], rig.Results("SUCCEEDED"));
        Assert.Equal(fails ? 1 : 0, rig.Results("FAILED").Count);
        Assert.Equal(fails ? 1 : 0, rig.Results("PENDING").Count);
        Assert.Equal(fails ? new MapRunTally(1, 0, 1, 1, 0, 0) : new MapRunTally(0, 0, 3, 0, 0, 0), rig.Run.Counts.Items);
    }

    [Theory]
    [InlineData(Keeping.Memory)]
    [InlineData(Keeping.Folder)]
    public async Task A_redrive_waits_until_the_run_has_written_what_it_has(Keeping keeping)
    {
        await using var rig = new MapRunRig(keeping);
        var writable = new TaskCompletionSource();
        rig.WhenWritable = writable.Task;
        await rig.StartAsync(MapRunRig.Writer, "EXPRESS", "[0,1]");
        await MapRunRig.UntilAsync(() => rig.AskedCount == 2 && rig.Run.Counts.Executions.Running == 0);
        await rig.Process.Engine.StopAsync(rig.Arn, null, null);
        Assert.Equal(ExecutionStatus.Aborted, rig.Run.Status);
        await rig.RedriveAsync();
        Assert.Empty(rig.Bucket.Objects);
        writable.SetResult();

        Assert.Equal(ExecutionStatus.Succeeded, (await rig.EndAsync()).Status);
        Assert.Equal(["0", "1"], rig.Results("SUCCEEDED").Order());
        Assert.Equal(["0", "1"], rig.TakeAsked());
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_run_in_a_branch_and_one_in_an_iteration_go_on_after_a_redrive(Keeping keeping, string type)
    {
        await using var rig = new MapRunRig(keeping);
        rig.Broken.UnionWith(["2", "4"]);
        var map = MapRunRig.Definition(""" "MaxConcurrency":1, """, type);
        var another = map.Replace("\"M\"", "\"M2\"", StringComparison.Ordinal).Replace("\"Do\"", "\"Do2\"", StringComparison.Ordinal);
        await rig.StartMachineAsync(
            $$$"""{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[{{{map}}},{"StartAt":"E","States":{"E":{"Type":"Map","End":true,"ItemsPath":"$.more","ItemProcessor":{{{another}}} } } }]} } }"""
                .Replace(""" "MaxConcurrency":1, """, """ "MaxConcurrency":1,"ItemsPath":"$.items", """, StringComparison.Ordinal),
            """{"items":[1,2,3],"more":[{"items":[4,5]}]}""");
        Assert.Equal(ExecutionStatus.Failed, (await rig.EndAsync()).Status);
        Assert.Equal(2, rig.Process.Engine.MapRunsOf(rig.Arn).Count);
        await MapRunRig.UntilAsync(() => rig.Process.Engine.MapRunsOf(rig.Arn).All(run => run.Counts.Items.Running == 0));
        await rig.RestartAsync();
        rig.Broken.Clear();
        await rig.RedriveAsync();

        Assert.Equal("[[1,2,3],[[4,5]]]", (await rig.EndAsync()).Output?.Text);
        Assert.All(rig.Process.Engine.MapRunsOf(rig.Arn), run => Assert.Equal((ExecutionStatus.Succeeded, 1), (run.Status, run.RedriveCount)));
    }

    [Theory]
    [InlineData(Keeping.Memory, "STANDARD")]
    [InlineData(Keeping.Memory, "EXPRESS")]
    [InlineData(Keeping.Restart, "STANDARD")]
    [InlineData(Keeping.Restart, "EXPRESS")]
    public async Task A_run_within_a_child_of_a_run_goes_on_after_a_redrive(Keeping keeping, string inner)
    {
        await using var rig = new MapRunRig(keeping);
        rig.Broken.Add("4");
        var nested = MapRunRig.Definition(""" "MaxConcurrency":1, """, inner);
        await rig.StartMachineAsync(
            $$$"""
            {"StartAt":"Outer","States":{"Outer":{"Type":"Map","MaxConcurrency":1,"End":true,"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},{{{nested[1..]}}} } } }
            """,
            "[[1,2],[3,4,5],[6]]");
        Assert.Equal(ExecutionStatus.Failed, (await rig.EndAsync()).Status);
        Assert.Equal(["1", "2", "3", "4"], rig.TakeAsked());
        await rig.RestartAsync();
        rig.Broken.Clear();
        rig.Held.Add("5");
        await rig.RedriveAsync();
        await MapRunRig.UntilAsync(() => rig.AskedCount == 2);
        if (keeping != Keeping.Restart)
            rig.Release("5");
        await rig.RestartAsync(rig.Held.Clear);

        Assert.Equal("[[1,2],[3,4,5],[6]]", (await rig.EndAsync()).Output?.Text);
        Assert.Equal(keeping == Keeping.Restart ? ["4", "5", "5", "6"] : ["4", "5", "6"], rig.TakeAsked());
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_retrier_begins_another_run_while_children_of_the_first_are_stopped(Keeping keeping, string type)
    {
        await using var rig = new MapRunRig(keeping);
        rig.Broken.Add("1");
        rig.Held.Add("0");
        await rig.StartAsync(""" "Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":1,"IntervalSeconds":1}], """, type, "[0,1]");

        await MapRunRig.UntilAsync(() => rig.AskedCount == 2 && rig.Run.Counts.Items is { Failed: 1, Aborted: 1 });

        // Time does not pass while its task is asked.
        rig.Release("0");
        Assert.Equal("States.ExceedToleratedFailureThreshold", (await rig.EndAsync()).Error);
        await MapRunRig.UntilAsync(() => rig.Process.Engine.MapRunsOf(rig.Arn).All(run => run.Counts.Items.Running == 0));
        await rig.RestartAsync();

        var runs = rig.Process.Engine.MapRunsOf(rig.Arn);
        Assert.Equal([ExecutionStatus.Failed, ExecutionStatus.Failed], runs.Select(run => run.Status));
        Assert.Equal(new MapRunTally(0, 0, 0, 1, 0, 1), runs[0].Counts.Items);
        rig.Held.Clear();
        rig.Broken.Clear();
        await rig.RedriveAsync();
        Assert.Equal("[0,1]", (await rig.EndAsync()).Output?.Text);
        Assert.Equal([0, 1], rig.Process.Engine.MapRunsOf(rig.Arn).Select(run => run.RedriveCount));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_redrive_that_is_stopped_at_once_loses_nothing(Keeping keeping, string type)
    {
        await using var rig = new MapRunRig(keeping);
        rig.Broken.Add("2");
        await rig.StartAsync(MapRunRig.Writer + """ "MaxConcurrency":1, """, type, "[0,1,2,3]");
        await rig.EndAsync();
        rig.Broken.Clear();
        for (var i = 0; i < 3; i++)
        {
            // It may be quicker than who stops it.
            await rig.RestartAsync();
            if (rig.Process.Engine.Describe(rig.Arn)!.Status != ExecutionStatus.Succeeded)
                await rig.RedriveAsync();
            await rig.Process.Engine.StopAsync(rig.Arn, null, null);
        }

        await rig.RestartAsync();
        if (rig.Process.Engine.Describe(rig.Arn)!.Status != ExecutionStatus.Succeeded)
            await rig.RedriveAsync();
        Assert.Equal(ExecutionStatus.Succeeded, (await rig.EndAsync()).Status);
        Assert.Equal(["0", "1", "2", "3"], rig.Results("SUCCEEDED").Order());
        Assert.Equal(new MapRunTally(0, 0, 4, 0, 0, 0), rig.Run.Counts.Items);
        Assert.Equal(["0", "1"], rig.TakeAsked().Where(asked => asked is "0" or "1"));
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_run_that_is_changed_while_its_items_are_read_takes_that_up(Keeping keeping, string type)
    {
        await using var rig = new MapRunRig(keeping);
        var rest = new TaskCompletionSource();
        rig.Items = () => MapRunRig.Numbers(600, 300, rest.Task);
        rig.Held.UnionWith(["0", "1", "2"]);
        await rig.StartAsync(MapRunRig.Reader + """ "MaxConcurrency":1,"ToleratedFailureCount":5, """, type);
        await rig.UntilRunningAsync(1);
        await rig.Process.Engine.UpdateMapRunAsync(rig.Arn, rig.MapRunArn, 3);
        await rig.UntilRunningAsync(3);
        Assert.Equal((3, false), (rig.Run.MaxConcurrency, rig.Run.Counts.IsRead));
        rig.Broken.UnionWith(["0", "1"]);
        rig.Release("0");
        rig.Release("1");
        await MapRunRig.UntilAsync(() => rig.Run.Counts.Items.Failed == 2);
        await rig.Process.Engine.UpdateMapRunAsync(rig.Arn, rig.MapRunArn, null, toleratedCount: 1);

        Assert.Equal("States.ExceedToleratedFailureThreshold", (await rig.EndAsync()).Error);
        await MapRunRig.UntilAsync(() => rig.Run.Counts.Items.Running == 0);
        await rig.RestartAsync();
        Assert.Equal((ExecutionStatus.Failed, 3, 1L), (rig.Run.Status, rig.Run.MaxConcurrency, rig.Run.ToleratedFailureCount));
        Assert.Equal(2L, rig.Run.Counts.Items.Failed);
        Assert.NotEqual(0L, rig.Run.Counts.Items.Aborted);
        rest.SetResult();
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task Items_and_executions_are_counted_apart_with_batches(Keeping keeping, string type)
    {
        await using var rig = new MapRunRig(keeping);
        rig.Broken.Add("""{"Items":[2,3]}""");
        rig.Held.Add("""{"Items":[4]}""");
        await rig.StartAsync(""" "MaxConcurrency":1,"ToleratedFailureCount":2,"ItemBatcher":{"MaxItemsPerBatch":2}, """, type, "[0,1,2,3,4]");
        await MapRunRig.UntilAsync(() => rig.AskedCount == 3 && rig.Run.Counts.Executions.Running == 1);
        Assert.Equal((new MapRunTally(0, 1, 2, 2, 0, 0), new MapRunTally(0, 1, 1, 1, 0, 0)), (rig.Run.Counts.Items, rig.Run.Counts.Executions));
        if (keeping != Keeping.Restart)
            rig.Release("""{"Items":[4]}""");
        await rig.RestartAsync(rig.Held.Clear);

        Assert.Equal(ExecutionStatus.Succeeded, (await rig.EndAsync()).Status);
        Assert.Equal((new MapRunTally(0, 0, 3, 2, 0, 0), new MapRunTally(0, 0, 2, 1, 0, 0)), (rig.Run.Counts.Items, rig.Run.Counts.Executions));
        await rig.RestartAsync();
        Assert.Equal((new MapRunTally(0, 0, 3, 2, 0, 0), new MapRunTally(0, 0, 2, 1, 0, 0)), (rig.Run.Counts.Items, rig.Run.Counts.Executions));
        Assert.Equal([2, 2, 1], rig.Children.OrderBy(child => child.ItemIndex).Select(child => child.ItemCount));
    }

    [Theory]
    [InlineData("standard")]
    [InlineData("express")]
    public async Task A_run_that_a_file_of_format_3_has_under_way_goes_on(string machine)
    {
        using var durable = new Durable { Now = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero) };
        File.Copy(Path.Combine(HandlerFixtures.RepoRoot, "tests", "Engine.Tests", "Store", "Files", "format-3.db"), Path.Combine(durable.Folder, "stateside.db"));
        var arn = $"arn:aws:states:us-east-1:123456789012:execution:{machine}:e";
        string mapRun;
        await using (var process = durable.Open(_ => new ValueTask<TaskOutcome>(new TaskCompletionSource<TaskOutcome>().Task)))
        {
            using var held = process.Engine.HoldTime();
            process.Engine.Restore();
            mapRun = process.Engine.MapRunsOf(arn)[0].Arn;
            await MapRunRig.UntilAsync(() => process.Engine.DescribeMapRun(mapRun)!.Counts.Executions is { Succeeded: 2, Failed: 1, Running: 2 });
            Assert.Equal(new MapRunTally(1, 2, 2, 1, 0, 0), process.Engine.DescribeMapRun(mapRun)!.Counts.Items);
        }

        // What ended meanwhile is known to the next process: the run has a record from its first moment on.
        await using var next = durable.Open(request => new ValueTask<TaskOutcome>(new TaskOutcome.Completed(request.Payload)));
        Assert.Equal(3, next.Engine.List(new ExecutionQuery(mapRun)).Count(child => child.Status != ExecutionStatus.Running));
        next.Engine.Restore();

        var ended = await next.EndAsync(arn);
        Assert.Equal((ExecutionStatus.Succeeded, 6), (ended.Status, ((JsonArray)ended.Output!).Count));
        Assert.Equal(new MapRunTally(0, 0, 5, 1, 0, 0), next.Engine.DescribeMapRun(mapRun)!.Counts.Items);
        Assert.Equal(mapRun, Assert.Single(next.Engine.MapRunsOf(arn)).Arn);
        Assert.Equal(6, next.Engine.List(new ExecutionQuery(mapRun)).Count);
    }

    [Theory]
    [InlineData("STANDARD")]
    [InlineData("EXPRESS")]
    public async Task A_run_fails_once_so_many_items_are_read_that_too_large_a_part_has_failed(string type)
    {
        await using var rig = new MapRunRig(Keeping.Memory);

        // The last part of the items is read while all room for parts is taken, and from then on every child ends well.
        rig.Items = () => MapRunRig.Numbers((6 * 256) + 10);
        rig.Broken.UnionWith(Enumerable.Range(0, 256).Select(i => $"{i}"));
        await rig.StartAsync(MapRunRig.Reader + """ "MaxConcurrency":1,"ToleratedFailurePercentage":10, """, type);

        Assert.Equal("States.ExceedToleratedFailureThreshold", (await rig.EndAsync()).Error);
    }

    [Fact]
    public async Task A_run_may_be_stopped_while_what_never_began_is_written()
    {
        await using var rig = new MapRunRig(Keeping.Memory);
        var isAtLast = false;
        async Task Hold()
        {
            isAtLast = true;
            await new TaskCompletionSource().Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        // So far nobody reads but to write what never began.
        rig.Items = () => MapRunRig.Numbers(2000, 1990, Hold);
        rig.Broken.Add("0");
        await rig.StartAsync(MapRunRig.Reader + MapRunRig.Writer + """ "MaxConcurrency":1, """, "EXPRESS");
        await MapRunRig.UntilAsync(() => isAtLast);

        Assert.Equal(ExecutionStatus.Aborted, (await rig.Process.Engine.StopAsync(rig.Arn, null, null)).Status);
        rig.Items = () => MapRunRig.Numbers(2000);
        rig.Broken.Clear();
        await rig.RedriveAsync();
        Assert.Equal(ExecutionStatus.Succeeded, (await rig.EndAsync()).Status);
        Assert.Equal(2000, rig.Results("SUCCEEDED").Count);
    }

    [Fact]
    public async Task No_time_passes_while_items_are_read()
    {
        await using var rig = new MapRunRig(Keeping.Memory);
        var start = rig.Process.Time.GetUtcNow();
        var read = start;
        async IAsyncEnumerable<MapItem> Read()
        {
            await foreach (var item in MapRunRig.Numbers(256))
                yield return item;
            for (var i = 0; i < 10_000; i++)
                await Task.Yield();
            read = rig.Process.Time.GetUtcNow();
        }

        rig.Items = Read;
        await rig.StartMachineAsync(
            MapRunRig.Definition(MapRunRig.Reader + """ "MaxConcurrency":1, """, "EXPRESS")
                .Replace("\"Type\":\"Task\",\"Resource\":\"arn:aws:lambda:us-east-1:123456789012:function:f\"", "\"Type\":\"Wait\",\"Seconds\":60", StringComparison.Ordinal),
            "{}");

        Assert.Equal(start.AddSeconds(256 * 60), (await rig.EndAsync()).StopDate);
        Assert.Equal(start, read);
    }
}
