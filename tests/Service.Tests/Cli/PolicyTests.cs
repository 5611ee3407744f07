using Stateside.Language.Json;

namespace Stateside.Service.Tests.Cli;

public sealed class PolicyTests : IDisposable
{
    private const string Template =
        """
        Transform: AWS::Serverless-2016-10-31
        Parameters:
          Child: {Type: String}
        Resources:
          Orders:
            Type: AWS::Serverless::StateMachine
            Properties:
              Definition:
                StartAt: Save
                States:
                  Save: {Type: Task, Resource: arn:aws:states:::dynamodb:putItem, Parameters: {TableName: !Ref Table, Item: {}}, Next: Store}
                  Store: {Type: Task, Resource: arn:aws:states:::aws-sdk:s3:putObject, Parameters: {Bucket: !Ref Files, Key.$: "States.Format('a/{}', $.id)", Body: b}, Next: Start}
                  Start: {Type: Task, Resource: arn:aws:states:::states:startExecution, Parameters: {StateMachineArn: !Ref Child}, Next: Each}
                  Each:
                    Type: Map
                    ItemProcessor: {ProcessorConfig: {Mode: DISTRIBUTED, ExecutionType: STANDARD}, StartAt: P, States: {P: {Type: Pass, End: true}}}
                    End: true
          Table: {Type: AWS::DynamoDB::Table}
          Files: {Type: AWS::S3::Bucket}
        """;

    private readonly Project _project = new(Template);

    public void Dispose() => _project.Dispose();

    [Fact]
    public async Task A_template_s_policy_refers_to_its_resources()
    {
        var result = await Project.CallAsync("policy", _project.Template);

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.Equal(
            [
                "dynamodb:PutItem {Fn::GetAtt:[Table,Arn]}",
                "s3:PutObject {Fn::Sub:${Files.Arn}/a/*}",
                "states:StartExecution [{Ref:Child},{Fn::Sub:arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:Orders-*}]",
                "[states:DescribeExecution,states:StopExecution] {Fn::Sub:arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:Orders-*}",
                "states:RedriveExecution {Fn::Sub:arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:Orders-*/*:*}",
            ],
            Statements(result));
    }

    [Fact]
    public async Task Or_to_ARNs_where_they_are_asked_for()
    {
        var result = await Project.CallAsync("policy", _project.Template, "--resolved", "--region", "eu-west-1");

        Assert.Equal("dynamodb:PutItem arn:aws:dynamodb:eu-west-1:123456789012:table/Table", Statements(result)[0]);
    }

    [Fact]
    public async Task In_words_each_action_has_the_states_that_need_it()
    {
        var result = await Project.CallAsync("policy", _project.Template, "--format", "text");

        Assert.StartsWith(
            """
            arn:aws:dynamodb:us-east-1:123456789012:table/Table
              dynamodb:PutItem: Save calls dynamodb:putItem
            arn:aws:s3:::files/a/*
              s3:PutObject: Store calls aws-sdk:s3:putObject
            """, result.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_definition_keeps_its_substitutions()
    {
        var file = _project.Write("a.asl.json", """{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "${F}", "End": true}}}""");

        Assert.Equal(["lambda:InvokeFunction ${F}"], Statements(await Project.CallAsync("policy", file)));
    }

    [Fact]
    public async Task The_policy_of_order_intake_is_what_its_template_grants_and_no_more()
    {
        var template = Path.Combine(Project.RepoRoot, "serverless.template");

        Assert.Equal(
            [
                "lambda:InvokeFunction [{Fn::Sub:${ValidateOrderFunction.Arn}:live},{Fn::Sub:${InvoiceOrderFunction.Arn}:live}]",
                "[dynamodb:PutItem,dynamodb:GetItem] {Fn::GetAtt:[OrdersTable,Arn]}",
                "s3:PutObject {Fn::Sub:${InvoiceBucket.Arn}/invoices/*.json}",
                "[logs:CreateLogDelivery,logs:GetLogDelivery,logs:UpdateLogDelivery,logs:DeleteLogDelivery,logs:ListLogDeliveries,"
                + "logs:PutResourcePolicy,logs:DescribeResourcePolicies,logs:DescribeLogGroups,"
                + "xray:PutTraceSegments,xray:PutTelemetryRecords,xray:GetSamplingRules,xray:GetSamplingTargets] *",
            ],
            Statements(await Project.CallAsync("policy", template)));
        Assert.Equal((0, ""), await Project.CallAsync("validate", template) is var checking ? (checking.Code, checking.Output) : default);
    }

    [Fact]
    public async Task The_calls_of_a_recorded_execution_are_held_against_the_policy()
    {
        var right = await Project.CallAsync("policy", _project.Template, "--observed", History("right.json", "prod-Table-1XYZ"));
        var wrong = await Project.CallAsync("policy", _project.Template, "--observed", History("wrong.json", "Chairs"));

        Assert.Equal((0, ""), (right.Code, right.Error));
        Assert.EndsWith("right.json: the policy allows all that was asked for: dynamodb:PutItem.", right.Output.TrimEnd(), StringComparison.Ordinal);
        Assert.Equal(1, wrong.Code);
        Assert.EndsWith(
            "wrong.json: the policy does not allow dynamodb:PutItem on arn:aws:dynamodb:us-east-1:123456789012:table/Chairs, which Save asked for.",
            wrong.Output.TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no.asl.json", null, "there is no such file")]
    [InlineData("broken.asl.json", "{\"StartAt\": ", "there is nothing to read")]
    public async Task What_cannot_be_read_is_said_in_a_line(string name, string? text, string message)
    {
        var result = await Project.CallAsync("policy", text is null ? _project.At(name) : _project.Write(name, text));

        Assert.Equal((2, ""), (result.Code, result.Output));
        Assert.Contains(message, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    private string History(string name, string table) => _project.Write(name, $$$"""
        {"events": [
          {"timestamp": "2026-01-01T00:00:00Z", "type": "ExecutionStarted", "id": 1, "previousEventId": 0, "executionStartedEventDetails": {"input": "{}"}},
          {"timestamp": "2026-01-01T00:00:00Z", "type": "TaskStateEntered", "id": 2, "previousEventId": 0, "stateEnteredEventDetails": {"name": "Save", "input": "{}"}},
          {"timestamp": "2026-01-01T00:00:00Z", "type": "TaskScheduled", "id": 3, "previousEventId": 2, "taskScheduledEventDetails":
            {"resourceType": "dynamodb", "resource": "putItem", "region": "us-east-1", "parameters": "{\"TableName\": \"{{{table}}}\", \"Item\": {}}"} }
        ]}
        """);

    private static List<string> Statements(CommandResult result) =>
    [
        .. ((JsonArray)((JsonObject)JsonReader.Parse(result.Output))["Statement"]!).OfType<JsonObject>()
            .Select(statement => $"{JsonWriter.Compact(statement["Action"]!)} {JsonWriter.Compact(statement["Resource"]!)}".Replace("\"", "", StringComparison.Ordinal)),
    ];
}
