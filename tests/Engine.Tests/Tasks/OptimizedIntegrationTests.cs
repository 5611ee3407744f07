using System.Text;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Tasks;

public sealed class OptimizedIntegrationTests
{
    private static ServiceResponse.Answered Answer(string body) => new(200, [], (JsonObject)JsonReader.Parse(body), "r");

    private static string Call(string resource, string parameters) =>
        TaskFixture.TaskMachine($"arn:aws:states:::{resource}", $$""" "Parameters":{{parameters}} """);

    private static string Without(JsonValue? output) => JsonObject.Of(
        [.. ((JsonObject)output!).Where(member => !member.Key.StartsWith("Sdk", StringComparison.Ordinal)).Select(member => (member.Key, member.Value))]).Text;

    [Theory]
    [InlineData(
        "elasticmapreduce:createCluster", """{"Name":"c","Instances":{"KeepJobFlowAliveWhenNoSteps":true}}""",
        """RunJobFlow {"Name":"c","Instances":{"KeepJobFlowAliveWhenNoSteps":true}}""", """{"JobFlowId":"j-1","ClusterArn":"a"}""", """{"ClusterArn":"a","ClusterId":"j-1"}""")]
    [InlineData(
        "elasticmapreduce:addStep", """{"ClusterId":"j-1","Step":{"Name":"s","HadoopJarStep":{"Jar":"x"}}}""",
        """AddJobFlowSteps {"JobFlowId":"j-1","Steps":[{"Name":"s","HadoopJarStep":{"Jar":"x"}}]}""", """{"StepIds":["s-1"]}""", """{"StepId":"s-1"}""")]
    [InlineData(
        "elasticmapreduce:cancelStep", """{"ClusterId":"j-1","StepId":"s-1"}""",
        """CancelSteps {"ClusterId":"j-1","StepIds":["s-1"]}""", """{"CancelStepsInfoList":[{"StepId":"s-1","Status":"SUBMITTED"}]}""",
        """{"CancelStepsInfo":{"Status":"SUBMITTED","StepId":"s-1"}}""")]
    [InlineData(
        "elasticmapreduce:setClusterTerminationProtection", """{"ClusterId":"j-1","TerminationProtected":true}""",
        """SetTerminationProtection {"TerminationProtected":true,"JobFlowIds":["j-1"]}""", "{}", "{}")]
    [InlineData("elasticmapreduce:terminateCluster", """{"ClusterId":"j-1"}""", """TerminateJobFlows {"JobFlowIds":["j-1"]}""", "{}", "{}")]
    [InlineData("emr-serverless:startApplication", """{"ApplicationId":"a"}""", """StartApplication {"applicationId":"a"}""", "{}", """{"ApplicationId":"a"}""")]
    [InlineData("emr-serverless:stopApplication", """{"ApplicationId":"a"}""", """StopApplication {"applicationId":"a"}""", "{}", """{"ApplicationId":"a"}""")]
    [InlineData("emr-serverless:deleteApplication", """{"ApplicationId":"a"}""", """DeleteApplication {"applicationId":"a"}""", "{}", """{"ApplicationId":"a"}""")]
    public async Task An_integration_has_names_of_its_own(string resource, string parameters, string request, string answer, string output)
    {
        await using var tasks = new TaskFixture(services: _ => Answer(answer));

        var execution = await tasks.RunAsync(Call(resource, parameters));

        var call = Assert.Single(tasks.Services.Calls);
        Assert.Equal(Order(request[(request.IndexOf(' ') + 1)..]), Order(call.Parameters.Text));
        Assert.Equal(request[..request.IndexOf(' ')], call.Action);
        Assert.Equal(output, Without(execution.Output));
    }

    [Theory]
    [InlineData(
        "elasticmapreduce:modifyInstanceFleetByName", """{"ClusterId":"j-1","InstanceFleetName":"Core","InstanceFleet":{"TargetSpotCapacity":2}}""", "InstanceFleets",
        """ModifyInstanceFleet {"ClusterId":"j-1","InstanceFleet":{"TargetSpotCapacity":2,"InstanceFleetId":"i-2"}}""")]
    [InlineData(
        "elasticmapreduce:modifyInstanceGroupByName", """{"ClusterId":"j-1","InstanceGroupName":"Core","InstanceGroup":{"InstanceCount":8}}""", "InstanceGroups",
        """ModifyInstanceGroups {"ClusterId":"j-1","InstanceGroups":[{"InstanceCount":8,"InstanceGroupId":"i-2"}]}""")]
    public async Task A_part_of_a_cluster_is_found_by_its_name_on_whatever_page_it_is(string resource, string parameters, string list, string request)
    {
        await using var tasks = new TaskFixture(services: call => Answer(
            !call.Action.StartsWith("List", StringComparison.Ordinal) ? "{}"
            : call.Parameters.ContainsKey("Marker") ? $$"""{"{{list}}":[{"Id":"i-2","Name":"Core"}]}"""
            : $$"""{"{{list}}":[{"Id":"i-1","Name":"Master"}],"Marker":"m"}"""));

        var execution = await tasks.RunAsync(Call(resource, parameters));

        Assert.Null(execution.Error);
        Assert.Equal([$"List{list}", $"List{list}", request.Split(' ')[0]], tasks.Services.Calls.Select(call => call.Action));
        Assert.Equal(Order(request[(request.IndexOf(' ') + 1)..]), Order(tasks.Services.Calls[^1].Parameters.Text));
    }

    [Fact]
    public async Task A_part_of_a_cluster_that_there_is_not_is_not_changed()
    {
        await using var tasks = new TaskFixture(services: _ => Answer("""{"InstanceGroups":[]}"""));

        var execution = await tasks.RunAsync(Call("elasticmapreduce:modifyInstanceGroupByName", """{"ClusterId":"j","InstanceGroupName":"Core","InstanceGroup":{}}"""));

        Assert.Equal(("States.Runtime", "The cluster j has nothing of the InstanceGroupName 'Core'."), (execution.Error, execution.Cause));
    }

    [Fact]
    public async Task A_model_is_told_JSON_and_answers_it()
    {
        await using var tasks = new TaskFixture(services: _ => Answer("""{"contentType":"application/json"}""") with { Content = """{"completion":"hi","n":[1]}"""u8.ToArray() });

        var execution = await tasks.RunAsync(Call("bedrock:invokeModel", """{"ModelId":"m","Body":{"prompt":"p","k":1}}"""));

        var call = Assert.Single(tasks.Services.Calls);
        Assert.Equal(("bedrockruntime", "InvokeModel"), (call.Service, call.Action));
        Assert.Equal("""{"modelId":"m","contentType":"application/json","accept":"application/json"}""", call.Parameters.Text);
        Assert.Equal("""{"prompt":"p","k":1}""", Encoding.UTF8.GetString(call.Content!.Value.Span));
        Assert.Equal("""{"ContentType":"application/json","Body":{"completion":"hi","n":[1]}}""", execution.Output!.Text);
    }

    [Fact]
    public async Task A_model_s_input_and_output_may_lie_in_S3()
    {
        await using var tasks = new TaskFixture(services: call => call.Action switch
        {
            "GetObject" => Answer("""{"ContentType":"text/plain"}""") with { Content = "ask"u8.ToArray() },
            "InvokeModel" => Answer("""{"contentType":"application/json"}""") with { Content = """{"a":1}"""u8.ToArray() },
            _ => Answer("{}"),
        });

        var execution = await tasks.RunAsync(Call(
            "bedrock:invokeModel", """{"ModelId":"m","Input":{"S3Uri":"s3://in/a/b.json"},"Output":{"S3Uri":"s3://out/c"}}"""));

        Assert.Equal(
            ["""GetObject {"Bucket":"in","Key":"a/b.json"} """, """InvokeModel {"modelId":"m","contentType":"text/plain","accept":"application/json"} ask""", """PutObject {"Bucket":"out","Key":"c"} {"a":1}"""],
            tasks.Services.Calls.Select(call => $"{call.Action} {call.Parameters.Text} {(call.Content is { } content ? Encoding.UTF8.GetString(content.Span) : "")}"));
        Assert.Equal("""{"ContentType":"application/json","Body":"s3://out/c"}""", execution.Output!.Text);
    }

    [Fact]
    public async Task A_list_that_ECS_does_not_mention_is_empty_and_times_are_milliseconds()
    {
        await using var tasks = new TaskFixture(services: _ => Answer("""{"tasks":[{"taskArn":"t","createdAt":"2026-01-31T09:30:00Z","containers":[{"name":"c"}]}]}"""));

        var execution = await tasks.RunAsync(Call("ecs:runTask", """{"TaskDefinition":"d"}"""));

        Assert.Equal(
            """{"Failures":[],"Tasks":[{"Attachments":[],"Attributes":[],"Containers":[{"GpuIds":[],"ManagedAgents":[],"Name":"c","NetworkBindings":[],"NetworkInterfaces":[]}],"CreatedAt":1769851800000,"InferenceAccelerators":[],"Tags":[],"TaskArn":"t"}]}""",
            Without(execution.Output));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData(".sync", "AmazonECS.Unknown")]
    [InlineData(".waitForTaskToken", "AmazonECS.Unknown")]
    public async Task A_task_that_ECS_did_not_place_fails_who_waits_for_it(string pattern, string? error)
    {
        await using var tasks = new TaskFixture(services: _ => Answer("""{"tasks":[],"failures":[{"arn":"a","reason":"RESOURCE:CPU"}]}"""));

        var execution = await tasks.RunAsync(Call($"ecs:runTask{pattern}", """{"TaskDefinition":"d"}"""));

        Assert.Equal(error, execution.Error);
    }

    /// <summary>JSON with its members in order.</summary>
    private static string Order(string json) => JsonReader.Parse(json) is JsonObject members ? ServiceValues.Sorted(members).Text : json;
}
