using BenchmarkDotNet.Attributes;
using Stateside.Language.Definitions;
using Stateside.Language.Graph;
using Stateside.Language.Json;
using Stateside.Language.Tests.Graph;
using Stateside.Language.Validation;

namespace Stateside.Bench;

/// <summary>Drawing a definition: from the parsed definition to the SVG.</summary>
[MemoryDiagnoser]
public class GraphBenchmarks
{
    private Definition _workflow = null!;
    private Definition _tangle = null!;

    /// <summary>How many states the definition has.</summary>
    [Params(5, 30, 100, 200, 300)]
    public int States { get; set; }

    /// <summary>Makes the definitions.</summary>
    [GlobalSetup]
    public void Parse()
    {
        _workflow = DefinitionParser.Parse(Workflow(States)).Draft!;
        _tangle = DefinitionParser.Parse(GeneratedDefinitions.Text(1, States)).Draft!;
    }

    /// <summary>As people write them: one step after the other, some with a choice between two ways, errors caught in one place.</summary>
    [Benchmark]
    public string Workflow() => Draw(_workflow);

    /// <summary>Ways from anywhere to anywhere, as nobody should write them.</summary>
    [Benchmark]
    public string Tangle() => Draw(_tangle);

    private static string Draw(Definition definition) => GraphSvg.Write(GraphLayout.Of(StateGraph.Of(definition)));

    private static string Workflow(int count)
    {
        var states = new JsonObject.Builder(count);
        for (var i = 0; i < count - 2; i++)
        {
            var next = $"State{(i / 4 * 4) + 4}";
            var last = i + 4 - (i % 4) >= count - 2;
            states.Set($"State{i}", (JsonObject)JsonReader.Parse((i % 4) switch
            {
                0 when i + 3 < count - 2 =>
                    $$"""{"Type": "Choice", "Choices": [{"Variable": "$.total", "NumericGreaterThan": {{i}}, "Next": "State{{i + 1}}"}], "Default": "State{{i + 2}}"}""",
                2 when i + 1 < count - 2 => $$"""{"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Next": "State{{i + 1}}"}""",
                _ =>
                    $$"""{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "{{(last ? "Done" : next)}}", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Failed"}]}""",
            }));
        }

        states.Set("Done", (JsonObject)JsonReader.Parse("""{"Type": "Succeed"}"""));
        states.Set("Failed", (JsonObject)JsonReader.Parse("""{"Type": "Fail"}"""));
        return JsonWriter.Compact(JsonObject.Of(("StartAt", JsonValue.From("State0")), ("States", states.ToObject())));
    }
}
