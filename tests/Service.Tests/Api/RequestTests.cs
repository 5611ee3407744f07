using System.Net;
using System.Text;

namespace Stateside.Service.Tests.Api;

public sealed class RequestTests(RunningServer server) : IClassFixture<RunningServer>
{
    private const string Arn = "arn:aws:states:us-east-1:123456789012:stateMachine:Orders";

    [Theory]
    [InlineData("CreateStateMachine", """{"definition":"{}"}""", "2 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null; Value null at 'roleArn' failed to satisfy constraint: Member must not be null")]
    [InlineData("ListStateMachines", """{"maxResults":1001}""", "1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000")]
    [InlineData("ListExecutions", """{"statusFilter":"DONE"}""", "1 validation error detected: Value 'DONE' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]")]
    [InlineData("UntagResource", """{"resourceArn":"a","tagKeys":["a",""]}""", "1 validation error detected: Value '[a, ]' at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must not be null]")]
    [InlineData("TagResource", """{"resourceArn":"a","tags":[{"key":"a"},{"key":""}]}""", "1 validation error detected: Value '' at 'tags.2.member.key' failed to satisfy constraint: Member must have length greater than or equal to 1")]
    [InlineData("CreateStateMachineAlias", """{"name":"12","routingConfiguration":[]}""", @"2 validation errors detected: Value '12' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$; Value '[]' at 'routingConfiguration' failed to satisfy constraint: Member must have length greater than or equal to 1")]
    [InlineData("TestState", """{"definition":""}""", "1 validation error detected: Value at 'definition' failed to satisfy constraint: Member must have length greater than or equal to 1")]
    public async Task A_request_that_breaks_constraints_is_told_all_of_them(string operation, string body, string message) =>
        Assert.Equal(("ValidationException", message), await server.RefusedAsync(operation, body));

    [Theory]
    [InlineData("""{"name":7}""", "NUMBER_VALUE can not be converted to a String")]
    [InlineData("""{"name":{}}""", "Start of structure or map found where not expected.")]
    [InlineData("""{"name":[]}""", "Start of list found where not expected")]
    [InlineData("""{"tags":{}}""", "Start of structure or map found where not expected.")]
    [InlineData("""{"tags":"a"}""", "Expected list or null")]
    [InlineData("""{"publish":"true"}""", "STRING_VALUE can not be converted to a Boolean")]
    [InlineData("""{"encryptionConfiguration":{"kmsDataKeyReusePeriodSeconds":true}}""", "TRUE_VALUE can not be converted to an Integer")]
    [InlineData("[]", "Start of list found where not expected")]
    public async Task A_value_of_another_type_is_told_as_such(string body, string message) =>
        Assert.Equal(("SerializationException", message), await server.RefusedAsync("CreateStateMachine", body));

    [Theory]
    [InlineData("{", "Unexpected end-of-input: expected close marker for Object (start marker at [Source: (String)\"{\"; line: 1, column: 1])")]
    [InlineData("nothing", "Unrecognized token 'nothing': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')")]
    [InlineData("", "The body is no JSON object.")]
    [InlineData("null", "The body is no JSON object.")]
    public async Task A_body_that_is_no_json_is_told_as_such(string body, string message) =>
        Assert.Equal(("SerializationException", message), await server.RefusedAsync("CreateStateMachine", body));

    [Fact]
    public async Task A_member_that_is_null_is_as_good_as_absent_and_an_unknown_one_is_passed_over() =>
        Assert.True((await server.SendAsync("AWSStepFunctions.ListStateMachines", """{"maxResults":null,"nextToken":null,"color":"red"}""")).Status == 200);

    [Theory]
    [InlineData("Orders", "Invalid ARN prefix: Orders")]
    [InlineData("arn:aws:states:us-east-1:123456789012:activity:Orders", "Resource type not valid in this context: activity")]
    [InlineData("arn:aws:states:eu-west-1:123456789012:stateMachine:Orders", "Region not valid in this context: eu-west-1")]
    [InlineData("arn:aws:lambda:us-east-1:123456789012:function:Orders", "Service not valid in this context: lambda")]
    [InlineData("arn:aws:states:us-east-1", "Invalid ARN: arn:aws:states:us-east-1")]
    public async Task An_arn_of_something_else_is_refused_with_the_reason(string arn, string reason) =>
        Assert.Equal(("InvalidArn", $"Invalid Arn: '{reason}'"), await server.RefusedAsync("StartExecution", new { stateMachineArn = arn }));

    [Fact]
    public async Task Input_nested_too_deeply_is_refused_in_the_words_of_the_services_parser() => Assert.Equal(
        ("InvalidExecutionInput", "Invalid State Machine Execution Input: "
            + "'Document nesting depth (1001) exceeds the maximum allowed (1000, from `StreamReadConstraints.getMaxNestingDepth()`)'"),
        await server.RefusedAsync("StartExecution", new
        {
            stateMachineArn = await server.CreateAsync("Deep"),
            input = new string('[', 1001) + new string(']', 1001),
        }));

    [Fact]
    public async Task Another_accounts_resources_are_out_of_reach() => Assert.Equal(
        "AccessDeniedException",
        (await server.RefusedAsync("DescribeStateMachine", new { stateMachineArn = Arn.Replace("123456789012", "999999999999", StringComparison.Ordinal) })).Code);

    [Theory]
    [InlineData("not some json", "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')")]
    [InlineData("", "Invalid execution input.")]
    [InlineData("\uFEFF{}", "Unexpected character ('\uFEFF' (code 65279 / 0xfeff)): expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')")]
    public async Task Input_that_is_no_json_is_refused_in_the_words_of_the_services_parser(string input, string problem)
    {
        var machine = await server.CreateAsync("Reads");

        Assert.Equal(
            ("InvalidExecutionInput", $"Invalid State Machine Execution Input: '{problem}'"),
            await server.RefusedAsync("StartExecution", new { stateMachineArn = machine, input }));
        Assert.Equal(
            ("InvalidExecutionInput", $"Invalid State Machine Execution Input: '{problem}'"),
            await server.RefusedAsync("TestState", new { definition = """{"Type":"Pass","End":true}""", input }));
    }

    [Fact]
    public async Task Input_is_limited_by_its_bytes()
    {
        var machine = await server.CreateAsync("Measures", ApiCalls.Wait);

        await server.StartAsync(machine, input: $"\"{new string('a', 262_142)}\"");
        var (code, message) = await server.RefusedAsync("StartExecution", new { stateMachineArn = machine, input = $"\"{new string('ä', 131_072)}\"" });

        Assert.Equal("ValidationException", code);
        Assert.EndsWith("Member must have length less than or equal to 262144", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET", "application/x-amz-json-1.0", 404, "UnknownOperationException")]
    [InlineData("PUT", "application/x-amz-json-1.0", 404, "UnknownOperationException")]
    [InlineData("POST", "application/xml", 404, "UnknownOperationException")]
    [InlineData("POST", "application/x-amz-json-1.1", 200, null)]
    [InlineData("POST", "application/json; charset=utf-8", 200, null)]
    public async Task Only_a_post_of_json_is_a_call(string method, string contentType, int status, string? code)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), server.Address);
        request.Content = method == "GET" ? null : new ByteArrayContent("{}"u8.ToArray());
        request.Content?.Headers.TryAddWithoutValidation("Content-Type", contentType);
        request.Headers.Add("X-Amz-Target", "AWSStepFunctions.ListStateMachines");
        using var http = new HttpClient();

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(code ?? "stateMachines", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_more_than_a_megabyte_is_refused()
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Address) { Content = new StringContent(new string(' ', 1_048_577), Encoding.UTF8) };
        request.Content.Headers.ContentType = new("application/x-amz-json-1.0");
        request.Headers.Add("X-Amz-Target", "AWSStepFunctions.ListStateMachines");

        using var response = await http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }
}
