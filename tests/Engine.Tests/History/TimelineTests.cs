using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.History;

/// <summary>What a history tells of visits, attempts, iterations and states; the histories are the engine's own.</summary>
public sealed class TimelineTests
{
    private const string Work = "\"Type\": \"Task\", \"Resource\": \"arn:aws:lambda:us-east-1:123456789012:function:F\"";
    private static readonly TaskOutcome Good = new TaskOutcome.Completed(JsonObject.Empty);
    private static readonly TaskOutcome Bad = new TaskOutcome.Failed(new TaskFailure("Bad", "because"));

    [Fact]
    public async Task States_one_after_another_succeed_in_order()
    {
        await using var machine = new ToldMachine("""
            { "StartAt": "A", "States": {
                "A": { "Type": "Pass", "Next": "B" },
                "B": { "Type": "Choice", "Choices": [{ "Variable": "$.no", "IsPresent": true, "Next": "A" }], "Default": "C" },
                "C": { "Type": "Wait", "Seconds": 5, "Next": "D" },
                "D": { "Type": "Succeed" } } }
            """);

        var view = await machine.RunAsync();

        Assert.Equal(["A Succeeded", "B Succeeded", "C Succeeded", "D Succeeded"], ToldMachine.Lines(view));
        Assert.Equal(TimeSpan.FromSeconds(5), view.Visits[2].Ended - view.Visits[2].Entered);
        Assert.Equal(ExecutionStatus.Succeeded, view.Status);
    }

    [Fact]
    public async Task A_loop_visits_a_state_again_and_again()
    {
        await using var machine = new ToldMachine("""
            { "StartAt": "Add", "States": {
                "Add": { "Type": "Pass", "Parameters": { "n.$": "States.MathAdd($.n, 1)" }, "Next": "More?" },
                "More?": { "Type": "Choice", "Choices": [{ "Variable": "$.n", "NumericLessThan": 3, "Next": "Add" }], "Default": "End" },
                "End": { "Type": "Succeed" } } }
            """);

        var view = await machine.RunAsync("""{"n":0}""");

        Assert.Equal(3, view.States.Single(state => state.Name == "Add")[VisitStatus.Succeeded]);
        Assert.All(view.Visits, visit => Assert.Null(visit.Outer));
    }

    [Fact]
    public async Task A_catcher_that_fails_lets_its_own_state_fail_and_not_the_one_around_it()
    {
        await using var machine = new ToldMachine("""
            { "QueryLanguage": "JSONata", "StartAt": "Outer", "States": {
                "Outer": { "Type": "Parallel", "Branches": [{ "StartAt": "Inner", "States": {
                    "Inner": { "Type": "Parallel", "Branches": [{ "StartAt": "F", "States": { "F": { "Type": "Fail", "Error": "E" } } }],
                        "Catch": [{ "ErrorEquals": ["E"], "Output": "{% $states.input.zz %}", "Next": "N" }], "End": true },
                    "N": { "Type": "Pass", "End": true } } }],
                    "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "Saved" }], "End": true },
                "Saved": { "Type": "Succeed" } } }
            """);

        var view = await machine.RunAsync();

        Assert.Equal(["Outer Caught", "Inner Failed", "F Failed", "Saved Succeeded"], view.Visits.Select(visit => $"{visit.Name} {visit.Status}"));
        Assert.Equal("States.QueryEvaluationError", view.Visits[0].Error);
    }

    [Theory]
    [InlineData("W", """{ "TimeoutSeconds": 5, "StartAt": "W", "States": { "W": { "Type": "Wait", "Seconds": 9, "End": true } } }""")]
    [InlineData("P", """
        { "TimeoutSeconds": 5, "StartAt": "P", "States": { "P": { "Type": "Parallel", "Branches": [
            { "StartAt": "W", "States": { "W": { "Type": "Wait", "Seconds": 9, "End": true } } }], "End": true } } }
        """)]
    public async Task An_execution_that_timed_out_ended_in_its_outermost_state(string state, string definition)
    {
        await using var machine = new ToldMachine(definition);
        var arn = await machine.StartAsync();
        await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken);

        var view = machine.Tell(arn);

        Assert.Equal(state, view.LastVisit(machine.Engine.ReadHistory(arn)!.Events[^1])!.Name);
        Assert.All(view.Visits, visit => Assert.Equal(VisitStatus.Aborted, visit.Status));
    }

    [Fact]
    public async Task Retries_are_attempts_of_one_visit()
    {
        var calls = 0;
        await using var machine = new ToldMachine(
            $$"""{ "StartAt": "T", "States": { "T": { {{Work}}, "Retry": [{ "ErrorEquals": ["States.ALL"] }], "End": true } } }""",
            _ => ++calls < 3 ? Bad : Good);

        var view = await machine.RunAsync();

        var visit = Assert.Single(view.Visits);
        Assert.Equal([VisitStatus.Failed, VisitStatus.Failed, VisitStatus.Succeeded], visit.Attempts.Select(attempt => attempt.Status));
        Assert.Equal(["Bad", "Bad", null], visit.Attempts.Select(attempt => attempt.Error));
        Assert.Equal(TimeSpan.FromSeconds(2), visit.Attempts[2].Begun - visit.Attempts[1].Ended);
        Assert.Equal(VisitStatus.Succeeded, visit.Status);
        Assert.Equal(2, view.States.Single().Retries);
    }

    [Fact]
    public async Task A_caught_error_is_told_from_a_success()
    {
        await using var machine = new ToldMachine(
            $$"""
            { "StartAt": "T", "States": {
                "T": { {{Work}}, "Catch": [{ "ErrorEquals": ["Bad"], "Next": "Mend" }], "Next": "Mend" },
                "Mend": { "Type": "Pass", "End": true } } }
            """,
            _ => Bad);

        var view = await machine.RunAsync();

        Assert.Equal(["T Caught Bad", "Mend Succeeded"], ToldMachine.Lines(view));
        Assert.Equal([new Passage("", "T", false), new Passage("T", "Mend", true), new Passage("Mend", "", false)], view.Passages.Keys);
    }

    [Fact]
    public async Task A_failure_that_nobody_handles_fails_the_state()
    {
        await using var machine = new ToldMachine($$"""{ "StartAt": "T", "States": { "T": { {{Work}}, "End": true } } }""", _ => Bad);

        var view = await machine.RunAsync();

        Assert.Equal(["T Failed Bad"], ToldMachine.Lines(view));
        Assert.Equal(ExecutionStatus.Failed, view.Status);
    }

    [Fact]
    public async Task A_failed_expression_belongs_to_its_state()
    {
        await using var machine = new ToldMachine($$"""
            { "QueryLanguage": "JSONata", "StartAt": "A", "States": {
                "A": { "Type": "Pass", "Next": "T" },
                "T": { {{Work}}, "Arguments": "{% $number('x') %}", "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "Mend" }], "End": true },
                "Mend": { "Type": "Pass", "Output": "{% $number('x') %}", "End": true } } }
            """);

        var view = await machine.RunAsync();

        Assert.Equal(["A Succeeded", "T Caught States.QueryEvaluationError", "Mend Failed States.QueryEvaluationError"], ToldMachine.Lines(view));
    }

    [Fact]
    public async Task Branches_stand_under_their_parallel()
    {
        await using var machine = new ToldMachine("""
            { "StartAt": "Both", "States": {
                "Both": { "Type": "Parallel", "Next": "End", "Branches": [
                    { "StartAt": "L1", "States": { "L1": { "Type": "Wait", "Seconds": 1, "Next": "L2" }, "L2": { "Type": "Pass", "End": true } } },
                    { "StartAt": "Inner", "States": { "Inner": { "Type": "Parallel", "End": true, "Branches": [
                        { "StartAt": "I", "States": { "I": { "Type": "Pass", "End": true } } }] } } }] },
                "End": { "Type": "Succeed" } } }
            """);

        Assert.Equal(
            ["Both Succeeded", "  L1/0 Succeeded", "  L2/0 Succeeded", "  Inner/1 Succeeded", "    I/0 Succeeded", "End Succeeded"],
            ToldMachine.Lines(await machine.RunAsync()));
    }

    [Fact]
    public async Task A_failing_branch_aborts_the_others()
    {
        await using var machine = new ToldMachine(
            $$"""
            { "StartAt": "Both", "States": {
                "Both": { "Type": "Parallel", "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "Mend" }], "End": true, "Branches": [
                    { "StartAt": "Slow", "States": { "Slow": { "Type": "Wait", "Seconds": 60, "End": true } } },
                    { "StartAt": "Wait", "States": { "Wait": { "Type": "Wait", "Seconds": 1, "Next": "T" }, "T": { {{Work}}, "End": true } } }] },
                "Mend": { "Type": "Pass", "End": true } } }
            """,
            _ => Bad);

        Assert.Equal(
            ["Both Caught Bad", "  Slow/0 Aborted", "  Wait/1 Succeeded", "  T/1 Failed Bad", "Mend Succeeded"],
            ToldMachine.Lines(await machine.RunAsync()));
    }

    [Fact]
    public async Task A_parallel_that_is_tried_again_supersedes_what_was_inside()
    {
        var calls = 0;
        await using var machine = new ToldMachine(
            $$"""
            { "StartAt": "Both", "States": {
                "Both": { "Type": "Parallel", "Retry": [{ "ErrorEquals": ["States.ALL"] }], "End": true, "Branches": [
                    { "StartAt": "Slow", "States": { "Slow": { "Type": "Wait", "Seconds": 60, "End": true } } },
                    { "StartAt": "T", "States": { "T": { {{Work}}, "End": true } } }] } } }
            """,
            _ => ++calls == 1 ? Bad : Good);

        var view = await machine.RunAsync();

        Assert.Equal(
            [
                "Both Succeeded x2",
                "  Slow/0 Aborted (superseded)", "  Slow/0 Succeeded",
                "  T/1 Failed Bad (superseded)", "  T/1 Succeeded",
            ],
            ToldMachine.Lines(view));
        Assert.Equal("Bad", view.Visits[0].Attempts[0].Error);
        Assert.Equal(VisitStatus.Succeeded, view.States.Single(state => state.Name == "T").Status);
    }

    [Fact]
    public async Task Iterations_of_a_map_know_their_item()
    {
        await using var machine = new ToldMachine(
            $$"""
            { "StartAt": "Each", "States": { "Each": { "Type": "Map", "MaxConcurrency": 2, "ItemsPath": "$.items", "End": true, "ItemProcessor": {
                "StartAt": "A", "States": { "A": { {{Work}}, "Next": "B" }, "B": { "Type": "Pass", "End": true } } } } } }
            """,
            _ => Good);

        var view = await machine.RunAsync("""{"items":[1,2,3]}""");

        Assert.Equal(
            ["Each Succeeded", "  A[0] Succeeded", "  B[0] Succeeded", "  A[1] Succeeded", "  B[1] Succeeded", "  A[2] Succeeded", "  B[2] Succeeded"],
            ToldMachine.Lines(view));
        Assert.Equal(3, view.Visits[0].Length);
        Assert.All(view.Iterations, iteration => Assert.Equal(VisitStatus.Succeeded, iteration.Status));
    }

    [Fact]
    public async Task A_failing_iteration_aborts_the_others()
    {
        await using var machine = new ToldMachine("""
            { "StartAt": "Each", "States": { "Each": { "Type": "Map", "ItemsPath": "$.items", "End": true, "ItemProcessor": {
                "StartAt": "W", "States": {
                    "W": { "Type": "Wait", "SecondsPath": "$", "Next": "F" },
                    "F": { "Type": "Fail", "Error": "No", "Cause": "never" } } } } } }
            """);

        var view = await machine.RunAsync("""{"items":[30,2,40]}""");

        Assert.Equal(["Each Failed No", "  W[0] Aborted", "  W[1] Succeeded", "  F[1] Failed", "  W[2] Aborted"], ToldMachine.Lines(view));
        Assert.Equal([VisitStatus.Aborted, VisitStatus.Failed, VisitStatus.Aborted], view.Iterations.Select(iteration => iteration.Status));
    }

    [Fact]
    public async Task Maps_within_maps_keep_their_iterations_apart()
    {
        await using var machine = new ToldMachine("""
            { "StartAt": "Rows", "States": { "Rows": { "Type": "Map", "ItemsPath": "$.rows", "End": true, "ItemProcessor": {
                "StartAt": "Cells", "States": { "Cells": { "Type": "Map", "End": true, "ItemProcessor": {
                    "StartAt": "W", "States": { "W": { "Type": "Wait", "SecondsPath": "$", "End": true } } } } } } } } }
            """);

        Assert.Equal(
            [
                "Rows Succeeded",
                "  Cells[0] Succeeded", "    W[0] Succeeded", "    W[1] Succeeded",
                "  Cells[1] Succeeded", "    W[0] Succeeded",
            ],
            ToldMachine.Lines(await machine.RunAsync("""{"rows":[[3,1],[2]]}""")));
    }

    [Fact]
    public async Task A_map_run_that_another_branch_cut_off_ended_then_and_not_with_the_execution()
    {
        await using var machine = new ToldMachine("""
            { "StartAt": "Both", "States": {
                "Both": { "Type": "Parallel", "Next": "Rest", "Catch": [{ "ErrorEquals": ["States.ALL"], "Next": "Rest" }], "Branches": [
                    { "StartAt": "Each", "States": { "Each": { "Type": "Map", "End": true, "ItemProcessor": {
                        "ProcessorConfig": { "Mode": "DISTRIBUTED", "ExecutionType": "STANDARD" },
                        "StartAt": "Long", "States": { "Long": { "Type": "Wait", "Seconds": 60, "End": true } } } } } },
                    { "StartAt": "Soon", "States": { "Soon": { "Type": "Wait", "Seconds": 1, "Next": "Bad" }, "Bad": { "Type": "Fail", "Error": "No" } } }] },
                "Rest": { "Type": "Wait", "Seconds": 10, "End": true } } }
            """);

        var run = Assert.Single((await machine.RunAsync("[1]")).MapRuns);

        Assert.Equal((ExecutionStatus.Aborted, 1d), (run.Status, (run.Ended!.Value - run.Started).TotalSeconds));
    }

    [Fact]
    public async Task A_stopped_execution_aborts_what_ran()
    {
        await using var machine = new ToldMachine("""
            { "StartAt": "T", "States": { "T": { "Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "End": true } } }
            """, _ => new TaskOutcome.Waiting(null));
        var arn = await machine.StartAsync();
        await machine.Engine.StopAsync(arn, "Enough", "of it");

        var view = machine.Tell(arn);

        Assert.Equal(["T Aborted"], ToldMachine.Lines(view));
        Assert.Equal(ExecutionStatus.Aborted, view.Status);
    }

    [Fact]
    public async Task What_runs_is_told_while_it_runs()
    {
        await using var machine = new ToldMachine("""
            { "StartAt": "P", "States": { "P": { "Type": "Pass", "Next": "T" }, "T": { "Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "End": true } } }
            """, _ => new TaskOutcome.Waiting(null));
        var arn = await machine.StartAsync();

        var view = machine.Tell(arn);

        Assert.Equal(["P Succeeded", "T Running"], ToldMachine.Lines(view));
        Assert.Equal(VisitStatus.Running, view.States.Single(state => state.Name == "T").Status);
        Assert.Null(view.Visits[1].Attempts.Single().Started);
    }

    [Fact]
    public async Task A_redriven_state_goes_on_in_the_same_visit()
    {
        var calls = 0;
        await using var machine = new ToldMachine(
            $$"""{ "StartAt": "P", "States": { "P": { "Type": "Pass", "Next": "T" }, "T": { {{Work}}, "Next": "E" }, "E": { "Type": "Succeed" } } }""",
            _ => ++calls == 1 ? Bad : Good);
        var arn = await machine.StartAsync();
        await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken);
        await machine.Engine.RedriveAsync(arn, null);
        await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken);

        Assert.Equal(["P Succeeded", "T Succeeded x2", "E Succeeded"], ToldMachine.Lines(machine.Tell(arn)));
    }

    [Fact]
    public async Task A_redrive_goes_on_with_the_branches_that_had_not_succeeded()
    {
        var calls = 0;
        await using var machine = new ToldMachine(
            $$"""
            { "StartAt": "Both", "States": {
                "Both": { "Type": "Parallel", "Next": "End", "Branches": [
                    { "StartAt": "Done", "States": { "Done": { "Type": "Pass", "End": true } } },
                    { "StartAt": "Slow", "States": { "Slow": { "Type": "Wait", "Seconds": 60, "End": true } } },
                    { "StartAt": "T", "States": { "T": { {{Work}}, "Next": "U" }, "U": { "Type": "Pass", "End": true } } }] },
                "End": { "Type": "Succeed" } } }
            """,
            _ => ++calls == 1 ? Bad : Good);
        var arn = await machine.StartAsync();
        await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken);
        await machine.Engine.RedriveAsync(arn, null);
        await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken);

        Assert.Equal(
            ["Both Succeeded x2", "  Done/0 Succeeded", "  Slow/1 Succeeded", "  T/2 Succeeded x2", "  U/2 Succeeded", "End Succeeded"],
            ToldMachine.Lines(machine.Tell(arn)));
    }

    [Fact]
    public async Task A_redrive_goes_on_with_the_iterations_that_had_not_succeeded()
    {
        var calls = 0;
        await using var machine = new ToldMachine(
            $$"""
            { "StartAt": "Each", "States": { "Each": { "Type": "Map", "MaxConcurrency": 2, "ItemsPath": "$.items", "End": true, "ItemProcessor": {
                "StartAt": "A", "States": { "A": { {{Work}}, "Next": "B" }, "B": { "Type": "Pass", "End": true } } } } } }
            """,
            _ => ++calls == 2 ? Bad : Good);
        var arn = await machine.StartAsync("""{"items":[1,2,3,4]}""");
        await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken);
        Assert.Equal(VisitStatus.Failed, machine.Tell(arn).Visits[0].Status);
        await machine.Engine.RedriveAsync(arn, null);
        await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken);

        var view = machine.Tell(arn);

        Assert.Equal(VisitStatus.Succeeded, view.Visits[0].Status);
        Assert.Equal([0, 1, 2, 3], view.Iterations.Where(iteration => iteration.Status == VisitStatus.Succeeded).Select(iteration => iteration.Index).Order());
        Assert.Equal(4, view.States.Single(state => state.Name == "B")[VisitStatus.Succeeded]);
    }

    [Fact]
    public async Task An_iteration_that_was_cut_off_between_two_states_goes_on_with_the_next()
    {
        await using var machine = new ToldMachine("""
            { "StartAt": "Each", "States": { "Each": { "Type": "Map", "ItemsPath": "$.items", "End": true, "ItemProcessor": { "StartAt": "Which?", "States": {
                "Which?": { "Type": "Choice", "Choices": [{ "Variable": "$", "NumericEquals": 1, "Next": "Bad" }], "Default": "A" },
                "A": { "Type": "Pass", "Next": "B" },
                "B": { "Type": "Pass", "End": true },
                "Bad": { "Type": "Fail", "Error": "No" } } } } } }
            """);
        var arn = await machine.StartAsync("""{"items":[0,1]}""");
        await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(machine.Tell(arn).Visits, visit => visit.Name == "B");
        await machine.Engine.RedriveAsync(arn, null);
        await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken);

        var view = machine.Tell(arn);

        Assert.Equal(0, view.Visits.Single(visit => visit.Name == "B").Iteration?.Index);
        Assert.Equal([VisitStatus.Succeeded, VisitStatus.Failed], view.Iterations.Select(iteration => iteration.Status));
    }

    [Fact]
    public async Task Events_that_were_seen_are_passed_over_and_gaps_refused()
    {
        await using var machine = new ToldMachine("""{ "StartAt": "A", "States": { "A": { "Type": "Pass", "Next": "B" }, "B": { "Type": "Succeed" } } }""");
        var arn = await machine.StartAsync();
        await machine.Engine.WhenEndedAsync(arn, TestContext.Current.CancellationToken);
        var view = machine.Tell(arn);
        var events = machine.Engine.ReadHistory(arn)!.Events;

        view.Take(events[1]);

        Assert.Equal(events.Count, view.LastEventId);
        Assert.Throws<InvalidOperationException>(() => view.Take(events[^1] with { Id = events.Count + 2 }));
    }

    [Fact]
    public async Task What_changed_since_an_event_says_so()
    {
        await using var machine = new ToldMachine("""
            { "StartAt": "A", "States": { "A": { "Type": "Pass", "Next": "B" }, "B": { "Type": "Wait", "Seconds": 9, "Next": "C" }, "C": { "Type": "Succeed" } } }
            """);
        var view = await machine.RunAsync();
        var entered = view.Visits[1].Id;

        Assert.Equal(["B", "C"], view.Visits.Where(visit => visit.Changed > entered).Select(visit => visit.Name));
        Assert.Equal([new Passage("B", "C", false), new Passage("C", "", false)], view.Passages.Where(passage => passage.Value > entered).Select(passage => passage.Key));
        Assert.Equal(["B", "C"], view.States.Where(state => state.Changed > entered).Select(state => state.Name));
    }
}
