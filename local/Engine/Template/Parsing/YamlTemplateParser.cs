using System.Globalization;
using System.Text.RegularExpressions;
using Stateside.Language.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Stateside.Engine.Template.Parsing;

/// <summary>
/// Reads YAML into nodes that know their places: the short forms of intrinsic functions become the long ones, anchors and merge keys
/// are followed, and plain scalars are read as CloudFormation reads them, which is the core schema with numbers kept as written.
/// </summary>
internal sealed partial class YamlTemplateParser
{
    private const int MaxDepth = 200;

    /// <summary>CloudFormation takes templates of 1 MB; aliases of aliases can mean more values than there are atoms.</summary>
    private const int MaxSize = 1_000_000;

    private readonly string _file;
    private readonly string _text;
    private readonly DiagnosticLog _log;
    private readonly QuotedIndent _indent;
    private readonly Parser _parser;
    private readonly Dictionary<string, TemplateNode> _anchors = new(StringComparer.Ordinal);
    private string[]? _lines;

    private YamlTemplateParser(string file, QuotedIndent indent, DiagnosticLog log)
    {
        _file = file;
        _text = indent.Text;
        _log = log;
        _indent = indent;
        _parser = new Parser(new StringReader(_text));
    }

    /// <summary>Reads the one document of a text.</summary>
    /// <param name="file">The path for places.</param>
    /// <param name="text">The text.</param>
    /// <param name="log">Takes duplicate keys.</param>
    /// <exception cref="TemplateException">The text is not one YAML document.</exception>
    public static TemplateNode Parse(string file, string text, DiagnosticLog log)
    {
        for (var indent = new QuotedIndent(text); ;)
        {
            var parser = new YamlTemplateParser(file, indent, log);
            try
            {
                return parser.Document();
            }
            catch (YamlException e) when (indent.Mend(e))
            {
                // The text is another now.
            }
            catch (YamlException e)
            {
                throw new TemplateException(parser.At(e.Start), $"This is not YAML: {e.Message.TrimEnd('.')}.");
            }
            catch (InvalidOperationException e) when (e.Source == nameof(YamlDotNet))
            {
                // The library's scanner gives up so on a bracket that is left open.
                throw new TemplateException(
                    parser.At(parser._parser.Current?.End ?? Mark.Empty), "This is not YAML: a bracket or quote near here is not closed.");
            }
        }
    }

    private TemplateNode Document()
    {
        Next<StreamStart>();
        _parser.MoveNext();
        if (_parser.Current is not DocumentStart)
            return new ScalarNode(new(_file, 1, 1), JsonValue.Null);
        _parser.MoveNext();
        var root = Value(0);
        Next<DocumentEnd>();
        _parser.MoveNext();
        return _parser.Current is DocumentStart second
            ? throw new TemplateException(At(second.Start), "A second YAML document begins here; a template is one document.")
            : root;
    }

    private void Next<TEvent>()
        where TEvent : ParsingEvent
    {
        if (_parser.Current is not TEvent)
            _parser.MoveNext();
        if (_parser.Current is not TEvent)
            throw new YamlException(_parser.Current?.Start ?? Mark.Empty, _parser.Current?.End ?? Mark.Empty, "Unexpected end.");
    }

    /// <summary>The value whose first event is current; its last one is left behind.</summary>
    private TemplateNode Value(int depth)
    {
        var current = _parser.Current!;
        if (depth > MaxDepth)
            throw new TemplateException(At(current.Start), $"Values are nested more than {MaxDepth} deep.");
        if (current is AnchorAlias alias)
        {
            _parser.MoveNext();
            return _anchors.TryGetValue(alias.Value.Value, out var known)
                ? known
                : throw new TemplateException(At(alias.Start), $"There is no anchor '&{alias.Value.Value}' before this alias.");
        }

        TemplateNode node = current switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart => ReadList(At(current.Start), depth),
            _ => ReadMap(At(current.Start), depth),
        };
        if (node.Size > MaxSize)
            throw new TemplateException(At(current.Start), $"Aliases make this more than {MaxSize} values.");
        var start = (NodeEvent)current;
        if (!start.Anchor.IsEmpty)
            _anchors[start.Anchor.Value] = node;
        return start.Tag is { IsEmpty: false, IsNonSpecific: false } tag ? Tagged(tag.Value, node) : node;
    }

    private ListNode ReadList(TemplatePlace place, int depth)
    {
        var items = new List<TemplateNode>();
        for (_parser.MoveNext(); _parser.Current is not SequenceEnd;)
            items.Add(Value(depth + 1));
        _parser.MoveNext();
        return new ListNode(place, items);
    }

    private MapNode ReadMap(TemplatePlace place, int depth)
    {
        var members = new MemberList();
        var merged = new List<TemplateMember>();
        for (_parser.MoveNext(); _parser.Current is not MappingEnd;)
        {
            if (_parser.Current is not Scalar key)
                throw new TemplateException(At(_parser.Current!.Start), "The key of a map must be a plain word.");
            var keyPlace = At(key.Start);
            RefuseSign(key, keyPlace);
            _parser.MoveNext();
            var value = Value(depth + 1);
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
            {
                Merge(keyPlace, value, merged);
                continue;
            }

            if (!members.Set(new(key.Value, keyPlace, value)))
                _log.Warn(keyPlace, $"The key '{key.Value}' stands twice in one map; the last one counts.", "Remove one of them.");
        }

        _parser.MoveNext();
        foreach (var member in merged.Where(member => !members.Has(member.Key)))
            members.Set(member);
        return new MapNode(place, members.All);
    }

    private static void Merge(TemplatePlace place, TemplateNode value, List<TemplateMember> merged)
    {
        foreach (var source in value is ListNode list ? list.Items : [value])
        {
            if (source is not MapNode map)
                throw new TemplateException(place, $"A merge key ('<<') takes a map or a list of maps, but this is {source.Kind}.");
            merged.AddRange(map.Members);
        }
    }

    /// <summary>Behind an opening brace or bracket the library lets a percent sign begin a word, which YAML does not.</summary>
    private static void RefuseSign(Scalar scalar, TemplatePlace place)
    {
        if (scalar.Style == ScalarStyle.Plain && scalar.Value.StartsWith('%'))
            throw new TemplateException(place, "This is not YAML: no word begins with '%'. Put a JSONata expression in quotation marks: \"{% … %}\".");
    }

    private ScalarNode ReadScalar(Scalar scalar)
    {
        _parser.MoveNext();
        var place = At(scalar.Start);
        RefuseSign(scalar, place);
        if (scalar.Style == ScalarStyle.Literal)
            return new ScalarNode(place, new JsonString(scalar.Value)) { BlockStart = BlockStart(place) };
        var standard = scalar.Tag.IsEmpty ? null : scalar.Tag.Value;
        return scalar.Style == ScalarStyle.Plain && standard is null or "?"
            ? new ScalarNode(place, Plain(scalar.Value))
            : new ScalarNode(place, new JsonString(scalar.Value));
    }

    private TemplatePlace BlockStart(TemplatePlace place)
    {
        _lines ??= _text.Split('\n');
        var line = place.Line;
        while (line < _lines.Length - 1 && string.IsNullOrWhiteSpace(_lines[line]))
            line++;
        var first = line < _lines.Length ? _lines[line] : "";
        return place with { Line = place.Line + 1, Column = first.Length - first.TrimStart(' ').Length + 1 };
    }

    private static TemplateNode Tagged(string tag, TemplateNode node)
    {
        if (!tag.StartsWith('!') || tag.Length == 1)
            return StandardTag(tag, node);
        var name = tag[1..];
        var function = name is "Ref" or "Condition" ? name : "Fn::" + name;
        if (name == "GetAtt" && node is ScalarNode { Text: { } text } && text.Split('.', 2) is [var logicalId, var attribute])
        {
            node = new ListNode(
                node.Place,
                [new ScalarNode(node.Place, new JsonString(logicalId)), new ScalarNode(node.Place, new JsonString(attribute))]);
        }
        else if (node is ScalarNode { Value: not JsonString and not JsonNull } scalar)
        {
            node = new ScalarNode(node.Place, new JsonString(scalar.Text!));
        }

        return new MapNode(node.Place, [new(function, node.Place, node)]);
    }

    private static TemplateNode StandardTag(string tag, TemplateNode node)
    {
        if (node is not ScalarNode { Text: { } text } || !tag.StartsWith("tag:yaml.org,2002:", StringComparison.Ordinal))
            return node;
        return tag.EndsWith(":str", StringComparison.Ordinal) ? new ScalarNode(node.Place, new JsonString(text)) : new ScalarNode(node.Place, Plain(text));
    }

    private static JsonValue Plain(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return JsonValue.Null;
            case "true" or "True" or "TRUE":
                return JsonValue.True;
            case "false" or "False" or "FALSE":
                return JsonValue.False;
        }

        // An account id or a zip code that begins with zeros stays what it is.
        if (JsonNumberToken().IsMatch(text))
            return JsonNumber.Parse(text);
        if (LooseNumber().IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
            return JsonNumber.Of(number);
        if (text.StartsWith("0x", StringComparison.Ordinal) && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex))
            return JsonNumber.Of(hex);
        return new JsonString(text);
    }

    private TemplatePlace At(Mark mark) => new(_file, Math.Max(1, (int)mark.Line), Math.Max(1, (int)mark.Column - _indent.AddedTo((int)mark.Line)));

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex JsonNumberToken();

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex LooseNumber();
}
