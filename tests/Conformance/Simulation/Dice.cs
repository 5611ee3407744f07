namespace Stateside.Conformance.Simulation;

/// <summary>All chance of a run, from one seed.</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A number from 0 up to but without a limit.</summary>
    public int Below(int limit) => (int)(Next() % (ulong)limit);

    /// <summary>A number between two, both included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <summary>Whether something happens that happens once in so many times.</summary>
    public bool OneIn(int times) => Below(times) == 0;

    public T Of<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];

    // SplitMix64: see https://prng.di.unimi.it/splitmix64.c.
    private ulong Next()
    {
        var z = _state += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
}
