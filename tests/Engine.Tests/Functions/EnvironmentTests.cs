using System.IO.Pipes;
using System.Text.Json;
using Stateside.Engine.Functions;
using Stateside.Engine.Tests.Execution;

namespace Stateside.Engine.Tests.Functions;

public sealed class EnvironmentTests : IAsyncDisposable
{
    private readonly HandlerFixtures _handlers = new();

    public ValueTask DisposeAsync() => _handlers.DisposeAsync();

    [Fact]
    public async Task Static_state_and_the_handlers_object_live_on_between_invocations()
    {
        var function = HandlerFixtures.Shape("Behavior::Remember");

        Assert.Equal("[1,1]", (await _handlers.InvokeAsync(function)).PayloadText);
        Assert.Equal("[2,1]", (await _handlers.InvokeAsync(function)).PayloadText);
    }

    [Fact]
    public async Task Functions_of_one_assembly_share_no_static_state()
    {
        var function = HandlerFixtures.Shape("Behavior::Remember");

        await _handlers.InvokeAsync(function);

        Assert.Equal("[1,1]", (await _handlers.InvokeAsync(function with { Name = "Other" })).PayloadText);
    }

    [Theory]
    [InlineData("aabbccdd:3|00000001:1", "\"stateside-function=Behavior-TraceState,stateside-lineage=aabbccdd:3|00000001:1\"")]
    [InlineData(null, "null")]
    public async Task What_led_to_an_invocation_is_told_with_what_its_HttpClient_sends(string? lineage, string told)
    {
        var request = _handlers.NewRequest() with { Lineage = lineage };

        Assert.Equal(told, (await _handlers.InvokeAsync(HandlerFixtures.Shape("Behavior::TraceState"), request: request)).PayloadText);
    }

    [Fact]
    public async Task A_handler_past_its_timeout_fails_as_on_Lambda()
    {
        var time = new ManualTime();
        await using var handlers = new HandlerFixtures(time: time);
        var request = handlers.NewRequest();

        var hanging = await HangAsync(handlers, 3, request);
        time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(hanging.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));

        var result = await hanging;
        Assert.Equal("Unhandled", result.FunctionError);
        Assert.Equal("Sandbox.Timedout", result.ErrorType);
        Assert.Equal(
            $$"""{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: {{request.RequestId}} Error: Task timed out after 3.00 seconds"}""",
            result.PayloadText);
    }

    [Fact]
    public async Task After_a_timeout_the_next_invocation_finds_a_fresh_environment()
    {
        var time = new ManualTime();
        await using var handlers = new HandlerFixtures(time: time);
        var function = HandlerFixtures.Shape("Behavior::RememberOrHangAsync") with { Timeout = TimeSpan.FromSeconds(2), ReservedConcurrency = 1 };

        Assert.Equal("1", (await handlers.InvokeAsync(function, "false")).PayloadText);
        Assert.Equal("2", (await handlers.InvokeAsync(function, "false")).PayloadText);
        var hanging = await HangAsync(handlers, 2, handlers.NewRequest());
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("Sandbox.Timedout", (await hanging).ErrorType);
        Assert.Equal("1", (await handlers.InvokeAsync(function, "false")).PayloadText);
    }

    [Fact]
    public async Task Each_invocation_has_the_whole_timeout_to_itself()
    {
        var time = new ManualTime();
        await using var handlers = new HandlerFixtures(time: time);
        var function = HandlerFixtures.Shape("Behavior::RememberOrHangAsync") with { Timeout = TimeSpan.FromSeconds(3), ReservedConcurrency = 1 };

        await handlers.InvokeAsync(function, "false");
        time.Advance(TimeSpan.FromSeconds(2));
        var hanging = await HangAsync(handlers, 3, handlers.NewRequest());
        time.Advance(TimeSpan.FromSeconds(2));

        Assert.False(hanging.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("Sandbox.Timedout", (await hanging).ErrorType);
    }

    [Fact]
    public async Task While_a_debugger_is_attached_timeouts_stand_still()
    {
        var time = new ManualTime();
        var isAttached = true;
        await using var handlers = new HandlerFixtures(options => options with { IsDebuggerAttached = () => Volatile.Read(ref isAttached) }, time);

        Assert.True(handlers.Host.TimeoutsStandStill);
        var remaining = await handlers.InvokeAsync(HandlerFixtures.Shape("Behavior::Remaining") with { Timeout = TimeSpan.FromSeconds(7) });
        Assert.Equal("7", remaining.PayloadText);
        var hanging = await HangAsync(handlers, 3, handlers.NewRequest());
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.False(hanging.IsCompleted);

        // Once it is gone they run again.
        Volatile.Write(ref isAttached, false);
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("Sandbox.Timedout", (await hanging).ErrorType);
        Assert.False(handlers.Host.TimeoutsStandStill);
    }

    [Fact]
    public async Task Timeouts_run_under_a_debugger_when_told_to()
    {
        var time = new ManualTime();
        await using var handlers = new HandlerFixtures(options => options with { IsDebuggerAttached = () => true, TimeoutsWhileDebugging = true }, time);

        Assert.False(handlers.Host.TimeoutsStandStill);
        var hanging = await HangAsync(handlers, 3, handlers.NewRequest());
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("Sandbox.Timedout", (await hanging).ErrorType);
    }

    [Fact]
    public async Task A_constructor_that_hangs_times_out_after_the_time_of_the_init_phase_and_its_own()
    {
        var time = new ManualTime();
        await using var handlers = new HandlerFixtures(time: time);

        var hanging = handlers.InvokeAsync(HandlerFixtures.Shape("HangingConstructor::Never") with { Timeout = TimeSpan.FromSeconds(3) });
        await handlers.WroteAsync("constructing");
        time.Advance(TimeSpan.FromSeconds(12.9));
        Assert.False(hanging.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal("Sandbox.Timedout", (await hanging).ErrorType);
    }

    [Fact]
    public async Task The_time_of_the_init_phase_runs_from_its_beginning()
    {
        var time = new ManualTime();
        var function = HandlerFixtures.Shape("HangingConstructor::Never") with { Timeout = TimeSpan.FromSeconds(3) };
        var request = _handlers.NewRequest();
        var options = new FunctionHostOptions { StateDirectory = _handlers.StateDirectory, OutputDirectory = null };
        var pool = new EnvironmentPool(function, time, options, slots: null, hostEnds: CancellationToken.None, start: (_, _, _, _) =>
        {
            time.Advance(TimeSpan.FromSeconds(13));
            return new TaskCompletionSource<FunctionEnvironment>().Task;
        });

        var result = await pool.InvokeAsync("null"u8.ToArray(), request, new InvocationLog(time, function, request.RequestId, null), TestContext.Current.CancellationToken)
            .WaitAsync(Machine.Patience, TestContext.Current.CancellationToken);

        Assert.Equal("Sandbox.Timedout", result.ErrorType);
    }

    [Fact]
    public async Task The_remaining_time_counts_down_from_the_timeout()
    {
        var result = await _handlers.InvokeAsync(HandlerFixtures.Shape("Behavior::Remaining") with { Timeout = TimeSpan.FromSeconds(100) });

        Assert.InRange(double.Parse(result.PayloadText, System.Globalization.CultureInfo.InvariantCulture), 1, 99.999999);
    }

    [Fact]
    public async Task Callers_beyond_the_reserved_concurrency_wait_their_turn()
    {
        var function = await _handlers.PreparedAsync(HandlerFixtures.Shape("Behavior::Block") with { ReservedConcurrency = 1 });
        using var first = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        using var second = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);

        var one = _handlers.InvokeAsync(function, JsonSerializer.Serialize(first.GetClientHandleAsString()));
        var two = _handlers.InvokeAsync(function, JsonSerializer.Serialize(second.GetClientHandleAsString()));
        second.WriteByte(2);
        await _handlers.InvokeAsync("Signatures::Calls");
        Assert.False(two.IsCompleted);
        first.WriteByte(1);

        Assert.Equal("\"unblocked by 1\"", (await one).PayloadText);
        Assert.Equal("\"unblocked by 2\"", (await two).PayloadText);
    }

    [Fact]
    public async Task Handlers_that_keep_their_threads_do_not_hold_up_others()
    {
        var pipes = Enumerable.Range(0, 12).Select(_ => new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None)).ToList();
        var blocked = pipes.Select((pipe, index) => _handlers.InvokeAsync(
            HandlerFixtures.Shape("Behavior::Block") with { Name = "Block" + index }, JsonSerializer.Serialize(pipe.GetClientHandleAsString()))).ToList();

        Assert.Equal("\"free!\"", (await _handlers.InvokeAsync("Signatures::Text", "\"free\"")).PayloadText);

        foreach (var pipe in pipes)
            pipe.WriteByte(9);
        Assert.All(await Task.WhenAll(blocked), result => Assert.Equal("\"unblocked by 9\"", result.PayloadText));
        pipes.ForEach(pipe => pipe.Dispose());
    }

    [Fact]
    public async Task A_caller_may_stop_waiting_and_the_handler_runs_on()
    {
        var function = await _handlers.PreparedAsync(HandlerFixtures.Shape("Behavior::Block") with { ReservedConcurrency = 1 });
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        using var impatience = new CancellationTokenSource();

        var running = _handlers.Host.InvokeAsync(
            function, JsonSerializer.SerializeToUtf8Bytes(pipe.GetClientHandleAsString()), _handlers.NewRequest(), impatience.Token);
        var waiting = _handlers.Host.InvokeAsync(function, "\"0\""u8.ToArray(), _handlers.NewRequest(), impatience.Token);
        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        pipe.WriteByte(1);
        using var next = new AnonymousPipeServerStream(PipeDirection.Out, HandleInheritability.None);
        next.WriteByte(3);
        var result = await _handlers.InvokeAsync(function, JsonSerializer.Serialize(next.GetClientHandleAsString()));
        Assert.Equal("\"unblocked by 3\"", result.PayloadText);
    }

    [Fact]
    public async Task A_function_without_any_concurrency_is_throttled()
    {
        var result = await _handlers.InvokeAsync(HandlerFixtures.Shape("Behavior::Remember") with { ReservedConcurrency = 0 });

        Assert.True(result.IsThrottled);
    }

    [Fact]
    public async Task A_changed_configuration_starts_anew()
    {
        var function = HandlerFixtures.Shape("Behavior::Remember");

        await _handlers.InvokeAsync(function);
        await _handlers.InvokeAsync(function with { Timeout = TimeSpan.FromSeconds(61) });

        Assert.Equal("[1,1]", (await _handlers.InvokeAsync(function)).PayloadText);
        Assert.Equal("[2,1]", (await _handlers.InvokeAsync(function with { Name = new string(function.Name) })).PayloadText);
    }

    // Returns once the handler runs: it says so before it hangs.
    private static async Task<Task<InvocationResult>> HangAsync(HandlerFixtures handlers, int timeout, InvocationOptions request)
    {
        var function = HandlerFixtures.Shape("Behavior::RememberOrHangAsync") with { Timeout = TimeSpan.FromSeconds(timeout), ReservedConcurrency = 1 };
        var hanging = handlers.InvokeAsync(function, "true", request);
        await handlers.WroteAsync("hanging");
        return hanging;
    }
}
