using Stateside.Engine.History;

namespace Stateside.Engine.Execution.Running;

/// <summary>What is kept in memory of executions, and when it is let go of.</summary>
public sealed partial class ExecutionEngine
{
    /// <summary>What the executions in memory weigh together.</summary>
    internal long Weight => Volatile.Read(ref _weight);

    /// <summary>Takes note that the executions in memory weigh so much more.</summary>
    internal void Weigh(long weight) => Interlocked.Add(ref _weight, weight);

    /// <summary>Keeps an execution that has ended in memory for a while.</summary>
    private void Keep(ExecutionActor actor)
    {
        // A large map run pushes out nothing but children of map runs.
        var isFirstFailed = actor.Execution.Parent is not null && _mapRuns.IsAmongFirstFailed(actor.Execution);
        if (actor.Execution is { Parent: not null, IsExpress: true } && !actor.HasTokens)
        {
            // Whose token is out can be told later that it comes too late.
            _keptChildren.Keep(actor.Execution, actor.History, isFirstFailed);
            Forget(actor);
            return;
        }

        _ended.Keep(actor, isChild: actor.Execution.Parent is not null && !isFirstFailed);
    }

    /// <summary>Takes note that a machine is gone: its newest execution is forgotten as all others are.</summary>
    internal void MachineRemoved(string machineArn)
    {
        if (_index.LetGo(machineArn) is { } newest)
            Keep(newest);
    }

    private void ForgetEnded(string arn)
    {
        if (_executions.TryGetValue(arn, out var actor) && actor.Execution.Status != ExecutionStatus.Running)
            Forget(actor);
    }

    private void Forget(ExecutionActor actor)
    {
        var isKnown = _executions.TryRemove(KeyValuePair.Create(actor.Execution.Arn, actor));
        actor.Unweigh();
        _index.Remove(actor);

        // One that was forgotten before may have been brought back: its tokens and map runs are those of who came back.
        if (!isKnown)
            return;
        _tasks.Forget(actor);
        _mapRuns.Forget(actor.Execution);
        if (actor.Execution.MapRuns is not null)
            _keptChildren.Forget(actor.Execution);
    }
}
