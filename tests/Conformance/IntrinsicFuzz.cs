using System.Globalization;
using System.Text.RegularExpressions;
using Stateside.Language.Evaluation;
using Stateside.Language.Intrinsics;
using Stateside.Language.Json;
using Stateside.Language.Jsonata;
using Stateside.Language.Jsonata.Parsing;

namespace Stateside.Conformance;

/// <summary>Puts random arguments to each intrinsic function and to what Java has in its place: value or failure must be the same.</summary>
internal sealed partial class IntrinsicFuzz
{
    private const int Batch = 1000;

    private readonly IntrinsicArgumentMaker _maker;
    private readonly JavaProcess _java;
    private readonly int _count;
    private int _differences;

    private IntrinsicFuzz(ulong seed, int count, JavaProcess java)
    {
        _maker = new IntrinsicArgumentMaker(seed);
        _java = java;
        _count = count;
    }

    public static int Run(string[] options)
    {
        var count = int.Parse(Option(options, "--count") ?? "500", CultureInfo.InvariantCulture);
        var seed = ulong.Parse(Option(options, "--seed") ?? "1", CultureInfo.InvariantCulture);
        var only = Option(options, "--only");
        using var java = new JavaProcess("IntrinsicReference", "jackson-core", "jackson-databind", "jackson-annotations", "commons-codec");
        var fuzz = new IntrinsicFuzz(seed, count, java);
        foreach (var name in IntrinsicFunction.Names.Append("$random").Where(name => name != "States.UUID" && (only is null || name == only)))
            fuzz.Compare(name);
        Console.WriteLine($"intrinsics: {count} calls of each function (seed {seed}), {fuzz._differences} differences");
        return fuzz._differences == 0 ? 0 : 1;
    }

    private static string? Option(string[] options, string name) =>
        Array.IndexOf(options, name) is var at and >= 0 && at + 1 < options.Length ? options[at + 1] : null;

    private void Compare(string function)
    {
        var kinds = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (var done = 0; done < _count; done += Batch)
        {
            var calls = Enumerable.Range(0, Math.Min(Batch, _count - done)).Select(_ => _maker.Make(function)).ToArray();
            var answers = _java.Ask([.. calls.Select(call => JsonWriter.Compact(Question(function, call)))]);
            for (var i = 0; i < calls.Length; i++)
            {
                var kind = Verdict(function, calls[i], (JsonObject)JacksonReader.Read(answers[i])!);
                kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
            }
        }

        Console.WriteLine($"  {function}: {string.Join(", ", kinds.Select(kind => $"{kind.Value} {kind.Key}"))}");
    }

    private static JsonObject Question(string function, JsonArray arguments) =>
        JsonObject.Of(("function", new JsonString(function)), ("arguments", arguments));

    private string Verdict(string function, JsonArray arguments, JsonObject theirs)
    {
        var ours = Evaluate(function, arguments);
        if (ours.Value is { } value && theirs["value"] is { } expected)
        {
            if (JsonWriter.Compact(value) == JsonWriter.Compact(expected) || AreSame(value, expected))
                return "values";
            if (AreSame(Digits(value), Digits(expected)))
                return "values but for the digits of a double, of which Java before 19 prints more than it needs";
            if (theirs["tree"] is not null && AreSame(Sorted(value), Sorted(expected)))
                return "values in another order, where a set made a tree of a long list";
        }
        else if (ours.Problem is { } problem && theirs["failed"] is { } failed)
        {
            if (failed is JsonNull ? problem.Contains("Invalid ", StringComparison.Ordinal) : problem.EndsWith(((JsonString)failed).Value, StringComparison.Ordinal))
                return "failures";
        }

        if (++_differences <= 20)
            Console.WriteLine($"{function}{JsonWriter.Compact(arguments)}\n  Java: {JsonWriter.Compact(theirs)}\n  ours: {ours.Problem ?? JsonWriter.Compact(ours.Value!)}");
        return "DIFFERENCES";
    }

    private static (JsonValue? Value, string? Problem) Evaluate(string function, JsonArray arguments)
    {
        if (function == "$random")
        {
            var expression = JsonataExpression.Parse("$random($seed)");
            return (expression.Evaluate(new JsonataEnvironment { Variables = name => name == "seed" ? arguments[0] : null, Chance = new Chance(1) }), null);
        }

        var context = new EvaluationContext { Input = arguments, MakeContextObject = () => JsonObject.Empty, Chance = new Chance(1) };
        try
        {
            return (IntrinsicCall.Parse($"{function}({string.Join(',', arguments.Select((_, i) => $"$[{i}]"))})").Evaluate(context), null);
        }
        catch (StatesException e)
        {
            return (null, e.Cause);
        }
    }

    /// <summary>Whether values are the same, numbers by value: Java prints those that pass through it its own way.</summary>
    private static bool AreSame(JsonValue ours, JsonValue theirs) => (ours, theirs) switch
    {
        (JsonNumber { Double: var number }, JsonString text) when !double.IsFinite(number) => text.Value == JavaNumber.Text(number),
        (JsonArray a, JsonArray b) => a.Count == b.Count && a.Zip(b).All(pair => AreSame(pair.First, pair.Second)),
        (JsonObject a, JsonObject b) => a.Keys.SequenceEqual(b.Keys) && a.Zip(b).All(pair => AreSame(pair.First.Value, pair.Second.Value)),
        _ => ours.Equals(theirs),
    };

    private static JsonArray Sorted(JsonValue items) => JsonArray.Of(((JsonArray)items).OrderBy(JavaValue.Text, StringComparer.Ordinal));

    private static JsonValue Digits(JsonValue value) => value is JsonString text
        ? new JsonString(Double().Replace(text.Value, match => JavaNumber.Text(double.Parse(match.Value, CultureInfo.InvariantCulture))))
        : value;

    [GeneratedRegex(@"-?[0-9]+\.[0-9]+(E-?[0-9]+)?")]
    private static partial Regex Double();
}
