using System.Diagnostics;
using System.Globalization;
using System.Text;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Jsonata;
using Stateside.Language.Jsonata.Parsing;

namespace Stateside.Conformance;

/// <summary>
/// Evaluates mutated expressions of the suite: nothing may crash or outrun the guards and, where the reference is at hand, value or error
/// must be as it says.
/// </summary>
internal static class JsonataFuzz
{
    private static readonly string[] Unrepeatable = ["$random", "$shuffle", "$now", "$millis", "$uuid", "$eval"];
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    public static int Run(string folder, string[] options)
    {
        var count = int.Parse(Option(options, "--count") ?? "2000", CultureInfo.InvariantCulture);
        var seed = ulong.Parse(Option(options, "--seed") ?? "1", CultureInfo.InvariantCulture);
        var cases = JsonataSuite.Read(folder).Where(one => one.Source["depth"] is null).ToArray();
        var mutator = new JsonataMutator([.. cases.Select(one => one.Expression)], seed);
        using var reference = Option(options, "--reference") is { } script ? new JsonataReferenceProcess(script) : null;
        var tally = new Tally();
        for (var i = 0; i < count; i++)
        {
            var one = cases[i % cases.Length];
            var expression = mutator.Next(i % cases.Length);
            if (reference is not null && Array.Exists(Unrepeatable, name => expression.Contains(name, StringComparison.Ordinal)))
                continue;
            var ours = Evaluate(expression, one, tally);
            if (reference is null)
                tally.Values += ours.Value is null ? 0 : 1;
            else
                Compare(expression, one, ours, reference, tally);
        }

        tally.Print(seed, reference is not null);
        if (Option(options, "--report") is { } file)
            File.WriteAllBytes(file, Encoding.UTF8.GetBytes(JsonWriter.Indented(JsonArray.Of([.. tally.Differences])) + "\n"));
        return tally.Crashes + tally.Hangs + tally.Differences.Count == 0 ? 0 : 1;
    }

    private static string? Option(string[] options, string name) =>
        Array.IndexOf(options, name) is var at and >= 0 && at + 1 < options.Length ? options[at + 1] : null;

    private static Answer Evaluate(string expression, JsonataCase one, Tally tally)
    {
        tally.Count++;
        var watch = Stopwatch.StartNew();
        try
        {
            var value = JsonataExpression.Parse(expression, JsonataDialect.Standard).Evaluate(new JsonataEnvironment
            {
                Input = one.Input,
                Variables = name => one.Bindings[name],
                Chance = new Chance(1),
                Now = DateTimeOffset.UtcNow,
                MaxDepth = 1000,
                TimeLimit = Limit,
                Clock = TimeProvider.System,
            });
            return new Answer(value, null, null);
        }
        catch (JsonataException e)
        {
            return new Answer(null, e.Code, e.Message);
        }
#pragma warning disable CA1031 // Any other exception is what we look for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            tally.Crashes++;
            Console.WriteLine($"crash: {expression.ReplaceLineEndings(" ")}\n  {e}");
            return new Answer(null, "crash", e.Message);
        }
        finally
        {
            if (watch.Elapsed > Limit * 3)
            {
                tally.Hangs++;
                Console.WriteLine($"hang: {expression.ReplaceLineEndings(" ")}: {watch.Elapsed}");
            }
        }
    }

    private static void Compare(string expression, JsonataCase one, Answer ours, JsonataReferenceProcess reference, Tally tally)
    {
        var question = new JsonObject.Builder();
        question.Set("expr", new JsonString(expression)).Set("bindings", one.Bindings);
        if (one.Input is not null)
            question.Set("input", one.Input);
        if (reference.Ask(question.ToObject()) is not { } theirs)
        {
            tally.Unanswered++;
            return;
        }

        var error = (theirs["error"] as JsonString)?.Value;
        var sameVerdict = (error is null) == (ours.Error is null) && (theirs["value"] is null) == (ours.Value is null);
        tally.Verdicts += sameVerdict ? 1 : 0;
        tally.Codes += sameVerdict && error is not null && error == ours.Error ? 1 : 0;
        tally.Errors += error is not null ? 1 : 0;
        tally.Values += ours.Value is null ? 0 : 1;
        if (sameVerdict && (theirs["value"] is null || theirs["value"]!.Equals(ours.Value)))
            return;
        var difference = JsonObject.Of(
            ("case", new JsonString(one.Id)),
            ("expression", new JsonString(expression)),
            ("verdict", JsonValue.From(sameVerdict)),
            ("theirs", theirs),
            ("ours", ours.Error is null ? ours.Value ?? new JsonString("(no value)") : new JsonString($"{ours.Error}: {ours.Message}")));
        tally.Differences.Add(difference);
    }

    private sealed record Answer(JsonValue? Value, string? Error, string? Message);

    private sealed class Tally
    {
        public List<JsonValue> Differences { get; } = [];

        public int Count { get; set; }

        public int Crashes { get; set; }

        public int Hangs { get; set; }

        public int Values { get; set; }

        public int Verdicts { get; set; }

        public int Errors { get; set; }

        public int Codes { get; set; }

        public int Unanswered { get; set; }

        public void Print(ulong seed, bool isCompared)
        {
            Console.WriteLine($"jsonata-fuzz: {Count} expressions (seed {seed}), {Values} with a value, {Crashes} crashes, {Hangs} hangs");
            if (isCompared)
            {
                Console.WriteLine($"  reference: {Verdicts} of {Count - Unanswered} verdicts the same, {Differences.Count} differences, "
                    + $"{Codes} of {Errors} error codes the same, {Unanswered} unanswered");
            }
        }
    }
}
