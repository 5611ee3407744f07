using System.Text;
using Stateside.Aws.Tests.Queues;
using Stateside.Engine.Tasks;
using Stateside.Language.Json;

namespace Stateside.Aws.Tests.Functions;

/// <summary>Lambda's API for the functions of a template.</summary>
public sealed class InvokeTests : IAsyncLifetime
{
    private const string Template = """
        Transform: AWS::Serverless-2016-10-31
        Resources:
          Worker:
            Type: AWS::Serverless::Function
            Properties: {Runtime: python3.12, Handler: a.b, CodeUri: ., Timeout: 9, AutoPublishAlias: live, Environment: {Variables: {A: b}}}
        """;

    private readonly FunctionDouble _functions = new();
    private readonly ServiceFixture _fixture;

    public InvokeTests() => _fixture = new ServiceFixture(Template, functions: _functions);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_function_is_invoked_through_what_tasks_invoke_it_through()
    {
        _functions.Handle = (name, @event) => ValueTask.FromResult<string?>($"\"{name} {@event["a"]!.Text}\"");

        var answer = await AnsweredAsync("Invoke", "{'FunctionName': 'Worker'}", "{\"a\": 1}");

        Assert.Equal((200, "\"Worker 1\""), (answer.StatusCode, Encoding.UTF8.GetString(answer.Content!.Value.Span)));
    }

    [Fact]
    public async Task A_function_that_fails_says_so_beside_its_payload()
    {
        _functions.Handle = (_, _) => ValueTask.FromResult<string?>(null);

        var answer = await AnsweredAsync("Invoke", "{'FunctionName': 'Worker'}", "{}");

        Assert.Equal((200, "Unhandled"), (answer.StatusCode, answer.Body.Text("FunctionError")));
    }

    [Fact]
    public async Task An_event_is_acknowledged_before_the_function_has_it_done()
    {
        var done = new TaskCompletionSource<string?>();
        _functions.Handle = (_, _) => new ValueTask<string?>(done.Task);

        var answer = await AnsweredAsync("Invoke", "{'FunctionName': 'Worker:live', 'InvocationType': 'Event'}", "{}");

        Assert.Equal(202, answer.StatusCode);
        done.SetResult("null");
    }

    [Theory]
    [InlineData("GetFunction", "{'FunctionName': 'None'}", 404, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:123456789012:function:None")]
    [InlineData("GetFunction", "{'FunctionName': 'Worker', 'Qualifier': '9'}", 404, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:123456789012:function:Worker:9")]
    [InlineData(
        "Invoke", "{'FunctionName': 'Worker', 'InvocationType': 'Later'}", 400, "ValidationException",
        "1 validation error detected: Value 'Later' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]")]
    [InlineData(
        "Invoke", "{'FunctionName': 'Worker', 'InvocationType': '1'}", 400, "ValidationException",
        "1 validation error detected: Value '1' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]")]
    [InlineData(
        "InvokeWithResponseStream", "{'FunctionName': 'Worker'}", 0, "SdkClientException",
        "The embedded Lambda does not cover InvokeWithResponseStream: it covers Invoke, ListFunctions, GetFunction, GetFunctionConfiguration. "
        + "To use a real one, name its endpoint: AWS_ENDPOINT_URL_LAMBDA=http://127.0.0.1:4566")]
    public async Task What_is_not_there_is_refused_in_the_words_of_Lambda(string action, string request, int status, string code, string message)
    {
        var error = Assert.IsType<ServiceResponse.Refused>(await SendAsync(action, request, null)).Error;

        Assert.Equal((status, code, message), (error.StatusCode, error.Code, error.Message));
    }

    [Fact]
    public async Task It_tells_how_functions_are_set_up()
    {
        var one = (await AnsweredAsync("GetFunctionConfiguration", "{'FunctionName': 'Worker:live'}", null)).Body;
        var all = (JsonArray)(await AnsweredAsync("ListFunctions", "{}", null)).Body["Functions"]!;

        Assert.Equal(("arn:aws:lambda:us-east-1:123456789012:function:Worker:live", "1", "python3.12", "9"), (one.Text("FunctionArn"), one.Text("Version"), one.Text("Runtime"), one["Timeout"]!.Text));
        Assert.Equal("""{"Variables":{"A":"b"}}""", one["Environment"]!.Text);
        Assert.Equal("Worker", ((JsonObject)Assert.Single(all)).Text("FunctionName"));
    }

    private async Task<ServiceResponse.Answered> AnsweredAsync(string action, string request, string? payload) =>
        Assert.IsType<ServiceResponse.Answered>(await SendAsync(action, request, payload));

    private ValueTask<ServiceResponse> SendAsync(string action, string request, string? payload) => _fixture.Embedded.SendAsync(
        new ServiceCall("lambda", action, (JsonObject)JsonReader.Parse(request.Replace('\'', '"')), "r") { Content = payload is null ? null : Encoding.UTF8.GetBytes(payload) },
        TestContext.Current.CancellationToken);
}
