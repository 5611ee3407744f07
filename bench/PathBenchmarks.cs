using BenchmarkDotNet.Attributes;
using Stateside.Language.Evaluation;
using Stateside.Language.Json;
using Stateside.Language.Paths;

namespace Stateside.Bench;

/// <summary>Compiled paths over a document of a hundred orders.</summary>
[MemoryDiagnoser]
public class PathBenchmarks
{
    private readonly EvaluationContext _context = new()
    {
        Input = JsonReader.Parse("{\"orders\": [" + string.Join(", ", Enumerable.Range(0, 100).Select(i => $"{{\"id\": \"A-{i}\", \"price\": {i}.5}}")) + "]}"),
        MakeContextObject = () => JsonObject.Empty,
        Chance = new Chance(1),
    };

    private JsonPath _path = null!;

    /// <summary>Which path is measured.</summary>
    [Params("$.orders[7].price", "$.orders[*].price", "$.orders[?(@.price > 50)].id", "$..id")]
    public string Path { get; set; } = "";

    /// <summary>Compiles the path.</summary>
    [GlobalSetup]
    public void Compile() => _path = JsonPath.Parse(Path);

    /// <summary>One evaluation.</summary>
    [Benchmark]
    public bool Evaluate()
    {
        // As whoever works on a state does.
        _context.Budget.Begin();
        return _path.TryEvaluate(_context, out _);
    }
}
