using System.Collections.Concurrent;
using Stateside.Engine.Execution.Saving;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Items;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Running;

/// <summary>The runs of distributed Map states: those under way, and without a data file those that have ended too.</summary>
/// <param name="engine">The engine.</param>
/// <param name="options">How it is set up.</param>
/// <param name="archive">What is saved; null for memory alone.</param>
/// <param name="stopped">Fires when the engine ends.</param>
internal sealed class MapRuns(ExecutionEngine engine, EngineOptions options, ExecutionArchive? archive, CancellationToken stopped)
{
    private readonly ConcurrentDictionary<string, MapRunner> _runs = new(StringComparer.Ordinal);

    /// <summary>The executions in memory whose runs they are.</summary>
    private readonly ConcurrentDictionary<string, ExecutionActor> _parents = new(StringComparer.Ordinal);

    /// <summary>Begins a run, or lets it go on.</summary>
    public void Run(ExecutionActor parent, RunMapEffect effect) => Resume(parent, effect)();

    /// <summary>Takes in a run that is to go on.</summary>
    /// <returns>What lets it do so, once all executions around it are there.</returns>
    public Action Resume(ExecutionActor parent, RunMapEffect effect)
    {
        var before = archive is null && _runs.TryGetValue(effect.Run.Arn, out var known) ? known : null;
        _parents[effect.Run.Arn] = parent;
        var runner = new MapRunner(engine, this, parent, effect, before, stopped);
        _runs[effect.Run.Arn] = runner;
        return runner.Run;
    }

    /// <summary>Lets as many children of a run run at a time.</summary>
    public void Update(UpdateMapRunEffect effect) => Find(effect.MapRunArn)?.Update(effect.MaxConcurrency);

    /// <summary>Brings together what the children of a run gave.</summary>
    public void Finish(FinishMapRunEffect effect) => Find(effect.MapRunArn)?.Finish();

    /// <summary>Ends a run and its children.</summary>
    public void Stop(StopMapRunEffect effect) => Find(effect.MapRunArn)?.Stop();

    /// <summary>Tells a run that a child of it has ended.</summary>
    public void ChildEnded(ExecutionActor child)
    {
        if (child.Execution.Parent is { } parent)
            Find(parent.MapRunArn)?.ChildEnded(child);
    }

    /// <summary>Whether a child is one of the first of its run that ended without success.</summary>
    public bool IsAmongFirstFailed(RunningExecution child) =>
        child.Status != ExecutionStatus.Succeeded && child.Parent is { } parent && Find(parent.MapRunArn)?.HasFailedAtMost(options.KeptFailedChildren) == true;

    /// <summary>How a run stands; null where the file has to know that.</summary>
    public MapRunCounts? CountsOf(string mapRunArn) => Find(mapRunArn)?.Counts;

    /// <summary>The execution in memory that has begun a run; null when there is none.</summary>
    public ExecutionActor? ParentOf(string mapRunArn) => _parents.GetValueOrDefault(mapRunArn);

    /// <summary>A run is over, with all its children.</summary>
    public void Ended(MapRunner run)
    {
        // Without a file it is needed for a redrive, and to be asked how it stood.
        if (archive is null)
            return;
        archive.Store.Writer.Enqueue(new MapRunEnd(run.Arn, run.Counts, () => Remove(run)));
    }

    /// <summary>Lets go of the runs of an execution.</summary>
    public void Forget(RunningExecution execution)
    {
        foreach (var run in execution.MapRuns ?? [])
        {
            _parents.TryRemove(run.Arn, out _);
            if (_runs.TryGetValue(run.Arn, out var runner))
                Remove(runner);
        }
    }

    /// <summary>The items of a run.</summary>
    public IAsyncEnumerable<MapItem> ItemsOf(RunningExecution parent, RunMapEffect effect, CancellationToken cancellationToken) => effect.Run.Items switch
    {
        JsonArray items => Given(items.Select(item => new MapItem(item, MapItem.StateData))),
        JsonObject members => Given(members.Select(member => new MapItem(member.Value, MapItem.StateData, member.Key))),
        _ => options.ReadItems(new MapReading(parent, effect.Map, effect.Run.Reading!, effect.Run.MaxItems), cancellationToken),
    };

    /// <summary>Where what children give goes.</summary>
    public MapResults ResultsOf(RunningExecution parent, RunMapEffect effect) =>
        options.WriteResults(new MapWriting(parent, effect.Map, effect.Run.Arn, effect.Run.Writing));

    /// <summary>What the file has of a run's children, in the order of their items: the child, and the gathering it ended in.</summary>
    public IReadOnlyList<(ExecutionDescription Child, int Generation)> SavedChildren(string mapRunArn, int after, int limit) =>
        archive?.Children(mapRunArn, after, limit, arn => engine.FindActor(arn)?.Execution.Parent?.Generation ?? 0) ?? [];

    public static bool IsExpress(MapState map) => map.ItemProcessor.Processor!.Express;

    /// <summary>The ARN and the name of a child: the same again after a crash and after a redrive.</summary>
    public static (string Arn, string Name) ChildOf(RunningExecution parent, MapState map, string mapRunArn, int index) =>
        ChildOf(parent.StateMachine.Arn, parent.Seed, IsExpress(map), mapRunArn, index);

    /// <summary>The same of what is saved.</summary>
    public static (string Arn, string Name) ChildOf(string machineArn, ulong seed, bool isExpress, string mapRunArn, int index)
    {
        var name = new Chance(Chance.Derive(seed, mapRunArn, index)).NextId().ToString();
        var kind = isExpress ? ":express:" : ":execution:";
        return ($"{machineArn.Replace(":stateMachine:", kind, StringComparison.Ordinal)}/{ExecutionDescription.LabelOf(mapRunArn)}:{name}", name);
    }

    private MapRunner? Find(string mapRunArn) => _runs.GetValueOrDefault(mapRunArn);

    private void Remove(MapRunner run)
    {
        if (_runs.TryRemove(KeyValuePair.Create(run.Arn, run)))
            _ = run.ForgetAsync();
    }

    private static async IAsyncEnumerable<MapItem> Given(IEnumerable<MapItem> items)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (var item in items)
            yield return item;
    }
}

/// <summary>What a Map's reader is asked for.</summary>
/// <param name="Execution">The execution whose Map it is.</param>
/// <param name="Map">The Map.</param>
/// <param name="Parameters">What its reader's Parameters or Arguments came to.</param>
/// <param name="MaxItems">How many items there may be; null for any number.</param>
internal sealed record MapReading(RunningExecution Execution, MapState Map, JsonObject Parameters, long? MaxItems);

/// <summary>Where what a Map's children give goes.</summary>
/// <param name="Execution">The execution whose Map it is.</param>
/// <param name="Map">The Map.</param>
/// <param name="MapRunArn">The run.</param>
/// <param name="Parameters">What its writer's Parameters or Arguments came to; null where nothing is written to S3.</param>
internal sealed record MapWriting(RunningExecution Execution, MapState Map, string MapRunArn, JsonObject? Parameters);
