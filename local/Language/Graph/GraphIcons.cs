namespace Stateside.Language.Graph;

/// <summary>The signs of the types of states, and of the services that Tasks call, as lines on a field of 28 by 28.</summary>
internal static class GraphIcons
{
    public static string Path(string type) => type switch
    {
        // A cog's teeth around its hub.
        "Task" => "M14 10.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7M14 6.5v2.2M14 19.3v2.2M6.5 14h2.2M19.3 14h2.2M8.7 8.7l1.6 1.6M17.7 17.7l1.6 1.6M8.7 19.3l1.6-1.6M17.7 10.3l1.6-1.6",
        "Choice" => "M14 6.5L21.5 14L14 21.5L6.5 14Z",
        "Wait" => "M14 6.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 1 0 0-15M14 9.8V14l2.8 2",
        "Parallel" => "M9 7.5v13M14 7.5v13M19 7.5v13",
        "Map" => "M7 9.5h9.5M7 14h9.5M7 18.5h9.5M20.6 9.5h.2M20.6 14h.2M20.6 18.5h.2",
        "Succeed" => "M7.5 14.5l4.3 4.3L20.5 9.8",
        "Fail" => "M8.7 8.7l10.6 10.6M19.3 8.7L8.7 19.3",
        "Pass" => "M7 14h13M15 9l5 5l-5 5",
        _ => "M11 11a3 3 0 1 1 4.4 2.7c-1 .5-1.4 1.1-1.4 2.3M14 19.3v.2",
    };

    /// <summary>The sign of the service that does a Task's work, and what kind of service it is; null for one without a sign of its own.</summary>
    public static (string Path, string? Kind)? OfService(string service) => service switch
    {
        "lambda" => ("M8.5 7h3.2l7.3 14h-2.6M12.7 11.4L7.5 21", "compute"),
        "ecs" or "eks" or "batch" or "glue" or "codebuild" or "elasticmapreduce" or "emr-containers" or "emr-serverless" => (Cube, "compute"),
        "dynamodb" or "athena" or "rds" or "rdsdata" or "redshiftdata" or "redshift" or "timestreamquery" or "neptunedata" => (Cylinder, "data"),
        "s3" => ("M7 8.6c0-2.6 14-2.6 14 0l-1.8 10.9c-.4 2.4-10 2.4-10.4 0ZM7 8.6c0 2.6 14 2.6 14 0", "storage"),
        "sqs" => ("M6 10h4.6v8H6ZM17.4 10H22v8h-4.6ZM10.6 14h6.8", "messages"),
        "sns" or "ses" or "sesv2" => ("M6.5 14H12M12 14L20.5 7.5M12 14h9M12 14l8.5 6.5", "messages"),
        "events" or "eventbridge" or "scheduler" or "pipes" => ("M14 11a3 3 0 1 0 0 6a3 3 0 1 0 0-6M14 6.5V11M14 17v4.5M6.5 14H11M17 14h4.5", "messages"),
        "states" or "sfn" => ("M10.5 6.5h7v4.6h-7ZM6 17h6v4.5H6ZM16 17h6v4.5h-6ZM14 11.1v3M9 17v-2.9h10V17", "flow"),
        "http" or "apigateway" => ("M14 6.5a7.5 7.5 0 1 0 0 15a7.5 7.5 0 1 0 0-15M6.5 14h15M14 6.5c-5 5-5 10 0 15M14 6.5c5 5 5 10 0 15", "web"),
        "bedrock" or "bedrockruntime" or "sagemaker" or "comprehend" or "rekognition" or "textract" or "translate" or "transcribe" or "polly" => (Spark, "insight"),
        "secretsmanager" or "ssm" or "kms" => ("M10 10.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7M13.5 14h8v3M18 14v2.5", "secrets"),
        "activity" => ("M14 6.8a3.2 3.2 0 1 0 0 6.4a3.2 3.2 0 1 0 0-6.4M7.5 21.5c0-7.5 13-7.5 13 0", "people"),
        _ => null,
    };

    private const string Cube = "M14 6.5l6.5 3.7v7.6L14 21.5l-6.5-3.7v-7.6ZM7.5 10.2L14 14l6.5-3.8M14 14v7.5";
    private const string Cylinder = "M7.5 9c0-3 13-3 13 0v10c0 3-13 3-13 0ZM7.5 9c0 3 13 3 13 0M7.5 14c0 3 13 3 13 0";
    private const string Spark = "M14 6.5l2 5.5l5.5 2l-5.5 2l-2 5.5l-2-5.5l-5.5-2l5.5-2Z";
}
