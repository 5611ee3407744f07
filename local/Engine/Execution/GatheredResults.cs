using System.Buffers;
using System.Text;
using Stateside.Engine.Execution.Turns;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution;

/// <summary>
/// Results that become the state's own, in the order of the items. What is longer than any payload is no result, so that nothing of it
/// is kept.
/// </summary>
internal sealed class GatheredResults(ResultForm form) : MapResults
{
    private readonly ArrayBufferWriter<byte> _told = new();
    private List<(int Index, JsonValue Result, bool IsFailure)>? _results = [];
    private long _bytes = 2;

    /// <summary>How many bytes the results have that are kept.</summary>
    public long Buffered => _results is null ? 0 : _bytes;

    /// <inheritdoc/>
    public override ValueTask AddAsync(ExecutionDescription child, CancellationToken cancellationToken)
    {
        if (_results is null)
            return default;
        var index = child.ItemIndex ?? _results.Count;
        if (child.Output is not { } output)
            KeepFailure(index, form.IsPlain ? JsonObject.Of(("Error", JsonValue.From(child.Error)), ("Cause", JsonValue.From(child.Cause))) : Told(child));
        else if (form.Transformation == ResultTransformation.None)
            Keep(index, Told(child));
        else if (form.Transformation == ResultTransformation.Flatten && output is JsonArray items)
            KeepAll(index, items);
        else
            Keep(index, output);
        return default;
    }

    /// <inheritdoc/>
    public override ValueTask<JsonValue?> FinishAsync(IAsyncEnumerable<JsonValue> pending, CancellationToken cancellationToken) =>
        ValueTask.FromResult<JsonValue?>(_results is null ? null : JsonArray.OfTexts([.. _results.OrderBy(result => result.Index).Select(result => result.Result)]));

    /// <inheritdoc/>
    public override ValueTask TakeBackAsync(CancellationToken cancellationToken)
    {
        var kept = _results ?? [];
        if (_results is not null)
            (_results, _bytes) = ([], 2);
        foreach (var (index, result, isFailure) in kept)
        {
            if (!isFailure)
                Keep(index, result);
        }

        return default;
    }

    private void KeepFailure(int index, JsonValue result) => Keep(index, result, isFailure: true);

    private void KeepAll(int index, JsonArray items)
    {
        foreach (var item in items)
            Keep(index, item);
    }

    private void Keep(int index, JsonValue result, bool isFailure = false)
    {
        if (_results is null)
            return;
        _bytes += result.Utf8Length + (_results.Count > 0 ? 1 : 0);
        if (_bytes > Step.MaxPayloadBytes)
            _results = null;
        else
            _results.Add((index, result, isFailure));
    }

    private JsonValue Told(ExecutionDescription child)
    {
        _told.ResetWrittenCount();
        form.Tell(_told, child);
        return JsonReader.Parse(Encoding.UTF8.GetString(_told.WrittenSpan));
    }
}
