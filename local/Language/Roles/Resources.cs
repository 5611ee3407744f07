using System.Text.RegularExpressions;
using Stateside.Language.Services;

namespace Stateside.Language.Roles;

/// <summary>
/// The ARNs of what requests name. See the resource types of each service at
/// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html.
/// </summary>
internal sealed partial class Resources(AwsLocation location)
{
    private const string Everything = "*";

    /// <summary>
    /// What the actions of a prefix are about: the parameter, and the resource that its value is the name of. The first parameter that is
    /// there counts. Where a value is an ARN, it is the resource's.
    /// </summary>
    private static readonly (string Prefix, string Parameter, string Resource)[] Named =
    [
        ("athena", "WorkGroup", "workgroup/{}"),
        ("codebuild", "ProjectName", "project/{}"),
        ("databrew", "Name", "job/{}"),
        ("dynamodb", "TableName", "table/{}"),
        ("ecs", "TaskDefinition", "task-definition/{}"),
        ("elasticmapreduce", "ClusterId", "cluster/{}"),
        ("elasticmapreduce", "JobFlowId", "cluster/{}"),
        ("emr-containers", "VirtualClusterId", "/virtualclusters/{}"),
        ("emr-serverless", "ApplicationId", "/applications/{}"),
        ("firehose", "DeliveryStreamName", "deliverystream/{}"),
        ("glue", "JobName", "job/{}"),
        ("kinesis", "StreamARN", ""),
        ("kinesis", "StreamName", "stream/{}"),
        ("lambda", "FunctionName", "function:{}"),
        ("secretsmanager", "SecretId", "secret:{}-??????"),
        ("sns", "TopicArn", ""),
        ("sns", "TargetArn", ""),
        ("ssm", "Name", "parameter/{}"),
        ("states", "StateMachineArn", ""),
        ("states", "ExecutionArn", ""),
        ("states", "MapRunArn", ""),
        ("states", "ActivityArn", ""),
    ];

    /// <summary>Actions of the prefixes above that are not about one such resource: everything, or what this class says beside.</summary>
    [GeneratedRegex("""
        ^(?:athena:(?:List|Get(?:DataCatalog|Database|TableMetadata))|dynamodb:(?:List|DescribeLimits)|ecs:(?!RunTask)|kinesis:List|
        lambda:(?:List(?!Versions|Aliases|Tags)|GetAccountSettings|CreateEventSourceMapping)|firehose:List|glue:(?:List|Get\w+s$)|
        secretsmanager:(?:List|BatchGet|GetRandom|CreateSecret)|sns:(?:List|CheckIfPhone|OptIn)|ssm:(?!\w*Parameter)|ssm:DescribeParameters|
        states:(?:List|SendTask|Create|Validate|Test)|databrew:(?!\w*Job)|elasticmapreduce:(?:RunJobFlow|List))
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex OfNothingNamed();

    /// <summary>The resources of a request.</summary>
    /// <param name="action">The action as IAM has it.</param>
    /// <param name="parameters">The request.</param>
    /// <returns>The ARNs, each with why it is wide; everything where no one resource is told.</returns>
    public IReadOnlyList<(string Arn, string? Width)> Of(string action, Known parameters)
    {
        var prefix = action[..action.IndexOf(':', StringComparison.Ordinal)];
        switch (prefix)
        {
            case "s3":
                return [OfS3(action, parameters)];
            case "sqs":
                return [OfQueue(parameters)];
            case "events" when action == "events:PutEvents":
                return OfBuses(parameters);
            case "bedrock" when action.StartsWith("bedrock:Invoke", StringComparison.Ordinal):
                return [OfModel(parameters["ModelId"])];
            case "dynamodb" when !parameters["RequestItems"].IsAbsent || !parameters["TransactItems"].IsAbsent:
                return OfTables(parameters);
            case "dynamodb" when action.EndsWith("PartiQL*", StringComparison.Ordinal):
                return [(Arn("dynamodb", "table/*"), "which tables the statement names is not looked at")];
            case "lambda" when action == "lambda:InvokeFunction":
                return [OfFunction(parameters["FunctionName"], parameters["Qualifier"])];
            case "batch" when action == "batch:SubmitJob":
                return [OfName("batch", parameters["JobDefinition"], "job-definition/{}*"), OfName("batch", parameters["JobQueue"], "job-queue/{}")];
            case "sagemaker":
                return [OfSageMaker(action, parameters)];
            case "apigateway":
                return [($"arn:{location.Partition}:apigateway:{location.Region}::/*", null)];
        }

        if (!OfNothingNamed().IsMatch(action))
        {
            var known = Named.Where(row => row.Prefix == prefix).ToList();
            var row = known.Find(row => !parameters[row.Parameter].IsAbsent);
            if (row.Prefix is not null)
            {
                var resource = OfName(prefix, parameters[row.Parameter], row.Resource);
                return [prefix == "dynamodb" ? WithIndex(resource, parameters) : resource];
            }

            if (prefix == "athena")
                return [(Arn(prefix, "workgroup/*"), "the query's work group is not told")];
        }

        return [(Everything, null)];
    }

    /// <summary>The ARN of something here.</summary>
    public string Arn(string service, string resource) => location.Arn(service, resource);

    /// <summary>A function by its name or by its whole or partial ARN.</summary>
    public (string Arn, string? Width) OfFunction(Known name, Known qualifier)
    {
        const string Part = "function:";
        if (name.Text is not { } text)
            return (Arn("lambda", "function:*"), "the function is known only when it runs");
        var qualified = qualifier.IsAbsent ? "" : $":{qualifier.Text ?? "*"}";
        if (text.StartsWith("arn:", StringComparison.Ordinal) || IsPlaceholder(text))
            return (text + qualified, null);
        var at = text.IndexOf(Part, StringComparison.Ordinal);
        return (Arn("lambda", Part + (at < 0 ? text : text[(at + Part.Length)..]) + qualified), null);
    }

    /// <summary>A thing by its name or ARN.</summary>
    public (string Arn, string? Width) OfName(string service, Known name, string pattern)
    {
        if (name.Text is not { } text)
        {
            return pattern.Length == 0
                ? (Everything, "its ARN is known only when it runs")
                : (Arn(service, pattern.Replace("{}", "*", StringComparison.Ordinal)), "its name is known only when it runs");
        }

        if (text.StartsWith("arn:", StringComparison.Ordinal) || pattern.Length == 0)
            return (text, null);
        return (Arn(service, pattern.Replace("{}", text.TrimStart('/'), StringComparison.Ordinal)), null);
    }

    /// <summary>An object of S3, or all below a prefix.</summary>
    public (string Arn, string? Width) OfObject(Known bucket, Known key)
    {
        var name = bucket.Text;
        var width = name is null ? "the bucket is known only when it runs"
            : key.Text is null ? "the key is known only when it runs" : null;
        return ($"{BucketArn(name)}/{key.Text?.TrimStart('/') ?? "*"}", width);
    }

    /// <summary>A bucket.</summary>
    public (string Arn, string? Width) OfBucket(Known bucket) =>
        (BucketArn(bucket.Text), bucket.Text is null ? "the bucket is known only when it runs" : null);

    /// <summary>Whether a text is a reference that only a deployment resolves, and no more.</summary>
    public static bool IsPlaceholder(string text) => PlaceholderAlone().IsMatch(text);

    private string BucketArn(string? name) =>
        name?.StartsWith("arn:", StringComparison.Ordinal) == true ? name : $"arn:{location.Partition}:s3:::{name ?? "*"}";

    private (string Arn, string? Width) OfS3(string action, Known parameters)
    {
        if (action.StartsWith("s3:ListAllMy", StringComparison.Ordinal) || parameters["Bucket"].IsAbsent)
            return (Everything, null);
        var bucket = parameters["Bucket"];
        if (action is "s3:DeleteObject" && !parameters["Delete"].IsAbsent)
            return ($"{OfBucket(bucket).Arn}/*", "which objects is known only when it runs");
        return parameters["Key"].IsAbsent ? OfBucket(bucket) : OfObject(bucket, parameters["Key"]);
    }

    private (string Arn, string? Width) OfQueue(Known parameters)
    {
        if (parameters["QueueUrl"] is { IsAbsent: false } url)
        {
            if (url.Text is { } text && QueueUrl().Match(text) is { Success: true, Groups: var parts })
                return ($"arn:{location.Partition}:sqs:{parts["region"].Value}:{parts["account"].Value}:{parts["name"].Value}", null);
            return (Arn("sqs", "*"), url.Text is null ? "the queue is known only when it runs" : $"which queue is at {url.Text} is not known");
        }

        return parameters["QueueName"].IsAbsent ? (Everything, null) : OfName("sqs", parameters["QueueName"], "{}");
    }

    private List<(string Arn, string? Width)> OfBuses(Known parameters)
    {
        var entries = parameters["Entries"];
        var buses = entries.Items.Select(entry => entry["EventBusName"]).Select(bus =>
            bus.IsAbsent ? (Arn("events", "event-bus/default"), null) : OfName("events", bus, "event-bus/{}")).Distinct().ToList();
        return buses.Count > 0 ? buses : [(Arn("events", "event-bus/*"), "the events are known only when it runs")];
    }

    private (string Arn, string? Width) OfModel(Known model)
    {
        if (model.Text is not { } id)
            return (Everything, "the model is known only when it runs");
        if (id.StartsWith("arn:", StringComparison.Ordinal))
            return (id, null);

        // A profile for several regions, such as eu.amazon.nova-lite-v1:0, leads to the model wherever it is.
        return InferenceProfile().IsMatch(id)
            ? (Everything, $"the inference profile {id} leads to a model in several regions")
            : ($"arn:{location.Partition}:bedrock:{location.Region}::foundation-model/{id}", null);
    }

    private List<(string Arn, string? Width)> OfTables(Known parameters)
    {
        var names = parameters["RequestItems"].Members.Select(member => OfName("dynamodb", Known.OfText(member.Name), "table/{}"))
            .Concat(parameters["TransactItems"].Items.SelectMany(item => item.Members)
                .Select(member => OfName("dynamodb", member.Value["TableName"], "table/{}")))
            .Distinct().ToList();
        return names.Count > 0 ? names : [(Arn("dynamodb", "table/*"), "the tables are known only when it runs")];
    }

    private static (string Arn, string? Width) WithIndex((string Arn, string? Width) table, Known parameters)
    {
        var index = parameters["IndexName"];
        return index.IsAbsent ? table : ($"{table.Arn}/index/{index.Text ?? "*"}", table.Width);
    }

    /// <summary>What SageMaker makes or looks at has the kind in the action's name: CreateTrainingJob, TrainingJobName, training-job.</summary>
    private (string Arn, string? Width) OfSageMaker(string action, Known parameters)
    {
        var kind = SageMakerKind().Match(action) is { Success: true } match ? match.Groups["kind"].Value : "";
        var name = parameters[$"{kind}Name"];
        if (kind.Length == 0 || name.IsAbsent)
            return (Everything, null);
        var words = Capital().Replace(kind, "-$0").TrimStart('-').ToLowerInvariant();
        return OfName("sagemaker", name, $"{words}/{{}}");
    }

    [GeneratedRegex(@"^\$\{[^{}]*\}$", RegexOptions.CultureInvariant)]
    private static partial Regex PlaceholderAlone();

    [GeneratedRegex(@"^https?://sqs\.(?<region>[^./]+)\.[^/]+/(?<account>[^/]+)/(?<name>[^/]+)$", RegexOptions.CultureInvariant)]
    private static partial Regex QueueUrl();

    [GeneratedRegex(@"^(?:us|eu|apac|jp|au|ca|us-gov|global)\.[a-z0-9]+\.", RegexOptions.CultureInvariant)]
    private static partial Regex InferenceProfile();

    [GeneratedRegex(
        "^sagemaker:(?:Create|Describe|Stop|Update|Delete)"
        + "(?<kind>TrainingJob|TransformJob|ProcessingJob|HyperParameterTuningJob|LabelingJob|Model|Endpoint|EndpointConfig)$",
        RegexOptions.CultureInvariant)]
    private static partial Regex SageMakerKind();

    [GeneratedRegex("[A-Z]", RegexOptions.CultureInvariant)]
    private static partial Regex Capital();
}
