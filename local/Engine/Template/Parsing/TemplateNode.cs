using Stateside.Language.Json;

namespace Stateside.Engine.Template.Parsing;

/// <summary>A file as it was read.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Text">Its text.</param>
/// <param name="IsJson">Whether the text is JSON, not YAML.</param>
internal sealed record SourceText(string Path, string Text, bool IsJson);

/// <summary>One value of a template with the place where it stands. JSON and YAML give the same tree.</summary>
internal abstract class TemplateNode(TemplatePlace place)
{
    /// <summary>Where the value begins.</summary>
    public TemplatePlace Place { get; } = place;

    /// <summary>The file whose whole content this value is, or null for a part of one.</summary>
    public SourceText? WholeOf { get; set; }

    /// <summary>How many values this one holds, itself included; aliases of YAML make that many more than were written.</summary>
    public abstract long Size { get; }

    /// <summary>What kind of value this is, in the words of a message.</summary>
    public abstract string Kind { get; }

    /// <summary>The value as it stands, intrinsic functions and all.</summary>
    public abstract JsonValue ToJson();
}

/// <summary>A string, number, Boolean or null.</summary>
internal sealed class ScalarNode(TemplatePlace place, JsonValue value) : TemplateNode(place)
{
    public JsonValue Value { get; } = value;

    /// <summary>For a literal block of YAML: where the first character of its first line stands; its lines are the file's.</summary>
    public TemplatePlace? BlockStart { get; init; }

    /// <summary>The scalar as text, as CloudFormation turns it into a string; null for null.</summary>
    public string? Text => TextOf(Value);

    public override long Size => 1;

    public override string Kind => Value.Kind switch
    {
        JsonKind.Null => "null",
        JsonKind.Boolean => "a Boolean",
        JsonKind.Number => "a number",
        _ => "a string",
    };

    public static string? TextOf(JsonValue? value) => value switch
    {
        JsonString s => s.Value,
        JsonNumber or JsonBoolean => value.Text,
        _ => null,
    };

    public override JsonValue ToJson() => Value;
}

/// <summary>A list.</summary>
internal sealed class ListNode(TemplatePlace place, IReadOnlyList<TemplateNode> items) : TemplateNode(place)
{
    public IReadOnlyList<TemplateNode> Items { get; } = items;

    public override long Size { get; } = 1 + items.Sum(item => item.Size);

    public override string Kind => "a list";

    public override JsonValue ToJson() => JsonArray.Of([.. Items.Select(item => item.ToJson())]);
}

/// <summary>One member of a map.</summary>
internal sealed record TemplateMember(string Key, TemplatePlace Place, TemplateNode Value);

/// <summary>The members of a map while it is read: of those with one key the last counts, and stands where it was written.</summary>
internal sealed class MemberList
{
    private readonly List<TemplateMember?> _members = [];
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal);

    /// <summary>The members in their order.</summary>
    public List<TemplateMember> All => [.. _members.OfType<TemplateMember>()];

    /// <summary>Whether there is one of that key.</summary>
    public bool Has(string key) => _places.ContainsKey(key);

    /// <summary>Adds a member, in the place of one with its key.</summary>
    /// <returns>Whether there was none.</returns>
    public bool Set(TemplateMember member)
    {
        var isNew = !_places.TryGetValue(member.Key, out var former);
        if (!isNew)
            _members[former] = null;
        _places[member.Key] = _members.Count;
        _members.Add(member);
        return isNew;
    }
}

/// <summary>A map. Its members keep their order.</summary>
internal sealed class MapNode(TemplatePlace place, IReadOnlyList<TemplateMember> members) : TemplateNode(place)
{
    private Dictionary<string, TemplateMember>? _index;

    public IReadOnlyList<TemplateMember> Members { get; } = members;

    public override long Size { get; } = 1 + members.Sum(member => member.Value.Size);

    public override string Kind => "a map";

    /// <summary>The intrinsic function that this map is, or null when it is data: its only key is Ref or begins with Fn::.</summary>
    public TemplateMember? Intrinsic =>
        Members is [var only] && (only.Key == "Ref" || only.Key.StartsWith("Fn::", StringComparison.Ordinal)) ? only : null;

    public TemplateNode? this[string key] => Member(key)?.Value;

    public TemplateMember? Member(string key)
    {
        if (_index is null)
        {
            _index = new(Members.Count, StringComparer.Ordinal);
            foreach (var member in Members)
                _index[member.Key] = member;
        }

        return _index.GetValueOrDefault(key);
    }

    public override JsonValue ToJson()
    {
        var members = new JsonObject.Builder(Members.Count);
        foreach (var member in Members)
            members.Set(member.Key, member.Value.ToJson());
        return members.ToObject();
    }
}
