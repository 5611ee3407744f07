using Stateside.Language.Evaluation;
using Stateside.Language.Intrinsics;
using Stateside.Language.Json;

namespace Stateside.Language.Tests.Intrinsics;

/// <summary>One file per intrinsic function, in tests/cases/intrinsics: calls, each with what it gives or how it fails.</summary>
public sealed class IntrinsicCaseTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "cases", "intrinsics");

    public static TheoryData<string, string> Calls()
    {
        var calls = new TheoryData<string, string>();
        foreach (var file in Directory.GetFiles(Folder, "*.json").Order(StringComparer.Ordinal))
        {
            foreach (var item in (JsonArray)Read(file)["cases"]!)
                calls.Add(Path.GetFileName(file), Text(item, "call")!);
        }

        return calls;
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void A_call_ends_as_its_case_says(string file, string call)
    {
        var cases = Read(Path.Combine(Folder, file));
        var wanted = (JsonObject)((JsonArray)cases["cases"]!).Single(item => Text(item, "call") == call);
        var context = new EvaluationContext { Input = cases["input"]!, MakeContextObject = () => JsonObject.Empty, Chance = new Chance(1) };

        if (wanted["gives"] is { } value)
        {
            Assert.Equal(value.Text, JsonWriter.Compact(IntrinsicCall.Parse(call).Evaluate(context)));
            return;
        }

        var failure = Assert.Throws<StatesException>(() => IntrinsicCall.Parse(call).Evaluate(context));
        Assert.Equal("States.Runtime", failure.Error);
        var problem = Text(wanted, "fails") is { Length: > 0 } text ? text : $"Invalid arguments in {Text(cases, "function")}";
        Assert.Equal($"There was an error while evaluating the intrinsic function: {call}. {problem}", failure.Cause);
    }

    [Fact]
    public void Every_function_has_its_cases()
    {
        var covered = Directory.GetFiles(Folder, "*.json").Select(file => Text(Read(file), "function")).Order(StringComparer.Ordinal);
        Assert.Equal(IntrinsicFunction.Names.Order(StringComparer.Ordinal), covered);
        Assert.Equal(18, IntrinsicFunction.Names.Count());
    }

    private static JsonObject Read(string file) => (JsonObject)JsonReader.Parse(File.ReadAllText(file));

    private static string? Text(JsonValue item, string key) => (((JsonObject)item)[key] as JsonString)?.Value;
}
