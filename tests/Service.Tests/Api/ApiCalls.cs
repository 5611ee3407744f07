using System.Text.Json;

namespace Stateside.Service.Tests.Api;

/// <summary>Short forms of what the tests of the API do again and again.</summary>
internal static class ApiCalls
{
    public const string Role = "arn:aws:iam::123456789012:role/Orders";

    public const string Pass = """{"StartAt":"Do","States":{"Do":{"Type":"Pass","End":true} } }""";

    public const string Wait = """{"StartAt":"Do","States":{"Do":{"Type":"Wait","Seconds":3600,"End":true} } }""";

    public static string MachineArn(string name) => $"arn:aws:states:us-east-1:123456789012:stateMachine:{name}";

    /// <summary>Creates a machine and gives its ARN.</summary>
    public static async Task<string> CreateAsync(this RunningServer server, string name, string definition = Pass, bool publish = false, string type = "STANDARD") =>
        (await server.CallAsync("CreateStateMachine", new { name, definition, roleArn = Role, publish, type })).Text("stateMachineArn");

    public static async Task<string> StartAsync(this RunningServer server, string stateMachineArn, string? name = null, string input = "{}") =>
        (await server.CallAsync("StartExecution", new { stateMachineArn, name, input })).Text("executionArn");

    /// <summary>Asks until the execution has ended; it waits for nothing but the processor.</summary>
    public static async Task<JsonElement> EndedAsync(this RunningServer server, string executionArn)
    {
        while (true)
        {
            var execution = await server.CallAsync("DescribeExecution", new { executionArn });
            if (execution.Text("status") != "RUNNING")
                return execution;
            await Task.Yield();
        }
    }

    /// <summary>Calls an operation that must be refused; gives the exception's name and its message.</summary>
    public static async Task<(string Code, string Message)> RefusedAsync(this RunningServer server, string operation, object request)
    {
        var (status, body) = await server.SendAsync("AWSStepFunctions." + operation, request as string ?? JsonSerializer.Serialize(request));
        Assert.True(status == 400, $"{operation}: {status} {body}");
        return (body.Text("__type").Split('#')[^1], body.Text("message"));
    }

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    public static IEnumerable<string> Texts(this JsonElement list, string name) => list.EnumerateArray().Select(item => item.Text(name));

    public static bool Has(this JsonElement element, string name) => element.TryGetProperty(name, out _);
}
