using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Amazon.Runtime.Internal.Auth;
using Microsoft.AspNetCore.Http;
using Stateside.Aws.Api.Access;
using Stateside.Service.Tests.Cli;

namespace Stateside.Service.Tests.Api;

/// <summary>Who may call: on loopback anyone but web pages; elsewhere whoever signs with the key, and nobody else.</summary>
public sealed class AccessTests
{
    private const string KeyId = "AKIDEXAMPLE";
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private const string Body = "{}";
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("attacker.example")]
    [InlineData("attacker.example:8083")]
    [InlineData("127.0.0.1.attacker.example")]
    [InlineData("sync-attacker.example")]
    [InlineData("192.168.1.5")]
    public async Task A_host_that_is_not_this_machine_is_refused_on_loopback(string host)
    {
        await using var server = await Serving.StartAsync();

        var (status, code, _) = await SendAsync(server.Http, request => request.Headers.Host = host);

        Assert.Equal((403, "AccessDeniedException"), (status, code));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("sync-localhost")]
    [InlineData("sync-127.0.0.1:8083")]
    [InlineData("stateside.localhost")]
    [InlineData("[::1]:8083")]
    [InlineData("host.docker.internal:8083")]
    public async Task Every_name_of_this_machine_is_served(string host)
    {
        await using var server = await Serving.StartAsync();

        Assert.Equal(200, (await SendAsync(server.Http, request => request.Headers.Host = host)).Status);
    }

    [Theory]
    [InlineData("https://attacker.example")]
    [InlineData("http://localhost:1")]
    [InlineData("null")]
    public async Task A_page_of_another_origin_is_refused(string origin)
    {
        await using var server = await Serving.StartAsync();

        var (status, code, message) = await SendAsync(server.Http, request => request.Headers.Add("Origin", origin));

        Assert.Equal((403, "AccessDeniedException", $"A page of '{origin}' may not use this service."), (status, code, message));
    }

    [Fact]
    public async Task A_page_of_its_own_is_served()
    {
        await using var server = await Serving.StartAsync();

        var own = server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority);

        Assert.Equal(200, (await SendAsync(server.Http, request => request.Headers.Add("Origin", own))).Status);
    }

    [Fact]
    public async Task Without_a_key_it_does_not_listen_elsewhere()
    {
        using var none = new Keys(null, null);

        var result = await Project.CallAsync("serve", "--port", "0", "--host", "0.0.0.0");

        Assert.Equal(2, result.Code);
        Assert.Equal(
            "stateside: --host 0.0.0.0: others can reach that address and run code here, so requests to it must be signed: set STATESIDE_ACCESS_KEY_ID and "
            + "STATESIDE_SECRET_ACCESS_KEY (or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY) to what clients sign with.",
            Assert.Single(result.ErrorLines));
    }

    [Fact]
    public async Task What_is_signed_with_the_key_is_served()
    {
        await using var server = await SignedServerAsync();

        Assert.Equal(200, (await SendAsync(server.Http, request => Sign(request, KeyId, Secret, DateTimeOffset.UtcNow))).Status);
    }

    [Fact]
    public async Task What_is_not_signed_is_refused()
    {
        await using var server = await SignedServerAsync();

        Assert.Equal((400, "MissingAuthenticationTokenException", "Missing Authentication Token"), await SendAsync(server.Http, _ => { }));
    }

    [Fact]
    public async Task Another_key_is_not_recognized()
    {
        await using var server = await SignedServerAsync();

        var answer = await SendAsync(server.Http, request => Sign(request, "AKIDOTHER", Secret, DateTimeOffset.UtcNow));

        Assert.Equal((400, "UnrecognizedClientException", "The security token included in the request is invalid."), answer);
    }

    [Fact]
    public void A_request_is_taken_as_AWS_own_signer_signs_it() => Check(_ => { });

    [Fact]
    public void Another_secret_gives_another_signature() => AssertMismatch(Refused(request => Sign(request, KeyId, Secret + "x", Now)));

    [Fact]
    public void Another_body_than_was_signed_is_refused() => AssertMismatch(Refused(_ => { }, body: """{"maxResults": 1}"""));

    [Fact]
    public void Another_target_than_was_signed_is_refused() => AssertMismatch(Refused(request =>
    {
        request.Headers.Remove("X-Amz-Target");
        request.Headers.Add("X-Amz-Target", "AWSStepFunctions.DeleteStateMachine");
    }));

    [Fact]
    public void A_header_of_AWS_that_was_not_signed_is_refused() => Assert.Equal(
        ("InvalidSignatureException", "'x-amz-extra' must be a 'SignedHeader' in the AWS Authorization."),
        Refused(request => request.Headers.Add("x-amz-extra", "1")));

    [Theory]
    [InlineData(-301, "Signature expired: 20260101T115459Z is now earlier than 20260101T115500Z (20260101T120000Z - 5 min.)")]
    [InlineData(301, "Signature not yet current: 20260101T120501Z is still later than 20260101T120500Z (20260101T120000Z + 5 min.)")]
    public void A_signature_is_good_for_five_minutes_either_way(int seconds, string message)
    {
        Check(request => Sign(request, KeyId, Secret, Now.AddSeconds(seconds - Math.Sign(seconds))));

        Assert.Equal(("InvalidSignatureException", message), Refused(request => Sign(request, KeyId, Secret, Now.AddSeconds(seconds))));
    }

    [Fact]
    public void The_scope_names_this_service() => Assert.Equal(
        ("InvalidSignatureException", "Credential should be scoped to correct service: 'states'. "),
        Refused(request => Sign(request, KeyId, Secret, Now, service: "dynamodb")));

    [Theory]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/states/aws4_request, SignedHeaders=host",
        "Authorization header requires 'Signature' parameter. Authorization=AWS4-HMAC-SHA256")]
    [InlineData("AWS4-HMAC-SHA256",
        "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256")]
    [InlineData("AWS4-HMAC-SHA256 Credential", "'Credential' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 Credential'.")]
    [InlineData("Bearer abc", "Unsupported AWS 'algorithm': 'Bearer'.")]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101, SignedHeaders=host, Signature=00",
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'AKIDEXAMPLE/20260101'")]
    public void A_header_that_lacks_something_is_incomplete(string authorization, string message) => Assert.Equal(
        ("IncompleteSignatureException", message),
        Refused(request =>
        {
            request.Headers.Remove("Authorization");
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        }));

    // As boto3's generate_presigned_url gave them at that time with that key.
    private const string PresignedGet =
        "/box/a%20b/%C3%BC.txt?response-content-type=text%2Fplain&X-Amz-Algorithm=AWS4-HMAC-SHA256"
        + "&X-Amz-Credential=AKIDEXAMPLE%2F20260101%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20260101T120000Z&X-Amz-Expires=600"
        + "&X-Amz-SignedHeaders=host&X-Amz-Signature=16a303144ed019f02e87b258260037f0f41d1d94bb869f8f12f5c9693e868b18";

    private const string PresignedPut =
        "/box/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20260101%2Feu-west-1%2Fs3%2Faws4_request"
        + "&X-Amz-Date=20260101T120000Z&X-Amz-Expires=600&X-Amz-SignedHeaders=content-type%3Bhost"
        + "&X-Amz-Signature=168108f8d411504943d8843f51feedeb16ad78f85f8e120dc1edefd017acf90e";

    [Theory]
    [InlineData("GET", PresignedGet)]
    [InlineData("PUT", PresignedPut)]
    public Task An_address_that_boto3_signed_beforehand_is_served(string method, string target) => GuardAsync(method, target, Now.AddSeconds(599));

    [Theory]
    [InlineData("DELETE", "box/a", "box/a", "InvalidSignatureException")]
    [InlineData("GET", "box/a", "box/b", "InvalidSignatureException")]
    [InlineData("GET", "text%2Fplain", "text%2Fhtml", "InvalidSignatureException")]
    [InlineData("GET", "Expires=600", "Expires=60000", "InvalidSignatureException")]
    [InlineData("GET", "Expires=600", "Expires=604801", "AuthorizationQueryParametersError")]
    [InlineData("GET", "AKIDEXAMPLE", "AKIDOTHER", "UnrecognizedClientException")]
    [InlineData("GET", "X-Amz-Date=20260101T120000Z&", "", "IncompleteSignatureException")]
    public async Task An_address_that_was_signed_is_good_for_that_alone(string method, string part, string other, string code)
    {
        var refused = await Assert.ThrowsAsync<AccessException>(
            () => GuardAsync(method, PresignedGet.Replace(part, other, StringComparison.Ordinal), Now));

        Assert.Equal(code, refused.Code);
    }

    [Fact]
    public async Task An_address_that_was_signed_expires()
    {
        var refused = await Assert.ThrowsAsync<AccessException>(() => GuardAsync("GET", PresignedGet, Now.AddSeconds(601)));

        Assert.Equal((403, "Request has expired"), (refused.Status, refused.Message));
    }

    [Fact]
    public async Task A_header_of_AWS_that_an_address_does_not_sign_is_refused() => await Assert.ThrowsAsync<AccessException>(
        () => GuardAsync("GET", PresignedGet, Now, request => request.Headers["X-Amz-Target"] = "DynamoDB_20120810.Scan"));

    [Theory]
    [InlineData("GET", "/box/key", null, "AccessDenied", "<Error><Code>{0}</Code>")]
    [InlineData("GET", "/box/key?AWSAccessKeyId=a&Signature=b&Expires=1", null, "InvalidRequest", "<Error><Code>{0}</Code>")]
    [InlineData("POST", "/", "Action=ListTopics&Version=2010-03-31", "MissingAuthenticationToken", "<Error><Type>Sender</Type><Code>{0}</Code>")]
    public async Task What_is_refused_is_refused_in_the_form_of_its_service(string method, string target, string? form, string code, string xml)
    {
        await using var server = await SignedServerAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(server.Http.BaseAddress!, target));
        if (form is not null)
            request.Content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");

        using var response = await server.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(code == "InvalidRequest" ? 400 : 403, (int)response.StatusCode);
        Assert.Contains(string.Format(CultureInfo.InvariantCulture, xml, code), await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>The body is never sent: an answer can have no part of it.</summary>
    [Theory]
    [InlineData("", "MissingAuthenticationTokenException")]
    [InlineData("Authorization: Bearer abc\r\n", "IncompleteSignatureException")]
    [InlineData("Authorization: AWS4-HMAC-SHA256 Credential=AKIDOTHER/20260101/us-east-1/states/aws4_request, SignedHeaders=host;x-amz-date, Signature=00\r\nX-Amz-Date: 20260101T120000Z\r\n",
        "UnrecognizedClientException")]
    [InlineData("Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/states/aws4_request, SignedHeaders=host;x-amz-date, Signature=00\r\nX-Amz-Date: 20260101T120000Z\r\n",
        "InvalidSignatureException")]
    public async Task A_stranger_is_refused_before_the_body_is_read(string headers, string code)
    {
        await using var server = await SignedServerAsync();
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", server.Http.BaseAddress!.Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();

        await stream.WriteAsync(
            Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.0\r\n{headers}Content-Length: 1000000\r\n\r\n"),
            TestContext.Current.CancellationToken);
        var answer = "";
        for (var part = new byte[4096]; !answer.Contains("\r\n\r\n{", StringComparison.Ordinal);)
            answer += Encoding.ASCII.GetString(part, 0, await stream.ReadAsync(part, TestContext.Current.CancellationToken));

        Assert.Contains($"#{code}", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
    }

    private static void AssertMismatch((string Code, string Message) refused)
    {
        Assert.Equal("InvalidSignatureException", refused.Code);
        Assert.StartsWith("The request signature we calculated does not match the signature you provided.", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Starts a server that wants signatures. It listens on all addresses, and is called on loopback.</summary>
    private static async Task<Serving> SignedServerAsync()
    {
        using var keys = new Keys(KeyId, Secret);
        var server = await Serving.StartAsync("--host", "*");
        server.Http.BaseAddress = new UriBuilder(server.Http.BaseAddress!) { Host = "127.0.0.1" }.Uri;
        return server;
    }

    private static (string Code, string Message) Refused(Action<HttpRequestMessage> change, string body = Body)
    {
        var e = Assert.Throws<AccessException>(() => Check(change, body));
        return (e.Code, e.Message);
    }

    /// <summary>Signs a request, changes it and checks it.</summary>
    private static void Check(Action<HttpRequestMessage> change, string body = Body)
    {
        using var message = NewRequest();
        message.RequestUri = new Uri("http://states.example:8083/");
        Sign(message, KeyId, Secret, Now);
        change(message);
        var http = new DefaultHttpContext();
        http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget = "/";
        http.Request.Method = "POST";
        http.Request.Headers.Host = "states.example:8083";
        foreach (var (name, values) in message.Headers.NonValidated.Concat(message.Content!.Headers.NonValidated))
            http.Request.Headers[name] = values.ToArray();
        var check = new SignatureCheck(new AccessKey(KeyId, Secret), new Engine.Execution.VirtualTime(Now));
        var (signature, date) = check.Read(http.Request);
        check.Check(
            http.Request, signature, date, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(body))));
    }

    /// <summary>Has a guard take a request of a GET without a body, or a PUT of a text; what it refuses is thrown.</summary>
    private static async Task GuardAsync(string method, string target, DateTimeOffset now, Action<HttpRequest>? change = null)
    {
        var http = new DefaultHttpContext();
        http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget = target;
        http.Request.Method = method;
        http.Request.QueryString = new QueryString(target[target.IndexOf('?', StringComparison.Ordinal)..]);
        http.Request.Headers.Host = "stateside.example:8083";
        if (method == "PUT")
            http.Request.Headers.ContentType = "text/plain";
        change?.Invoke(http.Request);
        var isServed = false;
        var guard = new AccessGuard(
            new SignatureCheck(new AccessKey(KeyId, Secret), new Engine.Execution.VirtualTime(now)), (_, refused) => Task.FromException(refused));
        await guard.HandleAsync(http, _ =>
        {
            isServed = true;
            return Task.CompletedTask;
        });
        Assert.True(isServed);
    }

    private static HttpRequestMessage NewRequest()
    {
        var message = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(Body, Encoding.UTF8) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        message.Headers.Add("X-Amz-Target", "AWSStepFunctions.ListStateMachines");
        return message;
    }

    private static async Task<(int Status, string? Code, string? Message)> SendAsync(HttpClient http, Action<HttpRequestMessage> change)
    {
        using var message = NewRequest();
        message.RequestUri = http.BaseAddress;
        change(message);
        using var response = await http.SendAsync(message, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var body = JsonDocument.Parse(text).RootElement;
        return response.IsSuccessStatusCode
            ? ((int)response.StatusCode, null, null)
            : ((int)response.StatusCode, body.GetProperty("__type").GetString()!.Split('#')[1], body.GetProperty("message").GetString());
    }

    /// <summary>Signs as the AWS SDK for .NET does.</summary>
    private static void Sign(HttpRequestMessage message, string keyId, string secret, DateTimeOffset now, string service = "states")
    {
        message.Headers.Remove("X-Amz-Date");
        message.Headers.Remove("Authorization");
        var date = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        message.Headers.Add("X-Amz-Date", date);
        var target = message.Headers.GetValues("X-Amz-Target").Single();
        const string Names = "content-type;host;x-amz-date;x-amz-target";
        var canonical = $"POST\n/\n\ncontent-type:application/x-amz-json-1.0\nhost:{message.RequestUri!.Authority}\nx-amz-date:{date}\nx-amz-target:{target}\n\n{Names}\n"
            + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(Body)));
        var signed = AWS4Signer.ComputeSignature(keyId, secret, "us-east-1", now.UtcDateTime, service, Names, canonical);
        message.Headers.TryAddWithoutValidation("Authorization", signed.ForAuthorizationHeader);
    }

    /// <summary>The environment's keys while it lives.</summary>
    private sealed class Keys : IDisposable
    {
        private static readonly string[] Names = ["STATESIDE_ACCESS_KEY_ID", "STATESIDE_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
        private readonly string?[] _former = [.. Names.Select(Environment.GetEnvironmentVariable)];

        public Keys(string? id, string? secret)
        {
            string?[] values = [id, secret, null, null];
            for (var i = 0; i < Names.Length; i++)
                Environment.SetEnvironmentVariable(Names[i], values[i]);
        }

        public void Dispose()
        {
            for (var i = 0; i < Names.Length; i++)
                Environment.SetEnvironmentVariable(Names[i], _former[i]);
        }
    }
}
