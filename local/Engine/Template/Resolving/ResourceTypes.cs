using System.Collections.Frozen;

namespace Stateside.Engine.Template.Resolving;

/// <summary>How resources of one type are named.</summary>
/// <param name="Type">The type.</param>
/// <param name="NameProperty">The property that gives the name; without one the logical id is the name.</param>
/// <param name="Ref">The pattern of what Ref gives.</param>
/// <param name="Arn">The pattern of the ARN.</param>
/// <param name="Attributes">Patterns of what Fn::GetAtt gives, by attribute.</param>
/// <remarks>
/// Patterns hold {partition} {region} {account} {suffix} {name} {arn}, {id} for one that is made up, and {Property|default}, the resource's
/// own property as text.
/// </remarks>
internal sealed record ResourceType(
    string Type, string? NameProperty, string Ref, string? Arn, params (string Name, string Pattern)[] Attributes);

/// <summary>
/// The types whose names and ARNs are known before a deployment, as
/// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/ says under "Return values" of each.
/// </summary>
internal static class ResourceTypes
{
    public const string SamFunction = "AWS::Serverless::Function";
    public const string Function = "AWS::Lambda::Function";
    public const string FunctionAlias = "AWS::Lambda::Alias";
    public const string FunctionVersion = "AWS::Lambda::Version";
    public const string SamStateMachine = "AWS::Serverless::StateMachine";
    public const string StateMachine = "AWS::StepFunctions::StateMachine";
    public const string StateMachineVersion = "AWS::StepFunctions::StateMachineVersion";
    public const string StateMachineAlias = "AWS::StepFunctions::StateMachineAlias";
    public const string Bucket = "AWS::S3::Bucket";
    public const string Role = "AWS::IAM::Role";
    public const string SamApi = "AWS::Serverless::Api";
    public const string SamHttpApi = "AWS::Serverless::HttpApi";

    /// <summary>What in a pattern stands for an id that only a deployment gives, and that is made up here.</summary>
    public const string MadeUpId = "{id}";

    private const string Regional = "{region}:{account}:";
    private const string FunctionArn = "arn:{partition}:lambda:" + Regional + "function:{name}";
    private const string MachineArn = "arn:{partition}:states:" + Regional + "stateMachine:{name}";
    private const string TableArn = "arn:{partition}:dynamodb:" + Regional + "table/{name}";

    // What a deployment would draw at random is fixed here, so that two readings of one template agree.
    private const string TableStream = "{arn}/stream/2020-01-01T00:00:00.000";
    private const string Uuid = "00000000-0000-4000-8000-000000000000";

    private const string ApiAddress = "https://{id}.execute-api.{region}.{suffix}";

    private static readonly FrozenDictionary<string, ResourceType> Known = new ResourceType[]
    {
        new(SamFunction, "FunctionName", "{name}", FunctionArn),
        new(Function, "FunctionName", "{name}", FunctionArn),
        new("AWS::Lambda::LayerVersion", "LayerName", "{arn}", "arn:{partition}:lambda:" + Regional + "layer:{name}:1", ("LayerVersionArn", "{arn}")),
        new("AWS::Serverless::LayerVersion", "LayerName", "{arn}", "arn:{partition}:lambda:" + Regional + "layer:{name}:1", ("LayerVersionArn", "{arn}")),
        new(SamStateMachine, "Name", "{arn}", MachineArn, ("Name", "{name}")),
        new(StateMachine, "StateMachineName", "{arn}", MachineArn, ("Name", "{name}"), ("StateMachineRevisionId", "INITIAL")),
        new("AWS::StepFunctions::Activity", "Name", "{arn}", "arn:{partition}:states:" + Regional + "activity:{name}", ("Name", "{name}")),
        new("AWS::SQS::Queue", "QueueName", "{QueueUrl}", "arn:{partition}:sqs:" + Regional + "{name}",
            ("QueueName", "{name}"), ("QueueUrl", "https://sqs.{region}.{suffix}/{account}/{name}")),
        new("AWS::SNS::Topic", "TopicName", "{arn}", "arn:{partition}:sns:" + Regional + "{name}", ("TopicArn", "{arn}"), ("TopicName", "{name}")),
        new("AWS::DynamoDB::Table", "TableName", "{name}", TableArn, ("StreamArn", TableStream)),
        new("AWS::DynamoDB::GlobalTable", "TableName", "{name}", TableArn, ("StreamArn", TableStream)),
        new("AWS::Serverless::SimpleTable", "TableName", "{name}", TableArn, ("StreamArn", TableStream)),
        new(Bucket, "BucketName", "{name}", "arn:{partition}:s3:::{name}",
            ("DomainName", "{name}.s3.{suffix}"),
            ("DualStackDomainName", "{name}.s3.dualstack.{region}.{suffix}"),
            ("RegionalDomainName", "{name}.s3.{region}.{suffix}"),
            ("WebsiteURL", "http://{name}.s3-website-{region}.{suffix}")),
        new("AWS::Events::EventBus", "Name", "{name}", "arn:{partition}:events:" + Regional + "event-bus/{name}", ("Name", "{name}")),
        new("AWS::Events::Rule", "Name", "{name}", "arn:{partition}:events:" + Regional + "rule/{name}"),
        new("AWS::Events::Connection", "Name", "{name}", "arn:{partition}:events:" + Regional + "connection/{name}/" + Uuid),
        new("AWS::Events::ApiDestination", "Name", "{name}", "arn:{partition}:events:" + Regional + "api-destination/{name}/" + Uuid),
        new("AWS::Scheduler::Schedule", "Name", "{name}", "arn:{partition}:scheduler:" + Regional + "schedule/{GroupName|default}/{name}"),
        new("AWS::Scheduler::ScheduleGroup", "Name", "{name}", "arn:{partition}:scheduler:" + Regional + "schedule-group/{name}"),
        new("AWS::Pipes::Pipe", "Name", "{name}", "arn:{partition}:pipes:" + Regional + "pipe/{name}"),
        new("AWS::Logs::LogGroup", "LogGroupName", "{name}", "arn:{partition}:logs:" + Regional + "log-group:{name}:*"),
        new("AWS::CloudWatch::Alarm", "AlarmName", "{name}", "arn:{partition}:cloudwatch:" + Regional + "alarm:{name}"),
        new(Role, "RoleName", "{name}", "arn:{partition}:iam::{account}:role{Path|/}{name}"),
        new("AWS::IAM::ManagedPolicy", "ManagedPolicyName", "{arn}", "arn:{partition}:iam::{account}:policy{Path|/}{name}", ("PolicyArn", "{arn}")),
        new("AWS::IAM::User", "UserName", "{name}", "arn:{partition}:iam::{account}:user{Path|/}{name}"),
        new("AWS::SecretsManager::Secret", "Name", "{arn}", "arn:{partition}:secretsmanager:" + Regional + "secret:{name}-AbCdEf", ("Id", "{arn}")),
        new("AWS::SSM::Parameter", "Name", "{name}", "arn:{partition}:ssm:" + Regional + "parameter/{name}", ("Type", "{Type|String}"), ("Value", "{Value|}")),
        new("AWS::KMS::Key", null, Uuid, "arn:{partition}:kms:" + Regional + "key/" + Uuid, ("KeyId", Uuid)),
        new("AWS::KMS::Alias", "AliasName", "{name}", "arn:{partition}:kms:" + Regional + "{name}"),
        new("AWS::Kinesis::Stream", "Name", "{name}", "arn:{partition}:kinesis:" + Regional + "stream/{name}"),
        new("AWS::KinesisFirehose::DeliveryStream", "DeliveryStreamName", "{name}", "arn:{partition}:firehose:" + Regional + "deliverystream/{name}"),
        new("AWS::ECS::Cluster", "ClusterName", "{name}", "arn:{partition}:ecs:" + Regional + "cluster/{name}"),
        new("AWS::ECS::TaskDefinition", "Family", "{arn}", "arn:{partition}:ecs:" + Regional + "task-definition/{name}:1", ("TaskDefinitionArn", "{arn}")),
        new("AWS::ECR::Repository", "RepositoryName", "{name}", "arn:{partition}:ecr:" + Regional + "repository/{name}",
            ("RepositoryUri", "{account}.dkr.ecr.{region}.{suffix}/{name}")),
        new("AWS::Batch::JobQueue", "JobQueueName", "{arn}", "arn:{partition}:batch:" + Regional + "job-queue/{name}", ("JobQueueArn", "{arn}")),
        new("AWS::Batch::JobDefinition", "JobDefinitionName", "{arn}", "arn:{partition}:batch:" + Regional + "job-definition/{name}:1", ("JobDefinitionArn", "{arn}")),
        new("AWS::CodeBuild::Project", "Name", "{name}", "arn:{partition}:codebuild:" + Regional + "project/{name}"),
        new("AWS::Glue::Job", "Name", "{name}", "arn:{partition}:glue:" + Regional + "job/{name}"),
        new("AWS::Glue::Crawler", "Name", "{name}", "arn:{partition}:glue:" + Regional + "crawler/{name}"),
        new("AWS::Glue::Database", null, "{name}", "arn:{partition}:glue:" + Regional + "database/{name}"),
        new(SamApi, null, MadeUpId, null, ("RootResourceId", MadeUpId), ("Stage", "{StageName|Prod}")),
        new(SamHttpApi, null, MadeUpId, null, ("ApiEndpoint", ApiAddress), ("ApiId", MadeUpId), ("Stage", "{StageName|$default}")),
        new("AWS::ApiGateway::RestApi", null, MadeUpId, null, ("RootResourceId", MadeUpId), ("RestApiId", MadeUpId)),
        new("AWS::ApiGateway::Deployment", null, MadeUpId, null, ("DeploymentId", MadeUpId)),
        new("AWS::ApiGateway::Resource", null, MadeUpId, null, ("ResourceId", MadeUpId)),
        new("AWS::ApiGateway::Stage", "StageName", "{name}", null),
        new("AWS::ApiGatewayV2::Api", null, MadeUpId, null, ("ApiEndpoint", ApiAddress), ("ApiId", MadeUpId)),
        new("AWS::ApiGatewayV2::Stage", "StageName", "{name}", null),
        new("AWS::Athena::WorkGroup", "Name", "{name}", "arn:{partition}:athena:" + Regional + "workgroup/{name}"),
    }.ToFrozenDictionary(type => type.Type, StringComparer.Ordinal);

    /// <summary>The type's row, or null when nothing is known of it.</summary>
    public static ResourceType? Find(string type) => Known.GetValueOrDefault(type);
}
