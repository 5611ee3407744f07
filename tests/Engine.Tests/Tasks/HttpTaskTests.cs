using System.Net;
using System.Net.Sockets;
using Stateside.Engine.Execution;
using Stateside.Engine.Tasks.Http;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Tasks;

public sealed class HttpTaskTests
{
    private const string Connection = "arn:aws:events:us-east-1:123456789012:connection/shop/1";

    private static async Task<(string Request, ExecutionDescription Execution)> CallAsync(string answer, string fields, string? connection = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var heard = Listening.AnswerOnceAsync(listener, answer);
        await using var tasks = new TaskFixture();
        tasks.Connections.Declare("shop", (JsonObject)JsonReader.Parse(
            connection ?? """{"AuthorizationType":"API_KEY","AuthParameters":{"ApiKeyAuthParameters":{"ApiKeyName":"X-Key","ApiKeyValue":"secret"} } }"""));
        var execution = await tasks.RunAsync(Call($"http://{listener.LocalEndpoint}/v1/orders", fields));
        return (await heard, execution);
    }

    private static string Call(string endpoint, string fields) => TaskFixture.TaskMachine(
        "arn:aws:states:::http:invoke",
        $$""" "Parameters":{"ApiEndpoint":"{{endpoint}}","Authentication":{"ConnectionArn":"{{Connection}}"},{{fields}} } """);

    [Fact]
    public async Task A_request_carries_what_the_definition_and_the_connection_say()
    {
        var (request, execution) = await CallAsync(
            "HTTP/1.1 201 Created\r\nX-Trace: a\r\nX-Trace: b\r\nContent-Length: 8\r\n\r\n{\"id\":7}",
            """ "Method":"POST","Headers":{"X-Own":"1"},"QueryParameters":{"page":2,"tag":["a b","c"]},"RequestBody":{"n":1} """);

        var lines = request.Split("\r\n");
        Assert.Equal("POST /v1/orders?page=2&tag=a%20b&tag=c HTTP/1.1", lines[0]);
        Assert.Contains("X-Own: 1", lines);
        Assert.Contains("X-Key: secret", lines);
        Assert.Contains("Content-Type: application/json", lines);
        Assert.Contains("User-Agent: Amazon|StepFunctions|HttpInvoke|us-east-1", lines);
        Assert.Equal("""{"n":1}""", lines[^1]);
        Assert.Equal(
            """{"Headers":{"x-trace":["a","b"],"content-length":["8"]},"ResponseBody":{"id":7},"StatusCode":201,"StatusText":"Created"}""", execution.Output!.Text);
    }

    [Theory]
    [InlineData("null", "a%5B0%5D=1&a%5B1%5D=2&b%5Bc%5D=x%20y")]
    [InlineData("\"INDICES\"", "a%5B0%5D=1&a%5B1%5D=2&b%5Bc%5D=x%20y")]
    [InlineData("\"REPEAT\"", "a=1&a=2&b%5Bc%5D=x%20y")]
    [InlineData("\"BRACKETS\"", "a%5B%5D=1&a%5B%5D=2&b%5Bc%5D=x%20y")]
    [InlineData("\"COMMAS\"", "a=1,2&b%5Bc%5D=x%20y")]
    [InlineData("\"NONE\"", "a=%5B1%2C2%5D&b%5Bc%5D=x%20y")]
    public void A_form_writes_arrays_as_it_is_told(string format, string form) => Assert.Equal(
        form, HttpForm.Encode(JsonReader.Parse("""{"a":[1,2],"b":{"c":"x y"}}"""), (JsonReader.Parse(format) as JsonString)?.Value));

    [Fact]
    public async Task A_form_is_sent_as_one()
    {
        var (request, _) = await CallAsync(
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            """ "Method":"POST","RequestBody":{"a":"b c"},"Transform":{"RequestBodyEncoding":"URL_ENCODED"} """);

        Assert.Contains("Content-Type: application/x-www-form-urlencoded", request.Split("\r\n"));
        Assert.EndsWith("\r\n\r\na=b%20c", request);
    }

    [Fact]
    public async Task A_basic_connection_authorizes_and_adds_its_parameters()
    {
        var (request, _) = await CallAsync(
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            """ "Method":"GET","Headers":{"Authorization":"own"} """,
            """
            {"AuthorizationType":"BASIC","AuthParameters":{"BasicAuthParameters":{"Username":"u","Password":"p"},
              "InvocationHttpParameters":{"QueryStringParameters":[{"Key":"v","Value":"1"}],"HeaderParameters":[{"Key":"X-Shop","Value":"s"}]} } }
            """);

        var lines = request.Split("\r\n");
        Assert.Equal("GET /v1/orders?v=1 HTTP/1.1", lines[0]);
        Assert.Contains("Authorization: Basic dTpw", lines);
        Assert.Contains("X-Shop: s", lines);
    }

    [Theory]
    [InlineData("404 Not Found")]
    [InlineData("302 Found\r\nLocation: http://169.254.169.254/")]
    [InlineData("503 Busy")]
    public async Task Any_other_status_is_an_error_with_the_whole_answer(string status)
    {
        var (_, execution) = await CallAsync($"HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nno", """ "Method":"GET" """);

        Assert.Equal($"States.Http.StatusCode.{status[..3]}", execution.Error);
        var cause = (JsonObject)JsonReader.Parse(execution.Cause!);
        Assert.Equal(("no", status[..3]), (((JsonString)cause["ResponseBody"]!).Value, cause["StatusCode"]!.Text));
    }

    [Fact]
    public async Task A_connection_that_breaks_is_a_socket_error()
    {
        var (_, execution) = await CallAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", """ "Method":"GET" """);

        Assert.Equal("States.Http.Socket", execution.Error);
    }

    [Fact]
    public async Task An_answer_that_is_too_large_is_an_error()
    {
        var (_, execution) = await CallAsync("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n", """ "Method":"GET" """);

        Assert.Equal("States.DataLimitExceeded", execution.Error);
    }

    [Fact]
    public async Task A_connection_s_authorization_reaches_AWS_no_more_than_its_API_does()
    {
        await using var tasks = new TaskFixture();
        tasks.Connections.Declare("shop", (JsonObject)JsonReader.Parse(
            """
            {"AuthorizationType":"OAUTH_CLIENT_CREDENTIALS","AuthParameters":{"OAuthParameters":{
                "AuthorizationEndpoint":"https://login.us-east-1.amazonaws.com/token","HttpMethod":"POST","ClientParameters":{"ClientID":"c","ClientSecret":"s"} } } }
            """));

        var execution = await tasks.RunAsync(Call("https://example.com/", """ "Method":"GET" """));

        Assert.Equal("States.Http.Socket", execution.Error);
        Assert.Contains("without --allow-aws nothing reaches AWS", execution.Cause);
    }

    [Theory]
    [InlineData("http://example.com/", "must begin with https://")]
    [InlineData("https://api.us-east-1.amazonaws.com/", "without --allow-aws nothing reaches AWS")]
    [InlineData("ftp", "is not a URL")]
    public async Task An_endpoint_that_AWS_would_not_call_is_refused(string endpoint, string cause)
    {
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(Call(endpoint, """ "Method":"GET" """));

        Assert.Equal("States.Runtime", execution.Error);
        Assert.Contains(cause, execution.Cause);
    }

    [Fact]
    public async Task Loopback_is_called_only_where_it_is_allowed()
    {
        await using var tasks = new TaskFixture(allowLoopbackHttp: false);

        var execution = await tasks.RunAsync(Call("http://127.0.0.1:9/", """ "Method":"GET" """));

        Assert.Contains("--allow-loopback-http", execution.Cause);
    }

    [Theory]
    [InlineData("93.184.216.34", true)]
    [InlineData("10.0.0.1", false)]
    [InlineData("172.20.0.1", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("fd00::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("2606:2800:220:1::1", true)]
    [InlineData("::1", false)]
    public void Only_public_addresses_are_reached(string address, bool allowed) =>
        Assert.Equal(allowed, new PublicNetwork(allowLoopback: false).Allows(IPAddress.Parse(address)));

    [Fact]
    public async Task A_header_of_the_service_s_own_may_not_be_set()
    {
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(Call("https://example.com/", """ "Method":"GET","Headers":{"X-Forwarded-For":"1"} """));

        Assert.Equal(("States.Runtime", "The header 'X-Forwarded-For' may not be set by an HTTP task."), (execution.Error, execution.Cause));
    }
}
