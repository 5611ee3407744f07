namespace Stateside.Language.Definitions;

/// <summary>How a Task waits for its work.</summary>
public enum IntegrationPattern
{
    /// <summary>Goes on with the answer.</summary>
    RequestResponse,

    /// <summary>Waits for the job to end (<c>.sync</c>).</summary>
    RunJob,

    /// <summary>The same, with the job's output as JSON (<c>.sync:2</c>).</summary>
    RunJobJson,

    /// <summary>Waits until someone gives back the task token (<c>.waitForTaskToken</c>).</summary>
    WaitForTaskToken,
}

/// <summary>What kind of worker a Task's resource names.</summary>
public enum ResourceKind
{
    /// <summary>A Lambda function by its own ARN.</summary>
    LambdaFunction,

    /// <summary>An activity that workers poll.</summary>
    Activity,

    /// <summary>An optimized integration such as <c>arn:aws:states:::dynamodb:putItem</c>.</summary>
    Optimized,

    /// <summary>An SDK integration such as <c>arn:aws:states:::aws-sdk:s3:getObject</c>.</summary>
    AwsSdk,
}

/// <summary>
/// The parsed Resource of a Task.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/connect-to-resource.html.
/// </summary>
/// <param name="Text">The ARN as it is written.</param>
/// <param name="Kind">What kind of worker it names.</param>
/// <param name="Service">
/// What the history calls the resource type: lambda, activity, dynamodb, states, or aws-sdk:s3.
/// </param>
/// <param name="Action">What the history calls the resource, without the pattern: invoke, putItem; empty for a function or an activity.</param>
/// <param name="Pattern">How the Task waits.</param>
public sealed record TaskResource(string Text, ResourceKind Kind, string Service, string Action, IntegrationPattern Pattern)
{
    /// <summary>The resource as history events spell it, such as <c>startExecution.sync:2</c>.</summary>
    public string EventName { get; } = Action + Pattern switch
    {
        IntegrationPattern.RunJob => ".sync",
        IntegrationPattern.RunJobJson => ".sync:2",
        IntegrationPattern.WaitForTaskToken => ".waitForTaskToken",
        _ => "",
    };

    /// <summary>Reads a resource.</summary>
    /// <param name="text">The ARN.</param>
    /// <returns>The resource, or null when the text names no kind of worker.</returns>
    public static TaskResource? Parse(string text)
    {
        var parts = text.Split(':');
        if (parts.Length < 6 || parts[0] != "arn" || parts[1].Length == 0)
            return null;
        if (parts[2] == "lambda" && parts[5] == "function" && parts.Length is 7 or 8)
            return new TaskResource(text, ResourceKind.LambdaFunction, "lambda", "", IntegrationPattern.RequestResponse);
        if (parts[2] != "states")
            return null;
        if (parts[5] == "activity" && parts.Length == 7)
            return new TaskResource(text, ResourceKind.Activity, "activity", "", IntegrationPattern.RequestResponse);

        // An integration may name a region and an account, as an activity must.
        var rest = string.Join(':', parts[5..]);
        var pattern = IntegrationPattern.RequestResponse;
        foreach (var (suffix, its) in Suffixes)
        {
            if (rest.EndsWith(suffix, StringComparison.Ordinal))
            {
                rest = rest[..^suffix.Length];
                pattern = its;
                break;
            }
        }

        var colon = rest.LastIndexOf(':');
        if (colon <= 0 || colon == rest.Length - 1)
            return null;
        var (service, action) = (rest[..colon], rest[(colon + 1)..]);
        if (service.StartsWith("aws-sdk:", StringComparison.Ordinal))
            return new TaskResource(text, ResourceKind.AwsSdk, service, action, pattern);
        return service.Contains(':', StringComparison.Ordinal) ? null : new TaskResource(text, ResourceKind.Optimized, service, action, pattern);
    }

    private static readonly (string Suffix, IntegrationPattern Pattern)[] Suffixes =
    [
        (".sync:2", IntegrationPattern.RunJobJson),
        (".sync", IntegrationPattern.RunJob),
        (".waitForTaskToken", IntegrationPattern.WaitForTaskToken),
    ];
}
