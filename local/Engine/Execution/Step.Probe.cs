using Stateside.Engine.History;
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
            ? new FrameFailure(ErrorNames.ExceedToleratedFailureThreshold, "The specified tolerated failure threshold was exceeded")
            : null;
    }

    /// <summary>The items that a test gives in place of a reader's; none where it gives none.</summary>
    private static JsonArray ItemsOf(MapState state, StateProbe probe, EvaluationContext context)
    {
        if (state.ItemReader is { } reader)
        {
            if (ReaderItems.PointerOf(reader) is not null)
                probe.Inspection.AfterItemsPointer = probe.Items;
            var read = probe.Items ?? JsonArray.Empty;
            var most = reader.MaxItems is { } limit ? FieldValues.Integer(limit, context) : 0;
            return most > 0 && most < read.Count ? JsonArray.Of(read.Take((int)most)) : read;
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
            items = JsonArray.Of([.. items.Select((item, index) =>
                selector.Evaluate(ContextOf(frame, null, (index, item)).With(group.Input)))]);
            inspection.AfterItemSelector = items;
        }

        if (state.ItemBatcher is { } batcher)
            inspection.AfterItemBatcher = Batch(items, batcher, context);
    }

    /// <summary>See https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html.</summary>
    private static JsonArray Batch(JsonArray items, ItemBatcher batcher, EvaluationContext context)
    {
        var most = batcher.MaxItemsPerBatch is { } count ? Whole(count, context) : long.MaxValue;
        var mostBytes = batcher.MaxInputBytesPerBatch is { } bytes ? Whole(bytes, context) : MaxPayloadBytes;
        var shared = batcher.BatchInput?.Evaluate(context);
        var batches = new List<JsonValue>();
        for (var next = 0; next < items.Count;)
        {
            var batch = new List<JsonValue>();
            JsonObject? input = null;
            while (next < items.Count && batch.Count < most)
            {
                batch.Add(items[next]);
                var larger = Input(batch, shared);
                if (input is not null && larger.CompactLength > mostBytes)
                    break;
                input = larger;
                next++;
            }

            batches.Add(input!);
        }

        return JsonArray.Of([.. batches]);
    }

    private static JsonObject Input(List<JsonValue> batch, JsonValue? shared) => shared is null
        ? JsonObject.Of(("Items", JsonArray.Of([.. batch])))
        : JsonObject.Of(("BatchInput", shared), ("Items", JsonArray.Of([.. batch])));
}
