using Stateside.Engine.Tasks;
using Stateside.Language.Definitions;
using Stateside.Language.Services;

namespace Stateside.Engine.Tests.Tasks;

public class ServiceFailureTests
{
    /// <summary>Recorded on AWS, or told of by those who catch them.</summary>
    [Theory]
    [InlineData("aws-sdk:dynamodb:putItem", "ResourceNotFoundException", "DynamoDb.ResourceNotFoundException")]
    [InlineData("aws-sdk:dynamodb:putItem", "ConditionalCheckFailedException", "DynamoDb.ConditionalCheckFailedException")]
    [InlineData("aws-sdk:dynamodb:putItem", "ValidationException", "DynamoDb.DynamoDbException")]
    [InlineData("aws-sdk:secretsmanager:createSecret", "ValidationException", "SecretsManager.SecretsManagerException")]
    [InlineData("aws-sdk:s3:listObjects", "NoSuchBucket", "S3.NoSuchBucketException")]
    [InlineData("aws-sdk:s3:getObject", "NoSuchKey", "S3.NoSuchKeyException")]
    [InlineData("aws-sdk:s3:getObject", "SlowDown", "S3.S3Exception")]
    [InlineData("aws-sdk:ec2:describeInstances", "InvalidInstanceID.NotFound", "Ec2.Ec2Exception")]
    [InlineData("aws-sdk:rds:describeDBInstances", "DBInstanceNotFound", "Rds.DbInstanceNotFoundException")]
    [InlineData("aws-sdk:iam:getRole", "NoSuchEntity", "Iam.NoSuchEntityException")]
    [InlineData("aws-sdk:lambda:getFunction", "EC2AccessDeniedException", "Lambda.Ec2AccessDeniedException")]
    [InlineData("dynamodb:putItem", "ConditionalCheckFailedException", "DynamoDB.ConditionalCheckFailedException")]
    [InlineData("dynamodb:putItem", "ValidationException", "DynamoDB.AmazonDynamoDBException")]
    [InlineData("sns:publish", "NotFound", "SNS.NotFoundException")]
    [InlineData("sqs:sendMessage", "MissingParameter", "SQS.AmazonSQSException")]
    [InlineData("sqs:sendMessage", ServiceError.NotSent, "SQS.SdkClientException")]
    [InlineData("batch:submitJob", "ThrottlingException", "Batch.AWSBatchException")]
    [InlineData("glue:startJobRun", "ConcurrentRunsExceededException", "Glue.ConcurrentRunsExceededException")]
    [InlineData("ecs:runTask", "ClusterNotFoundException", "ECS.ClusterNotFoundException")]
    [InlineData("sagemaker:createTrainingJob", "ThrottlingException", "SageMaker.AmazonSageMakerException")]
    public void Errors_are_named_so(string resource, string code, string error)
    {
        var integration = ServiceIntegration.Find(TaskResource.Parse($"arn:aws:states:::{resource}")!)!;

        Assert.Equal(error, ServiceFailures.Of(integration, new ServiceError(code, "No.", 400, "9c2e")).Failure.Error);
    }

    [Theory]
    [InlineData("The specified bucket does not exist",
        "The specified bucket does not exist (Service: S3, Status Code: 404, Request ID: 9c2e, Extended Request ID: x-2) (SDK Attempt Count: 1)")]
    [InlineData("",
        "(Service: S3, Status Code: 404, Request ID: 9c2e, Extended Request ID: x-2) (SDK Attempt Count: 1) (Service: S3, Status Code: 404, Request ID: 9c2e, Extended Request ID: x-2)")]
    public void SDK_integrations_count_their_attempts(string message, string cause) =>
        Assert.Equal(cause, new ServiceError("NoSuchBucket", message, 404, "9c2e") { ExtendedRequestId = "x-2" }.SdkCause("S3"));
}
