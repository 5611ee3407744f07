using Stateside.Engine.History;

namespace Stateside.Testing.Tests;

public sealed class StubTests
{
    [Fact]
    public async Task A_wait_of_thirty_days_passes_at_once_and_is_counted()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Reminder);
        test.Task("Remind").Returns(new { messageId = "m-1" });

        var run = await test.RunAsync(new { name = "Ada" });

        run.ShouldSucceed().ShouldFollow("Wait30Days", "Remind", "Done").ShouldTake(TimeSpan.FromDays(30))
            .ShouldGive(new { name = "Ada", sent = new { messageId = "m-1" } });
        Assert.Equal(ExecutionStatus.Succeeded, run.Status);
    }

    [Fact]
    public async Task Answers_come_in_their_order_and_pauses_between_them_are_counted()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Reminder);
        var remind = test.Task("Remind").Fails("Sns.Busy", times: 2).Returns("""{"messageId": "m-3"}""");

        var run = await test.RunAsync(new { name = "Ada" });

        run.ShouldRetry("Remind", 2).ShouldRetry("Remind", "Sns.Busy", "Sns.Busy").ShouldGive("$.sent.messageId", "m-3")
            .ShouldTake(TimeSpan.FromDays(30) + TimeSpan.FromSeconds(30));
        Assert.Equal([0, 10, 30], remind.Calls.Select(call => (call.Time - remind.Calls[0].Time).TotalSeconds));
        Assert.All(remind.Calls, call => Assert.Equal("Ada", call.Input<Dictionary<string, string>>()["Message"]));
    }

    [Fact]
    public async Task An_error_that_stays_is_caught_after_its_retries()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Reminder);
        test.Task("Remind").Fails("Sns.Busy");

        var run = await test.RunAsync(new { name = "Ada" });

        run.ShouldFail("NotReminded", "Sns.Busy").ShouldRetry("Remind", 3).ShouldCatch("Remind", "Sns.Busy", "GiveUp").ShouldNotVisit("Done");
    }

    [Fact]
    public async Task What_nothing_answers_fails_the_test_and_not_only_the_task()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Reminder);

        var failure = await Assert.ThrowsAsync<WorkflowAssertionException>(() => test.RunAsync(new { name = "Ada" }));

        Assert.Contains("test.Task(\"Remind\").Returns(…)", failure.Message, StringComparison.Ordinal);
    }

    private const string Job = """
        {"StartAt":"Run","States":{"Run":{"Type":"Task","Resource":"arn:aws:states:::batch:submitJob.sync","Parameters":{"JobName":"j","JobQueue":"q","JobDefinition":"d"},
        "TimeoutSeconds":3600,"End":true}}}
        """;

    [Fact]
    public async Task A_stubbed_job_is_submitted_before_it_is_over()
    {
        await using var test = WorkflowTest.FromDefinition(Job);
        test.Task("Run").Returns(new { Status = "SUCCEEDED" }).After(TimeSpan.FromMinutes(5));

        var run = await test.RunAsync();

        run.ShouldSucceed().ShouldGive(new { Status = "SUCCEEDED" }).ShouldTake(TimeSpan.FromMinutes(5));
        Assert.Equal(["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskSucceeded"], run.History.Skip(2).SkipLast(2).Select(e => e.Type.ToString()));
    }

    [Theory]
    [InlineData("States.TaskFailed", "TaskSubmitted")]
    [InlineData("Batch.ServerException", "TaskStarted")]
    public async Task A_stubbed_job_fails_once_it_was_submitted_unless_the_error_is_its_service_s(string error, string before)
    {
        await using var test = WorkflowTest.FromDefinition(Job);
        test.Task("Run").Fails(error);

        var run = await test.RunAsync();

        run.ShouldFail(error);
        Assert.Equal(before, run.History.TakeWhile(e => e.Type != HistoryEventType.TaskFailed).Last().Type.ToString());
    }

    [Fact]
    public async Task Callbacks_and_activities_are_the_test_s_to_answer()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order);
        test.Function("price").Answers((Dictionary<string, string> input) => new { sku = input["sku"], total = 120 });
        var execution = await test.StartAsync(new { sku = "A" });

        var approval = await test.CallbackAsync("Approve");
        Assert.Equal("120", ((Language.Json.JsonObject)approval.Payload)["MessageBody"] is Language.Json.JsonObject body ? body["total"]!.Text : "");
        await test.AdvanceAsync(TimeSpan.FromMinutes(9));
        await approval.HeartbeatAsync();
        await test.AdvanceAsync(TimeSpan.FromMinutes(9));
        await approval.SucceedAsync(new { by = "Grace" });
        var shipping = await test.ActivityTaskAsync("shipping", "worker-1");
        await shipping.SucceedAsync(new { parcel = 7 });
        var run = await execution.EndAsync();

        run.ShouldFollow("Price", "IsDear", "Approve", "Ship").ShouldGive(new { parcel = 7 }).ShouldAssign("total", 120)
            .ShouldTake(TimeSpan.FromMinutes(18)).ShouldSend("Price", new { sku = "A" });
    }

    [Fact]
    public async Task A_heartbeat_that_does_not_come_is_missed_when_the_test_moves_the_clock()
    {
        await using var test = WorkflowTest.FromDefinition(Definitions.Order);
        test.Function("price").Returns(new { total = 120 });
        var execution = await test.StartAsync(new { sku = "A" });
        await test.CallbackAsync("Approve");

        await test.AdvanceAsync(TimeSpan.FromMinutes(10));

        (await execution.EndAsync()).ShouldFollow("Price", "IsDear", "Approve", "Forgotten").ShouldCatch("Approve", "States.Timeout", "Forgotten")
            .ShouldTake(TimeSpan.FromMinutes(10));
    }
}
