using Stateside.Language.Definitions;
using Stateside.Language.Graph;
using Stateside.Language.Validation;

namespace Stateside.Language.Tests.Graph;

/// <summary>Definitions for the tests of drawings.</summary>
internal static class Drawings
{
    /// <summary>The graph of a definition with these states, which begins at the first.</summary>
    public static StateGraph Graph(string states, string startAt = "A", string language = "JSONPath") =>
        StateGraph.Of(Draft($$"""{"QueryLanguage": "{{language}}", "StartAt": "{{startAt}}", "States": { {{states}} } }"""));

    public static Definition Draft(string text) => DefinitionParser.Parse(text, new DefinitionOptions { AllowSubstitutions = true }).Draft!;

    public static GraphNode Node(this StateGraph graph, string name) => graph.Root.Nodes.Single(node => node.Name == name && node.Kind != GraphNodeKind.End);

    public static PlacedNode Node(this GraphLayout layout, string name) =>
        layout.AllNodes().Single(node => node.Node.Name == name && node.Node.Kind != GraphNodeKind.End);
}
