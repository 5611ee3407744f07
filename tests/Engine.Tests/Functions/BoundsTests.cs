using System.IO.Pipes;
using System.Text.Json;

namespace Stateside.Engine.Tests.Functions;

/// <summary>What a host takes at most, and what it survives of handlers in its own process.</summary>
public sealed class BoundsTests
{
    [Fact]
    public async Task Invocations_beyond_those_that_may_wait_are_throttled_and_the_others_are_not()
    {
        await using var handlers = new HandlerFixtures(options => options with { MaximumWaiting = 1 });
        var function = await handlers.PreparedAsync(HandlerFixtures.Shape("Behavior::Block") with { ReservedConcurrency = 1 });
        using var first = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        using var second = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);

        var running = handlers.InvokeAsync(function, JsonSerializer.Serialize(first.GetClientHandleAsString()));
        var waiting = handlers.InvokeAsync(function, JsonSerializer.Serialize(second.GetClientHandleAsString()));
        var throttled = await handlers.InvokeAsync(function, "\"0\"");
        second.WriteByte(2);
        first.WriteByte(1);

        Assert.True(throttled.IsThrottled);
        Assert.Equal("\"unblocked by 1\"", (await running).PayloadText);
        Assert.Equal("\"unblocked by 2\"", (await waiting).PayloadText);
    }

    [Fact]
    public async Task Invocations_of_all_functions_have_a_limit_too()
    {
        await using var handlers = new HandlerFixtures(options => options with { MaximumInvocations = 1 });
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);

        var running = handlers.InvokeAsync(HandlerFixtures.Shape("Behavior::Block"), JsonSerializer.Serialize(pipe.GetClientHandleAsString()));
        var throttled = await handlers.InvokeAsync("Signatures::Calls");
        pipe.WriteByte(1);

        Assert.True(throttled.IsThrottled);
        Assert.Equal("\"unblocked by 1\"", (await running).PayloadText);
        Assert.Equal("1", (await handlers.InvokeAsync("Signatures::Calls")).PayloadText);
    }

    [Theory]
    [InlineData("thread", "on a thread")]
    [InlineData("async void", "from async void")]
    public async Task What_a_handler_in_this_process_throws_where_nobody_can_catch_it_ends_its_invocation(string how, string message)
    {
        await using var handlers = new HandlerFixtures();
        var request = handlers.NewRequest();

        var result = await handlers.InvokeAsync(HandlerFixtures.Shape("Behavior::ThrowOnThreadOrNot"), $"\"{how}\"", request);

        Assert.Equal("Runtime.ExitError", result.ErrorType);
        Assert.Equal(
            $$"""{"errorType":"Runtime.ExitError","errorMessage":"RequestId: {{request.RequestId}} Error: Runtime exited with error: signal: aborted"}""",
            result.PayloadText);
        Assert.Contains("Exception: " + message, result.Log, StringComparison.Ordinal);
        Assert.Equal("\"well\"", (await handlers.InvokeAsync("Behavior::ThrowOnThreadOrNot", "\"well\"")).PayloadText);
    }

    [Fact]
    public async Task An_environment_that_nobody_needs_is_let_go_after_a_while()
    {
        var time = new ManualTime();
        await using var handlers = new HandlerFixtures(options => options with { IdleLifetime = TimeSpan.FromMinutes(5) }, time);

        Assert.Equal("[1,1]", (await handlers.InvokeAsync("Behavior::Remember")).PayloadText);
        time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal("[2,1]", (await handlers.InvokeAsync("Behavior::Remember")).PayloadText);
        time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal("[1,1]", (await handlers.InvokeAsync("Behavior::Remember")).PayloadText);
    }
}
