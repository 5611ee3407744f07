using System.Text.Json;
using Stateside.Engine.Functions;

namespace Stateside.Engine.Tests.Functions;

/// <summary>Tests that set or expect variables of the whole process, where every other host of functions sets its own.</summary>
[CollectionDefinition(nameof(ProcessVariables), DisableParallelization = true)]
public sealed class ProcessVariables;

[Collection(nameof(ProcessVariables))]
public sealed class VariableTests
{
    [Fact]
    public async Task Functions_see_the_variables_of_all()
    {
        await using var handlers = new HandlerFixtures();
        var function = Reads("SEEN_BY_ALL_1", ("SEEN_BY_ALL_1", "one"));

        Assert.Equal("\"one\"", (await handlers.InvokeAsync(function, "\"SEEN_BY_ALL_1\"")).PayloadText);
        Assert.Equal("null", (await handlers.InvokeAsync(function, "\"SEEN_BY_ALL_2\"")).PayloadText);
        await handlers.Host.PrepareAsync([Reads("SEEN_BY_ALL_2", ("SEEN_BY_ALL_2", "two"))], TestContext.Current.CancellationToken);
        Assert.Equal("\"two\"", (await handlers.InvokeAsync(function, "\"SEEN_BY_ALL_2\"")).PayloadText);
    }

    [Fact]
    public async Task What_a_function_set_is_as_before_when_the_function_is_gone()
    {
        Environment.SetEnvironmentVariable("SET_BEFORE", "before");
        await using (var handlers = new HandlerFixtures())
            Assert.Equal("\"mine\"", (await handlers.InvokeAsync(Reads("f", ("SET_BEFORE", "mine")), "\"SET_BEFORE\"")).PayloadText);

        Assert.Equal("before", Environment.GetEnvironmentVariable("SET_BEFORE"));
    }

    [Fact]
    public async Task A_function_may_change_its_own_variables_without_leaving_the_process()
    {
        await using var handlers = new HandlerFixtures();

        Assert.Equal("\"1\"", (await handlers.InvokeAsync(Reads("f", ("CHANGED", "1")), "\"CHANGED\"")).PayloadText);
        Assert.Equal("\"2\"", (await handlers.InvokeAsync(Reads("f", ("CHANGED", "2")), "\"CHANGED\"")).PayloadText);
        Assert.Empty(handlers.Progress);
    }

    [Fact]
    public async Task A_function_is_told_its_region_as_on_Lambda()
    {
        await using var handlers = new HandlerFixtures();
        var function = Reads("f") with { Arn = "arn:aws:lambda:eu-north-1:123456789012:function:f" };

        Assert.Equal("\"eu-north-1\"", (await handlers.InvokeAsync(function, "\"AWS_REGION\"")).PayloadText);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_region_that_the_process_was_started_with_is_not_that_of_its_functions(bool isolate)
    {
        var before = Environment.GetEnvironmentVariable("AWS_REGION");
        Environment.SetEnvironmentVariable("AWS_REGION", "sa-east-1");
        try
        {
            await using var handlers = new HandlerFixtures(
                options => options with { Isolate = isolate, HandlerProcess = ThisProgramAsHandlerProcess.Command });
            var function = Reads("f") with { Arn = "arn:aws:lambda:eu-north-1:123456789012:function:f" };

            Assert.Equal("\"eu-north-1\"", (await handlers.InvokeAsync(function, "\"AWS_REGION\"")).PayloadText);
        }
        finally
        {
            Environment.SetEnvironmentVariable("AWS_REGION", before);
        }
    }

    [Fact]
    public async Task Of_two_functions_that_contradict_each_other_the_later_runs_in_a_process_of_its_own()
    {
        await using var handlers = new HandlerFixtures(options => options with { HandlerProcess = ThisProgramAsHandlerProcess.Command });
        var first = Reads("First", ("RATES", "DE=0.19"));
        var second = Reads("Second", ("RATES", "FR=0.20"));
        await handlers.Host.PrepareAsync([first, second], TestContext.Current.CancellationToken);

        Assert.Equal("\"DE=0.19\"", (await handlers.InvokeAsync(first, "\"RATES\"")).PayloadText);
        Assert.Equal("\"FR=0.20\"", (await handlers.InvokeAsync(second, "\"RATES\"")).PayloadText);
        Assert.Equal("\"Second\"", (await handlers.InvokeAsync(second, "\"AWS_LAMBDA_FUNCTION_NAME\"")).PayloadText);
        var said = Assert.Single(handlers.Progress);
        Assert.StartsWith("Second runs in a process of its own: its RATES differs from that of First.", said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_process_of_its_own_gives_the_same_results_logs_and_errors()
    {
        await using var handlers = new HandlerFixtures(options => options with { HandlerProcess = ThisProgramAsHandlerProcess.Command });
        await handlers.Host.PrepareAsync([Reads("First", ("WHO", "1"))], TestContext.Current.CancellationToken);
        var other = new Dictionary<string, string> { ["WHO"] = "2" };
        var request = handlers.NewRequest();

        var talked = await handlers.InvokeAsync(HandlerFixtures.Shape("Behavior::WaitAsync") with { Variables = other }, "\"a\"", request);
        var thrown = await handlers.InvokeAsync(HandlerFixtures.Shape("Behavior::ThrowInner") with { Variables = other });
        var timedOut = await handlers.InvokeAsync(HandlerFixtures.Shape("Behavior::HangAsync") with { Variables = other, Timeout = TimeSpan.FromMilliseconds(20) });
        var process = await handlers.InvokeAsync(HandlerFixtures.Shape("Behavior::ProcessId") with { Variables = other });

        Assert.Equal("\"a\"", talked.PayloadText);
        Assert.Contains($"{request.RequestId}\tinfo\tbefore a\n", talked.Log, StringComparison.Ordinal);
        await handlers.WroteAsync("\twarn\tafter a");
        Assert.Equal("InvalidOrderException", thrown.ErrorType);
        Assert.Equal("Unhandled", thrown.FunctionError);
        Assert.Equal("inner", JsonDocument.Parse(thrown.Payload).RootElement.GetProperty("cause").GetProperty("errorMessage").GetString());
        Assert.Equal("Sandbox.Timedout", timedOut.ErrorType);
        Assert.NotEqual($"{Environment.ProcessId}", process.PayloadText);
    }

    [Fact]
    public async Task A_program_that_cannot_be_started_says_which_function_needed_it_and_why()
    {
        await using var handlers = new HandlerFixtures(options => options with { HandlerProcess = new HandlerProcessCommand("no-such-program", []) });
        await handlers.Host.PrepareAsync([Reads("First", ("NEEDED", "1"))], TestContext.Current.CancellationToken);

        var result = await handlers.InvokeAsync(Reads("Second", ("NEEDED", "2")));

        Assert.Equal("Runtime.InvalidEntrypoint", result.ErrorType);
        Assert.Contains("The process for function Second could not be started", result.PayloadText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Functions_one_after_another_are_told_who_they_are_and_afterwards_nobody_is()
    {
        await using (var handlers = new HandlerFixtures())
        {
            foreach (var name in new[] { "First", "Second", "First" })
                Assert.Equal($"\"{name}\"", (await handlers.InvokeAsync(Reads(name), "\"AWS_LAMBDA_FUNCTION_NAME\"")).PayloadText);
            var root = (await handlers.InvokeAsync(Reads("Second"), "\"LAMBDA_TASK_ROOT\"")).PayloadText;
            Assert.Equal(JsonSerializer.Serialize(handlers.Host.LoadedFrom("Second")), root);

            // The process is the test's, and so are its folder and its time zone.
            Assert.Equal(AppContext.BaseDirectory, Path.GetDirectoryName(typeof(VariableTests).Assembly.Location) + Path.DirectorySeparatorChar);
            Assert.Null(Environment.GetEnvironmentVariable("TZ"));
        }

        Assert.Null(Environment.GetEnvironmentVariable("AWS_LAMBDA_FUNCTION_NAME"));
    }

    [Fact]
    public void While_an_init_phase_lasts_no_other_functions_invocation_takes_its_place()
    {
        FunctionIdentity first = new(Reads("First"), "/code", "s", OwnsProcess: false);
        FunctionIdentity second = new(Reads("Second"), "/code", "s", OwnsProcess: false);
        try
        {
            using (CurrentFunction.Load(first))
            {
                CurrentFunction.Enter(second);
                Assert.Equal("First", Environment.GetEnvironmentVariable("AWS_LAMBDA_FUNCTION_NAME"));
            }

            CurrentFunction.Enter(second);
            Assert.Equal("Second", Environment.GetEnvironmentVariable("AWS_LAMBDA_FUNCTION_NAME"));
        }
        finally
        {
            CurrentFunction.Leave();
        }
    }

    private static FunctionConfiguration Reads(string name, params (string Name, string Value)[] variables) =>
        HandlerFixtures.Shape("Behavior::Variable") with { Name = name, Variables = variables.ToDictionary(pair => pair.Name, pair => pair.Value) };
}
