namespace Stateside.Engine.Tasks;

/// <summary>
/// What functions wrote of late, by the attempts that invoked them: of each the end, and of all together so much that nobody notices it.
/// </summary>
internal sealed class FunctionLogs
{
    private const int MostOfOne = 16 * 1024;
    private const int MostOfAll = 2 * 1024 * 1024;

    /// <summary>What it takes to keep a text, whatever its length: many attempts may write little.</summary>
    private const int Each = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<FunctionCaller, string> _texts = [];
    private readonly Queue<FunctionCaller> _order = new();
    private int _length;

    /// <summary>What the function wrote in an attempt; null where it wrote nothing, or that is too long ago.</summary>
    /// <returns>The text, at most the last 16,384 characters.</returns>
    public string? Find(FunctionCaller caller)
    {
        lock (_lock)
            return _texts.GetValueOrDefault(caller);
    }

    /// <summary>Takes in what a function wrote.</summary>
    internal void Add(FunctionCaller caller, string text)
    {
        if (text.Length == 0)
            return;
        var kept = text.Length <= MostOfOne ? text : text[^MostOfOne..];
        lock (_lock)
        {
            // An attempt that a crash repeats counts once.
            if (_texts.Remove(caller, out var before))
                _length -= Each + before.Length;
            else
                _order.Enqueue(caller);
            _texts.Add(caller, kept);
            _length += Each + kept.Length;
            while (_length > MostOfAll && _texts.Remove(_order.Dequeue(), out var oldest))
                _length -= Each + oldest.Length;
        }
    }
}
