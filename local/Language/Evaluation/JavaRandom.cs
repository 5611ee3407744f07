namespace Stateside.Language.Evaluation;

/// <summary>
/// <c>java.util.Random</c>, whose numbers the service gives for a seed: the linear congruential generator that its documentation defines.
/// </summary>
/// <param name="seed">The seed.</param>
internal struct JavaRandom(long seed)
{
    private const long Multiplier = 0x5DEECE66D;
    private const long Mask = (1L << 48) - 1;

    private long _state = (seed ^ Multiplier) & Mask;

    /// <summary>A number from 0 up to but not including the bound, which is more than 0.</summary>
    public int NextInt(int bound)
    {
        if ((bound & -bound) == bound)
            return (int)((bound * (long)Next(31)) >> 31);
        int bits, value;
        do
        {
            bits = Next(31);
            value = bits % bound;
        }
        while (unchecked(bits - value + (bound - 1)) < 0);
        return value;
    }

    /// <summary>A number from 0 up to but not including 1.</summary>
    public double NextDouble() => (((long)Next(26) << 27) + Next(27)) * (1.0 / (1L << 53));

    private int Next(int bits)
    {
        _state = unchecked((_state * Multiplier) + 0xB) & Mask;
        return (int)(_state >> (48 - bits));
    }
}
