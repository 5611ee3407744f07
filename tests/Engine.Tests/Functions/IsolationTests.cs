using System.Diagnostics;
using System.Text.Json;
using Stateside.Engine.Functions;
using Stateside.Engine.Functions.Processes;

namespace Stateside.Engine.Tests.Functions;

/// <summary>What a handler in a process of its own can do to itself, and cannot do to others.</summary>
public sealed class IsolationTests : IAsyncDisposable
{
    private readonly HandlerFixtures _handlers = new(Isolated);

    public ValueTask DisposeAsync() => _handlers.DisposeAsync();

    [Fact]
    public async Task Results_logs_and_errors_are_those_of_this_process()
    {
        await using var here = new HandlerFixtures();
        var request = _handlers.NewRequest() with { TraceId = "Root=1-5", ClientContext = """{"client":{"app_title":"Ü"},"custom":{"tenant":"t1"}}""" };

        var context = await _handlers.InvokeAsync(HandlerFixtures.Shape("Signatures::OnlyContext"), "null", request);
        var contextHere = await here.InvokeAsync(HandlerFixtures.Shape("Signatures::OnlyContext"), "null", request);
        var thrown = await _handlers.InvokeAsync("Behavior::ThrowInner");
        var talked = await _handlers.InvokeAsync(HandlerFixtures.Shape("Behavior::WaitAsync"), "\"a\"", request);

        Assert.Equal(contextHere.PayloadText, context.PayloadText);
        Assert.Equal((await here.InvokeAsync("Behavior::ThrowInner")).PayloadText, thrown.PayloadText);
        Assert.Equal("InvalidOrderException", thrown.ErrorType);
        Assert.Matches(
            $@"^\S+Z\t{request.RequestId}\tinfo\tbefore a\nraw \S+Z\t{request.RequestId}\tfail\tbad a\n\S+Z\t{request.RequestId}\twarn\tafter a\n\S+Z\t{request.RequestId}\tfail\t3 of 07\n$",
            talked.Log);
        Assert.NotEqual($"{Environment.ProcessId}", (await _handlers.InvokeAsync("Behavior::ProcessId")).PayloadText);
    }

    [Fact]
    public async Task A_function_finds_what_Lambda_has_in_its_variables()
    {
        var function = HandlerFixtures.Shape("Behavior::Variable") with
        {
            Name = "Named",
            Arn = "arn:aws:lambda:eu-north-1:123456789012:function:Named",
            MemorySize = 512,
            Variables = new Dictionary<string, string> { ["OWN"] = "own" },
        };

        Assert.Equal("\"Named\"", await ReadAsync("AWS_LAMBDA_FUNCTION_NAME"));
        Assert.Equal("\"512\"", await ReadAsync("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"));
        Assert.Equal("\"Shapes::Shapes.Behavior::Variable\"", await ReadAsync("_HANDLER"));
        Assert.Equal("\"/aws/lambda/Named\"", await ReadAsync("AWS_LAMBDA_LOG_GROUP_NAME"));
        Assert.Equal("\":UTC\"", await ReadAsync("TZ"));
        Assert.Equal("\"own\"", await ReadAsync("OWN"));
        Assert.Matches(@"^""127\.0\.0\.1:\d+""$", await ReadAsync("AWS_LAMBDA_RUNTIME_API"));

        async Task<string> ReadAsync(string name) => (await _handlers.InvokeAsync(function, $"\"{name}\"")).PayloadText;
    }

    [Fact]
    public async Task A_handler_that_hangs_is_killed_at_its_timeout_and_the_next_invocation_finds_another_process()
    {
        var time = new ManualTime();
        await using var handlers = new HandlerFixtures(Isolated, time);
        var function = HandlerFixtures.Shape("Behavior::RememberOrHangAsync") with { Timeout = TimeSpan.FromSeconds(10), ReservedConcurrency = 1 };
        var request = handlers.NewRequest();

        Assert.Equal("1", (await handlers.InvokeAsync(function, "false")).PayloadText);
        Assert.Equal("2", (await handlers.InvokeAsync(function, "false")).PayloadText);
        var hanging = handlers.InvokeAsync(function, "true", request);
        await handlers.WroteAsync("hanging");
        time.Advance(TimeSpan.FromSeconds(10));
        var hung = await hanging;

        Assert.Equal("Sandbox.Timedout", hung.ErrorType);
        Assert.Equal(
            $$"""{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: {{request.RequestId}} Error: Task timed out after 10.00 seconds"}""",
            hung.PayloadText);
        Assert.Contains("\thanging\n", hung.Log, StringComparison.Ordinal);
        Assert.Equal("1", (await handlers.InvokeAsync(function, "false")).PayloadText);
    }

    [Fact]
    public async Task A_handler_that_exits_fails_its_invocation_and_no_other()
    {
        var request = _handlers.NewRequest();
        var others = _handlers.InvokeAsync(HandlerFixtures.Shape("Behavior::WaitAsync") with { Name = "Other" }, "\"other\"");

        var result = await _handlers.InvokeAsync(HandlerFixtures.Shape("Behavior::ExitOrNot"), "7", request);

        Assert.Equal("Runtime.ExitError", result.ErrorType);
        Assert.Equal(
            $$"""{"errorType":"Runtime.ExitError","errorMessage":"RequestId: {{request.RequestId}} Error: Runtime exited with error: exit status 7"}""",
            result.PayloadText);
        Assert.Equal("\"other\"", (await others).PayloadText);
        Assert.Equal("0", (await _handlers.InvokeAsync("Behavior::ExitOrNot", "0")).PayloadText);
    }

    [Theory]
    [InlineData("thread", "on a thread")]
    [InlineData("async void", "from async void")]
    public async Task What_a_handler_throws_where_nobody_can_catch_it_ends_its_process_only(string how, string message)
    {
        var result = await _handlers.InvokeAsync("Behavior::ThrowOnThreadOrNot", $"\"{how}\"");

        Assert.Equal("Runtime.ExitError", result.ErrorType);
        Assert.Contains($"Error: {Crashed(134)}", result.PayloadText, StringComparison.Ordinal);
        Assert.Contains("InvalidOrderException: " + message, result.Log, StringComparison.Ordinal);
        Assert.Equal("\"well\"", (await _handlers.InvokeAsync("Behavior::ThrowOnThreadOrNot", "\"well\"")).PayloadText);
    }

    [Fact]
    public async Task A_stack_that_overflows_ends_its_process_only()
    {
        var result = await _handlers.InvokeAsync("Behavior::Overflow", "1");

        Assert.Equal("Runtime.ExitError", result.ErrorType);
        Assert.Contains($"Error: {Crashed(134)}", result.PayloadText, StringComparison.Ordinal);
        Assert.Equal("0", (await _handlers.InvokeAsync("Behavior::Overflow", "-1")).PayloadText);
    }

    [Fact]
    public async Task A_handler_that_allocates_more_than_its_memory_is_killed()
    {
        var function = HandlerFixtures.Shape("Behavior::Allocate") with { MemorySize = 256 };
        var request = _handlers.NewRequest();

        var result = await _handlers.InvokeAsync(function, "100000", request);

        Assert.Equal("Runtime.OutOfMemory", result.ErrorType);
        Assert.Equal(
            $$"""{"errorType":"Runtime.OutOfMemory","errorMessage":"RequestId: {{request.RequestId}} Error: Runtime exited with error: signal: killed"}""",
            result.PayloadText);
        Assert.Equal("1", (await _handlers.InvokeAsync(function, "1")).PayloadText);
    }

    [Fact]
    public async Task A_result_larger_than_Lambda_passes_on_is_an_error()
    {
        var result = await _handlers.InvokeAsync("Signatures::Big", "6291600");

        Assert.Equal("Function.ResponseSizeTooLarge", result.ErrorType);
    }

    [Fact]
    public async Task A_constructor_that_throws_tells_what_it_threw_and_one_that_hangs_times_out()
    {
        var time = new ManualTime();
        await using var handlers = new HandlerFixtures(Isolated, time);
        await using var here = new HandlerFixtures();

        var thrown = await handlers.InvokeAsync("ThrowingConstructor::Never");
        var hanging = handlers.InvokeAsync(HandlerFixtures.Shape("HangingConstructor::Never") with { Timeout = TimeSpan.FromSeconds(3) });
        await handlers.WroteAsync("constructing");
        time.Advance(TimeSpan.FromSeconds(12.9));
        Assert.False(hanging.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));

        Assert.Equal((await here.InvokeAsync("ThrowingConstructor::Never")).ErrorType, thrown.ErrorType);
        Assert.Contains("no TAX_RATES", thrown.PayloadText, StringComparison.Ordinal);
        Assert.Equal("Sandbox.Timedout", (await hanging).ErrorType);
    }

    [Fact]
    public async Task Invocations_at_the_same_time_run_in_processes_of_their_own_and_their_number_has_a_limit()
    {
        await using var handlers = new HandlerFixtures(options => Isolated(options) with { EnvironmentsPerFunction = 4, MaximumProcesses = 2 });
        var function = HandlerFixtures.Shape("Behavior::ProcessId");

        var processes = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => handlers.InvokeAsync(function)));
        var other = await handlers.InvokeAsync(function with { Name = "Other" });

        // The other function's process takes the place of an idle one.
        Assert.Null(other.FunctionError);
        Assert.DoesNotContain(other.PayloadText, processes.Select(result => result.PayloadText));
        Assert.All(processes, result => Assert.Null(result.FunctionError));
    }

    [Fact]
    public async Task A_process_that_nobody_needs_ends_after_a_while()
    {
        var time = new ManualTime();
        await using var handlers = new HandlerFixtures(options => Isolated(options) with { IdleLifetime = TimeSpan.FromMinutes(5) }, time);
        var first = await handlers.InvokeAsync("Behavior::ProcessId");
        using var process = Process.GetProcessById(JsonSerializer.Deserialize<int>(first.Payload.Span));

        time.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(first.PayloadText, (await handlers.InvokeAsync("Behavior::ProcessId")).PayloadText);
        time.Advance(TimeSpan.FromMinutes(10));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.NotEqual(first.PayloadText, (await handlers.InvokeAsync("Behavior::ProcessId")).PayloadText);
    }

    [Fact]
    public async Task Processes_end_with_their_host_though_a_handler_hangs_in_one()
    {
        var handlers = new HandlerFixtures(Isolated);
        var hanging = handlers.InvokeAsync("Behavior::RememberOrHangAsync", "true");
        await handlers.WroteAsync("hanging");

        await handlers.DisposeAsync();

        Assert.Equal("Runtime.ExitError", (await hanging).ErrorType);
    }

    [Fact]
    public async Task A_handler_process_ends_with_its_input_though_its_handler_hangs()
    {
        using var api = new RuntimeApi(takesPath: true);
        var function = HandlerFixtures.Shape("HangingConstructor::Never");
        var program = ThisProgramAsHandlerProcess.Command;
        var command = new ProcessCommand(
            function, HandlerFixtures.Output("Shapes"), program.FileName, program.Arguments, () => new Dictionary<string, string?>())
        {
            Remedy = "",
        };
        using var process = Process.Start(command.NewStart(api, "stream"))!;
        Assert.EndsWith("\tconstructing", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        process.StandardInput.Close();

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task A_program_that_is_not_Stateside_starts_no_handler_process()
    {
        await using var handlers = new HandlerFixtures(options => options with { Isolate = true });

        var result = await handlers.InvokeAsync("Behavior::ProcessId");

        Assert.Contains("needs a process of its own, but the running program cannot start one", result.PayloadText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_without_a_lines_end_is_in_the_log_too()
    {
        Assert.Equal("not a whole line", (await _handlers.InvokeAsync("Behavior::PartOfALine", "\"x\"")).Log);
    }

    private static FunctionHostOptions Isolated(FunctionHostOptions options) =>
        options with { Isolate = true, HandlerProcess = ThisProgramAsHandlerProcess.Command };

    // On Windows .NET ends with codes of the system's, elsewhere by a signal.
    private static string Crashed(int exitCode) => OperatingSystem.IsWindows() ? "Runtime exited with error: exit status " : ProcessExit.Reason(exitCode);
}
