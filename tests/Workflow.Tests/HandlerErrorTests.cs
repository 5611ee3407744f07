using Stateside.Engine.Execution;
using Stateside.Language.Json;

namespace Stateside.Workflow.Tests;

public sealed class HandlerErrorTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stateside-errors-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_uncaught_exception_with_an_inner_one_fails_the_execution_with_lambda_s_error_json()
    {
        var run = await RunAsync("ThrowInner");

        Assert.Equal(ExecutionStatus.Failed, run.Execution.Status);
        Assert.Equal("InvalidOrderException", run.Execution.Error);
        var cause = Assert.IsType<JsonObject>(JsonReader.Parse(run.Execution.Cause!));
        Assert.Equal(["errorType", "errorMessage", "stackTrace", "cause"], cause.Keys.ToArray());
        AssertError(cause, "InvalidOrderException", "outer");
        var inner = Assert.IsType<JsonObject>(cause["cause"]);
        Assert.Equal(["errorType", "errorMessage", "stackTrace"], inner.Keys.ToArray());
        AssertError(inner, "FormatException", "inner");
    }

    [Fact]
    public async Task An_aggregate_exception_s_causes_are_all_there()
    {
        var run = await RunAsync("ThrowAggregate");

        Assert.Equal("AggregateException", run.Execution.Error);
        var cause = Assert.IsType<JsonObject>(JsonReader.Parse(run.Execution.Cause!));
        Assert.Equal(
            ["\"FormatException\"", "\"InvalidOperationException\""],
            Assert.IsType<JsonArray>(cause["causes"]).Select(inner => ((JsonObject)inner)["errorType"]!.Text));
    }

    private static void AssertError(JsonObject error, string type, string message)
    {
        Assert.Equal((type, message), (((JsonString)error["errorType"]!).Value, ((JsonString)error["errorMessage"]!).Value));
        var line = Assert.IsType<JsonString>(Assert.IsType<JsonArray>(error["stackTrace"])[0]).Value;
        Assert.StartsWith("at Shapes.Behavior.ThrowInner()", line, StringComparison.Ordinal);
    }

    private async Task<Run> RunAsync(string handler)
    {
        var template = Path.Combine(_folder.FullName, "template.yaml");
        await File.WriteAllTextAsync(
            template,
            $$"""
            Transform: AWS::Serverless-2016-10-31
            Resources:
              Fails:
                Type: AWS::Serverless::Function
                Properties:
                  CodeUri: .
                  Runtime: dotnet10
                  Handler: Shapes::Shapes.Behavior::{{handler}}
              Machine:
                Type: AWS::Serverless::StateMachine
                Properties:
                  Role: arn:aws:iam::123456789012:role/machine
                  Definition:
                    StartAt: Fail
                    States:
                      Fail: {Type: Task, Resource: !GetAtt Fails.Arn, End: true}
            """,
            TestContext.Current.CancellationToken);
        await using var workflow = new Workflow(template, "Machine");
        return await workflow.RunAsync("{}");
    }
}
