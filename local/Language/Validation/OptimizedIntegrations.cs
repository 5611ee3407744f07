using System.Collections.Frozen;
using Stateside.Language.Definitions;

namespace Stateside.Language.Validation;

/// <summary>
/// The optimized integrations and how a Task can wait for each.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html.
/// </summary>
internal static class OptimizedIntegrations
{
    private const Patterns Call = Patterns.Call;
    private const Patterns Job = Patterns.Call | Patterns.Job;
    private const Patterns Token = Patterns.Call | Patterns.Token;

    private static readonly FrozenDictionary<string, Patterns> ByName = new Dictionary<string, Patterns>(StringComparer.Ordinal)
    {
        ["apigateway:invoke"] = Token,
        ["athena:getQueryExecution"] = Call,
        ["athena:getQueryResults"] = Call,
        ["athena:startQueryExecution"] = Job,
        ["athena:stopQueryExecution"] = Call,
        ["batch:submitJob"] = Job,
        ["bedrock:createModelCustomizationJob"] = Job,
        ["bedrock:invokeModel"] = Call,
        ["codebuild:batchDeleteBuilds"] = Call,
        ["codebuild:batchGetReports"] = Call,
        ["codebuild:startBuild"] = Job,
        ["codebuild:startBuildBatch"] = Job,
        ["codebuild:stopBuild"] = Call,
        ["codebuild:stopBuildBatch"] = Call,
        ["codebuild:retryBuild"] = Job,
        ["codebuild:retryBuildBatch"] = Job,
        ["codebuild:deleteBuildBatch"] = Call,
        ["databrew:startJobRun"] = Job,
        ["dynamodb:deleteItem"] = Call,
        ["dynamodb:getItem"] = Call,
        ["dynamodb:putItem"] = Call,
        ["dynamodb:updateItem"] = Call,
        ["ecs:runTask"] = Job | Token,
        ["eks:call"] = Call,
        ["eks:createCluster"] = Job,
        ["eks:createFargateProfile"] = Job,
        ["eks:createNodegroup"] = Job,
        ["eks:deleteCluster"] = Job,
        ["eks:deleteFargateProfile"] = Job,
        ["eks:deleteNodegroup"] = Job,
        ["eks:runJob"] = Job,
        ["elasticmapreduce:addStep"] = Job,
        ["elasticmapreduce:cancelStep"] = Call,
        ["elasticmapreduce:createCluster"] = Job,
        ["elasticmapreduce:modifyInstanceFleetByName"] = Call,
        ["elasticmapreduce:modifyInstanceGroupByName"] = Call,
        ["elasticmapreduce:setClusterTerminationProtection"] = Call,
        ["elasticmapreduce:terminateCluster"] = Job,
        ["emr-containers:createVirtualCluster"] = Call,
        ["emr-containers:deleteVirtualCluster"] = Job,
        ["emr-containers:startJobRun"] = Job,
        ["emr-serverless:createApplication"] = Job,
        ["emr-serverless:startApplication"] = Job,
        ["emr-serverless:stopApplication"] = Job,
        ["emr-serverless:deleteApplication"] = Job,
        ["emr-serverless:startJobRun"] = Job,
        ["emr-serverless:cancelJobRun"] = Job,
        ["events:putEvents"] = Token,
        ["glue:startJobRun"] = Job,
        ["http:invoke"] = Call,
        ["lambda:invoke"] = Token,
        ["mediaconvert:createJob"] = Job,
        ["sagemaker:createEndpoint"] = Call,
        ["sagemaker:createEndpointConfig"] = Call,
        ["sagemaker:createHyperParameterTuningJob"] = Job,
        ["sagemaker:createLabelingJob"] = Job,
        ["sagemaker:createModel"] = Call,
        ["sagemaker:createProcessingJob"] = Job,
        ["sagemaker:createTrainingJob"] = Job,
        ["sagemaker:createTransformJob"] = Job,
        ["sagemaker:updateEndpoint"] = Call,
        ["sns:publish"] = Token,
        ["sqs:sendMessage"] = Token,
        ["states:startExecution"] = Job | Patterns.JobJson | Token,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    [Flags]
    private enum Patterns
    {
        Call = 1,
        Job = 2,
        JobJson = 4,
        Token = 8,
    }

    /// <summary>Whether a Task can name the resource; of functions, activities and SDK integrations every one is taken.</summary>
    public static bool IsForTasks(TaskResource resource)
    {
        if (resource.Kind != ResourceKind.Optimized)
            return resource.Kind != ResourceKind.AwsSdk || resource.Pattern is IntegrationPattern.RequestResponse or IntegrationPattern.WaitForTaskToken;
        var asked = resource.Pattern switch
        {
            IntegrationPattern.RunJob => Patterns.Job,
            IntegrationPattern.RunJobJson => Patterns.JobJson,
            IntegrationPattern.WaitForTaskToken => Patterns.Token,
            _ => Patterns.Call,
        };
        return ByName.TryGetValue($"{resource.Service}:{resource.Action}", out var offered) && offered.HasFlag(asked);
    }

    /// <summary>Whether an ItemReader can name the resource.</summary>
    public static bool IsForReading(TaskResource resource) =>
        resource is { Kind: ResourceKind.Optimized, Service: "s3", Action: "getObject" or "listObjectsV2", Pattern: IntegrationPattern.RequestResponse };

    /// <summary>Whether a ResultWriter can name the resource.</summary>
    public static bool IsForWriting(TaskResource resource) =>
        resource is { Kind: ResourceKind.Optimized, Service: "s3", Action: "putObject", Pattern: IntegrationPattern.RequestResponse };
}
