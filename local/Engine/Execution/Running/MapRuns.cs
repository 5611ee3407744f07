using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Stateside.Engine.Execution.Saving;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Items;
using Stateside.Engine.Store;
using Stateside.Engine.Store.Data;
using Stateside.Language.Definitions;
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

    /// <summary>Whether a file has what becomes of runs and children.</summary>
    public bool AreSaved => archive is not null;

    /// <summary>Begins a run, or lets it go on.</summary>
    public void Run(ExecutionActor parent, RunMapEffect effect) => Resume(parent, effect)();

    /// <summary>Takes in a run that is to go on.</summary>
    /// <returns>What lets it do so, once all executions around it are there.</returns>
    public Action Resume(ExecutionActor parent, RunMapEffect effect)
    {
        // What a turn lets out that was under way when the service ended is for the next one.
        if (stopped.IsCancellationRequested)
            return () => { };
        _parents[effect.Run.Arn] = parent;
        var runner = new MapRunner(engine, this, parent, effect, Find(effect.Run.Arn), stopped);
        _runs[effect.Run.Arn] = runner;
        return runner.Run;
    }

    /// <summary>Lets as many children of a run run at a time, and as many items fail.</summary>
    public void Update(UpdateMapRunEffect effect) => Find(effect.MapRunArn)?.Update(effect.MaxConcurrency, effect.Tolerance);

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

    /// <summary>Whether a child ended without success before a redrive of its run, and has not gone on yet.</summary>
    public bool IsPendingRedrive(ExecutionDescription child) => child is { MapRunArn: { } arn, ItemIndex: { } index } && Find(arn)?.IsPendingRedrive(index) == true;

    /// <summary>A run; null when there is none.</summary>
    public MapRunDescription? Describe(string mapRunArn)
    {
        if (_parents.TryGetValue(mapRunArn, out var parent))
            return Of(parent, mapRunArn) is [var run, ..] ? run : null;
        return archive?.FindRun(mapRunArn) is { } saved ? Describe(saved) : null;
    }

    /// <summary>The runs of an execution in memory, oldest first.</summary>
    public IReadOnlyList<MapRunDescription> Of(ExecutionActor parent) =>
        Of(parent, null);

    private IReadOnlyList<MapRunDescription> Of(ExecutionActor parent, string? mapRunArn) =>
        [.. parent.MapRuns().Where(run => mapRunArn is null || run.Arn == mapRunArn).Select(run => Describe(run, parent.Execution.Arn, parent.Execution.StateMachine.Arn, CountsOf(run.Arn)))];

    /// <summary>The runs of an execution that the file has, oldest first.</summary>
    public IReadOnlyList<MapRunDescription> Saved(long execution) => [.. archive?.MapRuns(execution).Select(Describe) ?? []];

    private MapRunDescription Describe(ArchivedMapRun saved) =>
        Describe(saved.Saved.Run, saved.Saved.ExecutionArn, saved.Saved.MachineArn, Find(saved.Row.Arn)?.Counts ?? archive!.CountsOf(saved));

    private MapRunCounts CountsOf(string mapRunArn) =>
        Find(mapRunArn)?.Counts ?? (archive?.FindRun(mapRunArn) is { } saved ? archive.CountsOf(saved) : new MapRunCounts(default, default, false, []));

    private static MapRunDescription Describe(MapRunState run, string executionArn, string machineArn, MapRunCounts counts) => new(
        run.Arn, executionArn, $"{machineArn}/{MapRunState.LabelOf(run.Arn)}", run.MapName, run.Status, run.StartDate, run.StopDate,
        run.MaxConcurrency, run.Tolerance.Count, run.Tolerance.Percentage, run.RedriveCount, run.RedriveDate, ResultsOf(run), counts);

    /// <summary>Where what its children give is written; null where that becomes the state's own result, or it ended with nothing written.</summary>
    private static string? ResultsOf(MapRunState run) =>
        (run.Status == ExecutionStatus.Running || run.HasResults) && run.Writing is { } parameters && ObjectStorage.Text(parameters, "Bucket") is { } bucket
        ? $"s3://{bucket}/{WrittenResults.FolderOf(parameters, run.Arn)}/"
        : null;

    /// <summary>A run is over, with all its children.</summary>
    public void Ended(MapRunner run)
    {
        if (stopped.IsCancellationRequested)
            return;
        if (engine.TellsOfMapRuns)
            _ = TellAsync(run);

        // Without a file it is needed for a redrive, and to be asked how it stood.
        archive?.Store.Writer.Enqueue(new MapRunEnd(run.Arn, run.Counts, () => Remove(run), e => engine.ReportDefect(run.Arn, e)));
    }

    /// <summary>Tells what a run came to, once its execution has taken note of that.</summary>
    private async Task TellAsync(MapRunner run)
    {
        if (!_parents.TryGetValue(run.Arn, out var parent))
            return;
        for (var isSaved = false; !isSaved;)
        {
            try
            {
                await parent.PostAndWaitAsync(ContinueMessage.Instance).ConfigureAwait(false);
                isSaved = true;
            }
            catch (DataNotSavedException)
            {
                // It waits for the disk.
            }
        }

        engine.Attempt(parent, () =>
        {
            if (Describe(run.Arn) is { } ended)
                engine.Tell(ended);
        });
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
    /// <param name="parent">The execution.</param>
    /// <param name="effect">The run.</param>
    /// <param name="setShare">Is given what tells which part of the object is read that items come from; not called where nothing tells.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="MapItemsException">They cannot be read.</exception>
    /// <exception cref="MapTaskException">Whoever was asked for them failed.</exception>
    public async IAsyncEnumerable<MapItem> ItemsOf(
        ExecutionActor parent, RunMapEffect effect, Action<Func<double?>?> setShare, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        switch (effect.Run.Items)
        {
            case JsonArray items:
                foreach (var item in items)
                    yield return new MapItem(item, MapItem.StateData);
                yield break;
            case JsonObject members:
                foreach (var (name, value) in members)
                    yield return new MapItem(value, MapItem.StateData, name);
                yield break;
        }

        var reader = effect.Map.ItemReader!;
        var asked = new JsonObject.Builder(3).Set("Parameters", effect.Run.Reading!).Set("ReaderConfig", reader.Configuration);
        if (effect.Run.MaxItems is { } most)
            asked.Set("MaxItems", JsonValue.From(most));
        switch (await PerformAsync(parent, effect, reader.Resource, asked.ToObject(), cancellationToken).ConfigureAwait(false))
        {
            case TaskOutcome.Reading { Items: var items, Share: var share }:
                setShare(share);
                await foreach (var item in items.WithCancellation(cancellationToken).ConfigureAwait(false))
                    yield return item;
                break;
            case TaskOutcome.Completed { Output: JsonArray items }:
                foreach (var item in items)
                    yield return new MapItem(item, MapItem.StateData);
                break;
            default:
                throw new MapItemsException("Attempting to map over non-iterable node.");
        }
    }

    /// <summary>Where what children give goes.</summary>
    /// <exception cref="MapTaskException">Whoever was asked for that failed.</exception>
    public async ValueTask<MapResults> ResultsOfAsync(ExecutionActor parent, RunMapEffect effect, CancellationToken cancellationToken)
    {
        if (effect.Run.Writing is not { } parameters)
            return MapResults.Gathered(effect.Map.ResultWriter);
        var writer = effect.Map.ResultWriter!;
        var asked = JsonObject.Of(("Parameters", parameters), ("WriterConfig", writer.Configuration), ("MapRunArn", JsonValue.From(effect.Run.Arn)));
        return await PerformAsync(parent, effect, writer.Resource!, asked, cancellationToken).ConfigureAwait(false) switch
        {
            TaskOutcome.Writing { Results: var results } => results,
            TaskOutcome.Completed { Output: var output } => MapResults.Given(output),
            _ => throw new MapItemsException("Nothing takes results here."),
        };
    }

    private async ValueTask<TaskOutcome> PerformAsync(
        ExecutionActor parent, RunMapEffect effect, TaskResource resource, JsonObject asked, CancellationToken cancellationToken)
    {
        if (options.HandlerOf(resource) is not { } handler)
            throw new MapTaskException(TaskFailure.NotPerformed(resource.Text));
        var request = new TaskRequest(resource, asked, $"{effect.Run.Arn}:{resource.Action}", parent.Describe(), effect.Map.Name);

        // One that does not listen keeps nobody waiting: its run may be over, and a redrive of it may have begun.
        var outcome = await handler.StartAsync(request, cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
        if (outcome is TaskOutcome.Delayed delayed)
        {
            await engine.PauseAsync(request.Execution, delayed.After, cancellationToken).ConfigureAwait(false);
            outcome = delayed.Outcome;
        }

        return outcome is TaskOutcome.Failed { Failure: var failure } ? throw new MapTaskException(failure) : outcome;
    }

    /// <summary>What the file has of a run's children, in the order of their items: the child, and the gathering it ended in.</summary>
    public IReadOnlyList<(ExecutionDescription Child, int Generation)> SavedChildren(string mapRunArn, int after, int limit) =>
        archive?.Children(mapRunArn, after, limit, arn => engine.FindActor(arn)?.Execution.Parent?.Generation ?? 0) ?? [];

    private MapRunner? Find(string mapRunArn) => _runs.GetValueOrDefault(mapRunArn);

    private void Remove(MapRunner run)
    {
        if (_runs.TryRemove(KeyValuePair.Create(run.Arn, run)))
            _ = run.DisposeAsync().AsTask();
    }
}

/// <summary>Whoever was to read items or to write results failed.</summary>
/// <param name="failure">Why.</param>
internal sealed class MapTaskException(TaskFailure failure) : Exception(failure.Cause)
{
    /// <summary>Why.</summary>
    public TaskFailure Failure => failure;
}
