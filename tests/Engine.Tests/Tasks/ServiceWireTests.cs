using System.Text;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services;
using Stateside.Language.Json;
using Stateside.Language.Services;

[assembly: AssemblyFixture(typeof(Stateside.Engine.Tests.Tasks.MotoServer))]

namespace Stateside.Engine.Tests.Tasks;

/// <summary>Services over the network, against moto.</summary>
public sealed class ServiceWireTests(MotoServer moto) : IAsyncDisposable
{
    private readonly List<ServiceRouter> _routers = [];

    private async Task<JsonObject> CallAsync(string service, string action, string parameters, string? content = null)
    {
        var response = await SendAsync(service, action, parameters, content);
        Assert.Null((response as ServiceResponse.Refused)?.Error);
        var answer = Assert.IsType<ServiceResponse.Answered>(response);
        return answer.Content is { } read ? answer.Body.With("Body", JsonValue.From(Encoding.UTF8.GetString(read.Span))) : answer.Body;
    }

    private async Task<ServiceError> RefusalAsync(string service, string action, string parameters) =>
        Assert.IsType<ServiceResponse.Refused>(await SendAsync(service, action, parameters, null)).Error;

    private async Task<ServiceResponse> SendAsync(string service, string action, string parameters, string? content)
    {
        var router = new ServiceRouter(new ServiceEndpoints(moto.Required(), false, AwsLocation.Default, _ => null), [], TimeProvider.System, "us-east-1", new ServiceHttp());
        _routers.Add(router);
        var call = new ServiceCall(service, action, (JsonObject)JsonReader.Parse(parameters), "3b0c7a7e-5a43-4f0b-9d4e-2f6f0f6f0a11")
        {
            Content = content is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(content),
        };
        return await router.SendAsync(call, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task An_item_that_was_put_can_be_read_and_a_condition_refuses_the_second()
    {
        await CallAsync(
            "dynamodb", "CreateTable",
            """{"TableName":"wire","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],"AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}""");
        const string Put = """{"TableName":"wire","Item":{"id":{"S":"é/1"},"n":{"N":"1.50"}},"ConditionExpression":"attribute_not_exists(id)"}""";

        await CallAsync("dynamodb", "PutItem", Put);

        Assert.Equal("""{"Item":{"id":{"S":"é/1"},"n":{"N":"1.50"}}}""", (await CallAsync("dynamodb", "GetItem", """{"TableName":"wire","Key":{"id":{"S":"é/1"}}}""")).Text);
        var refusal = await RefusalAsync("dynamodb", "PutItem", Put);
        Assert.Equal(("ConditionalCheckFailedException", "The conditional request failed", 400), (refusal.Code, refusal.Message, refusal.StatusCode));
    }

    [Fact]
    public async Task A_message_travels_by_a_topic_to_a_queue_with_its_attributes()
    {
        var queue = (await CallAsync("sqs", "CreateQueue", """{"QueueName":"wire"}""")).Text("QueueUrl");
        var topic = (await CallAsync("sns", "CreateTopic", """{"Name":"wire"}""")).Text("TopicArn");
        await CallAsync("sns", "Subscribe", $$"""{"TopicArn":"{{topic}}","Protocol":"sqs","Endpoint":"arn:aws:sqs:us-east-1:123456789012:wire","Attributes":{"RawMessageDelivery":"true"} }""");

        await CallAsync("sns", "Publish", $$"""{"TopicArn":"{{topic}}","Message":"héllo & <more>","MessageAttributes":{"kind":{"DataType":"String","StringValue":"a b"} } }""");

        var received = await CallAsync("sqs", "ReceiveMessage", $$"""{"QueueUrl":"{{queue}}","MessageAttributeNames":["All"]}""");
        var message = Assert.IsType<JsonObject>(Assert.Single(Assert.IsType<JsonArray>(received["Messages"])));
        Assert.Equal("héllo & <more>", message.Text("Body"));
        Assert.Contains("\"StringValue\":\"a b\"", message.Text);
        Assert.Equal("NotFound", (await RefusalAsync("sns", "Publish", """{"TopicArn":"arn:aws:sns:us-east-1:123456789012:none","Message":"x"}""")).Code);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("folder/with blank/ünï+code=&?.json")]
    [InlineData("a/../b")]
    public async Task An_object_of_any_key_keeps_its_content_and_metadata(string key)
    {
        await SendAsync("s3", "CreateBucket", """{"Bucket":"wire-objects"}""", null);
        var name = JsonWriter.Quote(key);

        var put = await CallAsync(
            "s3", "PutObject", $$"""{"Bucket":"wire-objects","Key":{{name}},"ContentType":"text/csv","Metadata":{"origin":"test"} }""", "a,b");
        var got = await CallAsync("s3", "GetObject", $$"""{"Bucket":"wire-objects","Key":{{name}} }""");

        Assert.Equal("\"b345e1dc09f20fdefdea469f09167892\"", put.Text("ETag"));
        Assert.Equal(("a,b", "text/csv", put.Text("ETag")), (got.Text("Body"), got.Text("ContentType"), got.Text("ETag")));
        Assert.Equal("""{"origin":"test"}""", got["Metadata"]!.Text);
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$", got.Text("LastModified"));
    }

    [Fact]
    public async Task Objects_are_listed_page_by_page_copied_and_deleted()
    {
        await CallAsync("s3", "CreateBucket", """{"Bucket":"wire-pages"}""");
        foreach (var key in new[] { "in/1", "in/2", "in/3", "out/1" })
            await CallAsync("s3", "PutObject", $$"""{"Bucket":"wire-pages","Key":"{{key}}"}""", key);

        var first = await CallAsync("s3", "ListObjectsV2", """{"Bucket":"wire-pages","Prefix":"in/","MaxKeys":2}""");
        var second = await CallAsync(
            "s3", "ListObjectsV2", $$"""{"Bucket":"wire-pages","Prefix":"in/","ContinuationToken":{{first["NextContinuationToken"]!.Text}} }""");
        await CallAsync("s3", "CopyObject", """{"Bucket":"wire-pages","Key":"copy","CopySource":"wire-pages/in/3"}""");
        var deleted = await CallAsync("s3", "DeleteObjects", """{"Bucket":"wire-pages","Delete":{"Objects":[{"Key":"in/1"},{"Key":"in/2"}]} }""");

        Assert.Equal(JsonValue.True, first["IsTruncated"]);
        Assert.Equal(2, ((JsonArray)first["Contents"]!).Count);
        Assert.Equal("in/3", ((JsonObject)Assert.Single((JsonArray)second["Contents"]!)).Text("Key"));
        Assert.Equal(2, ((JsonArray)deleted["Deleted"]!).Count);
        Assert.Equal("in/3", (await CallAsync("s3", "GetObject", """{"Bucket":"wire-pages","Key":"copy"}""")).Text("Body"));
        Assert.Equal("NoSuchKey", (await RefusalAsync("s3", "GetObject", """{"Bucket":"wire-pages","Key":"in/1"}""")).Code);
        var missing = await RefusalAsync("s3", "HeadObject", """{"Bucket":"wire-pages","Key":"in/1"}""");
        Assert.Equal(("NoSuchKey", 404), (missing.Code, missing.StatusCode));
    }

    [Fact]
    public async Task Times_and_members_come_back_in_the_API_s_own_form()
    {
        var created = await CallAsync("secretsmanager", "CreateSecret", """{"Name":"wire","SecretString":"s"}""");
        var cluster = await CallAsync("ecs", "CreateCluster", """{"clusterName":"wire"}""");

        var described = await CallAsync("secretsmanager", "DescribeSecret", """{"SecretId":"wire"}""");
        Assert.Matches("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,15}Z$", described.Text("CreatedDate"));
        Assert.Equal(created.Text("ARN"), described.Text("ARN"));
        Assert.Equal("wire", ((JsonObject)cluster["cluster"]!).Text("clusterName"));
    }

    [Fact]
    public async Task EC2_takes_forms_with_numbers_and_tells_lists_in_XML()
    {
        var created = (JsonObject)(await CallAsync(
            "ec2", "CreateVpc",
            """{"CidrBlock":"10.7.0.0/16","TagSpecifications":[{"ResourceType":"vpc","Tags":[{"Key":"Name","Value":"wire & more"}]}]}"""))["Vpc"]!;
        var described = await CallAsync("ec2", "DescribeVpcs", $$"""{"Filters":[{"Name":"vpc-id","Values":["{{created.Text("VpcId")}}"]}]}""");

        var vpc = (JsonObject)Assert.Single((JsonArray)described["Vpcs"]!);
        Assert.Equal(("10.7.0.0/16", """[{"Key":"Name","Value":"wire & more"}]"""), (vpc.Text("CidrBlock"), vpc["Tags"]!.Text));
        Assert.Equal(JsonValue.False, vpc["IsDefault"]);
        var refusal = await RefusalAsync("ec2", "DescribeVpcs", """{"VpcIds":["vpc-none"]}""");
        Assert.Equal(("InvalidVpcID.NotFound", 400), (refusal.Code, refusal.StatusCode));
    }

    [Fact]
    public async Task RDS_takes_forms_and_has_names_of_its_own_for_errors()
    {
        var created = (JsonObject)(await CallAsync(
            "rds", "CreateDBInstance",
            """{"DBInstanceIdentifier":"wire","DBInstanceClass":"db.t3.micro","Engine":"postgres","AllocatedStorage":20,"MasterUsername":"u","MasterUserPassword":"secret-99","MultiAZ":false,"Tags":[{"Key":"a","Value":"b"}]}"""))
            ["DBInstance"]!;
        var described = (JsonObject)Assert.Single((JsonArray)(await CallAsync("rds", "DescribeDBInstances", """{"DBInstanceIdentifier":"wire"}"""))["DBInstances"]!);

        Assert.Equal(("wire", "20", JsonValue.False), (described.Text("DBInstanceIdentifier"), described["AllocatedStorage"]!.Text, described["MultiAZ"]));
        Assert.Equal("""[{"Key":"a","Value":"b"}]""", described["TagList"]!.Text);
        Assert.Equal(created.Text("DBInstanceArn"), described.Text("DBInstanceArn"));
        var refusal = await RefusalAsync("rds", "DescribeDBInstances", """{"DBInstanceIdentifier":"none"}""");
        Assert.Equal("DBInstanceNotFound", refusal.Code);
        Assert.Equal("DBInstanceNotFoundFault", ServiceModels.Find("rds")!.FindError(refusal.Code));
    }

    [Fact]
    public async Task Route_53_takes_XML_and_paths()
    {
        var created = await CallAsync("route53", "CreateHostedZone", """{"Name":"wire.example.","CallerReference":"r-1","HostedZoneConfig":{"Comment":"<wire>","PrivateZone":false}}""");
        var id = ((JsonObject)created["HostedZone"]!).Text("Id");
        await CallAsync(
            "route53", "ChangeResourceRecordSets",
            $$"""
            {"HostedZoneId":"{{id}}","ChangeBatch":{"Changes":[{"Action":"CREATE","ResourceRecordSet":{"Name":"a.wire.example.","Type":"A","TTL":60,"ResourceRecords":[{"Value":"10.0.0.1"},{"Value":"10.0.0.2"}]} }]} }
            """);
        var listed = await CallAsync("route53", "ListResourceRecordSets", $$"""{"HostedZoneId":"{{id}}","StartRecordName":"a.wire.example.","StartRecordType":"A"}""");

        Assert.Contains("/hostedzone/", id);
        Assert.StartsWith("https://", created.Text("Location"));
        var record = ((JsonArray)listed["ResourceRecordSets"]!).OfType<JsonObject>().First(its => its.Text("Type") == "A");
        Assert.Equal(("60", """[{"Value":"10.0.0.1"},{"Value":"10.0.0.2"}]"""), (record["TTL"]!.Text, record["ResourceRecords"]!.Text));
        Assert.Equal("NoSuchHostedZone", (await RefusalAsync("route53", "GetHostedZone", """{"Id":"Z00000000000"}""")).Code);
    }

    [Fact]
    public async Task Lambda_s_control_plane_takes_JSON_and_paths()
    {
        var role = (JsonObject)(await CallAsync("iam", "CreateRole", """{"RoleName":"wire","AssumeRolePolicyDocument":"{}"}"""))["Role"]!;
        var archive = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(archive, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
            zip.CreateEntry("index.js");

        var created = await CallAsync(
            "lambda", "CreateFunction",
            $$"""
            {"FunctionName":"wire","Role":"{{role.Text("Arn")}}","Handler":"index.run","Runtime":"nodejs22.x","Timeout":7,
              "Code":{"ZipFile":"{{Convert.ToBase64String(archive.ToArray())}}"},"Environment":{"Variables":{"own":"1"} },"Tags":{"a":"b"} }
            """);
        var listed = await CallAsync("lambda", "ListFunctions", """{"MaxItems":50}""");
        await CallAsync("lambda", "TagResource", $$"""{"Resource":"{{created.Text("FunctionArn")}}","Tags":{"c":"d"} }""");
        var tags = await CallAsync("lambda", "ListTags", $$"""{"Resource":"{{created.Text("FunctionArn")}}"}""");

        Assert.Equal(("wire", "7", """{"Variables":{"own":"1"}}"""), (created.Text("FunctionName"), created["Timeout"]!.Text, created["Environment"]!.Text));
        Assert.Contains(created["FunctionArn"], ((JsonArray)listed["Functions"]!).Select(function => ((JsonObject)function)["FunctionArn"]));
        Assert.Equal("""{"a":"b","c":"d"}""", tags["Tags"]!.Text);
        Assert.Equal("ResourceNotFoundException", (await RefusalAsync("lambda", "GetFunction", """{"FunctionName":"none"}""")).Code);
    }

    [Fact]
    public async Task A_metric_travels_whatever_its_service_speaks()
    {
        await CallAsync(
            "cloudwatch", "PutMetricData",
            """{"Namespace":"wire","MetricData":[{"MetricName":"m","Value":1.5,"Timestamp":"2026-01-31T09:30:00Z","Dimensions":[{"Name":"a","Value":"b"}]}]}""");

        var listed = await CallAsync("cloudwatch", "ListMetrics", """{"Namespace":"wire"}""");

        Assert.Equal("""[{"Namespace":"wire","MetricName":"m","Dimensions":[{"Name":"a","Value":"b"}]}]""", listed["Metrics"]!.Text);
    }

    [Fact]
    public async Task A_queue_of_another_host_is_asked_for_nowhere()
    {
        var refusal = await RefusalAsync("sqs", "SendMessage", """{"QueueUrl":"http://no-such-queue","MessageBody":"x"}""");

        Assert.Equal(("SdkClientException", "Unable to execute HTTP request: no-such-queue: Name or service not known"), (refusal.Code, refusal.Message));
    }

    public ValueTask DisposeAsync()
    {
        foreach (var router in _routers)
            router.Dispose();
        return ValueTask.CompletedTask;
    }
}
