using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Templates;

namespace Stateside.Engine.Execution.Turns;

/// <summary>
/// What a distributed Map adds around its child executions: items that are read, batches of them, and results that are written.
/// Reading and writing are asked for as tasks are, but write no events of their own.
/// See https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html.
/// </summary>
internal partial class Step
{
    private const string ReaderConfig = "ReaderConfig";

    /// <summary>What a frame waits for while it works.</summary>
    internal static TaskResource ResourceOf(Frame frame) => frame.State switch
    {
        TaskState task => task.Resource,
        MapState map when IsReading(frame) => map.ItemReader!.Resource,
        MapState map => map.ResultWriter!.Resource!,
        var other => throw new InvalidOperationException($"A {other.Type} state waits for no work."),
    };

    private static bool IsReading(Frame frame) => frame.Task!.Payload is JsonObject asked && asked.ContainsKey(ReaderConfig);

    private void ReadItems(Frame frame, ItemReader reader, long? most, EvaluationContext context)
    {
        if (most < 0)
        {
            Fail(frame, FrameFailure.NegativeMaxItems);
            return;
        }

        var asked = new JsonObject.Builder(3)
            .Set("Parameters", reader.Arguments?.Evaluate(context) ?? JsonObject.Empty)
            .Set(ReaderConfig, reader.Configuration);
        if (most is { } limit)
            asked.Set("MaxItems", JsonValue.From(limit));
        Ask(frame, reader.Resource, asked.ToObject());
    }

    private void WriteResults(Frame frame, MapState state, ResultWriter writer, FrameGroup group)
    {
        var context = ContextOf(frame).With(group.Input);
        Ask(frame, writer.Resource!, JsonObject.Of(
            ("Parameters", writer.Arguments?.Evaluate(context) ?? JsonObject.Empty),
            ("WriterConfig", writer.Configuration),
            ("MapRunArn", JsonValue.From(group.MapRunArn))));
    }

    private void Ask(Frame frame, TaskResource resource, JsonObject asked)
    {
        var key = new TaskKey(frame.Id, ++frame.Attempts);
        frame.Task = new TaskAttempt { Key = key, Token = TokenOf(frame, key), Payload = asked, Started = true };
        frame.Phase = FramePhase.Working;
        _effects.Add(new StartTaskEffect(key, resource, asked, frame.Task.Token, frame.State.Name, null, null));
    }

    /// <summary>Goes on with what was read, or ends with where results were written.</summary>
    private void TakeMapMessage(Frame frame, MapState state, TaskMessage message)
    {
        if (message is not (TaskSucceededMessage or TaskFailedMessage) || frame.Group is not { } group)
            return;
        var wasReading = IsReading(frame);
        frame.Task = null;
        frame.Phase = FramePhase.Gathering;
        try
        {
            if (message is TaskFailedMessage { Failure: var failure })
                Fail(frame, FrameFailure.Of(failure));
            else if (!wasReading)
                Succeed(frame, group, ((TaskSucceededMessage)message).Output);
            else
                BeginWith(frame, state, group, (JsonArray)((TaskSucceededMessage)message).Output);
        }
        catch (StatesException e)
        {
            FailEvaluation(frame, e);
        }
    }

    private void BeginWith(Frame frame, MapState state, FrameGroup group, JsonArray items)
    {
        var context = ContextOf(frame).With(group.Input);
        var inputs = InBatches(frame, state, items, context);
        group.ToleratedFailures = FieldValues.ToleratedFailures(
            state.ToleratedFailureCount, state.ToleratedFailurePercentage, inputs.Count, context);
        group.Items = inputs;
        group.Results = new JsonValue?[inputs.Count];
        GoOn(frame, state, group, frame.LastEventId);
    }

    /// <summary>What a Map iterates over: the items, or batches of what the selector makes of them.</summary>
    private JsonArray InBatches(Frame frame, MapState state, JsonArray items, EvaluationContext context)
    {
        if (state.ItemBatcher is not { } batcher)
            return items;
        return Batch(state.ItemSelector is { } selector ? Selected(frame, selector, items, context.Input) : items, batcher, context);
    }

    /// <summary>What an iteration is given, whenever it begins. What is in a batch was selected before it was put there.</summary>
    private JsonValue InputOf(Frame frame, MapState state, FrameGroup group, int index) => state is { ItemSelector: { } selector, ItemBatcher: null }
        ? Selected(frame, selector, index, group.Items![index], group.Input)
        : group.Items![index];

    /// <summary>What the selector makes of all items.</summary>
    protected JsonArray Selected(Frame frame, PayloadTemplate selector, JsonArray items, JsonValue input) =>
        JsonArray.Of([.. items.Select((item, index) => Selected(frame, selector, index, item, input))]);

    /// <summary>What the selector makes of an item. It sees the input that the Map gathers its iterations with.</summary>
    private JsonValue Selected(Frame frame, PayloadTemplate selector, int index, JsonValue item, JsonValue input) =>
        selector.Evaluate(ContextOf(frame, null, (index, item)).With(input));

    /// <summary>See https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html.</summary>
    protected static JsonArray Batch(JsonArray items, ItemBatcher batcher, EvaluationContext context)
    {
        var most = FieldValues.BatchLimit(batcher.MaxItemsPerBatch, context) ?? long.MaxValue;
        var mostBytes = FieldValues.BatchLimit(batcher.MaxInputBytesPerBatch, context) ?? MaxPayloadBytes;
        var shared = batcher.BatchInput?.Evaluate(context);
        var emptyBytes = (long)Input([], shared).CompactLength;
        var batches = new List<JsonValue>();
        for (var next = 0; next < items.Count;)
        {
            var batch = new List<JsonValue>();
            for (var bytes = emptyBytes; next < items.Count && batch.Count < most; next++)
            {
                bytes += items[next].CompactLength + (batch.Count > 0 ? 1 : 0);
                if (batch.Count > 0 && bytes > mostBytes)
                    break;
                batch.Add(items[next]);
            }

            batches.Add(Input(batch, shared));
        }

        return JsonArray.Of([.. batches]);
    }

    private static JsonObject Input(List<JsonValue> batch, JsonValue? shared) => shared is null
        ? JsonObject.Of(("Items", JsonArray.Of([.. batch])))
        : JsonObject.Of(("BatchInput", shared), ("Items", JsonArray.Of([.. batch])));
}
