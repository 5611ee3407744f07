using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Amazon.Runtime;
using Stateside.Engine.Tasks;

namespace Stateside.Engine.Tests.Tasks;

public sealed class HttpFunctionTests
{
    private static readonly RequestSigner NoSigner = new(TimeProvider.System, "us-east-1", _ => null);

    [Fact]
    public async Task A_request_is_made_as_Lambda_takes_it()
    {
        await using var endpoint = new OneAnswer("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
        using var functions = new HttpFunctions(endpoint.Address, NoSigner);

        await functions.InvokeAsync(
            new FunctionRequest("123456789012:function:Ship", "{}"u8.ToArray(), "77aa")
            {
                Qualifier = "$LATEST",
                InvocationType = FunctionInvocationType.Event,
                WantsLog = true,
                ClientContext = "e30=",
                TraceHeader = "Root=1-2-3",
            },
            Cancellation);

        var lines = (await endpoint.Request).Split("\r\n");
        Assert.Equal("POST /2015-03-31/functions/123456789012%3Afunction%3AShip/invocations?Qualifier=%24LATEST HTTP/1.1", lines[0]);
        Assert.Contains("X-Amz-Invocation-Type: Event", lines);
        Assert.Contains("X-Amz-Log-Type: Tail", lines);
        Assert.Contains("X-Amz-Client-Context: e30=", lines);
        Assert.Contains("X-Amzn-Trace-Id: Root=1-2-3", lines);
        Assert.Contains("Content-Type: application/json", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("Authorization:", StringComparison.Ordinal));
        Assert.Equal("{}", lines[^1]);
    }

    [Fact]
    public async Task An_answer_is_read_with_its_headers()
    {
        await using var endpoint = new OneAnswer(
            "HTTP/1.1 200 OK\r\nx-amzn-requestid: 9c2e\r\nX-Amz-Function-Error: Unhandled\r\nX-Amz-Executed-Version: 4\r\n"
            + "X-Amz-Log-Result: U1RBUlQ=\r\nContent-Length: 5\r\n\r\n[ 1 ]");

        var answer = Assert.IsType<FunctionResponse.Answered>(await InvokeAsync(endpoint));

        Assert.Equal("[ 1 ]", Encoding.UTF8.GetString(answer.Payload.Span));
        Assert.Equal((200, "9c2e", "Unhandled", "4", "U1RBUlQ="), (answer.StatusCode, answer.RequestId, answer.FunctionError, answer.ExecutedVersion, answer.LogResult));
        Assert.Contains(new("Content-Length", "5"), answer.Headers);
    }

    [Fact]
    public async Task An_endpoint_that_says_little_is_filled_in_for()
    {
        await using var endpoint = new OneAnswer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        var answer = Assert.IsType<FunctionResponse.Answered>(await InvokeAsync(endpoint));

        Assert.Equal(("77aa", "$LATEST", null), (answer.RequestId, answer.ExecutedVersion, answer.FunctionError));
    }

    [Theory]
    [InlineData("404 Not Found", "x-amzn-ErrorType: ResourceNotFoundException", """{"Type":"User","Message":"Function not found: x"}""", "ResourceNotFoundException", "Function not found: x")]
    [InlineData("429 Slow", "X-Amzn-ErrorType: TooManyRequestsException:http://internal/", """{"message":"Rate Exceeded."}""", "TooManyRequestsException", "Rate Exceeded.")]
    [InlineData("400 Bad", "X-None: 1", """{"__type":"com.amazonaws#InvalidRequestContentException","message":"No."}""", "InvalidRequestContentException", "No.")]
    [InlineData("502 Bad", "X-None: 1", "upstream died", "ServiceException", "upstream died")]
    [InlineData("403 No", "X-None: 1", "", "403", "HTTP status 403")]
    public async Task A_refusal_is_read_from_header_or_body(string status, string header, string body, string code, string message)
    {
        await using var endpoint = new OneAnswer($"HTTP/1.1 {status}\r\n{header}\r\nx-amzn-RequestId: 9c2e\r\nContent-Length: {body.Length}\r\n\r\n{body}");

        var refusal = Assert.IsType<FunctionResponse.Refused>(await InvokeAsync(endpoint));

        Assert.Equal(new ServiceError(code, message, int.Parse(status[..3], CultureInfo.InvariantCulture), "9c2e"), refusal.Error);
    }

    [Fact]
    public async Task Where_nothing_listens_the_client_says_so_and_names_the_endpoint()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://{listener.LocalEndpoint}");
        listener.Stop();
        using var functions = new HttpFunctions(address, NoSigner);

        var refusal = Assert.IsType<FunctionResponse.Refused>(await functions.InvokeAsync(new FunctionRequest("Ship", "{}"u8.ToArray(), "77aa"), Cancellation));

        Assert.Equal("SdkClientException", refusal.Error.Code);
        Assert.StartsWith($"Unable to execute HTTP request: {address.AbsoluteUri.TrimEnd('/')}", refusal.Error.Message);
    }

    // From AWS's published examples of Signature Version 4.
    [Theory]
    [InlineData("GET", "https://example.amazonaws.com/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")]
    [InlineData("POST", "https://example.amazonaws.com/", "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b")]
    [InlineData("GET", "https://example.amazonaws.com/?Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500")]
    public async Task A_request_is_signed_as_AWS_signs_its_examples(string method, string uri, string signature)
    {
        var signer = new RequestSigner(
            new StoppedTime(), "us-east-1", _ => new BasicAWSCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"));
        using var message = new HttpRequestMessage(new HttpMethod(method), uri);

        await signer.SignAsync(message, ReadOnlyMemory<byte>.Empty, "service", Cancellation);

        Assert.Equal(
            $"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature={signature}",
            message.Headers.GetValues("Authorization").Single());
    }

    // As in AWS's example get-header-value-trim.
    [Fact]
    public void Blanks_beside_each_other_in_a_header_are_signed_as_one() => Assert.Equal(
        "PUT\n/a\n\nhost:h\nx-amz-meta-note:a b c\n\nhost;x-amz-meta-note\n00",
        RequestSigner.Canonical("s3", "PUT", "/a", "", [KeyValuePair.Create("host", "h"), KeyValuePair.Create("x-amz-meta-note", "a   b  c")], "00"));

    [Theory]
    [InlineData("https://lambda.us-east-1.amazonaws.com/", true)]
    [InlineData("https://lambda.us-east-1.api.aws/", true)]
    [InlineData("http://127.0.0.1:3001/", false)]
    [InlineData("http://amazonaws.com.example/", false)]
    public async Task Only_an_endpoint_of_AWS_has_the_machine_searched_for_credentials(string uri, bool isAws)
    {
        bool? asked = null;
        var signer = new RequestSigner(new StoppedTime(), "us-east-1", its =>
        {
            asked = its;
            return null;
        });
        using var message = new HttpRequestMessage(HttpMethod.Post, uri);

        await signer.SignAsync(message, ReadOnlyMemory<byte>.Empty, "lambda", Cancellation);

        Assert.Equal(isAws, asked);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<FunctionResponse> InvokeAsync(OneAnswer endpoint)
    {
        using var functions = new HttpFunctions(endpoint.Address, NoSigner);
        return await functions.InvokeAsync(new FunctionRequest("Ship", "{}"u8.ToArray(), "77aa"), Cancellation);
    }

    private sealed class StoppedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2015, 8, 30, 12, 36, 0, TimeSpan.Zero);
    }

    /// <summary>An endpoint on this machine that hears one request and answers it with the given bytes.</summary>
    private sealed class OneAnswer : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public OneAnswer(string answer)
        {
            _listener.Start();
            Request = AnswerAsync(answer);
        }

        public Uri Address => new($"http://{_listener.LocalEndpoint}");

        public Task<string> Request { get; }

        public ValueTask DisposeAsync()
        {
            _listener.Stop();
            return ValueTask.CompletedTask;
        }

        private async Task<string> AnswerAsync(string answer)
        {
            using var client = await _listener.AcceptTcpClientAsync(Cancellation);
            var stream = client.GetStream();
            var heard = new StringBuilder();
            var buffer = new byte[4096];
            while (!heard.ToString().EndsWith("\r\n\r\n{}", StringComparison.Ordinal))
                heard.Append(Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, Cancellation)));
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), Cancellation);
            return heard.ToString();
        }
    }
}
