using System.Net;
using System.Net.Sockets;
using Stateside.Engine.Execution;
using Stateside.Engine.History;

namespace Stateside.Engine.Tests.Tasks;

public sealed class ApiGatewayTests
{
    private const string Api = "abc123.execute-api.us-east-1.amazonaws.com";
    private const string Fine = "HTTP/1.1 200 OK\r\nx-amz-apigw-id: i\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{\"id\":7}";

    private static string Call(string endpoint, string fields, string pattern = "") => TaskFixture.TaskMachine(
        $"arn:aws:states:::apigateway:invoke{pattern}", $$""" "Parameters":{"ApiEndpoint":"{{endpoint}}",{{fields}} } """);

    /// <summary>Calls an API that listens on this machine, directly or in the place of one of AWS's.</summary>
    private static async Task<(string Request, ExecutionDescription Execution)> CallAsync(string answer, string fields, string? api = null)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var heard = Listening.AnswerOnceAsync(listener, answer);
        await using var tasks = new TaskFixture(endpoint: api is null ? null : new Uri($"http://{listener.LocalEndpoint}"));
        var execution = await tasks.RunAsync(Call(api ?? listener.LocalEndpoint.ToString()!, fields));
        return (await heard, execution);
    }

    [Fact]
    public async Task A_request_is_made_of_the_stage_the_path_and_the_parameters_and_its_answer_told()
    {
        var (request, execution) = await CallAsync(
            Fine,
            """ "Method":"POST","Stage":"prod","Path":"/bills","Headers":{"X-Own":["1","2"]},"QueryParameters":{"tag":["a b","c"],"n":["1"]},"RequestBody":{"n":1,"o":null} """);

        var lines = request.Split("\r\n");
        Assert.Equal("POST /prod/bills?tag=a%20b&tag=c&n=1 HTTP/1.1", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("X-Own: 1,2", StringComparison.Ordinal));
        Assert.Contains("Content-Type: application/json", lines);
        Assert.Equal("""{"n":1}""", lines[^1]);
        Assert.Equal(
            """{"Headers":{"Content-Length":["8"],"Content-Type":["application/json"],"x-amz-apigw-id":["i"]},"ResponseBody":{"id":7},"StatusCode":200,"StatusText":"OK"}""",
            execution.Output!.Text);
    }

    [Theory]
    [InlineData("\"HelloWorld\"", "false", "\"HelloWorld\"")]
    [InlineData("\"\"", "false", "\"\"")]
    [InlineData("null", "false", "")]
    [InlineData("""{"a":[{"b":null}]}""", "false", """{"a":[{}]}""")]
    [InlineData("""{"a":[{"b":null}]}""", "true", """{"a":[{"b":null}]}""")]
    public async Task A_body_is_JSON_without_what_is_null_unless_it_is_allowed(string body, string allow, string sent)
    {
        var (request, _) = await CallAsync(Fine, $$""" "Method":"POST","RequestBody":{{body}},"AllowNullValues":{{allow}} """);

        Assert.Equal(sent, request.Split("\r\n")[^1]);
    }

    [Fact]
    public async Task An_API_of_AWS_is_asked_for_at_the_configured_endpoint_by_its_own_host()
    {
        var (request, execution) = await CallAsync(Fine, """ "Method":"GET","Stage":"s","Path":"p","AuthType":"IAM_ROLE" """, Api);

        Assert.Equal(ExecutionStatus.Succeeded, execution.Status);
        var lines = request.Split("\r\n");
        Assert.Equal("GET /s/p HTTP/1.1", lines[0]);
        Assert.Contains($"Host: {Api}", lines);
        Assert.Contains(lines, line => line.StartsWith("Authorization: AWS4-HMAC-SHA256", StringComparison.Ordinal) && line.Contains("/execute-api/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_refusal_is_named_by_its_status_and_caused_by_its_body()
    {
        var (_, execution) = await CallAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 20\r\n\r\n{\"message\":\"Missing\"}", """ "Method":"GET" """);

        Assert.Equal(("ApiGateway.403", "{\"message\":\"Missing\""), (execution.Error, execution.Cause));
    }

    [Theory]
    [InlineData(""" "Method":"GET","Headers":{"h":["a\r\nX: b"]} """, "The value of the header 'h' has a line break or another control character.")]
    [InlineData(""" "Method":"TRACE" """, "The value of the field 'Method' has an invalid format")]
    [InlineData(""" "Method":"GET","AuthType":"ANY" """, "The value of the field 'AuthType' has an invalid format")]
    public async Task What_no_request_can_be_made_of_is_said_so(string fields, string problem)
    {
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(Call(Api, fields));

        Assert.Equal("States.Runtime", execution.Error);
        Assert.EndsWith($"could not be used to start the Task: [{problem}]", execution.Cause);
    }

    [Fact]
    public async Task Without_an_endpoint_no_API_of_AWS_is_reached()
    {
        await using var tasks = new TaskFixture();

        var execution = await tasks.RunAsync(Call(Api, """ "Method":"GET" """));

        Assert.Equal("ApiGateway.SdkClientException", execution.Error);
        Assert.Contains("AWS_ENDPOINT_URL_API_GATEWAY", execution.Cause);
    }

    [Fact]
    public async Task This_machine_is_called_only_where_that_is_allowed()
    {
        await using var tasks = new TaskFixture(allowLoopbackHttp: false);

        var execution = await tasks.RunAsync(Call("localhost:1", """ "Method":"GET" """));

        Assert.Contains("--allow-loopback-http", execution.Cause);
    }
}
