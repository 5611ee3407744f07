using System.Collections.Frozen;
using Stateside.Language.Services;

namespace Stateside.Language.Roles;

/// <summary>
/// What IAM calls the actions of services' APIs: mostly what the API does, after a prefix that is mostly the name in signatures.
/// See https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html.
/// </summary>
internal static class IamActions
{
    /// <summary>Prefixes that are not the name in the service's signatures.</summary>
    private static readonly FrozenDictionary<string, string> Prefixes = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["apigatewaymanagementapi"] = "execute-api",
        ["cloudcontrol"] = "cloudformation",
        ["cloudwatch"] = "cloudwatch",
        ["ioteventsdata"] = "iotevents",
        ["iotdataplane"] = "iot",
        ["iotjobsdataplane"] = "iotjobsdata",
        ["iotsecuretunneling"] = "iot",
        ["mturk"] = "mechanicalturk",
        ["partnercentralaccount"] = "partnercentral",
        ["partnercentralbenefits"] = "partnercentral",
        ["partnercentralchannel"] = "partnercentral",
        ["partnercentralselling"] = "partnercentral",
        ["resourcegroupstaggingapi"] = "tag",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Services whose actions IAM names by rules of their own that are not known here, or that ask something else than IAM.</summary>
    private static readonly FrozenSet<string> Unknown =
        new[] { "budgets", "cloudhsm", "codecatalyst", "connectparticipant", "finspacedata", "keyspaces", "neptunedata", "sso", "ssooidc" }
            .ToFrozenSet(StringComparer.Ordinal);

    // A service, its action, what IAM asks for.
    private static readonly FrozenDictionary<string, string[]> Exceptions = """
        bedrockruntime Converse InvokeModel
        bedrockruntime ConverseStream InvokeModelWithResponseStream
        bedrockruntime StartAsyncInvoke InvokeModel
        cloudfront CreateDistributionWithTags CreateDistribution TagResource
        cloudfront CreateStreamingDistributionWithTags CreateStreamingDistribution TagResource
        dynamodb ExecuteStatement PartiQL*
        dynamodb BatchExecuteStatement PartiQL*
        dynamodb ExecuteTransaction PartiQL*
        dynamodb TransactGetItems GetItem
        kms ReEncrypt ReEncryptFrom ReEncryptTo
        lambda GetLayerVersionByArn GetLayerVersion
        lambda Invoke InvokeFunction
        lambda InvokeAsync InvokeFunction
        lambda InvokeWithResponseStream InvokeFunction
        redshiftdata GetStatementResultV2 GetStatementResult
        s3 AbortMultipartUpload AbortMultipartUpload
        s3 CompleteMultipartUpload PutObject
        s3 CopyObject PutObject
        s3 CreateMultipartUpload PutObject
        s3 DeleteBucketAnalyticsConfiguration PutAnalyticsConfiguration
        s3 DeleteBucketCors PutBucketCORS
        s3 DeleteBucketEncryption PutEncryptionConfiguration
        s3 DeleteBucketIntelligentTieringConfiguration PutIntelligentTieringConfiguration
        s3 DeleteBucketInventoryConfiguration PutInventoryConfiguration
        s3 DeleteBucketLifecycle PutLifecycleConfiguration
        s3 DeleteBucketMetricsConfiguration PutMetricsConfiguration
        s3 DeleteBucketOwnershipControls PutBucketOwnershipControls
        s3 DeleteBucketReplication PutReplicationConfiguration
        s3 DeleteBucketTagging PutBucketTagging
        s3 DeleteObjects DeleteObject
        s3 DeletePublicAccessBlock PutBucketPublicAccessBlock
        s3 GetBucketAccelerateConfiguration GetAccelerateConfiguration
        s3 GetBucketAnalyticsConfiguration GetAnalyticsConfiguration
        s3 GetBucketEncryption GetEncryptionConfiguration
        s3 GetBucketIntelligentTieringConfiguration GetIntelligentTieringConfiguration
        s3 GetBucketInventoryConfiguration GetInventoryConfiguration
        s3 GetBucketLifecycle GetLifecycleConfiguration
        s3 GetBucketLifecycleConfiguration GetLifecycleConfiguration
        s3 GetBucketMetricsConfiguration GetMetricsConfiguration
        s3 GetBucketNotificationConfiguration GetBucketNotification
        s3 GetBucketReplication GetReplicationConfiguration
        s3 GetObjectAttributes GetObject GetObjectAttributes
        s3 GetObjectLockConfiguration GetBucketObjectLockConfiguration
        s3 GetPublicAccessBlock GetBucketPublicAccessBlock
        s3 HeadBucket ListBucket
        s3 HeadObject GetObject
        s3 ListBucketAnalyticsConfigurations GetAnalyticsConfiguration
        s3 ListBucketIntelligentTieringConfigurations GetIntelligentTieringConfiguration
        s3 ListBucketInventoryConfigurations GetInventoryConfiguration
        s3 ListBucketMetricsConfigurations GetMetricsConfiguration
        s3 ListBuckets ListAllMyBuckets
        s3 ListDirectoryBuckets s3express:ListAllMyDirectoryBuckets
        s3 ListMultipartUploads ListBucketMultipartUploads
        s3 ListObjectVersions ListBucketVersions
        s3 ListObjects ListBucket
        s3 ListObjectsV2 ListBucket
        s3 ListParts ListMultipartUploadParts
        s3 PutBucketAccelerateConfiguration PutAccelerateConfiguration
        s3 PutBucketAnalyticsConfiguration PutAnalyticsConfiguration
        s3 PutBucketCors PutBucketCORS
        s3 GetBucketCors GetBucketCORS
        s3 PutBucketEncryption PutEncryptionConfiguration
        s3 PutBucketIntelligentTieringConfiguration PutIntelligentTieringConfiguration
        s3 PutBucketInventoryConfiguration PutInventoryConfiguration
        s3 PutBucketLifecycle PutLifecycleConfiguration
        s3 PutBucketLifecycleConfiguration PutLifecycleConfiguration
        s3 PutBucketMetricsConfiguration PutMetricsConfiguration
        s3 PutBucketNotificationConfiguration PutBucketNotification
        s3 PutBucketReplication PutReplicationConfiguration
        s3 PutObjectLockConfiguration PutBucketObjectLockConfiguration
        s3 PutPublicAccessBlock PutBucketPublicAccessBlock
        s3 SelectObjectContent GetObject
        s3 UploadPart PutObject
        s3 UploadPartCopy PutObject
        sns PublishBatch Publish
        sqs ChangeMessageVisibilityBatch ChangeMessageVisibility
        sqs DeleteMessageBatch DeleteMessage
        sqs SendMessageBatch SendMessage
        timestreamquery Query Select
        verifiedpermissions BatchIsAuthorized IsAuthorized
        verifiedpermissions BatchIsAuthorizedWithToken IsAuthorizedWithToken
        vpclattice BatchUpdateRule UpdateRule
        """.Split('\n', StringSplitOptions.TrimEntries).Select(line => line.Split(' '))
        .ToFrozenDictionary(words => $"{words[0]} {words[1]}", words => words[2..], StringComparer.Ordinal);

    /// <summary>The actions that IAM asks for when an API is called.</summary>
    /// <param name="called">The action of the API.</param>
    /// <returns>The actions with their prefix and how sure they are; nothing where everybody may.</returns>
    public static IReadOnlyList<(string Action, Certainty Certainty)> Of(ServiceAction called)
    {
        var service = called.Service.Name;
        if (called.IsAnonymous || (service == "sts" && called.Name is "GetCallerIdentity" or "GetSessionToken"))
            return [];
        var prefix = Prefix(called.Service);
        var certainty = Unknown.Contains(service) ? Certainty.Possible : Certainty.Certain;
        return service switch
        {
            // IAM knows API Gateway's management by the HTTP methods, and what speaks to its sockets by one name.
            "apigateway" or "apigatewayv2" => [($"{prefix}:{called.Method}", certainty)],
            "apigatewaymanagementapi" => [($"{prefix}:ManageConnections", certainty)],
            _ when Exceptions.TryGetValue($"{service} {called.Name}", out var actions) => [.. actions.Select(action => (Whole(action), certainty))],
            _ => [($"{prefix}:{called.Name}", certainty)],
        };

        string Whole(string action) => action.Contains(':', StringComparison.Ordinal) ? action : $"{prefix}:{action}";
    }

    /// <summary>The prefix of a service's actions.</summary>
    public static string Prefix(ServiceModel service) => Prefixes.GetValueOrDefault(service.Name) ?? service.SigningName ?? service.Name;
}
