namespace Stateside.Testing.Tests;

public sealed class CheckTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("stateside-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_is_not_sound_fails_with_all_that_was_found()
    {
        var file = Write("pay.asl.json", """
            {"StartAt": "Make", "States": {
              "Make": {"Type": "Pass", "Result": {"total": 1}, "Next": "Ask"},
              "Ask": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "ResultPath": "$.answer", "Next": "Take"},
              "Take": {"Type": "Pass", "InputPath": "$.totl", "End": true}}}
            """);

        var failure = await Assert.ThrowsAsync<WorkflowAssertionException>(() => WorkflowCheck.Of(file).ShouldBeSound());

        var lines = failure.Message.Split('\n');
        Assert.Equal("pay.asl.json is not sound:", lines[0]);
        Assert.StartsWith($"{file}(3,", lines[1], StringComparison.Ordinal);
        Assert.Contains(": warning MISSING_TIMEOUT: ", lines[1], StringComparison.Ordinal);
        Assert.Equal($"{file}(4,42): error DATA_NEVER_FOUND: $ never has a member 'totl'. [/States/Take/InputPath]", lines[^2]);
        Assert.Equal("    Did you mean 'total'?", lines[^1]);
    }

    [Fact]
    public async Task Warnings_are_let_be_by_their_code_and_errors_never()
    {
        var lost = Write("ask.asl.json", """
            {"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "Resource": "arn:aws:states:us-east-1:123456789012:activity:a", "End": true}}}
            """);
        var wrong = Write("read.asl.json", """
            {"StartAt": "Read", "States": {"Read": {"Type": "Pass", "InputPath": "$$.Execution.Nme", "End": true}}}
            """);

        await WorkflowCheck.Of(lost).Allowing("MISSING_TIMEOUT").ShouldBeSound();
        await Assert.ThrowsAsync<WorkflowAssertionException>(() => WorkflowCheck.Of(lost).Allowing("OTHER").ShouldBeSound());
        await Assert.ThrowsAsync<WorkflowAssertionException>(() => WorkflowCheck.Of(wrong).Allowing("DATA_NEVER_FOUND").ShouldBeSound());
    }

    [Fact]
    public async Task Handlers_in_the_output_folder_tell_their_types()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "code"));
        var file = Write("template.yaml", """
            Transform: AWS::Serverless-2016-10-31
            Resources:
              Lines:
                Type: AWS::Serverless::StateMachine
                Properties:
                  Role: arn:aws:iam::123456789012:role/lines
                  DefinitionSubstitutions: {Line: !GetAtt Line.Arn}
                  Definition:
                    StartAt: Ask
                    States:
                      Ask: {Type: Task, Resource: "${Line}", TimeoutSeconds: 5, Next: Read}
                      Read: {Type: Pass, InputPath: $.skuu, End: true}
              Line:
                Type: AWS::Serverless::Function
                Properties: {FunctionName: Line, Runtime: dotnet10, Handler: "Shapes::Shapes.DataHandlers::Camel", CodeUri: code}
            """);

        var failure = await Assert.ThrowsAsync<WorkflowAssertionException>(() => WorkflowCheck.Of(_folder).ShouldBeSound());

        Assert.Contains($"{file}(12,41): error DATA_NEVER_FOUND: $ never has a member 'skuu'.", failure.Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'sku'? (Data.Line is declared at Data.cs:", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_there_is_said()
    {
        var failure = await Assert.ThrowsAsync<WorkflowAssertionException>(() => WorkflowCheck.Of("none.asl.json").ShouldBeSound());

        Assert.EndsWith("none.asl.json: There is no such file. Give the path of a template or a definition.", failure.Message, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
