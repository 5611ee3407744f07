using System.Diagnostics;
using System.Diagnostics.Metrics;
using Stateside.Engine.Execution;
using Stateside.Engine.Operations;
using Stateside.Engine.Store;
using Stateside.Engine.Tests.Execution;
using Stateside.Language.Json;
using Activity = System.Diagnostics.Activity;

namespace Stateside.Engine.Tests;

/// <summary>Spans and counts of executions, read as OpenTelemetry reads them.</summary>
public sealed class TelemetryTests
{
    private const string Retrying =
        """
        {"StartAt": "Pause", "States": {
            "Pause": {"Type": "Wait", "Seconds": 60, "Next": "Work"},
            "Work": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work",
                "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 10}], "End": true}}}
        """;

    [Fact]
    public async Task States_stand_in_their_execution_and_attempts_in_their_state_with_the_times_of_the_history()
    {
        var attempts = 0;
        var spans = await SpansAsync(Retrying, _ => attempts++ == 0
            ? new TaskOutcome.Failed(new TaskFailure("Busy", null))
            : new TaskOutcome.Completed(JsonObject.Empty));

        Assert.Equal(
            ["M", "M/Pause", "M/Work", "M/Work/arn:aws:lambda:us-east-1:123456789012:function:work", "M/Work/arn:aws:lambda:us-east-1:123456789012:function:work"],
            spans.Select(span => Path(span, spans)));
        Assert.Equal([(0, 70), (0, 60), (60, 70), (60, 60), (70, 70)], spans.Select(Seconds));
        Assert.Equal([null, null, null, "Busy", null], spans.Select(span => span.GetTagItem("error.type")));
        Assert.Equal("Succeeded", spans[0].GetTagItem("aws.step_functions.execution.status"));
        Assert.Equal(ActivityKind.Client, spans[^1].Kind);
    }

    [Fact]
    public async Task Iterations_stand_between_a_map_and_its_states()
    {
        var spans = await SpansAsync(
            """
            {"StartAt": "Each", "States": {"Each": {"Type": "Map", "ItemsPath": "$.items", "End": true,
                "ItemProcessor": {"StartAt": "Keep", "States": {"Keep": {"Type": "Pass", "End": true}}}}}}
            """,
            null, """{"items": [1, 2]}""");

        Assert.Equal(
            ["M", "M/Each", "M/Each/Each[0]", "M/Each/Each[0]/Keep", "M/Each/Each[1]", "M/Each/Each[1]/Keep"],
            spans.Select(span => Path(span, spans)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_was_under_way_when_it_failed_ends_with_the_execution_and_its_error()
    {
        var spans = await SpansAsync(Retrying, _ => new TaskOutcome.Failed(new TaskFailure("Broken", "for good")));

        Assert.Equal(["Broken", null, "Broken", "Broken"], spans.Select(span => span.GetTagItem("error.type")));
        Assert.Equal([ActivityStatusCode.Error, ActivityStatusCode.Unset, ActivityStatusCode.Error, ActivityStatusCode.Error], spans.Select(span => span.Status));
    }

    [Fact]
    public async Task What_another_branch_s_failure_ended_ends_with_that_and_not_with_the_execution()
    {
        var spans = await SpansAsync(
            """
            {"StartAt": "Both", "States": {
                "Both": {"Type": "Parallel", "Next": "Rest", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Rest"}], "Branches": [
                    {"StartAt": "Slow", "States": {"Slow": {"Type": "Wait", "Seconds": 60, "End": true}}},
                    {"StartAt": "Soon", "States": {"Soon": {"Type": "Wait", "Seconds": 1, "Next": "Bad"}, "Bad": {"Type": "Fail", "Error": "No"}}}]},
                "Rest": {"Type": "Wait", "Seconds": 10, "End": true}}}
            """,
            null);

        Assert.Equal(
            ["M (0, 11)", "M/Both (0, 1)", "M/Both/Slow (0, 1)", "M/Both/Soon (0, 1)", "M/Both/Bad (1, 1)", "M/Rest (1, 11)"],
            spans.Select(span => $"{Path(span, spans)} {Seconds(span)}"));
    }

    [Fact]
    public async Task A_redrive_tells_again_of_nothing_that_was_over_before_it()
    {
        const string Definition =
            """
            {"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "End": true,
                "Retry": [{"ErrorEquals": ["No"], "IntervalSeconds": 10, "MaxAttempts": 1}], "Branches": [
                    {"StartAt": "Slow", "States": {"Slow": {"Type": "Wait", "Seconds": 60, "End": true}}},
                    {"StartAt": "Soon", "States": {"Soon": {"Type": "Wait", "Seconds": 1, "Next": "Bad"}, "Bad": {"Type": "Fail", "Error": "No"}}}]}}}
            """;
        var spans = new List<Activity>();
        using var listener = Listener(spans);
        await using var machine = new Machine(Definition);
        await using (new ExecutionTelemetry(machine.Engine))
        {
            var execution = await machine.RunAsync();

            // What is told is told when there is time for it.
            while (Volatile.Read(ref spans).Count < 8)
                await Task.Yield();
            await machine.Engine.AdvanceAsync(Machine.Start.AddSeconds(100), TestContext.Current.CancellationToken);
            await machine.Engine.RedriveAsync(execution.Arn, null);
            await machine.Engine.WhenEndedAsync(execution.Arn, TestContext.Current.CancellationToken);
        }

        Assert.Empty(machine.Defects);
        Assert.Equal(
            [
                "M (0, 12)", "M/Both (0, 12)", "M/Both/Slow (0, 1)", "M/Both/Soon (0, 1)", "M/Both/Bad (1, 11)",
                "M/Both/Slow (11, 12)", "M/Both/Soon (11, 12)", "M/Both/Bad (12, 12)",
                "M (100, 111)", "M/Both (100, 111)", "M/Both/Slow (100, 100)", "M/Both/Bad (100, 110)",
                "M/Both/Slow (110, 111)", "M/Both/Soon (110, 111)", "M/Both/Bad (111, 111)",
            ],
            spans.Select(span => $"{Path(span, spans)} {Seconds(span)}"));
    }

    [Fact]
    public async Task The_caller_s_trace_goes_on()
    {
        var caller = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);

        var spans = await SpansAsync(Retrying, _ => new TaskOutcome.Completed(JsonObject.Empty), trace: ExecutionOperations.TraceHeader(caller));

        Assert.All(spans, span => Assert.Equal(caller.TraceId, span.TraceId));
        Assert.Equal(caller.SpanId, spans[0].ParentSpanId);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Root=1-5759e988-bd862e3fe1be46a994272793")]
    [InlineData("Root=what;Parent=ever")]
    [InlineData("Root=a;Root=b;Parent;=")]
    public void A_header_that_names_no_activity_is_nobody_s(string? header) => Assert.Equal(default, ExecutionTelemetry.Caller(header));

    [Fact]
    public async Task Executions_are_counted_and_timed_by_state_machine()
    {
        var measured = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ExecutionTelemetry.Name)
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        void Note<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var line = $"{instrument.Name} {value} {tags[0].Value}";
            lock (measured)
                measured.Add(line);
        }

        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
        await using var machine = new Machine(Retrying, request => request.Execution.Name == "good"
            ? new TaskOutcome.Completed(JsonObject.Empty)
            : new TaskOutcome.Failed(new TaskFailure("Broken", null)));
        await using (new ExecutionTelemetry(machine.Engine))
        {
            await machine.RunAsync(name: "good");
            await machine.RunAsync(name: "bad");
        }

        Assert.Equal(
            [
                "stateside.execution.duration 60 M", "stateside.execution.duration 60 M", "stateside.executions.failed 1 M",
                "stateside.executions.started 1 M", "stateside.executions.started 1 M", "stateside.executions.succeeded 1 M",
                "stateside.state_transitions 1 M", "stateside.state_transitions 1 M", "stateside.state_transitions 1 M", "stateside.state_transitions 1 M",
            ],
            measured.Order(StringComparer.Ordinal));
    }

    private static async Task<List<Activity>> SpansAsync(
        string definition, Func<TaskRequest, TaskOutcome>? task, string input = "{}", string? trace = null)
    {
        var spans = new List<Activity>();
        using var listener = Listener(spans);
        await using var machine = new Machine(definition, task);
        await using (new ExecutionTelemetry(machine.Engine))
            await machine.RunAsync(input, trace: trace);
        Assert.Empty(machine.Defects);
        Assert.All(spans, span => Assert.True(span.IsStopped));
        return spans;
    }

    private static ActivityListener Listener(List<Activity> spans)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ExecutionTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    private static string Path(Activity span, List<Activity> spans) =>
        spans.Find(other => other.SpanId == span.ParentSpanId) is { } parent ? $"{Path(parent, spans)}/{span.DisplayName}" : span.DisplayName;

    private static (int From, int To) Seconds(Activity span)
    {
        var from = (span.StartTimeUtc - Machine.Start.UtcDateTime).TotalSeconds;
        return ((int)from, (int)(from + span.Duration.TotalSeconds));
    }
}
