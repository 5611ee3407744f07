using BenchmarkDotNet.Attributes;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Jsonata;
using Stateside.Language.Jsonata.Parsing;

namespace Stateside.Bench;

/// <summary>Time and allocation of JSONata expressions over a document of 100 KB.</summary>
[MemoryDiagnoser]
public class JsonataBenchmarks
{
    private readonly JsonObject _states = JsonObject.Of(("input", JsonataInput.Document));
    private JsonataExpression _expression = null!;

    /// <summary>The names of the expressions.</summary>
    public static IEnumerable<string> Names => JsonataInput.Expressions.Select(member => member.Key);

    /// <summary>Which expression is measured.</summary>
    [ParamsSource(nameof(Names))]
    public string Name { get; set; } = "";

    private string Source => ((JsonString)JsonataInput.Expressions[Name]!).Value;

    /// <summary>Compiles the expression.</summary>
    [GlobalSetup]
    public void Compile() => _expression = JsonataExpression.Parse(Source);

    /// <summary>Compiling alone.</summary>
    [Benchmark]
    public JsonataExpression Parse() => JsonataExpression.Parse(Source);

    /// <summary>One evaluation of the compiled expression.</summary>
    [Benchmark]
    public JsonValue? Evaluate() => _expression.Evaluate(new JsonataEnvironment
    {
        Variables = name => name == "states" ? _states : null,
        Chance = new Chance(1),
    });
}
