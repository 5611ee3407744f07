using System.Diagnostics;
using System.Globalization;

namespace Stateside.Conformance.Simulation;

/// <summary>
/// Runs seeds, shared among as many processes as there are cores, and tells what came of them in the order of the seeds. A seed gives the
/// same run in any process, which is checked.
/// </summary>
internal static class SimulateCommand
{
    private const int MostToPlant = 200;

    public static int Run(string[] options)
    {
        var (seeds, seed, first, every, plant) = (200, 1UL, 0, 1, Plant.None);
        var (isVerbose, isWorker, isPlanted) = (false, false, false);
        for (var i = 0; i < options.Length; i++)
        {
            switch (options[i])
            {
                case "--seeds":
                    seeds = int.Parse(options[++i], CultureInfo.InvariantCulture);
                    break;
                case "--seed":
                    seed = ulong.Parse(options[++i], CultureInfo.InvariantCulture);
                    break;
                case "--first":
                    first = int.Parse(options[++i], CultureInfo.InvariantCulture);
                    break;
                case "--every":
                    every = int.Parse(options[++i], CultureInfo.InvariantCulture);
                    break;
                case "--plant":
                    plant = PlantOf(options[++i]);
                    break;
                case "--verbose":
                    isVerbose = true;
                    break;
                case "--worker":
                    isWorker = true;
                    break;
                case "--planted":
                    isPlanted = true;
                    break;
                default:
                    Console.Error.WriteLine($"simulate has no option {options[i]}");
                    return 2;
            }
        }

        if (isWorker || isVerbose)
        {
            // One process, one seed after another.
            for (var number = first; number < first + seeds; number += every)
            {
                var run = SeedRun.Of(seed, number, plant, isVerbose ? Console.WriteLine : null);
                Console.WriteLine(isVerbose ? $"{run.Hash} {run.Tally}" : run.ToLine());
                if (run.Broken is not null)
                    return isVerbose ? Violation(run, seed, plant) : 1;
            }

            return 0;
        }

        return isPlanted ? Planted(seed) : Shared(seed, first, seeds, plant);
    }

    /// <summary>Runs seeds in several processes.</summary>
    private static int Shared(ulong seed, int first, int seeds, Plant plant)
    {
        var begin = Stopwatch.GetTimestamp();
        var (total, hashes) = (new Tally(), new Dictionary<int, string>());
        foreach (var run in Runs(seed, first, seeds, plant))
        {
            total += run.Tally;
            hashes[run.Number] = run.Hash;
            if (!Console.IsOutputRedirected)
                Console.Write($"\r{hashes.Count} of {seeds} seeds, {total.Steps:N0} steps ");
            if (run.Broken is not null)
                return Violation(run, seed, plant);
        }

        if (!Console.IsOutputRedirected)
            Console.WriteLine();
        Console.WriteLine(total);
        Console.WriteLine($"took {Stopwatch.GetElapsedTime(begin).TotalSeconds:0} s, seed {seed}, from {first}");

        // The same again in a process of its own: to the letter.
        foreach (var number in (int[])[first, first + (seeds / 2), first + seeds - 1])
        {
            if (Runs(seed, number, 1, plant).Single().Hash is var hash && hash == hashes[number])
                continue;
            Console.WriteLine($"seed {number} ran otherwise the second time: {hash} instead of {hashes[number]}");
            return 1;
        }

        return 0;
    }

    /// <summary>Plants each fault and looks how soon it is found.</summary>
    private static int Planted(ulong seed)
    {
        var isFound = true;
        foreach (var plant in Enum.GetValues<Plant>().Where(plant => plant != Plant.None))
        {
            var total = new Tally();
            string? found = null;
            foreach (var run in Runs(seed, 0, MostToPlant, plant))
            {
                total += run.Tally;
                found = run.Broken;
                if (found is not null)
                    break;
            }

            Console.WriteLine(found is null
                ? $"{NameOf(plant)}: not found in {total.Seeds} seeds, {total.Steps:N0} steps"
                : $"{NameOf(plant)}: found in seed {total.Seeds - 1}, after {total.Steps:N0} steps: {found}");
            isFound &= found is not null;
        }

        return isFound ? 0 : 1;
    }

    /// <summary>What comes of seeds, in their order.</summary>
    private static IEnumerable<SeedRun> Runs(ulong seed, int first, int seeds, Plant plant)
    {
        var processes = Enumerable.Range(0, Math.Min(seeds, Environment.ProcessorCount)).ToList();
        var workers = processes.ConvertAll(worker => Start([
            "--worker", "--seed", $"{seed}", "--first", $"{first + worker}", "--seeds", $"{seeds - worker}", "--every", $"{processes.Count}",
            .. plant == Plant.None ? (string[])[] : ["--plant", NameOf(plant)]]));
        try
        {
            for (var i = 0; i < seeds; i++)
            {
                var line = workers[i % workers.Count].StandardOutput.ReadLine()
                    ?? throw new InvalidOperationException($"The process that runs seed {first + i} has ended.");
                yield return SeedRun.FromLine(line);
            }
        }
        finally
        {
            foreach (var worker in workers)
            {
                worker.Kill();
                worker.WaitForExit();
                worker.Dispose();
            }
        }
    }

    private static Process Start(IEnumerable<string> options)
    {
        var program = Environment.ProcessPath!;
        string[] self = Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase) ? [Environment.GetCommandLineArgs()[0]] : [];
        return Process.Start(new ProcessStartInfo(program, [.. self, "simulate", .. options]) { RedirectStandardOutput = true })!;
    }

    private static int Violation(SeedRun run, ulong seed, Plant plant)
    {
        Console.WriteLine();
        Console.WriteLine($"seed {run.Number}, step {run.Tally.Steps}: {run.Broken}");
        foreach (var line in run.Last)
            Console.WriteLine($"  {line}");
        Console.WriteLine($"again: Conformance simulate --seed {seed} --first {run.Number} --seeds 1{(plant == Plant.None ? "" : $" --plant {NameOf(plant)}")} --verbose");
        return 1;
    }

    private static string NameOf(Plant plant) => plant switch
    {
        Plant.EffectBeforeCommit => "effect-before-commit",
        Plant.DroppedDueTime => "dropped-due-time",
        Plant.NameBeforeSave => "name-before-save",
        _ => "none",
    };

    private static Plant PlantOf(string name) => Enum.GetValues<Plant>().First(plant => NameOf(plant) == name);
}
