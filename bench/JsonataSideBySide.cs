using System.Diagnostics;
using System.Globalization;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Jsonata;
using Stateside.Language.Jsonata.Parsing;

namespace Stateside.Bench;

/// <summary>Times our JSONata and the reference implementation on the same expressions, one after the other in one run.</summary>
internal static class JsonataSideBySide
{
    public static int Run(string[] args)
    {
        var budget = args is ["--milliseconds", var text] ? double.Parse(text, CultureInfo.InvariantCulture) : 500;
        var ours = JsonataInput.Expressions.ToDictionary(member => member.Key, member => Measure(((JsonString)member.Value).Value, budget));
        var theirs = Reference(budget);
        var results = (JsonObject)theirs["results"]!;
        var ratios = new List<double>();
        Console.WriteLine($"Stateside {typeof(JsonataExpression).Assembly.GetName().Version} on .NET {Environment.Version} | npm jsonata {((JsonString)theirs["version"]!).Value}, "
            + $"microseconds per evaluation (median), document of {JsonataInput.Document.CompactLength} bytes");
        Console.WriteLine($"{"expression",-34}{"stateside",12}{"npm",12}{"ratio",9}{"allocated",14}");
        foreach (var (name, mine) in ours)
        {
            var result = (JsonObject)results[name]!;
            var time = ((JsonNumber)result["microseconds"]!).Double;
            ratios.Add(mine.Microseconds / time);
            var same = Equals(result["value"], mine.Value) ? "" : "  DIFFERENT RESULT";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-34}{mine.Microseconds,12:F1}{time,12:F1}{ratios[^1],9:F3}{mine.Bytes,14:N0}{same}"));
        }

        ratios.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"ratio: median {ratios[ratios.Count / 2]:F3}, largest {ratios[^1]:F3}"));
        return ratios[ratios.Count / 2] <= 0.5 && ratios[^1] <= 1 ? 0 : 1;
    }

    private static (double Microseconds, long Bytes, JsonValue? Value) Measure(string source, double budget)
    {
        var states = JsonObject.Of(("input", JsonataInput.Document));
        var expression = JsonataExpression.Parse(source);
        JsonValue? Evaluate() => expression.Evaluate(new JsonataEnvironment
        {
            Variables = name => name == "states" ? states : null,
            Chance = new Chance(1),
        });

        var times = new List<double>();
        var value = Evaluate();
        var watch = Stopwatch.StartNew();
        while (times.Count < 400 || (watch.Elapsed.TotalMilliseconds < budget && times.Count < 200_000))
        {
            var start = Stopwatch.GetTimestamp();
            value = Evaluate();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        Evaluate();
        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        var warm = times.Skip(times.Count / 2).Order().ToArray();
        return (warm[warm.Length / 2], bytes, value);
    }

    private static JsonObject Reference(double budget)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, JsonObject.Of(
                ("expressions", JsonataInput.Expressions), ("input", JsonataInput.Document), ("budget", JsonNumber.Of(budget))).Text);
            using var process = Process.Start(new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "jsonata-reference.cjs"), file])
            {
                RedirectStandardOutput = true,
            })!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? (JsonObject)JsonReader.Parse(output)
                : throw new MissingReferenceException();
        }
        finally
        {
            File.Delete(file);
        }
    }
}

/// <summary>The reference implementation could not be run.</summary>
internal sealed class MissingReferenceException() : Exception(
    "Node.js with npm's jsonata is needed: npm install jsonata somewhere and set JSONATA_DIR to that node_modules/jsonata.");
