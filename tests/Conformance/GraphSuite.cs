using Stateside.Language.Graph;
using Stateside.Language.Json;
using Stateside.Language.Tests.Graph;
using Stateside.Language.Validation;

namespace Stateside.Conformance;

/// <summary>Draws every definition in the JSON files of a folder and looks for what must not be in a drawing.</summary>
internal static class GraphSuite
{
    /// <summary>Runs the checks.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string folder)
    {
        var (drawn, states, wrong) = (0, 0, 0);
        foreach (var file in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            foreach (var text in Definitions(JsonReader.Parse(File.ReadAllText(file))).Distinct())
            {
                if (DefinitionParser.Parse(text, new DefinitionOptions { AllowSubstitutions = true }).Draft is not { } draft)
                    continue;
                var layout = GraphLayout.Of(StateGraph.Of(draft));
                var problems = DrawingChecks.Problems(layout).ToList();
                if (GraphSvg.Write(layout) != GraphSvg.Write(GraphLayout.Of(StateGraph.Of(draft))))
                    problems.Add("the same definition is drawn in two ways");
                drawn++;
                states += draft.AllStates().Count();
                wrong += problems.Count == 0 ? 0 : 1;
                foreach (var problem in problems)
                    Console.WriteLine($"{Path.GetFileName(file)}, starting at '{draft.StartAt}': {problem}");
            }
        }

        Console.WriteLine($"graph: {drawn} definitions with {states} states drawn, {wrong} of them wrong");
        return drawn > 0 && wrong == 0 ? 0 : 1;
    }

    /// <summary>The outermost definitions in a value, also those that stand in it as texts.</summary>
    public static IEnumerable<string> Definitions(JsonValue value)
    {
        switch (value)
        {
            case JsonObject members when members["StartAt"] is not null && members["States"] is JsonObject:
                return [JsonWriter.Compact(members)];
            case JsonObject members:
                return members.Values.ToArray().SelectMany(Definitions);
            case JsonArray items:
                return items.SelectMany(Definitions);
            case JsonString text when text.Value.Contains("\"StartAt\"", StringComparison.Ordinal) && text.Value.TrimStart().StartsWith('{'):
                try
                {
                    return Definitions(JsonReader.Parse(text.Value));
                }
                catch (JsonSyntaxException)
                {
                    return [];
                }

            default:
                return [];
        }
    }
}
