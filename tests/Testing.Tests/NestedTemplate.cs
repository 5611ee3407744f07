namespace Stateside.Testing.Tests;

/// <summary>A template whose machine Outer starts Inner, waits for it and catches whatever becomes of it.</summary>
internal sealed class NestedTemplate : IDisposable
{
    private const string Template = """
        Resources:
          Inner:
            Type: AWS::Serverless::StateMachine
            Properties:
              Name: Inner
              Role: arn:aws:iam::123456789012:role/inner
              Definition:
                StartAt: Charge
                States:
                  Charge: {Type: Task, Resource: 'arn:aws:lambda:us-east-1:123456789012:function:charge', End: true}
          Outer:
            Type: AWS::Serverless::StateMachine
            Properties:
              Name: Outer
              Role: arn:aws:iam::123456789012:role/outer
              Definition:
                StartAt: Nest
                States:
                  Nest:
                    Type: Task
                    Resource: arn:aws:states:::states:startExecution.sync:2
                    Parameters: {StateMachineArn: !Ref Inner, Input: {amount: 20}}
                    OutputPath: $.Output
                    Catch: [{ErrorEquals: [States.ALL], Next: Fine}]
                    End: true
                  Fine: {Type: Succeed}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stateside-nested-");

    public NestedTemplate() => File.WriteAllText(Path.Combine(_folder.FullName, "template.yaml"), Template);

    public void Dispose() => _folder.Delete(recursive: true);

    public WorkflowTest Test() => WorkflowTest.FromTemplate(_folder.FullName, "Outer");
}
