using Stateside.Testing;

namespace Stateside.Workflow.Tests;

/// <summary>A definition without a template, which waits for months: a test of it takes milliseconds.</summary>
public sealed class ReminderTests
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    [Fact]
    public async Task A_paid_invoice_needs_no_reminder()
    {
        await using var test = Test();
        test.Task("IsPaid").Returns("""{"Item": {"id": {"S": "INV-1"}}}""");

        var run = await test.RunAsync(new { invoice = "INV-1", reminders = 0 });

        run.ShouldSucceed().ShouldFollow("Wait30Days", "IsPaid", "Decide", "Paid").ShouldTake(Month);
    }

    [Fact]
    public async Task An_invoice_that_stays_unpaid_is_handed_on_after_two_reminders()
    {
        await using var test = Test();
        test.Task("IsPaid").Returns("{}");
        var remind = test.Task("Remind").Returns("""{"MessageId": "m"}""");

        var run = await test.RunAsync(new { invoice = "INV-2", reminders = 0 });

        run.ShouldFail("NotPaid").ShouldVisit("Remind", times: 2).ShouldTake(3 * Month);
        Assert.Equal([test.Options.Start + Month, test.Options.Start + (2 * Month)], remind.Calls.Select(call => call.Time));
    }

    private static WorkflowTest Test() => WorkflowTest.FromFile(Path.Combine(OrderIntake.RepoRoot, "tests", "Workflow.Tests", "reminder.asl.json"), new WorkflowTestOptions
    {
        Substitutions = new Dictionary<string, string> { ["PaymentsTable"] = "payments", ["RemindersTopic"] = "arn:aws:sns:us-east-1:123456789012:reminders" },
    });
}
