using System.Globalization;
using Stateside.Engine.History;
using Stateside.Language.Json;
using Stateside.Language.Validation;

namespace Stateside.Engine.Tests.History;

/// <summary>The table of events against the API's names, which are made up of what they say.</summary>
public sealed class EventKindTests
{
    [Fact]
    public void Every_type_has_one_row_at_its_number()
    {
        Assert.Equal(62, EventKinds.All.Count);
        Assert.Equal(Enum.GetValues<HistoryEventType>(), EventKinds.All.Select(kind => kind.Type));
    }

    [Fact]
    public void A_row_says_what_the_name_says()
    {
        foreach (var kind in EventKinds.All)
            Assert.Contains(kind.Name, NamesOf(kind));
    }

    [Fact]
    public void Details_are_named_after_the_type_but_those_of_states()
    {
        foreach (var kind in EventKinds.All.Where(kind => kind.Details is not null))
        {
            var name = kind.Says switch
            {
                EventSays.Entered => "stateEntered",
                EventSays.Exited => "stateExited",
                _ => char.ToLower(kind.Name[0], CultureInfo.InvariantCulture) + kind.Name[1..],
            };
            Assert.Equal($"{name}EventDetails", kind.Details);
        }

        Assert.Equal(
            [
                "LambdaFunctionStarted", "MapRunAborted", "MapRunSucceeded", "MapStateAborted", "MapStateFailed", "MapStateSucceeded", "ParallelStateAborted",
                "ParallelStateFailed", "ParallelStateStarted", "ParallelStateSucceeded", "TaskStateAborted", "WaitStateAborted",
            ],
            EventKinds.All.Where(kind => kind.Details is null).Select(kind => kind.Name));
    }

    [Fact]
    public void An_execution_ends_in_four_ways()
    {
        Assert.Equal(
            [ExecutionStatus.Aborted, ExecutionStatus.Failed, ExecutionStatus.Succeeded, ExecutionStatus.TimedOut],
            EventKinds.All.Where(kind => kind.EndsExecution).Select(kind => kind.End!.Value));
    }

    [Fact]
    public void Whatever_failed_timed_out_or_was_aborted_is_a_failure_and_so_is_a_fail_state()
    {
        foreach (var kind in EventKinds.All)
        {
            var ending = new[] { "Failed", "TimedOut", "Aborted" }.Any(kind.Name.EndsWith);
            Assert.Equal(ending || kind.Name == "FailStateEntered", kind.IsFailure);
        }
    }

    [Fact]
    public void A_state_is_entered_left_and_aborted_by_its_own_type()
    {
        var parsed = DefinitionParser.Parse("""
            {"StartAt": "T", "States": {
                "T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Next": "P"},
                "P": {"Type": "Pass", "Next": "C"},
                "C": {"Type": "Choice", "Choices": [{"Variable": "$.f", "IsPresent": true, "Next": "F"}], "Default": "W"},
                "W": {"Type": "Wait", "Seconds": 1, "Next": "L"},
                "L": {"Type": "Parallel", "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}], "Next": "M"},
                "M": {"Type": "Map", "ItemProcessor": {"StartAt": "I", "States": {"I": {"Type": "Pass", "End": true}}}, "Next": "S"},
                "S": {"Type": "Succeed"},
                "F": {"Type": "Fail"}}}
            """);
        foreach (var state in parsed.Definition!.States)
        {
            Assert.Equal($"{state.Type}StateEntered", HistoryEvents.StateEntered(state, JsonNull).Type.Name());
            if (state.Type != "Fail")
                Assert.Equal($"{state.Type}StateExited", HistoryEvents.StateExited(state, JsonNull, JsonObject.Empty).Type.Name());
            if (HistoryEvents.Aborted(state) is { } aborted)
                Assert.Equal($"{state.Type}StateAborted", aborted.Type.Name());
        }
    }

    [Fact]
    public void Statuses_are_read_as_they_are_written()
    {
        Assert.Equal(["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"], Enum.GetValues<ExecutionStatus>().Select(status => status.Name()));
        foreach (var status in Enum.GetValues<ExecutionStatus>())
            Assert.Equal(status, ExecutionStatuses.Of(status.Name().ToLowerInvariant()));
        Assert.Null(ExecutionStatuses.Of("PENDING_REDRIVE"));
        Assert.Null(ExecutionStatuses.Of(null));
    }

    private static JsonValue JsonNull => JsonValue.Null;

    private static IEnumerable<string> NamesOf(EventKind kind)
    {
        var says = kind.Stage switch
        {
            EventSays.Scheduled => "ScheduleFailed",
            EventSays.Started => "StartFailed",
            EventSays.Submitted => "SubmitFailed",
            _ => kind.Says.ToString(),
        };
        return kind.Subject switch
        {
            EventSubject.State or EventSubject.Group => [$"{kind.StateType}State{says}"],
            EventSubject.Task => [$"Task{says}", $"LambdaFunction{says}", $"Activity{says}"],
            EventSubject.Iteration => [$"{kind.StateType}Iteration{says}"],
            EventSubject.MapRun => [$"{kind.StateType}Run{says}"],
            _ => [$"{kind.Subject}{says}"],
        };
    }
}
