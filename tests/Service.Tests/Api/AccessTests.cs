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
        new SignatureCheck(new AccessKey(KeyId, Secret), new Engine.Execution.VirtualTime(Now)).Check(
            http.Request, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(body))));
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
