using System.Diagnostics;
using System.Globalization;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Jsonata;
using Stateside.Language.Jsonata.Parsing;
using Stateside.Language.Shapes;

namespace Stateside.Conformance;

/// <summary>
/// Evaluates the suite's expressions, and expressions made of them, over values and over shapes that admit these: the shape that comes
/// out must admit the value that comes out. Counts how much is known.
/// </summary>
internal static class JsonataShapes
{
    public static int Run(string folder, string[] options)
    {
        var count = int.Parse(Option(options, "--count") ?? "0", CultureInfo.InvariantCulture);
        var seed = ulong.Parse(Option(options, "--seed") ?? "1", CultureInfo.InvariantCulture);
        var show = int.Parse(Option(options, "--show") ?? "20", CultureInfo.InvariantCulture);
        var cases = JsonataSuite.Read(folder).Where(one => one.Source["depth"] is null).ToArray();
        var mutator = new JsonataMutator([.. cases.Select(one => one.Expression)], seed);
        var maker = new ShapeMaker(new Chance(seed));
        var tally = new Tally(show);
        foreach (var one in cases)
            Check(one, one.Expression, maker, tally, options.Contains("--unknown"));
        Console.WriteLine($"jsonata-shapes: {tally.Values} of {cases.Length} cases give a value; of {tally.Known + tally.Unknown} with all of the data known "
            + $"{tally.Known} results are known");
        for (var i = 0; i < count; i++)
            Check(cases[i % cases.Length], mutator.Next(i % cases.Length), maker, tally, options.Contains("--problems"));
        Console.WriteLine($"jsonata-shapes: {tally.Checks} shapes (seed {seed}), {tally.Wrong} do not admit the value, {tally.Problems} problems where there is a value, "
            + $"slowest {tally.Slowest.TotalMilliseconds:0} ms: {tally.SlowestText}");
        return tally.Wrong == 0 ? 0 : 1;
    }

    private static string Told(JsonValue? value)
    {
        try
        {
            return value is null ? "nothing" : value.Text;
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }
    }

    private static string? Option(string[] options, string name) =>
        Array.IndexOf(options, name) is var at and >= 0 && at + 1 < options.Length ? options[at + 1] : null;

    private static void Check(JsonataCase one, string text, ShapeMaker maker, Tally tally, bool tellsUnknown)
    {
        foreach (var dialect in (JsonataDialect[])[JsonataDialect.Standard, JsonataDialect.StepFunctions])
        {
            JsonataExpression expression;
            JsonValue? value;
            try
            {
                expression = JsonataExpression.Parse(text, dialect);
            }
            catch (JsonataException)
            {
                continue;
            }

            var fails = false;
            try
            {
                value = expression.Evaluate(new JsonataEnvironment
                {
                    Input = one.Input,
                    Variables = name => one.Bindings[name],
                    Chance = new Chance(1),
                    Now = DateTimeOffset.UnixEpoch,
                    MaxDepth = 500,
                    TimeLimit = TimeSpan.FromSeconds(2),
                    Clock = TimeProvider.System,
                });
            }
            catch (JsonataException)
            {
                value = null;
                fails = true;
            }

            tally.Values += fails ? 0 : 1;
            for (var share = 0; share < 12; share += 3)
            {
                var input = maker.Generalize(one.Input, share);
                var bindings = one.Bindings.ToDictionary(member => member.Key, member => maker.Generalize(member.Value, share), StringComparer.Ordinal);
                var problems = new List<ShapeProblem>();
                var watch = Stopwatch.StartNew();
                Shape shape;
                try
                {
                    shape = expression.ShapeOf(input, bindings.GetValueOrDefault, problems.Add);
                }
#pragma warning disable CA1031 // Whatever is thrown is what we look for.
                catch (Exception e)
#pragma warning restore CA1031
                {
                    tally.Tell($"{one.Id}: {text.ReplaceLineEndings(" ")}\n  {e}");
                    continue;
                }

                tally.Time(watch.Elapsed, text);
                tally.Checks++;
                if (fails)
                    continue;
                if (share == 0 && dialect == JsonataDialect.Standard)
                {
                    tally.Known += shape.IsAnything ? 0 : 1;
                    tally.Unknown += shape.IsAnything ? 1 : 0;
                    if (shape.IsAnything && tellsUnknown)
                        Console.WriteLine($"unknown {one.Id}: {text.ReplaceLineEndings(" ")}");
                }

                if (!shape.Admits(value))
                {
                    tally.Tell($"{one.Id} {dialect}: {text.ReplaceLineEndings(" ")}\n  of {input}\n  says {shape}\n  got {Told(value)}\n");
                }

                if (problems.Exists(problem => problem.Kind is ShapeProblemKind.NeverTaken) && value is not null)
                {
                    tally.Problems++;
                    if (tellsUnknown && share == 0)
                        Console.WriteLine($"problem {one.Id} {problems[0]}\n    {text.ReplaceLineEndings(" ")}");
                }
            }
        }
    }

    private sealed class Tally(int show)
    {
        private int _told;

        public int Values { get; set; }

        public int Checks { get; set; }

        public int Wrong { get; private set; }

        public int Known { get; set; }

        public int Unknown { get; set; }

        public int Problems { get; set; }

        public TimeSpan Slowest { get; private set; }

        public string SlowestText { get; private set; } = "";

        public void Time(TimeSpan time, string text)
        {
            if (time <= Slowest)
                return;
            Slowest = time;
            SlowestText = text.ReplaceLineEndings(" ");
        }

        public void Tell(string what)
        {
            Wrong++;
            if (_told++ < show)
                Console.WriteLine(what.Length > 1500 ? what[..1500] : what);
        }
    }
}
