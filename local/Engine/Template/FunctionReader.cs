using System.Globalization;
using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Json;

namespace Stateside.Engine.Template;

/// <summary>Reads AWS::Serverless::Function and AWS::Lambda::Function.</summary>
internal sealed class FunctionReader(Resolver resolver, ResourceSet resources, Includes includes, DiagnosticLog log)
{
    /// <summary>Reads a function.</summary>
    /// <returns>The function, or null when it cannot even be named, with the finding made.</returns>
    public TemplateFunction? Read(DeclaredResource resource)
    {
        var asker = Asker.Needing(resource.LogicalId);
        if (resolver.NameOf(resource, asker) is not { } name || resolver.ArnOf(resource, asker) is not { } arn)
            return null;
        if (name.AsSpan().ContainsAny('/', '\\') || name.Trim('.').Length == 0)
        {
            log.Mistake(asker, (resource["FunctionName"] ?? resource.Body).Place, $"The function '{resource.LogicalId}' cannot be called '{name}': names have letters, digits, '-' and '_'.");
            return null;
        }

        var isImage = Text(resource, "PackageType") == "Image" || resource["ImageUri"] is not null;
        var alias = resource.Type == ResourceTypes.SamFunction ? Text(resource, "AutoPublishAlias") : null;
        var handler = isImage ? Command(resource) : Text(resource, "Handler");
        if (handler is null && !isImage)
            log.Mistake(asker, resource.Place, $"The function '{resource.LogicalId}' has no Handler.", "Set Handler, for .NET Assembly::Namespace.Type::Method.");
        return new TemplateFunction
        {
            LogicalId = resource.LogicalId,
            Name = name,
            Arn = arn,
            Place = resource.Place,
            Handler = handler,
            Runtime = isImage ? null : Text(resource, "Runtime"),
            CodePath = CodePath(resource, isImage),
            InlineCode = InlineCode(resource) is { } inline ? resolver.Text(inline, $"The code of '{resource.LogicalId}'", asker) : null,
            Timeout = TimeSpan.FromSeconds(Number(resource, "Timeout") ?? 3),
            MemorySize = Number(resource, "MemorySize") ?? 128,
            Environment = Environment(resource),
            ReservedConcurrency = Number(resource, "ReservedConcurrentExecutions"),
            AutoPublishAlias = alias,
            Qualifiers = Qualifiers(resource, arn, alias),
            IsImage = isImage,
            Schemas = TemplateSchemas.Read(resource.Body["Metadata"], log),
        };
    }

    private string? Text(DeclaredResource resource, string property) =>
        resolver.Text(resource[property], $"{property} of '{resource.LogicalId}'", Asker.Needing(resource.LogicalId));

    private int? Number(DeclaredResource resource, string property)
    {
        if (Text(resource, property) is not { } text)
            return null;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        log.Mistake(Asker.Needing(resource.LogicalId), resource[property]!.Place, $"{property} of '{resource.LogicalId}' must be a whole number, but it is '{text}'.");
        return null;
    }

    private string? Command(DeclaredResource resource) =>
        (resource["ImageConfig"] as MapNode)?["Command"] is { } command
        && resolver.Resolve(command, Asker.Needing(resource.LogicalId)) is JsonArray { Count: > 0 } words
            ? ScalarNode.TextOf(words[0])
            : null;

    private string? CodePath(DeclaredResource resource, bool isImage)
    {
        var asker = Asker.Needing(resource.LogicalId);
        if (isImage)
        {
            var context = (resource.Body["Metadata"] as MapNode)?["DockerContext"];
            return resolver.Text(context, "DockerContext", asker) is { } folder ? includes.LocalFile(folder, resource.Place, asker) : null;
        }

        asker = asker with { Lacks = $"The code of '{resource.LogicalId}' is not known:" };
        var property = resource.Type == ResourceTypes.SamFunction ? "CodeUri" : "Code";
        var code = resource[property];
        if (InlineCode(resource) is not null)
            return null;
        if (DefinitionFinder.AssetPath(resource, property) is { } asset)
            return includes.LocalFile(asset, resource.Place, asker);
        var place = code?.Place ?? resource.Place;
        var location = code is MapNode { Intrinsic: null } map ? ObjectAddress(map, asker) : Text(resource, property) ?? (code is null ? "." : null);
        if (location is null || includes.LocalFile(location.Length == 0 ? "." : location, place, asker) is not { } path)
            return null;
        if (Directory.Exists(path) || File.Exists(path))
            return Path.TrimEndingDirectorySeparator(path);
        log.Mistake(asker, place, $"The code of '{resource.LogicalId}' is not there: {path}.", $"{property} is relative to the template.");
        return null;
    }

    private string? ObjectAddress(MapNode map, Asker asker)
    {
        var bucket = resolver.Text(map["Bucket"] ?? map["S3Bucket"], "The code's bucket", asker);
        var key = resolver.Text(map["Key"] ?? map["S3Key"], "The code's key", asker);
        if (bucket is null || key is null)
            return null;

        // AWS's .NET tools fill in what stands empty, and take a key without a bucket for a path.
        return bucket.Length == 0 ? key : $"s3://{bucket}/{key}";
    }

    /// <summary>Code that stands in the template itself.</summary>
    private static TemplateNode? InlineCode(DeclaredResource resource) =>
        resource.Type == ResourceTypes.SamFunction ? resource["InlineCode"] : (resource["Code"] as MapNode)?["ZipFile"];

    private Dictionary<string, string> Environment(DeclaredResource resource)
    {
        var asker = Asker.Wanting(resource.LogicalId) with { Lacks = $"The environment of '{resource.LogicalId}' is not known:" };
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var node = resource["Environment"] is MapNode { Intrinsic: null } environment ? environment["Variables"] : resource["Environment"];
        if (node is null)
            return values;
        if (node is MapNode { Intrinsic: null } map)
        {
            foreach (var member in (resolver.Expand(map, asker) as MapNode)?.Members ?? [])
            {
                var variable = $"The variable '{member.Key}' of '{resource.LogicalId}'";
                if (resolver.Text(member.Value, variable, asker with { Lacks = $"{variable} is not set:" }) is { } value)
                    values[member.Key] = value;
            }
        }
        else if (resolver.Resolve(node, asker) is JsonObject computed)
        {
            foreach (var (name, value) in computed["Variables"] as JsonObject ?? computed)
            {
                if (ScalarNode.TextOf(value) is { } text)
                    values[name] = text;
            }
        }
        else
        {
            log.Mistake(asker, node.Place, $"The environment of '{resource.LogicalId}' must be a map of Variables.");
        }

        return values;
    }

    private List<string> Qualifiers(DeclaredResource resource, string arn, string? autoPublished)
    {
        var qualifiers = new List<string> { "$LATEST" };
        if (autoPublished is not null)
            qualifiers.AddRange([autoPublished, "1"]);
        foreach (var other in resources.All.Where(other => other.Type is ResourceTypes.FunctionAlias or ResourceTypes.FunctionVersion))
        {
            if (resolver.PhysicalIdOf(other, Asker.Noting(other.LogicalId)) is { } id && id.StartsWith(arn + ":", StringComparison.Ordinal))
                qualifiers.Add(id[(arn.Length + 1)..]);
        }

        return [.. qualifiers.Distinct()];
    }
}
