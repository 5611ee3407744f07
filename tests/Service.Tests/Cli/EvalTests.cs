namespace Stateside.Service.Tests.Cli;

public sealed class EvalTests : IDisposable
{
    private readonly Project _project = new();

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task The_result_alone_is_on_standard_output()
    {
        var input = _project.Write("order.json", """{"lines": [{"n": 2}, {"n": 3}]}""");

        var result = await Project.CallAsync("eval", "$sum(lines.n)", "--input", input);

        Assert.Equal((0, "5"), (result.Code, result.Output.Trim()));
    }

    [Fact]
    public async Task The_input_is_also_what_a_state_calls_it_and_the_braces_may_stay()
    {
        var input = _project.Write("order.json", """{"id": "a"}""");

        var result = await Project.CallAsync("eval", "{% $states.input.id & '!' %}", "--input", input);

        Assert.Equal((0, "\"a!\""), (result.Code, result.Output.Trim()));
    }

    [Theory]
    [InlineData("1 + \"a\"", "T2002", "    ^")]
    [InlineData("$eval(\"1\")", "T1006", "       ^")]
    [InlineData("1 +", "S0207", "    ^")]
    public async Task An_error_shows_its_code_and_a_caret_at_its_place(string expression, string code, string caret)
    {
        var result = await Project.CallAsync("eval", expression);

        Assert.Equal((1, ""), (result.Code, result.Output));
        Assert.StartsWith($"{code}: ", result.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal($"  {expression}", result.ErrorLines[1]);
        Assert.Equal(caret, result.ErrorLines[2]);
    }

    [Theory]
    [InlineData("{% 1 ")]
    [InlineData("1 %}")]
    [InlineData("{%}")]
    [InlineData(" ")]
    public async Task Half_of_the_braces_and_nothing_at_all_are_mistakes(string expression)
    {
        var result = await Project.CallAsync("eval", expression);

        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Equal(
            $"stateside: '{expression.Trim()}': an expression that is not empty must stand here, between {{% and %}} or without both.",
            Assert.Single(result.ErrorLines));
    }

    [Fact]
    public async Task Nothing_is_an_error_as_it_is_in_a_state_machine()
    {
        var result = await Project.CallAsync("eval", "missing");

        Assert.Equal((1, ""), (result.Code, result.Output));
        Assert.Contains("undefined", result.ErrorLines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expression_that_never_ends_is_stopped()
    {
        var result = await Project.CallAsync("eval", "($f := function($n){$f($n + 1) + 1}; $f(1))");

        Assert.Equal(1, result.Code);
        Assert.StartsWith("U1001: ", result.ErrorLines[0], StringComparison.Ordinal);
    }
}
