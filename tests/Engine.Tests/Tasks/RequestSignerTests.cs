using Amazon.Runtime;
using Stateside.Engine.Execution;
using Stateside.Engine.Tasks;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Tasks;

/// <summary>The form of a request that its signature is made of, as botocore makes it.</summary>
public sealed class RequestSignerTests
{
    [Theory]
    [InlineData("a1=2&a=1", "a=1&a1=2")]
    [InlineData("a-=2&a=1", "a=1&a-=2")]
    [InlineData("a.b=1&a=2", "a=2&a.b=1")]
    [InlineData("a=2&a=1&a=", "a=&a=1&a=2")]
    [InlineData("b=%20&a=x%2By", "a=x%2By&b=%20")]
    [InlineData("b=1&a", "a=&b=1")]
    [InlineData("a=%C3%BC&A=1", "A=1&a=%C3%BC")]
    public void A_query_is_signed_in_the_order_of_its_names_then_of_its_values(string query, string expected) =>
        Assert.Equal(expected, RequestSigner.Canonical("states", "GET", "/", query, [], "").Split('\n')[2]);

    [Theory]
    [InlineData("https://sqs.us-east-1.amazonaws.com/", true)]
    [InlineData("https://sqs.us-east-1.amazonaws.com./", true)]
    [InlineData("https://SQS.us-east-1.AmazonAWS.com/", true)]
    [InlineData("https://sqs\u3002us-east-1\uFF0Eamazonaws\uFF61com/", true)]
    [InlineData("https://amazonaws.com.example/", false)]
    [InlineData("http://127.0.0.1:5000/", false)]
    public void A_host_of_AWS_is_known_however_it_is_written(string address, bool isAws) => Assert.Equal(isAws, AwsLocation.IsAws(new Uri(address)));

    [Theory]
    [InlineData(null, "", "15b80aa462d1f56ce70cc3031e745bdefbfe2dc26bf53265ada96da2bcd9f0b4")]
    [InlineData("tok/en+==", "&X-Amz-Security-Token=tok%2Fen%2B%3D%3D", "ee26511e5f6712369ebaf2d35d34f76fb2fa9a6eacc994a05ffed8187636478f")]
    public async Task A_request_for_somebody_else_is_signed_in_its_query(string? token, string more, string signature)
    {
        var time = new VirtualTime(new DateTimeOffset(2026, 1, 31, 9, 30, 0, TimeSpan.Zero));
        AWSCredentials credentials = token is null ? new BasicAWSCredentials("id", "secret") : new SessionAWSCredentials("id", "secret", token);

        var signed = await new RequestSigner(time, "us-east-1", _ => credentials).PresignAsync(
            new Uri("https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15"), new("x-k8s-aws-id", "my  cluster"), "sts",
            TimeSpan.FromMinutes(1), true, TestContext.Current.CancellationToken);

        Assert.Equal(
            "https://sts.us-east-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256"
            + "&X-Amz-Credential=id%2F20260131%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Date=20260131T093000Z&X-Amz-Expires=60"
            + $"&X-Amz-SignedHeaders=host%3Bx-k8s-aws-id{more}&X-Amz-Signature={signature}",
            signed);
    }
}
