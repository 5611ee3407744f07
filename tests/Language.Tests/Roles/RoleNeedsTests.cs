using Stateside.Language.Json;
using Stateside.Language.Roles;
using Stateside.Language.Services;
using Stateside.Language.Validation;

namespace Stateside.Language.Tests.Roles;

public sealed class RoleNeedsTests
{
    private const string Here = "us-east-1:123456789012";

    [Theory]
    [InlineData("arn:aws:lambda:us-east-1:123456789012:function:f:live", "{}", "lambda:InvokeFunction arn:aws:lambda:us-east-1:123456789012:function:f:live")]
    [InlineData("arn:aws:states:::lambda:invoke", """{"FunctionName": "f"}""", "lambda:InvokeFunction arn:aws:lambda:us-east-1:123456789012:function:f")]
    [InlineData("arn:aws:states:::lambda:invoke", """{"FunctionName": "f", "Qualifier": "7"}""", "lambda:InvokeFunction arn:aws:lambda:us-east-1:123456789012:function:f:7")]
    [InlineData("arn:aws:states:::lambda:invoke", """{"FunctionName": "123456789012:function:f"}""", "lambda:InvokeFunction arn:aws:lambda:us-east-1:123456789012:function:f")]
    [InlineData("arn:aws:states:::lambda:invoke.waitForTaskToken", """{"FunctionName": "${F}", "Payload": {"t.$": "$$.Task.Token"}}""", "lambda:InvokeFunction ${F}")]
    [InlineData("arn:aws:states:::lambda:invoke", """{"FunctionName.$": "$.f"}""", "lambda:InvokeFunction arn:aws:lambda:us-east-1:123456789012:function:*")]
    [InlineData("arn:aws:states:us-east-1:123456789012:activity:a", "{}", "")]
    [InlineData("arn:aws:states:::dynamodb:putItem", """{"TableName": "T", "Item": {}}""", "dynamodb:PutItem arn:aws:dynamodb:us-east-1:123456789012:table/T")]
    [InlineData("arn:aws:states:::sqs:sendMessage", """{"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/210987654321/Q", "MessageBody": "m"}""", "sqs:SendMessage arn:aws:sqs:eu-west-1:210987654321:Q")]
    [InlineData("arn:aws:states:::sqs:sendMessage", """{"QueueUrl.$": "$.url", "MessageBody": "m"}""", "sqs:SendMessage arn:aws:sqs:us-east-1:123456789012:*")]
    [InlineData("arn:aws:states:::sns:publish", """{"TopicArn": "arn:aws:sns:us-east-1:123456789012:T", "Message": "m"}""", "sns:Publish arn:aws:sns:us-east-1:123456789012:T")]
    [InlineData("arn:aws:states:::sns:publish", """{"PhoneNumber": "+1", "Message": "m"}""", "sns:Publish *")]
    [InlineData("arn:aws:states:::events:putEvents", """{"Entries": [{"Source": "s", "Detail": {}, "DetailType": "d"}]}""", "events:PutEvents arn:aws:events:us-east-1:123456789012:event-bus/default")]
    [InlineData("arn:aws:states:::events:putEvents", """{"Entries": [{"EventBusName": "b", "Source": "s", "Detail": {}, "DetailType": "d"}]}""", "events:PutEvents arn:aws:events:us-east-1:123456789012:event-bus/b")]
    [InlineData("arn:aws:states:::bedrock:invokeModel", """{"ModelId": "amazon.nova-lite-v1:0", "Body": {}}""", "bedrock:InvokeModel arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0")]
    [InlineData("arn:aws:states:::apigateway:invoke", """{"ApiEndpoint": "a1.execute-api.us-east-1.amazonaws.com", "Method": "GET", "AuthType": "NO_AUTH"}""", "")]
    [InlineData("arn:aws:states:::apigateway:invoke", """{"ApiEndpoint": "a1.execute-api.us-east-1.amazonaws.com", "Method": "GET", "Stage": "prod", "Path": "/pets", "AuthType": "IAM_ROLE"}""", "execute-api:Invoke arn:aws:execute-api:us-east-1:123456789012:a1/prod/GET/pets")]
    [InlineData("arn:aws:states:::eks:call", """{"ClusterName": "c", "CertificateAuthority": "c", "Endpoint": "https://e", "Method": "GET", "Path": "/"}""", "")]
    [InlineData("arn:aws:states:::states:startExecution", """{"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:C"}""", "states:StartExecution arn:aws:states:us-east-1:123456789012:stateMachine:C")]
    public void An_integration_needs_its_action_on_what_it_names(string resource, string parameters, string expected) =>
        Assert.Equal(expected, string.Join('\n', Needs(Task(resource, parameters))));

    [Theory]
    [InlineData("s3:headObject", """{"Bucket": "b", "Key": "k"}""", "s3:GetObject arn:aws:s3:::b/k")]
    [InlineData("s3:getObject", """{"Bucket": "b", "Key.$": "$.key"}""", "s3:GetObject arn:aws:s3:::b/*")]
    [InlineData("s3:listObjectsV2", """{"Bucket": "b"}""", "s3:ListBucket arn:aws:s3:::b")]
    [InlineData("s3:listBuckets", "{}", "s3:ListAllMyBuckets *")]
    [InlineData("s3:deleteObjects", """{"Bucket": "b", "Delete": {"Objects": [{"Key": "k"}]}}""", "s3:DeleteObject arn:aws:s3:::b/*")]
    [InlineData("s3:copyObject", """{"Bucket": "b", "Key": "k", "CopySource": "a/j"}""", "s3:PutObject arn:aws:s3:::b/k\ns3:GetObject arn:aws:s3:::a/j")]
    [InlineData("sfn:startSyncExecution", """{"StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:C"}""", "states:StartSyncExecution arn:aws:states:us-east-1:123456789012:stateMachine:C")]
    [InlineData("cloudwatchlogs:createLogStream", """{"LogGroupName": "g", "LogStreamName": "s"}""", "logs:CreateLogStream *")]
    [InlineData("cloudwatch:putMetricData", """{"Namespace": "n", "MetricData": []}""", "cloudwatch:PutMetricData *")]
    [InlineData("lambda:invoke", """{"FunctionName": "f"}""", "lambda:InvokeFunction arn:aws:lambda:us-east-1:123456789012:function:f")]
    [InlineData("lambda:listFunctions", "{}", "lambda:ListFunctions *")]
    [InlineData("sts:getCallerIdentity", "{}", "")]
    [InlineData("sqs:sendMessageBatch", """{"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/Q", "Entries": []}""", "sqs:SendMessage arn:aws:sqs:us-east-1:123456789012:Q")]
    [InlineData("dynamodb:query", """{"TableName": "T", "IndexName": "I"}""", "dynamodb:Query arn:aws:dynamodb:us-east-1:123456789012:table/T/index/I")]
    [InlineData("dynamodb:batchWriteItem", """{"RequestItems": {"T": []}}""", "dynamodb:BatchWriteItem arn:aws:dynamodb:us-east-1:123456789012:table/T")]
    [InlineData("dynamodb:transactWriteItems", """{"TransactItems": [{"Put": {"TableName": "T", "Item": {}}}, {"Delete": {"TableName": "U", "Key": {}}}]}""", "dynamodb:PutItem arn:aws:dynamodb:us-east-1:123456789012:table/T\ndynamodb:DeleteItem arn:aws:dynamodb:us-east-1:123456789012:table/U")]
    [InlineData("secretsmanager:getSecretValue", """{"SecretId": "s"}""", "secretsmanager:GetSecretValue arn:aws:secretsmanager:us-east-1:123456789012:secret:s-??????")]
    [InlineData("ssm:getParameter", """{"Name": "/a/b"}""", "ssm:GetParameter arn:aws:ssm:us-east-1:123456789012:parameter/a/b")]
    [InlineData("rekognition:detectLabels", """{"Image": {}}""", "rekognition:DetectLabels *")]
    [InlineData("apigateway:getRestApis", "{}", "apigateway:GET arn:aws:apigateway:us-east-1::/*")]
    public void An_action_of_the_SDK_needs_what_IAM_calls_it(string action, string parameters, string expected) =>
        Assert.Equal(expected, string.Join('\n', Needs(Task($"arn:aws:states:::aws-sdk:{action}", parameters))));

    [Fact]
    public void A_job_needs_what_waits_for_it_and_the_rule_that_tells_of_its_end()
    {
        var needs = Needs(Task("arn:aws:states:::states:startExecution.sync:2", $$"""{"StateMachineArn": "arn:aws:states:{{Here}}:stateMachine:C"}"""));

        Assert.Equal(
            [
                $"states:StartExecution arn:aws:states:{Here}:stateMachine:C",
                $"states:DescribeExecution arn:aws:states:{Here}:execution:C:* Documented",
                $"states:StopExecution arn:aws:states:{Here}:execution:C:* Documented",
                .. Rule("StepFunctionsGetEventsForStepFunctionsExecutionRule"),
            ],
            needs);
        Assert.Equal(
            ["glue:StartJobRun arn:aws:glue:us-east-1:123456789012:job/j", "glue:GetJobRun arn:aws:glue:us-east-1:123456789012:job/j Documented", "glue:BatchStopJobRun arn:aws:glue:us-east-1:123456789012:job/j Documented"],
            Needs(Task("arn:aws:states:::glue:startJobRun.sync", """{"JobName": "j"}""")));
    }

    [Fact]
    public void Every_job_can_be_described_and_each_rule_belongs_to_a_job()
    {
        foreach (var integration in OptimizedIntegrations.All.Where(integration => integration.Job is not null))
        {
            var needs = Needs(Task($"arn:aws:states:::{integration.Prefix}:{integration.Action}.sync", null));
            var prefix = integration.Prefix;
            Assert.Contains(needs, need => need.StartsWith($"{prefix}:{integration.ActionName} ", StringComparison.Ordinal));
            Assert.Contains(needs, need => need.StartsWith($"{prefix}:{integration.Job!.Describe.Action} ", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_containers_task_may_hand_over_roles() => Assert.Contains(
        "iam:PassRole arn:aws:iam::123456789012:role/* Possible",
        Needs(Task("arn:aws:states:::ecs:runTask", """{"TaskDefinition": "t", "Cluster": "c"}""")));

    [Fact]
    public void A_role_in_a_request_is_handed_over() => Assert.Contains(
        "iam:PassRole arn:aws:iam::123456789012:role/r Documented",
        Needs(Task("arn:aws:states:::aws-sdk:scheduler:createSchedule", """{"Name": "n", "Target": {"RoleArn": "arn:aws:iam::123456789012:role/r"}}""")));

    [Fact]
    public void With_credentials_the_other_role_is_all_that_is_needed() => Assert.Equal(
        ["sts:AssumeRole arn:aws:iam::210987654321:role/r"],
        Needs(Task("arn:aws:states:::dynamodb:putItem", """{"TableName": "T", "Item": {}}""", """, "Credentials": {"RoleArn": "arn:aws:iam::210987654321:role/r"}""")));

    [Fact]
    public void An_HTTPS_API_needs_its_connection_and_the_secret_of_it()
    {
        var parameters = $$$"""{"ApiEndpoint": "https://a.example/x", "Method": "POST", "Authentication": {"ConnectionArn": "arn:aws:events:{{{Here}}}:connection/c/1"}}""";

        Assert.Equal(
            [
                $"states:InvokeHTTPEndpoint arn:aws:states:{Here}:stateMachine:M",
                $"events:RetrieveConnectionCredentials arn:aws:events:{Here}:connection/c/1",
                $"secretsmanager:GetSecretValue arn:aws:secretsmanager:{Here}:secret:events!connection/*",
                $"secretsmanager:DescribeSecret arn:aws:secretsmanager:{Here}:secret:events!connection/*",
            ],
            Needs(Task("arn:aws:states:::http:invoke", parameters)));
        Assert.Equal(
            """{"StringEquals":{"states:HTTPMethod":"POST"},"StringLike":{"states:HTTPEndpoint":"https://a.example/x"}}""",
            JsonWriter.Compact(Permissions(Task("arn:aws:states:::http:invoke", parameters))[0].Condition!));
    }

    [Fact]
    public void A_distributed_Map_starts_its_own_machine_and_reads_and_writes_where_it_says()
    {
        const string Map = """
            {"StartAt": "Map", "States": {"Map": {"Type": "Map", "End": true,
              "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"}, "Parameters": {"Bucket": "b", "Key": "in.json"}},
              "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "c", "Prefix": "out"}},
              "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}}}}
            """;

        Assert.Equal(
            [
                $"states:StartExecution arn:aws:states:{Here}:stateMachine:M",
                $"states:DescribeExecution arn:aws:states:{Here}:execution:M* Documented",
                $"states:StopExecution arn:aws:states:{Here}:execution:M* Documented",
                $"states:RedriveExecution arn:aws:states:{Here}:execution:M/*:* Possible",
                "s3:GetObject arn:aws:s3:::b/in.json",
                "s3:PutObject arn:aws:s3:::c/out/*",
                "s3:GetObject arn:aws:s3:::c/out/* Documented",
                "s3:ListMultipartUploadParts arn:aws:s3:::c/out/* Documented",
                "s3:AbortMultipartUpload arn:aws:s3:::c/out/* Documented",
            ],
            Needs(Map));
    }

    [Fact]
    public void Logs_traces_and_a_key_of_ones_own_are_the_machine_s_needs()
    {
        var facts = new MachineFacts(AwsLocation.Default, "M") { IsLogged = true, IsTraced = true, Key = "1234" };

        var needs = RoleNeeds.Of(DefinitionParser.Parse("""{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}""").Definition!, facts);

        Assert.Contains(needs, need => need is { Action: "logs:CreateLogDelivery", Resource: "*", Certainty: Certainty.Certain });
        Assert.Contains(needs, need => need is { Action: "xray:PutTraceSegments", Certainty: Certainty.Documented });
        Assert.Contains(needs, need => need is { Action: "kms:Decrypt", Resource: $"arn:aws:kms:{Here}:key/1234" });
    }

    [Theory]
    [InlineData("\"Key.$\": \"States.Format('invoices/{}.json', $.id)\"", "b/invoices/*.json")]
    [InlineData("\"Key.$\": \"States.Format('{}', $.id)\"", "b/*")]
    [InlineData("\"Key.$\": \"States.ArrayGetItem($.ids, 0)\"", "b/*")]
    public void Of_a_text_that_is_put_together_the_parts_that_are_written_out_count(string key, string resource) => Assert.Equal(
        [$"s3:GetObject arn:aws:s3:::{resource}"],
        Needs(Task("arn:aws:states:::aws-sdk:s3:getObject", $$"""{"Bucket": "b", {{key}}}""")));

    [Theory]
    [InlineData("'invoices/' & $states.input.id & '.json'", "invoices/*.json")]
    [InlineData("'invoices/' & ($x ? 'a' : 'b')", "invoices/*")]
    [InlineData("'fixed'", "fixed")]
    [InlineData("$x ? 'a' & $y : 'b'", "*")]
    [InlineData("'a' & $x = 'ab'", "*")]
    [InlineData("'a' in $x & 'b'", "*")]
    [InlineData("$x", "*")]
    public void So_do_those_of_an_expression_that_is_nothing_but_parts(string expression, string key)
    {
        var state = $$$"""
            {"StartAt": "T", "QueryLanguage": "JSONata", "States": {"T": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:getObject", "End": true,
              "Arguments": {"Bucket": "b", "Key": "{% {{{expression}}} %}"}, "Assign": {"x": 1, "y": 2} } } }
            """;

        Assert.Equal([$"s3:GetObject arn:aws:s3:::b/{key}"], Needs(state));
    }

    [Fact]
    public void States_that_need_the_same_share_a_permission()
    {
        const string Two = """
            {"StartAt": "A", "States": {
              "A": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Parameters": {"TopicArn": "arn:aws:sns:us-east-1:123456789012:T", "Message": "m"}, "Next": "B"},
              "B": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Parameters": {"TopicArn": "arn:aws:sns:us-east-1:123456789012:T", "Message": "m"}, "End": true}}}
            """;

        Assert.Equal(["A", "B"], Assert.Single(Permissions(Two)).Reasons.Select(reason => reason.State));
    }

    private static IEnumerable<string> Rule(string name) =>
        new[] { "PutTargets", "PutRule", "DescribeRule" }.Select(action => $"events:{action} arn:aws:events:{Here}:rule/{name}");

    private static string Task(string resource, string? parameters, string more = "") =>
        $$$"""{"StartAt": "T", "States": {"T": {"Type": "Task", "Resource": "{{{resource}}}", {{{(parameters is null ? "" : $"\"Parameters\": {parameters}, ")}}}"End": true{{{more}}} } } }""";

    private static List<string> Needs(string definition) =>
        [.. Permissions(definition).Select(need => $"{need.Action} {need.Resource}{(need.Certainty == Certainty.Certain ? "" : $" {need.Certainty}")}")];

    private static IReadOnlyList<Permission> Permissions(string definition) => RoleNeeds.Of(
        DefinitionParser.Parse(definition, new DefinitionOptions { AllowSubstitutions = true }).Draft!, new MachineFacts(AwsLocation.Default, "M"));
}
