using Stateside.Language.Evaluation;
using Stateside.Language.Json;

namespace Stateside.Language.Tests;

/// <summary>Contexts and values for the tests of what looks things up.</summary>
internal static class Evaluation
{
    public static JsonValue Value(string text) => JsonReader.Parse(text);

    public static EvaluationContext Context(string input, string contextObject = "{}", string variables = "{}") => new()
    {
        Input = Value(input),
        MakeContextObject = () => (JsonObject)Value(contextObject),
        Variables = new VariableScope((JsonObject)Value(variables)),
        Chance = new Chance(1),
    };
}
