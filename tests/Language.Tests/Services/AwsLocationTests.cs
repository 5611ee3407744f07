using Stateside.Language.Services;

namespace Stateside.Language.Tests.Services;

/// <summary>See https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html.</summary>
public sealed class AwsLocationTests
{
    [Theory]
    [InlineData("eu-central-1", "aws", "amazonaws.com")]
    [InlineData("us-east-1", "aws", "amazonaws.com")]
    [InlineData("mx-central-1", "aws", "amazonaws.com")]
    [InlineData("cn-northwest-1", "aws-cn", "amazonaws.com.cn")]
    [InlineData("us-gov-east-1", "aws-us-gov", "amazonaws.com")]
    [InlineData("us-iso-west-1", "aws-iso", "c2s.ic.gov")]
    [InlineData("us-isob-east-1", "aws-iso-b", "sc2s.sgov.gov")]
    [InlineData("eu-isoe-west-1", "aws-iso-e", "cloud.adc-e.uk")]
    [InlineData("us-isof-south-1", "aws-iso-f", "csp.hci.ic.gov")]
    [InlineData("eusc-de-east-1", "aws-eusc", "amazonaws.eu")]
    public void The_region_decides_the_partition_of_every_ARN(string region, string partition, string suffix)
    {
        var location = new AwsLocation(region, "210987654321");

        Assert.True(AwsLocation.IsRegion(region));
        Assert.Equal((partition, suffix, partition == "aws"), (location.Partition, location.UrlSuffix, location.IsCommercial));
        Assert.Equal($"arn:{partition}:states:{region}:210987654321:activity:a", location.Arn("states", "activity:a"));
        Assert.Equal($"arn:{partition}:iam::210987654321:role/r", location.RoleArn("r"));
        Assert.True(AwsLocation.IsAws(new Uri($"https://states.{region}.{suffix}.")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("frankfurt")]
    [InlineData("eu-central")]
    [InlineData("eu-central-1a")]
    [InlineData("EU-CENTRAL-1")]
    [InlineData("eu-central-1\n")]
    [InlineData("eu_central_1")]
    [InlineData("eu-central-1:x")]
    public void What_has_not_a_regions_form_is_none(string text) => Assert.False(AwsLocation.IsRegion(text));

    [Theory]
    [InlineData("210987654321", true)]
    [InlineData("000000000000", true)]
    [InlineData("21098765432", false)]
    [InlineData("2109-8765-4321", false)]
    [InlineData("21098765432x", false)]
    [InlineData("٢١٠٩٨٧٦٥٤٣٢١", false)]
    public void An_account_is_twelve_digits(string text, bool isAccount) => Assert.Equal(isAccount, AwsLocation.IsAccountId(text));
}
