using Stateside.Testing;

namespace Stateside.Workflow.Tests;

public sealed class SoundnessTests
{
    [Fact]
    public Task Order_intake_is_sound() => WorkflowCheck.Of("serverless.template").ShouldBeSound();

    [Fact]
    public Task So_is_the_reminder_but_for_a_worker_that_may_be_lost() => WorkflowCheck.Of("reminder.asl.json").Allowing("MISSING_TIMEOUT").ShouldBeSound();
}
