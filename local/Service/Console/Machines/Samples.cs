using Stateside.Engine.Template;
using Stateside.Service.Console.Pages;

namespace Stateside.Service.Console.Machines;

/// <summary>The JSON files beside the template that are there to try: those under samples and under SAM's events.</summary>
internal static class Samples
{
    private const int Most = 100;
    private const int MaxBytes = 262_144;
    private static readonly string[] Folders = ["samples", "events"];

    private static readonly EnumerationOptions Options = new()
    {
        RecurseSubdirectories = true,
        MaxRecursionDepth = 4,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint,
    };

    /// <summary>Their names, as paths from the template's folder.</summary>
    /// <param name="template">The template; null gives none.</param>
    public static IReadOnlyList<string> List(TemplateModel? template)
    {
        if (template is null)
            return [];
        var root = Path.GetDirectoryName(template.Path)!;
        return
        [
            .. Folders.Select(folder => Path.Combine(root, folder)).Where(Directory.Exists)
                .SelectMany(folder => Directory.EnumerateFiles(folder, "*.json", Options).Take(Most))
                .Where(file => new FileInfo(file).Length <= MaxBytes)
                .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/')).Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>A field to choose one in; nothing where there are none.</summary>
    public static Html? Field(IReadOnlyList<string> samples) => samples.Count == 0 ? null : Html.Of(
        $"""
        <div class="field"><label for="sample">Sample</label>
          <select id="sample"><option value="">Choose…</option>{samples.Select(sample => Html.Of($"<option>{sample}</option>"))}</select></div>
        """);

    /// <summary>What a sample holds; null when there is none of that name.</summary>
    /// <param name="template">The template.</param>
    /// <param name="name">One of the names in the list: no other path is read.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<string?> ReadAsync(TemplateModel? template, string name, CancellationToken cancellationToken)
    {
        if (!List(template).Contains(name))
            return null;
        try
        {
            return await File.ReadAllTextAsync(Path.Combine(Path.GetDirectoryName(template!.Path)!, name), cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
