using System.Text;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>How requests to services go over the network, byte by byte.</summary>
public sealed class ServiceClientTests
{
    private static async Task<ServiceResponse> SendAsync(
        Uri endpoint, string service, string action, string parameters, string? content = null, int? mostBytes = null)
    {
        using var router = new ServiceRouter(
            new ServiceEndpoints(endpoint, false, new("eu-west-1", "210987654321"), _ => null), [], TimeProvider.System, "eu-west-1", new ServiceHttp());
        var call = new ServiceCall(service, action, (JsonObject)JsonReader.Parse(parameters), "own-id")
        {
            Content = content is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(content),
        };
        if (mostBytes is { } most)
            call = call with { MostBytes = most };
        return await router.SendAsync(call, TestContext.Current.CancellationToken);
    }

    private static async Task<ServiceError> RefusalAsync(RawEndpoint endpoint, string service, string action, string parameters, int? mostBytes = null) =>
        Assert.IsType<ServiceResponse.Refused>(await SendAsync(endpoint.Address, service, action, parameters, mostBytes: mostBytes)).Error;

    private static string Answer(string status, string body) => $"HTTP/1.1 {status}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";

    [Theory]
    [InlineData("folder/with blank/ünï+code=&?.json", "/b/folder/with%20blank/%C3%BCn%C3%AF%2Bcode%3D%26%3F.json")]
    [InlineData("a/../b//./c", "/b/a/../b//./c")]
    [InlineData("/", "/b//")]
    [InlineData("%2e%2e", "/b/%252e%252e")]
    public async Task A_key_stays_as_it_is(string key, string target)
    {
        await using var endpoint = new RawEndpoint();

        await SendAsync(endpoint.Address, "s3", "GetObject", $$"""{"Bucket":"b","Key":"{{key}}"}""");

        Assert.StartsWith($"GET {target} HTTP/1.1\r\n", endpoint.Heard);
    }

    [Fact]
    public async Task An_endpoint_may_have_a_path_and_is_not_given_a_prefix()
    {
        await using var endpoint = new RawEndpoint(Answer("200 OK", "{}"));

        await SendAsync(new Uri(endpoint.Address, "base/"), "sfn", "StartSyncExecution", """{"stateMachineArn":"a"}""");
        await SendAsync(new Uri(endpoint.Address, "base/"), "lambda", "GetFunction", """{"FunctionName":"f"}""");

        Assert.StartsWith("POST /base/ HTTP/1.1\r\n", endpoint.Heard);
        Assert.Contains("GET /base/2015-03-31/functions/f HTTP/1.1\r\n", endpoint.Heard);
        Assert.Equal(2, endpoint.Heard.Split($"Host: {endpoint.Address.Authority}\r\n").Length - 1);
    }

    [Theory]
    [InlineData("dynamodb", "ListTables", "/eu-west-1/dynamodb/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target,")]
    [InlineData("s3", "ListBuckets", "/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date,")]
    [InlineData("iam", "ListUsers", "/eu-west-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date,")]
    [InlineData("sesv2", "ListEmailIdentities", "/eu-west-1/ses/aws4_request, SignedHeaders=host;x-amz-date,")]
    public async Task A_request_is_signed_for_its_service(string service, string action, string signature)
    {
        await using var endpoint = new RawEndpoint();

        await SendAsync(endpoint.Address, service, action, "{}");

        Assert.Contains(signature, endpoint.Heard);
    }

    [Fact]
    public async Task A_content_waits_until_S3_wants_it()
    {
        await using var endpoint = new RawEndpoint(interim: "HTTP/1.1 100 Continue\r\n\r\n");

        var response = await SendAsync(endpoint.Address, "s3", "PutObject", """{"Bucket":"b","Key":"k"}""", "a,b");

        Assert.IsType<ServiceResponse.Answered>(response);
        Assert.Contains("Expect: 100-continue\r\n", endpoint.Heard);
        Assert.Contains("x-amz-checksum-crc32: LNkT3w==\r\n", endpoint.Heard);
        Assert.EndsWith("\r\n\r\na,b", endpoint.Heard);
    }

    [Fact]
    public async Task A_content_that_S3_refuses_at_once_is_not_sent()
    {
        await using var endpoint = new RawEndpoint(interim: Answer("403 Forbidden", "<Error><Code>AccessDenied</Code><Message>no</Message></Error>"));

        var response = await SendAsync(endpoint.Address, "s3", "PutObject", """{"Bucket":"b","Key":"k"}""", new string('a', 10_000));

        Assert.Equal("AccessDenied", Assert.IsType<ServiceResponse.Refused>(response).Error.Code);
        Assert.EndsWith("\r\n\r\n", endpoint.Heard);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var elsewhere = new RawEndpoint();
        await using var endpoint = new RawEndpoint($"HTTP/1.1 307 Elsewhere\r\nLocation: {elsewhere.Address}\r\nContent-Length: 0\r\n\r\n");

        Assert.Equal(307, (await RefusalAsync(endpoint, "s3", "GetObject", """{"Bucket":"b","Key":"k"}""")).StatusCode);
        Assert.Equal(307, (await RefusalAsync(endpoint, "dynamodb", "ListTables", "{}")).StatusCode);
        Assert.Empty(elsewhere.Heard);
    }

    [Fact]
    public async Task An_answer_that_is_too_long_is_refused_as_soon_as_it_is()
    {
        await using var endpoint = new RawEndpoint(Answer("200 OK", new string('a', 1001)));
        await using var exact = new RawEndpoint(Answer("200 OK", new string('a', 1000)));
        await using var endless = new RawEndpoint($"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n{new string('a', 2000)}");
        const string Object = """{"Bucket":"b","Key":"k"}""";

        var problem = (await RefusalAsync(endpoint, "s3", "GetObject", Object, 1000)).Message;
        var read = Assert.IsType<ServiceResponse.Answered>(await SendAsync(exact.Address, "s3", "GetObject", Object, mostBytes: 1000));

        Assert.Equal($"Unable to execute HTTP request: {endpoint.Address.Authority}: the answer is longer than 1000 bytes", problem);
        Assert.Equal(1000, read.Content!.Value.Length);
        Assert.EndsWith("longer than 1000 bytes", (await RefusalAsync(endless, "s3", "GetObject", Object, 1000)).Message);
    }

    [Fact]
    public async Task Of_a_refusal_a_megabyte_is_read()
    {
        await using var endpoint = new RawEndpoint(Answer("400 Bad", new string('a', 3 * 1024 * 1024)));

        Assert.Equal(1024 * 1024, (await RefusalAsync(endpoint, "dynamodb", "ListTables", "{}")).Message.Length);
    }

    [Fact]
    public async Task A_long_answer_without_a_length_is_read_whole()
    {
        var part = new string('b', 0x10000);
        await using var endpoint = new RawEndpoint(
            $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{string.Concat(Enumerable.Repeat($"10000\r\n{part}\r\n", 50))}0\r\n\r\n");

        var read = Assert.IsType<ServiceResponse.Answered>(await SendAsync(endpoint.Address, "s3", "GetObject", """{"Bucket":"b","Key":"k"}"""));

        Assert.Equal(50 * 0x10000, read.Content!.Value.Length);
        Assert.Equal(-1, read.Content.Value.Span.IndexOfAnyExcept((byte)'b'));
    }

    [Fact]
    public async Task An_answer_that_ends_early_is_none()
    {
        await using var endpoint = new RawEndpoint("HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nabc", closes: true);

        var problem = (await RefusalAsync(endpoint, "s3", "GetObject", """{"Bucket":"b","Key":"k"}""")).Message;

        Assert.StartsWith($"Unable to execute HTTP request: {endpoint.Address.Authority}: ", problem);
    }

    [Theory]
    [InlineData("dynamodb", "ListTables", "the answer is not JSON. Is this the endpoint of dynamodb?")]
    [InlineData("lambda", "ListFunctions", "the answer is not JSON. Is this the endpoint of lambda?")]
    [InlineData("s3", "ListBuckets", "the answer is not XML. Is this the endpoint of s3?")]
    [InlineData("sns", "ListTopics", "the answer is not XML. Is this the endpoint of sns?")]
    public async Task An_answer_in_another_format_names_the_endpoint(string service, string action, string problem)
    {
        await using var endpoint = new RawEndpoint(Answer("200 OK", "<p>Hello"));

        Assert.Equal($"Unable to execute HTTP request: {endpoint.Address}: {problem}", (await RefusalAsync(endpoint, service, action, "{}")).Message);
    }

    [Fact]
    public async Task A_path_with_a_hole_is_no_request()
    {
        await using var endpoint = new RawEndpoint();

        Assert.Equal("Unable to execute HTTP request: Parameter 'Key' must not be null", (await RefusalAsync(endpoint, "s3", "GetObject", """{"Bucket":"b","Key":""}""")).Message);
        Assert.Empty(endpoint.Heard);
    }
}
