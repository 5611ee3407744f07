using Stateside.Language;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution;

/// <summary>The test of one state: where an execution with a probe differs from a real one.</summary>
internal sealed partial class Step
{
    /// <summary>The state under test was left: whatever comes after it is no part of the test.</summary>
    private void EndTest(StateProbe probe, Departure departure, string? next)
    {
        probe.Departure = departure;
        probe.Next = next;
        Close(ExecutionStatus.Succeeded);
    }

    /// <summary>A retrier is for the failure: the test ends with how long it would pause, or goes on where it has no attempts left.</summary>
    private bool EndTest(StateProbe probe, Frame frame, Retrier retrier, int index, FrameFailure failure)
    {
        probe.Failure = failure;
        probe.RetryIndex = index;
        if (probe.RetryCount >= retrier.MaxAttempts)
            return false;

        // With full jitter it is the longest pause: who tests wants the same answer each time.
        probe.Pause = Pause(frame, retrier with { FullJitter = false }, probe.RetryCount);
        Close(ExecutionStatus.Failed);
        return true;
    }

    /// <summary>What was mocked takes the place of whatever the state waits for.</summary>
    private void TakeMocked(MockedMessage mocked)
    {
        if (_execution.Root is not { Phase: FramePhase.Working or FramePhase.Gathering } frame)
            return;
        var group = frame.Group;
        frame.Group = null;
        frame.Result = mocked.Result;
        frame.Failure = mocked.Failure ?? Intolerable(frame, group);
        Returning(frame);
    }

    private FrameFailure? Intolerable(Frame frame, FrameGroup? group)
    {
        // AWS holds the count against the author's own thresholds only; without one a mocked result stands.
        var isLimited = frame.State is MapState map && (map.ToleratedFailureCount ?? map.ToleratedFailurePercentage) is not null;
        return isLimited && _execution.Probe!.FailedIterations > group!.ToleratedFailures
            ? FrameFailure.Intolerable
            : null;
    }

    /// <summary>The items that a test gives in place of a reader's; none where it gives none.</summary>
    private static JsonArray ItemsOf(MapState state, StateProbe probe, EvaluationContext context)
    {
        if (state.ItemReader is { } reader)
        {
            if (ReaderItems.PointerOf(reader.Configuration) is not null)
                probe.Inspection.AfterItemsPointer = probe.Items;
            var read = probe.Items ?? JsonArray.Empty;
            return MostOf(reader, context) is { } most ? ReaderItems.First(most, read) : read;
        }

        var items = FieldValues.Items(state.Items, state.QueryLanguage, context);
        if (state.QueryLanguage == QueryLanguage.JsonPath)
            probe.Inspection.AfterItemsPath = items;
        return items;
    }

    /// <summary>Shows what the iterations of a Map would be given.</summary>
    private void Inspect(Frame frame, MapState state, FrameGroup group, EvaluationContext context, Inspection inspection)
    {
        inspection.MaxConcurrency = FieldValues.Concurrency(state.MaxConcurrency, context);
        if (state.ToleratedFailureCount is { } count)
            inspection.ToleratedFailureCount = FieldValues.Integer(count, context);
        if (state.ToleratedFailurePercentage?.Template.Evaluate(context) is JsonNumber percentage)
            inspection.ToleratedFailurePercentage = percentage.Double;
        var items = group.Items!;
        if (state.ItemSelector is { } selector)
        {
            items = Selected(frame, selector, items, group.Input);
            inspection.AfterItemSelector = items;
        }

        if (state.ItemBatcher is { } batcher)
            inspection.AfterItemBatcher = Batch(items, batcher, context);
    }
}
