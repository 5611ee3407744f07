using Stateside.Engine.Template.Parsing;

namespace Stateside.Engine.Template;

/// <summary>Finds the template of a project.</summary>
internal static class TemplateFile
{
    /// <summary>The names looked for, first wins.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["serverless.template", "template.yaml", "template.yml", "template.json", "serverless.yaml", "serverless.yml"];

    /// <summary>
    /// The template that a path means: the file itself; in a folder, the template_file of its samconfig, else the file of a usual name.
    /// </summary>
    /// <param name="path">A file or a folder.</param>
    /// <param name="configEnvironment">The environment within samconfig.</param>
    /// <returns>The full path of the template.</returns>
    /// <exception cref="TemplateException">There is no template; the message says where it was looked for.</exception>
    public static string Find(string path, string configEnvironment = "default")
    {
        var full = Path.GetFullPath(path);
        if (File.Exists(full))
            return full;
        if (!Directory.Exists(full))
            throw new TemplateException($"{full}: There is no such file or folder. Give the template with --template PATH.");
        if (SamConfig.Find(null, full, configEnvironment, new DiagnosticLog())?.TemplateFile is { } configured && File.Exists(configured))
            return configured;
        return Names.Select(name => Path.Combine(full, name)).FirstOrDefault(File.Exists)
            ?? throw new TemplateException($"{full}: There is no template here ({string.Join(", ", Names)}). Give it with --template PATH.");
    }

    /// <summary>
    /// The region that the samconfig beside a template deploys to, or else AWS's .NET tools by their defaults, and that file; null where
    /// neither says so.
    /// </summary>
    /// <param name="template">The template.</param>
    /// <param name="configEnvironment">The environment within samconfig.</param>
    /// <exception cref="TemplateException">The samconfig cannot be read.</exception>
    public static (string File, string Region)? RegionFor(string template, string configEnvironment)
    {
        var path = Path.GetFullPath(template);
        var log = new DiagnosticLog();
        if (SamConfig.Find(null, Path.GetDirectoryName(path)!, configEnvironment, log) is { Region: { Length: > 0 } region } config)
            return (config.File, region);
        var tools = ToolDefaults.Find(path, log);
        return tools.Region is { } deployed ? (tools.File, deployed) : null;
    }
}
