using System.Text.RegularExpressions;
using Stateside.Language.Definitions;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Language.Roles;

/// <summary>What a Task's role must allow.</summary>
internal sealed partial class TaskNeeds(MachineFacts machine, PermissionList list)
{
    private static readonly string[] RuleActions = ["events:PutTargets", "events:PutRule", "events:DescribeRule"];

    /// <summary>
    /// The rules by which Step Functions hears of the end of a job; a service that is not here is asked from time to time.
    /// </summary>
    private static readonly (string Integration, string Rule)[] Rules =
    [
        ("batch:submitJob", "StepFunctionsGetEventsForBatchJobsRule"),
        ("codebuild:startBuild", "StepFunctionsGetEventForCodeBuildStartBuildRule"),
        ("codebuild:startBuildBatch", "StepFunctionsGetEventForCodeBuildStartBuildBatchRule"),
        ("codebuild:retryBuildBatch", "StepFunctionsGetEventForCodeBuildStartBuildBatchRule"),
        ("ecs:runTask", "StepFunctionsGetEventsForECSTaskRule"),
        ("emr-serverless:createApplication", "StepFunctionsGetEventsForEMRServerlessApplicationRule"),
        ("emr-serverless:startApplication", "StepFunctionsGetEventsForEMRServerlessApplicationRule"),
        ("emr-serverless:stopApplication", "StepFunctionsGetEventsForEMRServerlessApplicationRule"),
        ("emr-serverless:deleteApplication", "StepFunctionsGetEventsForEMRServerlessApplicationRule"),
        ("emr-serverless:startJobRun", "StepFunctionsGetEventsForEMRServerlessJobRule"),
        ("emr-serverless:cancelJobRun", "StepFunctionsGetEventsForEMRServerlessJobRule"),
        ("mediaconvert:createJob", "StepFunctionsGetEventsForMediaConvertJobRule"),
        ("sagemaker:createHyperParameterTuningJob", "StepFunctionsGetEventsForSageMakerTuningJobsRule"),
        ("sagemaker:createLabelingJob", "StepFunctionsGetEventsForSageMakerLabelingJobsRule"),
        ("sagemaker:createProcessingJob", "StepFunctionsGetEventsForSageMakerProcessingJobsRule"),
        ("sagemaker:createTrainingJob", "StepFunctionsGetEventsForSageMakerTrainingJobsRule"),
        ("sagemaker:createTransformJob", "StepFunctionsGetEventsForSageMakerTransformJobsRule"),
        ("states:startExecution", "StepFunctionsGetEventsForStepFunctionsExecutionRule"),
    ];

    /// <summary>What each item of a transaction needs.</summary>
    private static readonly (string Item, string Action)[] TransactionActions =
    [
        ("Put", "dynamodb:PutItem"), ("Update", "dynamodb:UpdateItem"), ("Delete", "dynamodb:DeleteItem"),
        ("ConditionCheck", "dynamodb:ConditionCheckItem"),
    ];

    /// <summary>The ARNs of what is called.</summary>
    public Resources Resources { get; } = new(machine.Location);

    /// <summary>Adds what a Task needs.</summary>
    public void Add(TaskState task)
    {
        if (task.Credentials is not null)
        {
            // What the Task calls, the other role must allow.
            var role = Known.Of(task.Credentials)["RoleArn"].Text;
            list.Add(
                "sts:AssumeRole", role ?? $"arn:{machine.Location.Partition}:iam::*:role/*", new(task.Name, "takes on another role"),
                width: role is null ? "the role is known only when it runs" : null);
            return;
        }

        var resource = ResourceOf(task);
        if (resource is null)
        {
            var calls = new Reason(task.Name, "calls what a substitution names, which is taken for a function");
            list.Add("lambda:InvokeFunction", task.Resource.Text, calls, Certainty.Possible);
            return;
        }

        var parameters = Known.OfArguments(task.Arguments);
        switch (resource)
        {
            case { Kind: ResourceKind.Activity }:
                // Workers ask for the work; the role is not asked.
                break;
            case { Kind: ResourceKind.LambdaFunction }:
                AddFunction(task, resource.Text, "invokes the function");
                break;
            case { Kind: ResourceKind.Optimized, Service: "lambda" }:
                var (function, width) = Resources.OfFunction(parameters["FunctionName"], parameters["Qualifier"]);
                AddFunction(task, function, "invokes the function", width);
                break;
            case { Kind: ResourceKind.Optimized, Service: "http" }:
                AddHttp(task, parameters);
                break;
            case { Kind: ResourceKind.Optimized, Service: "apigateway" }:
                AddApi(task, parameters);
                break;
            case { Kind: ResourceKind.Optimized, Service: "states" }:
                AddExecution(task, resource, parameters);
                break;
            case { Kind: ResourceKind.Optimized, Service: "eks", Action: "call" or "runJob" }:
                // The cluster itself decides, by its access entries.
                break;
            default:
                AddCall(task, resource, parameters);
                AddPassedRoles(task, parameters);
                break;
        }
    }

    /// <summary>The resource, also where only partition, region or account are left to a deployment; null where the whole is.</summary>
    private TaskResource? ResourceOf(TaskState task)
    {
        var text = task.Resource.Text;
        if (!text.Contains("${", StringComparison.Ordinal))
            return task.Resource;
        text = text.Replace("${AWS::Partition}", machine.Location.Partition, StringComparison.Ordinal)
            .Replace("${AWS::Region}", machine.Location.Region, StringComparison.Ordinal)
            .Replace("${AWS::AccountId}", machine.Location.AccountId, StringComparison.Ordinal);
        return TaskResource.Parse(text);
    }

    private void AddFunction(TaskState task, string arn, string why, string? width = null)
    {
        // Whether the version before all published ones is the function itself to IAM, AWS's guide does not say.
        const string Latest = ":$LATEST";
        var isLatest = arn.EndsWith(Latest, StringComparison.Ordinal);
        list.Add(
            "lambda:InvokeFunction", isLatest ? $"{arn[..^Latest.Length]}*" : arn, new(task.Name, why), Certainty.Certain,
            isLatest ? "a policy may name the function or its version $LATEST" : width);
    }

    /// <summary>See https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#connect-http-task-permissions.</summary>
    private void AddHttp(TaskState task, Known parameters)
    {
        var calls = new Reason(task.Name, "calls an HTTPS API");
        var conditions = new JsonObject.Builder();
        if (parameters["Method"].Text is { } method)
            conditions.Set("StringEquals", JsonObject.Of(("states:HTTPMethod", JsonValue.From(method))));
        if (parameters["ApiEndpoint"].Text is { } endpoint)
            conditions.Set("StringLike", JsonObject.Of(("states:HTTPEndpoint", JsonValue.From(endpoint))));
        var condition = conditions.ToObject();
        list.Add("states:InvokeHTTPEndpoint", machine.Arn, calls, condition: condition.Count == 0 ? null : condition);
        var connection = parameters["Authentication"]["ConnectionArn"];
        if (connection.IsAbsent)
            connection = parameters["InvocationConfig"]["ConnectionArn"];
        var (arn, width) = Resources.OfName("events", connection, "connection/{}");
        list.Add("events:RetrieveConnectionCredentials", arn, calls, width: width);
        foreach (var action in new[] { "secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret" })
            list.Add(action, Resources.Arn("secretsmanager", "secret:events!connection/*"), calls, width: "EventBridge names the connection's secret");
    }

    /// <summary>See https://docs.aws.amazon.com/step-functions/latest/dg/connect-api-gateway.html.</summary>
    private void AddApi(TaskState task, Known parameters)
    {
        var authentication = parameters["AuthType"];
        if (authentication.IsAbsent || authentication.Text == "NO_AUTH")
            return;
        var endpoint = parameters["ApiEndpoint"].Text;
        var id = endpoint?.Split('.')[0] ?? "*";
        var stage = parameters["Stage"].IsAbsent ? "*" : parameters["Stage"].Text ?? "*";
        var path = parameters["Path"].IsAbsent ? "*" : parameters["Path"].Text?.Trim('/') ?? "*";

        // A socket's client is spoken to under a path of its own.
        var action = path.StartsWith("@connections", StringComparison.Ordinal) ? "execute-api:ManageConnections" : "execute-api:Invoke";
        list.Add(
            action, Resources.Arn("execute-api", $"{id}/{stage}/{parameters["Method"].Text ?? "*"}/{path}"),
            new(task.Name, "calls an API of API Gateway"),
            authentication.Text == "IAM_ROLE" && !path.StartsWith('*') ? Certainty.Certain : Certainty.Possible,
            endpoint is null ? "the API is known only when it runs" : null);
    }

    /// <summary>See https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html.</summary>
    private void AddExecution(TaskState task, TaskResource resource, Known parameters)
    {
        const string Part = ":stateMachine:";
        var starts = new Reason(task.Name, "starts an execution");
        var arn = parameters["StateMachineArn"].Text;
        var isKnown = arn is not null && (Resources.IsPlaceholder(arn) || arn.Contains(Part, StringComparison.Ordinal));
        var width = isKnown ? null : "the state machine is known only when it runs";
        list.Add("states:StartExecution", isKnown ? arn! : Resources.Arn("states", "stateMachine:*"), starts, width: width);
        if (resource.Pattern is not (IntegrationPattern.RunJob or IntegrationPattern.RunJobJson))
            return;
        var waits = new Reason(task.Name, "waits for the execution's end");
        var at = isKnown ? arn!.IndexOf(Part, StringComparison.Ordinal) : -1;
        var executions = at < 0
            ? Resources.Arn("states", "execution:*")
            : $"{arn![..at]}:execution:{arn[(at + Part.Length)..].Split(':')[0]}:*";
        list.Add("states:DescribeExecution", executions, waits, Certainty.Documented, width);
        list.Add("states:StopExecution", executions, waits, Certainty.Documented, width);
        AddRule(task, resource);
    }

    private void AddCall(TaskState task, TaskResource resource, Known parameters)
    {
        var calls = new Reason(task.Name, $"calls {resource.Service}:{resource.EventName}");
        if (ServiceIntegration.Find(resource) is not { } integration)
        {
            AddForgotten(resource, calls);
            return;
        }

        var action = integration.Action;
        if (action is { Name: "TransactWriteItems", Service.Name: "dynamodb" })
        {
            AddTransaction(parameters, calls);
            return;
        }

        foreach (var (name, certainty) in IamActions.Of(action))
            AddOn(name, parameters, calls, certainty);
        AddSources(action, parameters, calls);
        if (integration.Optimized is { Lookup: { } lookup })
            AddOn($"{IamActions.Prefix(action.Service)}:{lookup.Action}", parameters, calls, Certainty.Certain);
        if (resource.Service == "athena")
            AddQuery(parameters, calls);
        if (resource is { Service: "ecs", Action: "runTask" })
            AddTaskRoles(calls);
        if (resource is { Service: "bedrock", Action: "invokeModel" })
            AddModelFiles(parameters, calls);
        if (resource.Pattern == IntegrationPattern.RunJob && integration.Optimized?.Job is { } job)
            AddJob(task, resource, action, job, parameters);
    }

    private void AddJob(TaskState task, TaskResource resource, ServiceAction started, ServiceJob job, Known parameters)
    {
        var waits = new Reason(task.Name, "waits for the job's end");
        foreach (var request in new[] { job.Describe, job.Stop })
        {
            if (request is null || started.Service.FindAction(request.Action) is not { } action)
                continue;
            foreach (var (name, _) in IamActions.Of(action))
                AddOn(name, parameters, waits, Certainty.Documented);
        }

        AddRule(task, resource);
        if (resource.Service == "sagemaker")
            list.Add("sagemaker:AddTags", "*", new(task.Name, "marks the job as its own"), Certainty.Documented);
    }

    /// <summary>Without the rule AWS refuses the state machine: the role is not authorized to create managed rules.</summary>
    private void AddRule(TaskState task, TaskResource resource)
    {
        var rule = Array.Find(Rules, rule => rule.Integration == $"{resource.Service}:{resource.Action}").Rule;
        if (rule is null)
            return;
        foreach (var action in RuleActions)
            list.Add(action, Resources.Arn("events", $"rule/{rule}"), new(task.Name, "is told of the end by a rule of EventBridge"));
    }

    private void AddOn(string action, Known parameters, Reason reason, Certainty certainty)
    {
        foreach (var (arn, width) in Resources.Of(action, parameters))
            list.Add(action, arn, reason, certainty, width);
    }

    /// <summary>An action of a service that AWS has given up, by the rule that most follow.</summary>
    private void AddForgotten(TaskResource resource, Reason calls)
    {
        if (resource is not { Kind: ResourceKind.AwsSdk, Action: [var first, .. var rest] })
            return;
        list.Add($"{resource.Service["aws-sdk:".Length..]}:{char.ToUpperInvariant(first)}{rest}", "*", calls, Certainty.Possible);
    }

    private void AddTransaction(Known parameters, Reason calls)
    {
        var isKnown = false;
        foreach (var (kind, value) in parameters["TransactItems"].Items.SelectMany(item => item.Members))
        {
            var (_, action) = Array.Find(TransactionActions, row => row.Item == kind);
            if (action is null)
                continue;
            isKnown = true;
            var (arn, width) = Resources.OfName("dynamodb", value["TableName"], "table/{}");
            list.Add(action, arn, calls, width: width);
        }

        if (isKnown)
            return;
        foreach (var (_, action) in TransactionActions)
            list.Add(action, Resources.Arn("dynamodb", "table/*"), calls, Certainty.Possible, "what it writes is known only when it runs");
    }

    /// <summary>What else a request reads or says of an object.</summary>
    private void AddSources(ServiceAction action, Known parameters, Reason calls)
    {
        if (action.Service.Name != "s3")
            return;
        if (action.Name is "CopyObject" or "UploadPartCopy")
        {
            var source = parameters["CopySource"].Text?.TrimStart('/').Split('?')[0];
            var arn = $"arn:{machine.Location.Partition}:s3:::{source ?? "*"}";
            list.Add("s3:GetObject", arn, calls, width: source is null ? "the source is known only when it runs" : null);
        }

        if (action.Name is "PutObject" or "CopyObject" && !parameters["Tagging"].IsAbsent && !parameters["Tagging"].IsOpen)
            AddOn("s3:PutObjectTagging", parameters, calls, Certainty.Documented);
        if (action.Name is "PutObject" or "CopyObject" && !parameters["ACL"].IsAbsent && !parameters["ACL"].IsOpen)
            AddOn("s3:PutObjectAcl", parameters, calls, Certainty.Documented);
    }

    /// <summary>See https://docs.aws.amazon.com/step-functions/latest/dg/connect-athena.html.</summary>
    private void AddQuery(Known parameters, Reason calls)
    {
        var location = parameters["ResultConfiguration"]["OutputLocation"].Text;
        var bucket = S3Uri().Match(location ?? "") is { Success: true } match ? match.Groups["bucket"].Value : null;
        var width = bucket is null ? "where results lie is not told" : null;
        var arn = $"arn:{machine.Location.Partition}:s3:::{bucket ?? "*"}";
        foreach (var action in new[] { "s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads" })
            list.Add(action, arn, calls, Certainty.Possible, width);
        foreach (var action in new[] { "s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload" })
            list.Add(action, $"{arn}/*", calls, Certainty.Possible, width);
        const string Tables = "which tables the query reads is not looked at";
        list.Add("athena:GetDataCatalog", Resources.Arn("athena", "datacatalog/*"), calls, Certainty.Possible, Tables);
        foreach (var action in new[] { "glue:GetDatabase", "glue:GetTable", "glue:GetPartition", "glue:GetPartitions" })
        {
            foreach (var kind in new[] { "catalog", "database/*", "table/*" })
                list.Add(action, Resources.Arn("glue", kind), calls, Certainty.Possible, Tables);
        }

        list.Add("lakeformation:GetDataAccess", "*", calls, Certainty.Possible, Tables);
    }

    private void AddTaskRoles(Reason calls) => list.Add(
        "iam:PassRole", $"arn:{machine.Location.Partition}:iam::{machine.Location.AccountId}:role/*", calls, Certainty.Possible,
        "the task definition names the roles of its tasks",
        JsonObject.Of(("StringEquals", JsonObject.Of(("iam:PassedToService", JsonValue.From("ecs-tasks.amazonaws.com"))))));

    private void AddModelFiles(Known parameters, Reason calls)
    {
        foreach (var (member, action) in new[] { ("Input", "s3:GetObject"), ("Output", "s3:PutObject") })
        {
            var uri = parameters[member]["S3Uri"];
            if (uri.IsAbsent || parameters[member].IsOpen)
                continue;
            var place = uri.Text?.Replace("s3://", "", StringComparison.Ordinal);
            var width = place is null ? "the object is known only when it runs" : null;
            list.Add(action, $"arn:{machine.Location.Partition}:s3:::{place ?? "*"}", calls, width: width);
        }
    }

    /// <summary>A role that a request hands to a service.</summary>
    private void AddPassedRoles(TaskState task, Known value)
    {
        foreach (var (name, member) in value.Members)
        {
            if (member.Text is { } text && name.Contains("Role", StringComparison.OrdinalIgnoreCase) && RoleArn().IsMatch(text))
                list.Add("iam:PassRole", text, new(task.Name, $"hands over the role in {name}"), Certainty.Documented);
            else
                AddPassedRoles(task, member);
        }

        foreach (var item in value.Items)
            AddPassedRoles(task, item);
    }

    [GeneratedRegex("^s3://(?<bucket>[^/]+)", RegexOptions.CultureInvariant)]
    private static partial Regex S3Uri();

    [GeneratedRegex("^arn:[^:]+:iam::[^:]*:role/", RegexOptions.CultureInvariant)]
    private static partial Regex RoleArn();
}
