namespace Stateside.Testing.Tests;

/// <summary>The stories of runs. Each is in a file below Snapshots/ that is there to be read.</summary>
public sealed class StoryTests
{
    private const string Fulfil = """
        {
          "StartAt": "Prepare",
          "States": {
            "Prepare": {
              "Type": "Parallel",
              "Branches": [
                {"StartAt": "Reserve", "States": {
                  "Reserve": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:Reserve:live", "End": true}}},
                {"StartAt": "Lines", "States": {
                  "Lines": {"Type": "Map", "ItemsPath": "$.lines", "MaxConcurrency": 1, "End": true, "ItemProcessor": {"StartAt": "Pick", "States": {
                    "Pick": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": "q", "MessageBody.$": "$"},
                      "TimeoutSeconds": 90, "Retry": [{"ErrorEquals": ["Sqs.Busy"], "IntervalSeconds": 5}], "ResultSelector": {"id.$": "$.MessageId"}, "End": true}}}}}}
              ],
              "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Sorry"}],
              "Next": "Pause"
            },
            "Pause": {"Type": "Wait", "Seconds": 90061, "Next": "Done"},
            "Sorry": {"Type": "Fail", "Error": "Unfulfilled", "CausePath": "$.error.Cause"},
            "Done": {"Type": "Pass", "Parameters": {"by.$": "$$.Execution.Id", "at.$": "$$.State.EnteredTime"}, "End": true}
          }
        }
        """;

    private const string Input = """{"id": "o-1", "lines": [{"sku": "a"}, {"sku": "b"}]}""";

    [Fact]
    public async Task Branches_and_iterations_stand_below_their_state_one_after_the_other()
    {
        await using var test = WorkflowTest.FromDefinition(Fulfil);
        test.Task("Reserve").Returns(new { reserved = true });
        test.Task("Pick").Fails("Sqs.Busy", "Try later").Returns("""{"MessageId": "5d2b7f0e-3a51-4f7e-9b8e-0b8f3d9f2c11"}""");

        (await test.RunAsync(Input)).ShouldSucceed().ShouldMatchSnapshot();
    }

    [Fact]
    public async Task What_fails_ends_what_went_on_beside_it()
    {
        await using var test = WorkflowTest.FromDefinition(Fulfil.Replace("\"MaxConcurrency\": 1, ", "", StringComparison.Ordinal));
        test.Task("Reserve").NeverAnswers();
        test.Task("Pick").Fails("Sqs.QueueDoesNotExist", """{"errorMessage": "gone", "stackTrace": ["at Q.Ask() in /src/Q.cs:line 12"]}""");

        (await test.RunAsync(Input)).ShouldFail().ShouldMatchSnapshot();
    }

    [Fact]
    public async Task Callbacks_variables_and_workers_are_told()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order);
        test.Task("Price").Returns(new { total = 120, pages = Enumerable.Range(1, 40), note = new string('x', 300) });
        var execution = await test.StartAsync(new { sku = "s" });
        await (await test.CallbackAsync("Approve")).SucceedAsync(new { approved = true });
        await (await test.ActivityTaskAsync("shipping", "packer")).SucceedAsync(new { shipped = true });

        (await execution.EndAsync()).ShouldMatchSnapshot();
    }

    [Fact]
    public async Task Retries_waits_and_a_failure_in_the_end_are_told()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Reminder);
        test.Task("Remind").Fails("Sns.Busy");

        (await test.RunAsync(new { name = "Ada" })).ShouldMatchSnapshot();
    }

    [Fact]
    public async Task What_cannot_be_evaluated_is_told_with_its_place()
    {
        await using var test = WorkflowTest.FromDefinition("""
            {"QueryLanguage": "JSONata", "StartAt": "Add", "States": {"Add": {"Type": "Pass", "Output": {"sum": "{% $states.input.a + 'x' %}"}, "End": true}}}
            """);

        (await test.RunAsync("""{"a": 1}""")).ShouldMatchSnapshot();
    }

    [Fact]
    public async Task The_same_behavior_under_other_ids_and_at_another_time_is_the_same_story()
    {
        async Task<string> TellAsync(ulong seed, int day)
        {
            await using var test = WorkflowTest.FromDefinition(Fulfil, new WorkflowTestOptions
            {
                Seed = seed,
                Start = new DateTimeOffset(2031, 5, day, 4, 3, 2, TimeSpan.Zero),
                Region = $"eu-west-{seed}",
            });
            test.Task("Reserve").Returns(new { reserved = true, at = DateTimeOffset.UtcNow });
            test.Task("Pick").Answers(_ => $$"""{"MessageId": "{{Guid.NewGuid()}}"}""");
            return (await test.RunAsync(Input)).Story();
        }

        var story = await TellAsync(1, 1);
        Assert.Equal(story, await TellAsync(2, 9));
        Assert.Contains("<now>", story, StringComparison.Ordinal);
        Assert.Contains("<start+1d1h1m1s>", story, StringComparison.Ordinal);
    }
}
