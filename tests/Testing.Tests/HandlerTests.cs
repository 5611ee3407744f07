using System.Text.Json;

namespace Stateside.Testing.Tests;

/// <summary>What handlers find in the process of a test, which is not theirs.</summary>
[Collection(nameof(ProcessVariables))]
public sealed class HandlerTests : IDisposable
{
    private const string Key = "AKIAIOSFODNN7EXAMPLE";
    private const string Template =
        """
        Globals: {Function: {Runtime: dotnet10, Timeout: 60, CodeUri: ., Handler: 'Shapes::Shapes.Behavior::Variable'}}
        Resources:
          First: {Type: AWS::Serverless::Function, Properties: {FunctionName: first}}
          Second: {Type: AWS::Serverless::Function, Properties: {FunctionName: second}}
          Machine:
            Type: AWS::Serverless::StateMachine
            Properties:
              Definition:
                StartAt: One
                QueryLanguage: JSONata
                States:
                  One: {Type: Task, Resource: !GetAtt First.Arn, Arguments: AWS_LAMBDA_FUNCTION_NAME, Assign: {one: '{% $states.result %}'}, Next: Two}
                  Two: {Type: Task, Resource: !GetAtt Second.Arn, Arguments: AWS_LAMBDA_FUNCTION_NAME, Assign: {two: '{% $states.result %}'}, Next: Key}
                  Key: {Type: Task, Resource: !GetAtt First.Arn, Arguments: AWS_ACCESS_KEY_ID, Assign: {key: '{% $states.result %}'}, Next: Profile}
                  Profile: {Type: Task, Resource: !GetAtt First.Arn, Arguments: AWS_PROFILE, Output: '{% [$one, $two, $key, $exists($states.result) and $states.result != null] %}', End: true}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stateside-testing-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Handlers_find_their_names_and_nobodys_credentials_and_a_test_its_own()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "template.yaml"), Template, TestContext.Current.CancellationToken);
        var folder = Directory.GetCurrentDirectory();
        var before = (Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID"), Environment.GetEnvironmentVariable("AWS_PROFILE"));
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", Key);
        Environment.SetEnvironmentVariable("AWS_PROFILE", "mine");
        try
        {
            await using (var test = WorkflowTest.FromTemplate(_folder.FullName, options: new WorkflowTestOptions { FreshHandlers = true }))
            {
                var run = await test.RunAsync("{}");
                Assert.Equal("""["first","second","STATESIDE",false]""", JsonSerializer.Serialize(run.Output<JsonElement>()));
            }

            Assert.Equal(folder, Directory.GetCurrentDirectory());
            Assert.Equal((Key, "mine"), (Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID"), Environment.GetEnvironmentVariable("AWS_PROFILE")));
        }
        finally
        {
            Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", before.Item1);
            Environment.SetEnvironmentVariable("AWS_PROFILE", before.Item2);
        }
    }

    [Fact]
    public async Task What_a_test_itself_asks_of_AWS_takes_its_usual_way()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "template.yaml"), Template, TestContext.Current.CancellationToken);
        await using var test = WorkflowTest.FromTemplate(_folder.FullName);
        await test.RunAsync("{}");

        var aws = new Uri("https://dynamodb.us-east-1.amazonaws.com/");
        Assert.True(HttpClient.DefaultProxy.IsBypassed(aws) || HttpClient.DefaultProxy.GetProxy(aws) is not { IsLoopback: true });
    }
}
