using Stateside.Engine.Template.Parsing;

namespace Stateside.Engine.Template;

/// <summary>
/// What Metadata say to Stateside, which CloudFormation and SAM pass over: <c>Metadata: {Stateside: {Seed: seed}}</c>, paths each.
/// </summary>
internal static class TemplateSettings
{
    private const string Section = "Stateside";

    /// <summary>Reads the settings of a template or of a resource.</summary>
    /// <param name="metadata">Its Metadata; null where it has none.</param>
    /// <param name="template">The template's path, from whose folder paths go.</param>
    /// <param name="log">Hears of what is no setting.</param>
    /// <param name="keys">The settings that there are, each with what it is a path of.</param>
    /// <returns>The full path of each setting that is given, and where it is.</returns>
    public static Dictionary<string, (string Path, TemplatePlace Place)> Read(
        TemplateNode? metadata, string template, DiagnosticLog log, params (string Key, string What)[] keys)
    {
        var found = new Dictionary<string, (string, TemplatePlace)>(StringComparer.Ordinal);
        if ((metadata as MapNode)?[Section] is not { } section)
            return found;
        if (section is not MapNode settings)
        {
            log.Warn(
                section.Place, $"Metadata.{Section} is {section.Kind}.",
                $"Write a map, such as {Section}: {{{keys[0].Key}: {keys[0].Key.ToLowerInvariant()}}}.");
            return found;
        }

        foreach (var member in settings.Members)
        {
            if (Array.Find(keys, key => key.Key == member.Key) is not { Key: not null } key)
            {
                log.Warn(
                    member.Place, $"Metadata.{Section} has no '{member.Key}'.",
                    Nearest.Hint(member.Key, keys.Select(one => one.Key), "settings", $"Metadata.{Section}"));
            }
            else if (member.Value is ScalarNode { Text: { Length: > 0 } path })
            {
                found[key.Key] = (Path.GetFullPath(path, Path.GetDirectoryName(template)!), member.Value.Place);
            }
            else
            {
                log.Warn(
                    member.Value.Place, $"Metadata.{Section}.{key.Key} is {member.Value.Kind}.",
                    $"Write the path of {key.What}, from the template's own.");
            }
        }

        return found;
    }
}
