using Stateside.Engine.Execution;
using Stateside.Engine.Store;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks;

/// <summary>
/// Names and texts of what services refuse. An SDK has an exception for each error that the service's model has, and one that stands for
/// all others; state machines see its name.
/// </summary>
internal static class ServiceFailures
{
    /// <summary>The failure of a Task whose request a service refused.</summary>
    public static TaskOutcome.Failed Of(ServiceIntegration integration, ServiceError error, TaskStage stage = TaskStage.Run) =>
        integration.Optimized?.Service is { } optimized
            ? Of(integration.Action.Service, optimized, error, stage)
            : Of(integration.Action.Service, error, stage);

    /// <summary>The failure of an SDK integration.</summary>
    public static TaskOutcome.Failed Of(ServiceModel service, ServiceError error, TaskStage stage = TaskStage.Run)
    {
        var name = Modeled(service, error) is { } modeled ? MemberNames.SdkException(modeled) : $"{service.ClientName}Exception";
        return TaskFailures.Of($"{service.ClientName}.{name}", error.SdkCause(service.ClientName), stage);
    }

    /// <summary>The failure of an optimized integration.</summary>
    public static TaskOutcome.Failed Of(
        ServiceModel service, OptimizedService optimized, ServiceError error, TaskStage stage = TaskStage.Run)
    {
        var name = Modeled(service, error) is { } modeled ? MemberNames.OptimizedException(modeled) : optimized.Exception;
        return TaskFailures.Of($"{optimized.ErrorPrefix}.{name}", error.OptimizedCause(optimized.SdkName), stage);
    }

    private static string? Modeled(ServiceModel service, ServiceError error) =>
        error.Code == ServiceError.NotSent ? error.Code : service.FindError(error.Code);
}
