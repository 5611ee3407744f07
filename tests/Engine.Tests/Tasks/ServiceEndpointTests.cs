using Stateside.Engine.Tasks.Services;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Tasks;

public sealed class ServiceEndpointTests
{
    private static readonly Uri Local = new("http://127.0.0.1:4566");

    private static ServiceModel Model(string service) => ServiceModels.Find(service)!;

    private static ServiceEndpoints With(Uri? endpoint, bool allowAws, params (string Name, string Value)[] variables) => new(
        endpoint, allowAws, AwsLocation.Default, name => variables.FirstOrDefault(variable => variable.Name == name).Value);

    [Fact]
    public void Nothing_reaches_AWS_unless_it_is_allowed()
    {
        var (endpoint, error) = With(null, allowAws: false).Of(Model("dynamodb"));

        Assert.Null(endpoint);
        Assert.Equal("SdkClientException", error!.Code);
        Assert.Contains("no endpoint is configured for dynamodb", error.Message);
        Assert.Contains("AWS_ENDPOINT_URL_DYNAMODB", error.Message);
        Assert.Contains("--allow-aws", error.Message);
    }

    [Fact]
    public void An_endpoint_that_is_AWS_itself_is_refused_too()
    {
        var (endpoint, error) = With(new Uri("https://dynamodb.us-east-1.amazonaws.com"), allowAws: false).Of(Model("dynamodb"));

        Assert.Null(endpoint);
        Assert.Contains("is AWS itself", error!.Message);
    }

    [Theory]
    [InlineData("eu-west-1", "https://api.ecr.eu-west-1.amazonaws.com/")]
    [InlineData("cn-north-1", "https://api.ecr.cn-north-1.amazonaws.com.cn/")]
    public void AWS_has_an_endpoint_in_each_region(string region, string expected)
    {
        var endpoints = new ServiceEndpoints(null, allowAws: true, new(region, "210987654321"), _ => null);

        Assert.Equal(expected, endpoints.Of(Model("ecr")).Endpoint!.AbsoluteUri);
    }

    [Theory]
    [InlineData("iam", "eu-west-1", "https://iam.amazonaws.com/", "us-east-1")]
    [InlineData("route53", "us-east-1", "https://route53.amazonaws.com/", "us-east-1")]
    [InlineData("iam", "cn-north-1", "https://iam.cn-north-1.amazonaws.com.cn/", null)]
    [InlineData("sts", "eu-west-1", "https://sts.eu-west-1.amazonaws.com/", null)]
    public void Some_services_have_one_place_for_all_regions(string service, string region, string expected, string? signingRegion)
    {
        var endpoints = new ServiceEndpoints(null, allowAws: true, new(region, "210987654321"), _ => null);

        Assert.Equal((expected, signingRegion), (endpoints.Of(Model(service)).Endpoint!.AbsoluteUri, endpoints.GlobalOf(Model(service))?.Region));
    }

    [Theory]
    [InlineData("http://127.0.0.1:4566/x", false, "http://127.0.0.1:4566")]
    [InlineData("https://dynamodb.us-east-1.amazonaws.com", false, null)]
    [InlineData("https://dynamodb.us-east-1.amazonaws.com", true, "https://dynamodb.us-east-1.amazonaws.com")]
    public void What_the_machines_endpoint_of_all_services_does_is_told(string value, bool allowAws, string? told)
    {
        Assert.Equal(
            told is null ? null : $"AWS_ENDPOINT_URL, or the profile's endpoint_url, is {told}: Tasks and handlers ask there for every service "
                + "but Step Functions and Lambda, also for what the template declares.",
            With(null, allowAws, ("AWS_ENDPOINT_URL", value)).OfAll);
        Assert.Null(With(Local, allowAws, ("AWS_ENDPOINT_URL", value)).OfAll);
    }

    [Fact]
    public void A_variable_of_one_service_wins_over_the_endpoint_of_all()
    {
        var endpoints = With(Local, false, ("AWS_ENDPOINT_URL_SQS", "http://127.0.0.1:9324"), ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"));

        Assert.Equal("http://127.0.0.1:9324/", endpoints.Of(Model("sqs")).Endpoint!.AbsoluteUri);
        Assert.Equal("http://127.0.0.1:4566/", endpoints.Of(Model("sns")).Endpoint!.AbsoluteUri);
    }

    [Fact]
    public void The_variable_of_all_services_serves_where_the_command_line_names_none() =>
        Assert.Equal("http://127.0.0.1:1/", With(null, false, ("AWS_ENDPOINT_URL", "http://127.0.0.1:1")).Of(Model("sns")).Endpoint!.AbsoluteUri);
}
