using System.Globalization;
using Stateside.Engine.Tasks.Services.Wire;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Aws.Wire;

/// <summary>
/// The members of a request that a form of the query protocol holds. See https://smithy.io/2.0/aws/protocols/aws-query-protocol.html.
/// </summary>
internal sealed class FormReader
{
    /// <summary>Longer lists are none that a service would take.</summary>
    private const int MostItems = 10_000;

    private readonly Part _root = new();

    /// <summary>Takes a form apart.</summary>
    public FormReader(IReadOnlyList<KeyValuePair<string, string>> form)
    {
        foreach (var (name, value) in form)
        {
            var part = _root;
            foreach (var step in name.Split('.'))
                part = part.Child(step);
            part.Text = value;
        }
    }

    /// <summary>The members of a structure; what the form does not have is left out.</summary>
    public JsonObject Read(ServiceShape shape) => Members(_root, shape);

    private static JsonObject Members(Part part, ServiceShape shape)
    {
        var members = new JsonObject.Builder();
        foreach (var member in shape.Members)
        {
            if (part.Find(member.WireName ?? member.Name) is { } its)
            {
                if (Value(its, member.Shape, member.IsFlat) is { } value)
                    members.Set(member.Name, value);
            }
            else if ((member.IsFlat || member.Shape.IsFlat) && member.Shape.ItemName is { } item && part.Find(item) is { } flat
                && Value(flat, member.Shape, true) is { } items)
            {
                members.Set(member.Name, items);
            }
        }

        return members.ToObject();
    }

    private static JsonValue? Value(Part part, ServiceShape shape, bool isFlat)
    {
        isFlat |= shape.IsFlat;
        switch (shape.Kind)
        {
            case ShapeKind.Structure:
                return Members(part, shape);
            case ShapeKind.List:
                return JsonArray.Of(Items(isFlat ? part : part.Find(shape.ItemName ?? "member")).Select(item => Value(item, shape.Item, false)).OfType<JsonValue>());
            case ShapeKind.Map:
                var entries = new JsonObject.Builder();
                foreach (var entry in Items(isFlat ? part : part.Find("entry")))
                {
                    if (entry.Find(shape.KeyName ?? "key")?.Text is { } key && entry.Find(shape.ValueName ?? "value") is { } its
                        && Value(its, shape.Item, false) is { } value)
                        entries.Set(key, value);
                }

                return entries.ToObject();
            default:
                return part.Text is { } text ? WireText.Read(shape, text) : null;
        }
    }

    /// <summary>The numbered parts, by their numbers.</summary>
    private static IEnumerable<Part> Items(Part? part) => part is null ? [] : part.Children
        .Select(child => (Number: int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1, child.Value))
        .Where(child => child.Number is >= 0 and <= MostItems)
        .OrderBy(child => child.Number)
        .Select(child => child.Value);

    private sealed class Part
    {
        public string? Text { get; set; }

        public Dictionary<string, Part> Children { get; } = new(StringComparer.Ordinal);

        public Part Child(string name) => Children.TryGetValue(name, out var known) ? known : Children[name] = new Part();

        public Part? Find(string name) => Children.GetValueOrDefault(name);
    }
}
