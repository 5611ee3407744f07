using System.Collections.Frozen;
using Stateside.Language.Definitions;

namespace Stateside.Language.Services;

/// <summary>The action of a service that a Task's resource calls, and whether an optimized integration speaks or the SDK's.</summary>
/// <param name="Action">The action.</param>
/// <param name="Optimized">The optimized integration; null for <c>aws-sdk:</c>.</param>
internal sealed record ServiceIntegration(ServiceAction Action, OptimizedIntegration? Optimized)
{
    private const string SdkPrefix = "aws-sdk:";

    /// <summary>Services that AWS has given up and publishes no model of any more: what definitions ask of them is not looked at.</summary>
    private static readonly FrozenSet<string> GivenUp = new[]
    {
        "alexaforbusiness", "backupstorage", "codestar", "elasticinference", "elastictranscoder", "evidently", "gamesparks", "honeycode",
        "iot1clickdevices", "iot1clickprojects", "iotanalytics", "iotfleethub", "lookoutmetrics", "lookoutvision", "macie", "mobile",
        "nimble", "opsworks", "opsworkscm", "privatenetworks", "qldb", "qldbsession", "robomaker", "sms", "worklink",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether an SDK integration names an action that there is.</summary>
    public static bool IsKnown(TaskResource resource) =>
        Find(resource) is not null || GivenUp.Contains(resource.Service[SdkPrefix.Length..]);

    /// <summary>Finds what a resource calls.</summary>
    /// <param name="resource">The resource.</param>
    /// <returns>The integration; null when the resource calls no action of an AWS service's API.</returns>
    public static ServiceIntegration? Find(TaskResource resource)
    {
        switch (resource.Kind)
        {
            case ResourceKind.AwsSdk:
                return ServiceModels.Find(resource.Service[SdkPrefix.Length..])?.FindResource(resource.Action) is { } called
                    ? new ServiceIntegration(called, null)
                    : null;
            case ResourceKind.Optimized when OptimizedIntegrations.Find(resource) is { Service: { } service } optimized:
                return ServiceModels.Find(service.Name)?.FindAction(optimized.ActionName) is { } action ? new ServiceIntegration(action, optimized) : null;
            default:
                return null;
        }
    }

    /// <summary>What a member of a request or an answer is called in parameters and results.</summary>
    public string NameOf(ServiceMember member) => Optimized is null ? member.SdkName : member.OptimizedName;

    /// <summary>The member of a request's structure that a parameter is; null when it has none of that name.</summary>
    public ServiceMember? MemberOf(ServiceShape shape, string parameter) => shape.FindParameter(parameter, Optimized is not null);
}
