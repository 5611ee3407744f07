using System.Diagnostics;
using System.Globalization;
using Stateside.Language.Flow;
using Stateside.Language.Shapes;
using Stateside.Language.Validation;

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

        // The templates are those of the repository that it was built in.
        var root = AppContext.BaseDirectory.Split(Path.Combine("tests", "Conformance", "bin"))[0];
        var wrong = 0;
        foreach (var folder in folders.Where(folder => (only is "" or "recorded") && File.Exists(Path.Combine(folder, "index.json"))))
            wrong += RecordedSoundness.Run(folder, seed);
        if (folders.Count > 0 && only is ("" or "given"))
            wrong += QuietAndKnown.Run(folders, show);
        if (only is "" or "mistakes")
            wrong += new SeededMistakes(seed).Run([Path.Combine(root, "serverless.template"), Path.Combine(root, "tests/Conformance/Shapes/machines/template.yaml")], show);
        if (only is "" or "time")
            Time();
        if (only is "" or "machines")
            wrong += new RandomSoundness().Run(machines, seed);
        if (only is "" or "planted")
            wrong += RandomSoundness.RunPlanted(Math.Max(2_000, machines), seed);
        return wrong == 0 ? 0 : 1;
    }

    /// <summary>How long a machine of 500 states takes.</summary>
    private static void Time()
    {
        var states = string.Join(',', Enumerable.Range(0, 500).Select(i => i % 5 == 4
            ? $$$"""
                "S{{{i}}}": {"Type": "Choice", "Choices": [{"Variable": "$.n{{{i - 1}}}", "NumericGreaterThan": 3, "Next": "S{{{Math.Max(0, i - 9)}}}"}], "Default": "S{{{i + 1}}}"}
                """
            : $$$"""
                "S{{{i}}}": {"Type": "Pass", "Parameters": {"a.$": "$.a", "b": {"c.$": "$.b"}}, "ResultPath": "$.n{{{i}}}", "Next": "S{{{i + 1}}}"}
                """));
        var parsed = DefinitionParser.Parse("{\"StartAt\": \"S0\", \"States\": {" + states + ", \"S500\": {\"Type\": \"Succeed\"}}}");
        var watch = Stopwatch.StartNew();
        var flow = MachineFlow.Of(parsed.Definition!, new FlowSources { Input = Shape.Object(("a", Shape.Number), ("b", Shape.Text)) }, parsed.Source);
        var findings = flow.Findings().Count;
        Console.WriteLine($"shapes: a machine of {flow.States.Count()} states in {watch.Elapsed.TotalMilliseconds:0} ms, with {findings} findings");
    }
}
