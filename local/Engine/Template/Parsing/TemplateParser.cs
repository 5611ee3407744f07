using Stateside.Engine.Files;

namespace Stateside.Engine.Template.Parsing;

/// <summary>Reads a JSON or YAML file into nodes, whatever its name ends in: a serverless.template may be either.</summary>
internal static class TemplateParser
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="log">Takes duplicate keys.</param>
    /// <param name="fill">Makes the text that is read of the file's; null to read the file's own.</param>
    /// <param name="isGiven">Whether the user named it on the command line, where it may be a pipe; else another file names it.</param>
    /// <exception cref="TemplateException">The file is not there, cannot be read, or is neither JSON nor YAML.</exception>
    public static TemplateNode ParseFile(string path, DiagnosticLog log, Func<string, string>? fill = null, bool isGiven = false)
    {
        string text;
        log.Files.Add(path);
        try
        {
            text = isGiven ? UserFile.ReadText(path) : UserFile.ReadNamedText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new TemplateException($"{path}: {(File.Exists(path) ? e.Message : "There is no such file.")}");
        }

        return Parse(path, fill?.Invoke(text) ?? text, log);
    }

    /// <summary>Reads a text.</summary>
    /// <param name="path">The path for places; its ending decides when the text begins with a brace but is not JSON.</param>
    /// <param name="text">The text.</param>
    /// <param name="log">Takes duplicate keys.</param>
    /// <exception cref="TemplateException">The text is neither JSON nor YAML.</exception>
    public static TemplateNode Parse(string path, string text, DiagnosticLog log)
    {
        var json = text.AsSpan().TrimStart().StartsWith("{");
        TemplateNode root;
        try
        {
            root = json ? JsonTemplateParser.Parse(path, text, log) : YamlTemplateParser.Parse(path, text, log);
        }
        catch (TemplateException) when (json && Path.GetExtension(path) is ".yaml" or ".yml")
        {
            json = false;
            root = YamlTemplateParser.Parse(path, text, log);
        }

        root.WholeOf = new SourceText(path, text, json);
        return root;
    }
}
