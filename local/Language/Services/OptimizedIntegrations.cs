using System.Collections.Frozen;
using Stateside.Language.Definitions;

namespace Stateside.Language.Services;

/// <summary>The ways in which Tasks can wait for an optimized integration.</summary>
[Flags]
internal enum Patterns
{
    Call = 1,
    Job = 2,
    JobJson = 4,
    Token = 8,
}

/// <summary>One optimized integration.</summary>
/// <param name="Prefix">The service as resources name it.</param>
/// <param name="Action">The action as resources name it.</param>
/// <param name="Offered">How Tasks can wait for it.</param>
/// <param name="Service">The service whose action it calls; null when it is no action of a service's API.</param>
/// <param name="ActionName">The action in that API.</param>
internal sealed record OptimizedIntegration(string Prefix, string Action, Patterns Offered, OptimizedService? Service, string ActionName)
{
    /// <summary>An integration that has the name of the action it calls.</summary>
    public OptimizedIntegration(string prefix, string action, Patterns offered, OptimizedService? service)
        : this(prefix, action, offered, service, char.ToUpperInvariant(action[0]) + action[1..])
    {
    }
}

/// <summary>
/// The optimized integrations and how a Task can wait for each.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html.
/// </summary>
internal static class OptimizedIntegrations
{
    private const Patterns Call = Patterns.Call;
    private const Patterns Job = Patterns.Call | Patterns.Job;
    private const Patterns Token = Patterns.Call | Patterns.Token;

    private static readonly OptimizedService Athena = new("athena", "Athena", "AmazonAthena");
    private static readonly OptimizedService Batch = new("batch", "Batch", "AWSBatch");
    private static readonly OptimizedService Bedrock = new("bedrock", "Bedrock", "AmazonBedrock");
    private static readonly OptimizedService BedrockRuntime = new("bedrockruntime", "Bedrock", "AmazonBedrockRuntime");
    private static readonly OptimizedService CodeBuild = new("codebuild", "CodeBuild", "AWSCodeBuild");
    private static readonly OptimizedService DataBrew = new("databrew", "DataBrew", "AWSGlueDataBrew");
    private static readonly OptimizedService DynamoDb = new("dynamodb", "DynamoDB", "AmazonDynamoDBv2") { Exception = "AmazonDynamoDBException" };
    private static readonly OptimizedService Ecs = new("ecs", "ECS", "AmazonECS");
    private static readonly OptimizedService Eks = new("eks", "EKS", "AmazonEKS");
    private static readonly OptimizedService Emr = new("emr", "ElasticMapReduce", "AmazonElasticMapReduce");
    private static readonly OptimizedService EmrContainers = new("emrcontainers", "EMRContainers", "AmazonEMRContainers");
    private static readonly OptimizedService EmrServerless = new("emrserverless", "EmrServerless", "AWSEMRServerless");
    private static readonly OptimizedService Events = new("eventbridge", "EventBridge", "AmazonEventBridge") { HasMetadata = false };
    private static readonly OptimizedService Glue = new("glue", "Glue", "AWSGlue");
    private static readonly OptimizedService MediaConvert = new("mediaconvert", "MediaConvert", "AWSMediaConvert");
    private static readonly OptimizedService SageMaker = new("sagemaker", "SageMaker", "AmazonSageMaker");
    private static readonly OptimizedService Sns = new("sns", "SNS", "AmazonSNS");
    private static readonly OptimizedService Sqs = new("sqs", "SQS", "AmazonSQS");

    private static readonly FrozenDictionary<string, OptimizedIntegration> ByName = new OptimizedIntegration[]
    {
        new("apigateway", "invoke", Token, null),
        new("athena", "getQueryExecution", Call, Athena),
        new("athena", "getQueryResults", Call, Athena),
        new("athena", "startQueryExecution", Job, Athena),
        new("athena", "stopQueryExecution", Call, Athena),
        new("batch", "submitJob", Job, Batch),
        new("bedrock", "createModelCustomizationJob", Job, Bedrock),
        new("bedrock", "invokeModel", Call, BedrockRuntime, "InvokeModel"),
        new("codebuild", "batchDeleteBuilds", Call, CodeBuild),
        new("codebuild", "batchGetReports", Call, CodeBuild),
        new("codebuild", "startBuild", Job, CodeBuild),
        new("codebuild", "startBuildBatch", Job, CodeBuild),
        new("codebuild", "stopBuild", Call, CodeBuild),
        new("codebuild", "stopBuildBatch", Call, CodeBuild),
        new("codebuild", "retryBuild", Job, CodeBuild),
        new("codebuild", "retryBuildBatch", Job, CodeBuild),
        new("codebuild", "deleteBuildBatch", Call, CodeBuild),
        new("databrew", "startJobRun", Job, DataBrew),
        new("dynamodb", "deleteItem", Call, DynamoDb),
        new("dynamodb", "getItem", Call, DynamoDb),
        new("dynamodb", "putItem", Call, DynamoDb),
        new("dynamodb", "updateItem", Call, DynamoDb),
        new("ecs", "runTask", Job | Token, Ecs),
        new("eks", "call", Call, null),
        new("eks", "createCluster", Job, Eks),
        new("eks", "createFargateProfile", Job, Eks),
        new("eks", "createNodegroup", Job, Eks),
        new("eks", "deleteCluster", Job, Eks),
        new("eks", "deleteFargateProfile", Job, Eks),
        new("eks", "deleteNodegroup", Job, Eks),
        new("eks", "runJob", Job, null),
        new("elasticmapreduce", "addStep", Job, Emr, "AddJobFlowSteps"),
        new("elasticmapreduce", "cancelStep", Call, Emr, "CancelSteps"),
        new("elasticmapreduce", "createCluster", Job, Emr, "RunJobFlow"),
        new("elasticmapreduce", "modifyInstanceFleetByName", Call, Emr, "ModifyInstanceFleet"),
        new("elasticmapreduce", "modifyInstanceGroupByName", Call, Emr, "ModifyInstanceGroups"),
        new("elasticmapreduce", "setClusterTerminationProtection", Call, Emr, "SetTerminationProtection"),
        new("elasticmapreduce", "terminateCluster", Job, Emr, "TerminateJobFlows"),
        new("emr-containers", "createVirtualCluster", Call, EmrContainers),
        new("emr-containers", "deleteVirtualCluster", Job, EmrContainers),
        new("emr-containers", "startJobRun", Job, EmrContainers),
        new("emr-serverless", "createApplication", Job, EmrServerless),
        new("emr-serverless", "startApplication", Job, EmrServerless),
        new("emr-serverless", "stopApplication", Job, EmrServerless),
        new("emr-serverless", "deleteApplication", Job, EmrServerless),
        new("emr-serverless", "startJobRun", Job, EmrServerless),
        new("emr-serverless", "cancelJobRun", Job, EmrServerless),
        new("events", "putEvents", Token, Events),
        new("glue", "startJobRun", Job, Glue),
        new("http", "invoke", Call, null),
        new("lambda", "invoke", Token, null),
        new("mediaconvert", "createJob", Job, MediaConvert),
        new("sagemaker", "createEndpoint", Call, SageMaker),
        new("sagemaker", "createEndpointConfig", Call, SageMaker),
        new("sagemaker", "createHyperParameterTuningJob", Job, SageMaker),
        new("sagemaker", "createLabelingJob", Job, SageMaker),
        new("sagemaker", "createModel", Call, SageMaker),
        new("sagemaker", "createProcessingJob", Job, SageMaker),
        new("sagemaker", "createTrainingJob", Job, SageMaker),
        new("sagemaker", "createTransformJob", Job, SageMaker),
        new("sagemaker", "updateEndpoint", Call, SageMaker),
        new("sns", "publish", Token, Sns),
        new("sqs", "sendMessage", Token, Sqs),
        new("states", "startExecution", Job | Patterns.JobJson | Token, null),
    }.ToFrozenDictionary(integration => $"{integration.Prefix}:{integration.Action}", StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public static IReadOnlyCollection<OptimizedIntegration> All => ByName.Values;

    /// <summary>The integration that a resource names, whatever its pattern; null when there is none.</summary>
    public static OptimizedIntegration? Find(TaskResource resource) =>
        resource.Kind == ResourceKind.Optimized ? ByName.GetValueOrDefault($"{resource.Service}:{resource.Action}") : null;

    /// <summary>Whether a Task can name the resource; of functions and activities every one is taken.</summary>
    public static bool IsForTasks(TaskResource resource)
    {
        if (resource.Kind == ResourceKind.AwsSdk)
        {
            return resource.Pattern is IntegrationPattern.RequestResponse or IntegrationPattern.WaitForTaskToken
                && ServiceIntegration.IsKnown(resource);
        }

        if (resource.Kind != ResourceKind.Optimized)
            return true;
        var asked = resource.Pattern switch
        {
            IntegrationPattern.RunJob => Patterns.Job,
            IntegrationPattern.RunJobJson => Patterns.JobJson,
            IntegrationPattern.WaitForTaskToken => Patterns.Token,
            _ => Patterns.Call,
        };
        return Find(resource)?.Offered.HasFlag(asked) == true;
    }

    /// <summary>Whether an ItemReader can name the resource.</summary>
    public static bool IsForReading(TaskResource resource) =>
        resource is { Kind: ResourceKind.Optimized, Service: "s3", Action: "getObject" or "listObjectsV2", Pattern: IntegrationPattern.RequestResponse };

    /// <summary>Whether a ResultWriter can name the resource.</summary>
    public static bool IsForWriting(TaskResource resource) =>
        resource is { Kind: ResourceKind.Optimized, Service: "s3", Action: "putObject", Pattern: IntegrationPattern.RequestResponse };
}
