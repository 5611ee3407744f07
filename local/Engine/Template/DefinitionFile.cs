using System.Text;
using System.Text.RegularExpressions;
using Stateside.Engine.Template.Parsing;
using Stateside.Language.Json;

namespace Stateside.Engine.Template;

/// <summary>A definition file by itself, which may be written in JSON or in YAML.</summary>
internal sealed partial class DefinitionFile
{
    private readonly DefinitionSource? _yaml;
    private readonly List<(int Line, int Column)> _quotes = [];

    private DefinitionFile(string json) => Json = Quoted(json.TrimStart('\uFEFF'));

    private DefinitionFile(string path, TemplateNode root)
    {
        Json = JsonWriter.Indented(root.ToJson());
        _yaml = new DefinitionSource(JsonTemplateParser.Parse(path, Json, new DiagnosticLog()), root, null, text => text)
        {
            File = path,
            Text = Json,
            LinesMatch = false,
        };
    }

    /// <summary>
    /// The definition as JSON: the file's text, or what its YAML means. A substitution that stands where a number or an object is due,
    /// such as <c>"Seconds": ${Pause}</c>, is a text here.
    /// </summary>
    public string Json { get; }

    /// <summary>Whether it is no definition but a template. Of what is no JSON the parsers tell more.</summary>
    public bool IsTemplate => JsonReader.TryParse(Json, out var json) && json is JsonObject root && root["Resources"] is JsonObject && root["States"] is null;

    /// <summary>Reads a definition file's text.</summary>
    /// <param name="path">The file's path; its ending decides when the text begins with a brace but is not JSON.</param>
    /// <param name="text">The file's text.</param>
    /// <exception cref="TemplateException">The text is neither JSON nor YAML.</exception>
    public static DefinitionFile Read(string path, string text)
    {
        text = text.TrimStart('\uFEFF');
        var isYaml = Path.GetExtension(path) is ".yaml" or ".yml";
        var begins = text.AsSpan().TrimStart();
        if (!isYaml && (begins.IsEmpty || begins.StartsWith("{") || Path.GetExtension(path) == ".json"))
            return new(text);
        var root = TemplateParser.Parse(path, text, new DiagnosticLog());
        return root.WholeOf is { IsJson: true } json ? new(json.Text) : new(path, root);
    }

    /// <summary>Where a place in <see cref="Json"/> stands in the file.</summary>
    /// <param name="line">The line, from 1.</param>
    /// <param name="column">The column in characters, from 1.</param>
    public (int Line, int Column) Locate(int line, int column)
    {
        if (_yaml?.Locate(line, column) is { } place)
            return (place.Line, place.Column);
        return (line, column - _quotes.Count(quote => quote.Line == line && quote.Column < column));
    }

    /// <summary>The text with quotation marks around substitutions that stand outside of texts.</summary>
    private string Quoted(string text)
    {
        if (!text.Contains("${", StringComparison.Ordinal))
            return text;
        var quoted = new StringBuilder(text.Length + 16);
        var (line, begin) = (1, 0);
        foreach (Match token in Token().Matches(text))
        {
            if (token.Value[0] == '\n')
                (line, begin) = (line + 1, quoted.Length + 1);
            if (token.Value[0] == '$')
            {
                var column = quoted.Length - begin + 1;
                _quotes.Add((line, column));
                _quotes.Add((line, column + token.Length + 1));
                quoted.Append('"').Append(token.Value).Append('"');
            }
            else
            {
                quoted.Append(token.Value);
            }
        }

        return quoted.ToString();
    }

    /// <summary>A text, a substitution outside of texts, a line's end, or any other character.</summary>
    [GeneratedRegex("""
        "(?>(?:[^"\\\n]|\\.)*)"?|\$\{[A-Za-z0-9_.:]+\}|(?s:.)
        """, RegexOptions.CultureInvariant)]
    private static partial Regex Token();
}
