using System.Globalization;

namespace Stateside.Conformance.Shapes;

/// <summary>Holds what is known of machines' data before they run against what their executions have.</summary>
internal static class ShapesSuite
{
    /// <summary>Runs the suite.</summary>
    /// <param name="args">Folders of recordings and public definitions, and options.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] args)
    {
        var (folders, machines, seed, only, show) = (new List<string>(), 50_000, 1UL, "", false);
        for (var i = 0; i < args.Length; i++)
        {
            switch (args[i])
            {
                case "--machines":
                    machines = int.Parse(args[++i], CultureInfo.InvariantCulture);
                    break;
                case "--seed":
                    seed = ulong.Parse(args[++i], CultureInfo.InvariantCulture);
                    break;
                case "--show":
                    show = true;
                    break;
                case "--only":
                    only = args[++i];
                    break;
                default:
                    folders.Add(args[i]);
                    break;
            }
        }

        var wrong = 0;
        foreach (var folder in folders.Where(folder => (only is "" or "recorded") && File.Exists(Path.Combine(folder, "index.json"))))
            wrong += RecordedSoundness.Run(folder, seed);
        if (folders.Count > 0 && only is ("" or "given"))
            wrong += QuietAndKnown.Run(folders, show);
        if (only is "" or "machines")
            wrong += new RandomSoundness().Run(machines, seed);
        if (only is "" or "planted")
            wrong += RandomSoundness.RunPlanted(Math.Max(2_000, machines), seed);
        return wrong == 0 ? 0 : 1;
    }
}
