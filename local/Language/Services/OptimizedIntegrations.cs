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

    /// <summary>Parameters that the API has by other names; the others it has by their own.</summary>
    public IReadOnlyList<MemberRename> Requests { get; init; } = [];

    /// <summary>Members of the result that the API has by other names.</summary>
    public IReadOnlyList<MemberRename> Answers { get; init; } = [];

    /// <summary>Parameters that the result repeats, where the API answers nothing.</summary>
    public IReadOnlyList<string> Repeated { get; init; } = [];

    /// <summary>The id that is looked up by a name before; null for none.</summary>
    public NameLookup? Lookup { get; init; }

    /// <summary>Whether the body is JSON, which the API has as bytes.</summary>
    public bool HasJsonBody { get; init; }

    /// <summary>
    /// The list of the answer in which the service tells what it did not do, and the error that the Task fails with then where it waits
    /// for what was begun; null for none.
    /// </summary>
    public (string List, string Error)? Refusal { get; init; }

    /// <summary>The job that a Task can wait for; null for none.</summary>
    public ServiceJob? Job { get; init; }
}

/// <summary>A member that an integration has by a name of its own.</summary>
/// <param name="Name">The name in parameters or results.</param>
/// <param name="Member">What parameters or results would call it by the API's name.</param>
/// <param name="IsList">Whether the API has a list, of which this is the one item.</param>
internal sealed record MemberRename(string Name, string Member, bool IsList = false);

/// <summary>A thing of a cluster that parameters have by its name and the API by its id.</summary>
/// <param name="Name">The parameter with the name.</param>
/// <param name="Action">The action that lists such things.</param>
/// <param name="List">The member of its answer with the list, whose items have an Id and a Name.</param>
/// <param name="Target">The parameter that is given the id.</param>
/// <param name="Member">The member of that parameter that the id is.</param>
internal sealed record NameLookup(string Name, string Action, string List, string Target, string Member);

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
    private static readonly OptimizedService BedrockRuntime = new("bedrockruntime", "Bedrock", "AmazonBedrockRuntime") { HasMetadata = false };
    private static readonly OptimizedService CodeBuild = new("codebuild", "CodeBuild", "AWSCodeBuild");
    private static readonly OptimizedService DataBrew = new("databrew", "DataBrew", "AWSGlueDataBrew");
    private static readonly OptimizedService DynamoDb = new("dynamodb", "DynamoDB", "AmazonDynamoDBv2") { Exception = "AmazonDynamoDBException" };
    private static readonly OptimizedService Ecs = new("ecs", "ECS", "AmazonECS") { ListsAreNeverAbsent = true };
    private static readonly OptimizedService Eks = new("eks", "EKS", "AmazonEKS");
    private static readonly OptimizedService Emr = new("emr", "EMR", "AmazonElasticMapReduce") { ListsAreNeverAbsent = true };
    private static readonly OptimizedService EmrContainers = new("emrcontainers", "EMRContainers", "AmazonEMRContainers");
    private static readonly OptimizedService EmrServerless = new("emrserverless", "EmrServerless", "AWSEMRServerless");
    private static readonly OptimizedService Events = new("eventbridge", "EventBridge", "AmazonEventBridge") { HasMetadata = false };
    private static readonly OptimizedService Glue = new("glue", "Glue", "AWSGlue");
    private static readonly OptimizedService MediaConvert = new("mediaconvert", "MediaConvert", "AWSMediaConvert");
    private static readonly OptimizedService SageMaker = new("sagemaker", "SageMaker", "AmazonSageMaker");
    private static readonly OptimizedService Sns = new("sns", "SNS", "AmazonSNS");
    private static readonly OptimizedService Sqs = new("sqs", "SQS", "AmazonSQS");
    private static readonly OptimizedService StepFunctions = new("sfn", "StepFunctions", "AWSStepFunctions");

    private static readonly MemberRename OneCluster = new("ClusterId", "JobFlowIds", IsList: true);

    private static readonly FrozenDictionary<string, OptimizedIntegration> ByName = new OptimizedIntegration[]
    {
        new("apigateway", "invoke", Token, null),
        new("athena", "getQueryExecution", Call, Athena),
        new("athena", "getQueryResults", Call, Athena),
        new("athena", "startQueryExecution", Job, Athena) { Job = ServiceJobs.Query },
        new("athena", "stopQueryExecution", Call, Athena),
        new("batch", "submitJob", Job, Batch) { Job = ServiceJobs.Batch },
        new("bedrock", "createModelCustomizationJob", Job | Token, Bedrock) { Job = ServiceJobs.Customization },
        new("bedrock", "invokeModel", Token, BedrockRuntime) { HasJsonBody = true },
        new("codebuild", "batchDeleteBuilds", Call, CodeBuild),
        new("codebuild", "batchGetReports", Call, CodeBuild),
        new("codebuild", "startBuild", Job, CodeBuild) { Job = ServiceJobs.Build },
        new("codebuild", "startBuildBatch", Job, CodeBuild) { Job = ServiceJobs.BuildBatch },
        new("codebuild", "stopBuild", Call, CodeBuild),
        new("codebuild", "stopBuildBatch", Call, CodeBuild),
        new("codebuild", "retryBuildBatch", Job, CodeBuild) { Job = ServiceJobs.BuildBatch },
        new("codebuild", "deleteBuildBatch", Call, CodeBuild),
        new("databrew", "startJobRun", Job, DataBrew) { Job = ServiceJobs.DataBrew },
        new("dynamodb", "deleteItem", Call, DynamoDb),
        new("dynamodb", "getItem", Call, DynamoDb),
        new("dynamodb", "putItem", Call, DynamoDb),
        new("dynamodb", "updateItem", Call, DynamoDb),
        new("ecs", "runTask", Job | Token, Ecs) { Job = ServiceJobs.Containers, Refusal = ("Failures", "AmazonECS.Unknown") },
        new("eks", "call", Token, null),
        new("eks", "createCluster", Job, Eks) { Job = ServiceJobs.ClusterCreation },
        new("eks", "createFargateProfile", Job, Eks) { Job = ServiceJobs.ProfileCreation },
        new("eks", "createNodegroup", Job, Eks) { Job = ServiceJobs.NodegroupCreation },
        new("eks", "deleteCluster", Job, Eks) { Job = ServiceJobs.ClusterDeletion },
        new("eks", "deleteFargateProfile", Job, Eks) { Job = ServiceJobs.ProfileDeletion },
        new("eks", "deleteNodegroup", Job, Eks) { Job = ServiceJobs.NodegroupDeletion },
        new("eks", "runJob", Job | Token, null),
        new("elasticmapreduce", "addStep", Job, Emr, "AddJobFlowSteps")
        {
            Requests = [new("ClusterId", "JobFlowId"), new("Step", "Steps", IsList: true)],
            Answers = [new("StepId", "StepIds", IsList: true)],
            Job = ServiceJobs.EmrStep,
        },
        new("elasticmapreduce", "cancelStep", Call, Emr, "CancelSteps")
        {
            Requests = [new("StepId", "StepIds", IsList: true)],
            Answers = [new("CancelStepsInfo", "CancelStepsInfoList", IsList: true)],
        },
        new("elasticmapreduce", "createCluster", Job, Emr, "RunJobFlow") { Answers = [new("ClusterId", "JobFlowId")], Job = ServiceJobs.EmrCluster },
        new("elasticmapreduce", "modifyInstanceFleetByName", Call, Emr, "ModifyInstanceFleet")
        {
            Lookup = new("InstanceFleetName", "ListInstanceFleets", "InstanceFleets", "InstanceFleet", "InstanceFleetId"),
        },
        new("elasticmapreduce", "modifyInstanceGroupByName", Call, Emr, "ModifyInstanceGroups")
        {
            Requests = [new("InstanceGroup", "InstanceGroups", IsList: true)],
            Lookup = new("InstanceGroupName", "ListInstanceGroups", "InstanceGroups", "InstanceGroup", "InstanceGroupId"),
        },
        new("elasticmapreduce", "setClusterTerminationProtection", Call, Emr, "SetTerminationProtection") { Requests = [OneCluster] },
        new("elasticmapreduce", "terminateCluster", Job, Emr, "TerminateJobFlows") { Requests = [OneCluster], Job = ServiceJobs.EmrEnd },
        new("emr-containers", "createVirtualCluster", Call, EmrContainers),
        new("emr-containers", "deleteVirtualCluster", Job, EmrContainers) { Job = ServiceJobs.VirtualClusterEnd },
        new("emr-containers", "startJobRun", Job, EmrContainers) { Job = ServiceJobs.ContainersJobRun },
        new("emr-serverless", "createApplication", Job, EmrServerless) { Job = ServiceJobs.ApplicationCreation },
        new("emr-serverless", "startApplication", Job, EmrServerless) { Repeated = ["ApplicationId"], Job = ServiceJobs.ApplicationStart },
        new("emr-serverless", "stopApplication", Job, EmrServerless) { Repeated = ["ApplicationId"], Job = ServiceJobs.ApplicationStop },
        new("emr-serverless", "deleteApplication", Job, EmrServerless) { Repeated = ["ApplicationId"], Job = ServiceJobs.ApplicationEnd },
        new("emr-serverless", "startJobRun", Job, EmrServerless) { Job = ServiceJobs.ServerlessJobRun },
        new("emr-serverless", "cancelJobRun", Job, EmrServerless) { Job = ServiceJobs.ServerlessCancellation },
        new("events", "putEvents", Token, Events),
        new("glue", "startJobRun", Job, Glue) { Job = ServiceJobs.Glue },
        new("http", "invoke", Call, null),
        new("lambda", "invoke", Token, null),
        new("mediaconvert", "createJob", Job, MediaConvert) { Job = ServiceJobs.MediaConvert },
        new("sagemaker", "createEndpoint", Call, SageMaker),
        new("sagemaker", "createEndpointConfig", Call, SageMaker),
        new("sagemaker", "createHyperParameterTuningJob", Job, SageMaker) { Job = ServiceJobs.Tuning },
        new("sagemaker", "createLabelingJob", Job, SageMaker) { Job = ServiceJobs.Labeling },
        new("sagemaker", "createModel", Call, SageMaker),
        new("sagemaker", "createProcessingJob", Job, SageMaker) { Job = ServiceJobs.Processing },
        new("sagemaker", "createTrainingJob", Job, SageMaker) { Job = ServiceJobs.Training },
        new("sagemaker", "createTransformJob", Job, SageMaker) { Job = ServiceJobs.Transform },
        new("sagemaker", "updateEndpoint", Call, SageMaker),
        new("sns", "publish", Token, Sns),
        new("sqs", "sendMessage", Token, Sqs),
        new("states", "startExecution", Job | Patterns.JobJson | Token, StepFunctions),
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
