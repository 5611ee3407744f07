using System.Collections.Concurrent;
using Stateside.Engine;
using Stateside.Engine.Execution;
using Stateside.Engine.Execution.Running;
using Stateside.Engine.Execution.StateTests;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks;
using Stateside.Engine.Tasks.Mocks;
using Stateside.Service.Api.Requests;

namespace Stateside.Service.Api.Operations;

/// <summary>What the operations work on.</summary>
internal sealed class ServiceState(LocalService service)
{
    public ExecutionEngine Engine => service.Engine;

    public StateTester StateTests => service.StateTests;

    public ResourceCatalog Catalog => service.Catalog;

    public ActivityQueue Activities => service.Activities;

    public MockFile? Mocks => service.Options.Mocks;

    public Arns Arns { get; } = new(service.Options.Region, service.Options.AccountId);

    /// <summary>Which execution a map run belongs to, of the runs that somebody has asked for.</summary>
    public ConcurrentDictionary<string, string> MapRunOwners { get; } = new(StringComparer.Ordinal);

    /// <summary>An execution; refuses what is no ARN of one, or of none that there is.</summary>
    public ExecutionDescription Execution(string arn)
    {
        Arns.Execution(arn);
        return Engine.Describe(arn) ?? throw ApiException.NoExecution(arn);
    }

    /// <summary>Refuses what is no name of a machine, an execution or an activity.</summary>
    public static void CheckName(string name)
    {
        if (!ResourceName.IsValid(name))
            throw new ApiException("InvalidName", $"Invalid Name: '{name}'");
    }

    public PageRequest Page(int? maxResults, string? token, params ReadOnlySpan<string?> request) => new(Engine.Now, maxResults, token, request);
}
