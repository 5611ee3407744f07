using System.Text;
using System.Xml;
using System.Xml.Linq;
using Stateside.Language.Json;
using Stateside.Language.Services;

namespace Stateside.Engine.Tasks.Services.Wire;

/// <summary>Structures as XML, and XML as structures. See https://smithy.io/2.0/spec/protocol-traits.html#xml-bindings.</summary>
internal static class XmlBody
{
    /// <summary>A document whose root is a structure.</summary>
    /// <param name="root">The root's element.</param>
    /// <param name="space">The root's name space; null for none.</param>
    /// <param name="shape">The structure; of its members those count that stand in the body.</param>
    /// <param name="members">Its members by their names in the API.</param>
    public static byte[] Write(string root, ShapeNamespace? space, ServiceShape shape, JsonObject members)
    {
        var text = new StringBuilder();
        WriteStructure(text, root, space ?? shape.Namespace, shape, members);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Sets the members of a structure that an element holds; what is not there is left out.</summary>
    public static void Read(JsonObject.Builder output, ServiceShape shape, XElement element)
    {
        foreach (var member in shape.Members)
        {
            if (member.Place == MemberPlace.Body && ReadMember(member, element) is { } value)
                output.Set(member.Name, value);
        }
    }

    /// <summary>The root of a document; null when it is none. A document type is refused.</summary>
    public static XElement? Parse(byte[] content)
    {
        try
        {
            using var reader = new Reader(content);
            return XElement.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>The first child of that name, whatever its name space; null when there is none.</summary>
    public static XElement? Child(XElement element, string name)
    {
        foreach (var child in element.Elements())
        {
            if (child.Name.LocalName == name)
                return child;
        }

        return null;
    }

    private static void WriteStructure(StringBuilder text, string name, ShapeNamespace? space, ServiceShape shape, JsonObject members)
    {
        OpenTag(text, name, space);
        foreach (var (key, value) in members)
        {
            if (shape.Find(key) is { IsAttribute: true } member && value is not JsonNull)
                Attribute(text, member.WireName ?? key, WireText.Of(member.Shape, value, "iso8601"));
        }

        var content = EndTag(text);
        foreach (var (key, value) in members)
        {
            if (shape.Find(key) is { IsAttribute: false, Place: MemberPlace.Body } member)
                Write(text, member.WireName ?? key, member.Namespace, member.IsFlat, member.TimeFormat, member.Shape, value);
        }

        Close(text, name, content);
    }

    private static void Write(
        StringBuilder text, string name, ShapeNamespace? space, bool isFlat, string? timeFormat, ServiceShape shape, JsonValue value)
    {
        isFlat |= shape.IsFlat;
        switch (shape.Kind)
        {
            case var _ when value is JsonNull:
                break;
            case ShapeKind.Structure when value is JsonObject members:
                WriteStructure(text, name, space ?? shape.Namespace, shape, members);
                break;
            case ShapeKind.List when value is JsonArray items && isFlat:
                WriteItems(text, name, shape, items);
                break;
            case ShapeKind.List when value is JsonArray items:
                var list = Open(text, name, space);
                WriteItems(text, shape.ItemName ?? "member", shape, items);
                Close(text, name, list);
                break;
            case ShapeKind.Map when value is JsonObject entries && isFlat:
                WriteEntries(text, name, shape, entries);
                break;
            case ShapeKind.Map when value is JsonObject entries:
                var map = Open(text, name, space);
                WriteEntries(text, "entry", shape, entries);
                Close(text, name, map);
                break;
            default:
                var content = Open(text, name, space);
                var written = Escaped(WireText.Of(shape, value, timeFormat ?? shape.TimeFormat ?? "iso8601"));

                // Of a carriage return that stands as such readers would make a line feed.
                text.Append(written.Replace("\r", "&#xD;", StringComparison.Ordinal));
                Close(text, name, content);
                break;
        }
    }

    private static void WriteItems(StringBuilder text, string name, ServiceShape shape, JsonArray items)
    {
        foreach (var item in items)
            Write(text, name, shape.Namespace, false, null, shape.Item, item);
    }

    private static void WriteEntries(StringBuilder text, string name, ServiceShape shape, JsonObject entries)
    {
        foreach (var (key, value) in entries)
        {
            var entry = Open(text, name, null);
            Write(text, shape.KeyName ?? "key", null, false, null, shape.Key, JsonValue.From(key));
            Write(text, shape.ValueName ?? "value", null, false, null, shape.Item, value);
            Close(text, name, entry);
        }
    }

    private static int Open(StringBuilder text, string name, ShapeNamespace? space)
    {
        OpenTag(text, name, space);
        return EndTag(text);
    }

    private static void OpenTag(StringBuilder text, string name, ShapeNamespace? space)
    {
        text.Append('<').Append(name);
        if (space is not null)
            Attribute(text, space.Prefix is null ? "xmlns" : $"xmlns:{space.Prefix}", space.Uri);
    }

    /// <summary>Ends a start tag; gives where the content begins.</summary>
    private static int EndTag(StringBuilder text) => text.Append('>').Length;

    private static void Close(StringBuilder text, string name, int content)
    {
        if (text.Length > content)
        {
            text.Append("</").Append(name).Append('>');
            return;
        }

        text.Length = content - 1;
        text.Append(" />");
    }

    private static void Attribute(StringBuilder text, string name, string value) =>
        text.Append(' ').Append(name).Append("=\"").Append(Escaped(value)
            .Replace("\"", "&quot;", StringComparison.Ordinal).Replace("\r", "&#13;", StringComparison.Ordinal)
            .Replace("\n", "&#10;", StringComparison.Ordinal).Replace("\t", "&#09;", StringComparison.Ordinal)).Append('"');

    private static string Escaped(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal);

    private static JsonValue? ReadMember(ServiceMember member, XElement parent)
    {
        var shape = member.Shape;
        var isFlat = (member.IsFlat || shape.IsFlat) && shape.Kind is ShapeKind.List or ShapeKind.Map;
        var name = (isFlat ? shape.ItemName : null) ?? member.WireName ?? member.Name;
        if (Child(parent, name) is not { } first)
            return member.IsAttribute ? ReadAttribute(name, parent) : null;
        return isFlat ? ReadParts(shape, parent.Elements().Where(child => child.Name.LocalName == name)) : ReadValue(shape, first);
    }

    /// <summary>The model gives an attribute its name space's usual prefix; a document may have another.</summary>
    private static JsonString? ReadAttribute(string name, XElement element)
    {
        var local = name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];
        foreach (var attribute in element.Attributes())
        {
            if (attribute.Name.LocalName == local && (attribute.Name.NamespaceName.Length > 0) == (local.Length < name.Length))
                return new JsonString(attribute.Value);
        }

        return null;
    }

    private static JsonValue? ReadValue(ServiceShape shape, XElement element)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Structure:
                var members = new JsonObject.Builder();
                Read(members, shape, element);
                return members.ToObject();
            case ShapeKind.List or ShapeKind.Map:
                return ReadParts(shape, element.Elements());
            default:
                return WireText.Read(shape, element.Value);
        }
    }

    /// <summary>A list's items or a map's entries.</summary>
    private static JsonValue ReadParts(ServiceShape shape, IEnumerable<XElement> elements)
    {
        if (shape.Kind == ShapeKind.List)
            return JsonArray.Of(elements.Select(element => ReadValue(shape.Item, element)).OfType<JsonValue>());
        var entries = new JsonObject.Builder();
        foreach (var entry in elements)
        {
            if (Child(entry, shape.KeyName ?? "key") is { } key && Child(entry, shape.ValueName ?? "value") is { } value
                && ReadValue(shape.Item, value) is { } its)
                entries.Set(key.Value, its);
        }

        return entries.ToObject();
    }

    /// <summary>Reads documents without a document type that are no deeper than JSON may be.</summary>
    private sealed class Reader : XmlTextReader
    {
        public Reader(byte[] content)
            : base(new MemoryStream(content))
        {
            DtdProcessing = DtdProcessing.Prohibit;
            XmlResolver = null;
            EntityHandling = EntityHandling.ExpandEntities;

            // Ends of lines are one character, and characters that XML does not have are refused.
            Normalization = true;
        }

        public override bool Read()
        {
            if (Depth >= JsonReader.MaxDepth)
                throw new XmlException("The document is too deep.");
            return base.Read();
        }
    }
}
