using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Stateside.Engine.Store;
using Stateside.Language.Json;

namespace Stateside.Engine.Operations.Requests;

/// <summary>What a member of a request must be.</summary>
internal abstract record Rule;

/// <summary>Text of some length, perhaps of some form or one of some words. What is secret is not repeated in a refusal.</summary>
internal sealed record TextRule(int Min = 0, int Max = int.MaxValue, bool IsSecret = false) : Rule
{
    public TextPattern? Pattern { get; init; }

    public IReadOnlyList<string>? Words { get; init; }
}

/// <summary>The form of a text: as the API model writes it, and what looks for it.</summary>
internal sealed record TextPattern(string Text, Func<string, bool> Matches);

/// <summary>A number in some range; fractions where they are allowed.</summary>
internal sealed record NumberRule(double Min = double.MinValue, double Max = double.MaxValue, bool IsFraction = false) : Rule;

/// <summary>True or false.</summary>
internal sealed record FlagRule : Rule;

/// <summary>A list of things that are alike.</summary>
internal sealed record ListRule(Rule Element, int Min = 0, int Max = int.MaxValue) : Rule;

/// <summary>A structure.</summary>
internal sealed record StructureRule(params IReadOnlyList<MemberRule> Members) : Rule;

/// <summary>A member of a structure.</summary>
internal sealed record MemberRule(string Name, Rule Rule, bool IsRequired = false);

/// <summary>
/// Holds requests against the rules of the API model and refuses them in the service's words. Bound once to the records that requests are
/// read into, so that a request costs a few delegates.
/// </summary>
internal sealed class RequestCheck
{
    private readonly List<(MemberRule Member, Func<object, object?> Get, RequestCheck? Inner)> _members = [];
    private readonly StructureRule _rule;

    /// <summary>Binds rules to a record.</summary>
    /// <param name="rule">The rules.</param>
    /// <param name="type">The record, whose members must be those of the rules and no others.</param>
    public RequestCheck(StructureRule rule, JsonTypeInfo type)
    {
        _rule = rule;
        foreach (var member in rule.Members)
        {
            var property = type.Properties.SingleOrDefault(property => property.Name == member.Name)
                ?? throw new InvalidOperationException($"{type.Type.Name} lacks the member {member.Name} of the API model.");
            _members.Add((member, property.Get!, InnerOf(member.Rule, type, property.PropertyType)));
        }

        if (type.Properties.FirstOrDefault(property => rule.Members.All(member => member.Name != property.Name)) is { } unknown)
            throw new InvalidOperationException($"{type.Type.Name} has a member {unknown.Name} that the API model does not have.");
    }

    /// <summary>Refuses a request that breaks rules, naming all of them.</summary>
    public void Check(object request)
    {
        List<string>? found = null;
        Check(request, "", ref found);
        if (found is not null)
            throw ApiException.Validation($"{found.Count} validation error{(found.Count == 1 ? "" : "s")} detected: {string.Join("; ", found)}");
    }

    /// <summary>What is of another type than it should be in a body that could not be read, in the service's words; null when nothing is.</summary>
    public string? FindWrongType(JsonElement body) => WrongType(_rule, body);

    private static RequestCheck? InnerOf(Rule rule, JsonTypeInfo owner, Type member) => rule switch
    {
        StructureRule structure => new RequestCheck(structure, owner.Options.GetTypeInfo(member)),
        ListRule { Element: StructureRule structure } => new RequestCheck(structure, owner.Options.GetTypeInfo(member.GenericTypeArguments[0])),
        _ => null,
    };

    private void Check(object value, string path, ref List<string>? found)
    {
        foreach (var (member, get, inner) in _members)
        {
            var part = get(value);
            if (part is null)
            {
                if (member.IsRequired)
                    Add(ref found, "Value null", path + member.Name, "Member must not be null");
                continue;
            }

            switch (member.Rule)
            {
                case TextRule rule:
                    Check(rule, (string)part, path, member.Name, ref found);
                    break;
                case NumberRule rule:
                    Check(rule, part, path + member.Name, ref found);
                    break;
                case ListRule rule:
                    Check(rule, (System.Collections.ICollection)part, path + member.Name, inner, ref found);
                    break;
                case StructureRule:
                    inner!.Check(part, $"{path}{member.Name}.", ref found);
                    break;
            }
        }
    }

    private static void Check(TextRule rule, string value, string path, string name, ref List<string>? found)
    {
        var shown = rule.IsSecret ? "Value" : null;
        if (value.Length > rule.Max)
            Add(ref found, shown ?? $"Value '{value}'", path + name, $"Member must have length less than or equal to {rule.Max}");
        if (value.Length < rule.Min)
            Add(ref found, shown ?? $"Value '{value}'", path + name, $"Member must have length greater than or equal to {rule.Min}");
        if (rule.Pattern?.Matches(value) == false)
            Add(ref found, shown ?? $"Value '{value}'", path + name, $"Member must satisfy regular expression pattern: {rule.Pattern.Text}");
        if (rule.Words?.Contains(value) == false)
            Add(ref found, shown ?? $"Value '{value}'", path + name, $"Member must satisfy enum value set: [{string.Join(", ", AsListed(rule.Words))}]");
    }

    /// <summary>
    /// Words in the order in which the service lists them: that of a hash table with 32 places, by the words' hash codes in Java, of those
    /// at one place the latest first.
    /// </summary>
    private static IEnumerable<string> AsListed(IReadOnlyList<string> words) => words.Reverse().OrderBy(word => JavaText.Hash(word) & 31);

    private static void Check(NumberRule rule, object value, string at, ref List<string>? found)
    {
        var number = Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture);
        if (number > rule.Max)
            Add(ref found, $"Value '{value}'", at, $"Member must have value less than or equal to {rule.Max}");
        if (number < rule.Min)
            Add(ref found, $"Value '{value}'", at, $"Member must have value greater than or equal to {rule.Min}");
    }

    private static void Check(ListRule rule, System.Collections.ICollection items, string at, RequestCheck? inner, ref List<string>? found)
    {
        if (items.Count > rule.Max)
            Add(ref found, ListText(items), at, $"Member must have length less than or equal to {rule.Max}");
        if (items.Count < rule.Min)
            Add(ref found, ListText(items), at, $"Member must have length greater than or equal to {rule.Min}");
        var number = 0;
        foreach (var item in items)
        {
            number++;
            if (inner is not null && item is not null)
            {
                inner.Check(item, $"{at}.{number}.member.", ref found);
            }
            else if (item is null || (rule.Element is TextRule text && item is string value && (value.Length < text.Min || value.Length > text.Max)))
            {
                var lengths = rule.Element is TextRule { Min: var least, Max: var most }
                    ? $"Member must have length less than or equal to {most}, Member must have length greater than or equal to {least}, "
                    : "";
                Add(ref found, ListText(items), at, $"Member must satisfy constraint: [{lengths}Member must not be null]");
                break;
            }
        }
    }

    private static string ListText(System.Collections.ICollection items)
    {
        var text = new StringBuilder("Value '[");
        text.AppendJoin(", ", items.Cast<object?>().Select(item => item as string ?? "…"));
        return text.Append("]'").ToString();
    }

    private static void Add(ref List<string>? found, string value, string at, string constraint) =>
        (found ??= []).Add($"{value} at '{at}' failed to satisfy constraint: {constraint}");

    private static string? WrongType(Rule rule, JsonElement value)
    {
        var kind = value.ValueKind;
        if (kind == JsonValueKind.Null)
            return null;
        return rule switch
        {
            StructureRule structure when kind == JsonValueKind.Object => value.EnumerateObject()
                .Select(member => structure.Members.FirstOrDefault(rule => member.NameEquals(rule.Name)) is { } known ? WrongType(known.Rule, member.Value) : null)
                .FirstOrDefault(problem => problem is not null),
            ListRule list when kind == JsonValueKind.Array =>
                value.EnumerateArray().Select(item => WrongType(list.Element, item)).FirstOrDefault(problem => problem is not null),
            TextRule when kind == JsonValueKind.String => null,
            NumberRule when kind == JsonValueKind.Number => null,
            FlagRule when kind is JsonValueKind.True or JsonValueKind.False => null,
            _ when kind == JsonValueKind.Object => "Start of structure or map found where not expected.",
            _ when kind == JsonValueKind.Array => "Start of list found where not expected",
            StructureRule => "Expected map or null",
            ListRule => "Expected list or null",
            TextRule => $"{Token(kind)} can not be converted to a String",
            NumberRule { IsFraction: true } => $"{Token(kind)} can not be converted to a Float",
            NumberRule => $"{Token(kind)} can not be converted to an Integer",
            _ => $"{Token(kind)} can not be converted to a Boolean",
        };
    }

    private static string Token(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Number => "NUMBER_VALUE",
        JsonValueKind.True => "TRUE_VALUE",
        JsonValueKind.False => "FALSE_VALUE",
        _ => "STRING_VALUE",
    };
}
