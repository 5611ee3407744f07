using System.Text;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Jsonata;
using Stateside.Language.Jsonata.Parsing;

namespace Stateside.Conformance;

/// <summary>One case of the JSONata test suite: an expression, what it may look at, and what must come of it.</summary>
internal sealed record JsonataCase(string Id, string Expression, JsonValue? Input, JsonObject Bindings, JsonObject Source);

/// <summary>Runs the language-neutral test suite of the JSONata project.</summary>
internal static class JsonataSuite
{
    public static int Run(string folder, string? report)
    {
        var exclusions = Exclusions();
        var failures = new List<string>();
        var results = new List<JsonValue>();
        var (passed, total, excluded) = (0, 0, 0);
        foreach (var one in Read(folder))
        {
            total++;
            var reason = exclusions.Find(exclusion => one.Id.StartsWith(exclusion.Prefix, StringComparison.Ordinal)).Reason;
            if (reason is not null)
            {
                excluded++;
                results.Add(Report(one.Id, "excluded", reason));
                continue;
            }

            if (Check(one) is { } problem)
            {
                failures.Add($"{one.Id}: {one.Expression.ReplaceLineEndings(" ")}\n  {problem}");
                results.Add(Report(one.Id, "failed", problem));
            }
            else
            {
                passed++;
                results.Add(Report(one.Id, "passed", null));
            }
        }

        foreach (var failure in failures)
            Console.WriteLine(failure);
        Console.WriteLine($"jsonata: {passed} of {total} passed, {excluded} excluded");
        if (report is not null)
            File.WriteAllBytes(report, Encoding.UTF8.GetBytes(JsonWriter.Indented(JsonArray.Of([.. results])) + "\n"));
        return failures.Count == 0 ? 0 : 1;
    }

    /// <summary>The cases of a folder.</summary>
    public static IEnumerable<JsonataCase> Read(string folder)
    {
        var datasets = Directory.GetFiles(Path.Combine(folder, "datasets"), "*.json")
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), file => LooseJson.ReadFile(file), StringComparer.Ordinal);
        foreach (var file in Directory.GetFiles(Path.Combine(folder, "groups"), "*.json").Order(StringComparer.Ordinal))
        {
            foreach (var item in (JsonArray)LooseJson.ReadFile(file))
            {
                var source = (JsonObject)item;
                var input = source["data"] ?? (source["dataset"] is JsonString name ? datasets[name.Value] : null);
                yield return new JsonataCase(
                    ((JsonString)source["id"]!).Value,
                    ((JsonString)source["expr"]!).Value,
                    input,
                    source["bindings"] as JsonObject ?? JsonObject.Empty,
                    source);
            }
        }
    }

    public static JsonataEnvironment Environment(JsonataCase one) => new()
    {
        Input = one.Input,
        Variables = name => one.Bindings[name],
        Chance = new Chance(1),
        Now = DateTimeOffset.UtcNow,
        MaxDepth = one.Source["depth"] is JsonNumber depth ? (int)depth.Int64 : int.MaxValue,
        TimeLimit = TimeSpan.FromMilliseconds(one.Source["timelimit"] is JsonNumber limit ? limit.Double : 20_000),
        Clock = TimeProvider.System,
    };

    private static string? Check(JsonataCase one)
    {
        JsonValue? result;
        try
        {
            result = JsonataExpression.Parse(one.Expression, JsonataDialect.Standard).Evaluate(Environment(one));
        }
        catch (JsonataException e)
        {
            return CheckError(one.Source, e);
        }

        if (one.Source["code"] is JsonString code)
            return $"expected the error {code.Value}, got {Show(result)}";
        if (one.Source["error"] is { } error)
            return $"expected the error {error}, got {Show(result)}";
        if (one.Source["undefinedResult"] is not null)
            return result is null ? null : $"expected no value, got {Show(result)}";
        var expected = one.Source["result"]!;
        var same = one.Source["unordered"] is not null ? SameItems(expected, result) : expected.Equals(result);
        return same ? null : $"expected {Show(expected)}\n  got      {Show(result)}";
    }

    private static string? CheckError(JsonObject source, JsonataException e)
    {
        var got = $"got the error {e.Code} at {e.Position} (token {e.Token}): {e.Message}";
        if (source["code"] is JsonString code)
        {
            var token = (source["token"] as JsonString)?.Value;
            return e.Code == code.Value && (token is null || token == e.Token) ? null : $"expected the error {code.Value} {token}, {got}";
        }

        if (source["error"] is not JsonObject error)
            return $"expected {Show(source["result"])}, {got}";
        foreach (var (key, value) in error)
        {
            var actual = key switch
            {
                "code" => JsonValue.From(e.Code),
                "message" => JsonValue.From(e.Message),
                "token" => JsonValue.From(e.Token),
                "value" => e.Value,
                "functionName" => JsonValue.From(e.Token),
                "position" => JsonValue.From((long)e.Position),
                _ => null,
            };
            if (!value.Equals(actual))
                return $"expected {key} {value}, {got}";
        }

        return null;
    }

    private static bool SameItems(JsonValue expected, JsonValue? actual)
    {
        if (expected is not JsonArray left || actual is not JsonArray right || left.Count != right.Count)
            return expected.Equals(actual);
        var rest = right.ToList();
        return left.All(rest.Remove);
    }

    private static string Show(JsonValue? value)
    {
        var text = value?.Text ?? "no value";
        return text.Length > 2000 ? text[..2000] + "…" : text;
    }

    private static JsonObject Report(string id, string outcome, string? detail) =>
        detail is null
            ? JsonObject.Of(("id", JsonValue.From(id)), ("outcome", JsonValue.From(outcome)))
            : JsonObject.Of(("id", JsonValue.From(id)), ("outcome", JsonValue.From(outcome)), ("detail", JsonValue.From(detail)));

    /// <summary>What is not to be run, by the start of its id, with the reason.</summary>
    private static List<(string Prefix, string? Reason)> Exclusions()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "jsonata-exclusions.json");
        return [.. ((JsonArray)JsonReader.Parse(File.ReadAllBytes(file))).Cast<JsonObject>()
            .Select(entry => (((JsonString)entry["id"]!).Value, (string?)((JsonString)entry["reason"]!).Value))];
    }
}
