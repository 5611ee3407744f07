using System.Net;
using System.Text;
using Stateside.Aws.Endpoint;

namespace Stateside.Aws.Tests.Endpoint;

/// <summary>What comes over HTTP in no client's form, and what a browser could be led to.</summary>
public sealed class AddressTests : IAsyncDisposable
{
    private const string Template =
        """
        Resources:
          Box:
            Type: AWS::S3::Bucket
            Properties: {BucketName: box}
          News:
            Type: AWS::SNS::Topic
            Properties: {TopicName: news}
          Jobs:
            Type: AWS::SQS::Queue
            Properties: {QueueName: jobs}
        """;

    private readonly ServiceFixture _fixture = new(Template);
    private readonly LoopbackAddress _address = new();
    private readonly HttpClient _client;
    private readonly List<Exception> _defects = [];

    public AddressTests()
    {
        _address.Serve((socket, token) => AwsEndpoint.ServeAsync(socket, _fixture.Service, _defects.Add, token), _defects.Add);
        _client = new HttpClient { BaseAddress = _address.Url };
    }

    [Theory]
    [InlineData("zz\r\nabc")]
    [InlineData("ff\r\nabc")]
    [InlineData("7fffffff\r\nabc")]
    [InlineData("abc")]
    [InlineData("3\r\nabc\r\n0\r\n\r\n")]
    public async Task Chunks_of_other_lengths_than_they_say_are_refused(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/box/key") { Content = new StringContent(body) };
        request.Headers.Add("X-Amz-Content-Sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER");
        request.Headers.Add("X-Amz-Decoded-Content-Length", "4");

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("<Code>IncompleteBody</Code>", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Empty(_defects);
    }

    [Fact]
    public async Task Metadata_that_is_not_ASCII_comes_back_in_the_form_of_mail()
    {
        using var handler = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        using var client = new HttpClient(handler) { BaseAddress = _address.Url };
        using var request = new HttpRequestMessage(HttpMethod.Put, "/box/key") { Content = new StringContent("x") };
        request.Headers.Add("x-amz-meta-name", "é");
        (await client.SendAsync(request, TestContext.Current.CancellationToken)).Dispose();

        using var response = await client.GetAsync("/box/key", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("=?UTF-8?B?w6k=?=", response.Headers.GetValues("x-amz-meta-name").Single());
    }

    [Fact]
    public async Task A_long_object_comes_whole_and_in_ranges()
    {
        var bytes = Enumerable.Range(0, (9 * 1024 * 1024) + 5).Select(i => (byte)(i % 251)).ToArray();
        (await _client.PutAsync("/box/long", new ByteArrayContent(bytes), TestContext.Current.CancellationToken)).Dispose();
        using var ranged = new HttpRequestMessage(HttpMethod.Get, "/box/long");
        ranged.Headers.Range = new(3, 9 * 1024 * 1024);

        using var whole = await _client.GetAsync("/box/long", TestContext.Current.CancellationToken);
        using var part = await _client.SendAsync(ranged, TestContext.Current.CancellationToken);

        Assert.Equal((HttpStatusCode.OK, bytes.Length), (whole.StatusCode, whole.Content.Headers.ContentLength));
        Assert.Equal(bytes, await whole.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Equal((HttpStatusCode.PartialContent, $"bytes 3-{9 * 1024 * 1024}/{bytes.Length}"), (part.StatusCode, $"{part.Content.Headers.ContentRange}"));
        Assert.Equal(bytes[3..((9 * 1024 * 1024) + 1)], await part.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Empty(_defects);
    }

    [Theory]
    [InlineData("X-Amzn-Trace-Id", "Root=1-2-3;Parent=4;Sampled=0;Lineage=aabbccdd:3|00000001:1;Stateside=x")]
    [InlineData("tracestate", "other=1, stateside-lineage=aabbccdd:3|00000001:1")]
    public async Task A_message_knows_what_led_to_the_function_that_sent_it(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/")
        {
            Content = new StringContent("""{"QueueUrl": "jobs", "MessageBody": "m"}""", Encoding.UTF8, "application/x-amz-json-1.0"),
        };
        request.Headers.Add("X-Amz-Target", "AmazonSQS.SendMessage");
        request.Headers.Add(header, value);

        (await _client.SendAsync(request, TestContext.Current.CancellationToken)).EnsureSuccessStatusCode().Dispose();

        var queues = _fixture.Embedded.Queues;
        Assert.Equal("aabbccdd:3|00000001:1", Assert.Single(queues.List(queues.Find("jobs")!, 0, 10)).Facts.Lineage);
    }

    [Theory]
    [InlineData(
        "AmazonSQS.SendMessage", """{"QueueUrl": "https://sqs.us-east-1.amazonaws.com/1/gone", "MessageBody": "m"}""",
        "SQS for queue 'gone'", "QueueDoesNotExist", "AWS::SQS::Queue", "SQS")]
    [InlineData(
        "DynamoDB_20120810.GetItem", """{"TableName": "gone", "Key": {"id": {"S": "a"}}}""",
        "DynamoDB for table 'gone'", "ResourceNotFoundException", "AWS::DynamoDB::Table", "DYNAMODB")]
    [InlineData(
        "DynamoDB_20120810.BatchGetItem", """{"RequestItems": {"gone": {"Keys": [{"id": {"S": "a"}}]}}}""",
        "DynamoDB for table 'gone'", "ResourceNotFoundException", "AWS::DynamoDB::Table", "DYNAMODB")]
    public async Task What_is_asked_for_and_not_declared_is_told_of_once(
        string target, string body, string what, string code, string type, string variable)
    {
        for (var i = 0; i < 2; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/")
            {
                Content = new StringContent(body, Encoding.UTF8, "application/x-amz-json-1.0"),
            };
            request.Headers.Add("X-Amz-Target", target);
            request.Headers.Add("X-Amzn-Trace-Id", "Root=1-2-3;StatesideFunction=Worker");
            using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }

        Assert.Equal(
            $"Worker asks {what}, which the template does not declare, and is refused ({code}). "
            + $"Declare it ({type}), or name where it is: --endpoint-url or AWS_ENDPOINT_URL_{variable}.",
            Assert.Single(_fixture.Troubles));
    }

    [Fact]
    public async Task What_is_not_in_a_declared_bucket_is_not_told_of()
    {
        using var response = await _client.GetAsync("/box/gone", TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(_fixture.Troubles);
    }

    [Theory]
    [InlineData("box.localhost", "/key")]
    [InlineData("BOX.localhost:8083", "/key")]
    [InlineData("box.s3.localhost", "/key")]
    [InlineData("stateside.localhost", "/box/key")]
    [InlineData("localhost", "/box/key")]
    public async Task A_bucket_stands_before_localhost_or_in_the_path(string host, string path)
    {
        (await _client.PutAsync("/box/key", new StringContent("here"), TestContext.Current.CancellationToken)).Dispose();
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = host;

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("here", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_root_of_a_buckets_host_lists_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/?list-type=2");
        request.Headers.Host = "box.localhost";

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Contains("<Name>box</Name>", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("Publish&TopicArn=arn:aws:sns:us-east-1:123456789012:news&Message=hello", HttpStatusCode.NotImplemented)]
    [InlineData("ListTopics", HttpStatusCode.OK)]
    public async Task A_link_may_only_look(string action, HttpStatusCode expected)
    {
        using var response = await _client.GetAsync(
            $"/?Action={action}&Version=2010-03-31&X-Amz-Credential=a/b/us-east-1/sns/aws4_request", TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task A_page_that_is_stored_may_do_nothing_in_the_consoles_origin()
    {
        (await _client.PutAsync("/box/page.html", new StringContent("<script>1</script>", Encoding.UTF8, "text/html"), TestContext.Current.CancellationToken)).Dispose();

        using var response = await _client.GetAsync("/box/page.html", TestContext.Current.CancellationToken);

        Assert.Equal("text/html", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("sandbox", response.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
    }

    [Fact]
    public async Task A_body_in_no_form_of_the_protocol_is_said_to_be()
    {
        using var response = await _client.PostAsync("/box?delete", new StringContent("{"), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("<Code>MalformedXML</Code>", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Who_calls_when_the_service_has_ended_is_cut_off()
    {
        (await _client.PutAsync("/box/key", new StringContent("x"), TestContext.Current.CancellationToken)).Dispose();
        await _fixture.Embedded.DisposeAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => _client.GetAsync("/box/key", TestContext.Current.CancellationToken));
        Assert.Empty(_defects);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _address.DisposeAsync();
        await _fixture.DisposeAsync();
    }
}
