using Stateside.Engine;
using Stateside.Engine.Execution;
using Stateside.Engine.Store;
using Stateside.Engine.Tasks;
using Stateside.Language;

namespace Stateside.Service.Api;

/// <summary>What the operations work on.</summary>
internal sealed class ServiceState(LocalService service)
{
    private long _ids;

    public ExecutionEngine Engine => service.Engine;

    public StateTester StateTests => service.StateTests;

    public StateMachineStore StateMachines => service.StateMachines;

    public ActivityQueue Activities => service.Activities;

    public string Arn(string kind, string name) => $"arn:aws:states:{service.Options.Region}:{service.Options.AccountId}:{kind}:{name}";

    public string NewId() => new Chance(Chance.Derive(service.Options.Seed, "revision", Interlocked.Increment(ref _ids))).NextId().ToString();

    public StateMachine FindStateMachine(string arn) => StateMachines.Find(arn)
        ?? throw new ApiException("StateMachineDoesNotExist", $"State Machine Does Not Exist: '{arn}'");
}
