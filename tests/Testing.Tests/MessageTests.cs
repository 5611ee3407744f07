namespace Stateside.Testing.Tests;

public sealed class MessageTests
{
    [Fact]
    public void A_failure_carries_its_message() =>
        Assert.Equal("expected one thing, was another", new WorkflowAssertionException("expected one thing, was another").Message);
}
