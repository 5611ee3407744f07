namespace Stateside.Language.Evaluation;

/// <summary>
/// A source of random numbers and ids that repeats exactly for the same seed. Whoever runs a state gives one whose seed comes from
/// the service's seed, the execution and the event, so that runs side by side repeat whatever their order.
/// </summary>
/// <param name="seed">The seed.</param>
public sealed class Chance(ulong seed)
{
    private ulong _state = seed;

    /// <summary>64 random bits.</summary>
    internal ulong NextBits()
    {
        // SplitMix64: one addition and three mixing steps, every seed good.
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>A random number from 0 up to but not including 1.</summary>
    internal double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A random whole number.</summary>
    /// <param name="from">The smallest it may be.</param>
    /// <param name="to">What it stays below; more than <paramref name="from"/>.</param>
    internal long NextInt64(long from, long to) => from + (long)(NextDouble() * ((double)to - from));

    /// <summary>An id in the form of a version 4 UUID.</summary>
    internal Guid NextId()
    {
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, NextBits());
        BitConverter.TryWriteBytes(bytes[8..], NextBits());
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>A seed that depends on this one's and on a name, so that what is derived by name does not depend on order.</summary>
    /// <param name="seed">The seed to start from.</param>
    /// <param name="name">The name.</param>
    /// <param name="number">A number, such as an event's id.</param>
    /// <returns>The derived seed.</returns>
    internal static ulong Derive(ulong seed, string name, long number = 0)
    {
        // FNV-1a over the characters, then one mixing step.
        var hash = 14695981039346656037 ^ seed;
        foreach (var c in name)
            hash = (hash ^ c) * 1099511628211;
        return new Chance(hash ^ ((ulong)number * 0xD6E8FEB86659FD93)).NextBits();
    }
}
