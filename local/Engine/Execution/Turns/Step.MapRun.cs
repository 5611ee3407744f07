using Stateside.Engine.History;
using Stateside.Engine.Items;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Templates;

namespace Stateside.Engine.Execution.Turns;

/// <summary>
/// A distributed Map: what its fields come to, how many of its items may fail, and its end. Items and children are the map run's, which
/// begins with an effect and tells no more than is to be decided here.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html.
/// </summary>
internal partial class Step
{
    /// <summary>Begins a map run.</summary>
    private void Distribute(Frame frame, MapState state)
    {
        var reader = state.ItemReader;
        var raw = ContextOf(frame);
        var context = raw.With(DataFlow.EffectiveInput(state, raw));
        var items = reader is null ? FieldValues.Items(state.Items, state.QueryLanguage, context) : null;
        var concurrency = (int)Math.Min(FieldValues.Concurrency(state.MaxConcurrency, context), int.MaxValue);
        Append(frame, HistoryEvents.MapStarted(items is null ? 0 : MapItem.CountOf(items)));
        var run = new MapRunState
        {
            Arn = MapRunArnOf(frame, state),
            MapName = state.Name,
            IsExpress = state.ItemProcessor.Processor!.Express,
            Items = items,
            MaxItems = FieldValues.MaxItems(reader?.MaxItems, context),
            MaxConcurrency = concurrency,
            Batching = BatchingOf(state.ItemBatcher, context),
            Tolerance = new Tolerance(
                FieldValues.ToleratedCount(state.ToleratedFailureCount, context),
                state.ToleratedFailurePercentage is { } percentage ? FieldValues.Percentage(percentage, context) : null),
            Reading = reader is null ? null : Arguments(reader.Arguments, context),
            Writing = state.ResultWriter is { Resource: not null } writer ? Arguments(writer.Arguments, context) : null,
            StartDate = _now,
        };
        (_execution.MapRuns ??= []).Add(run);
        var group = frame.Group = new FrameGroup
        {
            Input = context.Input,
            Results = [],
            Concurrency = 0,
            Run = run,
            Generation = ++frame.Attempts,
        };
        frame.Phase = FramePhase.Gathering;
        Append(frame, HistoryEvents.MapRunStarted(run.Arn));
        if (run.MaxItems < 0)
            Fail(frame, FrameFailure.NegativeMaxItems);
        else
            (_effects ??= []).Add(RunOf(frame, state, group));
    }

    private static JsonObject Arguments(PayloadTemplate? arguments, EvaluationContext context) =>
        arguments?.Evaluate(context) as JsonObject ?? JsonObject.Empty;

    private string MapRunArnOf(Frame frame, MapState state)
    {
        var machine = _execution.StateMachine.Arn.Split(':');
        var chance = new Chance(Chance.Derive(_execution.Seed, state.Name, frame.LastEventId));
        return $"{string.Join(':', machine[..5])}:mapRun:{_execution.StateMachine.Name}/{state.Label ?? chance.NextId().ToString()}:{chance.NextId()}";
    }

    /// <summary>What lets a map run begin or go on. The frame stands still while it does, so that it can be asked what an item gives.</summary>
    public RunMapEffect RunOf(Frame frame, MapState state, FrameGroup group)
    {
        var run = group.Run!;

        // What an earlier version kept had been selected where it was in batches already, and its writer was asked at the end.
        var isSelected = run.Batching is null && state.ItemBatcher is not null;
        if (state.ResultWriter is { Resource: not null } writer)
        {
            var context = ContextOf(frame).With(group.Input);
            _budget.LetTakeLong();
            run.Writing ??= Arguments(writer.Arguments, context);
        }

        return new(
            frame.Id, group.Generation, state, run,
            state.ItemSelector is { } selector && !isSelected
                ? (index, item) => Selected(frame, selector, index, item, group.Input)
                : (_, item) => item.AsInput());
    }

    private (Frame Frame, MapState Map, FrameGroup Group, MapRunState Run)? FindRun(MapRunMessage message) =>
        _execution.FindFrame(message.FrameId) is { State: MapState map, Group: { Run: { } run } group } frame && group.Generation == message.Generation
            ? (frame, map, group, run)
            : null;

    private void TakeMapRunMessage(MapRunMessage message)
    {
        if (FindRun(message) is not var (frame, map, group, run))
            return;
        switch (message)
        {
            case MapRunNewsMessage news when group.Failure is null:
                if (!run.Tolerance.Allows(news.Failed, news.Items))
                    FailRun(frame, group, run, FrameFailure.Intolerable);
                else if (news.IsDone)
                    (_effects ??= []).Add(new FinishMapRunEffect(run.Arn));
                if (news is { IsDone: true, Items: 0 })
                    Report(map, TransitionKind.NoItems);
                break;
            case MapRunFailedMessage { Evaluation: { } evaluation }:
                FailEvaluation(frame, evaluation);
                break;
            case MapRunFailedMessage { Failure: { } failure }:
                Fail(frame, group.Failure ?? failure);
                break;
            case MapRunFinishedMessage when group.Failure is { } failure:
                run.HasResults = true;
                Fail(frame, failure);
                break;
            case MapRunFinishedMessage { Result: var result }:
                run.HasResults = true;
                Succeed(frame, group, result);
                break;
        }
    }

    /// <summary>Ends a map run that has not ended, and the children that still run.</summary>
    private void EndRun(MapRunState run, ExecutionStatus status)
    {
        if (run.Status != ExecutionStatus.Running)
            return;
        run.Become(status, _now);
        (_effects ??= []).Add(new StopMapRunEffect(run.Arn));
    }

    /// <summary>Fails a Map. What its children gave is written first, where the author wants it written.</summary>
    private void FailRun(Frame frame, FrameGroup group, MapRunState run, FrameFailure failure)
    {
        if (run.Writing is null)
        {
            Fail(frame, failure);
            return;
        }

        group.Failure = failure;
        (_effects ??= []).Add(new FinishMapRunEffect(run.Arn));
    }

    private void TakeMapRunUpdate(UpdateMapRunMessage update)
    {
        if (_execution.Frames().FirstOrDefault(frame => frame.Group?.Run?.Arn == update.MapRunArn)?.Group?.Run is not { } run)
            return;
        if (update.MaxConcurrency is { } concurrency)
            run.MaxConcurrency = concurrency;
        if (update.ToleratedCount is not null || update.ToleratedPercentage is not null)
            run.Tolerance = new Tolerance(update.ToleratedCount ?? run.Tolerance.Count, update.ToleratedPercentage ?? run.Tolerance.Percentage);
        run.IsChanged = true;
        (_effects ??= []).Add(new UpdateMapRunEffect(run.Arn, run.MaxConcurrency, run.Tolerance));
    }
}
