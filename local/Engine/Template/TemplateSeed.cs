using Stateside.Engine.Template.Parsing;

namespace Stateside.Engine.Template;

/// <summary>
/// The folder whose content fills tables, buckets and queues before a run, as a template names it in its Metadata, which CloudFormation
/// and SAM pass over: <c>Metadata: {Stateside: {Seed: seed}}</c>.
/// </summary>
/// <param name="Folder">Its full path.</param>
/// <param name="Place">Where it is named.</param>
internal sealed record TemplateSeed(string Folder, TemplatePlace Place)
{
    private const string Section = "Stateside";
    private const string Key = "Seed";

    /// <summary>Reads what the Metadata of a template say; null where they name no folder.</summary>
    public static TemplateSeed? Read(TemplateNode? metadata, string template, DiagnosticLog log)
    {
        if ((metadata as MapNode)?[Section] is not { } section)
            return null;
        if (section is not MapNode settings)
        {
            log.Warn(section.Place, $"Metadata.{Section} is {section.Kind}.", $"Write a map, such as {Section}: {{{Key}: seed}}.");
            return null;
        }

        foreach (var member in settings.Members.Where(member => member.Key != Key))
            log.Warn(member.Place, $"Metadata.{Section} has no '{member.Key}'.", Nearest.Hint(member.Key, [Key], "settings", $"Metadata.{Section}"));
        if (settings[Key] is not { } named)
            return null;
        if (named is ScalarNode { Text: { Length: > 0 } folder })
            return new(Path.GetFullPath(folder, Path.GetDirectoryName(template)!), named.Place);
        log.Warn(named.Place, $"Metadata.{Section}.{Key} is {named.Kind}.", "Write the path of a folder, from the template's own.");
        return null;
    }
}
