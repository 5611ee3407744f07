using Stateside.Engine.Files;
using Stateside.Language.Json;
using Tomlyn;
using Tomlyn.Parsing;
using Tomlyn.Serialization;

namespace Stateside.Engine.Template.Parsing;

/// <summary>
/// What samconfig says about a deployment: parameter_overrides, stack_name, region and template_file of one environment. See
/// https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-sam-cli-config.html.
/// </summary>
internal sealed class SamConfig
{
    private static readonly string[] FileNames = ["samconfig.toml", "samconfig.yaml", "samconfig.yml"];

    /// <summary>Where a value is looked for, first wins: what is deployed, then what the other commands would take.</summary>
    private static readonly string[] Commands = ["deploy", "build", "local_invoke", "local_start_lambda", "validate", "package", "global"];

    private readonly List<Dictionary<string, object>> _sections = [];

    private SamConfig(string file) => File = file;

    /// <summary>The path of the file.</summary>
    public string File { get; }

    /// <summary>The stack's name.</summary>
    public string? StackName => Text("stack_name");

    /// <summary>The region to deploy to.</summary>
    public string? Region => Text("region");

    /// <summary>The template, as a full path.</summary>
    public string? TemplateFile =>
        (Text("template_file") ?? Text("template")) is { Length: > 0 } path ? Path.GetFullPath(path, Path.GetDirectoryName(File)!) : null;

    /// <summary>The parameters' values.</summary>
    public Dictionary<string, string> ParameterOverrides
    {
        get
        {
            var values = new Dictionary<string, string>(StringComparer.Ordinal);
            switch (Find("parameter_overrides"))
            {
                case string words:
                    AddPairs(Words(words), values);
                    break;
                case List<object> items:
                    AddPairs(items.OfType<string>().SelectMany(item => item.StartsWith("ParameterKey=", StringComparison.Ordinal) ? Words(item) : [item]), values);
                    break;
                case Dictionary<string, object> table:
                    foreach (var (name, value) in table)
                        values[name] = value is List<object> list ? string.Join(',', list) : value.ToString()!;
                    break;
            }

            return values;
        }
    }

    /// <summary>Reads the file that is named, or the one in a folder where there is one.</summary>
    /// <param name="file">The path, or null to look for one.</param>
    /// <param name="folder">Where to look.</param>
    /// <param name="environment">The environment.</param>
    /// <param name="log">Takes an environment that the file does not have.</param>
    /// <returns>What it says; null when there is no file.</returns>
    /// <exception cref="TemplateException">The file that is named is not there, or a file cannot be read.</exception>
    public static SamConfig? Find(string? file, string folder, string environment, DiagnosticLog log)
    {
        file ??= FileNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(System.IO.File.Exists);
        if (file is null)
            return null;
        file = Path.GetFullPath(file);
        var root = Path.GetExtension(file) == ".toml" ? ReadToml(file) : Plain(TemplateParser.ParseFile(file, log).ToJson()) as Dictionary<string, object>;
        var config = new SamConfig(file);
        if (root?.GetValueOrDefault(environment) is Dictionary<string, object> commands)
        {
            config._sections.AddRange(Commands
                .Select(command => (commands.GetValueOrDefault(command) as Dictionary<string, object>)?.GetValueOrDefault("parameters"))
                .OfType<Dictionary<string, object>>());
        }
        else if (environment != "default")
        {
            log.Warn(new(file, 1, 1), $"There is no environment '{environment}' in this file.", "Name one that it has, or leave the option out.");
        }

        return config;
    }

    private static Dictionary<string, object> ReadToml(string file)
    {
        try
        {
            var text = UserFile.ReadNamedText(file);
            var reader = TomlReader.Create(text);
            while (reader.TokenType != TomlTokenType.StartTable)
                reader.Read();
            var root = TomlTable(reader, new(StringComparer.Ordinal));

            // The reader lets keys and tables stand twice; this does not.
            SyntaxParser.ParseStrict(text);
            return root;
        }
        catch (TomlException e)
        {
            var problem = e.Diagnostics.FirstOrDefault();

            // Of a key that stands twice it quotes the line, which the place names already.
            var words = (problem?.Message ?? e.Message).Split(" with `")[0].Trim().TrimEnd('.').Replace("`␤`", "the end of the line", StringComparison.Ordinal);
            throw new TemplateException(new(file, (problem?.Span.Start.Line ?? 0) + 1, (problem?.Span.Start.Column ?? 0) + 1), $"This is not TOML: {words}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new TemplateException($"{file}: {(System.IO.File.Exists(file) ? e.Message : "There is no such file.")}");
        }
    }

    /// <summary>Reads the table that begins here; one that begins again, under a header further down, goes on.</summary>
    private static Dictionary<string, object> TomlTable(TomlReader reader, Dictionary<string, object> table)
    {
        while (reader.Read() && reader.TokenType != TomlTokenType.EndTable)
        {
            var key = reader.PropertyName!;
            reader.Read();
            table[key] = TomlValue(reader, table.GetValueOrDefault(key));
        }

        return table;
    }

    /// <summary>Numbers, Booleans and dates stay as they are written.</summary>
    private static object TomlValue(TomlReader reader, object? before)
    {
        switch (reader.TokenType)
        {
            case TomlTokenType.StartTable:
                return TomlTable(reader, before as Dictionary<string, object> ?? new(StringComparer.Ordinal));
            case TomlTokenType.StartArray:
                var items = new List<object>();
                while (reader.Read() && reader.TokenType != TomlTokenType.EndArray)
                    items.Add(TomlValue(reader, null));
                return items;
            case TomlTokenType.String:
                return reader.GetString();
            default:
                return reader.GetRawText();
        }
    }

    private static object Plain(JsonValue value) => value switch
    {
        JsonObject table => table.ToDictionary(member => member.Key, member => Plain(member.Value), StringComparer.Ordinal),
        JsonArray items => items.Select(Plain).ToList(),
        _ => ScalarNode.TextOf(value) ?? "",
    };

    private object? Find(string key) => _sections.Select(section => section.GetValueOrDefault(key)).FirstOrDefault(value => value is not null);

    private string? Text(string key) => Find(key) as string;

    private static void AddPairs(IEnumerable<string> words, Dictionary<string, string> values)
    {
        foreach (var word in words)
        {
            if (word.StartsWith("ParameterKey=", StringComparison.Ordinal) && word.Split(",ParameterValue=", 2) is [var key, var given])
                values[key["ParameterKey=".Length..]] = Unquoted(given);
            else if (word.Split('=', 2) is [var name, var value])
                values[name] = Unquoted(value);
        }
    }

    private static string Unquoted(string text) =>
        text.Length > 1 && text[0] is '"' or '\'' && text[^1] == text[0] ? text[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal) : text;

    /// <summary>The words of a command line: blanks between quotation marks do not part words.</summary>
    private static List<string> Words(string line)
    {
        var words = new List<string>();
        var start = -1;
        var quote = '\0';
        for (var i = 0; i <= line.Length; i++)
        {
            if (i == line.Length || (quote == '\0' && char.IsWhiteSpace(line[i])))
            {
                if (start >= 0)
                    words.Add(line[start..i]);
                start = -1;
                continue;
            }

            if (start < 0)
                start = i;
            if (line[i] == '\\')
                i = Math.Min(i + 1, line.Length - 1);
            else if (quote != '\0')
                quote = line[i] == quote ? '\0' : quote;
            else if (line[i] is '"' or '\'')
                quote = line[i];
        }

        return words;
    }
}
