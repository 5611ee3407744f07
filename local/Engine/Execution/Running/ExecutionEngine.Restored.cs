using System.Collections.Concurrent;
using Stateside.Engine.History;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;

namespace Stateside.Engine.Execution.Running;

/// <summary>Executions that the file has and this process did not begin: those that are brought back, held or set aside.</summary>
public sealed partial class ExecutionEngine
{
    private readonly ConcurrentDictionary<string, RecordDamagedException> _damaged = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RecordDamagedException> _setAside = new(StringComparer.Ordinal);

    /// <summary>Called once for each thing of which something that is saved cannot be read.</summary>
    internal event Action<RecordDamagedException>? Damaged;

    /// <summary>What was found so far that cannot be read.</summary>
    internal IReadOnlyCollection<RecordDamagedException> KnownDamage => [.. _damaged.Values.OrderBy(damage => damage.Subject, StringComparer.Ordinal)];

    /// <summary>Lets every execution that had not ended when the service last did go on; to be called once, before the first start.</summary>
    /// <returns>How many there are.</returns>
    public int Restore()
    {
        var restored = BringBack();
        restored?.GoOn();
        return restored?.Count ?? 0;
    }

    /// <summary>
    /// Brings back every execution that had not ended when the service last did, so that each can be asked for and stopped before any goes
    /// on; to be called once, before the first start.
    /// </summary>
    /// <returns>What lets them go on; null where nothing is kept.</returns>
    internal RestoredExecutions? BringBack() => _recovery?.Restore();

    /// <summary>Lets an execution go on that is held; every other one stays as it is.</summary>
    /// <returns>Whether it goes on now.</returns>
    /// <exception cref="KeyNotFoundException">There is no such execution.</exception>
    internal bool LetGoOn(string arn)
    {
        if (!_executions.TryGetValue(arn, out var actor))
        {
            Archived(arn);
            return false;
        }

        if (!actor.IsHeld)
            return false;
        UnderWay?.LetGo(actor.Execution.Number);
        Enter();
        var goesOn = GoOn(actor);
        Leave();
        if (goesOn)
            Tell(actor, isEnd: false);
        return goesOn;
    }

    /// <summary>Lets an execution go on that was brought back. One that cannot is set aside, so that the others do.</summary>
    /// <returns>Whether it goes on now.</returns>
    internal bool GoOn(ExecutionActor actor)
    {
        try
        {
            return actor.GoOn();
        }
        catch (Exception e)
        {
            var arn = actor.Execution.Arn;
            if (e is not RecordDamagedException)
                ReportDefect(arn, e);
            actor.Abandon(e);
            if (RecordDamagedException.Of(arn, e) is { } damage)
                SetAside(arn, damage);
            return false;
        }
    }

    /// <summary>Notes which executions are worked on; null where nothing is kept.</summary>
    internal UnderWay? UnderWay => _archive?.Store.UnderWay;

    /// <summary>Leaves an execution as it is saved, since what is saved of it cannot be read.</summary>
    internal void SetAside(string arn, RecordDamagedException e)
    {
        if (_executions.TryGetValue(arn, out var actor))
            Refused(actor);
        _setAside[arn] = e;
        ReportDamage(e);
    }

    /// <summary>Tells of what cannot be read, once.</summary>
    internal void ReportDamage(RecordDamagedException e)
    {
        if (_damaged.TryAdd(e.Subject, e))
            Damaged?.Invoke(e);
    }

    /// <summary>The execution of an ARN, in memory or brought back; null when there is none.</summary>
    internal ExecutionActor? FindActor(string arn)
    {
        if (_executions.TryGetValue(arn, out var actor))
            return actor;
        return _archive?.Store.Queries.Find(arn) is { } row ? _recovery!.Recall(row) : null;
    }

    /// <summary>Takes in an execution that was brought back, unless it is there already.</summary>
    internal ExecutionActor Adopt(ExecutionActor actor)
    {
        var known = _executions.GetOrAdd(actor.Execution.Arn, actor);
        if (known != actor)
            return known;
        if (actor.Execution.Status == ExecutionStatus.Running)
        {
            Take(actor);
        }
        else
        {
            actor.Weigh();
            _index.Add(actor);
            Keep(actor);
        }

        return actor;
    }

    private ExecutionDescription Archived(string arn) => FindArchived(arn) ?? throw new KeyNotFoundException(arn);

    private ExecutionDescription? FindArchived(string arn)
    {
        if (_setAside.TryGetValue(arn, out var damage))
            throw damage;
        return _archive is null ? _keptChildren.Find(arn) : _archive.Find(arn);
    }

    /// <summary>What is saved does not say which executions are held or set aside.</summary>
    private IReadOnlyList<ExecutionDescription> AsKnown(IReadOnlyList<ExecutionDescription> saved)
    {
        if (_setAside.IsEmpty && UnderWay?.HasSuspects != true)
            return saved;
        return
        [
            .. saved.Select(e => e.Status != ExecutionStatus.Running ? e
                : _setAside.TryGetValue(e.Arn, out var damage) ? e with { Damage = damage.Message }
                : _executions.TryGetValue(e.Arn, out var actor) && actor.IsHeld ? e with { IsHeld = true } : e),
        ];
    }
}
