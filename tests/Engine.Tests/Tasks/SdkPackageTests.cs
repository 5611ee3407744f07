using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Amazon.Runtime;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Services;
using Stateside.Language.Json;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>Services through their AWSSDK packages, with that of STS for all of them: it lies in a folder beside the tests.</summary>
public sealed class SdkPackageTests
{
    private static readonly string SdkFolder = Path.Combine(AppContext.BaseDirectory, "sdk");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<ServiceResponse> SendAsync(
        Uri? endpoint, string service, string action, string parameters, SdkPackages? packages = null, bool isOptimized = false)
    {
        var client = new SdkPackageClient(
            packages ?? new SdkPackages(SdkFolder, () => []),
            new ServiceEndpoints(endpoint, allowAws: false, "eu-west-1", _ => null),
            TimeProvider.System, "eu-west-1", _ => new SessionAWSCredentials("AKIDEXAMPLE", "secret", "token"));
        return await client.SendAsync(
            new ServiceCall(service, action, (JsonObject)JsonReader.Parse(parameters), "own-id") { IsOptimized = isOptimized }, Cancellation);
    }

    private static async Task<ServiceError> RefusalAsync(Uri? endpoint, string service, string action, string parameters, SdkPackages? packages = null) =>
        Assert.IsType<ServiceResponse.Refused>(await SendAsync(endpoint, service, action, parameters, packages)).Error;

    private const string Assumed =
        """
        <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
          <AssumedRoleUser><AssumedRoleId>A:s</AssumedRoleId><Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn></AssumedRoleUser>
          <Credentials><AccessKeyId>k</AccessKeyId><SecretAccessKey>x</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2026-01-31T12:00:00Z</Expiration></Credentials>
          <PackedPolicySize>6</PackedPolicySize>
        </AssumeRoleResult><ResponseMetadata><RequestId>c6104cbe</RequestId></ResponseMetadata></AssumeRoleResponse>
        """;

    [Theory]
    [InlineData(false, "\"2026-01-31T12:00:00.000Z\"")]
    [InlineData(true, "1769860800000")]
    public async Task A_request_and_its_answer_go_through_the_package_with_every_kind_of_member(bool isOptimized, string expiration)
    {
        await using var endpoint = new Endpoint("200 OK", Assumed);

        var answer = Assert.IsType<ServiceResponse.Answered>(await SendAsync(
            endpoint.Address, "securitytoken", "AssumeRole",
            """{"RoleArn":"arn:aws:iam::123456789012:role/r","rolesessionname":"s","DurationSeconds":900,"Tags":[{"Key":"a","Value":"b"}],"ExternalId":null}""",
            isOptimized: isOptimized));

        var request = await endpoint.Request;
        Assert.Contains("DurationSeconds=900", request);
        Assert.Contains("RoleSessionName=s", request);
        Assert.Contains("Tags.member.1.Key=a&Tags.member.1.Value=b", request);
        Assert.Contains("Credential=AKIDEXAMPLE/", request);
        Assert.Contains("/eu-west-1/sts/aws4_request", request);
        Assert.Contains("X-Amz-Security-Token: token", request, StringComparison.OrdinalIgnoreCase);
        Assert.Equal((200, "c6104cbe"), (answer.StatusCode, answer.RequestId));
        Assert.Equal(
            """
            {"AssumedRoleUser":{"Arn":"arn:aws:sts::123456789012:assumed-role/r/s","AssumedRoleId":"A:s"},"Credentials":{"AccessKeyId":"k","Expiration":TIME,"SecretAccessKey":"x","SessionToken":"t"},"PackedPolicySize":6}
            """.Trim().Replace("TIME", expiration, StringComparison.Ordinal),
            answer.Body.Text);
    }

    [Fact]
    public async Task A_package_without_a_Core_beside_it_takes_that_of_the_process()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var build = Directory.CreateDirectory(Path.Combine(folder, "bin", "Debug", "net10.0")).FullName;
            File.Copy(Path.Combine(SdkFolder, "AWSSDK.SecurityToken.dll"), Path.Combine(build, "AWSSDK.SecurityToken.dll"));
            await using var endpoint = new Endpoint("200 OK", Assumed);

            var response = await SendAsync(endpoint.Address, "securitytoken", "AssumeRole", "{}", new SdkPackages(null, () => [Path.Combine(folder, "Function.csproj")]));

            Assert.IsType<ServiceResponse.Answered>(response);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("ExpiredTokenException", true)]
    [InlineData("AccessDenied", false)]
    public async Task A_refusal_tells_whether_the_SDK_has_an_exception_for_it(string code, bool isModeled)
    {
        await using var endpoint = new Endpoint(
            "403 Forbidden", $"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>too late</Message></Error><RequestId>9c2e</RequestId></ErrorResponse>");

        var refusal = await RefusalAsync(endpoint.Address, "securitytoken", "AssumeRole", "{}");

        Assert.Equal(new ServiceError(code, "too late", 403, "9c2e") { IsModeled = isModeled }, refusal);
    }

    [Fact]
    public async Task A_package_that_is_absent_is_named_with_the_places_and_what_to_do()
    {
        var refusal = await RefusalAsync(new Uri("http://127.0.0.1:1"), "sesv2", "SendEmail", "{}");

        Assert.Equal(("SdkClientException", 0), (refusal.Code, refusal.StatusCode));
        Assert.Contains("the package AWSSDK.SimpleEmailV2, which was not found in", refusal.Message);
        Assert.Contains(SdkFolder, refusal.Message);
        Assert.Contains(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory) + ".", refusal.Message);
        Assert.Contains("dotnet add package AWSSDK.SimpleEmailV2", refusal.Message);
        Assert.Contains("--aws-sdk", refusal.Message);
        Assert.Contains("--mocks", refusal.Message);
    }

    [Theory]
    [InlineData("batch", "AWSSDK.Batch", "Batch")]
    [InlineData("scheduler", "AWSSDK.Scheduler", "Scheduler")]
    [InlineData("emrserverless", "AWSSDK.EMRServerless", "EmrServerless")]
    [InlineData("databrew", "AWSSDK.GlueDataBrew", "DataBrew")]
    [InlineData("efs", "AWSSDK.ElasticFileSystem", "Efs")]
    public void A_service_has_its_package_and_its_client(string service, string package, string client) =>
        Assert.Equal((package, client), (SdkPackages.PackageName(service), SdkPackages.ClientName(service)));

    [Fact]
    public async Task Without_an_endpoint_nothing_is_asked()
    {
        var refusal = await RefusalAsync(null, "securitytoken", "AssumeRole", "{}");

        Assert.Contains("no endpoint is configured for securitytoken", refusal.Message);
        Assert.Contains("AWS_ENDPOINT_URL_STS", refusal.Message);
    }

    [Theory]
    [InlineData("AssumeRole", """{"RoleName":"r"}""", "AssumeRoleRequest has no member 'RoleName'.")]
    [InlineData("AssumeRole", """{"Tags":[{"Key":"a"},{"Name":"b"}]}""", "Tag has no member 'Name' (at Tags[1]).")]
    [InlineData("AssumeRole", """{"DurationSeconds":"long"}""", "DurationSeconds must be Int32, but it is \"long\".")]
    [InlineData("AssumeRole", """{"DurationSeconds":1e12}""", "DurationSeconds must be Int32, but it is 1")]
    [InlineData("AssumeRole", """{"RoleArn":{"a":1}}""", "RoleArn must be a string, but it is {\"a\":1}.")]
    [InlineData("AssumeRoles", "{}", "AWSSDK.SecurityToken has no action AssumeRoles.")]
    public async Task What_the_package_does_not_have_is_named(string action, string parameters, string expected)
    {
        var refusal = await RefusalAsync(new Uri("http://127.0.0.1:1"), "securitytoken", action, parameters);

        Assert.Contains(expected, refusal.Message);
    }

    [Fact]
    public async Task Where_nothing_listens_the_error_says_so()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = new Uri($"http://{listener.LocalEndpoint}");
        listener.Stop();

        var refusal = await RefusalAsync(address, "securitytoken", "AssumeRole", "{}");

        Assert.Equal(("SdkClientException", 0), (refusal.Code, refusal.StatusCode));
        Assert.StartsWith("Unable to execute HTTP request: ", refusal.Message);
    }

    [Theory]
    [InlineData(true, "Scheduler.ValidationException")]
    [InlineData(false, "Scheduler.SchedulerException")]
    public async Task A_state_names_the_error_as_the_SDK_does(bool isModeled, string error)
    {
        await using var tasks = new TaskFixture(
            services: _ => new ServiceResponse.Refused(new ServiceError("ValidationException", "no", 400, "r-1") { IsModeled = isModeled }));

        var execution = await tasks.RunAsync(TaskFixture.TaskMachine("arn:aws:states:::aws-sdk:scheduler:createSchedule", """ "Parameters":{} """));

        Assert.Equal((error, "no (Service: Scheduler, Status Code: 400, Request ID: r-1)"), (execution.Error, execution.Cause));
    }

    [Fact]
    public void Every_kind_of_member_goes_to_the_SDK_and_back()
    {
        var values = new SdkValues(isOptimized: false);
        const string Members =
            """{"Blob":"é","Color":"red","DbKey":"d","Flag":false,"Inner":{"Blob":"{\"a\":1}"},"Inners":[{"DbKey":"x"}],"Map":{"UPPER":{"DbKey":"y"}},"Ratio":0.1,"When":"2026-01-31T12:00:00.000Z"}""";

        var made = (Sample)values.ToObject(typeof(Sample), (JsonObject)JsonReader.Parse(Members), "");

        Assert.Equal(("red", "d", 0.1f), (made.Color!.Value, made.DBKey, made.Ratio));
        Assert.Null(made.Count);
        var members = values.FromObject(made);
        Assert.Equal(Members, JsonObject.Of([.. members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => (member.Key, member.Value))]).Text);
    }

    [Fact]
    public void An_optimized_integration_has_bytes_in_base64_and_times_in_milliseconds()
    {
        var values = new SdkValues(isOptimized: true);
        const string Members = """{"Blob":"/w==","DBKey":"d","When":1769860800000}""";

        var made = (Sample)values.ToObject(typeof(Sample), (JsonObject)JsonReader.Parse(Members), "");

        Assert.Equal([0xff], made.Blob!.ToArray());
        Assert.Equal(new DateTime(2026, 1, 31, 12, 0, 0, DateTimeKind.Utc), made.When);
        Assert.Equal(Members, values.FromObject(made).Text);
    }

    /// <summary>What requests and answers of the SDK are made of.</summary>
    private sealed class Sample
    {
        public MemoryStream? Blob { get; set; }

        public string? DBKey { get; set; }

        public DateTime? When { get; set; }

        public Hue? Color { get; set; }

        public int? Count { get; set; }

        public bool? Flag { get; set; }

        public float? Ratio { get; set; }

        public Sample? Inner { get; set; }

        public List<Sample>? Inners { get; set; }

        public Dictionary<string, Sample>? Map { get; set; }
    }

    private sealed class Hue(string value) : ConstantClass(value);

    /// <summary>An endpoint on this machine that hears one request and answers it.</summary>
    private sealed class Endpoint : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

        public Endpoint(string status, string body)
        {
            _listener.Start();
            Request = AnswerAsync($"HTTP/1.1 {status}\r\nContent-Type: text/xml\r\nConnection: close\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        }

        public Uri Address => new($"http://{_listener.LocalEndpoint}");

        public Task<string> Request { get; }

        public ValueTask DisposeAsync()
        {
            _listener.Stop();
            return ValueTask.CompletedTask;
        }

        private async Task<string> AnswerAsync(string answer)
        {
            using var client = await _listener.AcceptTcpClientAsync(Cancellation);
            var stream = client.GetStream();
            var heard = "";
            var buffer = new byte[4096];
            while (!IsWhole(heard))
                heard += Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, Cancellation));
            await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), Cancellation);
            return heard;
        }

        private static bool IsWhole(string heard)
        {
            const string Length = "content-length:";
            var end = heard.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            var at = heard.IndexOf(Length, StringComparison.OrdinalIgnoreCase);
            return end >= 0 && at >= 0
                && heard.Length - end - 4 >= int.Parse(heard.AsSpan(at + Length.Length, heard.IndexOf('\r', at) - at - Length.Length), CultureInfo.InvariantCulture);
        }
    }
}
