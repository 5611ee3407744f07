using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// A service with optimized integrations: how its resources and its errors are named. These integrations speak through the first SDK
/// for Java. See https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html.
/// </summary>
/// <param name="Client">The service as <c>aws-sdk:</c> resources call it.</param>
/// <param name="ErrorPrefix">What stands before the dot in error names.</param>
/// <param name="SdkName">The service as the SDK calls it in its texts.</param>
internal sealed record OptimizedService(string Client, string ErrorPrefix, string SdkName)
{
    private static readonly FrozenDictionary<string, OptimizedService> ByName = new Dictionary<string, OptimizedService>(StringComparer.Ordinal)
    {
        ["athena"] = new("athena", "Athena", "AmazonAthena"),
        ["batch"] = new("batch", "Batch", "AWSBatch"),
        ["bedrock"] = new("bedrock", "Bedrock", "AmazonBedrock"),
        ["codebuild"] = new("codebuild", "CodeBuild", "AWSCodeBuild"),
        ["databrew"] = new("databrew", "DataBrew", "AWSGlueDataBrew"),
        ["dynamodb"] = new("dynamodb", "DynamoDB", "AmazonDynamoDBv2") { Exception = "AmazonDynamoDBException" },
        ["ecs"] = new("ecs", "ECS", "AmazonECS"),
        ["eks"] = new("eks", "EKS", "AmazonEKS"),
        ["elasticmapreduce"] = new("emr", "ElasticMapReduce", "AmazonElasticMapReduce"),
        ["emr-containers"] = new("emrcontainers", "EMRContainers", "AmazonEMRContainers"),
        ["emr-serverless"] = new("emrserverless", "EmrServerless", "AWSEMRServerless"),
        ["events"] = new("eventbridge", "EventBridge", "AmazonEventBridge") { TextMembers = ["Detail"], HasMetadata = false },
        ["glue"] = new("glue", "Glue", "AWSGlue"),
        ["mediaconvert"] = new("mediaconvert", "MediaConvert", "AWSMediaConvert"),
        ["sagemaker"] = new("sagemaker", "SageMaker", "AmazonSageMaker"),
        ["sns"] = new("sns", "SNS", "AmazonSNS") { TextMembers = ["Message"] },
        ["sqs"] = new("sqs", "SQS", "AmazonSQS") { TextMembers = ["MessageBody"] },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The exception that stands for every error the SDK has no class for.</summary>
    public string Exception { get; init; } = $"{SdkName}Exception";

    /// <summary>Members that are texts in the API and may be any JSON in a definition.</summary>
    public string[] TextMembers { get; init; } = [];

    /// <summary>Whether the output carries SdkHttpMetadata and SdkResponseMetadata.</summary>
    public bool HasMetadata { get; init; } = true;

    /// <summary>Finds a service by what resources call it.</summary>
    /// <param name="name">The name, such as dynamodb.</param>
    /// <param name="service">The service.</param>
    public static bool TryFind(string name, [NotNullWhen(true)] out OptimizedService? service) => ByName.TryGetValue(name, out service);
}
