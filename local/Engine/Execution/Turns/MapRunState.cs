using Stateside.Engine.History;
using Stateside.Engine.Items;
using Stateside.Language.Definitions;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Turns;

/// <summary>
/// A distributed Map's run as its execution has it: what the Map's fields came to when it was entered, and how it stands. Plain data,
/// which is saved with the turn that changed it. What happens to its items and children is not here: that is theirs.
/// </summary>
internal sealed class MapRunState
{
    public required string Arn { get; init; }

    /// <summary>The Map.</summary>
    public required string MapName { get; init; }

    /// <summary>Whether its children are Express executions.</summary>
    public required bool IsExpress { get; init; }

    /// <summary>What it iterates over, an array or an object; null where a reader finds that.</summary>
    public JsonValue? Items { get; init; }

    /// <summary>How many items it was given; null where a reader finds them.</summary>
    public int? KnownItems => Items is null ? null : MapItem.CountOf(Items);

    /// <summary>What the reader asks for; null without one.</summary>
    public JsonObject? Reading { get; init; }

    /// <summary>How many items there may be; null for any number.</summary>
    public long? MaxItems { get; init; }

    /// <summary>How items make batches; null where each is given to a child of its own.</summary>
    public Batching? Batching { get; init; }

    /// <summary>What the writer asks for; null where it writes nothing to S3.</summary>
    public JsonObject? Writing { get; set; }

    /// <summary>How many children run at a time; 0 for as many as the service allows.</summary>
    public int MaxConcurrency { get; set; }

    /// <summary>How many items may fail.</summary>
    public required Tolerance Tolerance { get; set; }

    public ExecutionStatus Status { get; set; } = ExecutionStatus.Running;

    public required DateTimeOffset StartDate { get; init; }

    public DateTimeOffset? StopDate { get; set; }

    public int RedriveCount { get; set; }

    public DateTimeOffset? RedriveDate { get; set; }

    /// <summary>Whether what its children gave is brought together: written where the author wants it written.</summary>
    public bool HasResults { get; set; }

    /// <summary>Whether there is something about it that is not saved yet.</summary>
    public bool IsChanged { get; set; } = true;

    /// <summary>Takes note of its end, or that it goes on again.</summary>
    public void Become(ExecutionStatus status, DateTimeOffset now)
    {
        Status = status;
        StopDate = status == ExecutionStatus.Running ? null : now;
        IsChanged = true;
    }

    /// <summary>What a map run's ARN calls the Map.</summary>
    public static string LabelOf(string arn) => arn.Split(':')[6].Split('/')[1];

    /// <summary>The ARN and the name of a child: the same again after a crash and after a redrive.</summary>
    /// <param name="machineArn">The machine.</param>
    /// <param name="seed">What the execution's random numbers derive from.</param>
    /// <param name="index">Which of the run's inputs the child has.</param>
    public (string Arn, string Name) ChildOf(string machineArn, ulong seed, int index)
    {
        var name = new Chance(Chance.Derive(seed, Arn, index)).NextId().ToString();
        var kind = IsExpress ? ":express:" : ":execution:";
        return ($"{machineArn.Replace(":stateMachine:", kind, StringComparison.Ordinal)}/{LabelOf(Arn)}:{name}", name);
    }

    /// <summary>Whether nothing that others read differs from a copy.</summary>
    public bool StandsAs(MapRunState copy) =>
        copy.Arn == Arn && copy.Status == Status && copy.StopDate == StopDate && copy.RedriveCount == RedriveCount && copy.RedriveDate == RedriveDate
        && copy.MaxConcurrency == MaxConcurrency && ReferenceEquals(copy.Tolerance, Tolerance) && ReferenceEquals(copy.Writing, Writing);

    /// <summary>A copy for others to read.</summary>
    public MapRunState Copy() => (MapRunState)MemberwiseClone();
}

/// <summary>How many items of a map run may fail: either limit counts that the author sets; without any none may.</summary>
/// <param name="Count">How many; null where the author sets no such limit.</param>
/// <param name="Percentage">Which part of a hundred of all items; null where the author sets no such limit.</param>
internal sealed record Tolerance(long? Count, double? Percentage)
{
    /// <summary>Whether so many may have failed.</summary>
    /// <param name="failed">How many have.</param>
    /// <param name="items">How many items there are; null while nobody knows: of a part of them nothing can be said then.</param>
    public bool Allows(long failed, long? items)
    {
        if (Count is null && Percentage is null)
            return failed == 0;
        return !(failed > Count) && !(items is { } all && failed > FieldValues.ToleratedFailures(Count, Percentage, all));
    }
}

/// <summary>How a Map's items make batches. See https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html.</summary>
/// <param name="MostItems">How many items a batch may have.</param>
/// <param name="MostBytes">How many bytes what a child is given may have.</param>
/// <param name="Shared">BatchInput, which each batch has; null for none.</param>
internal sealed record Batching(long MostItems, long MostBytes, JsonValue? Shared)
{
    /// <summary>What a child is given.</summary>
    public JsonObject Input(IReadOnlyList<JsonValue> items) => Shared is null
        ? JsonObject.Of(("Items", JsonArray.Of(items)))
        : JsonObject.Of(("BatchInput", Shared), ("Items", JsonArray.Of(items)));
}

/// <summary>Puts items into batches, in their order.</summary>
internal sealed class BatchBuilder(Batching batching)
{
    private readonly long _emptyBytes = batching.Input([]).CompactLength;
    private List<JsonValue> _items = [];
    private long _bytes;

    /// <summary>Takes an item.</summary>
    /// <returns>A batch that is full, and how many items it has; null while there is room.</returns>
    public (JsonObject Input, int Items)? Add(JsonValue item)
    {
        (JsonObject, int)? full = null;
        var more = item.CompactLength + (_items.Count > 0 ? 1 : 0);
        if (_items.Count > 0 && (_items.Count >= batching.MostItems || _bytes + more > batching.MostBytes))
            full = Take();
        if (_items.Count == 0)
            _bytes = _emptyBytes;
        _bytes += item.CompactLength + (_items.Count > 0 ? 1 : 0);
        _items.Add(item);
        return full;
    }

    /// <summary>The last batch; null when nothing is left for one.</summary>
    public (JsonObject Input, int Items)? Rest() => _items.Count == 0 ? null : Take();

    private (JsonObject, int) Take()
    {
        var batch = (batching.Input(_items), _items.Count);
        _items = [];
        return batch;
    }
}
