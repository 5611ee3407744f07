using System.Net;
using System.Net.Sockets;
using System.Text;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.StateTests;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Http;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Tasks;

public sealed class HttpTaskTests
{
    private const string Connection = "arn:aws:events:us-east-1:123456789012:connection/shop/1";

    private const string Empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

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
        Assert.Contains("Content-Type: application/json; charset=UTF-8", lines);
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

    [Theory]
    [InlineData(true, "?q=1&v=1", "[X-Own: 1, Authorization: Basic dTpw, X-Shop: s, ", """{"n":1,"b":"2"}""")]
    [InlineData(false, "?q=1", "[X-Own: 1, ", """{"n":1}""")]
    public async Task A_test_of_the_state_shows_the_request_and_the_answer(bool revealsSecrets, string query, string headers, string body)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var heard = Listening.AnswerOnceAsync(
            listener, "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nCache-Control: no-cache, no-store\r\nContent-Length: 2\r\n\r\nno");
        await using var tasks = new TaskFixture();
        tasks.Connections.Declare("shop", (JsonObject)JsonReader.Parse(
            """
            {"AuthorizationType":"BASIC","AuthParameters":{"BasicAuthParameters":{"Username":"u","Password":"p"},"InvocationHttpParameters":{
              "QueryStringParameters":[{"Key":"v","Value":"1"}],"HeaderParameters":[{"Key":"X-Shop","Value":"s"}],"BodyParameters":[{"Key":"b","Value":"2"}]} } }
            """));

        var result = await tasks.StateTests.RunAsync(StateTestReader.Read(new StateTestRequest
        {
            Definition = Call(
                $"http://{listener.LocalEndpoint}/v1", """ "Method":"POST","Headers":{"X-Own":"1"},"QueryParameters":{"q":1},"RequestBody":{"n":1} """),
            StateName = "Do",
            RoleArn = "arn:aws:iam::123456789012:role/r",
            RevealSecrets = revealsSecrets,
        }), TestContext.Current.CancellationToken);

        Assert.Equal(
            new HttpSent(
                "http", "POST", $"http://{listener.LocalEndpoint}/v1{query}",
                $"{headers}User-Agent: Amazon|StepFunctions|HttpInvoke|us-east-1, Range: bytes=0-262144]", body),
            result.Exchange?.Sent);
        Assert.Equal(
            new HttpReceived("http", "404", "Not Found", "[content-type: text/plain, cache-control: no-cache, no-store, content-length: 2]", "no"),
            result.Exchange?.Received);
        Assert.Contains("Authorization: Basic dTpw", await heard);
        Assert.Equal("States.Http.StatusCode.404", result.Error);
    }

    [Theory]
    [InlineData("", "application/json; charset=UTF-8")]
    [InlineData(""" "Headers":{"content-type":"application/x-www-form-urlencoded"}, """, "application/x-www-form-urlencoded")]
    public async Task A_form_is_sent_as_what_its_header_says(string headers, string contentType)
    {
        var (request, _) = await CallAsync(
            Empty, $$""" "Method":"POST",{{headers}}"RequestBody":{"a":"b c"},"Transform":{"RequestBodyEncoding":"URL_ENCODED"} """);

        Assert.Contains($"Content-Type: {contentType}", request.Split("\r\n"));
        Assert.EndsWith("\r\n\r\na=b%20c", request);
    }

    [Theory]
    [InlineData(""" {"a":"x y","n":2,"l":[1,2]} """, "?a=x%20y&n=2&l=1&l=2")]
    [InlineData(""" "a=x y&b=%C3%A9&c" """, "?a=x%20y&b=%C3%A9&c")]
    [InlineData(""" ["a=1",{"b":2}] """, "?a=1&b=2")]
    [InlineData("null", "")]
    public async Task Query_parameters_are_members_a_text_or_a_list(string parameters, string query)
    {
        var (request, _) = await CallAsync(Empty, $$""" "Method":"GET","QueryParameters":{{parameters}} """);

        Assert.Equal($"GET /v1/orders{query} HTTP/1.1", request.Split("\r\n")[0]);
    }

    [Fact]
    public async Task What_the_connection_says_too_goes_to_the_connection()
    {
        var (request, _) = await CallAsync(
            Empty,
            """
            "Method":"POST","Headers":{"x-shop":"own","X-Own":"1","User-Agent":"me","range":"bytes=1-2"},"QueryParameters":{"v":"own","w":"2"},
            "RequestBody":{"Job":"own","Other":1}
            """,
            """
            {"AuthorizationType":"API_KEY","AuthParameters":{"ApiKeyAuthParameters":{"ApiKeyName":"X-Key","ApiKeyValue":"secret"},
              "InvocationHttpParameters":{
                "QueryStringParameters":[{"Key":"v","Value":"1"}],"HeaderParameters":[{"Key":"x-shop","Value":"s"}],"BodyParameters":[{"Key":"Job","Value":"c"}]} } }
            """);

        var lines = request.Split("\r\n");
        Assert.Equal("POST /v1/orders?w=2&v=1 HTTP/1.1", lines[0]);
        Assert.Equal(
            ["Range: bytes=0-262144", "User-Agent: Amazon|StepFunctions|HttpInvoke|us-east-1", "X-Key: secret", "X-Own: 1", "x-shop: s"],
            lines.Where(line => line.StartsWith("X-", StringComparison.OrdinalIgnoreCase) || line.Contains("bytes", StringComparison.Ordinal)
                || line.Contains("Agent", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal("""{"Job":"c","Other":1}""", lines[^1]);
    }

    [Theory]
    [InlineData("\"text\"")]
    [InlineData("[1]")]
    public async Task A_body_that_cannot_be_merged_with_the_connection_s_is_an_error(string body)
    {
        await using var tasks = new TaskFixture();
        tasks.Connections.Declare("shop", (JsonObject)JsonReader.Parse(
            """{"AuthorizationType":"API_KEY","AuthParameters":{"InvocationHttpParameters":{"BodyParameters":[{"Key":"a","Value":"1"}]} } }"""));

        var execution = await tasks.RunAsync(Call("https://example.com/", $$""" "Method":"POST","RequestBody":{{body}} """));

        Assert.Equal("States.Runtime", execution.Error);
    }

    [Fact]
    public async Task Headers_of_an_answer_are_given_as_they_came_and_in_their_order()
    {
        var (_, execution) = await CallAsync(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nServer: nginx/1.18.0 (Ubuntu)\r\nCache-Control: no-cache, no-store\r\n"
                + "Set-Cookie: a=1\r\nContent-Length: 0\r\nSet-Cookie: b=2\r\nDate: Tue, 21 Nov 2023 00:06:17 GMT\r\n\r\n",
            """ "Method":"GET" """);

        Assert.Equal(
            """
            {"content-type":["text/plain"],"server":["nginx/1.18.0 (Ubuntu)"],"cache-control":["no-cache, no-store"],"set-cookie":["a=1","b=2"],"content-length":["0"],"date":["Tue, 21 Nov 2023 00:06:17 GMT"]}
            """.Trim(),
            ((JsonObject)execution.Output!)["Headers"]!.Text);
    }

    [Theory]
    [InlineData("image/png", "x")]
    [InlineData("Audio/ogg; q=1", "x")]
    [InlineData("video/mp4", "x")]
    [InlineData("application/octet-stream", "x")]
    [InlineData("text/plain; charset=us-ascii", "é")]
    [InlineData("text/plain; charset=utf-16", "x")]
    [InlineData("text/plain; charset=nonsense", "x")]
    public async Task An_answer_that_is_no_text_is_an_error(string contentType, string body)
    {
        var (_, execution) = await CallAsync(
            $"HTTP/1.1 200 OK\r\nContent-Type: {contentType}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}", """ "Method":"GET" """);

        Assert.Equal("States.Runtime", execution.Error);
    }

    [Fact]
    public async Task An_answer_is_read_in_its_charset()
    {
        var (_, execution) = await CallAsync(
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=\"ISO-8859-1\"\r\nContent-Length: 2\r\n\r\né", """ "Method":"GET" """);

        Assert.Equal(JsonValue.From("Ã©"), ((JsonObject)execution.Output!)["ResponseBody"]);
    }

    [Theory]
    [InlineData("""{"api_key_name":"X-Key","api_key_value":"k"}""", "GET /v1?v=described HTTP/1.1")]
    [InlineData(
        """{"api_key_name":"X-Key","api_key_value":"k","invocation_http_parameters":{"query_string_parameters":[{"key":"v","value":"secret"}]}}""",
        "GET /v1?v=secret HTTP/1.1")]
    public async Task A_connection_of_EventBridge_adds_what_its_secret_or_else_its_description_says(string secret, string line)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var heard = Listening.AnswerOnceAsync(listener, Empty);
        await using var tasks = new TaskFixture(services: call => new ServiceResponse.Answered(
            200,
            [],
            call.Action == "DescribeConnection"
                ? (JsonObject)JsonReader.Parse(
                    """
                    {"SecretArn":"s","AuthorizationType":"API_KEY","AuthParameters":{
                      "InvocationHttpParameters":{"QueryStringParameters":[{"Key":"v","Value":"described","IsValueSecret":false}]} } }
                    """)
                : JsonObject.Of(("SecretString", JsonValue.From(secret))),
            "r"));

        await tasks.RunAsync(Call($"http://{listener.LocalEndpoint}/v1", """ "Method":"GET" """));

        var lines = (await heard).Split("\r\n");
        Assert.Equal(line, lines[0]);
        Assert.Contains("X-Key: k", lines);
    }

    [Theory]
    [InlineData(null, "ResourceNotFound")]
    [InlineData("DEAUTHORIZED", "InvalidConnectionState")]
    [InlineData("AUTHORIZING", "AuthInProgress")]
    [InlineData("AUTHORIZED", "AccessDenied")]
    [InlineData("ACTIVE", "AccessDenied")]
    public async Task A_connection_that_cannot_be_used_is_an_error_that_a_catcher_can_catch(string? state, string error)
    {
        await using var tasks = new TaskFixture(services: call => call.Action == "DescribeConnection" && state is not null
            ? new ServiceResponse.Answered(
                200, [], JsonObject.Of(("SecretArn", JsonValue.From("s")), ("ConnectionState", JsonValue.From(state))), "r")
            : new ServiceResponse.Refused(new ServiceError("ResourceNotFoundException", "There is none.", 400, null)));

        var execution = await tasks.RunAsync(Call("https://example.com/", """ "Method":"GET" """));

        Assert.Equal($"Events.ConnectionResource.{error}", execution.Error);
    }

    [Fact]
    public async Task A_basic_connection_authorizes_and_adds_its_parameters()
    {
        var (request, _) = await CallAsync(
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            """ "Method":"GET" """,
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
    [InlineData("404 Not Found", "Not Found")]
    [InlineData("302 Found\r\nLocation: http://169.254.169.254/", "Found")]
    [InlineData("503 Busy", "Busy")]
    public async Task Any_other_status_is_an_error_with_the_words_beside_it(string status, string words)
    {
        var (_, execution) = await CallAsync($"HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nno", """ "Method":"GET" """);

        Assert.Equal(($"States.Http.StatusCode.{status[..3]}", words), (execution.Error, execution.Cause));
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

        Assert.Equal("Events.ConnectionResource.InvalidConnectionState", execution.Error);
        Assert.Contains("without --allow-aws nothing reaches AWS", execution.Cause);
    }

    [Theory]
    [InlineData("http://example.com/", "must begin with https://")]
    [InlineData("https://api.us-east-1.amazonaws.com/", "without --allow-aws nothing reaches AWS")]
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

        var execution = await tasks.RunAsync(
            Call("https://example.com/", """ "Method":"GET","Headers.$":"$" """), """{"X-Forwarded-For":"1","Authorization":"x","mine":"x"}""");

        Assert.Equal("States.Runtime", execution.Error);
        Assert.EndsWith("[The 'Headers' field contains unsupported values: [x-forwarded-for, authorization]]", execution.Cause);
    }
}
