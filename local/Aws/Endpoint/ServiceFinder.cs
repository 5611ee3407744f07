using System.Text;
using Stateside.Aws.Wire;

namespace Stateside.Aws.Endpoint;

/// <summary>
/// Tells which service a request is for, as AWS's endpoints would have told by their hosts: by the target header, by what the signature
/// is for, by the version in a form, or by the path.
/// </summary>
internal static class ServiceFinder
{
    /// <summary>Step Functions, as resources spell it.</summary>
    public const string StepFunctions = "sfn";

    /// <summary>What stands before the action in the target header, where the service is not called so in resources.</summary>
    private static readonly Dictionary<string, string> Targets = new(StringComparer.Ordinal)
    {
        ["AWSStepFunctions"] = StepFunctions,
        ["DynamoDB_20120810"] = "dynamodb",
        ["DynamoDBStreams_20120810"] = "dynamodbstreams",
        ["AmazonSQS"] = "sqs",
        ["AmazonSSM"] = "ssm",
        ["secretsmanager"] = "secretsmanager",
        ["AWSEvents"] = "eventbridge",
        ["Logs_20140328"] = "cloudwatchlogs",
        ["TrentService"] = "kms",
        ["Kinesis_20131202"] = "kinesis",
    };

    /// <summary>What signatures are for, where the service is not called so in resources.</summary>
    private static readonly Dictionary<string, string> SigningNames = new(StringComparer.Ordinal)
    {
        ["states"] = StepFunctions,
        ["events"] = "eventbridge",
        ["logs"] = "cloudwatchlogs",
        ["monitoring"] = "cloudwatch",
        ["execute-api"] = "apigateway",
    };

    /// <summary>The versions that forms name.</summary>
    private static readonly Dictionary<string, string> Versions = new(StringComparer.Ordinal)
    {
        ["2010-03-31"] = "sns",
        ["2011-06-15"] = "sts",
        ["2012-11-05"] = "sqs",
    };

    /// <summary>
    /// The service as resources spell it. Where nothing tells, it is S3, as for an address that was signed beforehand, and Step Functions at
    /// the root.
    /// </summary>
    public static string Find(ReceivedRequest request)
    {
        if (OfTarget(request.Header("X-Amz-Target")) is { } target)
            return target;
        if (SignedFor(request) is { } signed)
            return SigningNames.GetValueOrDefault(signed, signed);
        if (IsForm(request) && OfForm(request) is { } form)
            return form;
        if (request.Path == "/")
            return StepFunctions;
        return request.Path.StartsWith("/2015-03-31/functions/", StringComparison.Ordinal) ? "lambda" : "s3";
    }

    /// <summary>The service that a target header names; null where there is none, or one that says nothing.</summary>
    public static string? OfTarget(string? target)
    {
        if (target is null || target.LastIndexOf('.') is not (> 0 and var dot))
            return null;
        return Targets.GetValueOrDefault(target[..dot], target[..dot].ToLowerInvariant());
    }

    /// <summary>What a request is signed for: the last part but one of the credential's scope.</summary>
    private static string? SignedFor(ReceivedRequest request)
    {
        var credential = request.InQuery("X-Amz-Credential");
        if (credential is null && request.Header("Authorization") is { } authorization
            && authorization.IndexOf("Credential=", StringComparison.Ordinal) is >= 0 and var at)
            credential = authorization[(at + "Credential=".Length)..].Split(',', 2)[0];
        return credential?.Trim().Split('/') is [.., _, _, var service, _] ? service : null;
    }

    /// <summary>Whether a request is a form, as in the query protocol.</summary>
    public static bool IsForm(ReceivedRequest request) =>
        request.Header("Content-Type")?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;

    private static string? OfForm(ReceivedRequest request) =>
        ReceivedRequest.Pairs(Encoding.UTF8.GetString(request.Content.Body)).FirstOrDefault(pair => pair.Key == "Version").Value is { } version
            ? Versions.GetValueOrDefault(version)
            : null;
}
