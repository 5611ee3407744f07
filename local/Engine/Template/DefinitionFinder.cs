using Stateside.Engine.Template.Parsing;
using Stateside.Engine.Template.Resolving;
using Stateside.Language.Json;

namespace Stateside.Engine.Template;

/// <summary>Finds a state machine's definition wherever a template can put it, and applies its substitutions.</summary>
internal sealed class DefinitionFinder(Resolver resolver, Includes includes, DeploymentValues settings, DiagnosticLog log)
{
    private readonly Lock _filling = new();
    private static readonly string[] SamProperties = ["Definition", "DefinitionUri"];
    private static readonly string[] PlainProperties = ["Definition", "DefinitionString", "DefinitionS3Location"];

    /// <summary>Reads the definition.</summary>
    /// <returns>The definition, or null with the finding made.</returns>
    public DefinitionSource? Read(DeclaredResource machine)
    {
        var asker = Asker.Needing(machine.LogicalId);
        var properties = machine.Type == ResourceTypes.SamStateMachine ? SamProperties : PlainProperties;
        var given = properties.Where(property => machine[property] is not null).ToList();
        if (given is not [var property])
        {
            var problem = given.Count == 0 ? "has no definition" : $"has more than one definition ({string.Join(", ", given)})";
            log.Mistake(asker, machine.Place, $"The state machine '{machine.LogicalId}' {problem}.", $"Give it one of {string.Join(", ", properties)}.");
            return null;
        }

        var node = machine[property]!;
        var draft = property switch
        {
            "Definition" => Object(machine, node, asker),
            "DefinitionString" => String(machine, node, asker),
            _ => Uri(machine, node, property, asker),
        };
        return draft is null ? null : Finish(machine, draft, asker);
    }

    private Draft? Object(DeclaredResource machine, TemplateNode written, Asker asker)
    {
        if (resolver.Expand(written, asker) is not { } node)
            return null;
        if (node is not MapNode)
        {
            log.Mistake(asker, node.Place, $"The Definition of '{machine.LogicalId}' must be a map, but it is {node.Kind}.");
            return null;
        }

        if (node.WholeOf is { IsJson: true } file && !HasIntrinsics(node))
            return Draft.OfFile(file);
        var value = machine.Type == ResourceTypes.SamStateMachine ? SamDefinition(node, asker) : resolver.Resolve(node, asker);
        return value is null ? null : new Draft(node.Place.File, JsonWriter.Indented(value), node, null);
    }

    private Draft? String(DeclaredResource machine, TemplateNode node, Asker asker)
    {
        if (resolver.Text(node, $"The DefinitionString of '{machine.LogicalId}'", asker) is not { } text)
            return null;

        if (string.IsNullOrWhiteSpace(text))
        {
            log.Mistake(
                asker, node.Place, $"The DefinitionString of '{machine.LogicalId}' is empty.",
                $"Write the definition there, or name its file in template-substitutions of {ToolDefaults.FileName}.");
            return null;
        }

        // A block's lines are the file's, and Fn::Sub adds none.
        var call = (node as MapNode)?.Intrinsic;
        var scalar = call?.Key == "Fn::Sub" ? call.Value is ListNode { Items: [var first, ..] } ? first : call.Value : node;
        return scalar is ScalarNode { BlockStart: { } start }
            ? new Draft(start.File, text, null, place => new(start.File, start.Line + place.Line - 1, start.Column + place.Column - 1))
            {
                Fill = call is null ? null : edited => WorkedOut(call, edited),
            }
            : new Draft(node.Place.File, text, null, _ => node.Place);
    }

    /// <summary>Another text in place of the one that Fn::Sub was given.</summary>
    private string WorkedOut(TemplateMember sub, string text)
    {
        TemplateNode scalar = new ScalarNode(sub.Place, new JsonString(text));
        if (sub.Value is ListNode list)
            scalar = new ListNode(list.Place, [scalar, .. list.Items.Skip(1)]);
        lock (_filling)
        {
            resolver.Bounds.Renew();
            try
            {
                return resolver.Text(new MapNode(sub.Place, [sub with { Value = scalar }]), "DefinitionString", Asker.Noting(null)) ?? text;
            }
            catch (TemplateException)
            {
                // What it would be is too long to be a definition.
                return text;
            }
        }
    }

    private Draft? Uri(DeclaredResource machine, TemplateNode node, string property, Asker asker)
    {
        var location = AssetPath(machine, property) ?? Location(machine, node, property, asker);
        var finder = asker with { Lacks = $"The definition of '{machine.LogicalId}' is not known:" };
        if (location is null || includes.LocalFile(location, node.Place, finder) is not { } path)
            return null;

        // The service puts values into the text of the file before it reads it: a placeholder may stand where a number is due.
        var (written, filled) = ("", "");
        var isFilling = false;
        DefinitionSubstitutions? substitutions = null;
        TemplateNode tree;
        try
        {
            tree = TemplateParser.ParseFile(path, log, text =>
            {
                (written, isFilling) = (text, true);
                substitutions = new DefinitionSubstitutions(Values(machine, text, asker));
                isFilling = false;
                return filled = substitutions.Apply(text, out _) ?? text;
            });
        }
        catch (TemplateException e) when (!isFilling && e.Place is { } inside && filled != written)
        {
            RefuseFilled(machine, asker, e, inside);
            return null;
        }
        catch (TemplateException e) when (!isFilling)
        {
            includes.Refuse(e, path, node.Place, asker);
            return null;
        }

        if (written.Length == 0)
        {
            log.Mistake(asker, node.Place, $"The definition of '{machine.LogicalId}', '{path}', is empty, or a pipe or device, which is not read.");
            return null;
        }

        var draft = tree.WholeOf is { IsJson: true } file
            ? Draft.OfFile(file with { Text = written })
            : new Draft(path, JsonWriter.Indented(tree.ToJson()), tree, null);
        return draft with { Substitutions = substitutions };
    }

    private string? Location(DeclaredResource machine, TemplateNode node, string property, Asker asker)
    {
        if (node is not MapNode { Intrinsic: null } map)
            return resolver.Text(node, $"The {property} of '{machine.LogicalId}'", asker);
        return resolver.Text(map["Bucket"], "Bucket", asker) is { } bucket && resolver.Text(map["Key"], "Key", asker) is { } key ? $"s3://{bucket}/{key}" : null;
    }

    /// <summary>The file that the CDK wrote beside the template for a property that points at its asset bucket.</summary>
    internal static string? AssetPath(DeclaredResource resource, string property) =>
        resource.Body["Metadata"] is MapNode metadata && (metadata["aws:asset:property"] as ScalarNode)?.Text == property
            ? (metadata["aws:asset:path"] as ScalarNode)?.Text
            : null;

    private DefinitionSource? Finish(DeclaredResource machine, Draft draft, Asker asker)
    {
        var substitutions = draft.Substitutions ?? new DefinitionSubstitutions(Values(machine, draft.Text, asker));
        if (substitutions.Apply(draft.Text, out var problem) is not { } text)
        {
            var place = machine[nameof(DefinitionSubstitutions)]?.Place ?? machine.Place;
            log.Mistake(asker, place, $"The DefinitionSubstitutions of '{machine.LogicalId}' {problem}.");
            return null;
        }

        TemplateNode parsed;
        try
        {
            parsed = JsonTemplateParser.Parse(draft.File, text, new DiagnosticLog());
        }
        catch (TemplateException e)
        {
            RefuseFilled(machine, asker, e, draft.OfText(e.Place!.Value));
            return null;
        }

        var linesMatch = draft.IsFile && text.AsSpan().Count('\n') == draft.Text.AsSpan().Count('\n');
        WarnOfPlaceholders(machine, draft, text);
        return new DefinitionSource(parsed, draft.Tree ?? parsed, draft.Original, Filled)
        {
            File = draft.File,
            Text = text,
            LinesMatch = linesMatch,
        };

        string Filled(string edited)
        {
            edited = draft.Fill?.Invoke(edited) ?? edited;
            return substitutions.Apply(edited, out _) ?? edited;
        }
    }

    private void RefuseFilled(DeclaredResource machine, Asker asker, TemplateException e, TemplatePlace place) => log.Mistake(
        asker, place, $"The definition of '{machine.LogicalId}' is not JSON once its values are in: {e.Problem}",
        "Values go in as they are: quotation marks and backslashes in them must be escaped.");

    private Dictionary<string, string> Values(DeclaredResource machine, string text, Asker asker)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        var node = resolver.Expand(machine[nameof(DefinitionSubstitutions)], asker);
        if (node is MapNode map)
        {
            foreach (var member in map.Members)
            {
                // A parameter without a value may stand there as a placeholder of the same name, which then stays.
                if (resolver.Text(member.Value, $"The substitution '{member.Key}' of '{machine.LogicalId}'", asker) is { } value
                    && !(settings.StandIn(member.Key) is { } own && own.StartsWith("${", StringComparison.Ordinal) && value.Contains(own, StringComparison.Ordinal)))
                {
                    values[member.Key] = value;
                }
            }
        }
        else if (node is not null)
        {
            log.Mistake(asker, node.Place, $"The DefinitionSubstitutions of '{machine.LogicalId}' must be a map, but they are {node.Kind}.");
        }

        foreach (var (name, _) in DefinitionSubstitutions.Placeholders(text))
        {
            if (!values.ContainsKey(name) && settings.Find(name) is { } set)
                values[name] = set;
        }

        return values;
    }

    private void WarnOfPlaceholders(DeclaredResource machine, Draft draft, string text)
    {
        var known = (machine[nameof(DefinitionSubstitutions)] as MapNode)?.Members.Select(member => member.Key).ToHashSet(StringComparer.Ordinal) ?? [];
        var (line, begin, counted) = (1, 0, 0);
        foreach (var (name, at) in DefinitionSubstitutions.Placeholders(text))
        {
            var between = text.AsSpan(counted, at - counted);
            line += between.Count('\n');
            begin = between.LastIndexOf('\n') is >= 0 and var end ? counted + end + 1 : begin;
            counted = at;
            if (known.Contains(name))
                continue;
            var inText = new TemplatePlace(draft.File, line, at - begin + 1);
            log.Warn(
                draft.OfText(inText),
                $"'${{{name}}}' in the definition of '{machine.LogicalId}' has no value and stays as it is.",
                $"{Nearest.Hint(name, known, "substitutions")} Give one in DefinitionSubstitutions, or with --set {name}=VALUE.",
                machine.LogicalId);
        }
    }

    /// <summary>
    /// SAM lifts every map with the only key Ref, Condition or Fn::… out of a definition and puts a substitution in its place, so the
    /// result is always a string.
    /// </summary>
    private JsonValue? SamDefinition(TemplateNode node, Asker asker)
    {
        resolver.Bounds.Step(node.Place);
        switch (node)
        {
            case ListNode list:
                return JsonArray.Of([.. list.Items.Select(item => SamDefinition(item, asker)).OfType<JsonValue>()]);
            case MapNode { Members: [{ Key: "Condition" } condition] }:
                log.Mistake(
                    asker, condition.Place, "SAM takes a map whose only key is Condition for a reference to a condition of the template, so the deployment fails.",
                    "Give the map another key, such as Comment.");
                return null;
            case MapNode { Intrinsic: { } call } map when call.Key != "Fn::Transform":
                return new JsonString(resolver.Text(map, $"The result of {call.Key} in a definition", asker) ?? "");
            case MapNode map when resolver.Expand(map, asker) is { } expanded:
                if (expanded is not MapNode members)
                    return SamDefinition(expanded, asker);
                var values = new JsonObject.Builder(members.Members.Count);
                foreach (var member in members.Members)
                {
                    if (SamDefinition(member.Value, asker) is { } value)
                        values.Set(member.Key, value);
                }

                return values.ToObject();
            case ScalarNode:
                return resolver.Resolve(node, asker);
            default:
                return null;
        }
    }

    private static bool HasIntrinsics(TemplateNode node) => node switch
    {
        MapNode map => map.Intrinsic is not null
            || map.Member("Fn::Transform") is not null
            || map.Members is [{ Key: "Condition" }]
            || map.Members.Any(member => HasIntrinsics(member.Value)),
        ListNode list => list.Items.Any(HasIntrinsics),
        ScalarNode { Value: JsonString s } => s.Value.Contains("{{resolve:", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>A definition before its substitutions.</summary>
    /// <param name="File">Where it is written.</param>
    /// <param name="Text">Its JSON text, which for a text of a template may not be JSON yet.</param>
    /// <param name="Tree">What it was made from; null when the text is all there is.</param>
    /// <param name="Original">From places in the text to places in the file; null when the text was made here.</param>
    private sealed record Draft(string File, string Text, TemplateNode? Tree, Func<TemplatePlace, TemplatePlace>? Original)
    {
        /// <summary>The values of its placeholders, where they were put in before.</summary>
        public DefinitionSubstitutions? Substitutions { get; init; }

        /// <summary>Makes of a text in the file's place what this text was made of the file's; null where it is the file's.</summary>
        public Func<string, string>? Fill { get; init; }

        /// <summary>Whether the text is the file's own.</summary>
        public bool IsFile => Tree is null && Original is not null && Original(new(File, 1, 1)) == new TemplatePlace(File, 1, 1);

        /// <summary>The whole content of a JSON file.</summary>
        public static Draft OfFile(SourceText file) => new(file.Path, file.Text, null, place => place);

        /// <summary>Where a place in the text was written: that place in the file, or the whole definition where the text was made here.</summary>
        public TemplatePlace OfText(TemplatePlace place) => Original?.Invoke(place) ?? Tree!.Place;
    }
}
