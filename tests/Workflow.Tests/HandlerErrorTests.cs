using System.Text.Json;
using Stateside.Testing;

namespace Stateside.Workflow.Tests;

public sealed class HandlerErrorTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stateside-errors-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task An_uncaught_exception_with_an_inner_one_fails_the_execution_with_lambda_s_error_json()
    {
        var cause = await FailAsync("ThrowInner", "InvalidOrderException");

        AssertError(cause, "InvalidOrderException", "outer");
        AssertError(cause.Cause!, "FormatException", "inner");
    }

    [Fact]
    public async Task An_aggregate_exception_s_causes_are_all_there()
    {
        var cause = await FailAsync("ThrowAggregate", "AggregateException");

        Assert.Equal(["FormatException", "InvalidOperationException"], cause.Causes!.Select(inner => inner.ErrorType));
    }

    private static void AssertError(LambdaError error, string type, string message)
    {
        Assert.Equal((type, message), (error.ErrorType, error.ErrorMessage));
        Assert.StartsWith("at Shapes.Behavior.ThrowInner()", error.StackTrace[0], StringComparison.Ordinal);
    }

    private async Task<LambdaError> FailAsync(string handler, string error)
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder.FullName, "template.yaml"),
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
        await using var test = WorkflowTest.FromTemplate(_folder.FullName);
        var run = (await test.RunAsync()).ShouldFail(error);
        return JsonSerializer.Deserialize<LambdaError>(run.Cause!, JsonSerializerOptions.Web)!;
    }
}
