using Stateside.Engine.Execution;
using Stateside.Engine.History;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>Jobs over the network, against moto where it has them without Docker.</summary>
public sealed class JobWireTests(MotoServer moto) : IAsyncLifetime
{
    private const string Role = "arn:aws:iam::123456789012:role/r";
    private readonly ServiceHttp _http = new();
    private ServiceRouter? _router;

    private ServiceRouter Router => _router ??= new ServiceRouter(
        new ServiceEndpoints(moto.Required(), false, AwsLocation.Default, _ => null), [], TimeProvider.System, "us-east-1", _http);

    public async ValueTask InitializeAsync()
    {
        if (moto.Endpoint is null)
            return;
        await SetAsync("config", """{"batch":{"use_docker":false}}""");
        await SetAsync("state-manager/set-transition", """{"model_name":"glue::job_run","transition":{"progression":"manual","times":2}}""");
    }

    public ValueTask DisposeAsync()
    {
        _router?.Dispose();
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task SetAsync(string path, string body)
    {
        using var client = new HttpClient();
        using var content = new StringContent(body);
        using var answer = await client.PostAsync(new Uri(moto.Endpoint!, $"moto-api/{path}"), content, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
    }

    private async Task<JsonObject> CallAsync(string service, string action, string parameters)
    {
        var response = await Router.SendAsync(
            new ServiceCall(service, action, (JsonObject)JsonReader.Parse(parameters), Guid.NewGuid().ToString()), TestContext.Current.CancellationToken);
        Assert.Null((response as ServiceResponse.Refused)?.Error);
        return ((ServiceResponse.Answered)response).Body;
    }

    private TaskFixture NewTasks() => new(services: call => Router.SendAsync(call, CancellationToken.None).AsTask().GetAwaiter().GetResult());

    private async Task<(ExecutionDescription Execution, string Kinds)> RunAsync(string resource, string parameters, string more = "")
    {
        await using var tasks = NewTasks();
        var execution = await tasks.RunAsync(TaskFixture.TaskMachine($"arn:aws:states:::{resource}.sync", $$""" "Parameters":{{parameters}}{{more}} """));
        var end = execution.Status == ExecutionStatus.Succeeded ? 2 : 1;
        return (execution, string.Join(' ', tasks.Kinds(execution).Skip(2).SkipLast(end)));
    }

    private async Task<JsonObject> SucceedAsync(string resource, string parameters)
    {
        var (execution, kinds) = await RunAsync(resource, parameters);
        if (execution.Error is not null)
            Assert.Fail($"{execution.Error}: {execution.Cause}");
        Assert.Equal("TaskScheduled TaskStarted TaskSubmitted TaskSucceeded", kinds);
        return (JsonObject)execution.Output!;
    }

    private static string? At(JsonObject output, string path) => (Language.Services.ServiceJob.At(output, path) as JsonString)?.Value;

    private async Task TimeOutAsync(string resource, string parameters)
    {
        var (execution, kinds) = await RunAsync(resource, parameters, ""","TimeoutSeconds":20""");
        Assert.Equal(("States.Timeout", "TaskScheduled TaskStarted TaskSubmitted TaskTimedOut"), (execution.Error, kinds));
    }

    /// <summary>What was stopped is stopped a moment after its execution has gone on.</summary>
    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var i = 0; i < 100 && !await isSo(); i++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.True(await isSo());
    }

    [Fact]
    public async Task A_query_is_waited_for()
    {
        var output = await SucceedAsync("athena:startQueryExecution", """{"QueryString":"SELECT 1","ResultConfiguration":{"OutputLocation":"s3://out/"}}""");

        Assert.Equal(("SUCCEEDED", "SELECT 1"), (At(output, "QueryExecution.Status.State"), At(output, "QueryExecution.Query")));
    }

    [Fact]
    public async Task A_Batch_job_is_waited_for_and_one_for_no_queue_is_not_submitted()
    {
        await CallAsync("batch", "CreateComputeEnvironment", $$"""{"computeEnvironmentName":"jobs","type":"UNMANAGED","state":"ENABLED","serviceRole":"{{await RoleAsync("batch")}}"}""");
        await CallAsync("batch", "CreateJobQueue", """{"jobQueueName":"jobs","state":"ENABLED","priority":1,"computeEnvironmentOrder":[{"order":1,"computeEnvironment":"jobs"}]}""");
        await CallAsync("batch", "RegisterJobDefinition", """{"jobDefinitionName":"jobs","type":"container","containerProperties":{"image":"busybox","vcpus":1,"memory":128,"command":["true"]}}""");

        var output = await SucceedAsync("batch:submitJob", """{"JobName":"one","JobQueue":"jobs","JobDefinition":"jobs"}""");

        Assert.Equal(("SUCCEEDED", "one"), (At(output, "Status"), At(output, "JobName")));
        var (execution, kinds) = await RunAsync("batch:submitJob", """{"JobName":"one","JobQueue":"none","JobDefinition":"jobs"}""");
        Assert.Equal(("Batch.ClientException", "TaskScheduled TaskStarted TaskSubmitFailed"), (execution.Error, kinds));
    }

    [Fact]
    public async Task An_ECS_task_is_waited_for_until_it_has_stopped()
    {
        var subnet = At(await CallAsync("ec2", "DescribeSubnets", "{}"), "Subnets.SubnetId");
        var group = At(await CallAsync("ec2", "DescribeSecurityGroups", "{}"), "SecurityGroups.GroupId");
        await CallAsync("ecs", "CreateCluster", """{"clusterName":"jobs"}""");
        await CallAsync("ecs", "RegisterTaskDefinition", """{"family":"jobs","networkMode":"awsvpc","requiresCompatibilities":["FARGATE"],"cpu":"256","memory":"512","containerDefinitions":[{"name":"c","image":"busybox","cpu":1,"memory":64}]}""");

        var output = await SucceedAsync(
            "ecs:runTask",
            $$"""{"Cluster":"jobs","TaskDefinition":"jobs","LaunchType":"FARGATE","NetworkConfiguration":{"AwsvpcConfiguration":{"Subnets":["{{subnet}}"],"SecurityGroups":["{{group}}"]} } }""");

        Assert.Equal("STOPPED", At(output, "LastStatus"));
        Assert.Contains("cluster/jobs", At(output, "ClusterArn"));
    }

    [Fact]
    public async Task A_Glue_job_run_is_asked_about_until_it_is_over()
    {
        await CallAsync("glue", "CreateJob", $$"""{"Name":"etl","Role":"{{Role}}","Command":{"Name":"glueetl","ScriptLocation":"s3://b/s"} }""");

        var output = await SucceedAsync("glue:startJobRun", """{"JobName":"etl","Arguments":{"--a":"1"}}""");

        Assert.Equal(("SUCCEEDED", "etl"), (At(output, "JobRunState"), At(output, "JobName")));
        Assert.IsType<JsonNumber>(output["StartedOn"]);
    }

    [Fact]
    public async Task A_build_is_waited_for()
    {
        await CallAsync("codebuild", "CreateProject", $$"""
            {"name":"jobs","source":{"type":"S3","location":"b/p.zip"},"artifacts":{"type":"NO_ARTIFACTS"},"serviceRole":"{{Role}}",
            "environment":{"type":"LINUX_CONTAINER","image":"x","computeType":"BUILD_GENERAL1_SMALL"} }
            """);

        var output = await SucceedAsync("codebuild:startBuild", """{"ProjectName":"jobs"}""");

        Assert.Equal("SUCCEEDED", At(output, "Build.BuildStatus"));
    }

    [Fact]
    public async Task A_cluster_of_EMR_is_waited_for_as_it_begins_and_as_it_ends()
    {
        var output = await SucceedAsync("elasticmapreduce:createCluster", """
            {"Name":"c","ReleaseLabel":"emr-6.10.0","ServiceRole":"EMR_DefaultRole","JobFlowRole":"EMR_EC2_DefaultRole","VisibleToAllUsers":true,
            "Instances":{"KeepJobFlowAliveWhenNoSteps":true,"InstanceGroups":[{"Name":"Core","InstanceRole":"MASTER","InstanceType":"m4.large","InstanceCount":1}]} }
            """);

        var id = At(output, "ClusterId");
        Assert.Equal(("WAITING", id), (At(output, "Cluster.Status.State"), At(output, "Cluster.Id")));
        await using (var tasks = NewTasks())
        {
            var changed = await tasks.RunAsync(TaskFixture.TaskMachine(
                "arn:aws:states:::elasticmapreduce:modifyInstanceGroupByName",
                $$""" "Parameters":{"ClusterId":"{{id}}","InstanceGroupName":"Core","InstanceGroup":{"InstanceCount":2} } """));
            Assert.Null(changed.Error);
        }

        var over = await SucceedAsync("elasticmapreduce:terminateCluster", $$"""{"ClusterId":"{{id}}"}""");
        Assert.Equal(("TERMINATED", id), (At(over, "Cluster.Status.State"), At(over, "ClusterId")));
    }

    [Fact]
    public async Task A_job_run_of_EMR_on_EKS_is_cancelled_when_nobody_waits_for_it()
    {
        var output = await SucceedAsync("eks:createCluster", $$"""{"Name":"emr","RoleArn":"{{Role}}","ResourcesVpcConfig":{} }""");
        Assert.Equal(("ACTIVE", "emr"), (At(output, "Cluster.Status"), At(output, "Cluster.Name")));
        var cluster = At(await CallAsync("emrcontainers", "CreateVirtualCluster", """{"name":"v","containerProvider":{"id":"emr","type":"EKS","info":{"eksInfo":{"namespace":"n"}}},"clientToken":"t"}"""), "id");

        await TimeOutAsync("emr-containers:startJobRun", $$"""
            {"Name":"run","VirtualClusterId":"{{cluster}}","ExecutionRoleArn":"{{Role}}","ReleaseLabel":"emr-6.3.0-latest","JobDriver":{"SparkSubmitJobDriver":{"EntryPoint":"e"} } }
            """);

        await UntilAsync(async () => At(await CallAsync("emrcontainers", "ListJobRuns", $$"""{"virtualClusterId":"{{cluster}}"}"""), "jobRuns.state") == "CANCELLED");
        await SucceedAsync("emr-containers:deleteVirtualCluster", $$"""{"Id":"{{cluster}}"}""");
    }

    [Fact]
    public async Task A_part_of_EKS_is_waited_for_until_it_is_there_or_gone()
    {
        await SucceedAsync("eks:createCluster", $$"""{"Name":"k","RoleArn":"{{Role}}","ResourcesVpcConfig":{} }""");

        var nodes = await SucceedAsync("eks:createNodegroup", $$"""{"ClusterName":"k","NodegroupName":"n","NodeRole":"{{Role}}","Subnets":["subnet-1"]}""");
        Assert.Equal("ACTIVE", At(nodes, "Nodegroup.Status"));
        var profile = await SucceedAsync("eks:createFargateProfile", $$"""
            {"ClusterName":"k","FargateProfileName":"f","PodExecutionRoleArn":"{{Role}}","Selectors":[{"Namespace":"n"}],"Subnets":["subnet-1"]}
            """);
        Assert.Equal("ACTIVE", At(profile, "FargateProfile.Status"));

        await SucceedAsync("eks:deleteFargateProfile", """{"ClusterName":"k","FargateProfileName":"f"}""");
        await SucceedAsync("eks:deleteNodegroup", """{"ClusterName":"k","NodegroupName":"n"}""");
        var gone = await SucceedAsync("eks:deleteCluster", """{"Name":"k"}""");
        Assert.Equal("k", At(gone, "Cluster.Name"));
    }

    [Fact]
    public async Task An_application_of_EMR_Serverless_is_waited_for_and_so_is_its_job_run()
    {
        var made = await SucceedAsync("emr-serverless:createApplication", """{"Name":"a","ReleaseLabel":"emr-6.6.0","Type":"SPARK"}""");
        var id = At(made, "ApplicationId");
        var started = await SucceedAsync("emr-serverless:startApplication", $$"""{"ApplicationId":"{{id}}"}""");
        Assert.Equal("STARTED", At(started, "State"));

        var run = await SucceedAsync("emr-serverless:startJobRun", $$"""
            {"ApplicationId":"{{id}}","ExecutionRoleArn":"{{Role}}","JobDriver":{"SparkSubmit":{"EntryPoint":"e"} } }
            """);
        Assert.Equal(("SUCCESS", id), (At(run, "State"), At(run, "ApplicationId")));

        Assert.Equal("STOPPED", At(await SucceedAsync("emr-serverless:stopApplication", $$"""{"ApplicationId":"{{id}}"}"""), "State"));
        Assert.Equal("TERMINATED", At(await SucceedAsync("emr-serverless:deleteApplication", $$"""{"ApplicationId":"{{id}}"}"""), "State"));
    }

    [Theory]
    [InlineData(
        "createTrainingJob", "TrainingJob",
        """{"TrainingJobName":"j","RoleArn":"$role","AlgorithmSpecification":{"TrainingImage":"i","TrainingInputMode":"File"},"OutputDataConfig":{"S3OutputPath":"s3://o"},"ResourceConfig":{"InstanceType":"ml.c4.xlarge","InstanceCount":1,"VolumeSizeInGB":1},"StoppingCondition":{"MaxRuntimeInSeconds":60}}""")]
    [InlineData(
        "createProcessingJob", "ProcessingJob",
        """{"ProcessingJobName":"j","RoleArn":"$role","AppSpecification":{"ImageUri":"i"},"ProcessingResources":{"ClusterConfig":{"InstanceType":"ml.c4.xlarge","InstanceCount":1,"VolumeSizeInGB":1}},"StoppingCondition":{"MaxRuntimeInSeconds":60}}""")]
    [InlineData(
        "createTransformJob", "TransformJob",
        """{"TransformJobName":"j","ModelName":"m","TransformInput":{"DataSource":{"S3DataSource":{"S3DataType":"S3Prefix","S3Uri":"s3://i"}}},"TransformOutput":{"S3OutputPath":"s3://o"},"TransformResources":{"InstanceType":"ml.c4.xlarge","InstanceCount":1}}""")]
    [InlineData(
        "createHyperParameterTuningJob", "HyperParameterTuningJob",
        """{"HyperParameterTuningJobName":"j","HyperParameterTuningJobConfig":{"Strategy":"Bayesian","ResourceLimits":{"MaxNumberOfTrainingJobs":1,"MaxParallelTrainingJobs":1}}}""")]
    public async Task A_job_of_SageMaker_is_waited_for(string action, string kind, string parameters)
    {
        var output = await SucceedAsync($"sagemaker:{action}", parameters.Replace("$role", Role, StringComparison.Ordinal));

        Assert.Equal(("Completed", "j"), (At(output, $"{kind}Status"), At(output, $"{kind}Name")));
    }

    [Fact]
    public async Task A_customization_is_stopped_when_nobody_waits_for_it()
    {
        await CallAsync("s3", "CreateBucket", """{"Bucket":"tuning"}""");
        await TimeOutAsync("bedrock:createModelCustomizationJob", $$"""
            {"JobName":"tune","CustomModelName":"mine","RoleArn":"{{Role}}","BaseModelIdentifier":"amazon.titan-text-lite-v1","HyperParameters":{"a":"1"},
            "TrainingDataConfig":{"S3Uri":"s3://tuning/in"},"OutputDataConfig":{"S3Uri":"s3://tuning/out"} }
            """);

        await UntilAsync(async () => At(await CallAsync("bedrock", "GetModelCustomizationJob", """{"jobIdentifier":"tune"}"""), "status") == "Stopped");
    }

    private async Task<string> RoleAsync(string name) => At(await CallAsync("iam", "CreateRole", $$"""{"RoleName":"{{name}}","AssumeRolePolicyDocument":"{}"}"""), "Role.Arn")!;
}
