using Stateside.Engine.Template.Parsing;
using Stateside.Language.Json;

namespace Stateside.Engine.Template;

/// <summary>Definition files by themselves, which may be written in JSON or in YAML.</summary>
internal static class DefinitionFile
{
    /// <summary>A definition's text as JSON.</summary>
    /// <param name="path">The file's path; its ending decides when the text begins with a brace but is not JSON.</param>
    /// <param name="text">The file's text.</param>
    /// <returns>The text itself when it is JSON or begins like it; what YAML means, as JSON.</returns>
    /// <exception cref="TemplateException">The text is neither JSON nor YAML.</exception>
    public static string JsonText(string path, string text)
    {
        var looksLikeJson = text.AsSpan().TrimStart("\uFEFF \t\r\n").StartsWith("{");
        if (looksLikeJson && Path.GetExtension(path) is not (".yaml" or ".yml"))
            return text.TrimStart('\uFEFF');
        var root = TemplateParser.Parse(path, text.TrimStart('\uFEFF'), new DiagnosticLog());
        return root.WholeOf is { IsJson: true } json ? json.Text : JsonWriter.Indented(root.ToJson());
    }
}
