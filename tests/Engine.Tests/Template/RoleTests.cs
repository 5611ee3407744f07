using Stateside.Engine.Checks;
using Stateside.Language.Flow;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Template;

/// <summary>What a template declares of a machine's role. The machine writes into a table, and needs no more.</summary>
public sealed class RoleTests : IDisposable
{
    private const string Table = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders";
    private const string Lacks = "ROLE_PERMISSION_MISSING";

    private readonly TemplateFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("[{ DynamoDBCrudPolicy: { TableName: !Ref Orders } }]")]
    [InlineData("{ DynamoDBWritePolicy: { TableName: !Ref Orders } }")]
    [InlineData("AmazonDynamoDBFullAccess_v2")]
    [InlineData("[arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess]")]
    [InlineData("[{ Statement: [{ Effect: Allow, Action: dynamodb:PutItem, Resource: !GetAtt Orders.Arn }] }]")]
    [InlineData("{ Version: '2012-10-17', Statement: { Effect: Allow, Action: 'dynamodb:*Item', Resource: !Sub 'arn:aws:dynamodb:*:*:table/${Orders}' } }")]
    [InlineData("[{ Statement: [{ Effect: Allow, Action: dynamodb:PutItem, Resource: !Sub 'arn:aws:dynamodb:*:*:table/${AWS::StackName}-*' }] }]")]
    [InlineData("[!If [No, AmazonSQSFullAccess, { DynamoDBCrudPolicy: { TableName: !Ref Orders } }]]")]
    public void What_SAM_s_policies_grant_is_not_missing(string policies) => Assert.DoesNotContain(Lacks, Codes(OfSam(policies)));

    [Theory]
    [InlineData("[{ Statement: [{ Effect: Allow, Action: dynamodb:PutItem, Resource: !Ref Somewhere }] }]")]
    [InlineData("[{ Statement: [{ Effect: Allow, Action: dynamodb:PutItem, Resource: [!ImportValue Other] }] }]")]
    [InlineData("[PolicyOfOurs]")]
    [InlineData("[!Ref Somewhere]")]
    [InlineData("[{ PolicyOfTomorrow: { A: B } }]")]
    [InlineData("[{ Statement: [{ Effect: Allow, Action: dynamodb:PutItem, Resource: 'arn:aws:dynamodb:eu-west-1:210987654321:table/Orders' }] }]")]
    public void Nor_is_what_may_be_granted(string policies) => Assert.Empty(Codes(OfSam(policies)));

    [Theory]
    [InlineData("[]")]
    [InlineData("[AWSLambdaBasicExecutionRole]")]
    [InlineData("[{ DynamoDBReadPolicy: { TableName: !Ref Orders } }]")]
    [InlineData("[{ DynamoDBCrudPolicy: { TableName: Others } }]")]
    [InlineData("[{ Statement: [{ Effect: Allow, Action: dynamodb:PutItem, Resource: !Ref Orders }] }]")]
    [InlineData("[{ DynamoDBCrudPolicy: { TableName: !Ref Orders } }, { Statement: [{ Effect: Deny, Action: 'dynamodb:*', Resource: '*' }] }]")]
    public void What_they_do_not_grant_is(string policies)
    {
        var finding = Assert.Single(Check(OfSam(policies)));

        Assert.Equal((Lacks, "/States/Save"), (finding.Diagnostic.Code, finding.Diagnostic.Location));
        Assert.Contains($"dynamodb:PutItem on {Table}, which 'Save' needs", finding.Diagnostic.Message, StringComparison.Ordinal);
        Assert.Equal(
            """Add to its policies: {"Effect":"Allow","Action":"dynamodb:PutItem","Resource":{"Fn::GetAtt":["Orders","Arn"]}}""", finding.Diagnostic.Remedy);
        Assert.EndsWith("template.yaml", finding.File, StringComparison.Ordinal);
    }

    [Fact]
    public void A_machine_without_policies_has_a_role_that_may_nothing() => Assert.Equal([Lacks], Codes(OfSam(null)));

    [Theory]
    [InlineData("Policies: [{ PolicyName: p, PolicyDocument: { Statement: [{ Effect: Allow, Action: dynamodb:PutItem, Resource: !GetAtt Orders.Arn }] } }]", "")]
    [InlineData("ManagedPolicyArns: [!Ref Own]", "Own: { Type: AWS::IAM::ManagedPolicy, Properties: { PolicyDocument: { Statement: [{ Effect: Allow, Action: dynamodb:*, Resource: !GetAtt Orders.Arn }] } } }")]
    [InlineData("ManagedPolicyArns: [!Sub 'arn:${AWS::Partition}:iam::aws:policy/PowerUserAccess']", "")]
    [InlineData("Path: /", "Own: { Type: AWS::IAM::Policy, Properties: { PolicyName: p, Roles: [!Ref R], PolicyDocument: { Statement: [{ Effect: Allow, Action: dynamodb:*, Resource: !GetAtt Orders.Arn }] } } }")]
    [InlineData("Path: /", "Own: { Type: AWS::IAM::RolePolicy, Properties: { PolicyName: p, RoleName: !Ref R, PolicyDocument: { Statement: [{ Effect: Allow, Action: dynamodb:*, Resource: !GetAtt Orders.Arn }] } } }")]
    [InlineData("Path: /", "Joined: { Type: AWS::Serverless::Connector, Properties: { Source: { Id: M }, Destination: { Id: Orders }, Permissions: [Write] } }")]
    public void What_a_role_of_the_template_is_given_wherever_counts(string properties, string more) => Assert.Empty(Codes(OfRole(properties, more)));

    [Theory]
    [InlineData("Path: /", "")]
    [InlineData("Path: /", "Own: { Type: AWS::IAM::Policy, Properties: { PolicyName: p, Roles: [Another], PolicyDocument: { Statement: [{ Effect: Allow, Action: dynamodb:*, Resource: '*' }] } } }")]
    public void What_others_are_given_does_not(string properties, string more) => Assert.Equal([Lacks], Codes(OfRole(properties, more)));

    [Fact]
    public void Of_a_role_from_elsewhere_nothing_is_said() => Assert.Empty(Codes(Machine("Role: arn:aws:iam::123456789012:role/Theirs", "")));

    [Fact]
    public void What_a_queue_s_own_policy_may_allow_is_not_missing()
    {
        const string Machine = """
              M:
                Type: AWS::Serverless::StateMachine
                Properties:
                  Definition:
                    StartAt: Send
                    States: { Send: { Type: Task, Resource: 'arn:aws:states:::sqs:sendMessage', Parameters: { QueueUrl: !Ref Q, MessageBody: m }, End: true } }
              Q: { Type: AWS::SQS::Queue }
            """;
        const string Policy = """

              P:
                Type: AWS::SQS::QueuePolicy
                Properties: { Queues: [!Ref Q], PolicyDocument: { Statement: [{ Effect: Allow, Principal: PRINCIPAL, Action: sqs:SendMessage, Resource: !GetAtt Q.Arn }] } }
            """;

        Assert.Equal([Lacks], Codes("Resources:\n" + Machine));
        Assert.Empty(Codes("Resources:\n" + Machine + Policy.Replace("PRINCIPAL", "{ AWS: !GetAtt MRole.Arn }", StringComparison.Ordinal)));
        Assert.Equal([Lacks], Codes("Resources:\n" + Machine + Policy.Replace("PRINCIPAL", "{ Service: sns.amazonaws.com }", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("AmazonDynamoDBFullAccess_v2", "AmazonDynamoDBFullAccess_v2 allows dynamodb:*, dax:* on *; the definition needs dynamodb:PutItem of it.")]
    [InlineData("[{ Statement: [{ Effect: Allow, Action: '*', Resource: '*' }] }]", "a statement allows * on *; the definition needs dynamodb:PutItem of it.")]
    [InlineData("[{ Statement: [{ Effect: Allow, Action: ['dynamodb:PutItem'], Resource: '*' }, { Effect: Allow, Action: 's3:*', Resource: '*' }] }]", "a statement allows s3:* on *; the definition calls none of that.")]
    public void A_role_that_may_far_more_is_a_hint(string policies, string message)
    {
        var finding = Assert.Single(Check(OfSam(policies)));

        Assert.Equal("ROLE_TOO_WIDE", finding.Diagnostic.Code);
        Assert.EndsWith(message, finding.Diagnostic.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_tracing_adds_to_SAM_s_role_is_not_missing_there_and_is_in_a_role_of_one_s_own()
    {
        const string Granted = "{ Statement: { Effect: Allow, Action: dynamodb:PutItem, Resource: !GetAtt Orders.Arn } }";

        Assert.Empty(Codes(Machine($"Tracing: {{ Enabled: true }}\n      Policies: [{Granted}]", "")));
        Assert.Equal(
            ["ROLE_PERMISSION_RECOMMENDED"],
            Codes(Machine(
                "Tracing: { Enabled: true }\n      Role: !GetAtt R.Arn",
                $"R: {{ Type: AWS::IAM::Role, Properties: {{ Policies: [{{ PolicyName: p, PolicyDocument: {Granted} }}] }} }}")));
    }

    [Fact]
    public void A_parameter_without_a_value_may_be_a_substitution_of_its_name() => Assert.Empty(Codes(
        """
        Parameters:
          Table: { Type: String }
        Resources:
          M:
            Type: AWS::Serverless::StateMachine
            Properties:
              DefinitionSubstitutions: { Table: !Ref Table }
              Definition:
                StartAt: Save
                States: { Save: { Type: Task, Resource: 'arn:aws:states:::dynamodb:putItem', Parameters: { TableName: '${Table}', Item: {} }, End: true } }
              Policies: [{ DynamoDBWritePolicy: { TableName: !Ref Table } }]
        """));

    private static string OfSam(string? policies) => Machine(policies is null ? "Type: STANDARD" : $"Policies: {policies}", "");

    private static string OfRole(string properties, string more) =>
        Machine("Role: !GetAtt R.Arn", $"R: {{ Type: AWS::IAM::Role, Properties: {{ {properties} }} }}\n  {more}");

    private static string Machine(string role, string more) =>
        $$"""
        Parameters:
          Somewhere: { Type: String }
        Conditions:
          No: !Equals [a, b]
        Resources:
          M:
            Type: AWS::Serverless::StateMachine
            Properties:
              Definition:
                StartAt: Save
                States: { Save: { Type: Task, Resource: 'arn:aws:states:::dynamodb:putItem', Parameters: { TableName: !Ref Orders, Item: {} }, End: true } }
              {{role}}
          Orders: { Type: AWS::DynamoDB::Table }
          {{more}}
        """;

    private IEnumerable<string> Codes(string template) => Check(template).Select(finding => finding.Diagnostic.Code);

    private IReadOnlyList<Finding> Check(string template) => TemplateCheck.Run(
        TemplateCheck.Read(_folder.Write("template.yaml", template), AwsLocation.Default), AwsLocation.Default, _ => FlowSources.None);
}
