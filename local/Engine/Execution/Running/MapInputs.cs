using System.Threading.Channels;
using Stateside.Engine.Execution.Turns;
using Stateside.Engine.Items;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Engine.Execution.Running;

/// <summary>
/// What the children of a map run are given, read a little ahead of them: items that were selected and, where the author wants it, put into
/// batches. Of what is still to be read nothing is in memory.
/// </summary>
/// <param name="engine">The engine.</param>
/// <param name="runs">All runs.</param>
/// <param name="parent">The execution whose run it is.</param>
/// <param name="effect">The run.</param>
/// <param name="whole">Called when all is read.</param>
internal sealed class MapInputs(ExecutionEngine engine, MapRuns runs, ExecutionActor parent, RunMapEffect effect, Action whole)
{
    private const int MostInPart = 256;
    private const int MostBytesInPart = 256 * 1024;
    private const int MostPartsAhead = 4;

    private readonly Channel<List<ChildInput>> _ahead = Channel.CreateBounded<List<ChildInput>>(
        new BoundedChannelOptions(MostPartsAhead) { SingleReader = true, SingleWriter = true });

    private IAsyncEnumerator<MapItem>? _items;
    private bool _hasFirst;
    private Func<double?>? _share;
    private long _itemsRead;
    private int _count;
    private bool _isWhole;

    /// <summary>The part that is being given out, and which of its inputs is next.</summary>
    private List<ChildInput> _part = [];
    private int _nextInPart;
    private int _next;

    /// <summary>Whether all is read; whoever asks for the numbers too asks for this first.</summary>
    public bool IsWhole => Volatile.Read(ref _isWhole);

    /// <summary>How many items are read.</summary>
    public long Items => Volatile.Read(ref _itemsRead);

    /// <summary>How many inputs they have made: of batches, fewer.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>How much of the object is read that items come from; null where nothing tells.</summary>
    public double? Share => _share?.Invoke();

    /// <summary>Looks for the first item.</summary>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        _items = runs.ItemsOf(parent, effect, share => _share = share, cancellationToken).GetAsyncEnumerator(cancellationToken);
        _hasFirst = await _items.MoveNextAsync().ConfigureAwait(false);
    }

    /// <summary>Reads ahead from now on.</summary>
    public void Read(CancellationToken cancellationToken)
    {
        engine.Enter();
        _ = ReadAsync(_items!, cancellationToken);
    }

    /// <summary>Lets go of what is in memory, once nobody takes any input any more.</summary>
    public void Close()
    {
        while (_ahead.Reader.TryRead(out _))
        {
        }

        (_part, _nextInPart, _items, _share) = ([], 0, null, null);
    }

    /// <summary>The next input and its number; null where there is none any more. What kept items from being read is thrown in their place.</summary>
    public async ValueTask<(int Index, ChildInput Input)?> NextAsync(CancellationToken cancellationToken)
    {
        while (_nextInPart == _part.Count)
        {
            if (!await _ahead.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
                return null;
            if (_ahead.Reader.TryRead(out var part))
                (_part, _nextInPart) = (part, 0);
        }

        return (_next++, _part[_nextInPart++]);
    }

    private async Task ReadAsync(IAsyncEnumerator<MapItem> items, CancellationToken cancellationToken)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            var part = new List<ChildInput>(MostInPart);
            var bytes = 0L;
            await using var inputs = InputsAsync(items).GetAsyncEnumerator(cancellationToken);
            while (true)
            {
                var next = inputs.MoveNextAsync();
                if (!next.IsCompleted && part.Count > 0 && _ahead.Reader.Count < MostPartsAhead)
                {
                    // What is read need not wait for what takes its time, where there is room.
                    await HandOnAsync(part, isLast: false, cancellationToken).ConfigureAwait(false);
                    (part, bytes) = (new List<ChildInput>(MostInPart), 0);
                }

                if (!await next.ConfigureAwait(false))
                    break;
                var input = inputs.Current;
                part.Add(input);
                bytes += input.Value.CompactLength;
                if (part.Count < MostInPart && bytes < MostBytesInPart)
                    continue;
                await HandOnAsync(part, isLast: false, cancellationToken).ConfigureAwait(false);
                (part, bytes) = (new List<ChildInput>(MostInPart), 0);
            }

            await HandOnAsync(part, isLast: true, cancellationToken).ConfigureAwait(false);
            _ahead.Writer.Complete();
        }
        catch (Exception e)
        {
            _ahead.Writer.Complete(e);
        }
        finally
        {
            await items.DisposeAsync().ConfigureAwait(false);
            engine.Leave();
        }
    }

    private async ValueTask HandOnAsync(List<ChildInput> part, bool isLast, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _count, _count + part.Count);
        Volatile.Write(ref _itemsRead, _itemsRead + part.Sum(input => (long)input.Items));
        Volatile.Write(ref _isWhole, isLast);

        // Of how many items a part may fail is known only now; where that is too many nobody makes room here before it is decided.
        if (isLast)
            whole();
        if (_ahead.Writer.TryWrite(part))
            return;

        // It waits for children to begin, which may take their time.
        engine.Leave();
        try
        {
            await _ahead.Writer.WriteAsync(part, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            engine.Enter();
        }
    }

    private async ValueTask<JsonValue> SelectAsync(int index, MapItem item)
    {
        try
        {
            return effect.Select(index, item);
        }
        catch (EvaluationPutOffException)
        {
            return await engine.LongTurns.RunAsync(() => effect.Select(index, item)).ConfigureAwait(false);
        }
    }

    private async IAsyncEnumerable<ChildInput> InputsAsync(IAsyncEnumerator<MapItem> items)
    {
        var batches = effect.Run.Batching is { } batching ? new BatchBuilder(batching) : null;
        var next = 0;
        for (var hasItem = _hasFirst; hasItem; hasItem = await items.MoveNextAsync().ConfigureAwait(false))
        {
            var input = await SelectAsync(next++, items.Current).ConfigureAwait(false);
            if (batches is null)
                yield return new ChildInput(input, 1);
            else if (batches.Add(input) is var (full, count))
                yield return new ChildInput(full, count);
        }

        if (batches?.Rest() is var (last, left))
            yield return new ChildInput(last, left);
    }
}

/// <summary>What a child is given.</summary>
/// <param name="Value">Its input.</param>
/// <param name="Items">How many items that has.</param>
internal readonly record struct ChildInput(JsonValue Value, int Items);
