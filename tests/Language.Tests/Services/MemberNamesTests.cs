using Stateside.Language.Services;

namespace Stateside.Language.Tests.Services;

/// <summary>The names of Step Functions are those of the SDKs for Java; see https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html.</summary>
public sealed class MemberNamesTests
{
    [Theory]
    [InlineData("TableName", "TableName")]
    [InlineData("stateMachineArn", "StateMachineArn")]
    [InlineData("BOOL", "Bool")]
    [InlineData("SS", "Ss")]
    [InlineData("S", "S")]
    [InlineData("ARN", "Arn")]
    [InlineData("SecretARN", "SecretARN")]
    [InlineData("DBInstanceIdentifier", "DbInstanceIdentifier")]
    [InlineData("SourceDBInstanceIdentifier", "SourceDBInstanceIdentifier")]
    [InlineData("SSEKMSKeyId", "SsekmsKeyId")]
    [InlineData("ETag", "ETag")]
    [InlineData("ChecksumCRC32", "ChecksumCRC32")]
    [InlineData("IAMUser", "IamUser")]
    [InlineData("equals", "EqualsValue")]
    [InlineData("Default", "DefaultValue")]
    [InlineData("NotifyAll", "NotifyAllValue")]
    public void An_SDK_integration_has_the_name_that_the_SDK_for_Java_makes(string name, string expected) => Assert.Equal(expected, MemberNames.Sdk(name));

    [Theory]
    [InlineData("dynamodb", "PutItem", "Item", "NULL", "Nul")]
    [InlineData("ec2", "DescribeImages", "Images", "Public", "PublicLaunchPermissions")]
    public void Some_members_have_names_of_their_own_there(string service, string action, string member, string inner, string expected)
    {
        var found = ServiceModels.Find(service)!.FindAction(action)!;
        var shape = (found.Input!.Find(member) ?? found.Output!.Find(member))!.Shape.Item;

        Assert.Equal(expected, shape.Find(inner)!.SdkName);
    }

    [Fact]
    public void A_copy_is_sent_to_a_destination_or_to_a_bucket_and_key()
    {
        var copy = new ServiceIntegration(ServiceModels.Find("s3")!.FindAction("CopyObject")!, null);

        Assert.Same(copy.MemberOf(copy.Action.Input!, "Bucket"), copy.MemberOf(copy.Action.Input!, "DestinationBucket"));
        Assert.NotNull(copy.MemberOf(copy.Action.Input!, "DestinationKey"));
    }

    [Theory]
    [InlineData("ResourceNotFoundException", "ResourceNotFoundException", "ResourceNotFoundException")]
    [InlineData("NoSuchKey", "NoSuchKeyException", "NoSuchKeyException")]
    [InlineData("DBInstanceNotFoundFault", "DbInstanceNotFoundException", "DBInstanceNotFoundException")]
    [InlineData("EC2AccessDeniedException", "Ec2AccessDeniedException", "EC2AccessDeniedException")]
    [InlineData("KMSDisabled", "KmsDisabledException", "KMSDisabledException")]
    public void An_exception_has_the_name_of_its_class(string name, string sdk, string optimized) =>
        Assert.Equal((sdk, optimized), (MemberNames.SdkException(name), MemberNames.OptimizedException(name)));
}
