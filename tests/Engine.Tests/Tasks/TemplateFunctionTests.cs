using System.Text;
using Stateside.Engine.Functions;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tests.Functions;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Tasks;

public sealed class TemplateFunctionTests : IAsyncDisposable
{
    private const string Arn = "arn:aws:lambda:us-east-1:123456789012:function:Echo";
    private readonly HandlerFixtures _handlers = new();

    public ValueTask DisposeAsync() => _handlers.DisposeAsync();

    [Theory]
    [InlineData("Echo", null, "$LATEST")]
    [InlineData("Echo:live", null, "2")]
    [InlineData("Echo:$LATEST", null, "$LATEST")]
    [InlineData("function:Echo:1", null, "1")]
    [InlineData("123456789012:function:Echo", "live", "2")]
    [InlineData("123456789012:Echo", null, "$LATEST")]
    [InlineData(Arn, null, "$LATEST")]
    [InlineData(Arn + ":1", "1", "1")]
    [InlineData("arn:aws:lambda:eu-west-1:999999999999:function:Echo", null, "$LATEST")]
    public async Task A_function_is_found_by_every_form_of_its_name(string name, string? qualifier, string version)
    {
        var answer = Assert.IsType<FunctionResponse.Answered>(await NewFunctions().InvokeAsync(Request(name, "{ }") with { Qualifier = qualifier }, Cancellation));

        Assert.Equal("{ }", Encoding.UTF8.GetString(answer.Payload.Span));
        Assert.Equal(version, answer.ExecutedVersion);
        Assert.Equal(200, answer.StatusCode);
        Assert.Contains(new("X-Amz-Executed-Version", version), answer.Headers);
        Assert.Contains(new("x-amzn-RequestId", answer.RequestId), answer.Headers);
    }

    [Theory]
    [InlineData("Ecko", null, "ResourceNotFoundException", 404, "Function not found: arn:aws:lambda:us-east-1:123456789012:function:Ecko:$LATEST")]
    [InlineData("Echo:3", null, "ResourceNotFoundException", 404, "Function not found: " + Arn + ":3")]
    [InlineData("Echo", "dead", "ResourceNotFoundException", 404, "Function not found: " + Arn + ":dead")]
    [InlineData("Echo:1", "live", "InvalidParameterValueException", 400, "The derived qualifier from the function name does not match the specified qualifier.")]
    public async Task A_name_that_means_no_function_is_refused_in_Lambda_s_words(string name, string? qualifier, string code, int status, string message)
    {
        var refusal = Assert.IsType<FunctionResponse.Refused>(await NewFunctions().InvokeAsync(Request(name) with { Qualifier = qualifier }, Cancellation));

        Assert.Equal(new ServiceError(code, message, status, "77aa"), refusal.Error);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Echo Echo")]
    [InlineData("arn:aws:s3:::bucket")]
    public async Task A_name_that_cannot_be_one_is_refused_with_the_pattern(string name)
    {
        var refusal = Assert.IsType<FunctionResponse.Refused>(await NewFunctions().InvokeAsync(Request(name), Cancellation));

        Assert.Equal("ValidationException", refusal.Error.Code);
        Assert.StartsWith($"1 validation error detected: Value '{name}' at 'functionName' failed to satisfy constraint", refusal.Error.Message);
    }

    [Theory]
    [InlineData("Elsewhere")]
    [InlineData("Image")]
    [InlineData("arn:aws:lambda:eu-west-1:999999999999:function:Echo")]
    public async Task What_is_not_here_is_invoked_elsewhere_where_there_is_an_elsewhere(string name)
    {
        var others = new MadeUpFunctions(_ => TaskFixture.Answer("\"elsewhere\""));

        var answer = (FunctionResponse.Answered)await NewFunctions(others).InvokeAsync(Request(name), Cancellation);

        Assert.Equal("\"elsewhere\"", Encoding.UTF8.GetString(answer.Payload.Span));
        Assert.Equal(name, others.Requests.Single().FunctionName);
    }

    [Fact]
    public async Task A_function_that_cannot_run_here_says_why()
    {
        var refusal = Assert.IsType<FunctionResponse.Refused>(await NewFunctions().InvokeAsync(Request("Image"), Cancellation));

        Assert.Equal("InvalidRuntimeException", refusal.Error.Code);
        Assert.Equal("The function Image cannot be run in this process: it is a container image.", refusal.Error.Message);
    }

    [Fact]
    public async Task A_handler_s_fault_is_an_answer_with_a_function_error()
    {
        var answer = (FunctionResponse.Answered)await NewFunctions().InvokeAsync(Request("Throw"), Cancellation);

        Assert.Equal((200, "Unhandled"), (answer.StatusCode, answer.FunctionError));
        Assert.Contains("InvalidOrderException", Encoding.UTF8.GetString(answer.Payload.Span));
        Assert.Null(answer.LogResult);
    }

    [Fact]
    public async Task Where_the_log_is_asked_for_its_last_4_KB_come_with_the_answer()
    {
        var answer = (FunctionResponse.Answered)await NewFunctions().InvokeAsync(Request("Shout", "10") with { WantsLog = true }, Cancellation);

        Assert.Equal(4096, Convert.FromBase64String(answer.LogResult!).Length);
        Assert.Contains(new("X-Amz-Log-Result", answer.LogResult!), answer.Headers);
    }

    [Fact]
    public async Task A_function_without_concurrency_is_throttled()
    {
        var refusal = Assert.IsType<FunctionResponse.Refused>(await NewFunctions().InvokeAsync(Request("Throttled"), Cancellation));

        Assert.Equal(("TooManyRequestsException", 429), (refusal.Error.Code, refusal.Error.StatusCode));
    }

    [Theory]
    [InlineData(FunctionInvocationType.Event, 202)]
    [InlineData(FunctionInvocationType.DryRun, 204)]
    public async Task An_event_and_a_dry_run_are_answered_at_once_with_nothing(object type, int status)
    {
        var answer = (FunctionResponse.Answered)await NewFunctions().InvokeAsync(Request("Echo") with { InvocationType = (FunctionInvocationType)type }, Cancellation);

        Assert.Equal(status, answer.StatusCode);
        Assert.True(answer.Payload.IsEmpty);
        Assert.Null(answer.ExecutedVersion);
    }

    [Fact]
    public async Task A_payload_that_is_no_JSON_is_refused()
    {
        var refusal = Assert.IsType<FunctionResponse.Refused>(await NewFunctions().InvokeAsync(Request("Echo", "so"), Cancellation));

        Assert.Equal("InvalidRequestContentException", refusal.Error.Code);
        Assert.StartsWith("Could not parse request body into json: ", refusal.Error.Message);
    }

    [Theory]
    [InlineData("a\nb", null, "X-Amz-Client-Context")]
    [InlineData(null, "Root=1\0", "X-Amzn-Trace-Id")]
    public async Task What_could_be_no_header_is_refused_as_it_is_elsewhere(string? context, string? trace, string header)
    {
        var refusal = Assert.IsType<FunctionResponse.Refused>(
            await NewFunctions().InvokeAsync(Request("Echo") with { ClientContext = context, TraceHeader = trace }, Cancellation));

        Assert.Equal(
            $"Unable to execute HTTP request: The value of the header '{header}' has a line break or another control character.", refusal.Error.Message);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static FunctionRequest Request(string name, string payload = "{}") => new(name, Encoding.UTF8.GetBytes(payload), "77aa");

    private TemplateFunctions NewFunctions(IFunctionInvoker? others = null)
    {
        var functions = new TemplateFunctions(_handlers.Host, TimeProvider.System, AwsLocation.Default, others);
        var echo = HandlerFixtures.Shape("Signatures::StreamsAsync") with { Name = "Echo", Arn = Arn };
        functions.Use(
        [
            new LocalFunction("Echo", Arn) { Configuration = echo, Qualifiers = ["$LATEST", "live", "1", "2"] },
            New("Throw", HandlerFixtures.Shape("Behavior::Throw")),
            New("Shout", HandlerFixtures.Shape("Behavior::Shout")),
            New("Throttled", echo with { Name = "Throttled", ReservedConcurrency = 0 }),
            New("Image", null) with { Problem = "it is a container image." },
        ]);
        return functions;

        static LocalFunction New(string name, FunctionConfiguration? configuration) =>
            new(name, Arn.Replace("Echo", name, StringComparison.Ordinal)) { Configuration = configuration };
    }
}
