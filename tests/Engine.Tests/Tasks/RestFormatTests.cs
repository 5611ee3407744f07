using System.Text;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services.Wire;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>AWS's REST protocols: which member stands where.</summary>
public sealed class RestFormatTests
{
    private const string Shapes =
        """
        structure Order
         Shop string as=shop at=uri
         Path string as=path at=uri
         Page integer as=page at=querystring
         Tags Texts as=tag at=querystring
         More Filters at=querystring
         Since timestamp as=since at=querystring
         Own Texts as=X-Own at=header
         Times Times as=X-Times at=header
         Until timestamp as=X-Until at=header
         Paid boolean as=X-Paid at=header
         Json string as=X-Json at=header json
         Type string as=Content-Type at=header
         Labels Labels as=x-label- at=headers
         Note string as=note
         Status integer at=statusCode
        list Texts string
        list Times timestamp
        map Filters string Texts
        map Labels string string
        structure Bytes payload=Body
         Length integer as=X-Length at=header
         Body blob
        structure Whole payload=Inner
         Inner Inner as=InnerRequest ns=urn:inner
        structure Inner
         Note string as=note
        structure Nothing
         Shop string as=shop at=uri
        action Place POST /shops/{shop}/{path+}?fixed&a=b in=Order out=Order root=OrderRequest ns=urn:shop
        action Store PUT /store in=Bytes out=Bytes
        action Wrap PUT /wrap in=Whole out=Whole
        action Look GET /look/{shop} in=Nothing
        structure Hosted
         Host string label
        action Sync POST /sync in=Hosted host=sync-{Host}.
        """;

    private static readonly ServiceModel Json = new($"service Shop Shop\nprotocol rest-json\n{Shapes}");
    private static readonly ServiceModel Xml = new($"service Shop Shop\nprotocol rest-xml\n{Shapes}");

    private static WireRequest Write(ServiceModel service, string action, string members, string? content = null) => WireFormat.Write(
        service.FindAction(action)!, (JsonObject)JsonReader.Parse(members),
        content is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(content), "a-token");

    private static ServiceResponse Read(ServiceModel service, string action, int status, string body, params (string Name, string Value)[] headers) => WireFormat.Read(
        service.FindAction(action)!,
        new WireAnswer(status, [.. headers.Select(header => KeyValuePair.Create(header.Name, header.Value))], Encoding.UTF8.GetBytes(body)), "own-id");

    private static string Body(WireRequest request) => Encoding.UTF8.GetString(request.Body.Span);

    [Theory]
    [InlineData("""{"Shop":"a/ü b","Path":"x//../~y z"}""", "/shops/a%2F%C3%BC%20b/x//../~y%20z?fixed&a=b")]
    [InlineData(
        """{"Shop":"s","Path":"p","Page":2,"Tags":["a&b","c"],"More":{"k":["1","2"]},"Since":"2026-01-31T09:30:00Z"}""",
        "/shops/s/p?fixed&a=b&page=2&tag=a%26b&tag=c&k=1&k=2&since=2026-01-31T09%3A30%3A00Z")]
    [InlineData("""{"Shop":"s","Path":"p","Page":null,"More":{}}""", "/shops/s/p?fixed&a=b")]
    public void Members_stand_in_the_path_and_the_query(string members, string target) => Assert.Equal(target, Write(Json, "Place", members).Target);

    [Theory]
    [InlineData("""{"Path":"p"}""")]
    [InlineData("""{"Shop":"","Path":"p"}""")]
    [InlineData("""{"Shop":null,"Path":"p"}""")]
    public void A_path_is_whole_or_there_is_no_request(string members) =>
        Assert.Equal("Parameter 'Shop' must not be null", Assert.Throws<UnsendableRequestException>(() => Write(Json, "Place", members)).Message);

    [Fact]
    public void Members_stand_in_headers()
    {
        var request = Write(
            Json, "Place",
            """
            {"Shop":"s","Path":"p","Own":["a","b,c","d\"e"],"Times":["2026-01-31T09:30:00Z"],"Until":"2026-01-31T09:30:00Z","Paid":true,"Json":"{\"a\":1}","Type":"text/csv",
              "Labels":{"a":"1","B":"2"},"Note":"n"}
            """);

        Assert.Equal(
            [
                new("X-Own", "a,\"b,c\",\"d\\\"e\""), new("X-Times", "Sat, 31 Jan 2026 09:30:00 GMT"), new("X-Until", "Sat, 31 Jan 2026 09:30:00 GMT"),
                new("X-Paid", "true"), new("X-Json", "eyJhIjoxfQ=="), new("Content-Type", "text/csv"), new("x-label-a", "1"), new("x-label-B", "2"),
            ],
            request.Headers);
        Assert.Equal("""{"note":"n"}""", Body(request));
    }

    [Theory]
    [InlineData("Place", """{"Shop":"s","Path":"p"}""", null, "{}", "application/json")]
    [InlineData("Place", """{"Shop":"s","Path":"p","Note":"n"}""", null, """{"note":"n"}""", "application/json")]
    [InlineData("Look", """{"Shop":"s"}""", null, "", null)]
    [InlineData("Store", "{}", null, "", null)]
    [InlineData("Store", "{}", "bytes", "bytes", null)]
    [InlineData("Wrap", """{"Inner":{"Note":"n"}}""", null, """{"note":"n"}""", "application/json")]
    [InlineData("Wrap", "{}", null, "{}", "application/json")]
    public void What_is_left_is_the_body_in_JSON(string action, string members, string? content, string body, string? type)
    {
        var request = Write(Json, action, members, content);

        Assert.Equal((body, type), (Body(request), request.Headers.FirstOrDefault(header => header.Key == "Content-Type").Value));
    }

    [Theory]
    [InlineData("Place", """{"Shop":"s","Path":"p"}""", "")]
    [InlineData("Place", """{"Shop":"s","Path":"p","Note":"n"}""", """<OrderRequest xmlns="urn:shop"><note>n</note></OrderRequest>""")]
    [InlineData("Wrap", """{"Inner":{"Note":"n"}}""", """<InnerRequest xmlns="urn:inner"><note>n</note></InnerRequest>""")]
    [InlineData("Wrap", "{}", "")]
    public void Or_in_XML(string action, string members, string body)
    {
        var request = Write(Xml, action, members);

        Assert.Equal(body, Body(request));
        Assert.Empty(request.Headers);
    }

    [Fact]
    public void A_member_may_be_a_part_of_the_host()
    {
        Assert.Equal("sync-eu-1.", Write(Json, "Sync", """{"Host":"eu-1"}""").HostPrefix);
        Assert.Equal("123456789012.", Action("s3control", "GetPublicAccessBlock", """{"AccountId":"123456789012"}""").HostPrefix);
        Assert.Throws<UnsendableRequestException>(() => Write(Json, "Sync", """{"Host":"evil.example/"}"""));
        Assert.Throws<UnsendableRequestException>(() => Write(Json, "Sync", "{}"));
    }

    [Fact]
    public void An_answer_is_put_together_from_all_places()
    {
        var answer = Assert.IsType<ServiceResponse.Answered>(Read(
            Json, "Place", 201, """{"note":"n"}""",
            ("x-own", "a, b"), ("X-Until", "Sat, 31 Jan 2026 09:30:00 GMT"), ("X-Paid", "TRUE"), ("X-Json", "eyJhIjoxfQ=="), ("X-Label-One", "1"), ("x-amz-request-id", "r-1")));

        Assert.Equal(
            """{"Note":"n","Own":["a","b"],"Until":"2026-01-31T09:30:00Z","Paid":true,"Json":"{\"a\":1}","Labels":{"One":"1"},"Status":201}""", answer.Body.Text);
        Assert.Equal((201, "r-1", null), (answer.StatusCode, answer.RequestId, answer.Content));
    }

    [Fact]
    public void A_body_may_be_one_member_s_alone()
    {
        var stored = Assert.IsType<ServiceResponse.Answered>(Read(Json, "Store", 200, "<bytes>", ("X-Length", "7")));

        Assert.Equal(("""{"Length":7}""", "<bytes>"), (stored.Body.Text, Encoding.UTF8.GetString(stored.Content!.Value.Span)));
        Assert.Equal("""{"Inner":{"Note":"n"}}""", Assert.IsType<ServiceResponse.Answered>(Read(Json, "Wrap", 200, """{"note":"n"}""")).Body.Text);
        Assert.Equal("""{"Inner":{"Note":"n"}}""", Assert.IsType<ServiceResponse.Answered>(Read(Xml, "Wrap", 200, "<Any><note>n</note></Any>")).Body.Text);
        Assert.Equal("""{"Inner":{}}""", Assert.IsType<ServiceResponse.Answered>(Read(Xml, "Wrap", 200, "")).Body.Text);
    }

    [Fact]
    public void Where_a_body_may_be_any_JSON_it_need_not_be_an_object() => Assert.Equal(
        """["a"]""", Assert.IsType<ServiceResponse.Answered>(Read(ServiceModels.Find("bedrockagentcore")!, "GetAgentCard", 200, """["a"]""")).Body["agentCard"]!.Text);

    [Fact]
    public void Keys_to_delete_keep_their_line_breaks() => Assert.Contains(
        "<Key>a&#xD;&#xA;b</Key>", Body(Action("s3", "DeleteObjects", """{"Bucket":"b","Delete":{"Objects":[{"Key":"a\r\nb"}]}}""")));

    [Fact]
    public void What_is_in_another_format_is_no_answer()
    {
        Assert.Equal("the answer is not XML.", Assert.Throws<FormatException>(() => Read(Xml, "Wrap", 200, "{}")).Message);
        Assert.Equal("the answer is not JSON.", Assert.Throws<FormatException>(() => Read(Json, "Place", 200, "<a/>")).Message);
    }

    [Theory]
    [InlineData(404, "<Error><Code>NoSuchKey</Code><Message>gone</Message><RequestId>b-1</RequestId><HostId>h-1</HostId></Error>", "NoSuchKey", "gone", "b-1", "h-1")]
    [InlineData(400, "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchKey</Code><Message>gone</Message></Error><RequestId>b-1</RequestId></ErrorResponse>", "NoSuchKey", "gone", "b-1", null)]
    [InlineData(403, "", "Forbidden", "null", "own-id", null)]
    [InlineData(503, "busy", "503", "busy", "own-id", null)]
    [InlineData(301, "", "MovedPermanently", "null", "own-id", null)]
    public void A_refusal_in_XML_tells_code_message_and_ids(int status, string body, string code, string message, string requestId, string? hostId) => Assert.Equal(
        new ServiceError(code, message, status, requestId) { ExtendedRequestId = hostId }, Assert.IsType<ServiceResponse.Refused>(Read(Xml, "Wrap", status, body)).Error);

    [Theory]
    [InlineData("HeadObject", "NoSuchKey")]
    [InlineData("HeadBucket", "NoSuchBucket")]
    public void Of_S3_s_HEAD_only_the_status_tells_what_is_missing(string action, string code)
    {
        var error = Assert.IsType<ServiceResponse.Refused>(Read(ServiceModels.Find("s3")!, action, 404, "", ("x-amz-request-id", "r-1"), ("x-amz-id-2", "x-2"))).Error;

        Assert.Equal(new ServiceError(code, "null", 404, "r-1") { ExtendedRequestId = "x-2" }, error);
    }

    [Fact]
    public void S3_may_tell_of_an_error_after_it_began_with_success()
    {
        const string Error = "<Error><Code>SlowDown</Code><Message>wait</Message></Error>";
        var s3 = ServiceModels.Find("s3")!;

        Assert.Equal(new ServiceError("SlowDown", "wait", 500, "own-id"), Assert.IsType<ServiceResponse.Refused>(Read(s3, "CopyObject", 200, Error)).Error);
        Assert.Equal(Error, Encoding.UTF8.GetString(Assert.IsType<ServiceResponse.Answered>(Read(s3, "GetObject", 200, Error)).Content!.Value.Span));
    }

    [Fact]
    public void S3_has_answers_of_its_own()
    {
        var s3 = ServiceModels.Find("s3")!;

        Assert.Equal(
            """{"LocationConstraint":"eu-west-1"}""",
            Assert.IsType<ServiceResponse.Answered>(Read(
                s3, "GetBucketLocation", 200, """<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu-west-1</LocationConstraint>""")).Body.Text);
        Assert.Equal("""{"ContentLength":3,"Metadata":{}}""", Assert.IsType<ServiceResponse.Answered>(Read(s3, "HeadObject", 200, "", ("Content-Length", "3"))).Body.Text);
    }

    // The sums of "123456789" are those that the algorithms' catalogue has: https://reveng.sourceforge.io/crc-catalogue/all.htm.
    [Theory]
    [InlineData(null, "x-amz-checksum-crc32", "y/Q5Jg==")]
    [InlineData("CRC32C", "x-amz-checksum-crc32c", "4waSgw==")]
    [InlineData("CRC64NVME", "x-amz-checksum-crc64nvme", "rosUhgp5mIg=")]
    [InlineData("SHA1", "x-amz-checksum-sha1", "98O8HYCOBHMq32eZZczDTKeuNEE=")]
    [InlineData("MD5", "x-amz-checksum-md5", "JfnnlDI7RTiF9RgfG2JNCw==")]
    public void S3_is_told_the_checksum_of_a_content(string? algorithm, string header, string sum)
    {
        var request = Action("s3", "PutObject", $$"""{"Bucket":"b","Key":"k"{{(algorithm is null ? "" : $",\"ChecksumAlgorithm\":\"{algorithm}\"")}}}""", "123456789");

        Assert.Contains(new(header, sum), request.Headers);
        Assert.Contains(new("x-amz-sdk-checksum-algorithm", algorithm ?? "CRC32"), request.Headers);
        Assert.Contains(new("Expect", "100-continue"), request.Headers);
    }

    [Fact]
    public void A_checksum_that_is_given_is_left_alone_and_one_that_nobody_knows_is_no_request()
    {
        var request = Action("s3", "PutObject", """{"Bucket":"b","Key":"k","ChecksumSHA256":"own"}""", "x");

        Assert.Equal([new("x-amz-checksum-sha256", "own"), new("Expect", "100-continue")], request.Headers);
        Assert.Throws<UnsendableRequestException>(() => Action("s3", "PutObject", """{"Bucket":"b","Key":"k","ChecksumAlgorithm":"CRC8"}""", "x"));
    }

    [Fact]
    public void Some_services_have_headers_that_no_model_says()
    {
        Assert.Contains(new("Accept", "application/json"), Action("apigateway", "GetRestApis", "{}").Headers);
        Assert.Equal([new("Accept", "application/yaml")], Action("apigateway", "GetExport", """{"restApiId":"a","stageName":"s","exportType":"oas30","accepts":"application/yaml"}""").Headers);
        var archive = Action("glacier", "UploadArchive", """{"vaultName":"v"}""", new string('a', 3 * 1024 * 1024));
        Assert.Equal("/-/vaults/v/archives", archive.Target);
        Assert.Equal(
            [
                new("x-amz-glacier-version", "2012-06-01"),
                new("x-amz-content-sha256", "6f850bc94ae6f7de14297c01616c36d712d22864497b28a63b81d776b035e656"),
                new("x-amz-sha256-tree-hash", "70239f4f2ead7561f69d48b956b547edef52a1280a93c262c0b582190be7db17"),
            ],
            archive.Headers);
        Assert.Equal("/2013-04-01/hostedzone/Z1", Action("route53", "GetHostedZone", """{"Id":"/hostedzone/Z1"}""").Target);
    }

    [Fact]
    public void Long_requests_are_compressed_where_the_service_says_so()
    {
        var data = string.Join(',', Enumerable.Repeat("""{"MetricName":"m","Value":1}""", 1000));

        var request = Action("cloudwatch", "PutMetricData", $$"""{"Namespace":"n","MetricData":[{{data}}]}""");

        Assert.Contains(new("Content-Encoding", "gzip"), request.Headers);
        Assert.InRange(request.Body.Length, 50, 2000);
        Assert.DoesNotContain(
            Action("cloudwatch", "PutMetricData", """{"Namespace":"n","MetricData":[]}""").Headers, header => header.Key == "Content-Encoding");
    }

    private static WireRequest Action(string service, string action, string members, string? content = null) => Write(ServiceModels.Find(service)!, action, members, content);
}
