using System.Collections.Concurrent;

namespace Stateside.Engine.Tests.Functions;

public sealed class LogTests
{
    private const string Time = @"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t";

    [Fact]
    public async Task What_a_handler_writes_is_in_its_result_in_the_lines_that_Lambda_makes_of_it()
    {
        await using var handlers = new HandlerFixtures();
        var request = handlers.NewRequest();

        var result = await handlers.InvokeAsync(HandlerFixtures.Shape("Behavior::WaitAsync"), "\"a\"", request);

        Assert.Matches(
            $"^{Time}{request.RequestId}\tinfo\tbefore a\nraw {Time}{request.RequestId}\tfail\tbad a\n"
            + $"{Time}{request.RequestId}\twarn\tafter a\n{Time}{request.RequestId}\tfail\t3 of 07\n$", result.Log);
    }

    [Fact]
    public async Task Lines_of_invocations_at_the_same_time_do_not_mix()
    {
        await using var handlers = new HandlerFixtures(options => options with { EnvironmentsPerFunction = 8 });
        var function = HandlerFixtures.Shape("Behavior::WaitAsync");

        var results = await Task.WhenAll(Enumerable.Range(0, 64).Select(number => handlers.InvokeAsync(function, $"\"{number}\"")));

        for (var number = 0; number < results.Length; number++)
        {
            Assert.Equal($"\"{number}\"", results[number].PayloadText);
            Assert.Contains($"\tbefore {number}\n", results[number].Log, StringComparison.Ordinal);
            Assert.Contains($"\tafter {number}\n", results[number].Log, StringComparison.Ordinal);
            Assert.Equal(4, results[number].Log.Count(c => c == '\n'));
        }
    }

    [Fact]
    public async Task A_log_keeps_its_last_256_KB()
    {
        await using var handlers = new HandlerFixtures();

        var result = await handlers.InvokeAsync("Behavior::Shout", "2000");

        Assert.Equal(256 * 1024, result.Log.Length);
        Assert.Contains("\t1999...", result.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_are_heard_while_the_handler_runs()
    {
        var heard = new ConcurrentQueue<(string Function, string Line)>();
        await using var handlers = new HandlerFixtures(options => options with { LogLine = (function, line) => heard.Enqueue((function, line)) });

        await handlers.InvokeAsync("Behavior::WaitAsync", "\"b\"");

        Assert.Equal(5, heard.Count);
        Assert.All(heard, line => Assert.Equal("Behavior-WaitAsync", line.Function));
        Assert.EndsWith("\tinfo\tbefore b", heard.First().Line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AWS_LAMBDA_HANDLER_LOG_LEVEL", "Error", "before", false)]
    [InlineData("AWS_LAMBDA_HANDLER_LOG_LEVEL", "Debug", "not shown", true)]
    [InlineData("AWS_LAMBDA_HANDLER_LOG_FORMAT", "Unformatted", "\t", false)]
    public async Task The_variables_that_Lambda_has_for_logs_count(string name, string value, string text, bool isThere)
    {
        await using var handlers = new HandlerFixtures();
        var function = HandlerFixtures.Shape("Behavior::WaitAsync") with { Variables = new Dictionary<string, string> { [name] = value } };

        var result = await handlers.InvokeAsync(function, "\"c\"");

        Assert.Equal(isThere, result.Log.Contains(text, StringComparison.Ordinal));
        Assert.Contains("bad c", result.Log, StringComparison.Ordinal);
    }
}
