using Stateside.Language.Json;

namespace Stateside.Language.Services;

/// <summary>
/// The jobs of optimized integrations. What ends them when nobody waits any more is what AWS's policies for Step Functions allow it to ask.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html.
/// </summary>
internal static class ServiceJobs
{
    private const string Why = "'Aborted by Step Functions'";
    private const string State = "State";

    public static readonly ServiceJob Query = new(
        new("GetQueryExecution", ("QueryExecutionId", "QueryExecutionId")), "QueryExecution", "Status.State",
        ["SUCCEEDED"], ["FAILED", "CANCELLED"])
    {
        Stop = new("StopQueryExecution", ("QueryExecutionId", "QueryExecutionId")),
        ResultName = "QueryExecution",
    };

    public static readonly ServiceJob Batch = new(new("DescribeJobs", ("Jobs", "JobId")), "Jobs", "Status", ["SUCCEEDED"], ["FAILED"])
    {
        Stop = new("TerminateJob", ("JobId", "JobId"), ("Reason", Why)),
    };

    public static readonly ServiceJob Customization = new(
        new("GetModelCustomizationJob", ("JobIdentifier", "JobArn")), "", "Status", ["Completed"], ["Failed", "Stopped"])
    {
        Stop = new("StopModelCustomizationJob", ("JobIdentifier", "JobArn")),
    };

    public static readonly ServiceJob Build = CodeBuild("Build", "Builds", "BatchGetBuilds", "StopBuild");
    public static readonly ServiceJob BuildBatch = CodeBuild("BuildBatch", "BuildBatches", "BatchGetBuildBatches", "StopBuildBatch");

    public static readonly ServiceJob DataBrew = new(
        new("DescribeJobRun", ("Name", "Name"), ("RunId", "RunId")), "", State, ["SUCCEEDED"], ["FAILED", "STOPPED", "TIMEOUT"])
    {
        Stop = new("StopJobRun", ("Name", "Name"), ("RunId", "RunId")),
    };

    /// <summary>A container that failed, or that never ran, fails its task.</summary>
    public static readonly ServiceJob Containers = new(
        new("DescribeTasks", ("Cluster", "Tasks.ClusterArn"), ("Tasks", "Tasks.TaskArn")), "Tasks", "LastStatus", ["STOPPED"], [])
    {
        Stop = new("StopTask", ("Cluster", "Tasks.ClusterArn"), ("Task", "Tasks.TaskArn"), ("Reason", Why)),
        IsGood = task => task["Containers"] is JsonArray containers
            && containers.All(container => container is JsonObject members && members["ExitCode"] is JsonNumber { Double: 0 }),
    };

    public static readonly ServiceJob ClusterCreation = Kubernetes("Cluster", "", ["ACTIVE"], ["FAILED"], "DeleteCluster");
    public static readonly ServiceJob ClusterDeletion = Kubernetes("Cluster", "", [], ["FAILED"], null);
    public static readonly ServiceJob NodegroupCreation = Kubernetes(
        "Nodegroup", "Nodegroup", ["ACTIVE"], ["CREATE_FAILED", "DEGRADED"], "DeleteNodegroup");
    public static readonly ServiceJob NodegroupDeletion = Kubernetes("Nodegroup", "Nodegroup", [], ["DELETE_FAILED"], null);
    public static readonly ServiceJob ProfileCreation = Kubernetes(
        "FargateProfile", "FargateProfile", ["ACTIVE"], ["CREATE_FAILED"], "DeleteFargateProfile");
    public static readonly ServiceJob ProfileDeletion = Kubernetes("FargateProfile", "FargateProfile", [], ["DELETE_FAILED"], null);

    /// <summary>A cluster without steps, which the first request does not take, waits when it is ready.</summary>
    public static readonly ServiceJob EmrCluster = Emr(
        "Cluster", "DescribeCluster", ["WAITING"], ["TERMINATED", "TERMINATED_WITH_ERRORS"], ("ClusterId", "ClusterId")) with
    {
        Stop = new("TerminateJobFlows", ("JobFlowIds", "ClusterId")),
    };

    public static readonly ServiceJob EmrEnd = Emr(
        "Cluster", "DescribeCluster", ["TERMINATED", "TERMINATED_WITH_ERRORS"], [], ("ClusterId", "ClusterId"));

    public static readonly ServiceJob EmrStep = Emr(
        "Step", "DescribeStep", ["COMPLETED"], ["FAILED", "CANCELLED", "INTERRUPTED"],
        ("ClusterId", "ClusterId"), ("StepId", "StepId")) with
    {
        Stop = new("CancelSteps", ("ClusterId", "ClusterId"), ("StepIds", "StepId")),
        Repeated = ["StepId"],
    };

    public static readonly ServiceJob VirtualClusterEnd = new(
        new("DescribeVirtualCluster", ("Id", "Id")), "VirtualCluster", State, ["TERMINATED"], ["ARRESTED"]) { EndsWhenGone = true };

    public static readonly ServiceJob ContainersJobRun = new(
        new("DescribeJobRun", ("Id", "Id"), ("VirtualClusterId", "VirtualClusterId")), "JobRun", State,
        ["COMPLETED"], ["FAILED", "CANCELLED"])
    {
        Stop = new("CancelJobRun", ("Id", "Id"), ("VirtualClusterId", "VirtualClusterId")),
    };

    public static readonly ServiceJob ApplicationCreation = Application(
        ["CREATED", "STARTED", "STOPPED"], ["TERMINATED"], "DeleteApplication");
    public static readonly ServiceJob ApplicationStart = Application(["STARTED"], ["STOPPED", "TERMINATED"], "StopApplication");
    public static readonly ServiceJob ApplicationStop = Application(["STOPPED"], ["TERMINATED"], null);
    public static readonly ServiceJob ApplicationEnd = Application(["TERMINATED"], [], null) with { EndsWhenGone = true };
    public static readonly ServiceJob ServerlessJobRun = Serverless(["SUCCESS"], ["FAILED", "CANCELLED"], "CancelJobRun");
    public static readonly ServiceJob ServerlessCancellation = Serverless(["CANCELLED"], ["SUCCESS", "FAILED"], null);

    public static readonly ServiceJob Glue = new(
        new("GetJobRun", ("JobName", "JobName"), ("RunId", "JobRunId")), "JobRun", "JobRunState",
        ["SUCCEEDED"], ["FAILED", "STOPPED", "TIMEOUT", "ERROR", "EXPIRED"])
    {
        Stop = new("BatchStopJobRun", ("JobName", "JobName"), ("JobRunIds", "JobRunId")),
        Noted = ["JobName"],
    };

    public static readonly ServiceJob MediaConvert = new(
        new("GetJob", ("Id", "Job.Id")), "Job", "Status", ["COMPLETE"], ["ERROR", "CANCELED"])
    {
        Stop = new("CancelJob", ("Id", "Job.Id")),
        ResultName = "Job",
    };

    public static readonly ServiceJob Tuning = SageMaker("HyperParameterTuningJob");
    public static readonly ServiceJob Labeling = SageMaker("LabelingJob");
    public static readonly ServiceJob Processing = SageMaker("ProcessingJob");
    public static readonly ServiceJob Training = SageMaker("TrainingJob");
    public static readonly ServiceJob Transform = SageMaker("TransformJob");

    private static ServiceJob CodeBuild(string name, string list, string describe, string stop) => new(
        new(describe, ("Ids", $"{name}.Id")), list, name == "Build" ? "BuildStatus" : "BuildBatchStatus",
        ["SUCCEEDED"], ["FAILED", "FAULT", "TIMED_OUT", "STOPPED"])
    {
        Stop = new(stop, ("Id", $"{name}.Id")),
        ResultName = name,
    };

    private static ServiceJob Kubernetes(string kind, string owned, string[] succeeded, string[] failed, string? stop)
    {
        (string, string)[] members = owned.Length == 0
            ? [("Name", "Cluster.Name")]
            : [("ClusterName", $"{kind}.ClusterName"), ($"{kind}Name", $"{kind}.{kind}Name")];
        return new(new($"Describe{kind}", members), kind, "Status", succeeded, failed)
        {
            Stop = stop is null ? null : new(stop, members),
            ResultName = kind,
            EndsWhenGone = succeeded.Length == 0,
        };
    }

    private static ServiceJob Emr(string kind, string describe, string[] succeeded, string[] failed, params (string, string)[] members) =>
        new(new(describe, members), kind, "Status.State", succeeded, failed)
        {
            ResultName = kind,
            Repeated = ["ClusterId"],
            HasMetadata = true,
        };

    private static ServiceJob Application(string[] succeeded, string[] failed, string? stop) =>
        new(new("GetApplication", ("ApplicationId", "ApplicationId")), "Application", State, succeeded, failed)
        {
            Stop = stop is null ? null : new(stop, ("ApplicationId", "ApplicationId")),
        };

    private static ServiceJob Serverless(string[] succeeded, string[] failed, string? stop)
    {
        (string, string)[] members = [("ApplicationId", "ApplicationId"), ("JobRunId", "JobRunId")];
        return new(new("GetJobRun", members), "JobRun", State, succeeded, failed) { Stop = stop is null ? null : new(stop, members) };
    }

    private static ServiceJob SageMaker(string kind) =>
        new(
            new($"Describe{kind}", ($"{kind}Name", $"{kind}Name")), "", $"{kind}Status", ["Completed"], ["Failed", "Stopped", "DeleteFailed"])
        {
            Stop = new($"Stop{kind}", ($"{kind}Name", $"{kind}Name")),
        };
}
