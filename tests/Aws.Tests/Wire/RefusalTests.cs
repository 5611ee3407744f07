using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Stateside.Aws.Endpoint;

namespace Stateside.Aws.Tests.Wire;

/// <summary>What a client is told of a service that does not live here.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("kms", "POST", "/", "TrentService.ListKeys", "KMS", "KMS")]
    [InlineData("cognito-idp", "POST", "/", "AWSCognitoIdentityProviderService.ListUserPools", "Cognito Identity Provider", "COGNITO_IDENTITY_PROVIDER")]
    [InlineData("monitoring", "POST", "/", "GraniteServiceVersion20100801.ListMetrics", "CloudWatch", "CLOUDWATCH")]
    [InlineData("elasticfilesystem", "GET", "/2015-02-01/file-systems", null, "EFS", "EFS")]
    [InlineData("bedrock", "POST", "/model/any/invoke", null, "Bedrock Runtime", "BEDROCK_RUNTIME")]
    [InlineData("bedrock", "GET", "/foundation-models", null, "Bedrock", "BEDROCK")]
    [InlineData("nothing", "POST", "/", "Nothing.Do", "nothing", "<SERVICE>")]
    public async Task A_service_that_is_not_here_is_refused_by_its_name_and_variable(
        string signedFor, string method, string path, string? target, string name, string variable)
    {
        var (status, body) = await AskAsync(signedFor, method, path, target, "{}");

        Assert.Equal(501, status);
        Assert.Contains($"Stateside does not serve {name}. Name an endpoint that does: AWS_ENDPOINT_URL_{variable}.", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EC2_is_refused_in_the_form_that_its_clients_read()
    {
        var (_, body) = await AskAsync("ec2", "POST", "/", null, "Action=DescribeInstances&Version=2016-11-15");

        Assert.Contains("<Response><Errors><Error><Code>NotImplemented</Code><Message>Stateside does not serve EC2.", body, StringComparison.Ordinal);
    }

    private static async Task<(int Status, string Body)> AskAsync(string signedFor, string method, string path, string? target, string content)
    {
        await using var fixture = new ServiceFixture("Resources: {Box: {Type: AWS::S3::Bucket}}");
        var endpoint = new AwsEndpoint(fixture.Service, e => throw new InvalidOperationException("A defect.", e));
        var http = new DefaultHttpContext();
        using var answer = new MemoryStream();
        http.Response.Body = answer;
        http.Request.Method = method;
        http.Request.Host = new HostString("127.0.0.1");
        http.Features.Get<IHttpRequestFeature>()!.RawTarget = path;
        http.Request.Headers.Authorization = $"AWS4-HMAC-SHA256 Credential=any/20261122/us-east-1/{signedFor}/aws4_request, SignedHeaders=host, Signature=00";
        if (target is not null)
            http.Request.Headers["X-Amz-Target"] = target;
        http.Request.Body = new MemoryStream(Encoding.UTF8.GetBytes(content));
        await endpoint.HandleAsync(http);
        return (http.Response.StatusCode, Encoding.UTF8.GetString(answer.ToArray()));
    }
}
