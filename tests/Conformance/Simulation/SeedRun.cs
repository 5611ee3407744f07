using System.Text.Json;

namespace Stateside.Conformance.Simulation;

/// <summary>What came of one seed.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Hash">A hash of all that happened.</param>
/// <param name="Tally">What was counted.</param>
/// <param name="Broken">The promise that was broken; null for none.</param>
/// <param name="Last">The last steps, where one was.</param>
internal sealed record SeedRun(int Number, string Hash, Tally Tally, string? Broken, IReadOnlyList<string> Last)
{
    /// <summary>Runs a seed in this process.</summary>
    public static SeedRun Of(ulong seed, int number, Plant plant, Action<string>? show)
    {
        // In memory where there is such a place: what is tested is what is committed, and not the disk.
        var folder = Directory.CreateDirectory(Path.Combine(
            Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"stateside-simulation-{Environment.ProcessId}-{number}")).FullName;
        try
        {
            using var simulation = new Simulation(seed, number, plant, folder, show);
            SingleThread.Run(simulation.TakeStep);
            return new SeedRun(number, simulation.Trace.Hash, simulation.Tally, simulation.Broken, simulation.Broken is null ? [] : [.. simulation.Trace.Last]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public string ToLine() => JsonSerializer.Serialize(this);

    public static SeedRun FromLine(string line) => JsonSerializer.Deserialize<SeedRun>(line)!;
}
