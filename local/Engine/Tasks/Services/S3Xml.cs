using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Stateside.Language.Json;

namespace Stateside.Engine.Tasks.Services;

/// <summary>S3's XML and header values as JSON, and JSON as these.</summary>
internal static class S3Xml
{
    private static readonly XNamespace Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    /// <summary>A document of a member of a request.</summary>
    /// <param name="member">The member that is the root.</param>
    /// <param name="value">Its value.</param>
    /// <returns>The document in UTF-8.</returns>
    public static byte[] Write(S3Member member, JsonValue value)
    {
        var root = new XElement(Namespace + member.Element);
        Fill(root, member.Shape, value);
        return Encoding.UTF8.GetBytes(root.ToString(SaveOptions.DisableFormatting));
    }

    /// <summary>The root of a document; null when it is none.</summary>
    public static XElement? Parse(byte[] content)
    {
        try
        {
            using var reader = XmlReader.Create(
                new MemoryStream(content), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return XElement.Load(reader);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>Sets the members that an element holds; what is not there is left out.</summary>
    public static void Read(JsonObject.Builder output, XElement element, S3Member[] members)
    {
        foreach (var member in members)
        {
            var children = element.Elements().Where(child => child.Name.LocalName == member.Element).ToArray();
            if (children.Length == 0)
                continue;
            if (member.Shape.Item is not { } item)
                output.Set(member.Name, Value(children[0], member.Shape));
            else if (member.Shape.ItemElement is null)
                output.Set(member.Name, JsonArray.Of(children.Select(child => Value(child, item))));
            else
                output.Set(member.Name, JsonArray.Of(children[0].Elements().Select(child => Value(child, item))));
        }
    }

    /// <summary>A value of a header or of an element without children.</summary>
    public static JsonValue Value(string text, string kind) => kind switch
    {
        "long" when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => JsonValue.From(number),
        "boolean" => JsonValue.From(string.Equals(text, "true", StringComparison.OrdinalIgnoreCase)),
        "time" when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => JsonValue.From(
            time.UtcDateTime.ToString(time.Millisecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture)),
        _ => JsonValue.From(text),
    };

    /// <summary>A value as a header's or a query's text.</summary>
    public static string Text(JsonValue value, string kind) => value switch
    {
        JsonString text when kind == "time" && DateTimeOffset.TryParse(text.Value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            => time.ToString("R", CultureInfo.InvariantCulture),
        JsonString text => text.Value,
        JsonArray items => string.Join(',', items.Select(item => Text(item, "text"))),
        _ => JsonWriter.Compact(value),
    };

    private static JsonValue Value(XElement element, S3Shape shape)
    {
        if (shape.Kind != "structure")
            return Value(element.Value, shape.Kind);
        var members = new JsonObject.Builder(shape.Members.Length);
        Read(members, element, shape.Members);
        return members.ToObject();
    }

    private static void Fill(XElement element, S3Shape shape, JsonValue value)
    {
        if (value is not JsonObject members || shape.Kind != "structure")
        {
            element.Value = value is JsonString text ? text.Value : JsonWriter.Compact(value);
            return;
        }

        foreach (var member in shape.Members)
        {
            if (members[member.Name] is not { } its)
                continue;
            if (member.Shape.Item is null || its is not JsonArray items)
            {
                element.Add(Made(member.Element, member.Shape, its));
                continue;
            }

            var made = items.Select(item => Made(member.Shape.ItemElement ?? member.Element, member.Shape.Item, item));
            if (member.Shape.ItemElement is null)
                element.Add(made);
            else
                element.Add(new XElement(Namespace + member.Element, made));
        }
    }

    private static XElement Made(string name, S3Shape shape, JsonValue value)
    {
        var element = new XElement(Namespace + name);
        Fill(element, shape, value);
        return element;
    }
}
