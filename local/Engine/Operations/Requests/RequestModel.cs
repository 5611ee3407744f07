using System.Text;
using Stateside.Engine.History;

namespace Stateside.Engine.Operations.Requests;

/// <summary>
/// The members of all requests and their constraints: the one place that says what a request may look like, in the order and words of
/// the API model. See https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html.
/// </summary>
internal static class RequestModel
{
    private static readonly TextRule Arn = new(1, 256);
    private static readonly TextRule LongArn = new(1, 2000);
    private static readonly TextRule Name = new(1, 80);
    private static readonly TextRule AliasName = new(1, 80)
    {
        Pattern = new(
            @"^(?=.*[a-zA-Z_\-\.])[a-zA-Z0-9_\-\.]+$",
            text => text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') && text.Any(c => !char.IsAsciiDigit(c))),
    };
    private static readonly TextRule Definition = new(1, 1_048_576, IsSecret: true);
    private static readonly TextRule Description = new(0, 256, IsSecret: true);
    private static readonly TextRule Data = new(0, 262_144, IsSecret: true);
    private static readonly TextRule Error = new(0, 256, IsSecret: true);
    private static readonly TextRule Cause = new(0, 32_768, IsSecret: true);
    private static readonly TextRule TaskToken = new(1, 2048);
    private static readonly TextRule TraceHeader = new(0, 256) { Pattern = new(@"\p{ASCII}*", text => Ascii.IsValid(text)) };
    private static readonly TextRule ClientToken = new(1, 64) { Pattern = new("[!-~]+", text => text.All(c => c is >= '!' and <= '~')) };
    private static readonly TextRule AnyText = new();
    private static readonly TextRule NextToken = new(1, 1024);
    private static readonly NumberRule MaxResults = new(0, 1000);
    private static readonly FlagRule Flag = new();
    private static readonly TextRule MachineType = Words("STANDARD", "EXPRESS");
    private static readonly TextRule IncludedData = Words("ALL_DATA", "METADATA_ONLY");
    private static readonly TextRule StateName = new(1, 80, IsSecret: true);

    private static readonly ListRule Tags = new(new StructureRule(new("key", new TextRule(1, 128)), new("value", new TextRule(0, 256))));

    private static readonly StructureRule Logging = new(
        new("level", Words("ALL", "ERROR", "FATAL", "OFF")),
        new("includeExecutionData", Flag),
        new("destinations", new ListRule(new StructureRule(
            new MemberRule("cloudWatchLogsLogGroup", new StructureRule(new MemberRule("logGroupArn", Arn)))))));

    private static readonly StructureRule Tracing = new(new MemberRule("enabled", Flag));

    private static readonly StructureRule Encryption = new(
        new("kmsKeyId", new TextRule(1, 2048)),
        new("kmsDataKeyReusePeriodSeconds", new NumberRule(60, 900)),
        new("type", Words("AWS_OWNED_KEY", "CUSTOMER_MANAGED_KMS_KEY"), IsRequired: true));

    private static readonly ListRule Routing = new(
        new StructureRule(new("stateMachineVersionArn", Arn, IsRequired: true), new("weight", new NumberRule(0, 100), IsRequired: true)), 1, 2);

    private static readonly Dictionary<string, StructureRule> Requests = new(StringComparer.Ordinal)
    {
        ["CreateActivity"] = new(Needs("name", Name), Takes("tags", Tags), Takes("encryptionConfiguration", Encryption)),
        ["CreateStateMachine"] = new(
            Needs("name", Name), Needs("definition", Definition), Needs("roleArn", Arn), Takes("type", MachineType),
            Takes("loggingConfiguration", Logging), Takes("tags", Tags), Takes("tracingConfiguration", Tracing), Takes("publish", Flag),
            Takes("versionDescription", Description), Takes("encryptionConfiguration", Encryption)),
        ["CreateStateMachineAlias"] = new(Takes("description", Description), Needs("name", AliasName), Needs("routingConfiguration", Routing)),
        ["DeleteActivity"] = new(Needs("activityArn", Arn)),
        ["DeleteStateMachine"] = new(Needs("stateMachineArn", Arn)),
        ["DeleteStateMachineAlias"] = new(Needs("stateMachineAliasArn", Arn)),
        ["DeleteStateMachineVersion"] = new(Needs("stateMachineVersionArn", LongArn)),
        ["DescribeActivity"] = new(Needs("activityArn", Arn)),
        ["DescribeExecution"] = new(Needs("executionArn", Arn), Takes("includedData", IncludedData)),
        ["DescribeMapRun"] = new(Needs("mapRunArn", LongArn)),
        ["DescribeStateMachine"] = new(Needs("stateMachineArn", Arn), Takes("includedData", IncludedData)),
        ["DescribeStateMachineAlias"] = new(Needs("stateMachineAliasArn", Arn)),
        ["DescribeStateMachineForExecution"] = new(Needs("executionArn", Arn), Takes("includedData", IncludedData)),
        ["GetActivityTask"] = new(Needs("activityArn", Arn), Takes("workerName", Name)),
        ["GetExecutionHistory"] = new(
            Needs("executionArn", Arn), Takes("maxResults", MaxResults), Takes("reverseOrder", Flag), Takes("nextToken", NextToken),
            Takes("includeExecutionData", Flag)),
        ["ListActivities"] = new(Takes("maxResults", MaxResults), Takes("nextToken", NextToken)),
        ["ListExecutions"] = new(
            Takes("stateMachineArn", Arn),
            Takes("statusFilter", Words([.. ExecutionStatuses.Names, "PENDING_REDRIVE"])),
            Takes("maxResults", MaxResults), Takes("nextToken", new TextRule(1, 3096)), Takes("mapRunArn", LongArn),
            Takes("redriveFilter", Words("REDRIVEN", "NOT_REDRIVEN"))),
        ["ListMapRuns"] = new(Needs("executionArn", Arn), Takes("maxResults", MaxResults), Takes("nextToken", NextToken)),
        ["ListStateMachineAliases"] = new(Needs("stateMachineArn", Arn), Takes("nextToken", NextToken), Takes("maxResults", MaxResults)),
        ["ListStateMachineVersions"] = new(Needs("stateMachineArn", Arn), Takes("nextToken", NextToken), Takes("maxResults", MaxResults)),
        ["ListStateMachines"] = new(Takes("maxResults", MaxResults), Takes("nextToken", NextToken)),
        ["ListTagsForResource"] = new(Needs("resourceArn", Arn)),
        ["PublishStateMachineVersion"] = new(Needs("stateMachineArn", Arn), Takes("revisionId", AnyText), Takes("description", Description)),
        ["RedriveExecution"] = new(Needs("executionArn", Arn), Takes("clientToken", ClientToken)),
        ["SendTaskFailure"] = new(Needs("taskToken", TaskToken), Takes("error", Error), Takes("cause", Cause)),
        ["SendTaskHeartbeat"] = new(Needs("taskToken", TaskToken)),
        ["SendTaskSuccess"] = new(Needs("taskToken", TaskToken), Needs("output", Data)),
        ["StartExecution"] = new(Needs("stateMachineArn", Arn), Takes("name", Name), Takes("input", Data), Takes("traceHeader", TraceHeader)),
        ["StartSyncExecution"] = new(
            Needs("stateMachineArn", Arn), Takes("name", Name), Takes("input", Data), Takes("traceHeader", TraceHeader),
            Takes("includedData", IncludedData)),
        ["StopExecution"] = new(Needs("executionArn", Arn), Takes("error", Error), Takes("cause", Cause)),
        ["TagResource"] = new(Needs("resourceArn", Arn), Needs("tags", Tags)),
        ["TestState"] = new(
            Needs("definition", Definition), Takes("roleArn", Arn), Takes("input", Data), Takes("inspectionLevel", Words("INFO", "DEBUG", "TRACE")),
            Takes("revealSecrets", Flag), Takes("variables", Data), Takes("stateName", StateName),
            Takes("mock", new StructureRule(
                Takes("result", Data), Takes("errorOutput", new StructureRule(Takes("error", Error), Takes("cause", Cause))),
                Takes("fieldValidationMode", Words("STRICT", "PRESENT", "NONE")))),
            Takes("context", Data),
            Takes("stateConfiguration", new StructureRule(
                Takes("retrierRetryCount", new NumberRule(0)), Takes("errorCausedByState", StateName),
                Takes("mapIterationFailureCount", new NumberRule(0)), Takes("mapItemReaderData", Data)))),
        ["UntagResource"] = new(Needs("resourceArn", Arn), Needs("tagKeys", new ListRule(new TextRule(1, 128)))),
        ["UpdateMapRun"] = new(
            Needs("mapRunArn", LongArn), Takes("maxConcurrency", new NumberRule(0)),
            Takes("toleratedFailurePercentage", new NumberRule(0, 100, IsFraction: true)), Takes("toleratedFailureCount", new NumberRule(0))),
        ["UpdateStateMachine"] = new(
            Needs("stateMachineArn", Arn), Takes("definition", Definition), Takes("roleArn", Arn), Takes("loggingConfiguration", Logging),
            Takes("tracingConfiguration", Tracing), Takes("publish", Flag), Takes("versionDescription", Description),
            Takes("encryptionConfiguration", Encryption)),
        ["UpdateStateMachineAlias"] = new(
            Needs("stateMachineAliasArn", Arn), Takes("description", Description), Takes("routingConfiguration", Routing)),
        ["ValidateStateMachineDefinition"] = new(
            Needs("definition", Definition), Takes("type", MachineType), Takes("severity", Words("ERROR", "WARNING")),
            Takes("maxResults", new NumberRule(0, 100))),
    };

    /// <summary>The names of all operations.</summary>
    public static IEnumerable<string> Operations => Requests.Keys;

    /// <summary>The rules of an operation's request.</summary>
    public static StructureRule Of(string operation) => Requests[operation];

    private static MemberRule Needs(string name, Rule rule) => new(name, rule, IsRequired: true);

    private static MemberRule Takes(string name, Rule rule) => new(name, rule);

    private static TextRule Words(params string[] words) => new() { Words = words };
}
