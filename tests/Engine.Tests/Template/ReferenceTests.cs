using Stateside.Engine.Template;
using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Template;

public sealed class ReferenceTests : IDisposable
{
    private const string Resources =
        """
          Queue: { Type: AWS::SQS::Queue, Properties: { QueueName: orders } }
          Fifo: { Type: AWS::SQS::Queue, Properties: { FifoQueue: true } }
          Topic: { Type: AWS::SNS::Topic }
          Table: { Type: AWS::DynamoDB::Table, Properties: { TableName: !Sub '${AWS::StackName}-t' } }
          MyBucket: { Type: AWS::S3::Bucket }
          Bus: { Type: AWS::Events::EventBus, Properties: { Name: bus } }
          Logs: { Type: AWS::Logs::LogGroup, Properties: { LogGroupName: /a/b } }
          Role: { Type: AWS::IAM::Role, Properties: { Path: /team/ } }
          Step: { Type: AWS::StepFunctions::Activity, Properties: { Name: step } }
          Machine: { Type: AWS::StepFunctions::StateMachine, Properties: { StateMachineName: m, DefinitionString: '{}' } }
          MachineVersion: { Type: AWS::StepFunctions::StateMachineVersion, Properties: { StateMachineArn: !Ref Machine } }
          MachineAlias: { Type: AWS::StepFunctions::StateMachineAlias, Properties: { Name: live, RoutingConfiguration: [{ StateMachineVersionArn: !Ref MachineVersion, Weight: 100 }] } }
          Plain: { Type: AWS::Lambda::Function, Properties: { FunctionName: plain, Handler: a::b::c, Code: . } }
          PlainVersion: { Type: AWS::Lambda::Version, Properties: { FunctionName: !Ref Plain } }
          PlainAlias: { Type: AWS::Lambda::Alias, Properties: { Name: live, FunctionName: !GetAtt Plain.Arn, FunctionVersion: !GetAtt PlainVersion.Version } }
          Published: { Type: AWS::Serverless::Function, Properties: { Handler: a::b::c, AutoPublishAlias: prod } }
          Secret: { Type: AWS::SecretsManager::Secret, Properties: { Name: s } }
          Value: { Type: AWS::SSM::Parameter, Properties: { Name: /p, Type: String, Value: v } }
        """;

    private readonly TemplateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("!Ref Queue", "https://sqs.us-east-1.amazonaws.com/123456789012/orders")]
    [InlineData("!GetAtt Queue.Arn", "arn:aws:sqs:us-east-1:123456789012:orders")]
    [InlineData("!GetAtt Queue.QueueName", "orders")]
    [InlineData("!GetAtt Fifo.QueueName", "Fifo.fifo")]
    [InlineData("!Ref Topic", "arn:aws:sns:us-east-1:123456789012:Topic")]
    [InlineData("!GetAtt Topic.TopicName", "Topic")]
    [InlineData("!Ref Table", "stateside-t")]
    [InlineData("!GetAtt Table.Arn", "arn:aws:dynamodb:us-east-1:123456789012:table/stateside-t")]
    [InlineData("!GetAtt Table.StreamArn", "arn:aws:dynamodb:us-east-1:123456789012:table/stateside-t/stream/2020-01-01T00:00:00.000")]
    [InlineData("!Ref MyBucket", "mybucket")]
    [InlineData("!GetAtt MyBucket.Arn", "arn:aws:s3:::mybucket")]
    [InlineData("!Ref Bus", "bus")]
    [InlineData("!GetAtt Bus.Arn", "arn:aws:events:us-east-1:123456789012:event-bus/bus")]
    [InlineData("!GetAtt Logs.Arn", "arn:aws:logs:us-east-1:123456789012:log-group:/a/b:*")]
    [InlineData("!GetAtt Role.Arn", "arn:aws:iam::123456789012:role/team/Role")]
    [InlineData("!Ref Role", "Role")]
    [InlineData("!Ref Step", "arn:aws:states:us-east-1:123456789012:activity:step")]
    [InlineData("!GetAtt Step.Name", "step")]
    [InlineData("!Ref Machine", "arn:aws:states:us-east-1:123456789012:stateMachine:m")]
    [InlineData("!GetAtt Machine.Arn", "arn:aws:states:us-east-1:123456789012:stateMachine:m")]
    [InlineData("!GetAtt Machine.Name", "m")]
    [InlineData("!Ref MachineVersion", "arn:aws:states:us-east-1:123456789012:stateMachine:m:1")]
    [InlineData("!Ref MachineAlias", "arn:aws:states:us-east-1:123456789012:stateMachine:m:live")]
    [InlineData("!Ref Plain", "plain")]
    [InlineData("!GetAtt Plain.Arn", "arn:aws:lambda:us-east-1:123456789012:function:plain")]
    [InlineData("!Ref PlainVersion", "arn:aws:lambda:us-east-1:123456789012:function:plain:1")]
    [InlineData("!GetAtt PlainVersion.Version", "1")]
    [InlineData("!Ref PlainAlias", "arn:aws:lambda:us-east-1:123456789012:function:plain:live")]
    [InlineData("!GetAtt PlainAlias.AliasArn", "arn:aws:lambda:us-east-1:123456789012:function:plain:live")]
    [InlineData("!Ref Published.Alias", "arn:aws:lambda:us-east-1:123456789012:function:Published:prod")]
    [InlineData("!Ref Published.Version", "arn:aws:lambda:us-east-1:123456789012:function:Published:1")]
    [InlineData("!GetAtt Published.Version.Version", "1")]
    [InlineData("{ 'Fn::GetAtt': [Published.Version, Version] }", "1")]
    [InlineData("!Sub '${Published.Alias}'", "arn:aws:lambda:us-east-1:123456789012:function:Published:prod")]
    [InlineData("!Ref PublishedAliasprod", "arn:aws:lambda:us-east-1:123456789012:function:Published:prod")]
    [InlineData("!GetAtt PublishedRole.Arn", "arn:aws:iam::123456789012:role/PublishedRole")]
    [InlineData("!Ref Secret", "arn:aws:secretsmanager:us-east-1:123456789012:secret:s-AbCdEf")]
    [InlineData("!GetAtt Value.Value", "v")]
    [InlineData("!Sub '${Table}/${Queue.Arn}'", "stateside-t/arn:aws:sqs:us-east-1:123456789012:orders")]
    public void A_reference_gives_what_a_deployment_gives(string expression, string expected)
    {
        var (value, diagnostics) = _folder.Variable(expression, resources: Resources);
        Assert.Equal(expected, value);
        Assert.Empty(diagnostics);
    }

    [Fact]
    public void An_alias_of_a_function_that_publishes_none_is_an_error()
    {
        var (_, diagnostics) = _folder.Variable("!Ref G.Alias", resources: "  G: { Type: AWS::Serverless::Function, Properties: { Handler: a::b::c } }");
        Assert.Equal("'G.Alias' needs an alias, but 'G' has no AutoPublishAlias.", Assert.Single(diagnostics).Message);
    }

    [Fact]
    public void Names_that_need_each_other_are_an_error_that_shows_the_circle()
    {
        var (_, diagnostics) = _folder.Variable(
            "!Ref A", resources: "  A: { Type: AWS::SNS::Topic, Properties: { TopicName: !GetAtt B.TopicName } }\n  B: { Type: AWS::SNS::Topic, Properties: { TopicName: !GetAtt A.TopicName } }");
        Assert.Contains(diagnostics, d => d is { Severity: TemplateSeverity.Error, Message: "The name of 'A' depends on itself: A -> B -> A." });
    }

    [Fact]
    public void Resources_that_need_each_other_are_a_warning_since_only_the_deployment_fails()
    {
        var model = _folder.Read(
            """
            Resources:
              F: { Type: AWS::Lambda::Function, Properties: { Handler: a::b::c, Code: ., Environment: { Variables: { M: !Ref M } } } }
              M: { Type: AWS::StepFunctions::StateMachine, Properties: { DefinitionString: !Sub '{"a":"${F.Arn}"}' } }
            """);
        var warning = Assert.Single(model.Diagnostics);
        Assert.Equal("These resources need each other in a circle, which CloudFormation refuses: F -> M -> F.", warning.Message);
        Assert.Equal(TemplateSeverity.Warning, warning.Severity);
    }

    [Fact]
    public void A_misspelt_name_is_answered_with_the_near_one()
    {
        var (_, diagnostics) = _folder.Variable("!Ref Qeue", resources: Resources);
        Assert.StartsWith("Did you mean 'Queue'?", Assert.Single(diagnostics).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mistake_in_a_resource_that_nobody_runs_is_a_warning()
    {
        var model = _folder.Read("Resources:\n  A: { Type: AWS::CloudWatch::Alarm, Properties: { Metric: !Ref Absent, Other: !ImportValue x } }\n");
        Assert.Equal(TemplateSeverity.Warning, Assert.Single(model.Diagnostics).Severity);
    }

    [Theory]
    [InlineData("cn-north-1", "arn:aws-cn:sqs:cn-north-1:000000000001:Q", "https://sqs.cn-north-1.amazonaws.com.cn/000000000001/Q")]
    [InlineData("us-gov-west-1", "arn:aws-us-gov:sqs:us-gov-west-1:000000000001:Q", "https://sqs.us-gov-west-1.amazonaws.com/000000000001/Q")]
    public void Region_and_account_decide_the_partition(string region, string arn, string url)
    {
        var path = _folder.Write("t.yaml", "Resources:\n  Q: { Type: AWS::SQS::Queue }\n");
        var queue = Assert.Single(TemplateReader.Read(new TemplateRequest(path) { Location = new(region, "000000000001") }).Resources);
        Assert.Equal((arn, url), (queue.Arn, queue.PhysicalId));
    }

    [Fact]
    public void Resources_carry_their_computed_properties()
    {
        var model = _folder.Read($"Resources:\n{Resources}\n");
        var table = Assert.Single(model.Resources, resource => resource.LogicalId == "Table");
        Assert.Equal("""{"TableName":"stateside-t"}""", JsonWriter.Compact(table.Properties));
        Assert.Equal("AWS::DynamoDB::Table", table.Type);
    }
}
