using System.Text;
using System.Text.Json;
using Stateside.Engine.Functions;

namespace Stateside.Engine.Tests.Functions;

public sealed class FunctionErrorTests : IAsyncDisposable
{
    private readonly HandlerFixtures _handlers = new();

    public ValueTask DisposeAsync() => _handlers.DisposeAsync();

    [Fact]
    public async Task A_thrown_exception_is_laid_out_as_the_runtime_of_Lambda_does()
    {
        var result = await _handlers.InvokeAsync("Behavior::Throw");

        var text = result.PayloadText;
        Assert.Equal("Unhandled", result.FunctionError);
        Assert.Equal("InvalidOrderException", result.ErrorType);
        Assert.StartsWith(
            """
            {
              "errorType": "InvalidOrderException",
              "errorMessage": "lines[0].quantity: \"-6\" is not\npositive",
              "stackTrace": [
                "at Shapes.Behavior.Throw() in 
            """.ReplaceLineEndings("\n").TrimEnd('\n'), text, StringComparison.Ordinal);
        Assert.EndsWith("\"\n  ]\n}\n", text, StringComparison.Ordinal);
        Assert.Matches("""Behavior\.cs:line \d+"\n""", text);
    }

    [Fact]
    public async Task The_stack_of_an_error_holds_the_handlers_own_frames_only()
    {
        var result = await _handlers.InvokeAsync("Behavior::ThrowAsync");

        var stack = JsonDocument.Parse(result.Payload).RootElement.GetProperty("stackTrace").EnumerateArray().Select(line => line.GetString()!).ToList();
        Assert.StartsWith("at Shapes.Behavior.DeeperAsync()", stack[0], StringComparison.Ordinal);
        Assert.StartsWith("at Shapes.Behavior.ThrowAsync()", stack[^1], StringComparison.Ordinal);
        Assert.All(stack, line => Assert.DoesNotContain("Stateside", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_inner_exception_is_the_cause()
    {
        var result = await _handlers.InvokeAsync("Behavior::ThrowInner");

        Assert.Contains(
            "  ],\n  \"cause\":   {\n    \"errorType\": \"FormatException\",\n    \"errorMessage\": \"inner\",\n    \"stackTrace\": [\n      \"at Shapes",
            result.PayloadText, StringComparison.Ordinal);
        Assert.EndsWith("\"\n    ]\n  }\n}\n", result.PayloadText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_inner_exceptions_are_the_causes()
    {
        var result = await _handlers.InvokeAsync("Behavior::ThrowAggregate");

        var error = JsonDocument.Parse(result.Payload).RootElement;
        Assert.Equal("AggregateException", error.GetProperty("errorType").GetString());
        Assert.Equal("several (one) (two)", error.GetProperty("errorMessage").GetString());
        Assert.Equal("one", error.GetProperty("cause").GetProperty("errorMessage").GetString());
        Assert.Equal(
            ["FormatException", "InvalidOperationException"],
            error.GetProperty("causes").EnumerateArray().Select(cause => cause.GetProperty("errorType").GetString()));
    }

    [Fact]
    public async Task An_awaited_task_gives_its_first_exception()
    {
        var result = await _handlers.InvokeAsync("Behavior::AwaitAggregate");

        Assert.Equal("FormatException", result.ErrorType);
        Assert.Equal("one", JsonDocument.Parse(result.Payload).RootElement.GetProperty("errorMessage").GetString());
    }

    [Fact]
    public async Task A_handler_that_returns_no_task_fails_as_the_runtime_does()
    {
        var result = await _handlers.InvokeAsync("Signatures::NullTask");

        Assert.Equal("NullReferenceException", result.ErrorType);
    }

    [Fact]
    public async Task An_event_that_does_not_fit_the_handlers_type_fails_in_its_serializer()
    {
        var result = await _handlers.InvokeAsync("Signatures::Value", "[]");

        Assert.Equal("JsonSerializerException", result.ErrorType);
    }

    [Fact]
    public async Task A_constructor_that_throws_fails_every_invocation_and_names_the_cause()
    {
        foreach (var _ in new int[2])
        {
            var result = await _handlers.InvokeAsync("ThrowingConstructor::Never");

            Assert.Equal("TargetInvocationException", result.ErrorType);
            var cause = JsonDocument.Parse(result.Payload).RootElement.GetProperty("cause");
            Assert.Equal("InvalidOrderException", cause.GetProperty("errorType").GetString());
            Assert.Equal("no TAX_RATES", cause.GetProperty("errorMessage").GetString());
        }
    }

    [Fact]
    public void An_error_beyond_256_KB_is_cut_to_a_word_of_it()
    {
        var text = Encoding.UTF8.GetString(FunctionErrorJson.Of(new FormatException(new string('é', 140_000))));

        Assert.Equal("""{"errorMessage": "Exception exceeded maximum payload size of 256KB."}""", text);
    }

    [Fact]
    public void A_cause_for_which_there_is_no_room_is_left_out_and_the_rest_stays_readable()
    {
        var text = Encoding.UTF8.GetString(FunctionErrorJson.Of(new InvalidOperationException("outer", new FormatException(new string('x', 300_000)))));

        var error = JsonDocument.Parse(text).RootElement;
        Assert.Equal("InvalidOperationException", error.GetProperty("errorType").GetString());
        Assert.Equal("Exception exceeded maximum payload size of 256KB.", error.GetProperty("cause").GetProperty("errorMessage").GetString());
    }
}
