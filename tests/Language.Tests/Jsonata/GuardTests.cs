using Stateside.Language.Json;
using Stateside.Language.Jsonata;
using Stateside.Language.Jsonata.Parsing;

namespace Stateside.Language.Tests.Jsonata;

public class GuardTests
{
    private const string Endless = "($f := function($n){ $f($n + 1) }; $f(0))";

    private static JsonataException Stopped(string expression, JsonataEnvironment environment) =>
        Assert.Throws<JsonataException>(() => JsonataExpression.Parse(expression).Evaluate(environment));

    [Fact]
    public void Recursion_that_does_not_end_is_stopped_before_the_stack_is() => Assert.Equal(
        "U1001",
        Stopped("($f := function($n){ 1 + $f($n + 1) }; $f(0))", new JsonataEnvironment()).Code);

    [Fact]
    public void Depth_has_the_limit_it_is_given()
    {
        const string Factorial = "($f := function($n){ $n = 0 ? 1 : $n * $f($n - 1) }; $f(20))";

        Assert.Equal("U1001", Stopped(Factorial, new JsonataEnvironment { MaxDepth = 50 }).Code);
        Assert.Equal("2432902008176640000", JsonataExpression.Parse(Factorial).Evaluate(new JsonataEnvironment { MaxDepth = 100 })!.Text);
    }

    [Fact]
    public void Steps_have_the_limit_they_are_given()
    {
        Assert.Equal("U1001", Stopped(Endless, new JsonataEnvironment { MaxSteps = 100_000 }).Code);
        Assert.Equal("U1001", Stopped("$sum($map([1..1000], function($x){ $x }))", new JsonataEnvironment { MaxSteps = 500 }).Code);
    }

    [Fact]
    public void Time_has_the_limit_it_is_given()
    {
        var clock = new SteppingClock();

        var error = Stopped(Endless, new JsonataEnvironment { TimeLimit = TimeSpan.FromSeconds(5), Clock = clock });

        Assert.Equal("U1001", error.Code);
        Assert.Contains("5000 milliseconds", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_evaluation_ends()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => JsonataExpression.Parse(Endless).Evaluate(new JsonataEnvironment { Cancellation = source.Token }));
    }

    [Theory]
    [InlineData("($f := function($s, $n){ $n = 0 ? $s : $f($s & $s, $n - 1) }; $length($f('abc', 60)))")]
    [InlineData("$pad('x', 1e12)")]
    [InlineData("$string(($f := function($x, $n){ $n = 0 ? $x : $f([[$x], [$x]], $n - 1) }; $f('a', 60)))")]
    public void Strings_do_not_grow_without_end(string expression) =>
        Assert.Equal("U1001", Stopped(expression, new JsonataEnvironment { MaxSteps = 3_000_000 }).Code);

    [Fact]
    public void A_result_nested_too_deeply_is_refused() => Assert.Equal(
        "U1001",
        Stopped("($f := function($x, $n){ $n = 0 ? $x : $f([[$x]], $n - 1) }; $f(1, 100000))", new JsonataEnvironment()).Code);

    [Fact]
    public void An_error_about_a_value_nested_too_deeply_is_told() => Assert.Equal(
        "Argument 1 of function \"number\" does not match function signature",
        Stopped("$number($reduce([1..20000], function($inner, $n){ {'a': $inner} }, 1))", new JsonataEnvironment()).Message);

    [Fact]
    public void An_expression_nested_too_deeply_is_refused()
    {
        var error = Assert.Throws<JsonataException>(() => JsonataExpression.Parse(new string('(', 200_000)));

        Assert.Equal("U1001", error.Code);
    }

    [Fact]
    public void A_thread_with_a_small_stack_is_as_safe()
    {
        JsonataException? error = null;
        var thread = new Thread(
            () => error = Stopped("($f := function($n){ 1 + $f($n + 1) }; $f(0))", new JsonataEnvironment()),
            maxStackSize: 512 * 1024);
        thread.Start();
        thread.Join();

        Assert.Equal("U1001", error?.Code);
    }

    [Fact]
    public void One_expression_serves_many_threads()
    {
        var expression = JsonataExpression.Parse("($x := $n; $sum($map([1..100], function($v){ $v * $x })))");

        Parallel.For(0, 200, n =>
        {
            var result = expression.Evaluate(new JsonataEnvironment { Variables = name => name == "n" ? JsonNumber.Of((long)n) : null });
            Assert.Equal(5050 * n, ((JsonNumber)result!).Double);
        });
    }

    /// <summary>A clock on which a second passes whenever somebody looks.</summary>
    private sealed class SteppingClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _now++;
    }
}
