using Stateside.Engine.Execution.Turns;
using Stateside.Engine.History;
using Stateside.Engine.Items;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.StateTests;

/// <summary>The test of a state goes on with a result or a failure that was made up.</summary>
internal sealed record MockedMessage(JsonValue? Result, FrameFailure? Failure) : Message;

/// <summary>
/// A step of the test of one state: where it differs from an execution's. The state finds what the test gives it, and the test ends
/// when the state is left, is to be tried again, or fails.
/// </summary>
/// <param name="execution">The execution of the state alone.</param>
/// <param name="facts">What the service knows.</param>
/// <param name="now">The time of this turn.</param>
/// <param name="probe">Takes what is learnt.</param>
internal sealed class StateTestStep(RunningExecution execution, StepFacts facts, Moment now, StateProbe probe) : Step(execution, facts, now)
{
    private readonly RunningExecution _execution = execution;
    private readonly StateTest _test = probe.Test;

    protected override VariableScope FirstVariables => new(_test.Variables);

    protected override int FirstRetryCount => _test.RetryCount;

    protected override string? RoleArn => _test.RoleArn;

    protected override Inspection? Inspection => probe.Inspection;

    protected override void Take(Message message)
    {
        if (message is MockedMessage mocked)
            TakeMocked(mocked);
        else
            base.Take(message);
    }

    protected override JsonObject ContextObjectOf(Frame frame, string? token, ContextItem? item) =>
        _test.ContextObject ?? base.ContextObjectOf(frame, token, item ?? _test.MapItem);

    // A test has no history whose events a cause could name.
    protected override string CauseOf(Frame frame, StatesException e) => e.Cause;

    // A test is given what the branches made; AWS does not even look at what they would be given.
    protected override void Branch(Frame frame, ParallelState state) => Gather(frame, HistoryEvents.ParallelStarted());

    protected override void Gather(Frame frame, MapState state)
    {
        var raw = ContextOf(frame);
        var context = raw.With(DataFlow.EffectiveInput(state, raw));
        var items = ItemsOf(state, context);
        if (_test.FailedIterations > items.Count && (state.ItemReader is null || _test.ReaderItems is not null || items.Count > 0))
            throw StateTestReader.Invalid("MapIterationFailureCount cannot exceed the number of items in the input.");
        var inspection = probe.Inspection;
        inspection.MaxConcurrency = FieldValues.Concurrency(state.MaxConcurrency, context);
        Gather(frame, HistoryEvents.MapStarted(items.Count));
        probe.ToleratedFailures = FieldValues.ToleratedFailures(state.ToleratedFailureCount, state.ToleratedFailurePercentage, items.Count, context);
        if (state.ToleratedFailureCount is { } count)
            inspection.ToleratedFailureCount = FieldValues.Integer(count, context);
        if (state.ToleratedFailurePercentage is { } percentage)
            inspection.ToleratedFailurePercentage = FieldValues.Percentage(percentage, context);
        var inputs = state.ItemSelector is { } selector
            ? inspection.AfterItemSelector = JsonArray.Of([.. items.Select((item, index) => Selected(frame, selector, index, item, context.Input))])
            : Inputs(items);
        if (state.ItemBatcher is { } batcher)
            inspection.AfterItemBatcher = Batch(inputs, BatchingOf(batcher, context)!);
    }

    /// <summary>A retrier is for the failure: the test ends with how long it would pause, or goes on where it has no attempts left.</summary>
    protected override bool Retry(Frame frame, WorkState state, int index, FrameFailure failure)
    {
        var retrier = state.Retry[index];
        probe.Failure = failure;
        probe.RetryIndex = index;
        if (_test.RetryCount >= retrier.MaxAttempts)
            return false;

        // With full jitter it is the longest pause: who tests wants the same answer each time.
        probe.Pause = Pause(frame, retrier with { FullJitter = false }, _test.RetryCount);
        Close(ExecutionStatus.Failed);
        return true;
    }

    protected override void Catch(Frame frame, WorkState state, int index, FrameFailure failure)
    {
        probe.Failure = failure;
        probe.CatchIndex = index;
        base.Catch(frame, state, index, failure);
    }

    /// <summary>The state under test was left: whatever comes after it is no part of the test.</summary>
    protected override void Left(Frame frame, Departure departure, string? next)
    {
        probe.Departure = departure;
        probe.Next = next;
        Close(ExecutionStatus.Succeeded);
    }

    private void Gather(Frame frame, EventContent started)
    {
        Append(frame, started);
        frame.Phase = FramePhase.Gathering;
    }

    /// <summary>What was mocked takes the place of whatever the state waits for.</summary>
    private void TakeMocked(MockedMessage mocked)
    {
        if (_execution.Root is not { Phase: FramePhase.Working or FramePhase.Gathering } frame)
            return;
        frame.Result = mocked.Result;
        frame.Failure = mocked.Failure ?? Intolerable(frame);
        Returning(frame);
    }

    private FrameFailure? Intolerable(Frame frame)
    {
        // AWS holds the count against the author's own thresholds only; without one a mocked result stands.
        var isLimited = frame.State is MapState map && (map.ToleratedFailureCount ?? map.ToleratedFailurePercentage) is not null;
        return isLimited && _test.FailedIterations > probe.ToleratedFailures
            ? FrameFailure.Intolerable
            : null;
    }

    /// <summary>What iterations are given where nothing selects.</summary>
    private static JsonArray Inputs(IEnumerable<MapItem> items) => JsonArray.Of(items.Select(item => item.AsInput()));

    /// <summary>The items that a test gives in place of a reader's, apart or as the state's input.</summary>
    private IReadOnlyList<MapItem> ItemsOf(MapState state, EvaluationContext context)
    {
        if (state.ItemReader is not { } reader)
            return ItemsInState(state, context, state.QueryLanguage == QueryLanguage.JsonPath);
        if (new ReaderSettings(reader.Configuration).ItemsPointer is not null)
            probe.Inspection.AfterItemsPointer = _test.ReaderItems;
        var source = SourceOf(reader, context);
        IReadOnlyList<MapItem> read = _test.ReaderItems is { } given ? [.. given.Select(item => new MapItem(item, source))] : ItemsInInput(state, context);
        return FieldValues.MaxItems(reader.MaxItems, context) switch
        {
            null => read,
            < 0 => throw new StatesException(FrameFailure.NegativeMaxItems.Error!, FrameFailure.NegativeMaxItems.Cause!),
            var most => [.. read.Take((int)Math.Min(most.Value, int.MaxValue))],
        };
    }

    /// <summary>Where a reader would have found what a test gives in its place.</summary>
    private static string SourceOf(ItemReader reader, EvaluationContext context) => reader.Arguments?.Evaluate(context) is JsonObject asked
        ? ItemSources.AddressOf(reader.Resource, asked)
        : MapItem.StateData;

    /// <summary>
    /// What a reader would have read, given as the state's input. An input that is no list is the reader's own, and there are no items.
    /// </summary>
    private MapItem[] ItemsInInput(MapState state, EvaluationContext context)
    {
        if (state.QueryLanguage == QueryLanguage.JsonPath && state.Items is not null)
            return ItemsInState(state, context, isShown: true);
        return context.Input is JsonArray items ? [.. items.Select(item => new MapItem(item, MapItem.StateData))] : [];
    }

    private MapItem[] ItemsInState(MapState state, EvaluationContext context, bool isShown)
    {
        var given = FieldValues.Items(state.Items, state.QueryLanguage, context);
        MapItem[] items = [.. Enumerable.Range(0, MapItem.CountOf(given)).Select(index => MapItem.At(given, index))];
        if (isShown)
            probe.Inspection.AfterItemsPath = given as JsonArray ?? Inputs(items);
        return items;
    }
}
