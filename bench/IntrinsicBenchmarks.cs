using BenchmarkDotNet.Attributes;
using Stateside.Language.Evaluation;
using Stateside.Language.Intrinsics;
using Stateside.Language.Json;

namespace Stateside.Bench;

/// <summary>Compiled calls of intrinsic functions over a small order and twenty tags.</summary>
[MemoryDiagnoser]
public class IntrinsicBenchmarks
{
    private readonly EvaluationContext _context = new()
    {
        Input = JsonReader.Parse("{\"id\": \"A-17\", \"amount\": 41, \"order\": {\"lines\": [{\"sku\": \"a\", \"n\": 2}], \"paid\": true}, "
            + "\"text\": \"{\\\"a\\\": [1, 2.5, \\\"x\\\"]}\", \"tags\": ["
            + string.Join(", ", Enumerable.Range(0, 20).Select(i => $"\"tag {i % 12}\"")) + "]}"),
        MakeContextObject = () => JsonObject.Empty,
        Chance = new Chance(1),
    };

    private IntrinsicCall _call = null!;

    /// <summary>Which call is measured.</summary>
    [Params(
        "States.Format('Order {} of {}', $.id, $.amount)",
        "States.Array($.id, $.amount)",
        "States.ArrayContains($.tags, 'tag 7')",
        "States.ArrayUnique($.tags)",
        "States.ArrayPartition($.tags, 3)",
        "States.Base64Encode($.id)",
        "States.Hash($.id, 'SHA-256')",
        "States.JsonToString($.order)",
        "States.StringToJson($.text)",
        "States.MathAdd($.amount, 1)",
        "States.StringSplit($.id, '-')")]
    public string Call { get; set; } = "";

    /// <summary>Compiles the call.</summary>
    [GlobalSetup]
    public void Compile() => _call = IntrinsicCall.Parse(Call);

    /// <summary>One evaluation.</summary>
    [Benchmark]
    public JsonValue Evaluate() => _call.Evaluate(_context);
}
