using System.IO.Compression;
using Stateside.Language.Definitions;
using Stateside.Language.Services;

namespace Stateside.Language.Tests.Services;

public sealed class ServiceModelTests
{
    [Fact]
    public void The_file_can_be_read_by_eye()
    {
        using var archive = new ZipArchive(typeof(ServiceModels).Assembly.GetManifestResourceStream("aws-services.zip")!);
        using var reader = new StreamReader(archive.GetEntry("sagemakerruntime")!.Open());

        var text = reader.ReadToEnd();

        Assert.StartsWith(
            """
            service SageMakerRuntime SageMaker\sRuntime
            protocol rest-json
            api 2017-05-13
            endpoint runtime.sagemaker
            signing sagemaker
            structure InvokeEndpointInput payload=Body
             EndpointName! EndpointName as=EndpointName at=uri
             Body! BodyBlob
             ContentType Header as=Content-Type at=header
            """.ReplaceLineEndings("\n"), text, StringComparison.Ordinal);
        Assert.Contains("\naction InvokeEndpoint POST /endpoints/{EndpointName}/invocations in=InvokeEndpointInput out=InvokeEndpointOutput errors=", text, StringComparison.Ordinal);
    }

    /// <summary>A line that could not be read, or a shape that is not there, would come to light when somebody calls the action.</summary>
    [Fact]
    public void Every_line_of_every_service_is_read()
    {
        foreach (var name in ServiceModels.Names)
        {
            var service = ServiceModels.Find(name)!;
            Assert.Equal(name, service.Name);
            Assert.NotEqual("", service.EndpointPrefix);
            Assert.NotEqual("", service.ApiVersion);
            var seen = new HashSet<ServiceShape>();
            foreach (var action in service.ActionNames.Select(action => service.FindAction(action)!))
            {
                Visit(action.Input, seen);
                Visit(action.Output, seen);
                Assert.StartsWith("/", action.Uri, StringComparison.Ordinal);
                Assert.All(action.Input?.Members.Where(member => member.Place == MemberPlace.Path) ?? [], member =>
                    Assert.Contains("{" + (member.WireName ?? member.Name), action.Uri, StringComparison.Ordinal));
            }

            Assert.Null(service.FindError("NoSuchErrorAtAll"));
        }
    }

    private static void Visit(ServiceShape? shape, HashSet<ServiceShape> seen)
    {
        if (shape is null || !seen.Add(shape))
            return;
        foreach (var member in shape.Members)
        {
            Assert.Same(member, shape.Find(member.Name));
            Visit(member.Shape, seen);
        }

        if (shape.Kind is ShapeKind.List or ShapeKind.Map)
            Visit(shape.Item, seen);
        if (shape.Payload is { } payload)
            Assert.NotNull(shape.Find(payload));
    }

    [Fact]
    public void There_are_some_four_hundred_services_and_more_than_eighteen_thousand_actions()
    {
        Assert.InRange(ServiceModels.Names.Count, 400, 1000);
        Assert.InRange(ServiceModels.Names.Sum(name => ServiceModels.Find(name)!.ActionNames.Count), 18_000, 50_000);

        // Those that prefer CBOR all speak JSON too, which endpoints other than AWS's know better.
        Assert.Equal(
            Enum.GetValues<ServiceProtocol>().Except([ServiceProtocol.Cbor]), ServiceModels.Names.Select(name => ServiceModels.Find(name)!.Protocol).Distinct().Order());
    }

    [Theory]
    [InlineData("dynamodb", "DynamoDb", "DYNAMODB", "dynamodb")]
    [InlineData("sfn", "Sfn", "SFN", "states")]
    [InlineData("costexplorer", "CostExplorer", "COST_EXPLORER", "ce")]
    [InlineData("cloudwatchlogs", "CloudWatchLogs", "CLOUDWATCH_LOGS", "logs")]
    [InlineData("elasticloadbalancingv2", "ElasticLoadBalancingV2", "ELASTIC_LOAD_BALANCING_V2", "elasticloadbalancing")]
    [InlineData("acmpca", "AcmPca", "ACM_PCA", "acm-pca")]
    [InlineData("emrserverless", "EmrServerless", "EMR_SERVERLESS", "emr-serverless")]
    public void A_service_has_the_names_that_resources_errors_variables_and_signatures_know(string name, string client, string variable, string signing)
    {
        var service = ServiceModels.Find(name)!;

        Assert.Equal((client, variable, signing), (service.ClientName, service.VariableName, service.SigningName));
    }

    [Theory]
    [InlineData("arn:aws:states:::aws-sdk:rds:describeDBInstances", "Rds", "DescribeDBInstances")]
    [InlineData("arn:aws:states:::dynamodb:putItem", "DynamoDb", "PutItem")]
    [InlineData("arn:aws:states:::elasticmapreduce:createCluster.sync", "Emr", "RunJobFlow")]
    [InlineData("arn:aws:states:::bedrock:invokeModel", "BedrockRuntime", "InvokeModel")]
    public void A_resource_calls_an_action(string resource, string client, string action)
    {
        var found = ServiceIntegration.Find(TaskResource.Parse(resource)!)!.Action;

        Assert.Equal((client, action), (found.Service.ClientName, found.Name));
    }

    [Theory]
    [InlineData("arn:aws:states:::aws-sdk:DynamoDb:putItem")]
    [InlineData("arn:aws:states:::aws-sdk:dynamodb:PutItem")]
    [InlineData("arn:aws:states:::aws-sdk:dynamodb:putItems")]
    [InlineData("arn:aws:states:::aws-sdk:../../etc:passwd")]
    [InlineData("arn:aws:states:::dynamodb:scan")]
    public void A_resource_that_names_no_action_calls_none(string resource) => Assert.Null(ServiceIntegration.Find(TaskResource.Parse(resource)!));

    [Fact]
    public void An_error_is_known_by_its_code_and_by_its_name()
    {
        Assert.Equal("QueueDoesNotExist", ServiceModels.Find("sqs")!.FindError("QueueDoesNotExist"));
        Assert.Equal("DBInstanceNotFoundFault", ServiceModels.Find("rds")!.FindError("DBInstanceNotFound"));
        Assert.Equal("DBInstanceNotFoundFault", ServiceModels.Find("rds")!.FindError("DBInstanceNotFoundFault"));
    }
}
