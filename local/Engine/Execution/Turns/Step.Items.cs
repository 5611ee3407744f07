using Stateside.Engine.Items;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Templates;

namespace Stateside.Engine.Execution.Turns;

/// <summary>What the iterations of a Map are given.</summary>
internal partial class Step
{
    /// <summary>What an iteration is given, whenever it begins.</summary>
    private JsonValue InputOf(Frame frame, MapState state, FrameGroup group, int index)
    {
        var item = MapItem.At(group.Items!, index);
        return state.ItemSelector is { } selector ? Selected(frame, selector, index, item, group.Input) : item.AsInput();
    }

    /// <summary>What the selector makes of an item. It sees the input that the Map gathers its iterations with.</summary>
    protected JsonValue Selected(Frame frame, PayloadTemplate selector, int index, MapItem item, JsonValue input) =>
        selector.Evaluate(ContextOf(frame, null, new ContextItem(index, item.Value, item.Key, SourceOf(frame.State, item))).With(input));

    /// <summary>Where an item comes from, as the context object of a distributed Map tells.</summary>
    private static string? SourceOf(State state, MapItem item) => state is MapState { IsDistributed: true } ? item.Source : null;

    /// <summary>How a Map's items make batches; null where each is an input of its own.</summary>
    protected static Batching? BatchingOf(ItemBatcher? batcher, EvaluationContext context) => batcher is null ? null : new Batching(
        FieldValues.BatchLimit(batcher.MaxItemsPerBatch, context) ?? long.MaxValue,
        FieldValues.BatchLimit(batcher.MaxInputBytesPerBatch, context) ?? MaxPayloadBytes,
        batcher.BatchInput?.Evaluate(context));

    /// <summary>The batches that items make.</summary>
    protected static JsonArray Batch(JsonArray items, Batching batching)
    {
        var builder = new BatchBuilder(batching);
        var batches = items.Select(builder.Add).OfType<(JsonObject Input, int Items)>().Select(batch => (JsonValue)batch.Input).ToList();
        if (builder.Rest() is var (last, _))
            batches.Add(last);
        return JsonArray.Of(batches);
    }
}
