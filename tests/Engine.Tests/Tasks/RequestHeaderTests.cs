using System.Text;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services;
using Stateside.Engine.Template;
using Stateside.Engine.Tests.Functions;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>What comes from definitions, inputs and secrets begins no header and no request of its own.</summary>
public sealed class RequestHeaderTests
{
    private const string Second = "1\\r\\nContent-Length: 0\\r\\n\\r\\nDELETE /second HTTP/1.1\\r\\nX-Rest: 2";
    private const string Connection = "arn:aws:events:us-east-1:123456789012:connection/shop/1";

    [Theory]
    [InlineData($$$"""{"X-Own":"{{{Second}}}"}""", "The value of the header 'X-Own' has a line break or another control character.")]
    [InlineData("""{"X-Own":["a","b\n c"]}""", "The value of the header 'X-Own' has a line break or another control character.")]
    [InlineData("""{"X-Own":"a\u0000"}""", "The value of the header 'X-Own' has a line break or another control character.")]
    [InlineData("""{"X-Own: 1\r\nX-Other":"1"}""", "'X-Own: 1??X-Other' cannot be the name of a header.")]
    [InlineData("""{"X Own":"1"}""", "'X Own' cannot be the name of a header.")]
    public async Task An_HTTP_task_refuses_a_header_that_would_be_more_than_one(string headers, string cause)
    {
        await using var endpoint = new RawEndpoint();

        var (error, why) = await CallAsync(endpoint, $$""" "Method":"GET","Headers":{{headers}} """, "{}");

        Assert.Equal(("States.Runtime", cause), (error, why));
        Assert.Empty(endpoint.Heard);
    }

    [Theory]
    [InlineData($$$"""{"ApiKeyAuthParameters":{"ApiKeyName":"X-Key","ApiKeyValue":"{{{Second}}}"} }""", "X-Key")]
    [InlineData($$$"""{"InvocationHttpParameters":{"HeaderParameters":[{"Key":"X-Shop","Value":"{{{Second}}}"}]}}""", "X-Shop")]
    public async Task A_connection_s_headers_are_no_more_than_one_each_either(string parameters, string name)
    {
        await using var endpoint = new RawEndpoint();

        var (error, why) = await CallAsync(endpoint, """ "Method":"POST","RequestBody":{} """, parameters);

        Assert.Equal(("States.Runtime", $"The value of the header '{name}' has a line break or another control character."), (error, why));
        Assert.Empty(endpoint.Heard);
    }

    [Fact]
    public async Task A_function_s_client_context_is_one_header()
    {
        await using var endpoint = new RawEndpoint();
        using var functions = new HttpFunctions(endpoint.Address, new RequestSigner(TimeProvider.System, "us-east-1", _ => null));

        var response = await functions.InvokeAsync(
            new FunctionRequest("Ship", "{}"u8.ToArray(), "77aa") { ClientContext = JsonText(Second) }, TestContext.Current.CancellationToken);

        var error = Assert.IsType<FunctionResponse.Refused>(response).Error;
        Assert.Equal(
            (ServiceError.NotSent, "Unable to execute HTTP request: The value of the header 'X-Amz-Client-Context' has a line break or another control character."),
            (error.Code, error.Message));
        Assert.Empty(endpoint.Heard);
    }

    [Theory]
    [InlineData($$$"""{"Bucket":"b","Key":"k","Metadata":{"own":"{{{Second}}}"} }""", "The value of the header 'x-amz-meta-own' has a line break or another control character.")]
    [InlineData("""{"Bucket":"b","Key":"k","Metadata":{"own: 1\r\nx-amz-acl":"public-read"}}""", "'x-amz-meta-own: 1??x-amz-acl' cannot be the name of a header.")]
    [InlineData("""{"Bucket":"b","Key":"k","ContentType":"text/plain\nx: 1"}""", "The value of the header 'Content-Type' has a line break or another control character.")]
    public async Task An_object_s_metadata_are_one_header_each(string parameters, string problem)
    {
        await using var endpoint = new RawEndpoint();

        var error = Assert.IsType<ServiceResponse.Refused>(await PutAsync(endpoint, parameters)).Error;

        Assert.Equal((ServiceError.NotSent, $"Unable to execute HTTP request: {problem}"), (error.Code, error.Message));
        Assert.Empty(endpoint.Heard);
    }

    [Fact]
    public async Task What_is_not_ASCII_goes_out_in_UTF_8()
    {
        await using var endpoint = new RawEndpoint("HTTP/1.1 200 OK\r\nETag: \"é\"\r\nContent-Length: 0\r\n\r\n");

        var answer = Assert.IsType<ServiceResponse.Answered>(
            await PutAsync(endpoint, """{"Bucket":"b","Key":"k","Metadata":{"own":"grüße\t日本 😀"}}"""));

        Assert.Contains("x-amz-meta-own: grüße\t日本 😀\r\n", Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(endpoint.Heard)));
        Assert.Equal("\"é\"", answer.Body.Text("ETag"));

        await using var other = new RawEndpoint();
        Assert.Null((await CallAsync(other, """ "Method":"GET","Headers":{"X-Own":"grüße"} """, "{}")).Error);
        Assert.Contains("X-Own: grüße\r\n", Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(other.Heard)));
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nX-Own: 1\r\n\r\nDELETE", "'GET / HTTP/1.1??X-Own: 1????DELETE' cannot be the method of a request.")]
    [InlineData("", "'' cannot be the method of a request.")]
    public void A_method_is_one_word(string method, string problem) =>
        Assert.Equal(problem, Assert.Throws<UnsendableRequestException>(() => RequestHeaders.Method(method)).Message);

    [Theory]
    [InlineData("a\\r\\nX-Own: 1\\r\\n\\r\\nDELETE /second HTTP/1.1\\r\\nb", "\"x\":1")]
    [InlineData("a?b=\\r\\nX-Own: 1", "\"x\":1")]
    [InlineData("a", "\"x\":\"\\r\\nX-Own: 1\",\"\\r\\nX-Own: 2\":\"y\"")]
    public async Task An_address_is_one_line(string path, string query)
    {
        await using var endpoint = new RawEndpoint();

        await CallAsync(endpoint, $$""" "Method":"GET","QueryParameters":{ {{query}} } """, "{}", path);

        Assert.Single(endpoint.Heard.Split("\r\n"), line => line.Contains("HTTP/1.1", StringComparison.Ordinal));
        Assert.DoesNotContain("\r\nX-Own", endpoint.Heard, StringComparison.Ordinal);
    }

    /// <summary>The service is one that lives here: what others read out of it again would be more than one header.</summary>
    [Theory]
    [InlineData($$$"""{"Bucket":"b","Key":"k","Metadata":{"own":"{{{Second}}}"} }""", "The value of the header 'x-amz-meta-own' has a line break or another control character.")]
    [InlineData("""{"Bucket":"b","Key":"k","Metadata":{"a b":"c"}}""", "'x-amz-meta-a b' cannot be the name of a header.")]
    [InlineData("""{"Bucket":"b","Key":"k","ContentDisposition":"a\u0000"}""", "The value of the header 'Content-Disposition' has a line break or another control character.")]
    public async Task An_embedded_service_is_given_no_more_than_could_be_sent(string parameters, string problem)
    {
        using var router = new ServiceRouter(
            new ServiceEndpoints(null, false, AwsLocation.Default, _ => null), new Unasked(), TimeProvider.System, "us-east-1", new ServiceHttp());

        var response = await router.SendAsync(
            new ServiceCall("s3", "PutObject", (JsonObject)JsonReader.Parse(parameters), "own-id"), TestContext.Current.CancellationToken);

        Assert.Equal($"Unable to execute HTTP request: {problem}", Assert.IsType<ServiceResponse.Refused>(response).Error.Message);
    }

    /// <summary>Names and values that are fixed may be set by their own properties.</summary>
    [Fact]
    public void Nobody_else_writes_headers()
    {
        var local = Path.Combine(HandlerFixtures.RepoRoot, "local");
        var writers = new[] { "Engine/Tasks", "Engine/Logs", "Aws" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(local, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => File.ReadAllText(file) is var text
                && (text.Contains("TryAddWithoutValidation(", StringComparison.Ordinal) || text.Contains(".Headers.Add(", StringComparison.Ordinal)
                    || text.Contains("new HttpMethod(", StringComparison.Ordinal)))
            .Select(Path.GetFileName);

        Assert.Equal(["RequestHeaders.cs"], writers);
    }

    private static async Task<(string? Error, string? Cause)> CallAsync(RawEndpoint endpoint, string fields, string parameters, string path = "orders")
    {
        await using var tasks = new TaskFixture();
        tasks.Connections.Declare("shop", (JsonObject)JsonReader.Parse($$"""{"AuthorizationType":"API_KEY","AuthParameters":{{parameters}} }"""));
        var execution = await tasks.RunAsync(TaskFixture.TaskMachine(
            "arn:aws:states:::http:invoke",
            $$""" "Parameters":{"ApiEndpoint":"{{endpoint.Address}}{{path}}","Authentication":{"ConnectionArn":"{{Connection}}"},{{fields}} } """));
        return (execution.Error, execution.Cause);
    }

    private static async Task<ServiceResponse> PutAsync(RawEndpoint endpoint, string parameters)
    {
        using var router = new ServiceRouter(
            new ServiceEndpoints(endpoint.Address, false, AwsLocation.Default, _ => null), null, TimeProvider.System, "us-east-1", new ServiceHttp());
        return await router.SendAsync(new ServiceCall("s3", "PutObject", (JsonObject)JsonReader.Parse(parameters), "own-id"), TestContext.Current.CancellationToken);
    }

    /// <summary>Holds all and is asked for nothing.</summary>
    private sealed class Unasked : IEmbeddedServices
    {
        public IEnumerable<string> Declared => [];

        public bool Holds(ServiceCall call) => true;

        public ValueTask<ServiceResponse> SendAsync(ServiceCall call, CancellationToken cancellationToken) => throw new InvalidOperationException(call.Action);

        public IEnumerable<EmbeddedAddress> Addresses(TemplateModel template, Uri here) => [];

        public string? DeclaredAs(string service) => null;

        public void Declare(TemplateModel template)
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private static string JsonText(string text) => ((JsonString)JsonReader.Parse($"\"{text}\"")).Value;
}
