namespace Stateside.Engine.Execution.Running;

/// <summary>Whole numbers from 0 on: a bit for each, since there may be a hundred million.</summary>
internal sealed class IndexSet
{
    private ulong[] _bits = [];

    /// <summary>No number from here on is there.</summary>
    public int Limit => _bits.Length << 6;

    /// <summary>Whether a number is there.</summary>
    public bool Contains(int index) => index >> 6 < _bits.Length && (_bits[index >> 6] & (1UL << (index & 63))) != 0;

    /// <summary>Adds a number.</summary>
    /// <returns>Whether it is new.</returns>
    public bool Add(int index)
    {
        var at = index >> 6;
        if (at >= _bits.Length)
            Array.Resize(ref _bits, Math.Max(at + 1, _bits.Length * 2));
        var bit = 1UL << (index & 63);
        var isNew = (_bits[at] & bit) == 0;
        _bits[at] |= bit;
        return isNew;
    }

    /// <summary>Takes a number away.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(int index)
    {
        var was = Contains(index);
        if (was)
            _bits[index >> 6] &= ~(1UL << (index & 63));
        return was;
    }
}
