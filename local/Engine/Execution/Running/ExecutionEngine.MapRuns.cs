using Stateside.Engine.Execution.Saving;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Running;

/// <summary>Map runs, as those outside are told of them, and how their children begin.</summary>
public sealed partial class ExecutionEngine
{
    /// <summary>So many writes may wait before no more children of map runs are begun.</summary>
    private const int MostWaitingChildren = 1_000;

    /// <summary>So many executions wait for their turn before whoever begins children of a map run moves them himself.</summary>
    private const int MostQueuedChildren = 64;

    /// <summary>Called when a map run is over with all its children, which are too many to be told one by one.</summary>
    internal event Action<MapRunDescription>? MapRunEnded;

    /// <summary>Whether somebody wants to hear of that.</summary>
    internal bool TellsOfMapRuns => MapRunEnded is not null;

    /// <summary>A map run; null when there is none.</summary>
    internal MapRunDescription? DescribeMapRun(string arn) => _mapRuns.Describe(arn);

    /// <summary>Whether a child of a map run ended without success before a redrive of that, and has not gone on yet.</summary>
    internal bool IsPendingRedrive(ExecutionDescription child) => _mapRuns.IsPendingRedrive(child);

    /// <summary>The map runs that an execution has begun, oldest first.</summary>
    internal IReadOnlyList<MapRunDescription> MapRunsOf(string executionArn)
    {
        if (_executions.TryGetValue(executionArn, out var actor))
            return _mapRuns.Of(actor);
        return _archive?.Find(executionArn) is { } execution ? _mapRuns.Saved(execution.Number) : [];
    }

    /// <summary>How many children of a map run can still be asked for; null where all of them are kept.</summary>
    internal IReadOnlyDictionary<ExecutionStatus, long>? KeptChildren(string mapRunArn) => _archive is not null
        ? null
        : _index.Count(mapRunArn).Concat(_keptChildren.Count(mapRunArn))
            .GroupBy(count => count.Key).ToDictionary(counts => counts.Key, counts => counts.Sum(count => count.Value));

    /// <summary>Changes a map run that is under way: as many child executions run and may fail from now on.</summary>
    /// <param name="executionArn">The execution whose map run it is.</param>
    /// <param name="mapRunArn">The map run.</param>
    /// <param name="maxConcurrency">How many may run at a time, 0 for as many as the service allows; null leaves that as it is.</param>
    /// <param name="toleratedCount">How many may fail; null for no such limit.</param>
    /// <param name="toleratedPercentage">Which part of a hundred may fail; null for no such limit. Both null leave that as it is.</param>
    /// <returns>Completes when that is saved.</returns>
    /// <exception cref="KeyNotFoundException">There is no such execution.</exception>
    internal Task UpdateMapRunAsync(
        string executionArn, string mapRunArn, int? maxConcurrency, long? toleratedCount = null, double? toleratedPercentage = null)
    {
        var actor = FindActor(executionArn) ?? throw new KeyNotFoundException(executionArn);
        if (actor.IsHeld)
            throw new ExecutionHeldException(executionArn);
        return actor.PostAndWaitAsync(new UpdateMapRunMessage(mapRunArn, maxConcurrency, toleratedCount, toleratedPercentage));
    }

    /// <summary>Whether so much waits to be saved that whoever begins more only makes it wait longer.</summary>
    internal bool IsBehind => _archive?.Store.Writer.Waiting > MostWaitingChildren;

    /// <summary>Begins a child of a map run. One that is over may begin anew, under the name it had.</summary>
    /// <returns>The child of that name that is not over, and goes on; null where there was none.</returns>
    internal ExecutionActor? BeginChild(ParentLink parent, string arn, string name, MapState map, JsonValue input, bool isExpress)
    {
        var now = Moment;
        var owner = parent.Execution;
        var actor = NewActor(new RunningExecution
        {
            Arn = arn,
            Name = name,
            Number = isExpress ? MapRunRecords.NumberOf(parent.Index) : 0,
            StateMachine = owner.StateMachine,
            Definition = map.ItemProcessor,
            Input = input,
            StartDate = now.Wall,
            Seed = Chance.Derive(owner.Seed, name),
            Parent = parent,
            TestCase = owner.TestCase,
            IsExpress = isExpress,
            Deadline = now.Steady + Step.TimeLimit(null, isExpress),
        });
        while (!_executions.TryAdd(arn, actor))
        {
            if (!_executions.TryGetValue(arn, out var present))
                continue;
            if (!isExpress || present.Status == ExecutionStatus.Running)
                return present;
            Forget(present);
        }

        Take(actor);

        // Whoever begins many makes room by moving one himself.
        if (Volatile.Read(ref _queued) > MostQueuedChildren)
            actor.PostHere(StartMessage.Instance);
        else
            actor.Post(StartMessage.Instance);
        return null;
    }

    /// <summary>Tells that a map run is over.</summary>
    internal void Tell(MapRunDescription run) => MapRunEnded?.Invoke(run);

    /// <summary>Tells that a child of a map run begins, which is no turn of the execution around it.</summary>
    internal void Tell(ExecutionActor actor, MapState map, int index)
    {
        if (Facts.ReportsTransitions)
            TellTransitions(actor, [new Transition(map.Name, TransitionKind.Iteration, index)]);
    }
}
