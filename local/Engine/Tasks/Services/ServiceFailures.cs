using Stateside.Engine.Execution;
using Stateside.Engine.Store;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services;

/// <summary>
/// Names and texts of what services refuse. An SDK has an exception for each error that the service's model has, and one that stands for
/// all others; state machines see its name.
/// </summary>
internal static class ServiceFailures
{
    /// <summary>The failure of a Task whose request a service refused.</summary>
    public static TaskOutcome.Failed Of(ServiceIntegration integration, ServiceError error, TaskStage stage = TaskStage.Run)
    {
        var service = integration.Action.Service;
        var modeled = error.Code == ServiceError.NotSent ? ServiceError.NotSent : service.FindError(error.Code);
        if (integration.Optimized?.Service is { } optimized)
        {
            var exception = modeled is null ? optimized.Exception : MemberNames.OptimizedException(modeled);
            return TaskFailures.Of($"{optimized.ErrorPrefix}.{exception}", error.OptimizedCause(optimized.SdkName), stage);
        }

        var name = modeled is null ? $"{service.ClientName}Exception" : MemberNames.SdkException(modeled);

        // Of Step Functions it is recorded that the SDK tells how often it tried.
        var cause = service.Name == "sfn" ? error.SdkCause(service.ClientName) : error.ServiceCause(service.ClientName);
        return TaskFailures.Of($"{service.ClientName}.{name}", cause, stage);
    }
}
